"""Sign-offs on both databases: proven row by row; what an insider tells anew is found; one step a key; in whatever order persons try to sign."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from review.clock import today
from review.errors import Conflict, Refused, TwoHighError
from review.record.access.absences import record_absence
from review.record.access.known_people import forget_person, know_person
from review.record.access.people import add_person
from review.record.access.signing_rules import SigningRules, read_signing_rules, set_signing_rules
from review.record.cases.persons import Named, Person
from review.record.cases.rulings import Ruling
from review.record.cases.second_person import overridden
from review.record.cases.sign_offs import open_on, sign_offs_of
from review.record.cases.signed_content import content_digest, content_of
from review.record.cases.signing import Seen, Signed, propose, send_back, sign, take_back
from review.record.proof.verification import verify
from review.record.storage.actors import Actor, acting
from review.record.storage.beside_tables import StoredSignature
from review.record.storage.contents import body_at, last_decision, read_review
from review.record.storage.journal import rows_of
from review.record.storage.store import Store, open_store
from review.record.views.inbox import inbox
from review.record.views.logs import EVENT_WORDS
from review.record.work.webhooks import message
from review.terms import HOOK_KINDS, SIGNATURE_WORDS
from tests.conftest import Filled
from tests.databases import Databases
from tests.record.projects import project, recorded
from tests.record.tampering import tamper
from tests.security.rewriting import History, rewrite

CLERK = acting("管理岗（示例）")
JIA, YI, BING, DING = PERSONS = tuple(
    Actor(name, f"person:{login}") for name, login in (("甲", "jia"), ("乙", "yi"), ("丙", "bing"), ("丁", "ding"))
)
DEFER = Ruling("defer", "理由（示例）", "3.10-7")


def seen(store: Store, review: int) -> Seen:
    with store.reading() as connection:
        waits = open_on(connection, review)
        content = content_digest(content_of(connection, read_review(connection, review)))
    return Seen(waits.last.id if waits else 0, content)


def with_accounts(store: Store) -> int:
    """A review, accounts, and three steps asked for. Returns the review's number."""
    review = recorded(store, project("A-1", {"eia.laws.conforms": False})).id
    for each in PERSONS:
        add_person(store, each.principal.removeprefix("person:"), each.name, "officer", CLERK)
    set_signing_rules(store, SigningRules(3, {}, {}), CLERK, "内部规定（示例）")
    return review


def signed(store: Store) -> int:
    """1 the shipped editions, 2 to 5 accounts, 6 three steps asked for, 7 the issuer named, 8 丁 away with 丙 as deputy, 9 a review,
    10 proposed by 甲, 11 agreed by 乙, 12 issued by 丙 for 丁, 13 the decision. Returns the review's number.
    """
    review = recorded(store, project("A-1", {"eia.laws.conforms": False})).id
    for each in PERSONS:
        add_person(store, each.principal.removeprefix("person:"), each.name, "officer", CLERK)
    set_signing_rules(store, SigningRules(3, {}, {3: ("ding",)}), CLERK, "内部规定（示例）")
    record_absence(store, "ding", "bing", today(), today(), CLERK)
    propose(store, review, DEFER, JIA, expected=0, request="k-1")
    sign(store, review, seen(store, review), YI, opinion="同意（示例）", request="k-2")
    sign(store, review, seen(store, review), BING, opinion="签发（示例）", request="k-3")
    return review


@pytest.fixture
def with_signatures(filled_by: Filled) -> tuple[Store, int]:
    return filled_by(signed)


def to_sign(store: Store, who: Actor) -> list[int]:
    """The reviews of whose decisions that person's inbox says that they wait for a signature of theirs."""
    with store.reading() as connection:
        found = inbox(connection, who.principal, officer=True, name=who.name)["items"]
    return [each["review"] for each in found if each["kind"] == "sign" and each["review"]]


def positions(store: Store) -> dict[str, int]:
    """Where each signature and the decision stand in the history."""
    with store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT act, position FROM signature").all()
        [decision] = connection.exec_driver_sql("SELECT position FROM decision").scalars()
    return {**{act: position for act, position in rows}, "decision": decision}


def breaks(store: Store) -> list[tuple[str, str]]:
    with store.reading() as connection:
        return [(each.table, each.text.zh) for each in verify(connection, rejudging=False).breaks]


