"""Time stamps (时间戳, RFC 3161): an authority's word that a signed checkpoint was there at a time. Needs the extra `timestamps`.

What is stamped is the file of the checkpoint as it was handed out: `openssl ts -verify -data CHECKPOINT.json -in STAMP.tsr` says the same.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from review.errors import Fault, NotRecorded, Refused, Text
from review.record.proof import anchors

# Sends a query to the authority and returns its answer.
Ask = Callable[[bytes], bytes]


def require_extra() -> None:
    """That the library is installed. Raises Refused."""
    try:
        import rfc3161_client  # noqa: F401
    except ImportError as error:
        words = Text(
            "需要安装扩展 timestamps：pip install 'two-high-review[timestamps]'",
            "needs the extra timestamps: pip install 'two-high-review[timestamps]'",
        )
        raise Refused([Fault("time_stamp_url", words)]) from error


def stamp_of(checkpoint: Path) -> Path:
    """The file of a checkpoint's time stamp, beside it."""
    return checkpoint.with_suffix(".tsr")


def stamp(folder: Path, roots: bytes, ask: Ask) -> Path | None:
    """Have the newest checkpoint in a folder stamped, unless it is: the file of the answer, once it is found good; None where nothing was to do.

    Raises NotRecorded where the answer is not good, RecordUnavailable where it cannot be written, and what `ask` raises.
    """
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    there = anchors.positions_in(folder)
    if not there:
        return None
    checkpoint = folder / anchors.name_of(there[-1])
    if stamp_of(checkpoint).exists():
        return None
    content = checkpoint.read_bytes()
    query = TimestampRequestBuilder().data(content).hash_algorithm(HashAlgorithm.SHA256).build()
    answer = ask(query.as_bytes())
    examine(answer, content, roots, str(stamp_of(checkpoint)), nonce=query.nonce)
    return anchors.write_beside(stamp_of(checkpoint), answer)


def examine(answer: bytes, content: bytes, roots: bytes, where: str, *, nonce: int | None = None) -> datetime:
    """The time (UTC) that an answer states for a content. `roots`: the authority's root certificates, PEM.

    Raises NotRecorded where it is no answer, is for another content, or is not signed by an authority under these roots.
    """
    from cryptography import x509
    from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

    try:
        builder = VerifierBuilder(roots=x509.load_pem_x509_certificates(roots), nonce=nonce)
        found = decode_timestamp_response(answer)
        builder.build().verify_message(found, content)
        return found.tst_info.gen_time
    except (VerificationError, ValueError) as error:
        words = Text(f"时间戳不成立（{error}）", f"the time stamp does not hold ({error})")
        raise NotRecorded([Fault(where, words)]) from error


def examined(folder: Path, roots: bytes) -> list[tuple[int, datetime]]:
    """The positions in a folder that have a time stamp, with its time (UTC). Raises NotRecorded where one does not hold."""
    found = []
    for position in anchors.positions_in(folder):
        checkpoint = folder / anchors.name_of(position)
        if (file := stamp_of(checkpoint)).exists():
            found.append((position, examine(file.read_bytes(), checkpoint.read_bytes(), roots, str(file))))
    return found
