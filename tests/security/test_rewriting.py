"""History rewritten whole by somebody who has the database: consistent in itself, and found against any checkpoint that was handed out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import delete

from review.errors import RecordDamaged
from review.record.proof import anchors, checkpoints, receipt_verifier
from review.record.proof.anchors import read_anchors
from review.record.proof.checkpoints import Signed
from review.record.proof.outside import Anchor
from review.record.proof.receipts import receipt
from review.record.proof.verification import verify
from review.record.proof.witness import Inconsistent, Witness
from review.record.storage import outbox
from review.record.storage.journal import checkpoint, table
from review.record.storage.operations import SignedCheckpoint
from review.record.storage.store import Store
from review.record.work.webhooks import add_hook, message_of
from tests.record.projects import OFFICER, project, recorded
from tests.security import rewriting
from tests.security.rewriting import History, stating

pytestmark = pytest.mark.record

REWRITINGS: dict[str, Callable[[History], None]] = {
    "a review that approves": rewriting.approving,
    "another actor": rewriting.another_actor,
    "another time": rewriting.another_time,
    "the end cut off": rewriting.cut_off,
    "two events exchanged": rewriting.exchanged,
    "another way in": lambda history: rewriting.first(history, "review").body["by"].update(channel="page"),
    "another version of the product": stating("review", product="9.9.9"),
    "another sender's key": stating("review", request="case-1"),
    "another reason": stating("decision", reason="另一理由（示例）"),
    "another clause": stating("decision", clause="3.10-6"),
    "another officer": stating("decision", officer="另一人（示例）"),
    "another second person": stating("decision", second="另一人（示例）"),
    "another day of decision": stating("decision", decided_on="2020-01-01"),
    "another responsible enterprise": stating("decision", responsible="另一企业（虚构）"),
    "another document of a source": stating("source", document="融环〔2025〕9 号（示例）"),
    "another name of a source": stating("source", name="另一来源（示例）"),
    "another reason of a step": stating("step", reason="另一理由（示例）"),
    "a key with more power": stating("key", role="admin"),
    "a key of one's own": stating("key", secret="sha256:" + "0" * 64),
    "another reason of a revocation": stating("key_end", reason="另一理由（示例）"),
    "a hook to elsewhere": stating("hook", url="https://elsewhere.example/hook"),
    "an account with more power": stating("account", role="admin"),
}


@pytest.fixture
def anchored(filled: Store, tmp_path: Path) -> tuple[Store, Path]:
    """A record with a hook for checkpoints, anchored in a folder, and co-signed by a witness that remembers it."""
    add_hook(filled, "https://anchor.example/hook", ("checkpoint",), OFFICER)
    return filled, tmp_path / "anchors"


def signed(store: Store, since: Signed | None = None) -> Signed:
    """The checkpoint of the record as it is, signed by the office, with the proof that it goes on from an older one."""
    with store.writing() as connection:
        checkpoint(connection)
        checkpoints.sign(connection)
        found = checkpoints.last_signed(connection)
        assert found is not None
        if since is not None and since["position"] <= found["position"]:
            found["consistency"] = checkpoints.consistency(connection, since, found["position"])
    return found


def sent(store: Store) -> Signed:
    """The checkpoint as the hook received it."""
    with store.writing() as connection:
        leased = [each for hook in outbox.hooks_due(connection) for each in outbox.lease(connection, hook, 100, 60)]
        (waiting,) = [each for each in leased if each.is_checkpoint]
        content = json.loads(message_of(connection, waiting))
    assert content["type"] == "checkpoint.signed"
    found: Signed = content["data"]
    return found


def broken(store: Store, *outside: Anchor) -> list[str]:
    """What verification finds, without judging again."""
    with store.reading() as connection:
        found = verify(connection, rejudging=False, outside=outside)
    return [f"{each.table} {each.position} {each.text.en}" for each in found.breaks]


@pytest.mark.parametrize("name", REWRITINGS)
def test_history_rewritten_whole_is_found_against_every_anchor(
    anchored: tuple[Store, Path], tmp_path: Path, name: str
) -> None:
    store, folder = anchored
    before = signed(store)
    received = sent(store)
    with store.reading() as connection:
        anchors.hand_out(connection, folder)
    witness = Witness.at(tmp_path / "seen", tmp_path / "witness.keys")
    cosigned = witness.cosigned(json.dumps(before).encode(), "checkpoint")
    assert broken(store, *read_anchors(folder)) == []

    rewriting.rewrite(store, REWRITINGS[name])
    # The insider has the database, not the key file: what was signed cannot be signed anew, only done away with.
    assert any("signed_checkpoint" in each for each in broken(store))
    with store.writing() as connection:
        connection.execute(delete(table(SignedCheckpoint)))
    assert broken(store) == [], "the record alone is as good as a true one"

    assert broken(store, *read_anchors(folder)), "the folder"
    assert broken(store, Anchor("webhook", received, received["key"])), "the hook's receiver"
    assert broken(store, Anchor("witness", cosigned, cosigned["key"])), "the witness's copy"
    with store.reading() as connection, pytest.raises(RecordDamaged):
        anchors.hand_out(connection, folder)

    # The office, unknowing, signs the rewritten history and goes on.
    recorded(store, project("Z-1"))
    recorded(store, project("Z-2"))
    after = signed(store, before)
    with pytest.raises(Inconsistent):
        witness.cosigned(json.dumps(after).encode(), "checkpoint")
    with store.reading() as connection:
        given = receipt(connection, 1)
        proof = checkpoints.consistency(connection, before, given["checkpoint"]["position"])
    with pytest.raises(receipt_verifier.Unproven):
        receipt_verifier.check(given, before, proof)


def test_nothing_is_signed_over_a_rewritten_history(filled: Store) -> None:
    signed(filled)
    rewriting.rewrite(filled, rewriting.another_actor)
    recorded(filled, project("Z-1"))
    with filled.writing() as connection:
        checkpoint(connection)
    with filled.writing() as connection, pytest.raises(RecordDamaged, match="no longer leads on"):
        checkpoints.sign(connection)


def test_a_history_that_goes_on_agrees_with_every_anchor(anchored: tuple[Store, Path], tmp_path: Path) -> None:
    store, folder = anchored
    before = signed(store)
    witness = Witness.at(tmp_path / "seen", tmp_path / "witness.keys")
    witness.cosigned(json.dumps(before).encode(), "checkpoint")
    for number in range(7):
        recorded(store, project(f"Z-{number}"))
        after = signed(store, before)
        cosigned = witness.cosigned(json.dumps(after).encode(), "checkpoint")
        assert [each["key"] for each in cosigned["cosignatures"]] == [witness.keys.public]
        with store.reading() as connection:
            anchors.hand_out(connection, folder)
            given = receipt(connection, 1)
            proof = checkpoints.consistency(connection, before, given["checkpoint"]["position"])
        assert receipt_verifier.check(given, before, proof)[-1].endswith(f"checkpoint at {before['position']}")
        before = after
    assert broken(store, *read_anchors(folder), *read_anchors(tmp_path / "seen")) == []
    assert len(read_anchors(folder)) == 8
