"""Amendments (改动): what is to change of an edition's figures, row by row, each with its reason and document; read from values and files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from review.errors import Fault, RulesetError, Text
from review.law.dated import day
from review.law.edition import KEY_COLUMNS
from review.law.files import read_yaml
from review.law.forms import HISTORY_KINDS, none_of, text_fault, unknown_keys

_KEYS = ("from", "title", "changes")
_CHANGE_KEYS = ("parameter", "table", "row", "act", "set", "kind", "reason", "document")
_DOCUMENT_KEYS = ("title", "number", "date", "page", "file")
SETTING = "setting"
_ANY_DAY = "2000-01-01"
# What becomes of a row: its cells change, or the row comes in, or goes.
CHANGE, ADD, REMOVE = "change", "add", "remove"
ACTS = (CHANGE, ADD, REMOVE)


@dataclass(frozen=True)
class Paper:
    """The document that a change rests on: title, number (文号), date and page; `file` is the digest of its scan, where one is attached."""

    title: str
    number: str
    date: str
    page: str
    file: str | None = None

    @property
    def words(self) -> str:
        return f"{self.title}（{self.number}）" if self.number else self.title


@dataclass(frozen=True)
class Amendment:
    """A change of one row: of the parameters, or of a table, which `row` names by its key columns; `columns` are the new cells.

    `act` is `change`, `add` of a row that is not there, or `remove`.

    `kind` is why (`law`, `error`, `evidence`, `setting`). A figure with a document is official; a setting is the office's own word.
    """

    table: str
    row: Mapping[str, str]
    columns: Mapping[str, str]
    kind: str
    reason: str
    paper: Paper | None = None
    where: str = ""
    act: str = CHANGE

    def __post_init__(self) -> None:
        # Cells are without white space around, as files of tables are read.
        for cells in ("row", "columns"):
            stated: Mapping[str, str] = getattr(self, cells)
            object.__setattr__(self, cells, {key: value.strip() for key, value in stated.items()})

    @property
    def name(self) -> str:
        """What is changed, as lists of changes name it."""
        return f"{self.table} {'/'.join(each for each in self.row.values() if each)}"


@dataclass(frozen=True)
class Amended:
    """What is asked for: changes in force from a day; `title` names the edition, in both languages, None: by that of the one before."""

    first: date
    amendments: tuple[Amendment, ...]
    title: Text | None = None


def read_amendments(folder: Any, name: str) -> Amended:
    """The amendments of a YAML file. Raises RulesetError with the place of each fault."""
    document = read_yaml(folder, name)
    return amendments_of(document.value, document.at)


def amendments_of(head: Any, at: Callable[..., str]) -> Amended:
    """The amendments that values state; `at` says where a part of them stands. Raises RulesetError with the place of each fault."""
    faults: list[Fault] = []
    if not isinstance(head, dict) or not isinstance(head.get("changes"), list) or not head["changes"]:
        raise RulesetError([Fault(at(), Text("应有 from 和 changes 清单", "should have from and a list of changes"))])
    faults += (Fault(at(key), text) for key, text in unknown_keys(head, _KEYS))
    first = day(head.get("from"))
    if first is None:
        faults.append(Fault(at("from"), Text("from 应为存在的 YYYY-MM-DD", "from should be a real YYYY-MM-DD")))
    title = head.get("title")
    if title is not None:
        stated = [*title.values()] if isinstance(title, dict) and set(title) == {"zh", "en"} else [None]
        if not all(isinstance(each, str) and each.strip() for each in stated):
            faults.append(Fault(at("title"), Text("title 应有 zh 和 en", "title should have zh and en")))
        elif (wrong := _text_fault(*stated)) is not None:
            faults.append(Fault(at("title"), wrong))
    found = [_amendment(at, place, each, faults) for place, each in enumerate(head["changes"])]
    if faults:
        raise RulesetError(faults)
    assert first is not None
    words = Text(str(title["zh"]), str(title["en"])) if title else None
    return Amended(first, tuple(each for each in found if each is not None), words)


def require_amendments(amendments: Sequence[Amendment]) -> None:
    """Raises RulesetError with the place, or the name, of each amendment that `amendments_of` would refuse."""
    if not amendments:
        return

    def at(*path: str | int) -> str:
        each = amendments[int(path[1])]
        return each.where or each.name

    amendments_of({"from": _ANY_DAY, "changes": [amendment_json(each) for each in amendments]}, at)


def _amendment(at: Callable[..., str], place: int, raw: Any, faults: list[Fault]) -> Amendment | None:
    where, before = at("changes", place), len(faults)

    def fault(zh: str, en: str) -> None:
        faults.append(Fault(where, Text(zh, en)))

    if not isinstance(raw, dict):
        fault("应为一组键和值", "should hold keys and values")
        return None
    faults += (Fault(at("changes", place, key), text) for key, text in unknown_keys(raw, _CHANGE_KEYS))
    if ("parameter" in raw) is ("table" in raw):
        fault("应写明 parameter，或 table 和 row", "should name a parameter, or a table and its row")
    elif ("row" in raw and bool(raw["row"])) is not ("table" in raw):
        fault("table 应有 row，parameter 没有 row", "a table goes with its row, a parameter without one")
    act = raw.get("act", CHANGE)
    if act not in ACTS:
        text = none_of(str(act), ACTS)
        fault(f"act {text.zh}", f"act {text.en}")
    columns: Any = raw.get("set", {} if act == REMOVE or raw.get("document") else None)
    if not isinstance(columns, dict) or not (columns or act == REMOVE or (act == CHANGE and raw.get("document"))):
        fault("set 应列出新的单元格", "set should list the new cells")
    elif columns and act == REMOVE:
        fault("删除一行时不写 set", "set is left out where a row is removed")
    if not isinstance(raw.get("reason"), str) or not raw["reason"].strip():
        fault("缺少 reason", "reason is lacking")
    if raw.get("kind") not in HISTORY_KINDS:
        text = none_of(str(raw.get("kind")), HISTORY_KINDS)
        fault(f"kind {text.zh}", f"kind {text.en}")
    paper = _paper(raw.get("document"), where, faults)
    texts = (raw.get("reason"), *(columns.values() if isinstance(columns, dict) else ()), *_row_texts(raw))
    texts += (paper.title, paper.number, paper.page) if paper else ()
    if (wrong := _text_fault(*texts)) is not None:
        fault(wrong.zh, wrong.en)
    if len(faults) > before:
        return None
    if "parameter" in raw:
        table, row = "parameters", {"parameter": str(raw["parameter"])}
    else:
        table, given = str(raw["table"]), raw.get("row")
        named = given if isinstance(given, dict) else {KEY_COLUMNS.get(table, "id"): given}
        row = {str(key): str(value) for key, value in named.items()}
    cells = {str(key): "" if value is None else str(value) for key, value in columns.items()}
    return Amendment(table, row, cells, raw["kind"], raw["reason"].strip(), paper, where, act)


def _text_fault(*texts: Any) -> Text | None:
    """What is wrong with the first text that nobody can see, or that is too long."""
    return next((found for each in texts if isinstance(each, str) and (found := text_fault(each))), None)


def _row_texts(raw: Mapping[str, Any]) -> Iterable[Any]:
    row = raw.get("row")
    return row.values() if isinstance(row, dict) else (row, raw.get("parameter"), raw.get("table"))


def _paper(raw: Any, where: str, faults: list[Fault]) -> Paper | None:
    if raw is None:
        return None
    if not isinstance(raw, dict):
        faults.append(Fault(where, Text("document 应有 title、number、date、page", "document should have title, number, date and page")))  # fmt: skip
        return None
    faults += (Fault(where, text) for _, text in unknown_keys(raw, _DOCUMENT_KEYS))
    if any(isinstance(raw.get(key), dict | list) for key in _DOCUMENT_KEYS):
        faults.append(Fault(where, Text("document 的各项应为文字", "what document holds should be text")))
        return None
    stated = {key: str(raw.get(key) or "").strip() for key in _DOCUMENT_KEYS}
    return Paper(stated["title"], stated["number"], stated["date"], stated["page"], stated["file"] or None)


def with_files(asked: Amended, digest_of_file: Callable[[str], str]) -> Amended:
    """The amendments with the digest of each file that they name, instead of its name."""
    return replace(asked, amendments=tuple(_with_file(each, digest_of_file) for each in asked.amendments))


def _with_file(each: Amendment, digest_of_file: Callable[[str], str]) -> Amendment:
    if each.paper is None or each.paper.file is None:
        return each
    return replace(each, paper=replace(each.paper, file=digest_of_file(each.paper.file)))


def amendment_json(each: Amendment) -> dict[str, Any]:
    """An amendment as JSON values, which `amendments_of` reads back."""
    found: dict[str, Any] = {
        "table": each.table,
        "row": {**each.row},
        "act": each.act,
        "kind": each.kind,
        "reason": each.reason,
    }
    if each.act != REMOVE:
        found["set"] = {**each.columns}
    if each.paper is not None:
        found["document"] = {key: value for key, value in asdict(each.paper).items() if value is not None}
    return found


def stored_amendment(found: Mapping[str, Any]) -> Amendment:
    """The amendment of which `amendment_json` made these values, whether it can be proposed or not."""
    document = found.get("document")
    return Amendment(
        found["table"],
        found["row"],
        found.get("set", {}),
        found["kind"],
        found["reason"],
        Paper(**document) if document is not None else None,
        act=found["act"],
    )
