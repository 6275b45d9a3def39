"""Amending (改动规则): the edition that comes of amendments, its history, and the office's changes carried onto a new one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any

from review.errors import Fault, RulesetError, Text
from review.law.amendments import ADD, REMOVE, SETTING, Amended, Amendment
from review.law.changes import change_of, changes, entry_of, same_beside, with_changes
from review.law.compiling import from_content
from review.law.dated import FROM, UNTIL, day
from review.law.edition import KEY_COLUMNS, Ruleset
from review.law.figures import rows_in
from review.law.forms import FORMS, OFFICIAL_COLUMNS, PARAMETERS_TABLE, Table, none_of, unknown_keys

# What only a document can change.
NO_SETTING = Text(
    "数值出自法律、标准或文件，不是本单位设定的：须写明所依据的文件，原因不能是本单位设定（setting）",
    "it is what a law, a standard or a document says, and is none of the office's settings: name the document it rests on; the kind setting is not for it",
)
_OFFICE = re.compile(r"-o[1-9][0-9]*$")


def amended(base: Ruleset, asked: Amended, name: str, first: date) -> Ruleset:
    """The edition of that name that comes of a base, in force from `first`. Raises RulesetError with every fault found.

    What it is validated by besides is lint (`review.lint.edition`).
    """
    content: dict[str, Any] = {**base.content, "tables": dict(base.content["tables"])}
    faults: list[Fault] = []
    seen = set[tuple[str, ...]]()
    for each in asked.amendments:
        faults += _paper_faults(each)
        faults += _row_faults(base, content, each, seen)
        content = _with(content, each, faults)
    if faults:
        raise RulesetError(faults)
    title = asked.title.as_json() if asked.title else _title(base)
    content |= {"edition": name, "from": first.isoformat(), "title": title, "history": []}
    without_history = from_content(content)
    history = _history(base, without_history, asked.amendments, first)
    return replace(without_history, content=MappingProxyType({**content, "history": history}))


def carried(base: Ruleset, later: Ruleset, asked: Amended) -> Amended:
    """What of the amendments to a base a later edition takes over: those of rows that it has as the base has them; its own figures stay."""
    same = tuple(each for each in asked.amendments if _is_carried(_row(base, each), _row(later, each), each.act))
    return replace(asked, amendments=same)


def _is_carried(row: dict[str, str] | None, later: dict[str, str] | None, act: str) -> bool:
    return later is None if act == ADD else row is not None and row == later


def office_root(name: str) -> str:
    """The name of the edition that an office edition was made of first: `2026-o2` → `2026`."""
    return _OFFICE.sub("", name)


def carried_onto(new: Ruleset, office: Ruleset, shipped: Ruleset, name: str) -> tuple[Ruleset, tuple[str, ...]]:
    """A new edition with what an office edition changed of a shipped one, and the changes that conflict with it: both changed the same.

    Where nothing is carried it is the new edition as it is. `name` is what it is called with the office's changes. Raises RulesetError.
    """
    own, theirs = changes(shipped, office), {str(each) for each in changes(shipped, new)}
    conflicts = tuple(str(each) for each in own if str(each) in theirs and each in changes(new, office))
    mine = [each for each in own if str(each) not in theirs]
    if not mine:
        return new, conflicts
    entries = office.content["history"]
    mixed = with_changes(new, office, mine)
    history = [*new.content["history"]]
    for each in mine:
        entry = entry_of(str(each), entries) or {
            "kind": SETTING,
            "date": office.content["from"],
            "document": office.edition,
            **_title(office),
        }
        history.append({**{key: value for key, value in entry.items() if key != "corrects"}, "changes": [str(each)]})
    return from_content({**mixed.content, "edition": name, "title": _title(new), "history": history}), conflicts


def has_carried(office: Ruleset, shipped: Ruleset) -> bool:
    """Whether an office edition is a shipped one with changes of the office's own, each declared after the history that it shipped with."""
    told, history = shipped.content["history"], office.content["history"]
    if office_root(office.edition) != shipped.edition or history[: len(told)] != told:
        return False
    return same_beside(shipped, office, ("edition", "title", "history")) and all(
        entry_of(str(each), history[len(told) :]) for each in changes(shipped, office)
    )


def _places(rows: Sequence[Mapping[str, str]], each: Amendment) -> list[int]:
    """Where the rows stand that an amendment names."""
    return [place for place, row in enumerate(rows) if all(row.get(key) == value for key, value in each.row.items())]


