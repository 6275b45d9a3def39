"""Editions at hand (规则版本): those of the rulesets at hand, and those of a folder; which one is in force on a day.

In force is, of the editions that have begun, the one that begins last; a name such as `ID@EDITION` overrides it.
A name speaks of a folder only where it is written as a path (`./FOLDER`, `rules/FOLDER`): what lies in the current directory never stands in for a ruleset.
"""

from __future__ import annotations

import os
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from review.canonical_json import write
from review.errors import EditionNotFound, Fault, RulesetError, Text
from review.law.at_hand import default_ruleset, ruleset_folder, rulesets_at_hand
from review.law.compiling import compiled, from_content
from review.law.cutting import Cut, editions_of
from review.law.dated import last_day
from review.law.edition import Ruleset, content_digest, covers
from review.law.files import Folder
from review.law.source import HEAD


def builtin(name: str | None = None) -> Folder:
    """The folder of a ruleset at hand, of the default where none is named. Raises EditionNotFound, RulesetError."""
    return ruleset_folder(name)


def load_builtin(name: str | None = None) -> tuple[Ruleset, ...]:
    """Every edition at hand of the ruleset `name`, of the default where none is named, oldest first. Raises EditionNotFound, RulesetError."""
    return tuple(_at_hand(each) for each in _cuts(ruleset_folder(name)))


def every_edition(without: Container[str] = ()) -> tuple[Ruleset, ...]:
    """The editions of every ruleset at hand, those of the default first, of each the oldest first; those whose digest is in `without` are left out and not compiled.

    Raises RulesetError.
    """
    cuts = (each for folder in rulesets_at_hand().values() for each in _cuts(folder))
    return tuple(_at_hand(each) for each in cuts if not without or _digest(each) not in without)


def contents_at_hand() -> tuple[Mapping[str, Any], ...]:
    """The content of every edition of `every_edition`, in its order, not compiled. Raises RulesetError."""
    return tuple(each.content for folder in rulesets_at_hand().values() for each in _cuts(folder))


def builtin_digests(name: str) -> Mapping[str, str]:
    """The digest of every edition at hand of a ruleset, by the edition's name; none where there is no such ruleset. Raises RulesetError."""
    return {f"{name}@{edition}": digest for edition, digest in _digests(name).items()}


@lru_cache(maxsize=16)
def _cuts(folder: Path) -> tuple[Cut, ...]:
    """The editions of a folder at hand. Its name is the ruleset's own, or nothing would find what it judged. Raises RulesetError."""
    found = editions_of(folder)
    stated = str(found[0].head["id"])
    if stated != folder.name:
        words = Text(
            f"规则集的 id 为“{stated}”，文件夹却名为“{folder.name}”：应相同",
            f"the id of the ruleset is {stated!r} and its folder is named {folder.name!r}: they should be the same",
        )
        raise RulesetError([Fault(f"{folder.name}/edition.yaml", words)])
    return found


# By the edition cut, not by its place: a folder that is read again can hold another.
@lru_cache(maxsize=64)
def _content(mine: Cut) -> bytes:
    """An edition as JSON in the order of its files, which is the order in which it is read aloud."""
    return write(mine.content).encode()


def _at_hand(mine: Cut) -> Ruleset:
    """An edition of a folder at hand, from the one cache of editions. Raises RulesetError."""
    try:
        return compiled(_content(mine))
    except RulesetError:
        # Compiled again, so that each fault is named with its file and line.
        return from_content(mine.content, mine.lines)


def load(folder: Folder) -> tuple[Ruleset, ...]:
    """Every edition of a ruleset folder, oldest first. Raises RulesetError with each fault's file and line."""
    return tuple(from_content(each.content, each.lines) for each in editions_of(folder))


def choose(name: str | None, as_of: date) -> Ruleset:
    """The edition asked for by `ID`, `ID@EDITION` or folder path (`./FOLDER`, `./FOLDER@EDITION` too), else the one in force.

    Raises EditionNotFound where none is in force on the day, naming those there are; RulesetError as `names_folder` does.
    """
    folder, place, wanted = _place(name)
    if folder is not None:
        return pick(load(folder), wanted, as_of, name or place)
    cuts = _cuts(ruleset_folder(place))
    heads = [each.head for each in cuts]
    number = _picked(heads, wanted, as_of, name or place)
    found = _at_hand(cuts[number])
    return found if number == in_force(heads, as_of) else found.asked_for()


def pick(editions: tuple[Ruleset, ...], wanted: str, as_of: date, name: str) -> Ruleset:
    """The edition `wanted`, else the one in force on the day. Raises EditionNotFound, naming those there are."""
    contents = [each.content for each in editions]
    number = _picked(contents, wanted, as_of, name)
    return editions[number] if number == in_force(contents, as_of) else editions[number].asked_for()


def in_force(contents: Sequence[Mapping[str, Any]], as_of: date) -> int | None:
    """The number of the content in force on a day: of those that have begun the one that begins last, of equals the last one."""
    begun = [number for number, each in enumerate(contents) if covers(each, as_of)]
    return max(begun, key=lambda number: (contents[number]["from"], number)) if begun else None


