"""Capacity facts (产能置换): the ratio that applies, the capacity to be retired, and what is retired (4.3-3)."""

from __future__ import annotations

from decimal import Decimal

from review.errors import Text
from review.facts.model import Case, Fact, Note, Share, Source
from review.facts.register_keys import CAPACITY, document_key, draw_key
from review.facts.registered import claim_of, entry_of, free_of, register_remarks
from review.law.dated import period
from review.law.edition import Row
from review.quantities import UNSTATED, ZERO, Range, point, total
from review.sheet import Capacity

UNIT = "t"


def capacity_facts(case: Case) -> tuple[dict[str, Fact], list[Note]]:
    """`capacity.replacement_listed`, `.required_t` and `.retired_t`, and what the table says besides."""
    stated = case.sheet.capacity
    capacity = stated if isinstance(stated, Capacity) else None
    rows = [row for row in case.ruleset.table("capacity_replacement") if _applies(case, row)]
    products = case.sheet.products
    keys = {product.benchmark for product in products or ()}
    mine = [row for row in rows if keys & set(row["products"].split(";"))]
    doubtful = tuple(
        f"products[{i}].benchmark" for i, product in enumerate(products or ()) if product.benchmark is None
    )
    if products is None:
        doubtful = ("products",)
    listed = Fact(
        True if mine else None if doubtful else False,
        missing=() if mine else doubtful,
        sources=tuple(row_source(row) for row in mine),
    )
    notes = [
        notice(case, row["commodity"]) for row in mine if row["commodity"] in case.ruleset.content["capacity_notices"]
    ]
    ratio = _ratio(case, capacity, mine, rows if doubtful else [], doubtful)
    new_t = capacity.new_t if capacity else None
    if new_t is None:
        required = Fact(UNSTATED, missing=("capacity.new_t", *ratio.missing), sources=ratio.sources, unit=UNIT)
    else:
        missing = ratio.missing if new_t else ()
        required = Fact(
            ratio.range * new_t,
            missing=missing,
            paths=("capacity.new_t", *ratio.paths),
            sources=ratio.sources,
            unit=UNIT,
        )
    return {
        "capacity.replacement_listed": listed,
        "capacity.required_t": required,
        "capacity.retired_t": retired_capacity(case),
    }, notes


def _applies(case: Case, row: Row) -> bool:
    region = case.ruleset.parameters.get("capacity_region")
    return (
        region is not None and row["region"] == region.text and not row.get("case") and period(row).covers(case.as_of)
    )


def row_source(row: Row) -> Source:
    """Where a ratio comes from."""
    return Source(
        "table", "capacity_replacement", row["commodity"], f"{row['ratio']} : 1", row["source"], row["evidence"]
    )


def notice(case: Case, commodity: str) -> Note:
    """What the edition says of the announcements of a commodity's replacement."""
    words = case.ruleset.content["capacity_notices"][commodity]
    return Note(f"capacity-{commodity}", "capacity", Text(words["zh"], words["en"]))


def _ratio(
    case: Case, capacity: Capacity | None, mine: list[Row], others: list[Row], doubtful: tuple[str, ...]
) -> Fact:
    """The largest ratio of the products' rows, else the stated one; a product not identified may raise it."""
    figures = [case.figure(row, "ratio") for row in mine]
    sources = tuple(row_source(row) for row in mine)
    raised = [figure for row in others if (figure := case.figure(row, "ratio")) is not None]
    if mine:
        known = [figure for figure in figures if figure is not None]
        if len(known) < len(figures):
            return Fact(Range(max(known, default=ZERO), None), sources=sources)
        low = max(known)
        high = max([low, *raised])
        return Fact(Range(low, high), missing=doubtful if high > low else (), sources=sources)
    own = capacity.ratio if capacity else None
    if own is None:
        return Fact(UNSTATED, missing=("capacity.ratio", *doubtful))
    return Fact(
        Range(min([own, *raised]), max([own, *raised])), missing=doubtful if raised else (), paths=("capacity.ratio",)
    )


def retired_capacity(case: Case) -> Fact:
    """What is retired: surely where it is announced and closed before operation, perhaps where either is not stated.

    Of a registered line counts what is free, which beside another project's is nothing; one that is in no register and that another
    project states too counts perhaps (四（二）: 一条退出生产线只用于一个项目). So does a further row of one line and announcement beyond
    the largest, since `facts: 3`.
    """
    stated = case.sheet.capacity
    if stated == "none":
        return Fact(point(ZERO), paths=("capacity",), unit=UNIT)
    rows = stated.retired if isinstance(stated, Capacity) else None
    if rows is None:
        return Fact(UNSTATED, missing=("capacity.retired",), unit=UNIT)
    amounts: list[Range] = []
    missing: list[str] = []
    shares: list[Share] = []
    remarks: dict[Text, None] = {}
    free: dict[str, Decimal] = {}
    counted_once: dict[tuple[str, str], Decimal] = {}
    for index, row in enumerate(rows):
        path = f"capacity.retired[{index}]"
        if row.document == "none" or row.closed_before_operation is False:
            continue
        amount = UNSTATED if row.capacity_t is None else point(row.capacity_t)
        open_paths = [
            f"{path}.{name}"
            for name in ("capacity_t", "document", "closed_before_operation")
            if getattr(row, name) is None
        ]
        certain = row.document is not None and row.closed_before_operation is True
        counted = amount if certain else Range(Decimal(0), amount.high)
        whole = amount.point is not None
        if row.enterprise is not None:
            key = draw_key(CAPACITY, row.enterprise)
            remarks |= dict.fromkeys(register_remarks(case, key, row.enterprise))
            entry = entry_of(case, key)
            if entry is not None:
                left = free.get(key, free_of(entry, key))
                whole = whole and amount.low is not None and amount.low <= left
                counted = _within(counted, left)
                # Rows of one line count together no more than is free of it.
                free[key] = max(ZERO, left - (amount.high or ZERO))
            elif claim_of(case, key) is not None:
                open_paths.append(f"{path}.enterprise")
                counted = Range(ZERO, amount.high)
            if entry is None and case.ruleset.facts > 2 and row.document is not None:
                told, before = (key, document_key(row.document)), counted.low or ZERO
                if told in counted_once:
                    open_paths.append(f"{path}.enterprise")
                    remarks[_stated_twice(row.enterprise, row.document)] = None
                    counted = Range(max(ZERO, before - counted_once[told]), counted.high)
                counted_once[told] = max(before, counted_once.get(told, ZERO))
        amounts.append(counted)
        if counted.high != 0 and open_paths:
            missing += dict.fromkeys(open_paths)
            width = None if counted.high is None else counted.high - (counted.low or ZERO)
            shares.append(Share(tuple(dict.fromkeys(open_paths)), width, whole=whole))
    paths = tuple(f"capacity.retired[{index}]" for index in range(len(rows)))
    return Fact(
        total(amounts),
        missing=tuple(missing),
        paths=paths or ("capacity.retired",),
        unit=UNIT,
        shares=tuple(shares),
        remarks=tuple(remarks),
    )


def _stated_twice(enterprise: str, document: str) -> Text:
    return Text(
        f"“{enterprise}”（{document}）填报了不止一行：同一生产线只计一次，不同生产线请分别写明",
        f"“{enterprise}” ({document}) stands in several rows: one line counts once; tell lines apart by their names",
    )


def _within(amount: Range, most: Decimal) -> Range:
    """The amount, and no more of it than `most`."""
    low = amount.low or ZERO
    return Range(min(low, most), most if amount.high is None else min(amount.high, most))