def test_the_record_has_each_signature_with_its_opinion(with_signatures: tuple[Store, int]) -> None:
    store, review = with_signatures
    assert breaks(store) == []
    with store.reading() as connection:
        [found] = sign_offs_of(connection, review)
        assert last_decision(connection, review) == positions(store)["decision"]
    assert [(each.step, each.act, each.by.name, each.opinion) for each in found.signatures] == [
        (1, "proposed", "甲", "理由（示例）"), (2, "agreed", "乙", "同意（示例）"), (3, "issued", "丙", "签发（示例）"),
    ]  # fmt: skip
    assert found.last.deputy_for is not None and found.last.deputy_for.name == "丁"
    assert EVENT_WORDS["signature"].zh == "签批" and set(SIGNATURE_WORDS) >= {each.act for each in found.signatures}


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE signature SET act = 'returned' WHERE act = 'agreed'", "这一行被改动：act"),
        ("UPDATE signature SET drafter = 'person:yi' WHERE act = 'issued'", "这一行被改动：drafter"),
        ("DELETE FROM signature WHERE act = 'issued'", "缺少这一行"),
    ],
)
def test_a_row_that_was_changed_is_named(with_signatures: tuple[Store, int], statement: str, words: str) -> None:
    store, _ = with_signatures
    tamper(store, statement)
    assert ("signature", words) in breaks(store)


Edit = Callable[[History, dict[str, int]], None]


def stating(what: str, **values: Any) -> Edit:
    return lambda history, at: history[at[what] - 1].body.update(values)


def by(what: str, who: Actor) -> Edit:
    def edit(history: History, at: dict[str, int]) -> None:
        history[at[what] - 1].actor = who.name
        history[at[what] - 1].body["by"]["principal"] = who.principal

    return edit


def content(what: str, name: str, value: Any) -> Edit:
    return lambda history, at: history[at[what] - 1].body["content"].update({name: value})


def setting(name: str, value: str) -> Edit:
    def edit(history: History, at: dict[str, int]) -> None:
        [told] = [each.body for each in history if each.kind == "setting" and each.body["setting"] == name]
        told["value"] = value

    return edit


def absent(**values: str) -> Edit:
    return lambda history, at: next(each.body for each in history if each.kind == "absence").update(values)


def role(login: str, value: str) -> Edit:
    return lambda history, at: next(
        each.body for each in history if each.kind == "account" and each.body["login"] == login
    ).update(role=value)


def without_sign_off(history: History, at: dict[str, int]) -> None:
    del history[at["decision"] - 1].body["sign_off"]


def of_another_proposal(history: History, at: dict[str, int]) -> None:
    history[at["issued"] - 1].body["proposal"] = at["agreed"]


def signer(name: str) -> Edit:
    def edit(history: History, at: dict[str, int]) -> None:
        history[at["decision"] - 1].body["sign_off"]["signatures"][2]["name"] = name

    return edit


@pytest.mark.parametrize(
    ("edit", "table", "words"),
    [
        (stating("proposed", steps=2), "signature", "当时须经 3 步，而写明 2 步"),
        (stating("proposed", step=2), "signature", "经办人不是办理的人"),
        (stating("proposed", drafter={"name": "乙", "subject": "person:yi"}), "signature", "经办人不是办理的人"),
        (content("proposed", "decision", 3), "signature", "所签的内容不是当时记录的内容"),
        (content("proposed", "beside", "sha256:0"), "signature", "所签的内容不是当时记录的内容"),
        (content("agreed", "edition", "sha256:0"), "signature", "所签的内容与所拟的不同"),
        (content("agreed", "in_force", "sha256:0"), "signature", "所签的内容与所拟的不同"),
        (by("agreed", JIA), "signature", "甲 已经办、代办或签过其中一步"),
        (by("issued", YI), "signature", "乙 已经办、代办或签过其中一步"),
        (by("agreed", Actor("戊", "person:wu")), "signature", "“person:wu”当时不是审批人员"),
        (by("agreed", Actor("审批系统", "0123456789abcdef")), "signature", "“0123456789abcdef”当时不是审批人员"),
        (role("yi", "auditor"), "signature", "“person:yi”当时不是审批人员"),
        (stating("agreed", step=3), "signature", "应签第 2 步，而签的是第 3 步"),
        (stating("agreed", opinion=None), "signature", "没有签批意见"),
        (stating("agreed", act="issued"), "signature", "签发不在最后一步"),
        (stating("agreed", act="maybe"), "signature", "“maybe”不是签批的步骤"),
        (stating("agreed", act="withdrawn"), "signature", "撤回的不是经办人"),
        (stating("issued", deputy_for=None), "signature", "丙 当时不在这一步的签批人之列"),
        (stating("issued", deputy_for={"name": "乙", "subject": "person:yi"}), "signature", "丙 当时不是 乙 的代办人"),
        (absent(begins="2025-01-01", ends="2025-01-02"), "signature", "丙 当时不是 丁 的代办人"),
        (setting("sign_off.signers.3", '["person:yi"]'), "signature", "丁 当时不能签这一步"),
        (of_another_proposal, "signature", "没有这项待签批的决定"),
        (without_sign_off, "decision", "当时须经 3 步签批"),
        (signer("王五"), "decision", "所列的签批人与签批记录不符"),
        (stating("decision", outcome="suspend"), "decision", "决定与所签批的不同"),
        (stating("decision", officer="丁"), "decision", "经办人或复核人不是签批的人"),
        (stating("decision", second="丁", second_subject="person:ding"), "decision", "经办人或复核人不是签批的人"),
    ],
)  # fmt: skip
def test_a_history_told_anew_that_the_product_would_not_have_recorded_is_found(
    with_signatures: tuple[Store, int], edit: Edit, table: str, words: str
) -> None:
    store, _ = with_signatures
    at = positions(store)
    rewrite(store, lambda history: edit(history, at))
    found = breaks(store)
    assert any(each == table and words in said for each, said in found), found


