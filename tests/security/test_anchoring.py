"""Checkpoints are signed and handed out while the service runs, stamped by an authority, and co-signed by a witness."""

from __future__ import annotations

import asyncio
import json
import logging
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.anchoring import Anchors
from api.settings import Settings
from review.errors import NotRecorded
from review.record.proof import anchors, time_stamps
from review.record.proof.anchors import read_anchors
from review.record.storage import chain
from review.record.storage.store import Store
from tests.commands import two_high
from tests.record.projects import project, recorded
from tests.security import authority, rewriting

pytestmark = pytest.mark.record


def at_once(store: Store, folder: Path, **options: str) -> Anchors:
    """What anchors the record in the background, with a checkpoint due at once."""
    settings = Settings(database=store.url, anchor_folder=str(folder), checkpoint_minutes=1e-9, **options)  # type: ignore[arg-type]
    return Anchors(store, settings)


def test_what_is_recorded_is_anchored_without_being_asked(filled: Store, tmp_path: Path) -> None:
    working = at_once(filled, tmp_path / "anchors")
    asyncio.run(working.round())
    (first,) = read_anchors(tmp_path / "anchors")
    assert first.key is not None
    asyncio.run(working.round())
    assert len(read_anchors(tmp_path / "anchors")) == 1, "nothing was recorded since"
    recorded(filled, project("Z-1"))
    asyncio.run(working.round())
    assert [each.checkpoint["position"] for each in read_anchors(tmp_path / "anchors")][0:2] == [
        first.checkpoint["position"], first.checkpoint["position"] + 1
    ]  # fmt: skip
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "anchors").iterdir()} == {0o444}


