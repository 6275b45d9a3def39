"""An edition validated by itself (单个版本的检查), beside the one that it comes after: by every check that a folder is validated by."""

from __future__ import annotations

import tempfile
from collections.abc import Collection
from datetime import date
from functools import lru_cache
from pathlib import Path

from review.errors import Fault, RulesetError
from review.law.compiling import from_content
from review.law.cutting import cut
from review.law.edition import Ruleset
from review.law.source import Source, edition_days
from review.law.source_folder import read_source
from review.law.timeline import period_faults
from review.law.written import write_folder
from review.lint.coverage import coverage_faults, engine_faults
from review.lint.history import history_faults, unit_faults
from review.lint.rules import rule_faults
from review.lint.tables import ending_faults, reference_faults, row_faults


def edition_faults(
    edition: Ruleset, before: Ruleset | None, begins: Collection[date] = (), *, history: bool = True
) -> list[Fault]:
    """Every fault of an edition, each with the file and line that it would have in a folder; none where it is sound.

    What one edition alone cannot satisfy, as the clauses name the rules of all, is no fault where the edition before has it too.
    `begins`: the days on which editions begin that are proposed with it. The `history` of one that the office's changes are carried onto
    tells of more than it changes of the edition before.
    """
    source, found = _read(edition)
    if source is None:
        # A fault of form hides all others, so that one of before is to be put right as well.
        return [*found]
    if before is not None:
        was, known = _read(before)
        found = tuple(each for each in found if each not in known)
        if was is not None:
            days = {*begins, *edition_days(was).values()}
            # By their words: a row that goes or comes moves those below it to other lines.
            ended = {each.text for each in ending_faults(was, {*days, *edition_days(source).values()})}
            found += tuple(each for each in ending_faults(source, days) if each.text not in ended)
    if found:
        return [*found]
    (mine,) = cut(source)
    try:
        # A folder says nothing of how findings are written: an edition of before keeps its way.
        written = {key: value for key, value in edition.content.items() if key == "findings"}
        plain = {key: value for key, value in mine.content.items() if key != "findings"}
        again = from_content({**plain, **written}, mine.lines)
    except RulesetError as error:
        return list(error.faults)
    made = dict.fromkeys((*rule_faults(again, mine.lines), *engine_faults(again, mine.lines), *coverage_faults(again)))
    if before is not None:
        told = history_faults(before, again, source) if history else ()
        made |= dict.fromkeys((*told, *unit_faults(before, again)))
    return list(made)


# A proposal is drawn up again when it is recorded and when it is confirmed, beside the same editions.
@lru_cache(maxsize=8)
def _read(edition: Ruleset) -> tuple[Source | None, tuple[Fault, ...]]:
    """The edition as the source of a folder, None where it cannot be read, and the faults of form, rows and names; memoised."""
    with tempfile.TemporaryDirectory(prefix="two-high-") as name:
        folder = Path(name)
        write_folder(edition.content, folder)
        try:
            source = read_source(folder)
        except RulesetError as error:
            return None, tuple(error.faults)
    if source.faults:
        return None, tuple(dict.fromkeys(source.faults))
    return source, tuple(dict.fromkeys((*period_faults(source), *row_faults(source), *reference_faults(source))))
