"""Which topic of the help (帮助) explains which page: the anchors of `/help`, by the address of a page."""

from __future__ import annotations

import re
from collections.abc import Mapping

from review.errors import Text

HELP = "/help"
# The topics in the order of the page.
TOPICS: Mapping[str, Text] = {
    "sign-in": Text("登录和密码", "Signing in"),
    "home": Text("首页", "The first page"),
    "inbox": Text("收件箱、外出委托和工作日历", "Inbox, absences and calendar"),
    "sheets": Text("项目表", "Project sheets"),
    "review": Text("审查", "A review"),
    "findings": Text("一条意见怎样算出、改数试算", "How a finding was computed, what if"),
    "decision": Text("决定、复核和签批", "Deciding, confirming and signing"),
    "papers": Text("对照审查表和一次性告知书", "The opinion and the one-time notice"),
    "beside": Text("附件、备注和征求意见", "Attachments, notes and consultations"),
    "project": Text("项目、期限和承办", "A project, its days and its holder"),
    "worklist": Text("工作清单和台账", "Work list and ledger"),
    "register": Text("减排来源", "Offset register"),
    "balances": Text("城市指标和总量台账", "Indicators and balances"),
    "rules": Text("规则和条款", "Rules and clauses"),
    "audit": Text("审计", "Audit"),
    "people": Text("人员和设定", "People and settings"),
    "search": Text("检索", "Search"),
}
# The first that matches the address of a page says its topic.
_PAGES: tuple[tuple[str, str], ...] = (
    (r"/(sign-in|password|second-factor)", "sign-in"),
    (r"/(inbox|absences|calendar)", "inbox"),
    (r"/drafts", "sheets"),
    (r"/reviews/\d+/(findings|what-if)", "findings"),
    (r"/reviews/\d+/decision", "decision"),
    (r"/reviews/\d+/papers", "papers"),
    (r"/reviews", "review"),
    (r"/(attachments|notes|consultations)", "beside"),
    (r"/projects", "project"),
    (r"/(worklist|ledger)", "worklist"),
    (r"/(offsets|sources)", "register"),
    (r"/(indicators|balances)", "balances"),
    (r"/(rules|clauses)", "rules"),
    (r"/(audit|replays)", "audit"),
    (r"/(people|sign-off)", "people"),
    (r"/search", "search"),
)


def help_address(path: str) -> str:
    """The address of the help on a page: its topic, of `/help` itself the page from its beginning."""
    if path == HELP:
        return HELP
    topic = next((topic for pattern, topic in _PAGES if re.match(rf"{pattern}(/|$)", path)), "home")
    return f"{HELP}#{topic}"
