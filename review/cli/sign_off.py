"""`sign-off …`: how many steps a decision goes through, and who may sign each."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from review.cli.options import (
    DatabaseOption,
    FormatOption,
    OfficerOption,
    acts,
    coded,
    emit,
    opened,
    require_format,
    stop,
)
from review.errors import Fault, Text
from review.verdict.terminal import safe

_CLI = "two-high"
sign_off = typer.Typer(no_args_is_help=True, help="签批设定 / how decisions are signed")


@sign_off.command()
def show(format: FormatOption = "text", database: DatabaseOption = None) -> None:
    """本单位和各类决定的步数，各步的签批人 / steps of the office and by matter, and who signs."""
    from review.record.access.signing_rules import ISSUES, MATTERS, REVIEWS, SIGNER_WORDS, read_signing_rules

    require_format(format)
    with opened(database, read_only=True) as store, store.reading() as connection:
        found = read_signing_rules(connection)
    signers = {step: found.signers.get(step, ()) for step in (REVIEWS, ISSUES)}
    if format == "json":
        emit({"steps": found.steps, "matters": {**found.matters}, "signers": {str(step): [*each] for step, each in signers.items() if each}})  # fmt: skip
        return
    print(f"本单位 the office: {found.steps}")
    for name, steps in found.matters.items():
        print(safe(f"{MATTERS[name].zh} {MATTERS[name].en}: {steps}"))
    for step, each in signers.items():
        print(
            safe(
                f"{SIGNER_WORDS[step].zh} {SIGNER_WORDS[step].en}: {' '.join(each) or '任一审批人员 any approval officer'}"
            )
        )


@sign_off.command("set")
def set_rules(
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="理由，写入记录 / why; it is recorded")],
    steps: Annotated[
        int | None, typer.Option("--steps", metavar="N", help="本单位的步数，1 至 3 / steps of the office")
    ] = None,
    matter: Annotated[
        list[str] | None,
        typer.Option(
            "--matter",
            metavar="OUTCOME=N",
            help="某类决定的步数，或 departs（与建议不同）；N 空为按本单位；可重复 / steps of an outcome, or `departs`; repeatable",
        ),
    ] = None,
    signers: Annotated[
        list[str] | None,
        typer.Option(
            "--signers",
            metavar="STEP=LOGIN,…",
            help="第 2、3 步的签批人，空为任一审批人员；可重复 / who signs step 2 or 3; repeatable",
        ),
    ] = None,
    officer: OfficerOption = None,
    database: DatabaseOption = None,
) -> None:
    """设定签批，没有写的不变 / set how decisions are signed; what is not stated stays."""
    from review.record.access.signing_rules import MATTERS, read_signing_rules, set_signing_rules, written_subjects

    with opened(database) as store:
        with store.reading() as connection:
            rules = read_signing_rules(connection)
        if steps is not None:
            rules = replace(rules, steps=steps)
        for stated in matter or ():
            name, given, many = stated.partition("=")
            if not given:
                raise stop(Fault("--matter", Text("应写成 OUTCOME=N", "should be written OUTCOME=N")))
            name = coded(name, "--matter", MATTERS) or name
            others = {each: number for each, number in rules.matters.items() if each != name}
            rules = replace(rules, matters={**others, **({name: _number(many, "--matter")} if many else {})})
        for stated in signers or ():
            step, given, subjects = stated.partition("=")
            if not given:
                words = Text("应写成 STEP=LOGIN,…，STEP 为 2 或 3", "should be written STEP=LOGIN,… with STEP 2 or 3")
                raise stop(Fault("--signers", words))
            rules = replace(
                rules, signers={**rules.signers, _number(step, "--signers"): tuple(written_subjects(subjects))}
            )
        done = set_signing_rules(store, rules, acts(officer or _CLI), reason)
    print("已录入 entered" if done else "已是如此 it is so already")


def _number(text: str, option: str) -> int:
    if text not in ("1", "2", "3"):
        raise stop(Fault(option, Text("应为 1 至 3", "should be 1 to 3")))
    return int(text)
