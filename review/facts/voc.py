"""VOC facts (挥发性有机物): the offsets that count, source by source (3.10-7), and what is drawn from each source (4.2-5)."""

from __future__ import annotations

from decimal import Decimal

from review.errors import Fault, SheetError, Text
from review.facts.model import Balance, Case, Claim, Fact, Share, Source, of_edition
from review.law.edition import Ruleset
from review.law.place import area_words
from review.law.table_words import cited_figure
from review.quantities import UNKNOWN, UNSTATED, ZERO, Range, plain, point, total
from review.sheet import Offset
from review.terms import NONE_WORD, listed
from review.values import immutable

UNIT = "t/a"
POLLUTANT = "voc"


@immutable(frozen=True, slots=True)
class _Draw:
    """One row of offsets: whether it counts (surely, perhaps, never), and the paths that would tell."""

    counts: str
    amount: Range
    open: tuple[str, ...]


def offset_sources(case: Case, offsets: tuple[Offset, ...]) -> dict[str, list[int]]:
    """The rows of each source, by index; a row without a source is a source of its own."""
    groups: dict[str, list[int]] = {}
    for index, offset in enumerate(offsets):
        groups.setdefault(f"\0{index}" if offset.source is None else case.key_of(offset.source), []).append(index)
    return groups


def validate_areas(case: Case, offsets: tuple[Offset, ...] | None) -> None:
    """Raises SheetError for an area that the edition does not have, by content since `facts: 2`; until then the sheet listed them itself."""
    if case.ruleset.facts < 2 or not offsets:
        return
    known = area_words(case.ruleset)
    faults = []
    for index, offset in enumerate(offsets):
        if offset.area is not None and offset.area not in known:
            there = listed(known)
            faults.append(Fault(f"voc.offsets[{index}].area", Text(
                f"{case.ruleset.name} 没有区域“{offset.area}”；可用：{there.zh or NONE_WORD.zh}",
                f"{case.ruleset.name} has no area “{offset.area}”; allowed: {there.en or NONE_WORD.en}")))  # fmt: skip
    if faults:
        raise SheetError(faults)


def offset_total(case: Case, offsets: tuple[Offset, ...] | None) -> Fact:
    """The offsets that count, surely and perhaps; per source no more than its verified or free amount."""
    if offsets is None:
        return Fact(UNSTATED, missing=("voc.offsets",), unit=UNIT)
    amounts: list[Range] = []
    missing: list[str] = []
    sources: dict[Source, None] = {}
    shares: list[Share] = []
    for rows in offset_sources(case, offsets).values():
        draws = [_draw(case, index, offsets[index], sources) for index in rows]
        claim = _claim(case, offsets[rows[0]].source)
        counted, open_paths = _counted(
            draws,
            _cap(case, offsets, rows),
            [f"voc.offsets[{index}].reduction_t" for index in rows],
            claim.asked_t if claim else ZERO,
        )
        if claim is not None:
            open_paths += [f"voc.offsets[{index}].source" for index in rows]
        amounts.append(counted)
        if counted.point is None:
            missing += open_paths
            width = None if counted.high is None else counted.high - (counted.low or ZERO)
            whole = (
                claim is None
                and len(rows) == 1
                and offsets[rows[0]].allocated_t is not None
                and offsets[rows[0]].reduction_t is not None
            )
            shares.append(Share(tuple(dict.fromkeys(open_paths)), width, whole))
    paths = tuple(f"voc.offsets[{index}]" for index in range(len(offsets)))
    return Fact(
        total(amounts),
        missing=tuple(dict.fromkeys(missing)),
        paths=paths or ("voc.offsets",),
        sources=tuple(sources),
        unit=UNIT,
        shares=tuple(shares),
        remarks=tuple(
            remark for source in dict.fromkeys(o.source for o in offsets if o.source) for remark in _free(case, source)
        ),
    )


