# -*- coding: utf-8 -*-
"""Checks a receipt of the two-high record. Stands alone: Python 3.6 or later and its standard library, nothing else.

    python receipt_verifier.py RECEIPT.json [CHECKPOINT.json [PROOF.json]]

It computes anew the digests of the sheet and the review, of each entry, and each entry's path to the root of the checkpoint.
CHECKPOINT.json is one that you kept yourself: at the same position it must name the same root. One of an earlier position needs PROOF.json,
which `two-high export --since CHECKPOINT.json --proof PROOF.json` writes. Signatures on it are not looked at. Exit 0: holds, 1: does not, 2: unusable.
"""

import hashlib
import json
import sys

if sys.version_info < (3, 6):
    # Written so that any Python can read this file and say what it lacks.
    sys.stderr.write(
        "需要 Python 3.6 或以上 / needs Python 3.6 or later, this is {}.{}\n".format(*sys.version_info[:2])
    )
    sys.exit(2)

from pathlib import Path
from typing import Any, List, Mapping, Optional, TextIO, Tuple

# An object of JSON that somebody else wrote: nothing is known of its values.
Object = Mapping[str, Any]


class Unproven(Exception):
    """What does not hold, in Chinese and English."""


def canonical(value):
    # type: (Any) -> bytes
    """Canonical JSON, RFC 8785, of text, whole numbers, truths, lists and objects: keys sorted by their UTF-16 code units."""
    if isinstance(value, dict):
        pairs = sorted(value.items(), key=lambda pair: pair[0].encode("utf-16-be"))
        return b"{" + b",".join(canonical(key) + b":" + canonical(each) for key, each in pairs) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(map(canonical, value)) + b"]"
    if isinstance(value, float):
        raise Unproven("含有小数（应为文字） / holds a fraction that should be text")
    return json.dumps(value, ensure_ascii=False).encode("utf-8")


def digest(content):
    # type: (bytes) -> str
    return "sha256:" + hashlib.sha256(content).hexdigest()


def unique_keys(pairs):
    # type: (List[Tuple[str, Any]]) -> Object
    """An object whose keys are there once each."""
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a key is there twice")
    return dict(pairs)


def require(condition, what):
    # type: (bool, str) -> None
    if not condition:
        raise Unproven(what)


def event_digest(event):
    # type: (Object) -> str
    """The digest of a link: position, time, actor, kind, the body's digest and the previous digest."""
    link = {name: event[name] for name in ("position", "at", "actor", "kind", "previous")}
    link["body"] = digest(canonical(event["body"]))
    return digest(canonical(link))


def bare(root):
    # type: (str) -> str
    """A digest's hexadecimal figures."""
    return root[len("sha256:") :] if root.startswith("sha256:") else root


def root_from(leaf, index, size, path):
    # type: (str, int, int, List[str]) -> str
    """The root that a path leads to, RFC 9162, 2.1.3.2."""
    node = hashlib.sha256(b"\x00" + bytes.fromhex(bare(leaf))).digest()
    last = size - 1
    for step in path:
        require(last > 0, "证明过长 / the path is too long")
        sibling = bytes.fromhex(step)
        if index & 1 or index == last:
            node = hashlib.sha256(b"\x01" + sibling + node).digest()
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            node = hashlib.sha256(b"\x01" + node + sibling).digest()
        index, last = index >> 1, last >> 1
    require(last == 0, "证明过短 / the path is too short")
    return "sha256:" + node.hex()


def leads_on(size, root, later_size, later_root, path):
    # type: (int, str, int, str, List[str]) -> bool
    """Whether a path proves that the tree of one root begins the tree of a later one, RFC 9162, 2.1.4.2."""
    steps = [bytes.fromhex(step) for step in path]
    start, end = bytes.fromhex(bare(root)), bytes.fromhex(bare(later_root))
    if size & (size - 1) == 0:
        steps.insert(0, start)
    require(0 < size < later_size and len(steps) > 0, "一致性证明过短 / the proof is too short")
    index, last = size - 1, later_size - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    before = after = steps[0]
    for step in steps[1:]:
        require(last > 0, "一致性证明过长 / the proof is too long")
        if index & 1 or index == last:
            before = hashlib.sha256(b"\x01" + step + before).digest()
            after = hashlib.sha256(b"\x01" + step + after).digest()
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            after = hashlib.sha256(b"\x01" + after + step).digest()
        index, last = index >> 1, last >> 1
    return (before, after, last) == (start, end, 0)


