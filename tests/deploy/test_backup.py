"""Backups, the restore drill and recovery as docs/how-to/backup.md has them; the commands run as they stand there."""

from __future__ import annotations

import re

import pytest

from tests.deploy.site import Site, chapter

pytestmark = [pytest.mark.server, pytest.mark.slow]
SERVICE, BACKUP = chapter("service.md"), chapter("backup.md")
SET_UP = SERVICE["Account and settings"] + SERVICE["Start"]
# What only backups need: the account, its settings and units, without the service.
ALONE = (
    SERVICE["Account and settings"]
    + """
    install -d -m 0700 -o two-high -g two-high /var/lib/two-high /var/backups/two-high
    cp /opt/two-high/deploy/systemd/two-high* /etc/systemd/system/
    """
)
SUBMITTED = "/opt/two-high/deploy/two-high.sh submit /var/site/two-high-*/samples/pvc.json --officer 审查岗（示例） || test $? -eq 1\n"
# A checkpoint that is beyond every backup.
HANDED_OUT = "/opt/two-high/deploy/two-high.sh checkpoint --out /var/lib/two-high/after.json\n"
DRILL = BACKUP["The restore drill"]


def test_the_chapter_backs_up_drills_and_recovers(site: Site) -> None:
    printed = site.run(
        SET_UP
        + SUBMITTED
        + BACKUP["A backup every night"]
        + "stat --format 'mode %a %U' /var/backups/two-high/*\n"
        # What is recorded after the backup, the record alone has.
        + SUBMITTED.replace("pvc", "unsettled")
        + HANDED_OUT
        + DRILL
        + BACKUP["After a loss"]
        + "/opt/two-high/deploy/two-high.sh verify\n"
    )
    assert set(re.findall(r"^mode (.*)$", printed, re.MULTILINE)) == {"600 two-high"}
    drilled, recovered = printed.split("演练通过")
    assert re.findall(r"^(\d)/4 ", drilled, re.MULTILINE) == ["1", "2", "3", "4"]
    counts = [int(each) for each in re.findall(r"intact: \d+ 事件 events, (\d+) 审查", printed)]
    # Of the empty record, the restored one, the one in use, and twice the recovered one.
    assert counts == [0, 1, 2, 1, 1]
    assert "agrees" in drilled and "BROKEN" not in recovered


def test_a_drill_fails_where_a_backup_cannot_be_relied_on(site: Site) -> None:
    drilled = f'{{ {DRILL.strip()}; }} || echo "exit code $?"\n'
    printed = site.run(
        ALONE
        + SUBMITTED
        + BACKUP["A backup every night"]
        + "cd /var/backups/two-high && backup=$(ls record-*.sqlite) && cp -a $backup /var/site/ && echo >> $backup\n"
        + drilled
        # Another record, of which the one in use knows nothing: whole, but not its own.
        + "rm $backup && another=sqlite:////var/lib/two-high/another.sqlite\n"
        + SUBMITTED.replace("pvc", "unsettled").replace("--officer", "--database $another --officer")
        + "/opt/two-high/deploy/two-high.sh backup $PWD/$backup --database $another\n"
        + "sha256sum $backup > $backup.sha256\n"
        + drilled
    )
    changed, another = printed.split("exit code 1\n")[:2]
    assert re.findall(r"^(\d)/4 ", changed, re.MULTILINE) == ["1"] and "FAILED" in changed
    assert re.findall(r"^(\d)/4 ", another.split(": FAILED")[-1], re.MULTILINE)[-4:] == ["1", "2", "3", "4"]
    assert "DIFFERS" in another and "演练通过" not in printed


def test_backups_go_when_their_days_are_over_and_the_newest_stays(site: Site) -> None:
    printed = site.run(
        ALONE
        + SUBMITTED
        + """
        touch /var/backups/two-high/record-20260101T000000Z.sqlite.part /var/backups/two-high/record-20260101T000000Z.sqlite.part.unfinished-7{,-wal,-shm}
        for day in 20260101 20260701; do echo x > /var/backups/two-high/record-${day}T000000Z.sqlite; echo x > /var/backups/two-high/record-${day}T000000Z.sqlite.sha256; done
        touch --date '91 days ago' /var/backups/two-high/record-20260101*
        touch --date '89 days ago' /var/backups/two-high/record-20260701*
        systemctl start two-high-backup.service
        ls /var/backups/two-high
        """
    )
    listed = printed.rpartition("removed, past its days")[2]
    assert "record-20260101" not in listed.partition("\n")[2] and ".part" not in listed
    assert "record-20260701T000000Z.sqlite.sha256" in listed
    assert len(re.findall(r"^record-\w+Z\.sqlite$", listed, re.MULTILINE)) == 2
