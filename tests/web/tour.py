"""Every page once: a record with made-up projects, and where each page is. For tests of all pages and for the pictures in docs/pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from review import read_sheet_file
from review.record.access.office import Office, set_office
from review.record.access.signing_rules import SigningRules, set_signing_rules
from review.record.cases.answers import Stand, answer_finding
from review.record.cases.attaching import Looked, attach, withdraw_attachment
from review.record.cases.attachments import AttachedTo
from review.record.cases.case_days import record_day
from review.record.cases.consultations import UnitAsked
from review.record.cases.consulting import Asking, Replied, ask_units, record_reply
from review.record.cases.decisions import decide
from review.record.cases.notes import Noted, write_note
from review.record.cases.rulings import Ruling
from review.record.cases.signing import propose
from review.record.cases.submissions import submit
from review.record.register.entries import SourceEntry, register_source
from review.record.storage.actors import Actor, acting
from review.record.storage.files import scan
from review.record.storage.outbox import put_test
from review.record.storage.store import open_store
from review.record.work.webhooks import add_hook
from tests.api.conftest import eventually
from tests.web.conftest import PEOPLE, Visitor, sample

OFFICER, SECOND = PEOPLE["officer"], PEOPLE["second"]
AS_OF = date(2025, 3, 1)
# What an official document says of a figure that is still to be checked.
STATED = {
    "title": "能效文件（示例）", "number": "示〔2026〕1 号", "date": "2026-10-01", "page": "12",
    "kind": "evidence", "reason": "按文件核对（示例）",
}  # fmt: skip


REPORT = scan("检测报告（示例）.pdf", b"%PDF-1.7 fictional report")


@dataclass(frozen=True)
class Places:
    """Numbers of what the tour shows."""

    failing: int
    open: int
    decided: int
    plant: int
    project: int
    draft: str = ""
    replay: str = ""
    check: str = ""
    flipped: str = ""
    figure: str = ""
    proposal: str = ""
    attachment: str = ""
    consultation: str = ""
    note: str = ""
    hook: str = ""


@dataclass(frozen=True)
class Stop:
    """A page of the tour: its name, who looks at it, and its address."""

    name: str
    login: str | None
    address: Callable[[Places], str]


def furnish(database: str) -> Places:
    """Fill a record: samples under review and decided, sources with draws."""
    store = open_store(database)
    set_office(
        store, Office("示例市发展和改革局（虚构）", "示发改两高审", "王示例（虚构）", "0591-0000000"), acting(OFFICER)
    )
    entries = (
        ("S-2024-001", "9", "涂装线水性化改造（虚构）"),
        ("S-2024-002", "12.5", "储罐油气回收（虚构）"),
        ("S-2024-003", "3", "印刷油墨替代（虚构）"),
    )
    for source, verified, name in entries:
        document = f"榕融环〔2024〕{source[-1]} 号（示例）"
        register_source(
            store,
            SourceEntry(source, "fuqing", Decimal(verified), document, name=name, completed=date(2024, 6, 30)),
            OFFICER,
        )
    made = {
        path.stem: submit(
            store, read_sheet_file(path), OFFICER, as_of=AS_OF, reason="补录（示例）", request=f"tour:{path.stem}"
        )
        for path in sorted(sample("pvc.json").parent.glob("*.json"))
    }
    good = next(each for each in made.values() if each.recommendation == "approve")
    decide(store, good.id, Ruling("approve"), OFFICER)
    decide(store, made["pvc"].id, Ruling("reject" if made["pvc"].recommendation == "reject" else "supplement"), OFFICER)
    record_day(store, made["cement-clinker"].project, "received", AS_OF, OFFICER)
    plant = made["existing-below-baseline"]
    ruling = Ruling("rectify", reason="限期改造（示例）", clause="3.1-2", responsible="虚构企业", due=date(2026, 6, 30))
    decide(store, plant.id, ruling, OFFICER)
    failing = made["cement-clinker"]
    figure = AttachedTo(review=failing.id, path="products[0].unit_energy")
    number = attach(store, figure, REPORT, OFFICER, Looked("12", "表 3 第 2 行", "检测报告（示例）")).id
    attach(store, AttachedTo(review=good.id), REPORT, OFFICER)
    attach(store, AttachedTo(source="S-2024-001"), REPORT, OFFICER)
    away = attach(store, AttachedTo(project=failing.project), REPORT, OFFICER, Looked("1")).id
    doubted = Stand("doubted", "报告未盖章（示例）", attachment=number, page="12")
    answer_finding(store, failing.id, ("energy-benchmark", "products[0]"), doubted, OFFICER)
    withdraw_attachment(store, away, "附错文件（示例）", OFFICER)
    set_signing_rules(store, SigningRules(1, {"defer": 3}), acting(OFFICER), "内部规定（示例）")
    waits = Ruling("defer", reason="待有关部门意见（示例）", clause="3.10-7")
    propose(store, made["unsettled"].id, waits, Actor(OFFICER, "person:officer"), expected=0)
    units = [UnitAsked("示例市生态环境局（虚构）", "示例科"), UnitAsked("示例市自然资源局（虚构）")]
    asked = ask_units(store, failing.project, Asking(units, "总量指标和选址是否落实（示例）", 10, AS_OF), OFFICER).id
    reply = Replied(units[0].name, "agree_with_conditions", "投产前落实削减替代（示例）", AS_OF, number)
    record_reply(store, asked, reply, SECOND)
    note = write_note(store, Noted(project=failing.project), "现场核实，管网已接通（示例）", OFFICER).id
    finding = ("energy-benchmark", "products[0]")
    write_note(store, Noted(review=failing.id, finding=finding), "与监测数据核对（示例）", OFFICER)
    # A private address that is not allowed: what is sent there is given up at once.
    hook = add_hook(store, "https://10.0.0.8/two-high", ("review", "decision"), OFFICER)["hook"]
    with store.writing() as connection:
        put_test(connection, hook)
    store.close()
    return Places(
        failing.id, made["unsettled"].id, good.id, plant.id, failing.project, attachment=str(number), consultation=str(asked), note=str(note), hook=hook,
    )  # fmt: skip


def begun(officer: Visitor, auditor: Visitor, places: Places, admin: Visitor) -> Places:
    """What only pages begin: a draft with a fault, a replay against the other edition and a verification, and a proposal with its preview; the work is over."""
    content = sample("cement-clinker.json").read_text(encoding="utf-8").replace('"unit": "t"', '"unit": "斗"', 1)
    officer.open("/drafts/new")
    form = next(each for each in officer.document.forms if ("how", "text") in each.form_values())
    draft = officer.client.post("/drafts/new", data={**dict(form.form_values()), "text": content}).url.path
    # Before the work in the background: a proposal is linted while its page waits.
    admin.open("/people/login/second").send({"keeper": "规则管理（示例）"}, action="/rule-keeper")
    links = officer.open("/rules/check").document.xpath("//main//tbody//a/@href")
    figure = next(str(each) for each in links if "/benchmark_levels/" in each)
    proposal = (
        officer.open(figure).send(STATED).send({"first": "2027-01-01"}, action="/rules/draft").path.partition("?")[0]
    )
    # Another figure is gathered and not proposed.
    officer.open(figure).send(STATED)
    auditor.open("/audit").send({"against": "fuqing@2022", "as_of": "2022-09-01"}, action="/replays")
    replay = auditor.path.partition("?")[0]
    auditor.open("/audit").send(action="/audit/checks")
    check = auditor.path.partition("?")[0]
    officer.open(proposal).send(action="/preview")
    for path in (replay, check, proposal):
        eventually(lambda path=path: "refresh" not in auditor.open(path).answer.headers)  # type: ignore[misc, union-attr]
    flipped = next(
        each for each in auditor.open(replay).document.iterlinks() if each[2].startswith(f"{replay}/reviews/")
    )[2]
    return replace(
        places,
        draft=draft,
        replay=replay,
        check=check,
        flipped=flipped.partition("?")[0],
        figure=figure,
        proposal=proposal,
    )


STOPS: tuple[Stop, ...] = (
    Stop("sign-in", None, lambda at: "/sign-in"),
    Stop("home", "officer", lambda at: "/"),
    Stop("home-auditor", "auditor", lambda at: "/"),
    Stop("home-admin", "admin", lambda at: "/"),
    Stop("drafts", "officer", lambda at: "/drafts"),
    Stop("draft-new", "officer", lambda at: "/drafts/new"),
    Stop("draft", "officer", lambda at: at.draft),
    Stop("draft-there", "officer", lambda at: f"{at.draft}/there"),
    Stop("draft-project", "officer", lambda at: f"{at.draft}/project"),
    Stop("draft-energy", "officer", lambda at: f"{at.draft}/energy"),
    Stop("draft-energy-item", "officer", lambda at: f"{at.draft}/rows/energy.items/0"),
    Stop("draft-product", "officer", lambda at: f"{at.draft}/rows/products/new"),
    Stop("draft-voc", "officer", lambda at: f"{at.draft}/voc"),
    Stop("draft-coal", "officer", lambda at: f"{at.draft}/coal"),
    Stop("draft-eia", "officer", lambda at: f"{at.draft}/eia"),
    Stop("draft-check", "officer", lambda at: f"{at.draft}/check"),
    Stop("draft-versions", "officer", lambda at: f"{at.draft}/versions"),
    Stop("review", "officer", lambda at: f"/reviews/{at.failing}"),
    Stop("review-open", "officer", lambda at: f"/reviews/{at.open}"),
    Stop("review-plant", "auditor", lambda at: f"/reviews/{at.plant}"),
    Stop("finding", "officer", lambda at: f"/reviews/{at.failing}/findings/energy-benchmark/products[0]"),
    Stop("finding-energy", "officer", lambda at: f"/reviews/{at.failing}/findings/guidance-50k/energy"),
    Stop("what-if", "officer", lambda at: f"/reviews/{at.failing}/what-if"),
    Stop("decision", "officer", lambda at: f"/reviews/{at.failing}/decision"),
    Stop("decision-waits", "second", lambda at: f"/reviews/{at.open}/decision"),
    Stop("opinion", "officer", lambda at: f"/reviews/{at.decided}/papers/opinion"),
    Stop("notice", "officer", lambda at: f"/reviews/{at.open}/papers/notice"),
    Stop("office", "admin", lambda at: "/people/office"),
    Stop("attachments", "officer", lambda at: f"/attachments?project={at.project}"),
    Stop("attachment", "officer", lambda at: f"/attachments/{at.attachment}"),
    Stop("consultation", "officer", lambda at: f"/consultations/{at.consultation}"),
    Stop("consultation-new", "officer", lambda at: f"/consultations/new?project={at.project}"),
    Stop("notes", "officer", lambda at: f"/notes?project={at.project}"),
    Stop("note", "officer", lambda at: f"/notes/{at.note}"),
    Stop("worklist", "officer", lambda at: "/worklist"),
    Stop("ledger", "officer", lambda at: "/ledger"),
    Stop("worklist-split", "officer", lambda at: "/worklist/split"),
    Stop("project", "officer", lambda at: f"/projects/{at.project}"),
    Stop("project-accepted", "officer", lambda at: f"/projects/{at.project}/days/accepted"),
    Stop("project-holder", "officer", lambda at: f"/projects/{at.project}/holder"),
    Stop("inbox", "officer", lambda at: "/inbox"),
    Stop("absences", "officer", lambda at: "/absences"),
    Stop("calendar", "admin", lambda at: "/calendar"),
    Stop("sign-off", "admin", lambda at: "/sign-off"),
    Stop("project-step", "officer", lambda at: f"/projects/{at.project}/steps/withdrawn"),
    Stop("offsets", "officer", lambda at: "/offsets"),
    Stop("offset", "officer", lambda at: "/offsets/S-2024-001"),
    Stop("claims", "officer", lambda at: "/sources/claims"),
    Stop("offset-entry", "officer", lambda at: "/sources/entry"),
    Stop("indicators", "auditor", lambda at: "/indicators"),
    Stop("balances", "admin", lambda at: "/balances"),
    Stop("balances-unstated", "auditor", lambda at: "/balances/so2/pending"),
    Stop("rules", "auditor", lambda at: "/rules"),
    Stop("ruleset", "auditor", lambda at: "/rules/fuqing@2023"),
    Stop("rule", "auditor", lambda at: "/rules/fuqing@2023/voc-offset"),
    Stop("table", "auditor", lambda at: "/rules/fuqing@2023/tables/benchmark_levels"),
    Stop("compare", "auditor", lambda at: "/rules/compare?from=fuqing@2022&to=fuqing@2023"),
    Stop("figures", "auditor", lambda at: "/rules/check"),
    Stop("figure", "officer", lambda at: at.figure),
    Stop("questions", "officer", lambda at: "/rules/questions"),
    Stop("rules-upload", "officer", lambda at: "/rules/check/parks/file"),
    Stop("rules-draft", "officer", lambda at: "/rules/draft"),
    Stop("proposals", "officer", lambda at: "/rules/proposals"),
    Stop("proposal", "second", lambda at: at.proposal),
    Stop("proposal-mine", "officer", lambda at: at.proposal),
    Stop("clauses", "auditor", lambda at: "/clauses"),
    Stop("clause", "auditor", lambda at: "/clauses/3.10-7"),
    Stop("audit", "auditor", lambda at: "/audit"),
    Stop("corrected-figures", "auditor", lambda at: "/audit/figures"),
    Stop("decisions", "auditor", lambda at: "/audit/decisions"),
    Stop("statistics", "auditor", lambda at: "/audit/statistics"),
    Stop("help", "officer", lambda at: "/help"),
    Stop("help-signed-out", None, lambda at: "/help"),
    Stop("search", "officer", lambda at: "/search?q=示例"),
    Stop("events", "auditor", lambda at: "/audit/events"),
    Stop("audit-log", "auditor", lambda at: "/audit/log"),
    Stop("replay", "auditor", lambda at: at.replay),
    Stop("replay-review", "auditor", lambda at: at.flipped),
    Stop("verification", "auditor", lambda at: at.check),
    Stop("code", "auditor", lambda at: "/audit/code?code=1D0-0000-0000-0000-0000"),
    Stop("people", "admin", lambda at: "/people"),
    Stop("people-new", "admin", lambda at: "/people/new"),
    Stop("known", "admin", lambda at: "/people/known"),
    Stop("keys", "admin", lambda at: "/people/keys"),
    Stop("second-factor", "officer", lambda at: "/second-factor"),
    Stop("sign-in-rules", "admin", lambda at: "/people/sign-in"),
    Stop("interface", "admin", lambda at: "/people/interface"),
    Stop("hooks", "admin", lambda at: "/people/hooks"),
    Stop("hook-new", "admin", lambda at: "/people/hooks/new"),
    Stop("hook", "admin", lambda at: f"/people/hooks/{at.hook}"),
    Stop("password", "officer", lambda at: "/password"),
    Stop("not-found", "officer", lambda at: "/nothing-here"),
)