def compare(checkpoint, outside, proof):
    # type: (Object, Object, Optional[Object]) -> str
    """Hold the receipt's checkpoint against one stored elsewhere. Returns what is proven. Raises Unproven."""
    if outside["position"] == checkpoint["position"]:
        agrees = (outside["root"], outside["head"]) == (checkpoint["root"], checkpoint["head"])
        require(agrees, "与另存的检查点不符 / differs from your checkpoint")
        return "与另存的检查点一致 / agrees with your checkpoint"
    require(
        outside["position"] < checkpoint["position"] and proof is not None,
        "另存的检查点在别处，请用 export --since --proof 重新导出 / your checkpoint is at another position: export the receipt with --since and --proof",
    )
    assert proof is not None
    require(
        (proof["position"], proof["root"]) == (outside["position"], outside["root"])
        and leads_on(outside["position"], outside["root"], checkpoint["position"], checkpoint["root"], proof["path"]),
        "不是自另存的检查点延续而来：其前的历史被改写 / does not go on from your checkpoint: the history before it was rewritten",
    )
    return "自另存的第 {0} 号检查点延续而来 / goes on from your checkpoint at {0}".format(outside["position"])


def check(receipt, outside, proof=None):
    # type: (Object, Optional[Object], Optional[Object]) -> List[str]
    """Everything the receipt claims, held; a line for each thing proven. Raises Unproven."""
    require(receipt["schema"] == "two-high/receipt/1", "不是存证文件 / is not a receipt")
    proven = []
    checkpoint = receipt["checkpoint"]
    first = receipt["entries"][0]["event"]
    require(
        first["kind"] == "review" and first["position"] == receipt["review"],
        "缺少审查事件 / the review's event is missing",
    )
    head = root_from(checkpoint["head"], checkpoint["position"] - 1, checkpoint["position"], receipt["head_path"])
    require(
        head == checkpoint["root"],
        "检查点的末端不在其所证的记录中 / the head is not in the record that the checkpoint proves",
    )
    for entry in receipt["entries"]:
        event = entry["event"]
        name = "{} {}".format(event["kind"], event["position"])
        require(event_digest(event) == event["digest"], name + "：内容与摘要不符 / does not have its digest")
        root = root_from(event["digest"], event["position"] - 1, checkpoint["position"], entry["path"])
        require(
            root == checkpoint["root"],
            name + "：不在检查点所证的记录中 / is not in the record that the checkpoint proves",
        )
        if event["kind"] == "decision":
            require(event["body"]["review"] == receipt["review"], name + "：属于另一项审查 / is about another review")
        else:
            require(
                event["body"]["project"]["id"] == first["body"]["project"]["id"],
                name + "：属于另一个项目 / is about another project",
            )
        proven.append(
            "{}: {} {} {}".format(
                name,
                event["at"],
                event["actor"],
                event["body"].get("outcome") or event["body"].get("recommendation") or "",
            ).rstrip()
        )
    body, document = first["body"], receipt["document"].encode("utf-8")
    review = json.loads(document)
    require(digest(document) == body["digest"], "审查结论与摘要不符 / the review does not have its digest")
    require(
        digest(canonical(receipt["sheet"])) == body["sheet"] == review["sheet_digest"],
        "项目表与摘要不符 / the sheet does not have its digest",
    )
    require(review["ruleset"]["digest"] == body["ruleset"], "规则版本与记录不符 / the edition is not the recorded one")
    require(
        review["recommendation"] == body["recommendation"],
        "建议与记录不符 / the recommendation is not the recorded one",
    )
    proven.append("checkpoint {}: {}".format(checkpoint["position"], checkpoint["root"]))
    if outside is not None:
        proven.append(compare(checkpoint, outside, proof))
    return proven


def say(stream, words):
    # type: (TextIO, str) -> None
    """Write a line, also where the terminal knows no Chinese."""
    encoding = stream.encoding or "ascii"
    stream.write(words.encode(encoding, "backslashreplace").decode(encoding) + "\n")


def main(arguments):
    # type: (List[str]) -> int
    if len(arguments) not in (1, 2, 3):
        say(sys.stdout, __doc__ or "")
        return 2
    try:
        found = [json.loads(Path(name).read_bytes(), object_pairs_hook=unique_keys) for name in arguments]
    except (OSError, ValueError, RecursionError) as error:
        say(sys.stderr, "无法读取 / cannot be read: {}".format(error))
        return 2
    try:
        for line in check(found[0], *(found[1:] or [None])):
            say(sys.stdout, line)
    except Unproven as error:
        say(sys.stderr, "不成立 / does not hold: {}".format(error))
        return 1
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError) as error:
        say(sys.stderr, "不是存证文件 / is not a receipt: {!r}".format(error))
        return 2
    say(sys.stdout, "成立；不证明此后没有其他决定 / holds; it does not prove that nothing was decided later")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
