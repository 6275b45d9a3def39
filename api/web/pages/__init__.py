"""The pages, a module for each thing they are about."""

from api.web.pages import (
    audit,
    clauses,
    drafts,
    home,
    indicators,
    offsets,
    people,
    projects,
    replays,
    rules,
    sheets,
    signing,
    static,
    submission,
    worklist,
)  # fmt: skip

PAGES = tuple(
    each.router
    for each in (
        home, drafts, submission, sheets, worklist, projects, offsets, indicators, rules, clauses, audit, replays, people, signing, static,
    )
)  # fmt: skip
