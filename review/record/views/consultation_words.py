"""Consultations in words (征求意见): the same on page, paper and command line."""

from __future__ import annotations

from dataclasses import dataclass

from review.clock import local_time
from review.errors import Text
from review.record.cases.consultations import ASKED, CLOSED, OPEN, REPLIED, Consultation, Reply
from review.record.storage.bodies import ConsultationBody
from review.terms import REPLY_WORDS

_ENDED = {"closed": Text("已办结", "closed"), "withdrawn": Text("已撤回", "withdrawn")}


@dataclass(frozen=True)
class UnitLine:
    """A unit that was asked: its name, what it replied, where that is (a file), when; `earlier` are the replies that another took the place of."""

    unit: str
    contact: str | None
    reply: Text | None
    received: Text
    attachment: int | None
    earlier: tuple[Text, ...]


def asked_words(each: Consultation, decision: int | None = None) -> Text:
    """When and by whom it was recorded, since when and until when units are asked; beside the decision of that number, that it came after it."""
    days = each.working_days
    counted = Text(f"（{days} 个工作日）", f" ({days} working days)") if days is not None else Text("", "")
    zh = f"征求意见 {each.id}：{each.day} 发出，{each.due} 前答复{counted.zh}；{each.by}，{local_time(each.at)}"
    en = f"Consultation {each.id}: sent on {each.day}, replies due by {each.due}{counted.en}; {each.by}, {local_time(each.at)}"
    return _after(each.id, decision, zh, en)


def state_words(each: Consultation, decision: int | None = None) -> Text:
    """Whether replies are awaited, whether it was closed or withdrawn, by whom and why."""
    end, many = each.ending, len(each.awaited)
    if end is None:
        return Text(f"未办结，{many} 个单位未答复", f"open, {many} unit{' has' if many == 1 else 's have'} not replied")
    words, at = _ENDED[end.act], local_time(end.at)
    why = Text(f"：{end.reason}", f": {end.reason}") if end.reason else Text("", "")
    return _after(
        end.id, decision, f"{words.zh}（{end.by}，{at}）{why.zh}", f"{words.en} ({end.by}, {at}){why.en}"
    )  # fmt: skip


def unit_lines(each: Consultation, decision: int | None = None) -> tuple[UnitLine, ...]:
    """Each unit that was asked with its reply."""
    standing = each.standing
    found = []
    for unit in each.units:
        reply = standing.get(unit.name)
        earlier = tuple(
            reply_words(one) for one in each.replies if one.unit == unit.name and one is not reply
        )  # fmt: skip
        found.append(
            UnitLine(
                unit.name,
                unit.contact,
                reply_words(reply) if reply else None,
                _received(each, reply, decision),
                reply.attachment if reply else None,
                earlier,
            )
        )
    return tuple(found)


def reply_words(each: Reply) -> Text:
    """What a unit replied, and why it took the place of an earlier reply."""
    opinion = REPLY_WORDS[each.opinion]
    zh, en = [opinion.zh], [opinion.en]
    if each.words:
        zh.append(each.words)
        en.append(each.words)
    if each.reason:
        zh.append(f"取代先前的答复：{each.reason}")
        en.append(f"in place of an earlier reply: {each.reason}")
    return Text("；".join(zh), "; ".join(en))


def _received(consultation: Consultation, reply: Reply | None, decision: int | None) -> Text:
    if reply is None:
        return Text("未答复", "no reply") if consultation.state == OPEN else Text("没有答复", "no reply came")
    late = reply.day > consultation.due
    words = Text(f"{reply.day} 收到", f"received on {reply.day}")
    if late:
        words = Text(f"{words.zh}（逾期）", f"{words.en} (late)")
    return _after(reply.id, decision, words.zh, words.en)


def _after(position: int, decision: int | None, zh: str, en: str) -> Text:
    if decision is not None and position > decision:
        return Text(f"{zh}；决定之后", f"{en}; after the decision")
    return Text(zh, en)


def consultation_event_words(body: ConsultationBody) -> Text:
    """The event of a consultation in words."""
    act, number, why = body["act"], body["asked"], body["reason"]
    if act == ASKED:
        zh, en = "、".join(body["units"] or ()), ", ".join(body["units"] or ())
        return Text(
            f"征求 {zh} 的意见，{body['due']} 前答复：{body['question']}",
            f"{en} consulted, replies due by {body['due']}: {body['question']}",
        )
    if act == REPLIED:
        opinion, words = REPLY_WORDS[body["opinion"] or ""], body["words"]
        zh, en = (f"：{words}", f": {words}") if words else ("", "")
        return Text(
            f"{body['unit']} 答复征求意见 {number}（{body['day']} 收到）：{opinion.zh}{zh}",
            f"{body['unit']} replied to consultation {number} (received on {body['day']}): {opinion.en}{en}",
        )
    done = Text("办结", "closed") if act == CLOSED else Text("撤回", "withdrawn")
    zh, en = (f"：{why}", f": {why}") if why else ("", "")
    return Text(f"征求意见 {number} {done.zh}{zh}", f"consultation {number} {done.en}{en}")
