"""The pages, a module for each subject."""

from api.pages import (
    answers,
    attachments,
    audit,
    balances,
    calendar,
    case_days,
    clauses,
    consultations,
    corrected,
    deciding,
    decisions,
    drafts,
    existence,
    figures,
    gathering,
    help,
    home,
    hooks,
    inbox,
    indicators,
    interface,
    ledger,
    logs,
    notes,
    offsets,
    papers,
    people,
    projects,
    proposals,
    replays,
    reviews,
    rules,
    search,
    second_factor,
    sheets,
    sign_offs,
    signing,
    single_sign_on,
    static,
    submission,
    what_if,
    worklist,
)

PAGES = tuple(
    each.router
    for each in (
        home, drafts, submission, existence, sheets, reviews, what_if, answers, deciding, sign_offs, papers, attachments, worklist, ledger, search, projects, case_days, consultations, notes, inbox, calendar, offsets, indicators, balances, figures, gathering, proposals, rules, clauses, audit, corrected, decisions, logs,
        replays, people, hooks, interface, second_factor, signing, single_sign_on, static, help,
    )
)  # fmt: skip
