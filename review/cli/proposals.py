"""`rules propose`, `rules proposals`, `rules confirm|return|withdraw`: a change of the rules by two persons."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from review.cli.options import (
    DatabaseOption,
    FormatOption,
    OfficerOption,
    acts,
    emit,
    opened,
    refusing,
    require_format,
    stop,
)
from review.cli.rules import rules
from review.errors import Fault, Text, system_words
from review.terms import OUTCOMES
from review.verdict.terminal import safe

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from review.law.comparison import Difference
    from review.law.edition import Ruleset
    from review.record.editions.drawing_up import Drawn, Pair
    from review.record.editions.in_force import Law
    from review.record.editions.proposals import Proposal
    from review.record.storage.files import Scan
    from review.record.storage.store import Store
    from review.replay.previewing import Previewed

ReasonOption = Annotated[str, typer.Option("--reason", metavar="TEXT", help="理由 / why")]
Number = Annotated[int, typer.Argument(metavar="ID", help="提案编号 / the proposal's number")]


@rules.command()
def propose(
    reason: ReasonOption,
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="FOLDER", help="规则文件夹 / a ruleset folder, whose new editions are proposed"),
    ] = None,
    changes: Annotated[
        Path | None,
        typer.Option("--changes", metavar="FILE", help="改动清单（YAML）：from 和 changes / a list of changes as YAML"),
    ] = None,
    shipped: Annotated[
        bool,
        typer.Option(
            "--shipped", help="随程序发布而尚未采用的版本 / the editions that the product ships and that wait"
        ),
    ] = False,
    officer: OfficerOption = None,
    database: DatabaseOption = None,
) -> None:
    """提出规则改动，须由另一人确认后才施行 / propose a change of the rules; nothing is in force until another person confirms it."""
    from review.record.editions.proposals import propose as record

    if sum((folder is not None, changes is not None, shipped)) != 1:
        words = Text("请给出 FOLDER、--changes、--shipped 之一", "give one of FOLDER, --changes and --shipped")
        raise stop(Fault("FOLDER", words))
    by = acts(officer)
    with opened(database) as store:
        drawn, scans = _drawn_up(store, folder, changes)
        number = record(store, drawn, reason, by, scans=scans)
    print(safe(f"提案 proposal {number}：{'、'.join(each.edition.name for each in drawn.pairs)}"))
    for pair, differences in drawn.differences():
        _print_changes(pair, differences)


def _drawn_up(store: Store, folder: Path | None, changes: Path | None) -> tuple[Drawn, Sequence[Scan]]:
    """What is asked for, and the scans that a list of changes names: files beside it."""
    from review.law.amendments import read_amendments, with_files
    from review.record.editions.drawing_up import proposal_for, proposal_of_folder, proposal_of_shipped

    if changes is not None:
        if not changes.is_file():
            raise stop(Fault(str(changes), Text("没有这个文件", "there is no such file")))
        scans: dict[str, Scan] = {}
        asked = with_files(
            read_amendments(changes.parent, changes.name), lambda name: _scan(changes.parent, name, scans).digest
        )
        return proposal_for(store, asked), list(scans.values())
    return proposal_of_shipped(store) if folder is None else proposal_of_folder(store, _sound(folder)), ()


def _scan(folder: Path, name: str, scans: dict[str, Scan]) -> Scan:
    """The scan of that name in a folder, read a single time. Raises Refused."""
    from review.record.storage.files import LARGEST_FILE, scan

    if name not in scans:
        if Path(name).name != name:
            words = Text("应为清单旁的文件，只写文件名", "should be a file beside the list: its name alone")
            raise stop(Fault(name, words))
        try:
            with (folder / name).open("rb") as file:
                scans[name] = scan(name, file.read(LARGEST_FILE + 1), name)
        except OSError as error:
            words = Text(f"无法读取：{system_words(error)}", f"cannot be read: {error.strerror}")
            raise stop(Fault(name, words)) from error
    return scans[name]


def _sound(folder: Path) -> Sequence[Ruleset]:
    """The editions of a folder in which lint finds no fault. Raises RulesetError with every fault."""
    from review.errors import RulesetError
    from review.law.loading import is_ruleset_folder, load
    from review.lint import lint_folder

    if not is_ruleset_folder(folder):
        words = Text("不是规则文件夹（缺 edition.yaml）", "is not a ruleset folder: it has no edition.yaml")
        raise stop(Fault(str(folder), words))
    faults, _ = lint_folder(folder)
    if faults:
        raise RulesetError(faults)
    return load(folder)


@rules.command()
def proposals(
    number: Annotated[
        int | None,
        typer.Argument(metavar="ID", help="提案编号，默认全部 / a proposal's number, by default all of them"),
    ] = None,
    files: Annotated[
        Path | None,
        typer.Option(
            "--files", metavar="FOLDER", help="把提案的扫描件存入这个文件夹 / store the proposal's scans in a folder"
        ),
    ] = None,
    format: FormatOption = "text",
    database: DatabaseOption = None,
) -> None:
    """规则改动的提案：由谁提出、改了什么、结果如何 / the proposals: who proposed them, what they change, how they ended."""
    from review.record.editions.in_force import law_of
    from review.record.editions.proposals import list_proposals, proposal_json, read_proposal

    require_format(format)
    with opened(database, read_only=True) as store, refusing(), store.reading() as connection:
        law = law_of(connection)
        found = list_proposals(connection) if number is None else [read_proposal(connection, number)]
        if files is not None:
            _store_files(connection, found, files)
    if format == "json":
        shown: Any = [proposal_json(each) for each in found]
        emit(shown if number is None else shown[0])
        return
    for each in found:
        _print_proposal(each)
        if number is not None:
            for pair, differences in each.drawn.differences():
                _print_changes(pair, differences)
    if number is None:
        _print_waiting(law)


def _store_files(connection: Connection, found: Sequence[Proposal], folder: Path) -> None:
    """Write the scans of proposals into a folder, each by the beginning of its digest and its name; no file is overwritten."""
    from review.record.storage.files import read_file

    for named in {file["digest"]: file for each in found for file in each.files}.values():
        target = folder / f"{named['digest'].removeprefix('sha256:')[:8]}-{named['name']}"
        content = read_file(connection, named["digest"])
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as file:
                file.write(content)
        except OSError as error:
            words = Text(f"无法写入：{system_words(error)}", f"cannot be written: {error.strerror}")
            raise stop(Fault(str(target), words)) from error


def _print_proposal(each: Proposal) -> None:
    from review.record.editions.proposals import STATE_WORDS

    words = STATE_WORDS[each.state]
    names = "、".join(pair.edition.name for pair in each.pairs)
    ending = f"  {each.by}：{each.ending}" if each.ending else f"  {each.by}" if each.by else ""
    print(
        safe(
            f"{each.id}  {each.at[:10]}  {names}  {words.zh} {words.en}  {each.proposer['name']}：{each.reason}{ending}"
        )
    )
    for file in each.files:
        print(safe(f"    {file['name']}  {file['bytes']:,}  {file['digest']}"))


def _print_changes(pair: Pair, differences: Sequence[Difference]) -> None:
    from review.law.listing import differences_text

    before = pair.before.name if pair.before else "—"
    print(safe(f"  {before} → {pair.edition.name}，{pair.edition.content['from']} 起 from"))
    for line in differences_text(differences):
        print(safe(line))
    for each in pair.conflicts:
        print(safe(f"  本单位的改动与之冲突，未带入 a change of the office in conflict, not carried: {each}"))


def _print_waiting(law: Law) -> None:
    for each in law.waiting():
        print(safe(f"随程序发布，尚未采用 shipped and not adopted: {each.name}  {each.digest[7:19]}"))


@rules.command()
def preview(
    number: Number,
    format: FormatOption = "text",
    database: DatabaseOption = None,
) -> None:
    """预演提案：各项目最新审查会有哪些变化，由哪项改动引起 / what a proposal would change of every project's latest review, and by which change."""
    from review.record.editions.proposals import read_proposal
    from review.record.work.preview_jobs import preview_now
    from review.replay.previewing import PreviewSummary, concerns

    require_format(format)
    summary, told = PreviewSummary(), []
    with opened(database, read_only=True) as store, store.reading() as connection:
        for each in preview_now(connection, read_proposal(connection, number)):
            summary.add(each)
            if concerns(each):
                told.append(each)
                if format == "text":
                    _print_previewed(each)
    if format == "json":
        emit({"schema": "two-high/preview/1", "proposal": str(number), "summary": summary.as_json(), "projects": told})
        return
    for words, value in (
        ("项目 projects", summary.reviews), ("会变 would flip", summary.flipped), ("建议 recommendations", summary.recommendations),
        ("规则 by rule", summary.by_rule), ("行业 by industry", summary.by_industry), ("园区 by park", summary.by_park),
        ("已批准而建议会变 approvals that flip", summary.approvals_flipped),
        ("已批准、依据所改数值而不变 approvals that rest on a changed figure", summary.approvals_resting),
        ("与本提案无关、此前法规已变 changed by the law since", summary.apart), ("无法判断 errors", summary.errors),
    ):  # fmt: skip
        shown = "；".join(f"{name} {many}" for name, many in value.items()) if isinstance(value, dict) else value
        print(safe(f"{words}: {shown or 0}"))


