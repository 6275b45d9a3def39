"""What the code says in two languages: each half is of its own language, what is put together for it included, and quotes in one way."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1]
# Han characters and the punctuation of Chinese text; what brackets and quotes the number or title of a paper goes with it.
CHINESE = re.compile("[\u2e80-\u9fff\uff01-\uff60]")
PUNCTUATION = re.compile("[、。，；：？！（）]")
# Words between things that are told one after the other, and what stands where there are none.
ENGLISH = re.compile(r"^(,|;| and | or |none$|yes$|no$)|[a-z]{2,} [a-z]{2,}")
# Quotation marks of programs: around a word or as Python writes a text. What a shell is to be given keeps its own.
STRAIGHT = re.compile(r"""(?<![\w}])'|"|`""")
SHELL = re.compile(r"pip install '[^']*'")
COMMAND = re.compile("pip install")
# Words that have to be written in Chinese, so that English names them as they are.
TO_BE_WRITTEN = re.compile(
    r"none \(无\)|行政许可法|日期 and 类别|休 or 班|至|万, 亿|节约能源法第十五条|第八条|融发改两高审(〔2026〕8号)?"
)
# What the template of the sheet tells who fills it in.
CHINESE_ALONE = frozenset({"review/readers/workbook_words.py"})
# What is part of recorded reviews stays as it was recorded, byte for byte.
RECORDED = frozenset(
    {
        ("review/facts/registered.py", "names"),
        ("review/facts/voc.py", "names"),
        ("review/facts/voc.py", "area"),
        ("review/facts/products.py", "key"),
    }
)
# Columns that a fault lies in, before either half.
PLACES = frozenset({("review/portfolio/levels.py", "', '.join(wide)")})
# What is said to those who write rules still quotes as Python does, and lists as Chinese does.
OF_RULES = ("review/law/", "review/record/editions/in_force.py")

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Pair(NamedTuple):
    """The Chinese and the English half of something that is said, and where."""

    file: str
    line: int
    zh: ast.expr
    en: ast.expr
    # What the names stand for that are assigned around it.
    names: dict[str, list[ast.expr]]
    # A line of the terminal or of a document of the API, with both halves in it.
    is_one_line: bool = False


def literal(part: ast.AST) -> str | None:
    """The words of a part that is written out."""
    return part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else None


def texts(part: ast.expr) -> Iterator[str]:
    """What is written out in a half."""
    match part:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join("{}" if (words := literal(each)) is None else words for each in parts)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield from (*texts(left), *texts(right))
        case ast.IfExp(body=one, orelse=other):
            yield from (*texts(one), *texts(other))