def _picked(contents: Sequence[Mapping[str, Any]], wanted: str, as_of: date, name: str) -> int:
    """The number of the content that `pick` asks for."""
    if wanted:
        found = next((number for number, each in enumerate(contents) if each["edition"] == wanted), None)
    else:
        found = in_force(contents, as_of)
    if found is not None:
        return found
    there = "、".join(f"{each['id']}@{each['edition']}（{period_words(each, contents).zh}）" for each in contents)
    there_en = ", ".join(f"{each['id']}@{each['edition']} ({period_words(each, contents).en})" for each in contents)
    if wanted:
        text = Text(f"没有版本 {name}；现有：{there}", f"there is no edition {name}; there are: {there_en}")
    else:
        text = Text(
            f"{as_of} 没有施行中的版本；现有：{there}",
            f"no edition is in force on {as_of}; there are: {there_en}",
        )
    raise EditionNotFound([Fault(name, text)])


def ends(content: Mapping[str, Any], among: Iterable[Mapping[str, Any]]) -> date | None:
    """The last day of an edition: where its content says so, else the day before the next of its ruleset begins; None: open."""
    if content.get("until"):
        return date.fromisoformat(content["until"])
    days = [date.fromisoformat(each["from"]) for each in among if each["id"] == content["id"]]
    return last_day(date.fromisoformat(content["from"]), days)


def period_words(content: Mapping[str, Any], among: Iterable[Mapping[str, Any]]) -> Text:
    """From when to when an edition is in force."""
    last = ends(content, among)
    return Text(f"{content['from']} 至 {last or '今'}", f"{content['from']} to {last or 'now'}")


def named(name: str | None) -> tuple[tuple[Ruleset, ...], str]:
    """The editions of the ruleset or folder that a name speaks of, and the edition it asks for ("" for none in particular)."""
    folder, place, wanted = _place(name)
    return (load_builtin(place) if folder is None else load(folder)), wanted


def is_ruleset_folder(folder: Path) -> bool:
    """Whether a folder of the file system holds a ruleset. Raises RulesetError where it may not be looked at."""
    try:
        return (folder / HEAD).is_file()
    except OSError as error:
        raise RulesetError([Fault(str(folder), Text("无法读取这个文件夹", "the folder cannot be read"))]) from error


def names_folder(name: str | None) -> bool:
    """Whether a name speaks of a ruleset folder of the file system: `./FOLDER`, `./FOLDER@EDITION`.

    Raises EditionNotFound for a path that leads to none, RulesetError for a plain word that is the name of another ruleset folder in the current directory too.
    """
    return _place(name)[0] is not None


def _digests(place: str) -> Mapping[str, str]:
    """The digest of each edition at hand of a ruleset; none where there is no such ruleset."""
    folder = rulesets_at_hand().get(place)
    return {} if folder is None else _digests_in(_cuts(folder))


@lru_cache(maxsize=16)
def _digests_in(cuts: tuple[Cut, ...]) -> Mapping[str, str]:
    return {each.content["edition"]: _digest(each) for each in cuts}


@lru_cache(maxsize=64)
def _digest(mine: Cut) -> str:
    return content_digest(mine.content)


def _place(name: str | None) -> tuple[Path | None, str, str]:
    """The folder that a name speaks of, if it is a path; how it or the ruleset is named; and the edition it asks for. Raises as `names_folder` does."""
    if not name:
        return None, default_ruleset(), ""
    if _is_path(name):
        if is_ruleset_folder(Path(name)):
            return Path(name), name, ""
        place, _, wanted = name.rpartition("@")
        if place and is_ruleset_folder(Path(place)):
            return Path(place), place, wanted
        words = Text("不是规则文件夹（缺 edition.yaml）", "is not a ruleset folder: it has no edition.yaml")
        raise EditionNotFound([Fault(name, words)])
    place, _, wanted = name.partition("@")
    if _lies_here(place) and not _is_at_hand(place):
        words = (
            Text(
                f"没有名为“{place}”的规则集；指当前文件夹中的规则文件夹请写“./{name}”",
                f"there is no ruleset named {place!r}; write './{name}' for the ruleset folder in the current directory",
            )
            if place not in rulesets_at_hand()
            else Text(
                f"“{place}”是规则集的名称，当前文件夹中另有规则文件夹“{place}”：指这个文件夹请写“./{name}”；指规则集请换一个文件夹执行",
                f"{place!r} names a ruleset, and another ruleset folder {place!r} lies in the current directory: write './{name}' for the folder, or work elsewhere for the ruleset",
            )
        )
        raise RulesetError([Fault(name, words)])
    return None, place, wanted


def _is_path(name: str) -> bool:
    return name.startswith(".") or any(each in name for each in (os.sep, os.altsep) if each)


def _is_at_hand(place: str) -> bool:
    """Whether the folder of that name in the current directory is the ruleset's own."""
    mine = rulesets_at_hand().get(place)
    return mine is not None and mine.resolve() == Path(place).resolve()


def _lies_here(place: str) -> bool:
    """Whether the current directory has a ruleset folder of that name, as far as it may be looked at."""
    try:
        return is_ruleset_folder(Path(place))
    except RulesetError:
        return False
