"""The differences of a replay written as text, as streamed JSON, or as CSV with one line for each flip."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from review.cli.options import stop, writing
from review.errors import Fault, Text
from review.record.views.replay_reach import Reach
from review.replay.replaying import Summary, Target
from review.replay.results import Result
from review.replay.rows import COLUMNS, SCHEMA, csv_line, rows_of_result
from review.verdict.terminal import safe

KIND_WORDS = {
    "law": "因法规变化 by a change of law", "error": "因更正本规则集的错误 by an error of ours put right", "setting": "因本单位设定变化 by a setting", "evidence": "经文件核对 checked against its document",
    "undeclared": "版本沿革未说明 not declared in the edition's history", "day": "因审查日不同 by the day of review",
}  # fmt: skip


def require_ending(out: Path | None) -> None:
    """Stops where differences cannot be written into a file of that name."""
    if out is not None and out.suffix.lower() not in (".csv", ".json"):
        raise stop(Fault("--out", Text("扩展名应为 .csv 或 .json", "should end in .csv or .json")))


class Printer:
    """Writes results as they come, so that a long replay needs no memory; the summary last."""

    def __init__(self, target: Target, format: str, out: Path | None) -> None:
        self.target, self.format, self.out = target, format, out
        self.kind = out.suffix.lower() if out else format
        self.file: IO[str] | None = None
        self.whole = ExitStack()
        self.first = True

    def __enter__(self) -> Printer:
        if self.out is not None:
            encoding = "utf-8-sig" if self.kind == ".csv" else "utf-8"
            self.file = self.whole.enter_context(writing(self.out, encoding))
        if self.kind in ("json", ".json"):
            head = {
                "schema": SCHEMA,
                "against": self.target.name or None,
                "as_of": self.target.as_of and self.target.as_of.isoformat(),
            }
            self._write(json.dumps(head, ensure_ascii=False)[:-1] + ', "differences": [')
        elif self.kind == ".csv":
            self._write(csv_line(COLUMNS))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.whole.__exit__(kind, error, trace)

    def _write(self, text: str) -> None:
        (self.file or sys.stdout).write(text)

    def add(self, result: Result) -> None:
        """One replayed review; nothing is written where nothing differs."""
        if result["difference"] is None:
            return
        if self.kind in ("json", ".json"):
            self._write(("\n" if self.first else ",\n") + json.dumps(result, ensure_ascii=False))
            self.first = False
        elif self.kind == ".csv":
            for row in rows_of_result(result):
                self._write(csv_line(row))
        else:
            for line in _lines(result):
                self._write(safe(line) + "\n")

    def end(self, summary: Summary, reach: Reach) -> None:
        """The summary and what was compared: after the differences in JSON, else as text on standard output."""
        if self.kind in ("json", ".json"):
            parts = {"summary": summary.as_json(), "reach": reach.as_json()}
            self._write("\n], " + json.dumps(parts, ensure_ascii=False)[1:] + "\n")
        if self.kind != "json":
            # Where nothing is compared, counts of no difference would say what they do not mean.
            counts = _summary(summary) if reach.compares else ()
            for line in (*counts, *(f"{each.zh} / {each.en}" for each in reach.notes)):
                print(safe(line))


def _lines(result: Mapping[str, Any]) -> Iterator[str]:
    difference = result["difference"]
    head = f"审查 review {result['review']}（项目 project {result['project']}，{result['as_of']}）"
    if "layer" in difference:
        yield f"{head}: 不一致 differs in {difference['layer']}: {difference['detail']}"
        return
    if difference["error"]:
        yield f"{head}: 无法重审 cannot be judged: {difference['error']}"
        return
    if not difference["flips"] and not difference["recommendation"]:
        return
    overall = difference["recommendation"]
    yield head + (f": {overall['then']} → {overall['now']}  ← {'; '.join(overall['causes'])}" if overall else "")
    for flip in difference["flips"]:
        yield f"    {flip['rule']} [{flip['subject']}]: {flip['then']} → {flip['now']}  ← {'; '.join(flip['causes'])}"


def _summary(summary: Summary) -> Iterator[str]:
    yield f"重放 replayed {summary.reviews}: 一致 identical {summary.identical}, 变化 flipped {summary.flipped_reviews}, 条目变化 flips {summary.flips}, 无法重审 errors {summary.errors}"
    for layer, count in summary.layers.items():
        yield f"    不一致 differs in {layer}: {count}"
    for rule, kinds in summary.by_rule.items():
        yield f"    {rule}: " + ", ".join(f"{kind} × {count}" for kind, count in kinds.items())
    for cause, count in sorted(summary.by_cause.items(), key=lambda pair: -pair[1]):
        yield f"    ← {cause}: {count}"
    for kind, count in summary.by_kind.items():
        yield f"    {KIND_WORDS.get(kind, kind)}: {count}"
    for kind, count in summary.recommendations.items():
        yield f"    建议 recommendation {kind}: {count}"
