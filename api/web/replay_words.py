"""A replay's differences in words: what differs, what it was and is, and by which cause, as rows of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from api.web.display import both_languages, edition_words
from review.errors import Text
from review.law.comparison import WHY_WORDS
from review.sheet.catalogue import label_of
from review.terms import FLIP_WORDS, LAYER_WORDS, RECOMMENDATION_WORDS

HEADINGS = ("审查编号", "项目编号", "审查日", "对照版本", "变化之处", "对象", "当时", "对照", "原因", "原因类别", "当时的余量", "对照的余量")  # fmt: skip
TitleOf = Callable[[str, str], Text | None]
ChangeWords = Callable[[str, str], Text]


def in_words(row: Iterable[Any], title_of: TitleOf, change_words: ChangeWords) -> tuple[Any, ...]:
    """A row of `rows_of_result` in Chinese, under HEADINGS. `title_of`: a rule's title, by its id and the edition replayed against."""
    review, project, as_of, against, what, subject, then, now, causes, kinds, *margins = row
    head = (review, project, as_of, edition_words(against).zh if against else "")
    if not then:
        # What is not compared: a layer is not what is recorded, or the sheet cannot be judged.
        said = f"与记录不一致：{LAYER_WORDS[what].zh}" if what else "无法重审"
        return (*head, said, "", "", "", both_languages(causes).zh, "", *margins)
    if what == "recommendation":
        title, words = Text("审查建议", "recommendation"), RECOMMENDATION_WORDS
    else:
        title, words = title_of(what, against) or Text(what, what), FLIP_WORDS
    why = "；".join(cause_words(each, change_words).zh for each in causes.split("; "))
    by_kind = "；".join(
        " + ".join(WHY_WORDS[one].zh for one in each.split(" + ")) for each in kinds.split("; ") if each
    )
    return (*head, title.zh, label_of(subject).zh if subject else "", words[then].zh, words[now].zh, why, by_kind, *margins)  # fmt: skip


def cause_words(cause: str, change_words: ChangeWords) -> Text:
    """What makes a finding flip: changes of the edition, or another day; joined by + where one alone does not."""
    found = []
    for each in cause.split(" + "):
        kind, _, name = each.partition(" ")
        if kind == "as_of":
            found.append(Text(f"审查日改为 {name}", f"day of review {name}"))
        elif kind == "undetermined":
            found.append(Text("未能确定", "undetermined"))
        else:
            found.append(change_words(kind, name))
    return Text(" + ".join(each.zh for each in found), " + ".join(each.en for each in found))
