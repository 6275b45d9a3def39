"""`offsets …`: the register of reduction sources and retired lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from review.cli.options import (
    DatabaseOption,
    FormatOption,
    OfficerOption,
    acts,
    coded,
    day,
    emit,
    figure,
    maybe_day,
    opened,
    refusing,
    require_format,
    stop,
)
from review.errors import Fault, Text
from review.verdict.terminal import safe

if TYPE_CHECKING:
    from review.record.register.claims import ClaimLine
    from review.record.register.lines import SourceLine

AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="截至这一天结束时已记录的 / as recorded by the end of this day"),
]
PollutantOption = Annotated[
    str | None, typer.Option("--pollutant", metavar="POLLUTANT", help="只列一种 / of one kind alone")
]
offsets = typer.Typer(no_args_is_help=True, help="减排来源登记册 / the register of reduction sources")


@offsets.command("list")
def list_offsets(
    pollutant: PollutantOption = None,
    as_of: AsOfOption = None,
    format: FormatOption = "text",
    database: DatabaseOption = None,
) -> None:
    """全部来源：核定、占用、可用、由谁占用 / every source: verified, drawn, free, held by whom."""
    from review.facts.register_keys import KINDS
    from review.record.register.lines import register_lines
    from review.record.storage.contents import position_at

    require_format(format)
    pollutant = coded(pollutant, "--pollutant", KINDS)
    lines: list[SourceLine] = []
    when = maybe_day(as_of, "--as-of")
    with opened(database, read_only=True) as store, store.reading() as connection:
        upto = position_at(connection, when)
        while found := register_lines(
            connection, lines[-1]["source"] if lines else None, pollutant=pollutant, upto=upto
        ):
            lines += found
    if format == "json":
        emit(lines)
        return
    for each in lines:
        print(safe(f"{each['source']}  {each['pollutant']}  {each['area']}  核定 verified {each['verified_t']}  占用 drawn {each['drawn_t']}  可用 free {each['free_t']} {each['unit']}"))  # fmt: skip
        for holder in each["holders"]:
            print(safe(f"    {holder['name']}: {holder['held_t']} / {holder['asked_t']} {each['unit']}"))


@offsets.command("claims")
def list_claims(as_of: AsOfOption = None, format: FormatOption = "text", database: DatabaseOption = None) -> None:
    """已使用而未登记的来源和退出产能 / what projects draw on that is not registered."""
    from review.record.register.claims import claim_lines
    from review.record.storage.contents import position_at

    require_format(format)
    lines: list[ClaimLine] = []
    when = maybe_day(as_of, "--as-of")
    with opened(database, read_only=True) as store, store.reading() as connection:
        upto = position_at(connection, when)
        while found := claim_lines(connection, lines[-1]["key"] if lines else None, upto=upto):
            lines += found
    if format == "json":
        emit(lines)
        return
    for each in lines:
        said = " ".join(filter(None, (each["stated"]["name"], each["stated"]["document"])))
        print(safe(f"{each['key']}  申请 asked {each['asked_t']} {each['unit']}  {said}"))
        for holder in each["holders"]:
            print(safe(f"    {holder['name']}: {holder['asked_t']} {each['unit']}"))


@offsets.command()
def add(
    verified: Annotated[str, typer.Option("--verified", metavar="T", help="核定削减量 t/a / verified reduction, t/a")],
    document: Annotated[
        str, typer.Option("--document", metavar="TEXT", help="核定文号 / the document that verified it")
    ],
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help="来源编号，污染物为削减方案文号；退出产能不填 / its id, of a pollutant the document of the reduction; none of a retired line",
        ),
    ] = "",
    area: Annotated[
        str | None,
        typer.Option(
            "--area",
            metavar="AREA",
            help="规则集区域表中的区域，默认计入的第一个 / an area of the ruleset; by default its first that counts",
        ),
    ] = None,
    pollutant: Annotated[
        str,
        typer.Option(
            "--pollutant",
            metavar="POLLUTANT",
            help="voc nox so2 cod nh3n pm carbon capacity：挥发性有机物、氮氧化物、二氧化硫、化学需氧量、氨氮、颗粒物、碳排放、退出产能",
        ),
    ] = "voc",
    enterprise: Annotated[
        str | None, typer.Option("--enterprise", metavar="TEXT", help="退出企业 / the enterprise of a retired line")
    ] = None,
    line: Annotated[str | None, typer.Option("--line", metavar="TEXT", help="退出的生产线 / the retired line")] = None,
    name: Annotated[str | None, typer.Option("--name", metavar="TEXT", help="减排项目 / the reduction project")] = None,
    completed: Annotated[
        str | None, typer.Option("--completed", metavar="DATE", help="完成日期 / when it was completed")
    ] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="更正的理由 / why it is amended")
    ] = None,
    officer: OfficerOption = None,
    database: DatabaseOption = None,
) -> None:
    """登记或更正一个来源 / register a source, or amend it."""
    from review.facts.register_keys import KINDS
    from review.law.loading import choose
    from review.law.place import home_area
    from review.record.register.entries import VERIFIED_UNIT, SourceEntry, register_source

    pollutant = coded(pollutant, "--pollutant", KINDS) or pollutant
    amount = figure(verified, "--verified", VERIFIED_UNIT)
    with refusing():
        where = area or home_area(choose(None, day(None)))
    if where is None:
        raise stop(
            Fault(
                "--area", Text("规则集没有一定计入的区域，请写明区域", "no area of the ruleset surely counts: name one")
            )
        )
    entry = SourceEntry(
        source, where, amount, document, pollutant, name, maybe_day(completed, "--completed"), reason, enterprise, line
    )
    by = acts(officer)
    with opened(database) as store:
        found = register_source(store, entry, by)
    print(f"已登记 registered: {found.id}")
    for each in found.changed:
        print(safe(f"    项目 project {each['project']}: {each['held_t']} / {each['asked_t']} t/a"))
