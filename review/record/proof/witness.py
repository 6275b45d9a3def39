"""A witness (见证人): another party, with a key and a memory of its own, that co-signs a checkpoint only if it goes on from the last one seen.

It needs nothing of the record but the checkpoint. Two histories shown to two parties cannot both be co-signed by one witness.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from review.errors import Fault, Text, TwoHighError, system_words
from review.record.proof import anchors
from review.record.proof.checkpoints import Signed, cosigned, goes_on, read_signed, signer
from review.record.storage.database_errors import unavailable
from review.record.storage.key_file import KeyFile, Keys


class Inconsistent(TwoHighError):
    """A checkpoint does not go on from the last one that the witness has seen, or another key has signed it. Nothing was co-signed."""


@dataclass(frozen=True)
class Witness:
    """The folder with the checkpoints that the witness has seen, all of one record, and its keys."""

    seen: Path
    keys: Keys

    @classmethod
    def at(cls, seen: Path, key_file: Path) -> Witness:
        """The witness of that folder and key file; both are made where they are missing. Raises RecordUnavailable."""
        try:
            seen.mkdir(mode=0o755, exist_ok=True)
        except OSError as error:
            raise unavailable(
                f"无法建立：{system_words(error)}", f"cannot be made: {error.strerror}", str(seen)
            ) from error
        return cls(seen, KeyFile(key_file).made_or_read())

    def last(self) -> Signed | None:
        """The last checkpoint seen. Raises NotRecorded where it was changed since."""
        there = anchors.positions_in(self.seen)
        if not there:
            return None
        path = self.seen / anchors.name_of(there[-1])
        return read_signed(path.read_bytes(), str(path))

    def cosigned(self, content: bytes, where: str, accept_key: str | None = None) -> Signed:
        """The checkpoint with this witness's signature, and remember it. Of the first one seen nothing can be compared.

        Raises NotRecorded where it is no signed checkpoint, Inconsistent.
        """
        found, last = read_signed(content, where), self.last()
        if last is not None:
            self._require_same_key(last, found, where, accept_key)
            self._require_going_on(last, found, where)
        # The proof that led to it is of use to this witness alone.
        found.pop("consistency", None)
        result = cosigned(found, self.keys)
        anchors.write_new(self.seen, result)
        return result

    def _require_same_key(self, last: Signed, found: Signed, where: str, accept_key: str | None) -> None:
        if found["key"] != last["key"] and signer(found) != accept_key:
            words = Text(
                f"由另一密钥签署（指纹 {signer(found)}，此前为 {signer(last)}）；请向审查机关核实，属实的用 --accept-key 接受",
                f"another key has signed it (fingerprint {signer(found)}, before {signer(last)}): ask the office, and if it is right accept it with --accept-key",
            )
            raise Inconsistent([Fault(where, words)])

    def _require_going_on(self, last: Signed, found: Signed, where: str) -> None:
        if found["position"] < last["position"]:
            words = Text(
                f"在第 {found['position']} 号，早于上次所见的第 {last['position']} 号",
                f"is at {found['position']}, before the last one seen at {last['position']}",
            )
        elif goes_on(last, found):
            return
        elif found["position"] > last["position"] and "consistency" not in found:
            words = Text(
                f"缺少自第 {last['position']} 号起的一致性证明；请审查机关用 checkpoint --since 给出",
                f"lacks the proof that it goes on from {last['position']}: the office gives it with checkpoint --since",
            )
        else:
            words = Text(
                f"与上次所见的第 {last['position']} 号不一致：其前的历史被改写",
                f"does not go on from the last one seen at {last['position']}: the history before was rewritten",
            )
        raise Inconsistent([Fault(where, words)])
