"""What a project adds (新增量): energy, coal, carbon and pollutants, of each review, derived from its sheet and document; `verify` derives it again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from review.errors import Text
from review.quantities import plain
from review.record.storage import chain
from review.record.storage.journal import Row

# Of what there are balances: words and unit.
MEDIA: dict[str, tuple[Text, str]] = {
    "energy": (Text("能源消费", "energy"), "tce/a"),
    "coal": (Text("煤炭消费", "coal"), "t/a"),
    "carbon": (Text("碳排放", "carbon emission"), "t CO₂/a"),
    "voc": (Text("挥发性有机物", "VOC"), "t/a"),
    "nox": (Text("氮氧化物", "nitrogen oxides"), "t/a"),
    "so2": (Text("二氧化硫", "sulphur dioxide"), "t/a"),
    "cod": (Text("化学需氧量", "chemical oxygen demand"), "t/a"),
    "nh3n": (Text("氨氮", "ammonia nitrogen"), "t/a"),
}
GROUPS = ("whole", "billionths", "quintillionths")
# The facts of a review that its additions are read from.
COUNTED_FACTS = ("energy.total_tce", "energy.coal_t")
_POLLUTANTS = ("nox", "so2", "cod", "nh3n")
# An amount is stored in whole units and two groups of nine decimals, so that a database adds up integers: the sums of millions are exact.
_GROUP = 10**9
_LARGEST = 10**12


def added_rows(position: int, sheet: Mapping[str, Any], document: Mapping[str, Any]) -> list[Row]:
    """What a review's project adds, a row: of a plant that exists already none.

    `sheet` is its canonical JSON, `document` the review. An amount that is not stated, or not settled to one figure, is None.
    """
    return added_by(position, sheet, document["ruleset"]["id"], document["facts"])


def added_by(position: int, sheet: Mapping[str, Any], ruleset: str, facts: Mapping[str, Any]) -> list[Row]:
    """`added_rows` by the ruleset's name and by COUNTED_FACTS, as the review's document shows them."""
    if sheet["project"].get("stage") == "existing":
        return []
    amounts = _added(sheet, facts)
    row: dict[str, Any] = {"review": position, "ruleset": ruleset, "amounts": chain.canonical(amounts).decode()}
    for medium, amount in amounts.items():
        row |= {f"{medium}_{name}": part for name, part in _parts(amount).items()}
    return [row]


def amounts_of(row: Any) -> dict[str, Decimal | None]:
    """What a row of `added` adds of each medium: None where it is not stated, or too large to be added up."""
    stated: dict[str, str | None] = json.loads(row["amounts"])
    return {
        medium: Decimal(amount) if amount is not None and row[f"{medium}_whole"] is not None else None
        for medium, amount in stated.items()
    }


def _added(sheet: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, str | None]:
    new = sheet["project"].get("nature") == "new"
    energy, carbon, voc = sheet.get("energy") or {}, sheet.get("carbon") or {}, sheet.get("voc") or {}
    pollutants = sheet.get("pollutants")
    found: dict[str, str | None] = {
        "energy": energy.get("added_tce") or (_settled(facts.get("energy.total_tce")) if new else None),
        "coal": _settled(facts.get("energy.coal_t")) if new else _none_at_all(facts.get("energy.coal_t")),
        "carbon": carbon.get("added_t") or (carbon.get("total_t") if new else None),
        "voc": "0" if voc == "none" else voc.get("added_t") or (voc.get("emission_t") if new else None),
    }
    for name in _POLLUTANTS:
        stated = [each.get("added_t") for each in pollutants or () if each.get("pollutant") == name]
        found[name] = "0" if pollutants == [] else stated[0] if stated else None
    return {name: None if amount is None else plain(Decimal(amount)) for name, amount in found.items()}


def _settled(figure: Any) -> str | None:
    """A figure that is one amount; None for an interval and for what is unknown."""
    return figure if isinstance(figure, str) else None


def _none_at_all(figure: Any) -> str | None:
    """Nothing is added where nothing is used; of what else is used the sheet does not say how much is added."""
    settled = _settled(figure)
    return settled if settled is not None and not Decimal(settled) else None


def _parts(amount: str | None) -> dict[str, int | None]:
    """An amount in groups of nine decimals; nothing of one that is not stated, below zero, or beyond what the groups can state."""
    empty: dict[str, int | None] = dict.fromkeys(GROUPS)
    if amount is None:
        return empty
    whole, _, decimals = amount.partition(".")
    if amount.startswith("-") or len(decimals) > 18 or int(whole) >= _LARGEST:
        return empty
    decimals = decimals.ljust(18, "0")
    return {"whole": int(whole), "billionths": int(decimals[:9]), "quintillionths": int(decimals[9:])}


def sum_of(whole: Any, billionths: Any, quintillionths: Any) -> Decimal:
    """The amount that sums of the groups come to."""
    groups = int(whole or 0) * _GROUP * _GROUP + int(billionths or 0) * _GROUP + int(quintillionths or 0)
    return Decimal(f"{groups}E-18")
