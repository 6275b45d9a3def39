"""The plan's period (规划期): what findings and notes say of the plan and its targets after its last day."""

from __future__ import annotations

from collections.abc import Iterable

from review.errors import Text
from review.facts import Note
from review.law.edition import Rule, Ruleset


def period_words(ruleset: Ruleset) -> Text | None:
    """That the plan's period has ended, and what the office has decided of it; None where it has decided that the plan continues."""
    day, continues = ruleset.plan_until, ruleset.plan_continues
    if continues == "yes":
        return None
    zh, en = (
        f"方案期满（{day}），是否继续执行由本单位确认",
        f"the plan's period has ended ({day}); whether it continues is for this office to decide",
    )
    if continues == "no":
        return Text(
            f"{zh}：已确认不再继续执行，仅以方案为依据的要求作指导",
            f"{en}: it does not, and what rests on it alone is guidance",
        )
    return Text(zh, en)


def target_words(ruleset: Ruleset) -> Text:
    """That a target speaks of a year that is over."""
    day = ruleset.plan_until
    return Text(
        f"所对照的是 {day[:4]} 年目标，方案期满（{day}），其后的目标请另行核实",
        f"the target is one for {day[:4]} and the plan's period has ended ({day}): check what is asked for since",
    )


def target_notes(ruleset: Ruleset, paths: Iterable[str | None] = (None,)) -> tuple[Note, ...]:
    """`plan-target-ended` for each path, once; by an edition within the plan's period none."""
    if not ruleset.after_plan:
        return ()
    return tuple(Note("plan-target-ended", path, target_words(ruleset)) for path in dict.fromkeys(paths))


def rule_words(rule: Rule, ruleset: Ruleset) -> tuple[Text, ...]:
    """What a finding says of the plan's period: of a rule that rests on the plan alone, and of one that measures by its target."""
    asked = rule.plan_alone and ruleset.plan_continues is not None
    ended = period_words(ruleset) if asked else None
    target = target_words(ruleset) if rule.target_of and ruleset.after_plan else None
    return tuple(words for words in (ended, target) if words is not None)