def in_one_line(node: ast.expr) -> tuple[ast.expr, ast.expr] | None:
    """The halves of a line that says both: Chinese, a stroke, English."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    strokes = [place for place, each in enumerate(parts) if " / " in (literal(each) or "")]
    words = (literal(parts[strokes[0]]) or "") if len(strokes) == 1 else ""
    if words.count(" / ") != 1:
        return None
    zh, _, en = words.partition(" / ")
    before, after = parts[: strokes[0]], parts[strokes[0] + 1 :]
    halves = ast.JoinedStr([*before, ast.Constant(zh)]), ast.JoinedStr([ast.Constant(en), *after])
    return halves if any(CHINESE.search(text) for text in texts(halves[0])) else None


def put_in(half: ast.expr) -> Iterator[ast.FormattedValue]:
    """What a half gets put in."""
    return (each for each in ast.walk(half) if isinstance(each, ast.FormattedValue))


def assigned(body: ast.AST) -> dict[str, list[ast.expr]]:
    """What names stand for that are assigned in it."""
    found = defaultdict[str, list[ast.expr]](list)
    for node in ast.walk(body):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found[name].append(value)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                found[name].append(value)
            case ast.NamedExpr(target=ast.Name(id=name), value=value):
                found[name].append(value)
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=value):
                for each in (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,):
                    if isinstance(each, ast.Tuple) and len(each.elts) == len(names):
                        for target, part in zip(names, each.elts, strict=True):
                            if isinstance(target, ast.Name):
                                found[target.id].append(part)
    return found


def said(part: ast.expr, names: dict[str, list[ast.expr]], seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """The words of ours that can come to stand in a text by an expression; what is typed or named is none."""
    match part:
        case ast.Name(id=name) if name not in seen:
            for each in names.get(name, ()):
                yield from said(each, names, seen | {name})
        case ast.Constant() | ast.JoinedStr():
            yield from texts(part)
            for value in put_in(part):
                yield from said(value.value, names, seen)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield from (*said(left, names, seen), *said(right, names, seen))
        case ast.BoolOp(values=values):
            for each in values:
                yield from said(each, names, seen)
        case ast.IfExp(body=one, orelse=other):
            yield from (*said(one, names, seen), *said(other, names, seen))
        case ast.Call(func=ast.Attribute(value=mark, attr="join"), args=[listed]):
            yield from said(mark, names, seen)
            if isinstance(listed, ast.GeneratorExp | ast.ListComp):
                yield from said(listed.elt, names, seen)
        case ast.Call(func=ast.Name(id=name)) if name not in seen:
            for each in names.get(f"{name}()", ()):
                yield from said(each, names, seen | {name})


def answers(function: Function, of_module: dict[str, list[ast.expr]]) -> set[str]:
    """The words of ours in what a function gives back, where that is one text."""
    if function.returns is None or ast.unparse(function.returns) not in ("str", "str | None"):
        return set()
    names = {**of_module, **assigned(function)}
    given = [each.value for each in ast.walk(function) if isinstance(each, ast.Return) and each.value is not None]
    return {text for each in given for text in said(each, names)}


def halves_of(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr, bool]]:
    """What a part of the code says in both languages, and whether it is one line."""
    if isinstance(node, ast.Constant | ast.JoinedStr) and (both := in_one_line(node)):
        yield *both, True
    parts = node.args if isinstance(node, ast.Call) else node.elts if isinstance(node, ast.Tuple) else []
    for zh, en in pairwise(parts):
        chinese, english = " ".join(texts(zh)), " ".join(texts(en))
        is_said = CHINESE.search(chinese) and re.search("[A-Za-z]{2}|{}", english)
        # A row of Chinese words is a list of them, not a pair.
        if is_said and not (isinstance(node, ast.Tuple) and len(parts) > 2 and CHINESE.search(english)):
            yield zh, en, False


def pairs_of(source: str, file: str) -> Iterator[Pair]:
    """What a module says in both languages."""
    whole = ast.parse(source)
    functions = [each for each in ast.walk(whole) if isinstance(each, Function)]
    functions.sort(key=lambda each: (each.end_lineno or 0) - each.lineno)
    of_module = assigned(ast.Module([each for each in whole.body if not isinstance(each, Function)], []))
    for function in functions:
        of_module[f"{function.name}()"] = [ast.Constant(text) for text in answers(function, of_module)]
    told = set[int]()
    # The innermost function first: its names are meant.
    for body in (*functions, whole):
        names = of_module if body is whole else {**of_module, **assigned(body)}
        for node in ast.walk(body):
            if id(node) not in told and isinstance(node, ast.expr):
                told.add(id(node))
                for zh, en, is_one_line in halves_of(node):
                    yield Pair(file, node.lineno, zh, en, names, is_one_line)


def foreign(pairs: Iterable[Pair]) -> list[str]:
    """Words of one language that are put together for the half of the other."""
    return [
        f"{each.file}:{each.line}: {ast.unparse(value.value)}: {words!r}"
        for each in pairs
        for half, other in ((each.en, CHINESE), (each.zh, ENGLISH))
        for value in put_in(half)
        if (each.file, ast.unparse(value.value)) not in RECORDED | PLACES
        for words in said(value.value, each.names)
        # Words with a stroke are of both languages themselves.
        if other.search(words) and " / " not in words and not COMMAND.search(words)
    ]


def otherwise_quoted(pairs: Iterable[Pair]) -> list[str]:
    return [
        f"{each.file}:{each.line}: {ast.unparse(each.en)}"
        for each in pairs
        if any(
            value.conversion == ord("r") and (each.file, ast.unparse(value.value)) not in RECORDED
            for half in (each.zh, each.en)
            for value in put_in(half)
        )
        or (not each.is_one_line and any(STRAIGHT.search(SHELL.sub("", text)) for text in texts(each.en)))
    ]


@pytest.fixture(scope="module")
def pairs() -> list[Pair]:
    paths = sorted(each for room in ("review", "api") for each in (ROOT / room).rglob("*.py"))
    files = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in paths}
    found = [each for file, source in files.items() if file not in CHINESE_ALONE for each in pairs_of(source, file)]
    assert len(found) > 3000
    return [each for each in found if not each.file.startswith(OF_RULES)]


def test_english_names_in_chinese_only_what_has_to_be_written_so(pairs: list[Pair]) -> None:
    wrong = [
        f"{each.file}:{each.line}: {text}"
        for each in pairs
        if not each.is_one_line
        for text in texts(each.en)
        if CHINESE.search(TO_BE_WRITTEN.sub("", text)) or PUNCTUATION.search(text)
    ]
    assert not wrong


def test_what_is_put_together_for_a_half_is_of_its_language(pairs: list[Pair]) -> None:
    assert not foreign(pairs)


def test_english_quotes_as_chinese_does(pairs: list[Pair]) -> None:
    assert not otherwise_quoted(pairs)


@pytest.mark.parametrize(
    "words",
    [
        'there = "、".join(names)\n    return Text(f"没有；现有：{there}", f"there is none; there are: {there}")',
        'there = ", ".join(names)\n    return Text(f"没有；现有：{there}", f"there is none; there are: {there}")',
        'zh, en = names[0] or "无", names[0] or "无"\n    return Text(f"现有：{zh}", f"there are: {en}")',
        'print(f"现有：{listed(names)} / there are: {listed(names)}")',
        'return Text(f"现有：{listed(names)}", f"there are: {listed(names)}")',
    ],
)
def test_words_of_the_other_language_are_found(words: str) -> None:
    source = f'def listed(names) -> str:\n    return "、".join(names)\n\ndef refused(names):\n    {words}\n'
    assert len(foreign(pairs_of(source, "review/some.py"))) == 1


@pytest.mark.parametrize("words", ["{name!r} is not there", "'{name}' is not there", "`name` is not there"])
def test_another_quotation_mark_is_found(words: str) -> None:
    assert otherwise_quoted(pairs_of(f'Text(f"没有“{{name}}”", f"{words}")', "review/some.py"))
