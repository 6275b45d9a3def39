"""Values as pages show them: figures grouped but never rounded, days and times as the office writes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping
from decimal import ROUND_FLOOR, Decimal
from typing import Any
from urllib.parse import quote

from review.clock import local_time
from review.errors import Text
from review.facts.register_keys import identifier_of, unit_of
from review.law.at_hand import default_ruleset
from review.law.place import plan_titles
from review.quantities import Range, grouped, plain
from review.record.views.logs import shown_time

_CHINESE = re.compile("[\u3400-\u9fff]")


def figure(value: Any) -> str:
    """A figure with its thousands set apart, every digit kept: `61250.4` → `61,250.4`. What is no figure is left as it is."""
    if isinstance(value, Decimal):
        return grouped(value)
    text = str(value)
    sign, digits = ("−", text[1:]) if text.startswith("-") else ("", text)
    whole, point, rest = digits.partition(".")
    if not (whole.isascii() and whole.isdigit() and (not point or (rest.isascii() and rest.isdigit()))):
        return text
    # Text keeps the zeros that it was written with.
    return f"{sign}{int(whole):,}{point}{rest}"


def amount(side: Mapping[str, Any] | None) -> str:
    """A side of a finding: a figure, or the interval it lies in, with its unit."""
    if side is None:
        return "—"
    if "value" in side:
        text = figure(side["value"])
    elif side["high"] is None:
        text = f"≥ {figure(side['low'])}"
    else:
        text = f"{figure(side['low'])}～{figure(side['high'])}"
    return f"{text} {side['unit']}" if side.get("unit") else text


def interval(value: Range) -> str:
    """A figure, or the interval it lies in."""
    low, high = figure(value.low if value.low is not None else 0), None if value.high is None else figure(value.high)
    return low if value.point is not None else f"≥ {low}" if high is None else f"{low}～{high}"


def local_minutes(value: str | None) -> str:
    """A time of the record (UTC) in Shanghai's, to the minute."""
    return local_time(value) if value else "—"


def short(digest: str | None) -> str:
    """The first figures of a digest, enough to tell it from others."""
    return (digest or "—").removeprefix("sha256:")[:12]


def hundredths(value: str | None) -> str:
    """A share to two decimals, rounded down: never shown as reaching what it does not. Empty where there is none."""
    return "" if value is None else plain(Decimal(value).quantize(Decimal("0.01"), rounding=ROUND_FLOOR))


def edition_words(name: str) -> Text:
    """An edition in words: `city@2025.1` → 2025.1 版; one of another ruleset than the default with its plan; `~12345678`: a content that is no longer that of the name."""
    place, _, edition = name.partition("@")
    edition, _, digest = edition.partition("~")
    zh, en = (f"{edition} 版", f"edition {edition}") if edition else ("施行的版本", "the edition in force")
    if digest:
        zh, en = f"{zh}（记录中的另一内容 {digest}）", f"{en} (another content, as recorded: {digest})"
    if place == default_ruleset():
        return Text(zh, en)
    plan = plan_titles().get(place, place)
    return Text(f"《{plan}》{zh}", f"{plan}, {en}")


def clauses_address(ruleset: str) -> str:
    """Where the clauses of a ruleset's plan are shown."""
    return "/clauses" if ruleset == default_ruleset() else f"/clauses?ruleset={quote(ruleset, safe='')}"


def clause_address(clause: str, ruleset: str) -> str:
    """Where one clause of a ruleset's plan is shown."""
    _, _, asked = clauses_address(ruleset).partition("?")
    return f"/clauses/{quote(clause, safe='')}{'?' if asked else ''}{asked}"


def source_address(source: str, lacking: Container[str] = ()) -> str:
    """Where a source of the register is shown; of one that is `lacking` there, where such are listed. Browsers take `.` and `..` out of an address, so such an id goes beside it."""
    if source in lacking:
        return "/sources/claims"
    plain_id = not {".", ".."} & set(source.split("/"))
    return f"/offsets/{quote(source, safe='')}" if plain_id else f"/offsets/-?source={quote(source, safe='')}"


def both_languages(text: str) -> Text:
    """A failure that is stored as “place: Chinese / English”, line by line, as words of each language; what is of one language alone as it is."""
    halves = [_halves(line) for line in text.splitlines()]
    return Text("；".join(zh for zh, _ in halves), "; ".join(en for _, en in halves))


def _halves(line: str) -> tuple[str, str]:
    for found in re.finditer(" / ", line):
        zh, en = line[: found.start()], line[found.end() :]
        if _CHINESE.search(zh) and not _CHINESE.search(en):
            place, colon, _ = zh.partition(": ")
            return zh, f"{place}: {en}" if colon else en
    return line, line


def is_english(text: Any) -> bool:
    """Whether text is English alone, as some notes of tables are: words in Latin letters and nothing Chinese."""
    words = str(text)
    return bool(re.search("[A-Za-z]{2}", words)) and not _CHINESE.search(words)


FILTERS: Mapping[str, Callable[..., Any]] = {
    "figure": figure, "amount": amount, "interval": interval, "local_time": local_minutes, "log_time": shown_time, "short": short, "hundredths": hundredths,
    "is_english": is_english, "both": both_languages, "source_id": identifier_of, "unit_of": unit_of,
}  # fmt: skip