def _draw(case: Case, index: int, offset: Offset, sources: dict[Source, None]) -> _Draw:
    path = f"voc.offsets[{index}]"
    open_paths: list[str] = []
    entry = _entry(case, offset.source)
    # What was verified for the register wins over what the sheet states.
    area = entry.area if entry and entry.area else offset.area
    row = case.ruleset.row("areas", area) if area else None
    counts = row["counts"] if row else "perhaps"
    settled = case.ruleset.facts > 1 and counts == "perhaps" and row is not None and _accepted(offset)
    if settled:
        counts = "surely"
    if row is not None:
        sources[_area_source(case.ruleset, row["area"])] = None
    else:
        open_paths.append(f"{path}.area")
    if offset.document is None:
        open_paths.append(f"{path}.document")
        counts = "perhaps" if counts == "surely" else counts
    elif offset.document == "none":
        counts = "never"
    if entry is not None and entry.pollutant != POLLUTANT:
        counts = "never"
    if row is not None and row["counts"] == "perhaps" and not settled:
        open_paths.append(f"{path}.area")
    if offset.allocated_t is None:
        open_paths.append(f"{path}.allocated_t")
    if case.ruleset.facts > 1:
        doubts = _doubts(case, offset)
        open_paths += [f"{path}.{name}" for name in doubts]
        counts = "perhaps" if doubts and counts == "surely" else counts
    amount = UNSTATED if offset.allocated_t is None else point(offset.allocated_t)
    return _Draw(counts, amount, tuple(open_paths) if counts != "never" else ())


@of_edition
def _area_source(ruleset: Ruleset, area: str) -> Source:
    row = ruleset.indexes["areas"][area]
    return Source("table", "areas", area, cited_figure("areas", row), row["source"], row["evidence"])


def _accepted(offset: Offset) -> bool:
    """Whether an officer's decision that the area counts is recorded (经办人对“区域内”的认定)."""
    return offset.area_accepted is not None and offset.area_accepted.document is not None


def _doubts(case: Case, offset: Offset) -> list[str]:
    """The fields for which a row counts perhaps only: no source, or completed after the day of review."""
    late = offset.completed is not None and offset.completed > case.as_of
    return (["source"] if offset.source is None else []) + (["completed"] if late else [])


def _cap(case: Case, offsets: tuple[Offset, ...], rows: list[int]) -> Decimal | None:
    balance = _balance(case, offsets[rows[0]])
    if balance is not None:
        return balance
    stated = [amount for index in rows if (amount := offsets[index].reduction_t) is not None]
    return min(stated) if stated else None


def _balance(case: Case, offset: Offset) -> Decimal | None:
    entry = _entry(case, offset.source)
    return entry.free_t if entry else None


def _entry(case: Case, source: str | None) -> Balance | None:
    """The register's entry of a source, if it has one."""
    return case.read_of(case.register.balances, source) if case.register and source else None


def _claim(case: Case, source: str | None) -> Claim | None:
    """What other projects draw on a source that is not registered."""
    if case.ruleset.facts < 2 or case.register is None or source is None or _entry(case, source) is not None:
        return None
    return case.read_of(case.register.claims, source)


def _counted(
    draws: list[_Draw], cap: Decimal | None, reductions: list[str], claimed: Decimal
) -> tuple[Range, list[str]]:
    """What a source counts for, and the paths that would settle it: surely no more than its cap leaves beside what others claim."""
    surely = total(draw.amount for draw in draws if draw.counts == "surely").low or ZERO
    perhaps = total(draw.amount for draw in draws if draw.counts != "never").high
    open_paths = [path for draw in draws for path in draw.open]
    if cap is None:
        if perhaps != 0:
            open_paths += reductions
        return Range(ZERO, perhaps), open_paths
    return Range(min(surely, max(ZERO, cap - claimed)), cap if perhaps is None else min(perhaps, cap)), open_paths


def _free(case: Case, source: str) -> tuple[Text, ...]:
    """What the register leaves of a source: no more of it counts."""
    entry = _entry(case, source)
    if entry is None:
        return _unregistered(case, source)
    free, verified, drawn = plain(entry.free_t), plain(entry.verified_t), plain(entry.drawn_t)
    if entry.pollutant != POLLUTANT:
        return (
            Text(
                f"登记册：来源“{source}”削减的是 {entry.pollutant}，不计入 VOCs 替代",
                f"register: source “{source}” reduces {entry.pollutant}: it does not count as an offset of VOC",
            ),
        )
    area = f"（{entry.area}）" if entry.area else ""
    return (
        Text(
            f"登记册：来源“{source}”{area}核定 {verified} t/a，其他项目占用 {drawn} t/a，可用 {free} t/a",
            f"register: source “{source}”{area} has {verified} t/a verified, {drawn} t/a held by other projects, {free} t/a free",
        ),
    )


