"""Sign-offs by the product's own rules (签批的规则): the order of the steps, by different persons who might sign, through as many as the office asked for then, on one content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from review.clock import local_time
from review.errors import TwoHighError
from review.record.access.known_people import Known, same_subject
from review.record.access.names import name_key
from review.record.access.signing_rules import DRAFTS, ISSUES, PREFIX, SigningRules, rules_of
from review.record.cases.open_signatures import ACTS, ISSUED, PROPOSED, RETURNED, WITHDRAWN
from review.record.cases.persons import is_stated
from review.record.cases.rulings import departs
from review.record.cases.second_person import overridden
from review.record.cases.sign_offs import SignOff, read_sign_off, ruling_written, sign_offs_of
from review.record.cases.signed_content import beside_digest
from review.record.cases.signers import took_part
from review.record.projects.standing import latest
from review.record.proof.breaks import Break, broken
from review.record.proof.case_rules import Knew
from review.record.storage.beside_tables import StoredSignature
from review.record.storage.contents import read_review
from review.record.storage.journal import table
from review.record.storage.tables import Decision
from review.verdict.document import FindingShown

# What is asked and not met: Chinese and English.
Asked = tuple[str, str]
_ACCOUNT, _SINGLE = "person:", "oidc:"
# An event is written a little after the day was asked for by which a deputy acted.
_LATE = timedelta(minutes=10)


class SigningProof:
    """What the record knew of signing at each event, as the walk goes on: the rules, roles of accounts, and absences."""

    def __init__(self, connection: Connection, knew: Knew) -> None:
        self.connection, self._knew = connection, knew
        self._settings: dict[str, str] = {}
        self._roles: dict[str, str | None] = {}
        self._absences: dict[int, Mapping[str, Any]] = {}
        # The last event where it issued a decision: its proposal.
        self._issued: int | None = None

    def followed(self, kind: str, position: int, body: Mapping[str, Any]) -> Iterator[Break]:
        """That what issues a decision is followed by it: both are recorded as one."""
        issued, self._issued = self._issued, body["proposal"] if kind == "signature" and body["act"] == ISSUED else None
        if issued is not None and (kind != "decision" or (body.get("sign_off") or {}).get("proposal") != issued):
            words = ("签发之后没有随即记录决定", "what was issued is not followed by its decision")
            yield broken(position - 1, StoredSignature, position - 1, *words)

    def note(self, kind: str, position: int, body: Mapping[str, Any]) -> None:
        """Take in an event of the office."""
        if kind == "setting" and body["setting"].startswith(PREFIX):
            self._settings[body["setting"]] = body["value"]
        elif kind == "account":
            self._roles[name_key(_ACCOUNT + body["login"])] = None if body["act"] == "ended" else body["role"]
        elif kind == "absence" and body["act"] == "ended":
            self._absences.pop(body["absence"], None)
        elif kind == "absence":
            self._absences[position] = body

    @property
    def rules(self) -> SigningRules:
        return rules_of(self._settings)

    def breaks(self, event: Mapping[str, Any], body: Mapping[str, Any]) -> Iterator[Break]:
        """What a signature does not meet."""
        position = event["position"]
        try:
            asked = list(self._signature(event, body))
        except TwoHighError:
            # What is missing or damaged is told where it stands.
            return
        for zh, en in asked:
            yield broken(position, StoredSignature, position, f"不符合签批规则：{zh}", f"does not meet the product's own rules: {en}")  # fmt: skip

    def _signature(self, event: Mapping[str, Any], body: Mapping[str, Any]) -> Iterator[Asked]:
        position, act = event["position"], body["act"]
        if act not in ACTS:
            yield f"“{str(act)[:40]}”不是签批的步骤", f"{str(act)[:40]} is no step of a sign-off"
            return
        by = Known(body["by"]["principal"], event["actor"])
        if not self._is_officer(by):
            yield f"“{by.subject}”当时不是审批人员", f"{by.subject} was no approval officer then"
        found = sign_offs_of(self.connection, body["review"], before=position)
        waits = found[-1] if found and found[-1].is_open else None
        if act == PROPOSED:
            if waits is not None:
                yield "同一审查已有决定正在签批", "another decision on the review waited to be signed"
            yield from self._proposed(position, body, by)
        elif waits is None or waits.id != body["proposal"]:
            yield "没有这项待签批的决定", "no such decision waited to be signed"
        else:
            yield from self._step(event, body, by, waits)

    def _proposed(self, position: int, body: Mapping[str, Any], by: Known) -> Iterator[Asked]:
        before = latest(self.connection, body["project"]["id"], before=position)
        if before is None or before["review"] != body["review"]:
            yield "所拟决定的不是该项目最新的审查", "it is not on the latest review of its project"
        if body["proposal"] is not None or body["step"] != DRAFTS or body["drafter"] != _named(by):
            yield "经办人不是办理的人", "its drafter is not who acted"
        yield from self._steps(body, body["ruling"], DRAFTS + 1)
        yield from self._content(position, body)

    def _steps(self, body: Mapping[str, Any], ruling: Mapping[str, Any], least: int) -> Iterator[Asked]:
        recommended = read_review(self.connection, body["review"]).document()["recommendation"]
        needed = self.rules.needed(ruling["outcome"], departs(recommended, ruling["outcome"]))
        if not max(needed, least) <= body["steps"] <= ISSUES:
            yield f"当时须经 {max(needed, least)} 步，而写明 {body['steps']} 步", f"{max(needed, least)} steps were needed then, and it says {body['steps']}"  # fmt: skip

    def _step(self, event: Mapping[str, Any], body: Mapping[str, Any], by: Known, waits: SignOff) -> Iterator[Asked]:
        act = body["act"]
        if body["project"]["id"] != waits.project or body["drafter"] != _named(waits.drafter.by):
            yield "项目或经办人与所拟的不同", "its project or drafter is not that of the proposal"
        if act == WITHDRAWN:
            if by != waits.drafter.by or body["step"] != waits.last.step:
                yield "撤回的不是经办人", "it was not withdrawn by its drafter"
            return
        if body["step"] != waits.due_step:
            yield f"应签第 {waits.due_step} 步，而签的是第 {body['step']} 步", f"step {waits.due_step} was due, and it is step {body['step']}"  # fmt: skip
        yield from self._signer(event, body, by, waits)
        ruling = ruling_written(waits.ruling)
        if act == RETURNED:
            if not (body["opinion"] or "").strip():
                yield "退回而没有意见", "it was sent back without an opinion"
            return
        recommended = read_review(self.connection, body["review"]).document()["recommendation"]
        if (ruling["outcome"] == "reject" or departs(recommended, ruling["outcome"])) and not (
            body["opinion"] or ""
        ).strip():
            yield "没有签批意见", "it has no opinion"
        before = latest(self.connection, body["project"]["id"], before=event["position"])
        if before is None or before["review"] != body["review"]:
            yield "签的不是该项目最新的审查", "it is not on the latest review of its project"
        if ruling["outcome"] == "approve":
            failures = {(each["rule"], each["subject"]) for each in self._overridden(body["review"])}
            if failures - {(each["rule"], each["subject"]) for each in body.get("seen", [])}:
                yield "批准所推翻的不符合项没有逐项查看", "failures that it overrides were not looked at"
        if body["content"] != waits.content:
            yield "所签的内容与所拟的不同", "what was signed is not what was proposed"
        yield from self._content(event["position"], body)
        yield from self._steps(body, ruling, waits.steps)
        if (act == ISSUED) != (body["step"] == body["steps"]):
            yield "签发不在最后一步", "it was not issued by its last step"

    def _overridden(self, review: int) -> list[FindingShown]:
        return overridden(read_review(self.connection, review).document())

    def _signer(self, event: Mapping[str, Any], body: Mapping[str, Any], by: Known, waits: SignOff) -> Iterator[Asked]:
        """Another person than those before, named by the office for that step, or the deputy of one who was.

        By whole names, as those of single sign-on were compared when signatures of before were recorded.
        """
        if took_part(waits, by, as_before=True):
            yield f"{by.name} 已经办、代办或签过其中一步", f"{by.name} had taken part in it"
        named = body["deputy_for"]
        if named is None:
            if not self.rules.names(body["step"], by.subject):
                yield f"{by.name} 当时不在这一步的签批人之列", f"{by.name} was not among the signers of that step"
            return
        absent = Known(named["subject"], named["name"])
        if self._roles.get(name_key(absent.subject), "") is None:
            yield f"{absent.name} 的账户当时已停用", f"the account of {absent.name} had ended"
        if not self._was_away(absent, by, event, body):
            yield f"{by.name} 当时不是 {absent.name} 的代办人", f"{by.name} was no deputy of {absent.name} then"
        if not self.rules.names(body["step"], absent.subject) or took_part(waits, absent, as_before=True):
            yield f"{absent.name} 当时不能签这一步", f"{absent.name} could not have signed that step"

    def _was_away(self, absent: Known, deputy: Known, event: Mapping[str, Any], body: Mapping[str, Any]) -> bool:
        at = datetime.fromisoformat((body.get("clock") or event["at"]).replace("Z", "+00:00"))
        days = {
            date.fromisoformat(local_time((at - late).isoformat().replace("+00:00", "Z"))[:10])
            for late in (_LATE, timedelta())
        }
        return any(
            same_subject(each["person"], absent.subject)
            and same_subject(each["deputy"], deputy.subject)
            and any(each["begins"] <= day.isoformat() <= each["ends"] for day in days)
            for each in self._absences.values()
        )

    def _content(self, position: int, body: Mapping[str, Any]) -> Iterator[Asked]:
        """The content is that of the record at that event; which edition was in force on the day is told by the editions themselves."""
        recorded, stated = read_review(self.connection, body["review"]), body["content"]
        decided = self._decided_before(recorded.id, position)
        expected = {
            "review": recorded.digest, "edition": recorded.ruleset, "decision": decided or 0,
            "beside": beside_digest(self.connection, recorded, decided, position - 1),
        }  # fmt: skip
        if any(stated[name] != value for name, value in expected.items()):
            yield "所签的内容不是当时记录的内容", "what was signed is not what the record had then"

    def _decided_before(self, review: int, position: int) -> int | None:
        rows = table(Decision)
        query = rows.select().where(rows.c.review == review, rows.c.position < position)
        row = self.connection.execute(query.order_by(rows.c.position.desc()).limit(1)).mappings().first()
        return None if row is None else int(row["position"])

    def _is_officer(self, by: Known) -> bool:
        """Whether a person could sign: an account of an officer by that name, or whom single sign-on vouched for."""
        if by.subject.startswith(_SINGLE):
            return True
        return self._roles.get(name_key(by.subject)) == "officer" and self._knew(by.subject, by.name)

    def decided(self, position: int, body: Mapping[str, Any]) -> Iterator[Asked]:
        """What a decision does not meet: signed through as many steps as were asked for then, by its own sign-off."""
        signed = body.get("sign_off")
        if signed is None:
            found = sign_offs_of(self.connection, body["review"], before=position)
            if found and found[-1].is_open:
                yield "另有决定正在签批", "another decision waited to be signed"
            if (steps := self.rules.needed(body["outcome"], body["departs"])) > DRAFTS:
                yield f"当时须经 {steps} 步签批", f"it had to go through {steps} signatures"
            return
        sign_off = read_sign_off(self.connection, signed["proposal"], before=position)
        if sign_off is None or sign_off.review != body["review"] or sign_off.last.act != ISSUED or sign_off.last.id != position - 1:  # fmt: skip
            yield "所写的签批不存在或没有签发", "its sign-off is not there, or was not issued"
            return
        if signed["signatures"] != [
            {
                "step": each.step, "position": each.id, "at": each.at, "name": each.by.name, "subject": each.by.subject,
                "deputy_for": _named(each.deputy_for) if each.deputy_for else None, "opinion": each.opinion,
            }
            for each in sign_off.signed
        ]:  # fmt: skip
            yield "所列的签批人与签批记录不符", "its signatures are not those of its sign-off"
        if len(sign_off.signed) < self.rules.needed(body["outcome"], body["departs"]):
            yield "签批的步数少于当时的要求", "it went through fewer signatures than were asked for then"
        drafter, second = sign_off.drafter.by, sign_off.signed[1].by
        if (body["by"]["principal"], body["officer"]) != (drafter.subject, drafter.name) or (body["second_subject"], body["second"]) != (second.subject, second.name):  # fmt: skip
            yield "经办人或复核人不是签批的人", "its officer or second person is not who signed"
        ruling: Mapping[str, Any] = ruling_written(sign_off.ruling)
        if any(body[name] != ruling[name] for name in ("outcome", "reason", "clause", "responsible", "due")):
            yield "决定与所签批的不同", "it is not the decision that was signed"
        elif not self._same_conditions(body, ruling):
            yield "决定的条件与所签批的不同", "its conditions are not those that were signed"
        elif not is_stated(sign_off.ruling.on_behalf_of or None, body["on_behalf_of"] or None, body.get("on_behalf_of_subject")):  # fmt: skip
            yield "决定所代表的与所签批的不同", "it is on behalf of another than was signed"

    def _same_conditions(self, body: Mapping[str, Any], ruling: Mapping[str, Any]) -> bool:
        """Whether a decision has all conditions that were signed, and besides only what findings of its review commit to."""
        findings = read_review(self.connection, body["review"]).document()["findings"]
        committed = [each["condition"] for each in findings]
        stated = body["conditions"]
        return all(each in stated for each in ruling["conditions"]) and all(
            each in ruling["conditions"] or each in committed for each in stated
        )


def _named(person: Known) -> dict[str, str]:
    return {"name": person.name, "subject": person.subject}