def test_the_same_key_and_step_is_recorded_once(with_signatures: tuple[Store, int]) -> None:
    store, review = with_signatures
    at = positions(store)
    again = propose(store, review, DEFER, JIA, expected=0, request="k-1")
    assert (again.id, again.again, again.decision) == (at["proposed"], True, None)
    last = sign(store, review, Seen(at["agreed"]), BING, opinion="签发（示例）", request="k-3")
    assert (last.id, last.decision, last.again) == (at["issued"], at["decision"], True)
    for seen, opinion in (
        (Seen(at["agreed"]), "另一意见（示例）"),
        (Seen(at["proposed"]), "签发（示例）"),
        (Seen(at["agreed"], "sha256:0"), "签发（示例）"),
    ):
        with pytest.raises(Conflict, match="another content"):
            sign(store, review, seen, BING, opinion=opinion, request="k-3")
    with pytest.raises(Conflict, match="another content"):
        propose(store, review, Ruling("reject"), JIA, expected=0, request="k-1")
    with pytest.raises(Conflict, match="another content"):
        take_back(store, review, at["issued"], JIA, request="k-2")


def test_by_single_sign_on_nobody_signs_a_second_step(filled_by: Filled) -> None:
    store, review = filled_by(with_accounts)
    propose(store, review, DEFER, JIA, expected=0, request="k-1")
    with pytest.raises(Refused) as refused:
        sign(store, review, seen(store, review), Actor("甲 <0f3c>", "oidc:0f3c"), opinion="同意（示例）", request="k-2")
    assert [each.code for each in refused.value.faults] == ["signed-already"]
    sign(store, review, seen(store, review), Actor("乙 <0f3d>", "oidc:0f3d"), opinion="同意（示例）", request="k-3")
    with store.reading() as connection:
        assert verify(connection).breaks == ()


@pytest.mark.parametrize("behalf", ["ding", "丁", Person("ding"), Person("person:ding", "丁")])
def test_on_whose_behalf_it_is_may_be_written_by_login_or_name(filled_by: Filled, behalf: Named) -> None:
    """The decision states the name that the office knows; whom it is made for signs no step."""
    store, review = filled_by(with_accounts)
    drafter, reviewer, issuer = (replace(each, channel="cli") for each in (JIA, YI, BING))
    propose(store, review, Ruling("approve", "理由（示例）", "3.10-7", behalf), drafter, expected=0)
    with store.reading() as connection:
        boxes = {(each["rule"], each["subject"]) for each in overridden(read_review(connection, review).document())}
    for signer in (reviewer, issuer):
        ticked = replace(seen(store, review), ticked=frozenset(boxes))
        with pytest.raises(Refused) as refused:
            sign(store, review, ticked, replace(DING, channel="cli"), opinion="同意（示例）")
        assert [each.code for each in refused.value.faults] == ["signed-already"]
        sign(store, review, ticked, signer, opinion="同意（示例）")
    with store.reading() as connection:
        decision = last_decision(connection, review)
        assert decision and body_at(connection, decision)["on_behalf_of"] == "丁"
        assert verify(connection).breaks == ()