def test_a_record_that_was_rewritten_is_anchored_no_more_and_that_is_logged_once(
    filled: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    working = at_once(filled, tmp_path / "anchors")
    asyncio.run(working.round())
    rewriting.rewrite(filled, rewriting.another_actor)
    recorded(filled, project("Z-1"))
    with caplog.at_level(logging.ERROR, "api.anchors"):
        for _ in range(3):
            asyncio.run(working.round())
    (line,) = caplog.messages
    assert "not anchored" in line and "no longer leads on" in line
    assert len(read_anchors(tmp_path / "anchors")) == 1


def test_a_checkpoint_that_was_changed_is_none(filled: Store, tmp_path: Path) -> None:
    asyncio.run(at_once(filled, tmp_path / "anchors").round())
    (path,) = (tmp_path / "anchors").iterdir()
    changed = json.loads(path.read_bytes()) | {"head": chain.START}
    (tmp_path / "changed.json").write_text(json.dumps(changed))
    with pytest.raises(NotRecorded, match="signature"):
        read_anchors(tmp_path / "changed.json")


def test_an_authority_stamps_the_newest_checkpoint(filled: Store, tmp_path: Path) -> None:
    folder = authority.made_authority(tmp_path / "authority")
    with authority.serving(folder) as url:
        working = at_once(filled, tmp_path / "anchors", time_stamp_url=url, time_stamp_roots=str(folder / "root.pem"))
        asyncio.run(working.round())
    roots = (folder / "root.pem").read_bytes()
    ((position, at),) = time_stamps.examined(tmp_path / "anchors", roots)
    assert abs(datetime.now(UTC) - at) < timedelta(hours=1)
    checkpoint = tmp_path / "anchors" / anchors.name_of(position)
    stamp = time_stamps.stamp_of(checkpoint)
    # Whoever does not trust this product asks OpenSSL.
    told = subprocess.run(
        ["openssl", "ts", "-verify", "-data", checkpoint, "-in", stamp, "-CAfile", folder / "root.pem"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 0 and "Verification: OK" in told.stdout + told.stderr
    for content, by, words in (
        (checkpoint.read_bytes() + b" ", roots, "Mismatch"),
        (checkpoint.read_bytes(), (authority.made_authority(tmp_path / "other") / "root.pem").read_bytes(), "does not hold"),
    ):  # fmt: skip
        with pytest.raises(NotRecorded, match=words):
            time_stamps.examine(stamp.read_bytes(), content, by, "stamp")
    with pytest.raises(NotRecorded, match="does not hold"):
        time_stamps.examine(b"no answer", checkpoint.read_bytes(), roots, "stamp")


def test_an_authority_that_is_not_there_is_logged_and_the_folder_has_the_checkpoint(
    filled: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "root.pem").write_text("")
    options = {"time_stamp_url": "http://127.0.0.1:9/", "time_stamp_roots": str(tmp_path / "root.pem")}
    working = at_once(filled, tmp_path / "anchors", **options)
    for _ in range(2):
        asyncio.run(working.round())
    assert [each for each in caplog.messages if "api.anchors" not in each] == [
        "the record is not anchored: the time stamp authority was not reached: ConnectError"
    ]
    assert len(read_anchors(tmp_path / "anchors")) == 1


def test_a_witness_needs_the_proof_and_refuses_another_key(
    filled: Store, opened: Callable[..., Store], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A key file of its own, as the end of this test replaces it.
    shutil.copy(filled.key_file.path, tmp_path / "office.keys")
    monkeypatch.setenv("TWO_HIGH_KEY_FILE", str(tmp_path / "office.keys"))
    filled = opened(filled.full_url)
    database, own = (
        ("--database", filled.full_url),
        ("--seen", tmp_path / "seen", "--key-file", tmp_path / "witness.keys"),
    )
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    assert two_high("checkpoint", "--out", first, *database).returncode == 0
    seen = two_high("witness", first, *own)
    assert seen.returncode == 0 and len(json.loads(seen.stdout)["cosignatures"]) == 1
    recorded(filled, project("Z-1"))
    assert two_high("checkpoint", "--out", second, *database).returncode == 0
    without = two_high("witness", second, *own)
    assert without.returncode == 1 and "--since" in without.stderr and not without.stdout
    assert two_high("checkpoint", "--since", first, "--out", second, *database).returncode == 0
    third = two_high("witness", second, *own, "--out", tmp_path / "cosigned.json")
    assert third.returncode == 0, third.stderr
    backwards = two_high("witness", first, *own)
    assert backwards.returncode == 1 and "before the last one seen" in backwards.stderr
    verified = two_high("verify", "--quick", "--checkpoint", tmp_path / "cosigned.json", "--format", "json", *database)
    assert verified.returncode == 0 and json.loads(verified.stdout)["anchors"]["checkpoints"] == 3
    unusable = two_high("witness", tmp_path / "witness.keys", *own)
    assert unusable.returncode == 2 and "no signed checkpoint" in unusable.stderr
    # Another key signs, as after a loss: the witness is asked to accept it.
    with filled.writing() as connection:
        filled.key_file.path.unlink()
        filled.key_file.replace(connection, "示例")
    recorded(filled, project("Z-2"))
    assert two_high("checkpoint", "--since", second, "--out", second, *database).returncode == 0
    other = two_high("witness", second, *own)
    assert other.returncode == 1 and "--accept-key" in other.stderr
    fingerprint = other.stderr.split("fingerprint ")[1][:16]
    assert two_high("witness", second, *own, "--accept-key", fingerprint).returncode == 0


def test_a_receipt_is_held_against_an_older_checkpoint(filled: Store, tmp_path: Path) -> None:
    database = ("--database", filled.full_url)
    older, receipt, proof, verifier = (tmp_path / name for name in ("older.json", "receipt.json", "proof.json", "v.py"))
    assert two_high("checkpoint", "--out", older, *database).returncode == 0
    for number in range(3):
        recorded(filled, project(f"Z-{number}"))
    done = two_high(
        "export", 1, "--since", older, "--proof", proof, "--out", receipt, "--verifier", verifier, *database
    )
    assert done.returncode == 0, done.stderr
    run = [["python3", "-I", *map(str, (verifier, receipt, older, *more))] for more in ([proof], [])]
    good, without = (subprocess.run(each, capture_output=True, text=True, check=False) for each in run)
    assert good.returncode == 0 and "goes on from your checkpoint" in good.stdout
    assert without.returncode == 1 and "--proof" in without.stderr
    changed = json.loads(proof.read_bytes())
    changed["path"][0] = "00" * 32
    proof.write_text(json.dumps(changed))
    assert subprocess.run(run[0], capture_output=True, check=False).returncode == 1
