"""Navigation: the entries at the head of every page, by role."""

from __future__ import annotations

from dataclasses import dataclass

from api.web.session import Visitor
from review.errors import Text


@dataclass(frozen=True)
class Entry:
    """A heading of the site; `current` where the page belongs to it."""

    address: str
    words: Text
    current: bool


_EVERYONE = ("system", "officer", "auditor", "admin")
_ENTRIES: tuple[tuple[str, Text, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        "/worklist",
        Text("工作清单", "Work list"),
        _EVERYONE,
        ("/projects", "/reviews", "/ledger", "/consultations", "/notes"),
    ),
    ("/drafts", Text("项目表", "Project sheets"), ("officer",), ()),
    ("/offsets", Text("减排来源", "Offset register"), _EVERYONE, ("/sources",)),
    ("/indicators", Text("城市指标", "Indicators"), _EVERYONE, ("/balances",)),
    ("/rules", Text("规则和条款", "Rules"), _EVERYONE, ("/clauses",)),
    ("/audit", Text("审计", "Audit"), ("officer", "auditor", "admin"), ("/replays",)),
    ("/people", Text("人员", "People"), ("admin",), ()),
)


def entries(visitor: Visitor | None, path: str) -> list[Entry]:
    """The headings for a visitor; none for somebody who is not signed in."""
    if visitor is None:
        return []
    return [
        Entry(address, words, any(path == each or path.startswith(f"{each}/") for each in (address, *also)))
        for address, words, roles, also in _ENTRIES
        if visitor.may(*roles)
    ]