def _other_holders(source: str, entry: Balance) -> tuple[Text, ...]:
    if not entry.holders:
        return ()
    names = "、".join(entry.holders)
    return (
        Text(
            f"登记册：来源“{source}”已由其他项目占用 {plain(entry.drawn_t)} t/a：{names}",
            f"register: other projects hold {plain(entry.drawn_t)} t/a of source “{source}”: {names}",
        ),
    )


def _unregistered(case: Case, source: str) -> tuple[Text, ...]:
    if case.register is None:
        return ()
    claim = _claim(case, source)
    if claim is not None:
        names, others = "、".join(claim.holders), plain(claim.asked_t)
        return (
            Text(
                f"来源“{source}”未列入减排来源登记册；其他项目已填报使用 {others} t/a：{names}",
                f"source “{source}” is not in the register of reduction sources; other projects state draws of {others} t/a: {names}",
            ),
        )
    return (
        Text(
            f"来源“{source}”未列入减排来源登记册，仅按项目表判断",
            f"source “{source}” is not in the register of reduction sources: judged on the sheet alone",
        ),
    )


def offset_item(case: Case, offsets: tuple[Offset, ...], index: int) -> dict[str, Fact]:
    """What is drawn from this row's source over the sheet and the register, and what was verified for it."""
    path = f"voc.offsets[{index}]"
    offset = offsets[index]
    if offset.source is None:
        unknown = Fact(UNSTATED, missing=(f"{path}.source",), unit=UNIT)
        verified = Fact(UNSTATED, missing=(f"{path}.source",), unit=UNIT)
        if offset.reduction_t is None:
            verified = Fact(UNSTATED, missing=(f"{path}.source", f"{path}.reduction_t"), unit=UNIT)
        return {"item.drawn_t": unknown, "item.verified_t": verified}
    rows = offset_sources(case, offsets)[case.key_of(offset.source)]
    drawn = total(point(amount) if (amount := offsets[row].allocated_t) is not None else UNSTATED for row in rows)
    missing = tuple(f"voc.offsets[{row}].allocated_t" for row in rows if offsets[row].allocated_t is None)
    paths = tuple(f"voc.offsets[{row}].allocated_t" for row in rows if offsets[row].allocated_t is not None)
    entry = _entry(case, offset.source)
    stated = [amount for row in rows if (amount := offsets[row].reduction_t) is not None]
    if entry is not None:
        verified = Fact(point(entry.verified_t), unit=UNIT, remarks=_other_holders(offset.source, entry))
        drawn = drawn + point(entry.drawn_t)
    elif offset.reduction_t is None:
        verified = Fact(UNSTATED, missing=(f"{path}.reduction_t",), unit=UNIT)
    else:
        verified = Fact(
            point(min(stated)), paths=(f"{path}.reduction_t",), unit=UNIT, remarks=_unregistered(case, offset.source)
        )
    claim = _claim(case, offset.source)
    if claim is not None:
        drawn = drawn + point(claim.asked_t)
    return {"item.drawn_t": Fact(drawn, missing=missing, paths=paths, unit=UNIT), "item.verified_t": verified}


def net_added(case: Case) -> Fact:
    """What is added in VOC less what older sources give up for it (以新带老), in t/a; unknown unless both are stated."""
    voc = case.sheet.voc
    if voc is None or isinstance(voc, str):
        return Fact(UNKNOWN, missing=("voc.added_t", "voc.replaced_t"), unit=UNIT)
    stated = {"voc.added_t": voc.added_t, "voc.replaced_t": voc.replaced_t}
    missing = tuple(path for path, amount in stated.items() if amount is None)
    if voc.added_t is None or voc.replaced_t is None:
        return Fact(UNKNOWN, missing=missing, unit=UNIT)
    return Fact(point(voc.added_t - voc.replaced_t), paths=tuple(stated), unit=UNIT)
