"""An answer to a finding in words (条目意见): the same on page and paper."""

from __future__ import annotations

from review.clock import local_time
from review.errors import Text
from review.record.cases.answers import Answer
from review.terms import ANSWER_WORDS


def answer_words(each: Answer, decision: int | None = None) -> Text:
    """What an officer says of a finding, why and by what, who and when; beside the decision of that number, that it came after it."""
    stand, words = each.stand, ANSWER_WORDS[each.stand.answer]
    zh, en = [words.zh], [words.en]
    if stand.reason:
        zh.append(f"理由：{stand.reason}")
        en.append(f"reason: {stand.reason}")
    if stand.clause:
        zh.append(f"依据：{stand.clause}")
        en.append(f"by: {stand.clause}")
    if stand.attachment is not None:
        zh.append(f"附件 {stand.attachment}" + (f" 第 {stand.page} 页" if stand.page else ""))
        en.append(f"attachment {stand.attachment}" + (f", page {stand.page}" if stand.page else ""))
    zh.append(f"{each.by}，{local_time(each.at)}")
    en.append(f"{each.by}, {local_time(each.at)}")
    if decision is not None and each.id > decision:
        zh.append("决定之后提出")
        en.append("given after the decision")
    return Text("；".join(zh), "; ".join(en))
