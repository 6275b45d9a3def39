"""The upgrade of docs/how-to/upgrade.md, beginning with a record of November 2026 as an earlier version wrote it; the commands run as they stand there."""

from __future__ import annotations

import json
import lzma
import re
import shutil

import pytest

from tests.deploy.site import ROOT, Site, chapter

pytestmark = [pytest.mark.server, pytest.mark.slow]
FOLDER = ROOT / "tests" / "data" / "record-2026-11"
SERVICE, BACKUP, UPGRADE = chapter("service.md"), chapter("backup.md"), chapter("upgrade.md")


def test_a_record_of_an_earlier_version_is_migrated_verified_and_given_back(site: Site) -> None:
    earlier = lzma.decompress((FOLDER / "from-sqlite" / "backup.sqlite.xz").read_bytes())
    known = json.loads((FOLDER / "digests.json").read_bytes())["from-sqlite"]["verified"]
    site.path("/var/site/record.sqlite").write_bytes(earlier)
    shutil.copy(FOLDER / "from-sqlite" / "checkpoint.json", site.path("/var/site/checkpoint.json"))
    printed = site.run(
        SERVICE["Account and settings"]
        # The version before is not at hand: this one stands for it where it only starts and stops.
        + """
        cp -al /opt/two-high-0.2.0 /opt/two-high-0.1.0
        cp /opt/two-high/deploy/systemd/*.service /etc/systemd/system/
        """
        + SERVICE["Start"]
        + BACKUP["A backup every night"]
        + UPGRADE["Back up"]
        # The record of the version before, and its checkpoint.
        + """
        systemctl stop two-high.service
        rm /var/lib/two-high/record.sqlite
        install -m 0600 -o two-high -g two-high /var/site/record.sqlite /var/lib/two-high/record.sqlite
        install -m 0600 -o two-high -g two-high /var/site/checkpoint.json /var/lib/two-high/before-upgrade.json
        mv /var/lib/two-high/record.keys /var/lib/two-high/first-password.txt /var/lib/two-high/anchors /var/site/
        """
        + UPGRADE["Install and migrate"].replace("systemctl stop two-high.service\n", "", 1)
        + UPGRADE["Verify"]
        + "ls /var/lib/two-high\n"
        + UPGRADE["Going back"]
        + "systemctl stop two-high.service\n"
    )
    before, after = printed.split('{"status":"ok"')[1:3]
    assert f"intact: {known['events']} 事件 events, {known['reviews']} 审查 reviews" in before
    # Starting adds events of its own: the administrator's key, and the editions that the record adopts.
    (added,) = re.findall(rf"intact: (\d+) 事件 events, {known['reviews']} 审查 reviews", after)
    assert int(added) > known["events"] and "BROKEN" not in before + after
    assert f"{known['head']}: 相符 agrees" in after
    assert f"一致 identical {known['reviews']}, 变化 flipped 0" in after
    assert re.search(r"record\.sqlite\.before-0005-\w+", after)
    assert site.path("/var/lib/two-high/record.sqlite").exists()
