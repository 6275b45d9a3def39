"""A project's profile (项目概况): what the work list and the indicators know of its latest sheet and review."""

from __future__ import annotations

import decimal
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

from review.evaluation import shown
from review.facts import Fact
from review.quantities import Range, plain
from review.record.storage.bodies import Figure, Profile, SheetProfile
from review.sheet import ProjectSheet
from review.verdict.judging import Review

BANDS = ("below_baseline", "unknown", "between", "benchmark")


def listed_profile(sheet: ProjectSheet) -> Profile:
    """What a sheet says by itself, for a project that is listed (存量清单) and not reviewed."""
    energy = sheet.energy.total_tce if sheet.energy else None
    voc = sheet.voc
    emission = Decimal(0) if voc == "none" else voc.emission_t if voc is not None and not isinstance(voc, str) else None
    return {
        **_identity(sheet, (None,) * len(sheet.products or ())),
        "sector": None,
        "two_high": None,
        "energy_tce": None if energy is None else plain(energy),
        "voc_t": None if emission is None else plain(emission),
        "band": None,
        "guidance_required": None,
        "review": None,
    }


def review_profile(review: Review) -> Profile:
    """What a review found, as the work list shows it."""
    facts, sheet = review.facts.project, review.case.sheet
    sector = facts["sector"].value
    bands = product_bands(review)
    return {
        **_identity(sheet, bands),
        "sector": sector if isinstance(sector, str) and sector != "none" else None,
        "two_high": cast(bool | None, facts["two_high"].value),
        "energy_tce": _figure(facts["energy.total_tce"]),
        "voc_t": _figure(facts["voc.emission_t"]),
        "band": min((band for band in bands if band), key=BANDS.index, default=None),
        "guidance_required": review.guidance_required,
        "review": {
            "as_of": review.case.as_of.isoformat(),
            "ruleset": review.case.ruleset.name,
            "recommendation": review.recommendation,
            "provisional": review.provisional,
            "matters": {each["matter"]: each["recommendation"] for each in review.matters},
            "supplement": [each.path for each in review.supplement],
        },
    }


def judged_by(profile: Profile, ruleset: str) -> bool:
    """Whether a project counts among those of a ruleset: its latest review is by it, or it has none."""
    return profile["review"] is None or is_of(profile["review"]["ruleset"], ruleset)


def is_of(edition: str | None, ruleset: str) -> bool:
    """Whether an edition's name (`ID@EDITION`, None where there is none) is of a ruleset, or of none."""
    return edition is None or edition.partition("@")[0] == ruleset


def _identity(sheet: ProjectSheet, bands: Sequence[str | None]) -> SheetProfile:
    """What the sheet states of the project; `bands` are the levels of its products, in their order."""
    project, approvals = sheet.project, sheet.approvals
    energy = sheet.energy
    park = sheet.site.park if sheet.site else None
    return {
        "code": project.code,
        "name": project.name,
        "applicant": project.applicant,
        "uscc": project.uscc,
        "industry": project.industry,
        "nature": project.nature,
        "stage": project.stage,
        "received": project.received.isoformat() if project.received else None,
        "park": park,
        "products": [
            {
                "row": _row(each),
                "name": each.name,
                "capacity": None if each.capacity is None else plain(each.capacity),
                "band": band,
                "unit": each.output_unit,
            }
            for each, band in zip(sheet.products or (), bands, strict=True)
        ],
        "approvals": {
            "filing": _document_stated(getattr(approvals, "filing", None)),
            "eia": _document_stated(getattr(approvals, "eia", None)),
            "permit": _document_stated(getattr(approvals, "permit", None)),
            "acceptance": _document_stated(getattr(approvals, "acceptance", None)),
            "energy_review": _document_stated(energy.review if energy else None),
        },
        "guidance_recorded": bool(energy and energy.guidance and energy.guidance.document),
    }


def _row(product: Any) -> str | None:
    return None if product.benchmark in (None, "none") else str(product.benchmark)


def _document_stated(document: Any) -> bool | None:
    """Whether a document is named: false where its absence is stated, None where nothing is stated."""
    if document == "none":
        return False
    return True if getattr(document, "document", None) else None


def _figure(fact: Fact) -> Figure:
    return cast(Figure, shown(fact.range))


def product_bands(review: Review) -> list[str | None]:
    """Each product's band: at benchmark level, between baseline and benchmark, below baseline; None without a row."""
    bands: list[str | None] = []
    for item in review.facts.items["products"] or ():
        if item["item.has_row"].value is not True:
            bands.append(None if item["item.has_row"].value is False else "unknown")
            continue
        energy, level, floor = (
            item[name].value for name in ("item.unit_energy", "item.benchmark_level", "item.baseline_level")
        )
        bands.append(_band_of(_point(energy), _point(level), _point(floor)))
    return bands


def _band_of(energy: Decimal | None, level: Decimal | None, floor: Decimal | None) -> str:
    if energy is None or level is None:
        return "unknown"
    if energy <= level:
        return "benchmark"
    if floor is None:
        return "unknown"
    return "between" if energy <= floor else "below_baseline"


def _point(value: Any) -> Decimal | None:
    return value.point if isinstance(value, Range) else None


def low_end(figure: Figure) -> Decimal:
    """The low end of a figure as the profile shows it: a plain decimal, an interval, or None."""
    if isinstance(figure, dict):
        return Decimal(figure["low"] or "0")
    return Decimal(figure) if figure is not None else Decimal(0)


def sortable(figure: Decimal) -> str:
    """A decimal of no less than zero as text that sorts as the figures do: 20 digits, a point, 9 digits, the rest cut off."""
    with decimal.localcontext(decimal.Context(prec=200)):
        return f"{figure.quantize(Decimal('1e-9'), rounding=decimal.ROUND_FLOOR):030f}"