def _row(edition: Ruleset, each: Amendment) -> dict[str, str] | None:
    """The row that an amendment names, without its empty cells; None where there is not exactly one."""
    rows = rows_in(edition.content, each.table) or ()
    found = _places(rows, each)
    return {key: value for key, value in rows[found[0]].items() if value} if len(found) == 1 else None


def office_name(base: str, taken: Iterable[str]) -> str:
    """The name of the next edition that the office makes of one: `2026` → `2026-o1`, `2026-o1` → `2026-o2`, a number never used twice."""
    root = office_root(base)
    numbers = [
        int(each.removeprefix(f"{root}-o")) for each in taken if each.startswith(f"{root}-o") and _OFFICE.search(each)
    ]
    return f"{root}-o{max(numbers, default=0) + 1}"


def _title(base: Ruleset) -> dict[str, str]:
    mark = Text("（本单位修改）", " (changed by the office)")
    title = base.content["title"]
    return {
        "zh": str(title["zh"]).removesuffix(mark.zh) + mark.zh,
        "en": str(title["en"]).removesuffix(mark.en) + mark.en,
    }


def _paper_faults(each: Amendment) -> Iterable[Fault]:
    if each.paper is None:
        if each.kind != SETTING:
            yield Fault(each.where or each.name, Text("须写明所依据的文件：title、number、date、page", "should name the document it rests on: title, number, date, page"), "document-needed")  # fmt: skip
        return
    lacking = [key for key in ("title", "date", "page") if not getattr(each.paper, key)]
    if lacking:
        yield Fault(each.where or each.name, Text(f"文件缺少 {'、'.join(lacking)}", f"the document lacks {', '.join(lacking)}"))  # fmt: skip
    if each.paper.date and day(each.paper.date) is None:
        yield Fault(each.where or each.name, Text("文件日期应为存在的 YYYY-MM-DD", "the document's date should be a real YYYY-MM-DD"))  # fmt: skip


def _row_faults(
    base: Ruleset, content: Mapping[str, Any], each: Amendment, seen: set[tuple[str, ...]]
) -> Iterable[Fault]:
    """What is wrong with the row that an amendment names: changed by another one too, or no figure of the office's own. `seen` are those of before."""
    form, rows = FORMS.get(each.table), rows_in(content, each.table) or ()
    if form is None:
        return
    found = _places(rows, each)
    row = {**each.row, **each.columns} if each.act == ADD else rows[found[0]] if len(found) == 1 else None
    if row is None:
        return
    name = (each.table, *(row.get(column, "") for column in form.names))
    if name in seen:
        yield Fault(each.where or each.name, Text(f"{each.name} 在同一提案中改动两次，请合为一项", f"{each.name} is changed twice in one proposal: make it one change"))  # fmt: skip
    seen.add(name)
    if each.kind != SETTING or "evidence" not in form.columns:
        return
    settings = [row] if each.act != ADD else rows_in(base.content, each.table) or ()
    if all(other.get("evidence") != SETTING for other in settings):
        yield Fault(each.where or each.name, NO_SETTING, "document-needed")


def _with(content: dict[str, Any], each: Amendment, faults: list[Fault]) -> dict[str, Any]:
    """The content with one row changed; what is wrong is added to `faults`."""
    where = each.where or each.name
    form, rows = FORMS.get(each.table), rows_in(content, each.table)
    if form is None or rows is None:
        faults.append(Fault(where, none_of(each.table, (PARAMETERS_TABLE, *content["tables"]))))
        return content
    found = _places(rows, each)
    if each.act == ADD:
        return _with_row(content, each, form, rows, faults)
    if len(found) != 1:
        faults.append(Fault(where, _not_one(each, form, rows, found)))
        return content
    if each.act == REMOVE:
        return _with_rows(content, each.table, [*rows[: found[0]], *rows[found[0] + 1 :]])
    # The cells of a period are of folders: an edition holds what is in force on its first day.
    allowed = [key for key in form.allowed if form.dated == "sheet" or key not in (FROM, UNTIL)]
    unknown = [text for _, text in unknown_keys(each.columns, allowed)]
    fixed = [key for key in each.columns if key in form.key]
    if unknown or fixed:
        faults += (Fault(where, Text(f"列{text.zh}", f"column {text.en}")) for text in unknown)
        faults += (
            Fault(where, Text(f"列 {key} 是行的名称，不能改", f"column {key} names the row and stays")) for key in fixed
        )
        return content
    changed = {**rows[found[0]], **each.columns, **_grounds(each, form)}
    # Every row of a table has the same columns.
    added = [key for key in changed if key not in rows[found[0]]]
    rows = [{**row, **{key: row.get(key, "") for key in added}} for row in rows]
    rows[found[0]] = changed
    return _with_rows(content, each.table, rows)


