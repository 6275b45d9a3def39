"""The chain and its tree, held against their definitions."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from review.canonical_json import digest_of
from review.record.proof.receipt_verifier import Unproven, canonical, event_digest, root_from
from review.record.storage import chain
from review.record.storage.actors import at_terminal
from review.record.storage.journal import Draft, append, last_event
from review.record.storage.store import Store

DIGESTS = [digest_of(bytes([number])) for number in range(70)]


def tree_hash(digests: list[str]) -> bytes:
    """RFC 9162, 2.1.1, word for word: split at the largest power of two below the size."""
    if len(digests) == 1:
        return hashlib.sha256(b"\x00" + bytes.fromhex(digests[0][7:])).digest()
    split = 1
    while split * 2 < len(digests):
        split *= 2
    return hashlib.sha256(b"\x01" + tree_hash(digests[:split]) + tree_hash(digests[split:])).digest()


@pytest.mark.parametrize("size", range(1, 71))
def test_root_is_that_of_the_definition(size: int) -> None:
    grown, peaks = chain.grow(0, [], DIGESTS[:size])
    assert grown == size
    assert chain.root_of(peaks) == "sha256:" + tree_hash(DIGESTS[:size]).hex()


@given(st.lists(st.integers(1, 30), max_size=4))
def test_growing_in_steps_gives_the_same_peaks(steps: list[int]) -> None:
    size, peaks = 0, list[str]()
    for step in steps:
        more = [digest_of(str(size + number).encode()) for number in range(step)]
        size, peaks = chain.grow(size, peaks, more)
    assert (size, peaks) == chain.grow(0, [], [digest_of(str(number).encode()) for number in range(size)])


@pytest.mark.parametrize("size", range(1, 71))
def test_every_leaf_has_a_path_to_the_root_and_no_other_leaf_has_it(size: int) -> None:
    root = chain.root_of(chain.grow(0, [], DIGESTS[:size])[1])
    for index in range(size):
        path = chain.inclusion_path(index, DIGESTS[:size])
        assert root_from(DIGESTS[index], index, size, path) == root
        if size > 1:
            assert root_from(DIGESTS[(index + 1) % size], index, size, path) != root
            with pytest.raises(Unproven):
                root_from(DIGESTS[index], index, size, path[:-1])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_the_verifier_writes_canonical_json_as_the_record_does(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


def test_the_verifier_and_the_record_give_an_event_one_digest() -> None:
    body = {"b": "值", "a": [1, None, True]}
    event = {"position": 3, "at": "2026-11-23T00:00:00.000000Z", "actor": "甲", "kind": "step", "previous": chain.START}
    ours = chain.event_digest({**event, "body": chain.canonical(body).decode()})
    assert event_digest({**event, "body": body}) == ours


@pytest.mark.parametrize("name", ["position", "at", "actor", "kind", "previous"])
def test_every_part_of_a_link_is_in_its_digest(name: str) -> None:
    event: dict[str, Any] = {
        "position": 3,
        "at": "2026",
        "actor": "甲",
        "kind": "step",
        "previous": chain.START,
        "body": "{}",
    }
    changed = {**event, name: 4 if name == "position" else event[name] + "x"}
    assert chain.event_digest(changed) != chain.event_digest(event)


@pytest.mark.parametrize("number", [0.5, 2**53, float("nan")])
def test_an_event_with_a_number_that_programs_read_differently_is_not_recorded(store: Store, number: float) -> None:
    body: Any = {"setting": "x", "value": "y", "amounts": [{"t": number}]}
    with pytest.raises(ValueError), store.writing() as connection:
        append(connection, Draft("setting", at_terminal("test"), body))
    with store.reading() as connection:
        assert last_event(connection).position == 0