def _print_previewed(each: Previewed) -> None:
    decision = OUTCOMES[each["decision"]].zh if each["decision"] else "未决定"
    print(
        safe(
            f"项目 project {each['project']}  {each['name']}  审查 review {each['review']}  {decision}  {each['error'] or ''}"
        )
    )
    overall = each["recommendation"]
    for flip in (*((overall,) if overall else ()), *each["flips"]):
        causes = "；".join(flip["causes"])
        print(safe(f"    {flip['rule']} {flip['subject']}: {flip['then']} → {flip['now']}  {causes}"))
    if each["rests"]:
        print(safe(f"    依据所改数值而不变 rests on it: {'、'.join(each['rests'])}"))
    if each["apart"]:
        print(safe(f"    此前法规已变 changed since: {'、'.join(each['apart'])}"))


@rules.command()
def confirm(number: Number, officer: OfficerOption = None, database: DatabaseOption = None) -> None:
    """确认提案，即时采用；由有规则管理权的另一人 / confirm a proposal, which adopts it: by another person who may."""
    from review.record.editions.proposals import confirm as adopt

    with opened(database, create=False) as store:
        print(f"第 {adopt(store, number, acts(officer))} 号事件：已采用 adopted")


@rules.command("return")
def return_(
    number: Number, reason: ReasonOption, officer: OfficerOption = None, database: DatabaseOption = None
) -> None:
    """退回提案 / return a proposal, with a reason."""
    from review.record.editions.proposals import send_back

    with opened(database, create=False) as store:
        print(f"第 {send_back(store, number, reason, acts(officer))} 号事件：已退回 returned")


@rules.command()
def withdraw(
    number: Number, reason: ReasonOption, officer: OfficerOption = None, database: DatabaseOption = None
) -> None:
    """撤回自己的提案 / withdraw one's own proposal."""
    from review.record.editions.proposals import withdraw as take_back

    with opened(database, create=False) as store:
        print(f"第 {take_back(store, number, reason, acts(officer))} 号事件：已撤回 withdrawn")
