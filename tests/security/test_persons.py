"""A second person is a person: not the same one, not one who looks the same, not one whom nobody knows."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from review.errors import Conflict, Fault, Refused
from review.record.access.keys import create_key
from review.record.access.known_people import forget_person, know_person, list_known, person_of
from review.record.access.names import person_key
from review.record.access.people import add_person, end_person, list_people
from review.record.access.weakening import NO_SECOND_PERSON, is_weakened, record_settings
from review.record.cases.case_days import hand_over
from review.record.cases.decisions import decide
from review.record.cases.persons import Person
from review.record.cases.rulings import Ruling
from review.record.cases.second_person import (
    Pending,
    confirm,
    decide_or_wait,
    give_back,
    overridden,
    returned_to,
    waiting,
)
from review.record.cases.steps import take_step
from review.record.cases.submissions import Recorded
from review.record.projects.standing import latest
from review.record.proof.verification import verify
from review.record.storage.actors import Actor, acting, product
from review.record.storage.contents import read_review
from review.record.storage.journal import append, drafted, table
from review.record.storage.store import Store
from review.record.storage.tables import Event
from tests.record.projects import OFFICER, drawing, project, recorded, registered
from tests.record.tampering import tamper
from tests.web.sessions import at_pages

FAILING = {"voc.emission_t": "10", "voc.offsets": []}
SYSTEM = Actor("审批系统（示例）", "0123456789abcdef", "api")
JIA, YI = Person("jia@approval", "张甲"), Person("yi@approval", "李乙")
OVER = Ruling("approve", reason="理由（示例）", clause="3.10-7", on_behalf_of=JIA, second=YI)


def failure(store: Store) -> Recorded:
    """A review with a mandatory failure, in a record that knows two persons."""
    know_person(store, "jia@approval", "张甲", "管理员")
    know_person(store, "yi@approval", "李乙", "管理员")
    return recorded(store, project("A-1", FAILING))


FILLS = {"failing": failure}


@pytest.fixture
def store(begun: tuple[Store, Any]) -> Store:
    return begun[0]


@pytest.fixture
def failing(begun: tuple[Store, Recorded]) -> Recorded:
    return begun[1]


def faults(store: Store, review: int, ruling: Ruling, officer: str | Actor = SYSTEM, **options: Any) -> list[Fault]:
    """What is wrong with a decision that is refused, and of which nothing is recorded."""
    with store.reading() as connection:
        before = latest(connection, review)
    with pytest.raises(Refused) as caught:
        decide(store, review, ruling, officer, **options)
    with store.reading() as connection:
        assert latest(connection, review) == before
    return list(caught.value.faults)


def told(found: list[Fault]) -> list[tuple[str, str | None]]:
    return [(each.where, each.code) for each in found]


def events(store: Store) -> list[dict[str, Any]]:
    rows = table(Event)
    with store.reading() as connection:
        return [
            {**row, "body": json.loads(row["body"])}
            for row in connection.execute(select(rows).order_by(rows.c.position)).mappings()
        ]


def intact(store: Store) -> bool:
    with store.reading() as connection:
        found = verify(connection).breaks
    assert [(each.table, each.key, each.text.en) for each in found] == []
    return True


@pytest.mark.parametrize("second", ["李乙", "并不存在的人（虚构）", OFFICER, "审查岗\u7532 ", "yi@approval"])
def test_a_name_alone_is_no_second_person(store: Store, failing: Recorded, second: str) -> None:
    assert told(faults(store, failing.id, replace(OVER, second=second))) == [("second", "second-unknown")]


@pytest.mark.parametrize(
    "second",
    [
        Person("nobody@approval", "李乙"), Person("yi@approval", "王某"), Person("yi@approva1", "李乙"), Person("person:yi@approval", "张甲"),
    ],
)  # fmt: skip
def test_whom_the_office_does_not_know_is_no_second_person(store: Store, failing: Recorded, second: Person) -> None:
    assert told(faults(store, failing.id, replace(OVER, second=second))) == [("second", "second-unknown")]


@pytest.mark.parametrize("second", [JIA, Person("JIA@approval", "张甲"), Person("ｊｉａ@approval", "张 甲")])
def test_who_decides_is_no_second_person(store: Store, failing: Recorded, second: Person) -> None:
    assert told(faults(store, failing.id, replace(OVER, second=second))) == [("second", "second-same")]


def test_an_officer_is_not_the_second_person_by_an_account(store: Store, failing: Recorded) -> None:
    add_person(store, "jia", "孙丙", "officer", "管理员")
    by_hand = Actor("孙丙", "cli:root", "cli")
    ruling = replace(OVER, on_behalf_of=None, second=Person("jia"))
    assert told(faults(store, failing.id, ruling, by_hand)) == [("second", "second-same")]
    signed_in = Actor("别名", "person:jia", "api")
    assert told(faults(store, failing.id, ruling, signed_in)) == [("second", "second-same")]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("林审查", "林审查 <0f3c>", True), ("林 审查＜ａ＞", "林审查 <b>", True), ("林审查 <subject that was cut", "林审查", True),
        ("林审查", "林审察 <0f3c>", False), ("<0f3c>", "<0f3d>", False), ("<0f3c>", "<0F3C>", True),
    ],
)  # fmt: skip
def test_single_sign_on_makes_no_other_person_of_the_same_name(one: str, other: str, same: bool) -> None:
    assert (person_key(one) == person_key(other)) is same


def test_by_single_sign_on_nobody_is_the_own_second_person(store: Store, failing: Recorded) -> None:
    add_person(store, "sun", "孙丙", "officer", "管理员")
    ruling = replace(OVER, on_behalf_of=None, second=Person("person:sun"))
    signed_in = Actor("孙丙 <9c1f>", "oidc:9c1f", "page")
    assert told(faults(store, failing.id, ruling, signed_in)) == [("second", "second-same")]


@pytest.mark.parametrize("name", ["孙丙 <9c1f>", "孙丙＜9c1f＞", "<9c1f> "])
def test_no_account_and_no_key_is_named_as_who_comes_by_single_sign_on(store: Store, name: str) -> None:
    with pytest.raises(Refused, match="<"):
        add_person(store, "sunbing", name, "officer", "管理员")
    with pytest.raises(Refused, match="<"):
        create_key(store, name, "officer", "管理员")
    create_key(store, "<9c1f> 系统（示例）", "officer", "管理员")


def test_a_system_says_for_whom_it_decides(store: Store, failing: Recorded) -> None:
    for behalf in (None, "张甲", Person("nobody@approval", "张甲")):
        assert told(faults(store, failing.id, replace(OVER, on_behalf_of=behalf))) == [
            ("on_behalf_of", "second-unknown")
        ]


def test_a_person_is_told_what_to_write_and_a_program_what_to_state(store: Store, failing: Recorded) -> None:
    ruling = replace(OVER, on_behalf_of="无名氏")
    [by_page] = [
        each
        for each in faults(store, failing.id, ruling, at_pages(store, "张甲", "jia"))
        if each.where == "on_behalf_of"
    ]
    [by_program] = [each for each in faults(store, failing.id, ruling) if each.where == "on_behalf_of"]
    assert by_page.text.zh == "“无名氏”不是本单位已知的人员；请写登录名或姓名，或由管理员先登记"
    assert "{subject, name}" in by_program.text.zh


def test_two_known_persons_are_recorded_by_name_and_subject(store: Store, failing: Recorded) -> None:
    made = decide(store, failing.id, OVER, SYSTEM, request="k")
    body = events(store)[-1]["body"]
    assert (body["second"], body["second_subject"]) == ("李乙", "yi@approval")
    assert (body["on_behalf_of"], body["on_behalf_of_subject"]) == ("张甲", "jia@approval")
    with store.reading() as connection:
        standing = latest(connection, failing.project)
    assert standing is not None and standing["decision"] is not None
    assert (standing["decision"]["second"], standing["decision"]["second_subject"]) == ("李乙", "yi@approval")
    assert decide(store, failing.id, OVER, SYSTEM, request="k").id == made.id
    for other in (Person("jia@approval", "李乙"), None, "张甲"):
        with pytest.raises(Conflict):
            decide(store, failing.id, replace(OVER, second=other), SYSTEM, request="k")
    assert intact(store)


def test_a_short_source_needs_two_known_persons(store: Store) -> None:
    registered(store, "10")
    review = recorded(store, drawing("A-1", "6"))
    registered(store, "5", reason="核减")
    assert told(faults(store, review.id, replace(OVER, second="李乙"))) == [
        ("on_behalf_of", "second-unknown"),
        ("second", "second-unknown"),
    ]


def test_where_one_person_is_enough_a_name_goes_on(store: Store, failing: Recorded) -> None:
    decide(store, failing.id, Ruling("reject", on_behalf_of="审查岗（示例）"), SYSTEM)
    decide(store, failing.id, Ruling("reject", on_behalf_of=JIA), SYSTEM)
    bodies = [each["body"] for each in events(store)[-2:]]
    assert [(each["on_behalf_of"], each["on_behalf_of_subject"]) for each in bodies] == [
        ("审查岗（示例）", None),
        ("张甲", "jia@approval"),
    ]


def test_an_account_is_known_until_it_ends(store: Store, failing: Recorded) -> None:
    add_person(store, "li", "李丁", "officer", "管理员")
    for subject in ("li", "person:li"):
        decide(store, failing.id, replace(OVER, second=Person(subject, "李丁")), SYSTEM)
        assert events(store)[-1]["body"]["second_subject"] == "person:li"
    end_person(store, "li", "调离", "管理员")
    assert told(faults(store, failing.id, replace(OVER, second=Person("li", "李丁")))) == [("second", "second-unknown")]
    forget_person(store, "yi@approval", "调离", "管理员")
    assert told(faults(store, failing.id, OVER)) == [("second", "second-unknown")]
    assert intact(store)


# The letters are Cyrillic, Greek and full width: they look like Latin ones.
@pytest.mark.parametrize("name", ["Анна Li", "Li Αnna", "李Вера", "Ɩi\u0430"])
def test_a_name_of_mixed_scripts_is_refused(store: Store, name: str) -> None:
    for make in (
        lambda: add_person(store, "one", name, "officer", "管理员"),
        lambda: know_person(store, "one@approval", name, "管理员"),
        lambda: create_key(store, name, "system", "管理员"),
    ):
        with pytest.raises(Refused) as caught:
            make()
        assert [each.where for each in caught.value.faults] == ["name"]
    assert events(store) == []


@pytest.mark.parametrize("name", ["Ｌｉ Ming", "li ming", "LIMING", " Li  Ming "])
def test_a_name_that_looks_the_same_is_refused(store: Store, name: str) -> None:
    add_person(store, "one", "Li Ming", "officer", "管理员")
    for make in (
        lambda: add_person(store, "two", name, "officer", "管理员"),
        lambda: know_person(store, "two@approval", name, "管理员"),
        lambda: create_key(store, name, "system", "管理员"),
    ):
        with pytest.raises(Refused) as caught:
            make()
        assert [each.where for each in caught.value.faults] == ["name"]
    assert len(events(store)) == 1


def test_a_subject_is_one_persons(store: Store) -> None:
    add_person(store, "one", "李一", "officer", "管理员")
    know_person(store, "Two@approval", "王二", "管理员")
    for subject in ("one", "person:one", "two@APPROVAL", "person:nobody", " "):
        with pytest.raises(Refused) as caught:
            know_person(store, subject, "赵三", "管理员")
        assert [each.where for each in caught.value.faults] == ["subject"]
    know_person(store, "three", "赵三", "管理员")
    with pytest.raises(Refused):
        add_person(store, "three", "钱四", "officer", "管理员")
    with store.reading() as connection:
        assert [each["subject"] for each in list_known(connection)] == ["Two@approval", "three"]
        found = person_of(connection, "two@approval")
    assert found is not None and found.subject == "Two@approval"


def test_doubles_of_before_stay_and_are_named(store: Store) -> None:
    add_person(store, "one", "Li Ming", "officer", "管理员")
    with store.writing() as connection:
        body: Any = {"login": "two", "act": "added", "name": "LI MING", "role": "officer", "reason": None}
        append(connection, drafted("account", acting("管理员"), body))
    with store.reading() as connection:
        assert {each["login"]: each["doubles"] for each in list_people(connection)} == {"one": ["two"], "two": ["one"]}
    assert intact(store)


def waits(store: Store, review: int) -> Pending:
    officer = at_pages(store, "孙丙", "sun")
    ruling = replace(OVER, on_behalf_of=None, second=None)
    made = decide_or_wait(store, review, ruling, officer, expected=0, second_person=True, request="a:1")
    assert isinstance(made, Pending)
    return made


def seen(store: Store, review: int) -> frozenset[tuple[str, str]]:
    with store.reading() as connection:
        return frozenset(
            (each["rule"], each["subject"]) for each in overridden(read_review(connection, review).document())
        )


def test_who_confirms_is_recorded_with_both_sessions(store: Store, failing: Recorded) -> None:
    add_person(store, "sun", "孙丙", "officer", "管理员")
    add_person(store, "zhou", "周丁", "officer", "管理员")
    made = waits(store, failing.id)
    for same in (
        Actor("另名", "person:sun", "page"),
        Actor("孙 丙", "person:other", "page"),
        Actor("孙丙 <9c1f>", "oidc:9c1f", "page"),
    ):
        with pytest.raises(Refused) as caught:
            confirm(store, made.id, same, seen(store, failing.id))
        assert told(list(caught.value.faults)) == [("second", "second-same")]
    second = at_pages(store, "周丁", "zhou")
    confirm(store, made.id, second, seen(store, failing.id))
    body = events(store)[-1]["body"]
    assert body["by"] == {"principal": "person:sun", "channel": "page", "session": body["by"]["session"]}
    assert (body["second"], body["second_subject"]) == ("周丁", "person:zhou")
    assert body["second_session"] == second.session != body["by"]["session"]
    assert intact(store)


def test_on_whose_behalf_it_is_does_not_confirm_it(store: Store, failing: Recorded) -> None:
    add_person(store, "zhou", "周丁", "officer", "管理员")
    officer = Actor("孙丙", "person:sun", "page")
    ruling = replace(OVER, on_behalf_of="周丁", second=None)
    made = decide_or_wait(store, failing.id, ruling, officer, expected=0, second_person=True, request="a:1")
    assert isinstance(made, Pending)
    with pytest.raises(Refused) as caught:
        confirm(store, made.id, Actor("周丁", "person:zhou", "page"), seen(store, failing.id))
    assert told(list(caught.value.faults)) == [("second", "second-same")]


@pytest.mark.parametrize("then", ["decided", "reviewed", "withdrawn"])
def test_what_was_returned_is_told_until_it_is_settled(store: Store, failing: Recorded, then: str) -> None:
    add_person(store, "sun", "孙丙", "officer", "管理员")
    made = waits(store, failing.id)
    give_back(store, made.id, Actor("周丁", "person:zhou", "page"), "依据不足")

    def told_of() -> list[int]:
        with store.reading() as connection:
            return [review for review, _ in returned_to(connection, [made.login])]

    assert told_of() == [failing.id]
    if then == "decided":
        decide(store, failing.id, Ruling("reject"), "孙丙")
    elif then == "reviewed":
        recorded(store, project("A-1", {**FAILING, "voc.emission_t": "11"}))
    else:
        take_step(store, failing.project, "withdrawn", "孙丙", reason="撤回")
    assert told_of() == []


def test_a_case_is_handed_to_officers_alone(store: Store, failing: Recorded) -> None:
    add_person(store, "sun", "孙丙", "officer", "管理员")
    add_person(store, "huang", "黄审计（示例）", "auditor", "管理员")
    with pytest.raises(Refused, match="不能经办项目"):
        hand_over(store, failing.project, "huang", Actor("周丁", "person:zhou", "page"))
    hand_over(store, failing.project, "person:sun", Actor("周丁", "person:zhou", "page"))


def test_what_an_ended_account_decided_lapses(store: Store, failing: Recorded) -> None:
    add_person(store, "sun", "孙丙", "officer", "管理员")
    made = waits(store, failing.id)
    end_person(store, "sun", "调离", "管理员")
    with store.reading() as connection:
        assert waiting(connection) == ()
    with pytest.raises(Conflict, match="lapsed"):
        confirm(store, made.id, Actor("周丁", "person:zhou", "page"), seen(store, failing.id))
    # One that ended before this was known.
    tamper(store, "UPDATE pending_decision SET state = 'waiting'")
    with pytest.raises(Conflict, match="lapsed"):
        confirm(store, made.id, Actor("周丁", "person:zhou", "page"), seen(store, failing.id))
    assert [each["kind"] for each in events(store)][-1] == "account"


@pytest.mark.parametrize(
    ("clause", "good"),
    [
        ("3.10-7", True), ("3.10-7、3.1-2", True), ("节约能源法第十五条", True), ("《中华人民共和国节约能源法》 第十五条", True),
        ("《节约能源法》第十五条第二款、第五十三条", True), ("环环评〔2021〕45号（三）", True), ("9.9-9", False), ("见会议纪要", False), ("、", False),
        ("第十五条", False), ("节约能源法", False), ("行政许可法第四十二条", False), ("3.10-7、领导同意", False), ("节约能源法第十五条 且领导同意", False),
    ],
)  # fmt: skip
def test_a_departure_relies_on_a_clause_or_an_article_of_a_cited_law(
    store: Store, failing: Recorded, clause: str, good: bool
) -> None:
    ruling = replace(OVER, outcome="defer", second=None, clause=clause)
    if good:
        assert decide(store, failing.id, ruling, SYSTEM).departs
    else:
        assert told(faults(store, failing.id, ruling)) == [("clause", None)]


def test_going_without_a_second_person_is_an_event(store: Store, failing: Recorded) -> None:
    alone = replace(OVER, second=None)
    decide(store, failing.id, replace(OVER, outcome="reject"), SYSTEM, second_person=False)
    assert "setting" not in [each["kind"] for each in events(store)]
    decide(store, failing.id, alone, SYSTEM, second_person=False)
    last = events(store)[-2:]
    assert [each["kind"] for each in last] == ["setting", "decision"]
    assert (last[0]["body"]["setting"], last[0]["body"]["value"]) == ("no_second_person", "on")
    assert last[0]["body"]["by"]["principal"] == SYSTEM.principal
    decide(store, failing.id, alone, SYSTEM, second_person=False)
    assert events(store)[-2]["kind"] == "decision"
    for second_person, expected in ((True, False), (True, False), (False, True)):
        record_settings(store, second_person=second_person, actor=Actor("two-high serve", "cli:root", "cli"))
        with store.reading() as connection:
            assert is_weakened(connection, NO_SECOND_PERSON) is expected
    assert [each["body"]["value"] for each in events(store) if each["kind"] == "setting"] == ["on", "off", "on"]
    assert intact(store)


def test_every_event_says_who_did_it_and_by_what(filled: Store) -> None:
    for each in events(filled):
        assert each["body"]["by"] == {"principal": "library", "channel": "library"}
        assert each["body"]["product"] == product()
        assert each["body"].get("fold") == (3 if each["kind"] in ("review", "decision", "step", "source") else None)
        if each["kind"] == "decision":
            assert each["body"]["edition"].startswith("sha256:")
