"""Rows that were imported (已导入的行): the key by which a row of past decisions is known again, and whether it says what was recorded of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from review.canonical_json import digest_of
from review.errors import Conflict, Fault, Text
from review.readers.past_rows import DECISION, ENVELOPE
from review.record.cases.rulings import Ruling
from review.record.cases.submissions import find_request
from review.record.storage import chain
from review.record.storage.contents import body_at, read_review
from review.record.storage.journal import by_request, table
from review.record.storage.tables import Decision, Step, StoredReview
from review.record.storage.text_limits import LONGEST_KEY, validate_words
from review.replay.recorded import sheet_bytes
from review.sheet import ProjectSheet
from review.verdict.judging import Review

# How the key of a row begins; it goes on with its reference, or where it has none with the digest of all that it says.
IMPORTED = "import:"
_REFERENCE = re.compile(rf"{IMPORTED}(?!sha256:[0-9a-f]{{64}}$)(.+)", re.DOTALL)


def imported_reference(request: str | None) -> str | None:
    """The reference (原案号) of a row that was imported under such a key; None of any other key, and of a row without one."""
    found = _REFERENCE.fullmatch(request or "")
    return found[1] if found else None


def key_of_row(sheet: ProjectSheet, envelope: Mapping[str, str]) -> str:
    """The key by which a row is known again: its own reference, else all that it says. Raises Refused."""
    if reference := envelope.get("reference", "").strip():
        validate_words({"reference": reference}, longest=LONGEST_KEY - len(IMPORTED))
        return f"{IMPORTED}{reference}"
    content = {"sheet": digest_of(sheet_bytes(sheet)), **envelope}
    return f"{IMPORTED}{digest_of(chain.canonical(content))}"


def used_reference(connection: Connection, envelope: Mapping[str, str], key: str) -> Fault:
    """That the reference of a row came in before with another sheet, or reason to be listed: told by that reference, as no row states a key."""
    is_listed = "listed" in envelope
    row = by_request(connection, Step if is_listed else StoredReview, key)
    what = Text("列入清单", "listing") if is_listed else Text("审查", "review")
    differs = Text("项目表或列入原因", "sheet or reason") if is_listed else Text("项目表", "sheet")
    words = Text(
        f"原案号“{envelope.get('reference', '')}”已导入为{what.zh} {row['position']}，而其{differs.zh}与本行不同；已导入的不作改动，请核对原案号",
        f"the reference “{envelope.get('reference', '')}” was imported as {what.en} {row['position']} with another {differs.en}: what was imported is not changed, check the reference",
    )
    return Fault("reference", words)


def imported_before(
    connection: Connection, key: str, review: Review, ruling: Ruling | None, decided_by: str, named: str | None
) -> int | None:
    """The review that was imported under a row's key; None where there is none. `named`: the edition that the row names.

    Raises Conflict where the row says another thing than what was imported: an import changes nothing, and must not seem to.
    """
    known = find_request(connection, key, review.case.sheet)
    if known is None:
        return None
    recorded = read_review(connection, known.id)
    said = {"as_of": review.case.as_of.isoformat()} | ({"ruleset": review.case.ruleset.name} if named else {})
    edition = recorded.document()["ruleset"]
    stored = {"as_of": recorded.as_of.isoformat(), "ruleset": f"{edition['id']}@{edition['edition']}"}
    others = [name for name, text in said.items() if text != stored[name]]
    others += _decided_otherwise(connection, known.id, ruling, decided_by)
    if others:
        zh, en = "、".join(ENVELOPE[each] for each in others), ", ".join(others)
        words = Text(
            f"该原案号已导入为审查 {known.id}，其{zh}与本行不同；已导入的不作改动，以后的决定请用 decide 记录",
            f"this reference was imported as review {known.id} with another decision or day ({en}): what was imported is not changed, record a later decision with two-high decide",
        )
        raise Conflict([Fault(others[0], words)])
    return known.id


def _decided_otherwise(connection: Connection, review: int, ruling: Ruling | None, decided_by: str) -> list[str]:
    """The columns by which a row says another decision than came in with its review; of one without, than each that was recorded later."""
    rows = table(Decision)
    query = select(rows).where(rows.c.review == review).order_by(rows.c.position)
    found = connection.execute(query).mappings().all()
    by = body_at(connection, found[0]["position"]).get("by") if found else None
    if not found or by is None or by["channel"] == "import":
        return list(_otherwise(found[0] if found else None, ruling, decided_by))
    if ruling is None:
        return []
    # The last of them is the one that counts: what is told is how the row differs from it.
    differences = [list(_otherwise(each, ruling, decided_by)) for each in found]
    return [] if [] in differences else differences[-1]


def _otherwise(stored: RowMapping | None, ruling: Ruling | None, decided_by: str) -> Iterator[str]:
    """The columns of the decision that say another thing than what is stored."""
    if stored is None or ruling is None:
        if stored is not None or ruling is not None:
            yield "decision.outcome"
        return
    said: dict[str, Any] = {name: getattr(ruling, name) for name in DECISION if name != "officer"}
    said["officer"] = decided_by
    for name in DECISION:
        if _plain(said[name]) != _plain(stored[name]):
            yield f"decision.{name}"


def _plain(stated: Any) -> str:
    return str(stated or "").strip()
