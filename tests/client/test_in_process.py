"""Every call of the client on the application itself, without a socket between them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import httpx
import pytest
from pyotp import TOTP
from two_high_client import AsyncClient, Conflict, NoAnswer, NotAllowed, NotSignedIn
from two_high_client.declarations import TOGETHER
from two_high_client.reading import json_of

from api.app import create_app
from api.settings import Settings
from review.clock import today
from review.record.access.people import add_person, change_password
from review.record.access.rule_keepers import set_rule_keeper
from review.record.storage.store import Store
from tests.api.conftest import with_keys
from tests.api.test_api import named
from tests.api.test_proposals import CHANGE, SCAN, SEEN
from tests.client.test_operations import operations
from tests.databases import Databases

pytestmark = pytest.mark.record

AS_OF = date(2025, 3, 1)
SHEETS = Path(__file__).resolve().parents[2] / "fixtures" / "sheets"
PASSWORD = "Client-of-2026-示例"
PDF = b"%PDF-1.7 fictional report"
T = TypeVar("T")
Opened = Callable[[str | None], AsyncClient]


def with_people(store: Store) -> dict[str, str]:
    """A key for each role, and two officers with passwords; the second may confirm proposals."""
    for login, name in (("jia", "规则员甲"), ("yi", "规则员乙")):
        change_password(store, login, add_person(store, login, name, "officer", "test"), PASSWORD)
    set_rule_keeper(store, "yi", True, "授权（示例）", "test")
    return with_keys(store)


class Noted(httpx.ASGITransport):
    """The application, and what it was asked with success."""

    asked: set[tuple[str, str]]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await super().handle_async_request(request)
        if answer.is_success:
            self.asked.add((request.method, request.url.raw_path.decode().partition("?")[0]))
        return answer


def test_every_operation_is_called(databases: Databases, tmp_path: Path) -> None:
    database, keys = databases.copy("sqlite", tmp_path, with_people)
    app = create_app(Settings(database=database, webhook_private=True, webhook_attempts=1, poll_seconds=0.05))
    transport = Noted(app=app)
    transport.asked = set()

    def opened(key: str | None) -> AsyncClient:
        return AsyncClient("http://in-process", key, transport=transport, retries=0)

    async def session() -> None:
        async with app.router.lifespan_context(app):
            clients = {role: opened(key) for role, key in keys.items()}
            officer, admin, auditor = (clients[each] for each in ("officer", "admin", "auditor"))
            await look_around(opened(None), admin, officer)
            review = await work_on_a_case(officer)
            await print_and_prove(officer, auditor, review)
            await submit_a_draft(officer)
            await decide_by_two(opened, officer)
            await sign_a_decision(opened, admin, officer)
            await run_the_office(admin, officer)
            await change_the_rules(opened, auditor)
            await replay_and_look_through(officer, auditor, review)
            await send_word(admin, officer)
            await let_people_in(opened, admin)

    asyncio.run(session())
    patterns = {each: re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(each[1]))) for each in operations()}
    called = {
        each
        for each, pattern in patterns.items()
        if any(each[0] == method and pattern.fullmatch(path) for method, path in transport.asked)
    }
    assert sorted(operations().keys() - called) == []


async def all_of(found: AsyncIterator[T]) -> list[T]:
    return [each async for each in found]


async def look_around(nobody: AsyncClient, admin: AsyncClient, officer: AsyncClient) -> None:
    assert (await nobody.health()).status == (await nobody.ready()).status == "ok"
    assert "two_high" in await admin.metrics()
    with pytest.raises(NotSignedIn) as caught:
        await nobody.me()
    assert caught.value.code is not None and caught.value.code in await nobody.explain_problem(caught.value.code)
    with pytest.raises(NotAllowed):
        await officer.keys()
    name = (await officer.rulesets())[-1].name
    edition = await officer.ruleset(name)
    assert (await officer.rule(name, edition.rules[0].id)) == edition.rules[0]
    assert {rule for each in await officer.clauses(name) for rule in each.rules} >= {"voc-offset"}


async def work_on_a_case(officer: AsyncClient) -> str:
    sheet = named("IN-1")
    assert (await officer.check(sheet)).recommendation
    made = await officer.submit(sheet)
    review, project = made.id, made.project
    assert [each.status for each in await all_of(officer.submit_many([named("IN-2")]))] == [201]
    assert [each.recommendation for each in await all_of(officer.check_many([sheet], brief=True))] == [
        made.review.recommendation
    ]
    assert [each.id for each in await all_of(officer.reviews(project=project))] == [review]
    await officer.take_step(project, "received", day=today())
    await officer.hand_over(project, "jia", note="分办（示例）")
    finding = next(each for each in made.review.findings if each.status == "missing")
    await officer.answer_finding(review, finding.rule, finding.subject, "agreed")
    assert [each.rule for each in (await officer.answers(review)).answers] == [finding.rule]
    assert (await officer.supplement(review)).supplement
    file = await officer.attach("通知.pdf", PDF, project=project, page="1")
    assert (await officer.attachment(file.id)).file.bytes == len(PDF)
    assert await officer.attachment_file(file.id) == PDF
    again = await officer.attach("通知.pdf", digest=(await officer.attachment(file.id)).file.digest, review=review)
    await officer.withdraw_attachment(again.id, "附错（示例）")
    assert [each.withdrawn is None for each in await all_of(officer.attachments(project=project))] == [True, False]
    note = await officer.write_note("现场核实（示例）", review=review, rule=finding.rule, subject=finding.subject)
    await officer.withdraw_note(note.id, "写错（示例）")
    assert [each.id for each in await all_of(officer.notes(project=project))] == [note.id]
    asked = await officer.ask_units(
        project,
        ["市水利局（示例）", {"name": "市生态环境局（示例）", "contact": "示例科"}],
        "是否落实（示例）",
        working_days=5,
    )
    await officer.record_reply(asked.id, "市水利局（示例）", "agree")
    assert (await officer.consultation(asked.id)).awaited == ("市生态环境局（示例）",)
    await officer.close_consultation(asked.id, reason="电话确认（示例）")
    other = await officer.ask_units(project, ["市水利局（示例）"], "另问（示例）", due=today())
    await officer.withdraw_consultation(other.id, "重复（示例）")
    assert [each.state for each in (await officer.consultations(project)).consultations] == ["closed", "withdrawn"]
    seen = await officer.review(review)
    assert (await officer.decide(review, "supplement", if_match=seen.etag)).review == review
    assert (await officer.project(project)).standing.outcome == "supplement"
    assert [each.project for each in await all_of(officer.worklist(text="IN-1"))] == [project]
    page = await officer.worklist_page(sort="project", limit=1)
    assert page.recorded_until is not None and page.next is not None
    changed = await all_of(officer.worklist(sort="project", updated_since=datetime.fromisoformat(page.recorded_until)))
    assert project in [each.project for each in changed]
    assert (await officer.indicators()).schema_ == "two-high/indicators/1" and await officer.split_projects() == []
    assert await all_of(officer.counted_projects()) is not None
    assert (await officer.ledger(str(today().year))).totals.listed == len(
        await all_of(officer.ledger_items(str(today().year)))
    )
    assert (await officer.search_page("IN-1")).items == tuple(await all_of(officer.search("IN-1")))
    return review


async def print_and_prove(officer: AsyncClient, auditor: AsyncClient, review: str) -> None:
    page = (await officer.paper(review, "opinion", form="html", language="en")).decode()
    code = re.search(rf"\b{review}D[0-9A-Z]+(-[0-9A-Z]+)+", page)
    assert code is not None
    found = await auditor.look_up_paper(code[0])
    assert (found.review, found.later_decision) == (review, None)
    sheet = await officer.sheet(review)
    assert (await officer.check(sheet)).sheet_digest == (await officer.review(review)).review.sheet_digest
    assert (await officer.sheet_workbook(review)).startswith(b"PK")
    assert json_of(await officer.receipt(review))["review"] == int(review)
    signed = await auditor.record_checkpoint()
    assert signed == await auditor.last_checkpoint() and [each async for each in auditor.checkpoints()][-1] == signed
    job = await auditor.start_verification(quick=True)
    assert (
        (await auditor.verification(job.id)).id == job.id in [each.id for each in (await auditor.verifications()).items]
    )
    await auditor.cancel_verification(job.id)


async def submit_a_draft(officer: AsyncClient) -> None:
    begun = await officer.create_draft({"project": {"code": "IN-5"}})
    assert begun.faults and not begun.left
    saved = await officer.save_draft(begun.id, 1, named("IN-5"))
    with pytest.raises(Conflict):
        await officer.save_draft(begun.id, 1, named("IN-6"))
    assert await officer.draft(begun.id) == saved
    assert [each.version for each in await all_of(officer.draft_versions(begun.id))] == [2, 1]
    await officer.put_draft_away(begun.id)
    assert [each.id for each in await all_of(officer.drafts(away=True))] == [begun.id]
    await officer.take_draft_back(begun.id)
    made = await officer.submit_draft(begun.id, 2)
    assert (await officer.review(made.id)).review.recommendation == made.recommendation
    project = (await officer.review(made.id)).project
    await officer.submit({**named("IN-5"), "site": {"park": "none"}}, replaces=made.id)
    assert [each.version for each in await all_of(officer.versions(project))] == [2, 1]
    assert "site.park" in [each.path for each in await officer.compare_versions(project, 1, 2)]


async def decide_by_two(opened: Opened, officer: AsyncClient) -> None:
    first, second = await signed_in(opened, "jia"), await signed_in(opened, "yi")
    sheet = (SHEETS / "pvc.json").read_bytes()

    async def waiting(review: str) -> str:
        made = await first.decide_or_wait(review, "approve", reason="理由（示例）", clause="3.10-7")
        assert made.decision is None and made.pending is not None
        return made.pending.id

    review = (await officer.submit(sheet, as_of=AS_OF, reason="补录（示例）")).id
    await first.withdraw_pending_decision(review, await waiting(review))
    await second.return_decision(review, await waiting(review), "请补充（示例）")
    pending = await waiting(review)
    assert [each.id for each in await second.pending_decisions()] == [pending]
    shown = await second.pending_decision(review)
    assert shown.to_see and shown.pending is not None and shown.pending.ruling.outcome == "approve"
    seen = [{"rule": each.rule, "subject": each.subject} for each in shown.to_see]
    assert (await second.confirm_decision(review, pending, seen)).departs


async def signed_in(opened: Opened, login: str) -> AsyncClient:
    return opened((await opened(None).sign_in(login, PASSWORD)).token)


async def sign_a_decision(opened: Opened, admin: AsyncClient, officer: AsyncClient) -> None:
    first, second = await signed_in(opened, "jia"), await signed_in(opened, "yi")
    review = (await officer.submit(named("IN-3"))).id
    assert (await officer.signing_rules()).steps == 1
    await admin.set_signing_rules(2, "内部规定（示例）")
    proposed = await first.propose_decision(review, "supplement")
    await second.send_decision_back(review, proposed.id, "请补正（示例）")
    proposed = await first.propose_decision(review, "supplement")
    await first.withdraw_decision(review, proposed.id)
    await first.propose_decision(review, "supplement")
    waits = (await second.sign_offs(review)).open
    assert waits is not None and waits.content is not None
    assert (await second.sign_decision(review, waits.last, waits.content, opinion="同意（示例）")).decision
    assert [each.state for each in (await first.sign_offs(review)).past] == ["issued", "withdrawn", "returned"]
    await admin.set_signing_rules(1, "内部规定（示例）")


async def run_the_office(admin: AsyncClient, officer: AsyncClient) -> None:
    await officer.register_offset("S-IN", Decimal("1.50"), "核定（示例）", area="fuqing", completed=today())
    (source,) = await all_of(officer.offsets())
    assert len((await officer.source_history("S-IN")).entries) == 1
    await admin.set_office(name="示例局", series="示审")
    assert (await officer.office()).series == "示审"
    assert source.free_t == "1.5"
    # What the sample that was decided on asks of a source that nobody registered.
    assert [each.asked_t for each in await all_of(officer.offset_claims())] == ["12"]
    await admin.set_quota(
        "energy", today().year, today().year, Decimal("50000"), "示政〔2026〕1 号（示例）", "年度总量（示例）"
    )
    energy = next(each for each in await officer.balances() if each.medium == "energy")
    assert energy.quota is not None and energy.quota.amount == "50000"
    assert len(await all_of(officer.not_stated("energy", side="pending"))) == energy.pending.not_stated
    absence = await admin.add_absence("jia", "yi", today(), today())
    assert [each.id for each in await admin.absences()] == [absence.id]
    await admin.end_absence(absence.id)
    await admin.set_calendar(2026, [date(2026, 10, 1)], [date(2026, 10, 10)])
    await admin.set_terms(15)
    calendar = await officer.calendar()
    assert (calendar.review_days, calendar.years[0].workdays) == (15, ("2026-10-10",))
    assert (await officer.inbox()).counts["overdue"] == 0


async def change_the_rules(opened: Opened, auditor: AsyncClient) -> None:
    proposer, keeper = await signed_in(opened, "jia"), await signed_in(opened, "yi")
    (change,) = CHANGE["changes"]
    scanned = [{**change, "document": {**change["document"], "file": SCAN}}]
    first, second, third = [
        await proposer.propose_change(CHANGE["from"], "按通知修改（示例）", scanned) for _ in range(3)
    ]
    found = await auditor.proposal(first.id)
    assert found.editions[0].from_ == CHANGE["from"]
    assert await auditor.proposal_file(first.id, found.files[0].digest) == b"%PDF-1.7 fictional notice"
    started = await keeper.start_preview(first.id)
    assert (await keeper.preview(first.id)).preview.id == started.id
    assert await all_of(keeper.previewed_projects(first.id)) is not None
    await proposer.withdraw_proposal(second.id, "重复（示例）")
    await keeper.return_proposal(third.id, "重复（示例）")
    await keeper.confirm_proposal(first.id, SEEN["seen"])
    assert {each.id: each.state for each in await auditor.proposals()} == {
        first.id: "adopted",
        second.id: "withdrawn",
        third.id: "returned",
    }


async def replay_and_look_through(officer: AsyncClient, auditor: AsyncClient, review: str) -> None:
    assert (await officer.replay(review)).difference is None
    job = await officer.start_replay(against="fuqing@2022", as_of=date(2022, 9, 1))
    assert (await officer.replay_job(job.id)).id == job.id in [each.id for each in (await officer.replays()).items]
    await officer.cancel_replay(job.id)
    assert isinstance(await all_of(officer.differences(job.id)), list)
    events = await all_of(auditor.events())
    assert [each.position for each in events] == sorted({each.position for each in events})
    assert await all_of(auditor.events(events[4].position)) == events[5:]
    page = await auditor.events_page(events[-1].position)
    assert (page.items, page.next, page.after) == ((), None, events[-1].position)
    assert {each.kind for each in await all_of(auditor.events(kind="decision"))} == {"decision"}
    assert b"person:yi" in await auditor.export_events(kind="decision")
    assert await all_of(auditor.audit_log(channel="api")) and await auditor.export_audit_log(since=today())
    assert await all_of(auditor.corrected_figures(since=today())) == [] and await auditor.export_corrected_figures()
    assert {each.outcome for each in await all_of(auditor.decisions(outcome="supplement"))} == {"supplement"}
    decisions = await all_of(auditor.decisions())
    drawn = await auditor.draw_decisions(1, seed="示例")
    assert drawn.items[0] in decisions and (await auditor.draw_decisions(1, seed="示例", upto=drawn.upto)) == drawn
    assert (await auditor.count_decisions()).all.decisions == len(decisions)
    assert decisions[0].name.encode() in await auditor.export_decisions()


async def send_word(admin: AsyncClient, officer: AsyncClient) -> None:
    hook = await admin.add_hook("http://127.0.0.1:1/two-high", ["review"])
    assert [each.hook for each in await admin.hooks()] == [hook.hook]
    await officer.submit(named("IN-4"))
    async with asyncio.timeout(60):
        # Nobody listens there: after its only attempt the message is dead.
        while not (dead := await all_of(admin.deliveries(state="dead"))):
            await asyncio.sleep(0.05)
    (delivery,) = dead
    assert (await admin.resend(delivery.id))["id"] == delivery.id
    assert (await admin.resend_dead(hook.hook)).messages in (0, 1)
    assert (await admin.send_test(hook.hook))["state"] == "waiting"
    assert (await admin.rotate_secret(hook.hook, "定期更换（示例）", hours=1)).secret != hook.secret
    assert [each.both_until is not None for each in await admin.hooks()] == [True]
    await admin.remove_hook(hook.hook, reason="示例")


async def let_people_in(opened: Opened, admin: AsyncClient) -> None:
    made = await admin.add_person("bing", "示例人员丙", "officer")
    made = await admin.reset_password("bing", "忘记密码（示例）")
    session = opened((await opened(None).sign_in("bing", made.password)).token)
    assert (await session.me()).must_change_password
    await session.change_password(made.password, PASSWORD)
    session = opened((await opened(None).sign_in("bing", PASSWORD)).token)
    codes = TOTP((await session.begin_second_factor(PASSWORD)).secret)
    recovery = (await session.confirm_second_factor(codes.now())).recovery_codes
    with pytest.raises(NotSignedIn):
        await opened(None).sign_in("bing", PASSWORD)
    session = opened((await opened(None).sign_in("bing", PASSWORD, code=recovery[0])).token)
    await session.end_second_factor(recovery[1])
    await session.confirm_second_factor(TOTP((await session.begin_second_factor(PASSWORD)).secret).now())
    await admin.take_away_second_factor("bing", reason="遗失（示例）")
    session = opened((await opened(None).sign_in("bing", PASSWORD)).token)
    assert (await admin.set_sign_in_rules(["admin"], "内部规定（示例）")) == await admin.sign_in_rules()
    await admin.set_sign_in_rules([], "内部规定（示例）")
    await session.sign_out()
    with pytest.raises(NotSignedIn):
        await session.me()
    await admin.end_person("bing", reason="调离（示例）")
    assert next(each for each in await admin.people() if each.login == "bing").ended == "调离（示例）"
    assert (await admin.set_address("jia", "jia@office.example")).id
    assert (await admin.set_address("jia", None)).id
    assert (await admin.set_rule_keeper("jia", True, "分工（示例）")).id
    assert (await admin.set_rule_keeper("jia", True, "分工（示例）")).id is None
    await admin.know_person("zhang@approval", "张复核（示例）")
    await admin.forget_person("zhang@approval", reason="调离（示例）")
    assert [each.ended for each in await admin.known_people()] == ["调离（示例）"]
    await admin.add_key("审批系统（示例）", "system", days=30)
    made_key = next(each for each in await admin.keys() if each.name == "审批系统（示例）")
    await admin.remove_key(made_key.key, reason="示例")
    assert next(each for each in await admin.keys() if each.key == made_key.key).revoked == "示例"


class _BreakingOff(httpx.ASGITransport):
    """The application; the answer to a part after the first is lost, once."""

    lost = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await super().handle_async_request(request)
        if not self.lost and request.headers.get("idempotency-key", "").endswith(f"/{TOGETHER}"):
            self.lost = True
            raise httpx.ReadError("lost")
        return answer


def test_sheets_sent_again_by_the_key_of_an_error_are_recorded_once(databases: Databases, tmp_path: Path) -> None:
    database, keys = databases.copy("sqlite", tmp_path, with_people)
    app = create_app(Settings(database=database))
    sheets = [named(f"AGAIN-{number}") for number in range(TOGETHER + 2)]

    async def session() -> int:
        async with app.router.lifespan_context(app):
            client = AsyncClient("http://in-process", keys["officer"], transport=_BreakingOff(app=app), retries=0)
            before = len(await all_of(client.reviews()))
            with pytest.raises(NoAnswer) as caught:
                await all_of(client.submit_many(sheets, brief=True))
            assert caught.value.key is not None and "/" not in caught.value.key
            again = await all_of(client.submit_many(sheets, brief=True, key=caught.value.key))
            assert {each.status for each in again} == {201}
            return len(await all_of(client.reviews())) - before

    assert asyncio.run(session()) == len(sheets)
