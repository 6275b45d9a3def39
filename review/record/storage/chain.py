"""The hash chain (哈希链): each event names the digest of the one before it; checkpoints carry a Merkle root for proofs of inclusion.

A link is the canonical JSON (RFC 8785) of position, time, actor, kind, digest of the body and previous digest; its digest is SHA-256.
The tree over the digests is that of RFC 9162: leaves and nodes are hashed apart (0x00, 0x01).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from review import canonical_json
from review.canonical_json import digest_of

START = "sha256:" + "0" * 64
CHECKPOINT_EVERY = 100


def canonical(value: Any) -> bytes:
    """Canonical JSON, RFC 8785. Numbers are whole and below 2⁵³; decimals go in as text."""
    return canonical_json.canonical(value)


def link_digest(position: int, at: str, actor: str, kind: str, body: bytes, previous: str) -> str:
    """The digest of one event."""
    link = {"position": position, "at": at, "actor": actor, "kind": kind, "body": digest_of(body), "previous": previous}
    return digest_of(canonical(link))


def event_digest(event: Mapping[str, Any]) -> str:
    """The digest that a stored event should have, from its own columns."""
    return link_digest(
        event["position"], event["at"], event["actor"], event["kind"], event["body"].encode(), event["previous"]
    )


def _leaf(digest: str) -> bytes:
    return hashlib.sha256(b"\x00" + bytes.fromhex(digest.removeprefix("sha256:"))).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def grow(size: int, peaks: Sequence[str], digests: Iterable[str]) -> tuple[int, list[str]]:
    """Size and peaks of the tree after more leaves: one peak for each bit of the size, largest first."""
    stack = [bytes.fromhex(peak) for peak in peaks]
    for digest in digests:
        stack.append(_leaf(digest))
        merged = size
        while merged & 1:
            right = stack.pop()
            stack.append(_node(stack.pop(), right))
            merged >>= 1
        size += 1
    return size, [peak.hex() for peak in stack]


def root_of(peaks: Sequence[str]) -> str:
    """The root of the tree that these peaks make."""
    if not peaks:
        return START
    root = bytes.fromhex(peaks[-1])
    for peak in reversed(peaks[:-1]):
        root = _node(bytes.fromhex(peak), root)
    return "sha256:" + root.hex()


def inclusion_path(index: int, digests: Sequence[str]) -> list[str]:
    """The sibling hashes, nearest first, that lead from the leaf at `index` to the root of the tree over `digests`."""
    level = [_leaf(digest) for digest in digests]
    path: list[str] = []
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            path.append(level[sibling].hex())
        # A last node without a sibling goes up as it is.
        level = [_node(*level[i : i + 2]) if i + 1 < len(level) else level[i] for i in range(0, len(level), 2)]
        index >>= 1
    return path


def consistency_path(size: int, digests: Sequence[str]) -> list[str]:
    """The hashes that prove that the tree over the first `size` digests begins the tree over all of them, RFC 9162, 2.1.4.1."""
    if not 0 < size <= len(digests):
        raise ValueError(f"a tree of {size} does not begin one of {len(digests)}")
    path: list[str] = []
    first, last, whole = 0, len(digests), True
    while size != last - first:
        # The largest power of two below the number of leaves.
        half = 1 << (last - first - 1).bit_length() - 1
        if size <= half:
            path.append(_root(digests[first + half : last]))
            last = first + half
        else:
            path.append(_root(digests[first : first + half]))
            first, size, whole = first + half, size - half, False
    if not whole:
        path.append(_root(digests[first:last]))
    return path[::-1]


def _root(digests: Sequence[str]) -> str:
    return root_of(grow(0, [], digests)[1]).removeprefix("sha256:")


def leads_on(size: int, root: str, later_size: int, later_root: str, path: Sequence[str]) -> bool:
    """Whether a path proves that the tree of one root begins the tree of a later one, RFC 9162, 2.1.4.2. Raises ValueError for a path of no hashes."""
    if not 0 < size <= later_size:
        return False
    if size == later_size:
        return root == later_root and not path
    steps = [bytes.fromhex(step) for step in path]
    start, end = (bytes.fromhex(each.removeprefix("sha256:")) for each in (root, later_root))
    if size & (size - 1) == 0:
        steps.insert(0, start)
    if not steps:
        return False
    index, last = size - 1, later_size - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if not last:
            return False
        if index & 1 or index == last:
            before, after = _node(step, before), _node(step, after)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            after = _node(after, step)
        index, last = index >> 1, last >> 1
    return (before, after, last) == (start, end, 0)
