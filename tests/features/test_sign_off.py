"""sign_off.feature on a real SQLite file and a real PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from review.clock import today
from review.errors import Conflict, Text, TwoHighError
from review.papers.blocks import Lines, Pairs, Paper
from review.papers.html import fragment
from review.papers.papers import read_paper
from review.record.access.absences import record_absence
from review.record.access.known_people import person_of
from review.record.access.people import add_person, end_person
from review.record.access.signing_rules import SigningRules, read_signing_rules, set_signing_rules
from review.record.cases.answers import Stand, answer_finding
from review.record.cases.attaching import attach
from review.record.cases.attachments import AttachedTo
from review.record.cases.consultations import UnitAsked
from review.record.cases.consulting import Asking, Replied, ask_units, record_reply
from review.record.cases.decisions import decide
from review.record.cases.persons import Person
from review.record.cases.rulings import Ruling
from review.record.cases.second_person import overridden
from review.record.cases.sign_offs import open_on, sign_offs_of
from review.record.cases.signed_content import content_digest, content_of
from review.record.cases.signers import steps_without_signer
from review.record.cases.signing import Seen, Signed, propose, send_back, sign, take_back
from review.record.cases.steps import take_step
from review.record.cases.submissions import Recorded
from review.record.proof.paper_code import look_up, read_decision
from review.record.proof.verification import verify
from review.record.search.index import bring_up
from review.record.search.searching import search
from review.record.storage.actors import Actor
from review.record.storage.bodies import DecisionBody
from review.record.storage.contents import last_decision, read_review
from review.record.storage.files import scan
from review.record.storage.store import Store
from review.record.views.inbox import Item, inbox, item_address
from review.record.views.timeline import timeline
from review.terms import INBOX_WORDS
from tests.record.offices import adopted, staffed
from tests.record.projects import OFFICER, project, recorded

pytestmark = pytest.mark.record

scenarios("sign_off.feature")
LOGINS = {"甲": "jia", "乙": "yi", "丙": "bing", "丁": "ding"}
FAILING = {"eia.laws.conforms": False}
CLERK = Actor("系统管理员（示例）", "person:admin")
# What departs has both.
GROUNDS = ("理由（示例）", "3.10-7")


@pytest.fixture(autouse=True)
def on_both_databases(store: Store) -> None:
    """A scenario asks for its fixtures as it goes; this one is known beforehand, so that it can run on each database."""


def actor(name: str) -> Actor:
    return Actor(name, f"person:{LOGINS[name]}")


def ruling(outcome: str) -> Ruling:
    return Ruling(outcome) if outcome == "reject" else Ruling(outcome, *GROUNDS)


@dataclass
class World:
    store: Store
    review: Recorded
    papers: list[Paper] = field(default_factory=list)
    raced: list[Signed | TwoHighError] = field(default_factory=list)

    def seen(self, ticked: bool = True) -> Seen:
        """What a person sees who opens the page now."""
        with self.store.reading() as connection:
            review = read_review(connection, self.review.id)
            waits = open_on(connection, review.id)
            boxes = {(each["rule"], each["subject"]) for each in overridden(review.document())}
            content = content_digest(content_of(connection, review))
        return Seen(waits.last.id if waits else 0, content, frozenset(boxes if ticked else ()))

    def sign(self, who: str, opinion: str | None, ticked: bool = True) -> Signed:
        return sign(self.store, self.review.id, self.seen(ticked), actor(who), opinion=opinion)

    def propose(self, who: str, outcome: str) -> Signed:
        return propose(self.store, self.review.id, ruling(outcome), actor(who), expected=0)

    def paper(self, decision: int | None = None) -> Paper:
        with self.store.reading() as connection:
            return read_paper(connection, self.review.id, decision=decision)

    def decision(self) -> DecisionBody | None:
        with self.store.reading() as connection:
            number = last_decision(connection, self.review.id)
            return None if number is None else read_decision(connection, self.review.id, number)

    def inbox(self, who: str) -> list[tuple[str, str]]:
        with self.store.reading() as connection:
            found = inbox(connection, f"person:{LOGINS[who]}", officer=True)
        assert sum(found["counts"].values()) == len(found["items"])
        return [(INBOX_WORDS[each["kind"]].zh, each["words"]["zh"]) for each in found["items"]]


def told(act: Callable[[], Any], words: str) -> None:
    with pytest.raises(TwoHighError) as caught:
        act()
    assert words in "；".join(each.text.zh for each in caught.value.faults)


def set_rules(store: Store, **changes: Any) -> None:
    with store.reading() as connection:
        before = read_signing_rules(connection)
    wanted = SigningRules(**{"steps": before.steps, "matters": before.matters, "signers": before.signers, **changes})
    set_signing_rules(store, wanted, CLERK, "内部规定（示例）")


@given(parsers.parse("审批人员“{names}”，项目“{code}”的审查建议为不予批准"), target_fixture="world")
def office(store: Store, names: str, code: str) -> World:
    for name in names.split("、"):
        add_person(store, LOGINS[name], name, "officer", CLERK)
    add_person(store, "admin", CLERK.name, "admin", CLERK)
    return World(store, recorded(store, project(code, FAILING)))


@given(parsers.re(r"本单位设定签批 (?P<steps>\d) 步$"))
@when(parsers.re(r"本单位设定签批 (?P<steps>\d) 步$"))
def steps_set(world: World, steps: str) -> None:
    set_rules(world.store, steps=int(steps))


@given(parsers.re(r"本单位设定签批 (?P<steps>\d) 步，“(?P<matter>\w+)” (?P<many>\d) 步"))
def matter_set(world: World, steps: str, matter: str, many: str) -> None:
    set_rules(world.store, steps=int(steps), matters={matter: int(many)})


@given(parsers.re(r"本单位设定签批 (?P<steps>\d) 步，签发由“(?P<who>[^”]+)”"))
def signers_set(world: World, steps: str, who: str) -> None:
    set_rules(world.store, steps=int(steps), signers={3: (LOGINS[who],)})


@when(parsers.re(r"本单位设定签批 (?P<steps>\d) 步，审核由“(?P<reviewers>[^”]+)”，签发由“(?P<issuers>[^”]+)”"))
@given(parsers.re(r"本单位设定签批 (?P<steps>\d) 步，审核由“(?P<reviewers>[^”]+)”，签发由“(?P<issuers>[^”]+)”"))
def every_signer_set(world: World, steps: str, reviewers: str, issuers: str) -> None:
    signers = {
        step: tuple(LOGINS[each] for each in names.split("、")) for step, names in ((2, reviewers), (3, issuers))
    }
    set_rules(world.store, steps=int(steps), signers=signers)


@when(parsers.parse("“{who}”决定“{outcome}”"))
def decides(world: World, who: str, outcome: str) -> None:
    decide(world.store, world.review.id, ruling(outcome), actor(who))


@when(parsers.parse("“{who}”拟定“{outcome}”"))
def drafts(world: World, who: str, outcome: str) -> None:
    world.propose(who, outcome)


@when(parsers.parse("“{names}”依次签批，意见“{opinion}”"))
def sign_in_turn(world: World, names: str, opinion: str) -> None:
    for name in names.split("、"):
        world.sign(name, opinion)


@when(parsers.parse("“{who}”退回，意见“{opinion}”"))
def returns(world: World, who: str, opinion: str) -> None:
    send_back(world.store, world.review.id, world.seen().last, actor(who), opinion)


@when(parsers.parse("“{who}”撤回"))
def withdraws(world: World, who: str) -> None:
    take_back(world.store, world.review.id, world.seen().last, actor(who))


@when(parsers.parse("“{who}”今天外出，由“{deputy}”代办"))
def away(world: World, who: str, deputy: str) -> None:
    record_absence(world.store, LOGINS[who], LOGINS[deputy], today(), today(), CLERK)


@when("附加了文件")
def attached(world: World) -> None:
    attach(world.store, AttachedTo(review=world.review.id), scan("补充（示例）.pdf", b"%PDF-1.7 fictional"), OFFICER)


@when("对条目提出意见")
def answers(world: World) -> None:
    answer_finding(world.store, world.review.id, ("eia-laws", "eia"), Stand("agreed"), OFFICER)


@when("收到其他单位的答复")
def is_replied(world: World) -> None:
    unit = "示例市生态环境局（虚构）"
    asked = ask_units(world.store, world.review.project, Asking([UnitAsked(unit)], "总量（示例）", 5), OFFICER)
    record_reply(world.store, asked.id, Replied(unit, "object", "总量不足（示例）"), OFFICER)


@when("项目提交新版")
def replaced(world: World) -> None:
    recorded(world.store, project("A-1", {**FAILING, "project.investment_wan": "9"}))


@when("新的一版另立为项目")
def is_split_off(world: World) -> None:
    take_step(world.store, world.review.project, "split", OFFICER, reason="代码误填（示例）")


@when("采用了新的规则版本")
def law_changes(world: World) -> None:
    staffed(world.store)
    adopted(world.store, "1.5", today())


@when(parsers.parse("“{who}”的账户停用"))
def account_ends(world: World, who: str) -> None:
    end_person(world.store, LOGINS[who], "调离（示例）", CLERK)


@when(parsers.parse("“{names}”同时签批第二步"))
def race(world: World, names: str) -> None:
    seen = world.seen()

    def signs(name: str) -> Signed | TwoHighError:
        try:
            return sign(world.store, world.review.id, seen, actor(name), opinion="同意（示例）")
        except TwoHighError as error:
            return error

    with ThreadPoolExecutor(2) as threads:
        world.raced = list(threads.map(signs, names.split("、")))


@when("已出具对照审查表")
def issued(world: World) -> None:
    world.papers.append(world.paper())


@then(parsers.parse("还没有决定，对照审查表写明“{words}”"))
def undecided(world: World, words: str) -> None:
    assert world.decision() is None
    assert words in fragment(world.paper())


@then(parsers.parse("决定已生效，由“{who}”作出，没有签批"))
def decided_alone(world: World, who: str) -> None:
    decision = world.decision()
    assert decision is not None and "sign_off" not in decision
    assert (decision["officer"], decision["second"]) == (who, None)
    [lines] = [block for section in world.paper().sections for block in section.blocks if isinstance(block, Lines)]
    assert lines.cells == ("经办：", "复核：", "签发：")


@then(parsers.parse("决定已生效，由“{who}”作出，依次有“{signers}”"))
def decided_by(world: World, who: str, signers: str) -> None:
    decision = world.decision()
    assert decision is not None
    signed = decision["sign_off"]["signatures"]
    words = [
        f"{('经办人', '审核人', '签发人')[each['step'] - 1]}：{each['name']}"
        + (f"（代 {each['deputy_for']['name']}）" if each["deputy_for"] else "")
        for each in signed
    ]
    assert "；".join(words) == signers
    assert (decision["officer"], decision["second"]) == (who, signed[1]["name"])
    assert decision["second_subject"] == signed[1]["subject"]


@then(parsers.parse("对照审查表依次写明“{signers}”"))
def on_paper(world: World, signers: str) -> None:
    blocks = [block for section in world.paper().sections for block in section.blocks]
    [lines] = [each for each in blocks if isinstance(each, Lines)]
    assert "；".join(lines.cells) == signers
    rows = [row for block in blocks if isinstance(block, Pairs) for row in block.rows]
    shown = [row for row in rows if row.label in ("经办人", "审核人", "签发人")]
    assert [f"{row.label}：{row.value.split('；')[0]}" for row in shown] == signers.split("；")
    assert all("意见：同意（示例）" in row.value for row in shown[1:])
    assert not any(row.label == "复核人" for row in rows)
    english = fragment_in_english(world)
    assert all(words in english for words in ("drafted by", "reviewed by", "opinion: "))


def fragment_in_english(world: World) -> str:
    with world.store.reading() as connection:
        return fragment(read_paper(connection, world.review.id, "en"))


@then(parsers.parse("须经 {steps:d} 步签批"))
def needs_steps(world: World, steps: int) -> None:
    with world.store.reading() as connection:
        [found] = sign_offs_of(connection, world.review.id)
    assert found.steps == steps


@then(parsers.parse("“{who}”不能签批：“{words}”"))
def cannot_sign(world: World, who: str, words: str) -> None:
    told(lambda: world.sign(who, "同意（示例）"), words)


@then(parsers.parse("“{who}”未逐项查看不能签批：“{words}”"))
def cannot_sign_unseen(world: World, who: str, words: str) -> None:
    told(lambda: world.sign(who, "同意（示例）", ticked=False), words)


@then(parsers.parse("“{who}”不写意见不能签批：“{words}”"))
def cannot_sign_silently(world: World, who: str, words: str) -> None:
    for opinion in (None, " "):
        told(lambda opinion=opinion: world.sign(who, opinion), words)  # type: ignore[misc]


@then(parsers.parse("“{who}”不写意见不能退回"))
def cannot_return_silently(world: World, who: str) -> None:
    told(lambda: send_back(world.store, world.review.id, world.seen().last, actor(who), " "), "退回须写明意见")


@then(parsers.parse("“{who}”不能退回：“{words}”"))
def cannot_return(world: World, who: str, words: str) -> None:
    told(lambda: send_back(world.store, world.review.id, world.seen().last, actor(who), "退回（示例）"), words)


@then(parsers.parse("第 {step:d} 步写明“{words}”"))
def step_is_without_signer(world: World, step: int, words: str) -> None:
    assert {number: said.zh for number, said in without_signer(world).items()} == {step: words}


@then(parsers.parse("第 2、3 步写明“{second}”“{third}”"))
def both_steps_are_without_signer(world: World, second: str, third: str) -> None:
    assert [said.zh for said in without_signer(world).values()] == [second, third]


@then("各步都有人可签")
def every_step_has_a_signer(world: World) -> None:
    assert without_signer(world) == {}


def without_signer(world: World) -> dict[int, Text]:
    with world.store.reading() as connection:
        waits = open_on(connection, world.review.id)
        assert waits is not None
        return steps_without_signer(connection, read_signing_rules(connection), waits)


@then(parsers.parse("“{who}”不能代“{other}”拟定：“{words}”"))
def cannot_propose_for(world: World, who: str, other: str, words: str) -> None:
    asked = Ruling("reject", on_behalf_of=Person(LOGINS[other]))
    told(lambda: propose(world.store, world.review.id, asked, actor(who), expected=0), words)


@then(parsers.parse("“{who}”不能撤回"))
def cannot_withdraw(world: World, who: str) -> None:
    told(lambda: take_back(world.store, world.review.id, world.seen().last, actor(who)), "只有经办人可以撤回")


@then(parsers.parse("“{who}”不能拟定“{outcome}”：“{words}”"))
def cannot_propose(world: World, who: str, outcome: str, words: str) -> None:
    told(lambda: world.propose(who, outcome), words)


@then(parsers.parse("“{who}”不能直接决定“{outcome}”：“{words}”"))
def cannot_decide(world: World, who: str, outcome: str, words: str) -> None:
    told(lambda: decide(world.store, world.review.id, ruling(outcome), actor(who)), words)


@then(parsers.parse("“{who}”的收件箱有“{kind}”：“{words}”"))
def in_inbox(world: World, who: str, kind: str, words: str) -> None:
    assert any(each == kind and words in said for each, said in world.inbox(who)), world.inbox(who)


@then("无人可签一事不在任何人的收件箱")
def nobody_is_told_of_it(world: World) -> None:
    assert told_that_nobody_signs(world) == ([], [])


@then(parsers.parse("无人可签一事在“{names}”的收件箱，管理员的收件箱有“{words}”"))
def is_told_to_whom_it_concerns(world: World, names: str, words: str) -> None:
    officers, [administrator] = told_that_nobody_signs(world)
    assert officers == names.split("、") and words in administrator["words"]["zh"]
    assert item_address(administrator) == "/sign-off"


def told_that_nobody_signs(world: World) -> tuple[list[str], list[Item]]:
    """In whose inboxes it stands that a decision has nobody to sign it, once in each, and the items of the administrator's; of those whose accounts have not ended."""
    with world.store.reading() as connection:
        boxes = {
            name: inbox(connection, f"person:{login}", officer=True)
            for name, login in LOGINS.items()
            if person_of(connection, login)
        }
        [named, unnamed] = [
            inbox(connection, subject, officer=False, administrator=is_unknown)
            for subject, is_unknown in (("person:admin", False), ("oidc:0f3c", True))
        ]
    assert named["items"] == unnamed["items"]
    assert not any(each["counts"]["signers"] for each in boxes.values()) and not named["counts"]["unsignable"]
    about = {name: [each for each in box["items"] if each["kind"] == "unsignable"] for name, box in boxes.items()}
    assert all(
        [item_address(each) for each in found] == [f"/reviews/{world.review.id}/decision"]
        for found in about.values()
        if found
    )
    return [name for name, found in about.items() if found], named["items"]


