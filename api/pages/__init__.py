"""The pages, a module for each thing they are about."""

from api.pages import (
    audit,
    clauses,
    corrected,
    deciding,
    decisions,
    drafts,
    existence,
    figures,
    gathering,
    home,
    indicators,
    logs,
    offsets,
    papers,
    people,
    projects,
    proposals,
    replays,
    reviews,
    rules,
    search,
    sheets,
    signing,
    static,
    submission,
    what_if,
    worklist,
)

PAGES = tuple(
    each.router
    for each in (
        home, drafts, submission, existence, sheets, reviews, what_if, deciding, papers, worklist, search, projects, offsets, indicators, figures, gathering, proposals, rules, clauses, audit, corrected, decisions, logs,
        replays, people, signing, static,
    )
)  # fmt: skip
