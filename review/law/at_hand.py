"""Rulesets at hand (可用的规则集): those that the product ships and those of the office's folders, side by side; which one is the default.

The office names its folders by TWO_HIGH_RULESETS, each a folder that holds ruleset folders, and its own ruleset by TWO_HIGH_RULESET.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from review.errors import EditionNotFound, Fault, RulesetError, Text, quoted
from review.law.forms import none_of
from review.law.source import HEAD

FOLDERS, OWN = "TWO_HIGH_RULESETS", "TWO_HIGH_RULESET"
SHIPPED = Path(__file__).resolve().parents[2] / "rulesets"


def rulesets_at_hand() -> Mapping[str, Path]:
    """The folder of each ruleset by its name, that of the default first.

    Raises RulesetError where a folder that the office names is none, holds no ruleset, or has one of a name that is taken.
    """
    found = _at_hand(os.environ.get(FOLDERS, ""))
    own = default_ruleset()
    return {own: found[own], **found}


def default_ruleset() -> str:
    """The ruleset that judges where none is named: the office's own, else the first that the product ships. Raises RulesetError."""
    found = _at_hand(os.environ.get(FOLDERS, ""))
    own = os.environ.get(OWN) or min(name for name, folder in found.items() if folder.parent == SHIPPED)
    if own not in found:
        raise RulesetError([Fault(OWN, none_of(own, found))])
    return own


def ruleset_folder(name: str | None = None) -> Path:
    """The folder of a ruleset at hand, of the default where none is named. Raises EditionNotFound, RulesetError."""
    found = rulesets_at_hand()
    if name is None:
        return next(iter(found.values()))
    if name not in found:
        there = quoted(found)
        words = Text(
            f"没有名为“{name}”的规则集；现有：{there.zh}", f"there is no ruleset named {name!r}; there are: {there.en}"
        )
        raise EditionNotFound([Fault(name, words)])
    return found[name]


@lru_cache(maxsize=16)
def _at_hand(named: str) -> Mapping[str, Path]:
    """The folders by name; `named` as the setting writes it. What a process has found it goes on with until it ends."""
    found: dict[str, Path] = {}
    faults: list[Fault] = []
    for parent in (SHIPPED, *(Path(each) for each in named.split(os.pathsep) if each.strip())):
        mine = sorted(_rulesets_in(parent))
        if not mine:
            faults.append(Fault(FOLDERS, Text(
                f"“{parent}”中没有规则集：应为存放规则集文件夹的文件夹，其中每个都有 {HEAD}",
                f"there is no ruleset in {str(parent)!r}: it should be a folder of ruleset folders, each with {HEAD}")))  # fmt: skip
        for folder in mine:
            if folder.name in found:
                faults.append(Fault(FOLDERS, Text(
                    f"规则集“{folder.name}”在“{found[folder.name]}”和“{folder}”中都有：请改名",
                    f"the ruleset {folder.name!r} stands in {str(found[folder.name])!r} and in {str(folder)!r}: rename one")))  # fmt: skip
            elif not folder.name.isidentifier():
                faults.append(Fault(FOLDERS, Text(
                    f"“{folder.name}”不能作规则集的名称：应为字母、数字和下划线，不以数字开头",
                    f"{folder.name!r} cannot be the name of a ruleset: letters, digits and underscores, no digit first")))  # fmt: skip
            else:
                found[folder.name] = folder
    if faults:
        raise RulesetError(faults)
    return found


def _rulesets_in(parent: Path) -> Iterator[Path]:
    return (each.parent for each in parent.resolve().glob(f"*/{HEAD}"))