def test_for_who_is_known_no_more_no_deputy_signs(filled_by: Filled) -> None:
    """Somebody whom an administrator made known has no account that could end."""
    store, review = filled_by(with_accounts)
    know_person(store, "oidc:0f3e", "戊（示例）", CLERK)
    set_signing_rules(store, SigningRules(3, {}, {2: ("oidc:0f3e",)}), CLERK, "内部规定（示例）")
    record_absence(store, "oidc:0f3e", "yi", today(), today(), CLERK)
    propose(store, review, DEFER, JIA, expected=0)
    forget_person(store, "oidc:0f3e", "调离（示例）", CLERK)
    with pytest.raises(Refused) as refused:
        sign(store, review, seen(store, review), YI, opinion="同意（示例）")
    assert [each.code for each in refused.value.faults] == ["no-signer"]


def test_who_was_signed_for_and_is_known_no_more_has_it_drafted_anew(filled_by: Filled) -> None:
    store, review = filled_by(with_accounts)
    know_person(store, "oidc:0f3e", "戊（示例）", CLERK)
    set_signing_rules(store, SigningRules(3, {}, {2: ("oidc:0f3e",)}), CLERK, "内部规定（示例）")
    record_absence(store, "oidc:0f3e", "yi", today(), today(), CLERK)
    propose(store, review, DEFER, JIA, expected=0)
    sign(store, review, seen(store, review), YI, opinion="同意（示例）")
    forget_person(store, "oidc:0f3e", "调离（示例）", CLERK)
    with pytest.raises(Conflict) as conflict:
        sign(store, review, seen(store, review), BING, opinion="同意（示例）")
    assert [each.code for each in conflict.value.faults] == ["signer-ended"]
    send_back(store, review, seen(store, review).last, BING, "请重拟（示例）")
    with store.reading() as connection:
        assert verify(connection).breaks == ()


WU = Actor("戊（示例）", "oidc:0f3e")


def forgotten_before_the_step(store: Store, signers: dict[int, tuple[str, ...]]) -> int:
    """A review whose decision waits for step 2, and 戊 by single sign-on, who was known when the signers were named. Returns its number."""
    review = with_accounts(store)
    know_person(store, WU.principal, WU.name, CLERK)
    set_signing_rules(store, SigningRules(3, {}, signers), CLERK, "内部规定（示例）")
    propose(store, review, DEFER, JIA, expected=0)
    return review


def test_who_is_known_no_more_signs_no_step_that_is_for_the_named(filled_by: Filled) -> None:
    store, review = filled_by(lambda store: forgotten_before_the_step(store, {3: (WU.principal,)}))
    sign(store, review, seen(store, review), YI, opinion="同意（示例）")
    assert to_sign(store, WU) == [review]
    forget_person(store, WU.principal, "调离（示例）", CLERK)
    assert to_sign(store, WU) == []
    for signer in (WU, BING):
        with pytest.raises(Refused) as refused:
            sign(store, review, seen(store, review), signer, opinion="同意（示例）")
        [fault] = refused.value.faults
        assert fault.code == "no-signer" and "无人可签" in fault.text.zh
    with store.reading() as connection:
        assert last_decision(connection, review) is None


def test_a_deputy_who_is_known_no_more_does_not_sign(filled_by: Filled) -> None:
    store, review = filled_by(lambda store: forgotten_before_the_step(store, {2: ("yi",)}))
    record_absence(store, "yi", WU.principal, today(), today(), CLERK)
    assert to_sign(store, WU) == [review]
    forget_person(store, WU.principal, "调离（示例）", CLERK)
    assert to_sign(store, WU) == []
    with pytest.raises(Refused) as refused:
        sign(store, review, seen(store, review), WU, opinion="同意（示例）")
    assert [each.code for each in refused.value.faults] == ["no-signer"]


