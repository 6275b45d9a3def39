"""An approval in force (有效批准): a newer version takes nothing from it until it is decided, and no other project comes in by its code."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import Connection

from review.errors import Conflict, Fault, Refused, Text
from review.facts.register_keys import asked, by_source
from review.facts.spellings import with_one_bracket
from review.quantities import ZERO
from review.record.access.names import name_key
from review.record.projects.standing import approval_of
from review.record.projects.state import ProjectState
from review.record.storage.contents import read_review, read_sheet_bytes
from review.replay.recorded import sheet_from
from review.sheet import ProjectSheet

# What tells one project from another beside its code.
PROJECT_NAMES = {
    "name": Text("项目名称", "name"),
    "applicant": Text("建设单位", "applicant"),
    "uscc": Text("统一社会信用代码", "credit code"),
}


def wanted_of(connection: Connection, standing: ProjectState | None, sheet: ProjectSheet) -> dict[str, Decimal]:
    """What a project asks of each source by its newest sheet, and no less than by the one whose approval is in force, in t/a."""
    wanted = asked(sheet)
    approval = approval_of(standing) if standing else None
    if approval is None:
        return wanted
    approved = sheet_from(read_sheet_bytes(connection, read_review(connection, approval["review"]).sheet))
    before, now = asked(approved), by_source(wanted)
    for one, amount in by_source(before).items():
        if (lacking := amount - now.get(one, ZERO)) > 0:
            source = next(each for each in before if with_one_bracket(each) == one)
            wanted[source] = wanted.get(source, ZERO) + lacking
    return wanted


def differences(standing: ProjectState | None, sheet: ProjectSheet) -> dict[str, tuple[str, str]]:
    """What tells a sheet from the project whose approval is in force: by field, what is recorded and what the sheet states."""
    if standing is None or approval_of(standing) is None:
        return {}
    profile: Mapping[str, object] = standing["profile"]
    pairs = {name: (profile[name], getattr(sheet.project, name)) for name in PROJECT_NAMES}
    return {
        name: (str(before), str(now))
        for name, (before, now) in pairs.items()
        if before is not None and now is not None and name_key(str(before)) != name_key(str(now))
    }


def require_same_project(
    standing: ProjectState | None, sheet: ProjectSheet, replaces: int | None, reason: str | None
) -> None:
    """Raises Conflict where the sheet is another project's than the approved one that it would be a version of, and `replaces` does not
    say that it is meant; Refused where that has no reason.
    """
    found = differences(standing, sheet)
    if not found or standing is None:
        return
    if replaces is None:
        zh = "；".join(
            f"{PROJECT_NAMES[name].zh}：记录为“{before}”，本表为“{now}”" for name, (before, now) in found.items()
        )
        en = "; ".join(
            f"{PROJECT_NAMES[name].en}: recorded “{before}”, this sheet “{now}”"
            for name, (before, now) in found.items()
        )
        words = Text(
            f"该项目代码属于已批准的项目 {standing['project']}，而{zh}。确为同一项目的，请以 replaces 指明审查 {standing['review']} 并写明理由",
            f"the code is that of project {standing['project']}, which is approved, but {en}. Where it is the same project, give review {standing['review']} as replaces, and a reason",
        )
        raise Conflict([Fault("project.code", words, "project-differs")])
    if not (reason or "").strip():
        raise Refused(
            [
                reason_needed(
                    "以另一名称、单位或信用代码替代已批准的项目",
                    "another name, company or credit code takes the place of an approved project's",
                )
            ]
        )


def reason_needed(zh: str, en: str) -> Fault:
    return Fault("reason", Text(f"{zh}，须写明理由", f"{en}: give a reason"), "reason-needed")