def _with_rows(content: dict[str, Any], table: str, rows: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    if table == PARAMETERS_TABLE:
        return {**content, "parameters": rows}
    return {**content, "tables": {**content["tables"], table: rows}}


def _with_row(
    content: dict[str, Any], each: Amendment, form: Table, rows: Sequence[Mapping[str, str]], faults: list[Fault]
) -> dict[str, Any]:
    """The content with a row more, which has the columns of the others; what is wrong is added to `faults`."""
    where = each.where or each.name
    stated = {**each.row, **each.columns}
    if any(form.name(row) == form.name(stated) and row.get(FROM) == stated.get(FROM) for row in rows):
        faults.append(Fault(where, Text(f"{each.name} 已有这一行", f"{each.name} is there already")))
        return content
    wrong = [Text(f"列{text.zh}", f"column {text.en}") for _, text in unknown_keys(stated, form.allowed)]
    for name in form.key:
        if (unnamed := form.cell(name).fault(stated.get(name, ""))) is not None:
            wrong.append(Text(f"列 {name}：{unnamed.zh}", f"column {name}: {unnamed.en}"))
    faults += (Fault(where, text) for text in wrong)
    if wrong:
        return content
    row = {**stated, **_grounds(each, form)}
    columns = dict.fromkeys((*(rows[0] if rows else form.columns), *row))
    widened = [{name: old.get(name, "") for name in columns} for old in rows]
    return _with_rows(content, each.table, [*widened, {name: row.get(name, "") for name in columns}])


def _grounds(each: Amendment, form: Table) -> dict[str, str]:
    """The cells that say what a figure rests on: its document, or the office's own word."""
    if "evidence" not in form.columns:
        return {}
    if each.paper is None:
        return {"evidence": SETTING}
    grounds = {"evidence": SETTING if each.kind == SETTING else "official"}
    grounds |= dict(zip(OFFICIAL_COLUMNS, (each.paper.words, each.paper.page, each.paper.date), strict=True))
    if "source" in form.columns:
        grounds["source"] = each.paper.words
    return grounds


def _not_one(each: Amendment, form: Table, rows: Sequence[Mapping[str, str]], found: Sequence[int]) -> Text:
    if found:
        names = "、".join(form.key)
        return Text(
            f"{each.name} 有 {len(found)} 行，row 须按列写明（{names} 及 from）",
            f"{each.name} are {len(found)} rows: row should name columns ({', '.join(form.key)} and from)",
        )
    key = next(iter(each.row))
    words = none_of(each.row[key], [row[key] for row in rows if row.get(key)])
    return Text(f"{each.table} 没有这一行：{words.zh}", f"{each.table} has no such row: {words.en}")


def _history(base: Ruleset, new: Ruleset, amendments: Sequence[Amendment], first: date) -> list[dict[str, Any]]:
    """An entry for each amendment that changes anything: what, why, by which document. Rows of several days can share a name."""
    found: list[dict[str, Any]] = []
    real = {str(each) for each in changes(base, new)}
    for each in amendments:
        change = _change(each, base)
        if change not in real:
            continue
        entry: dict[str, Any] = {
            "kind": each.kind,
            "date": first.isoformat(),
            "document": each.paper.words if each.paper else "本单位设定",
        }
        entry |= {"zh": each.reason, "en": each.reason, "changes": [change]}
        if each.paper:
            entry["page"] = each.paper.page
            if each.paper.file:
                entry["file"] = each.paper.file
        found.append(entry)
    if not found:
        raise RulesetError([Fault("changes", Text("没有任何改动：数值与现有的相同", "nothing changes: the figures are what they are already"))])  # fmt: skip
    return found


def _change(each: Amendment, base: Ruleset) -> str:
    """The difference between two editions that an amendment makes, as histories name it."""
    named = each.row.get(KEY_COLUMNS[each.table])
    if named is None:
        rows = rows_in(base.content, each.table) or ()
        named = rows[_places(rows, each)[0]][KEY_COLUMNS[each.table]]
    return str(change_of(each.table, named))