@pytest.mark.parametrize("named", [{}, {2: ("yi",)}, {2: (WU.principal,)}])
def test_what_the_named_signed_who_are_known_no_more_is_drafted_anew(
    filled_by: Filled, named: dict[int, tuple[str, ...]]
) -> None:
    """Whoever is named for the step by then; where nobody was named, single sign-on needs nobody known."""
    was_named = bool(named)
    store, review = filled_by(lambda store: forgotten_before_the_step(store, {2: (WU.principal,)} if was_named else {}))
    sign(store, review, seen(store, review), WU, opinion="同意（示例）")
    set_signing_rules(store, SigningRules(3, {}, named), CLERK, "改签批人（示例）")
    forget_person(store, WU.principal, "调离（示例）", CLERK)
    if was_named:
        with pytest.raises(Conflict) as conflict:
            sign(store, review, seen(store, review), BING, opinion="同意（示例）")
        assert [each.code for each in conflict.value.faults] == ["signer-ended"]
        send_back(store, review, seen(store, review).last, BING, "请重拟（示例）")
    else:
        assert sign(store, review, seen(store, review), BING, opinion="同意（示例）").decision is not None
    with store.reading() as connection:
        assert verify(connection).breaks == ()


def test_a_hook_is_told_of_each_step(with_signatures: tuple[Store, int]) -> None:
    store, review = with_signatures
    at = positions(store)
    with store.reading() as connection:
        first, last = (json.loads(message(connection, at[each])) for each in ("proposed", "issued"))
    assert {first["type"], last["type"]} == {"signature.recorded"} and "signature" in HOOK_KINDS
    assert (first["data"]["ruling"]["outcome"], first["data"]["proposal"], first["data"]["steps"]) == ("defer", None, 3)
    assert (last["data"]["review"], last["data"]["proposal"]) == (str(review), str(at["proposed"]))
    assert (last["data"]["by"], last["data"]["deputy_for"]["name"], last["data"]["opinion"]) == (
        "丙",
        "丁",
        "签发（示例）",
    )


def test_a_setting_that_is_so_already_is_no_event(with_signatures: tuple[Store, int]) -> None:
    store, _ = with_signatures
    with store.reading() as connection:
        rules = read_signing_rules(connection)
    assert (rules.steps, rules.signers) == (3, {3: ("person:ding",)})
    assert not set_signing_rules(store, rules, CLERK, "再定（示例）")
    with pytest.raises(Refused):
        set_signing_rules(store, SigningRules(2), CLERK, " ")


def with_two_steps(store: Store) -> int:
    """The same with two steps asked for."""
    review = with_accounts(store)
    set_signing_rules(store, SigningRules(2), CLERK, "内部规定（示例）")
    return review


@given(st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_however_persons_try_the_record_holds_to_its_rules(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Whoever tries what at which time, under whatever steps: a decision has as many different persons as were asked for, and all verifies."""
    url, review = databases.copy("sqlite", tmp_path_factory.mktemp("signing"), with_two_steps)
    store = open_store(url)
    acts = st.sampled_from(("propose", "sign", "sign", "sign", "return", "withdraw", "steps"))
    for _ in range(data.draw(st.integers(3, 12))):
        act, who = data.draw(acts), data.draw(st.sampled_from(PERSONS))
        now = seen(store, review)
        try:
            if act == "propose":
                with store.reading() as connection:
                    expected = last_decision(connection, review) or 0
                propose(store, review, DEFER, who, expected=expected)
            elif act == "sign":
                made = sign(store, review, now, who, opinion="同意（示例）")
                assert isinstance(made, Signed) and (made.decision is not None) == (made.step == made.steps)
            elif act == "return":
                send_back(store, review, now.last, who, "退回（示例）")
            elif act == "withdraw":
                take_back(store, review, now.last, who)
            else:
                set_signing_rules(store, SigningRules(data.draw(st.integers(1, 3))), CLERK, "改设（示例）")
        except TwoHighError:
            continue
    with store.reading() as connection:
        for found in sign_offs_of(connection, review):
            persons = [each.by.subject for each in found.signed]
            assert len({*persons}) == len(persons) <= 3
        result = verify(connection, rejudging=False)
    store.close()
    assert (result.breaks, result.remarks) == ((), ())


def test_a_signature_makes_one_row_and_moves_no_project() -> None:
    body = {
        "act": "proposed", "project": {"id": 2, "new": False}, "review": 2, "proposal": None, "step": 1, "request": None,
        "drafter": {"name": "甲", "subject": "person:jia"},
    }  # fmt: skip
    rows = {model: made for model, made in rows_of("signature", 3, body).items() if made}
    assert rows == {StoredSignature: [{"position": 3, "project": 2, "review": 2, "proposal": None, "act": "proposed", "step": 1, "drafter": "person:jia", "request": None}]}  # fmt: skip
