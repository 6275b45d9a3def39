"""What the register says of carbon replacement, reductions of pollutants and retired lines, beside what the sheet states (`voc.py` has offsets)."""

from __future__ import annotations

from decimal import Decimal

from review.errors import Text
from review.facts.model import Balance, Case, Claim
from review.facts.register_keys import CAPACITY, KINDS, kind_of, unit_of
from review.quantities import ZERO, plain


def entry_of(case: Case, key: str) -> Balance | None:
    """The register's entry of what is drawn on; None where it has none, or the review read no register."""
    return case.register.balances.get(key) if case.register and case.ruleset.facts > 1 else None


def claim_of(case: Case, key: str) -> Claim | None:
    """What other projects draw on the same, where it is in no register."""
    if case.register is None or case.ruleset.facts < 2 or entry_of(case, key) is not None:
        return None
    return case.register.claims.get(key)


def free_of(entry: Balance, key: str) -> Decimal:
    """What of an entry this project can count: nothing where another kind is registered under the id."""
    return entry.free_t if entry.pollutant == kind_of(key) else ZERO


def register_remarks(case: Case, key: str, name: str) -> tuple[Text, ...]:
    """What the register adds to what the sheet states of `name`: the balance and who holds it, or who else draws on it."""
    entry, claim, unit = entry_of(case, key), claim_of(case, key), unit_of(key)
    kind = KINDS[kind_of(key)]
    if entry is not None and entry.pollutant != kind_of(key):
        other = KINDS.get(entry.pollutant, Text(entry.pollutant, entry.pollutant))
        return (
            Text(
                f"登记册：“{name}”登记的是{other.zh}，不计入{kind.zh}",
                f"register: “{name}” is registered as {other.en}: it does not count as {kind.en}",
            ),
        )
    if entry is not None:
        verified, drawn, free = plain(entry.verified_t), plain(entry.drawn_t), plain(entry.free_t)
        by, by_en = _by(entry.holders)
        return (
            Text(
                f"登记册：{kind.zh}“{name}”核定 {verified} {unit}，其他项目占用 {drawn} {unit}{by}，可用 {free} {unit}{_whole(key).zh}",
                f"register: {kind.en} “{name}” has {verified} {unit} verified, {drawn} {unit} held by other projects{by_en}, {free} {unit} free{_whole(key).en}",
            ),
        )
    if claim is not None:
        names, others = "、".join(claim.holders), plain(claim.asked_t)
        return (
            Text(
                f"{kind.zh}“{name}”未列入登记册；其他项目已填报使用 {others} {unit}：{names}",
                f"{kind.en} “{name}” is in no register; other projects state {others} {unit} of it: {names}",
            ),
        )
    return ()


def _by(holders: tuple[str, ...]) -> tuple[str, str]:
    names = "、".join(holders)
    return (f"（{names}）", f" ({names})") if holders else ("", "")


def _whole(key: str) -> Text:
    if kind_of(key) != CAPACITY:
        return Text("", "")
    return Text("；一条退出生产线只用于一个项目", "; a retired line serves one project")
