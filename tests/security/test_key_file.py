"""The key file: what somebody who has the database, or a copy of it, cannot do without it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from review.errors import KeyFileUnusable, Refused, Text
from review.record.access.keys import authenticate, create_key, digest
from review.record.access.signing_key import replace_key
from review.record.proof.verification import verify
from review.record.search.index import bring_up
from review.record.search.searching import kinds_for, search
from review.record.storage.actors import acting
from review.record.storage.backup import backup
from review.record.storage.journal import append, drafted, table
from review.record.storage.key_file import fingerprint, known_keys
from review.record.storage.operations import HookSecret
from review.record.storage.store import Store, open_store
from review.record.storage.tables import AccessKey
from review.record.views.logs import Filters, each_event, event_words, events_as_csv, list_events
from review.record.work.webhooks import add_hook, encrypt_secrets, target_of
from tests.commands import two_high
from tests.record.projects import OFFICER

SECRET = "whsec_" + "QUFB" * 11


def opened(url: str, path: Path) -> Store:
    return open_store(url, key_file=str(path))


def test_three_independent_keys_are_made_once_for_the_owner_alone(url: str, tmp_path: Path) -> None:
    path = tmp_path / "keys"
    os.umask(0o022)
    for _ in range(2):
        store = opened(url, path)
        create_key(store, f"系统 {_}（示例）", "system", OFFICER)
        with store.reading() as connection:
            assert known_keys(connection) == [store.key_file.for_reading().public]
        store.close()
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir() if "unfinished" in each.name] == []
    content = json.loads(path.read_text())
    assert len({content[name] for name in ("sign", "digest", "encrypt")}) == 3


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_that_others_may_read_is_refused(url: str, tmp_path: Path, mode: int) -> None:
    store = opened(url, tmp_path / "keys")
    create_key(store, "系统（示例）", "system", OFFICER)
    (tmp_path / "keys").chmod(mode)
    store.close()
    store = opened(url, tmp_path / "keys")
    with pytest.raises(KeyFileUnusable, match="chmod 600"):
        create_key(store, "系统乙（示例）", "system", OFFICER)
    store.close()


def test_whoever_has_the_database_alone_can_use_no_key(url: str, tmp_path: Path) -> None:
    store = opened(url, tmp_path / "keys")
    key = create_key(store, "系统（示例）", "system", OFFICER)
    with store.reading() as connection:
        (stored,) = connection.execute(select(table(AccessKey).c.secret)).scalars()
        assert stored.startswith("hmac-sha256:") and authenticate(connection, key) is not None
    store.close()
    # The same database with another key file, as a thief would have it: the key is not recognised.
    other = opened(url, tmp_path / "other")
    other.key_file.made_or_read()
    with other.reading() as connection:
        assert authenticate(connection, key) is None
    with other.writing() as connection, pytest.raises(KeyFileUnusable, match=fingerprint(known_keys(connection)[0])):
        other.key_file.for_writing(connection)
    other.close()


def test_keys_of_before_there_was_a_key_file_stay_good(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened(url, tmp_path / "keys")
    monkeypatch.setattr("review.record.storage.key_file.Keys.digest_of", lambda self, secret: digest(secret))
    key = create_key(store, "系统（示例）", "system", OFFICER)
    monkeypatch.undo()
    with store.reading() as connection:
        found = authenticate(connection, key)
        assert found is not None and found.role == "system"
    store.close()


def test_the_secret_of_a_hook_is_stored_encrypted_for_that_hook_alone(url: str, tmp_path: Path) -> None:
    store = opened(url, tmp_path / "keys")
    made, other = (add_hook(store, f"https://{name}.example/hook", ("review",), OFFICER) for name in ("one", "two"))
    secrets = table(HookSecret)
    with store.writing() as connection:
        rows = connection.execute(select(secrets.c.hook, secrets.c.secret))
        stored: dict[str, str] = {row.hook: row.secret for row in rows}
        assert all(each.startswith("aes-256-gcm:") for each in stored.values())
        target = target_of(connection, made["hook"])
        assert target is not None and target.secrets[0] == made["secret"]
        # Put in the place of another's it is read as none.
        connection.execute(update(secrets).where(secrets.c.hook == made["hook"]).values(secret=stored[other["hook"]]))
        target = target_of(connection, made["hook"])
        assert target is not None and target.secrets == ()
    backup(store, tmp_path / "backup.sqlite")
    content = (tmp_path / "backup.sqlite").read_bytes()
    assert made["secret"].encode() not in content and (tmp_path / "keys").read_bytes() not in content
    store.close()


def test_secrets_of_before_are_encrypted_at_the_next_start(url: str, tmp_path: Path) -> None:
    store = opened(url, tmp_path / "keys")
    hook = add_hook(store, "https://one.example/hook", ("review",), OFFICER)["hook"]
    with store.writing() as connection:
        connection.execute(update(table(HookSecret)).values(secret=SECRET))
        target = target_of(connection, hook)
        assert target is not None and target.secrets[0] == SECRET
    assert (encrypt_secrets(store), encrypt_secrets(store)) == (1, 0)
    with store.reading() as connection:
        assert SECRET not in connection.execute(text("SELECT secret FROM hook_secret")).scalars().all()
        target = target_of(connection, hook)
        assert target is not None and target.secrets[0] == SECRET
    store.close()


def test_a_lost_file_is_replaced_knowingly_and_what_it_made_is_good_no_longer(url: str, tmp_path: Path) -> None:
    path = tmp_path / "keys"
    store = opened(url, path)
    key = create_key(store, "系统（示例）", "system", OFFICER)
    store.close()
    path.unlink()
    store = opened(url, path)
    with pytest.raises(KeyFileUnusable, match="missing"):
        create_key(store, "系统乙（示例）", "system", OFFICER)
    assert not path.exists()
    with store.writing() as connection:
        store.key_file.replace(connection, "磁盘损坏（示例）")
    with store.reading() as connection:
        assert authenticate(connection, key) is None
    again = create_key(store, "系统乙（示例）", "system", OFFICER)
    with store.reading() as connection:
        assert authenticate(connection, again) is not None
    store.close()


def test_a_replaced_key_is_an_event(url: str, tmp_path: Path) -> None:
    """Who reads the record sees when a key was replaced, by whom and why; what is no public key is found by `verify`."""
    path = tmp_path / "keys"
    store = opened(url, path)
    with store.writing() as connection:
        first = store.key_file.for_writing(connection).public
    path.rename(tmp_path / "away")
    actor = acting(OFFICER)
    for reason in (None, " "):
        with pytest.raises(Refused, match="reason"):
            replace_key(store, reason, actor)
    assert not path.exists()
    made = replace_key(store, "磁盘损坏（示例）", actor)
    with store.reading() as connection:
        assert known_keys(connection) == [made]
        (event,) = list_events(connection, Filters(kind="setting"), 10)
        body = json.loads(event["body"])
        assert (event["actor"], body["setting"], body["value"]) == (OFFICER, "signing_key", made)
        assert (body["ended"], body["reason"]) == ([first], "磁盘损坏（示例）")
        assert event_words(event["kind"], event["body"]) == Text("更换签署密钥", "signing key replaced")
        assert event_words("setting", '{"setting":"office.name"}').zh == event_words("setting", "{").zh == "机关设定"
        assert "更换签署密钥" in events_as_csv(each_event(connection, Filters())).decode()
    while bring_up(store):
        pass
    with store.reading() as connection:
        (hit,) = search(connection, "磁盘损坏", kinds_for(reads_events=True))["items"]
        assert (hit["kind"], hit["title"]) == ("setting", {"zh": "更换签署密钥 1", "en": "signing key replaced 1"})
        assert verify(connection).breaks == ()
    with pytest.raises(KeyFileUnusable, match="move it away"):
        replace_key(store, "再次（示例）", actor)
    with store.writing() as connection:
        append(connection, drafted("setting", actor, {"setting": "signing_key", "value": "无"}))
    with store.reading() as connection:
        assert [each.position for each in verify(connection).breaks] == [2]
    store.close()


@pytest.mark.server
def test_serve_stops_with_4_and_names_the_file_that_is_missing(tmp_path: Path) -> None:
    record, path = tmp_path / "record.sqlite", tmp_path / "record.sqlite.keys"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TWO_HIGH_")}
    made = two_high("signing-key", "--database", record, environment=environment)
    assert made.returncode == 0 and path.stat().st_mode & 0o777 == 0o600
    path.rename(tmp_path / "away")
    done = two_high("serve", "--port", "0", "--database", record, environment=environment)
    assert done.returncode == 4, done.stderr
    assert str(path) in done.stderr and "signing-key --replace" in done.stderr and "缺少密钥文件" in done.stderr
    refused = two_high("signing-key", "--replace", "--database", record, environment=environment)
    assert refused.returncode == 2 and refused.stderr.startswith("--reason: 另建密钥须写明原因")
    replaced = two_high(
        "signing-key",
        "--replace",
        "--reason",
        "丢失",
        "--format",
        "json",
        "--database",
        record,
        environment=environment,
    )
    found = json.loads(replaced.stdout)["keys"]
    assert [each["reason"] for each in found] == ["丢失", None] and path.exists()
    told = two_high(
        "audit", "events", "--kind", "setting", "--format", "json", "--database", record, environment=environment
    )
    (event,) = json.loads(told.stdout)
    said = json.loads(event["body"])
    assert said["ended"] == [found[0]["public"]] and event["actor"] == "two-high" and event["channel"] == "cli"
    assert (said["setting"], said["value"], said["reason"]) == ("signing_key", found[1]["public"], "丢失")