@then(parsers.parse("“{who}”的收件箱没有“{kind}”"))
def not_in_inbox(world: World, who: str, kind: str) -> None:
    assert kind not in [each for each, _ in world.inbox(who)]


@then(parsers.parse("项目的经过有“{words}”"))
def in_timeline(world: World, words: str) -> None:
    with world.store.reading() as connection:
        events = timeline(connection, world.review.project)["events"]
    assert any(words in each["summary"]["zh"] for each in events if each["kind"] == "signature")


@then(parsers.parse("检索“{words}”找到该项目"))
def is_found(world: World, words: str) -> None:
    while bring_up(world.store):
        pass
    with world.store.reading() as connection:
        hits = search(connection, words)
    assert [each["id"] for each in hits["items"]] == [str(world.review.project)]


@then(parsers.parse("一人签批，另一人被告知“{words}”"))
def one_won(world: World, words: str) -> None:
    [won] = [each for each in world.raced if isinstance(each, Signed)]
    [lost] = [each for each in world.raced if isinstance(each, TwoHighError)]
    assert (won.act, won.step) == ("agreed", 2)
    assert isinstance(lost, Conflict) and words in lost.faults[0].text.zh


@then("此前出具的文书仍可核验，照原样再出具逐字相同")
def still_verifies(world: World) -> None:
    [before] = world.papers
    with world.store.reading() as connection:
        found = look_up(connection, before.code)
    assert found is not None and found.later_decision is not None
    assert fragment(world.paper(decision=0)) == fragment(before)
    assert re.sub(r"D\d+", "", before.code) != re.sub(r"D\d+", "", world.paper().code)


@then("记录完好")
def is_intact(world: World) -> None:
    with world.store.reading() as connection:
        found = verify(connection)
    assert (found.breaks, found.remarks) == ((), ())
