"""The product's own rules of decisions (办理规则), asked of each again: reason and clause, second person, disposition, conditions, what is short.

An event that states the version of the product was held to them when it was recorded: what does not meet them was put there otherwise,
and breaks the record. Of an earlier event what today's rules would ask is a remark. History that was imported is as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, bindparam, select

from review.errors import TwoHighError
from review.facts.register_keys import VOC, asked, kind_of
from review.record.access.addresses import address_is_sound
from review.record.access.known_people import same_subject
from review.record.access.names import name_key
from review.record.access.second_factor import setting_is_sound as second_factor_is_sound
from review.record.access.signing_key import key_is_sound
from review.record.access.signing_rules import signing_rule_is_sound
from review.record.access.weakening import NO_SECOND_PERSON
from review.record.calendar.settings import setting_is_sound
from review.record.cases.grounds import ground_fault
from review.record.cases.rulings import departs
from review.record.projects.standing import DISPOSITIONS, ENDED, latest
from review.record.projects.state import ProjectState
from review.record.proof.breaks import Break, broken, remark
from review.record.proof.case_rules import case_breaks
from review.record.proof.sign_offs import SigningProof
from review.record.proof.sources import Sources
from review.record.register.quotas import quota_is_sound
from review.record.storage.contents import read_review, read_ruleset, read_sheet_bytes
from review.record.storage.journal import table
from review.record.storage.tables import Decision, StoredReview, WeakeningSetting
from review.replay.recorded import RecordedReview, sheet_from
from review.verdict.document import ReviewDocument

# What is asked and not met: Chinese and English.
Asked = tuple[str, str]
_ACCOUNT = "person:"
_ZERO = Decimal(0)
_REQUEST = select(table(StoredReview).c.request).where(table(StoredReview).c.position == bindparam("review"))
# What settings are asked, each of those that it knows.
_SOUND = (
    setting_is_sound,
    signing_rule_is_sound,
    quota_is_sound,
    address_is_sound,
    second_factor_is_sound,
    key_is_sound,
)


class Rules:
    """What the record knew at each event, as the walk goes on: persons, and the settings that weaken."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        # By folded subject, an account's with its prefix; None: no longer.
        self._names: dict[str, str | None] = {}
        self._weakened: dict[str, bool] = {}
        self._signing = SigningProof(connection, self._knew)
        self._stated = False

    def breaks(self, event: Mapping[str, Any], body: Mapping[str, Any], sources: Sources) -> Iterator[Break]:
        """What a decision does not meet; `sources` is the register by then."""
        kind, position = event["kind"], event["position"]
        self._stated = self._stated or bool(body.get("product"))
        yield from self._signing.followed(kind, position, body)
        self._signing.note(kind, position, body)
        if kind == "account":
            self._names[name_key(_ACCOUNT + body["login"])] = None if body["act"] == "ended" else body["name"]
        elif kind == "person":
            self._names[name_key(body["subject"])] = None if body["act"] == "ended" else body["name"]
        elif kind == "setting":
            self._weakened[body["setting"]] = body["value"] == "on"
            if not all(is_sound(body["setting"], body["value"]) for is_sound in _SOUND):
                words = ("所设的值不是可以录入的", "its value is none that can be entered")
                yield broken(position, WeakeningSetting, position, *words)
        elif kind in ("review", "step", "absence", "consultation"):
            yield from case_breaks(self.connection, event, body, self._knew)
        elif kind == "signature":
            yield from self._signing.breaks(event, body)
        elif kind == "decision":
            yield from case_breaks(self.connection, event, body, self._knew)
            # Once events state by which version they were recorded, one that does not is no older one.
            tell = broken if body.get("product") or self._stated else remark
            try:
                asked_for = list(self._decision(position, body, sources))
            except TwoHighError:
                # What is missing or damaged is told where it stands.
                return
            for zh, en in asked_for:
                yield tell(
                    position,
                    Decision,
                    position,
                    f"不符合办理规则：{zh}",
                    f"does not meet the product's own rules: {en}",
                )

    def _decision(self, position: int, body: Mapping[str, Any], sources: Sources) -> Iterator[Asked]:
        recorded = read_review(self.connection, body["review"])
        document = recorded.document()
        before = latest(self.connection, recorded.project, before=position)
        if self._imported(body):
            return
        if before is None or before["review"] != recorded.id:
            yield "所决定的不是该项目最新的审查", "it is not on the latest review of its project"
            return
        if before["state"] in ENDED:
            yield "该项目当时已结束", "its project had ended"
        if body.get("balances", position - 1) != position - 1:
            yield "所示总量台账不是决定之时的", "the balances that it shows are not those of when it was made"
        short = self._short(body, recorded, before, sources) if body["outcome"] == "approve" else []
        yield from self._grounds(body, document, recorded.ruleset, short)
        yield from self._signing.decided(position, body)
        yield from _disposition(body, before)
        failed = any(each["force"] == "mandatory" and each["status"] == "fail" for each in document["findings"])
        if body["outcome"] == "approve" and (failed or short) and not self._weakened.get(NO_SECOND_PERSON):
            yield from self._persons(body)

    def _imported(self, body: Mapping[str, Any]) -> bool:
        """Whether a decision came with a file of past decisions, together with its review."""
        by = body.get("by")
        request = self.connection.execute(_REQUEST, {"review": body["review"]}).scalar()
        return str(request or "").startswith("import:") and (by is None or by["channel"] == "import")

    def _short(
        self,
        body: Mapping[str, Any],
        recorded: RecordedReview,
        before: ProjectState,
        sources: Sources,
    ) -> list[str]:
        """The registered sources of which the project then held less than its sheet asks."""
        wanted = asked(sheet_from(read_sheet_bytes(self.connection, recorded.sheet)))
        if "balances" not in body:
            # Of before the register had other kinds.
            wanted = {key: amount for key, amount in wanted.items() if kind_of(key) == VOC}
        holds = {source: Decimal(each["held_t"]) for source, each in before["holdings"].items()}
        holds |= {each["source"]: Decimal(each["held_t"]) for each in body["draws"]}
        return [
            each
            for each, want in sorted(wanted.items())
            if sources.verified(each) is not None and holds.get(each, _ZERO) < want
        ]

    def _grounds(
        self, body: Mapping[str, Any], document: ReviewDocument, ruleset: str, short: list[str]
    ) -> Iterator[Asked]:
        departing = departs(document["recommendation"], body["outcome"]) or bool(short)
        if body["departs"] != departing:
            yield "是否与建议不同，与审查不符", "whether it departs from the recommendation is not what the review says"
        if departing and not (body["reason"] or "").strip():
            yield "与建议不同而没有理由", "it departs from the recommendation without a reason"
        if departing and not (body["clause"] or "").strip():
            yield "与建议不同而没有依据条款", "it departs from the recommendation without a clause"
        elif departing and ground_fault(body["clause"], read_ruleset(self.connection, ruleset)) is not None:
            yield (
                f"依据“{body['clause'][:60]}”不是方案条款或所引法规的条文",
                f"its ground “{body['clause'][:60]}” is no clause of the plan and no article of a cited law",
            )
        stated = [each["zh"] for each in body["conditions"]]
        commitments = [each["condition"]["zh"] for each in document["findings"] if each["condition"]]
        if body["outcome"] == "approve" and not {*commitments} <= {*stated}:
            yield "缺少审查所附的条件", "conditions that the review makes are missing"
        if body["outcome"] != "approve" and stated:
            yield "不是批准而附有条件", "it has conditions and is no approval"

    def _persons(self, body: Mapping[str, Any]) -> Iterator[Asked]:
        """Over a mandatory failure or a short source: two persons known to the office then, and different."""
        by = body.get("by") or {}
        second, subject = body["second"], body.get("second_subject")
        if not (second or "").strip():
            yield "推翻强制性的不符合结论而没有复核人", "it approves over a mandatory failure without a second person"
            return
        if subject is None:
            yield (
                f"复核人“{second}”只有姓名，没有标识",
                f"its second person {second} is a name alone, without a subject",
            )
            return
        behalf = body.get("on_behalf_of_subject")
        for named, known in ((second, subject), (body["on_behalf_of"], behalf)):
            if known is not None and not self._knew(known, named):
                yield f"“{known}”当时不是本单位已知的人员", f"{known} was no person known to the office then"
        if behalf is None and _is_key(by.get("principal", "")):
            yield "经密钥办理而没有写明代表的审批人员", "it was made by a key and does not say on whose behalf"
        deciding = [(by.get("principal", ""), body["officer"]), (behalf or "", body["on_behalf_of"] or "")]
        if any(
            (principal and same_subject(subject, principal)) or (name and name_key(name) == name_key(second))
            for principal, name in deciding
        ):
            yield "复核人与作出决定的人是同一人", "its second person is who decided"

    def _knew(self, subject: str, named: str | None) -> bool:
        if subject.startswith("oidc:"):
            # Whom single sign-on vouched for is known by that.
            return True
        name = self._names.get(name_key(subject)) or self._names.get(name_key(_ACCOUNT + subject))
        return name is not None and named is not None and name_key(name) == name_key(named)


def _disposition(body: Mapping[str, Any], before: ProjectState) -> Iterator[Asked]:
    if body["outcome"] not in DISPOSITIONS:
        return
    if before["profile"]["stage"] == "proposed":
        yield "对拟建项目作出处置意见", "it is a disposition of a proposed project"
    if not (body["responsible"] or "").strip():
        yield "处置意见没有责任单位或责任人", "it is a disposition without who is responsible"
    if body["due"] is None:
        yield "处置意见没有完成期限", "it is a disposition without a date"


def _is_key(principal: str) -> bool:
    return ":" not in principal and principal not in ("", "library")
