"""The reading of the shipped rules is the one that the rules give."""

from __future__ import annotations

from review.law.loading import load_builtin
from review.law.reading import FILE, reading
from tests.law.folder import FOLDER


def test_the_reading_beside_the_rules_is_what_they_say() -> None:
    assert (FOLDER / FILE).read_text(encoding="utf-8") == reading(load_builtin()), (
        "write it anew: two-high rules reading > rulesets/fuqing/READING.md"
    )


def test_every_rule_of_every_edition_is_read() -> None:
    editions = load_builtin()
    text = reading(editions)
    assert all(f"`{rule.id}`" in text for edition in editions for rule in edition.rules)
    assert all(f"## 版本 {edition.edition}（" in text for edition in editions)
