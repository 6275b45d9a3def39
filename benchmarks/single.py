"""One sheet, and many on one machine: what a review costs, stage by stage, as ratios within one run.

    python -m benchmarks.single [--quick]

Everything is measured in turns, round by round, and the best round of each counts: what else the machine does falls on all alike. Times are
the processor's, but for what is spread over several cores or goes over the network.
"""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from durable.engine import Host, MessageNotHandledException

from benchmarks.sweep import generate
from review import ProjectSheet, choose, judge, parse_sheet, read_sheet_file
from review.canonical_json import canonical
from review.cli.sheets import check_all
from review.evaluation import durable, exact
from review.facts import Case, Facts, build_facts
from review.law.edition import Ruleset
from review.parallel import spread
from review.quantities import exact as exact_arithmetic
from review.readers.sheets import read_json
from review.sheet import canonical_sheet
from tests.api.conftest import Process, Server, start, stop

AS_OF = date(2025, 10, 1)
ROOT = Path(__file__).resolve().parents[1]
FIXTURES = sorted((ROOT / "fixtures" / "sheets").glob("*.json"))
Judged = tuple[Case, Facts]


def sheets() -> list[ProjectSheet]:
    """The sample sheets, and as many generated ones."""
    chance = random.Random(6)
    return [read_sheet_file(path) for path in FIXTURES] + [generate(chance) for _ in FIXTURES]


def best(
    works: Mapping[str, Callable[[], object]], rounds: int, clock: Callable[[], float] = time.process_time
) -> dict[str, float]:
    """Seconds of each work, the best of its rounds, taken in turns."""
    found = dict.fromkeys(works, float("inf"))
    for _ in range(rounds + 1):
        for name, work in works.items():
            began = clock()
            work()
            found[name] = min(found[name], clock() - began)
    return found


class StockHost:
    """The same engine rules through durable-rules' own Host: its actions, its promises, its timer threads."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.evaluator = durable.DurableEvaluator(ruleset)
        self.host = Host()
        self.fired: list[str] = []
        for file, compiled in self.evaluator.compiled.items():
            name, fields = f"host-{file}", compiled.fields.names()
            rules = {rule: {**test, "run": self._action(rule)} for rule, test in compiled.definition.items()}
            self.host.set_rulesets({name: rules})
            compiled.close()
            compiled.fired = self._through(name, fields)  # type: ignore[assignment, method-assign]
            with suppress(MessageNotHandledException):
                compiled.fired([-7] * len(fields))

    def _action(self, rule: str) -> Callable[[Any], None]:
        return lambda _: self.fired.append(rule)

    def _through(self, name: str, fields: Sequence[str]) -> Callable[[Sequence[int]], list[str]]:
        def fired(values: Sequence[int]) -> list[str]:
            self.fired.clear()
            self.host.assert_fact(name, {"id": "s", "sid": "s", **dict(zip(fields, values, strict=True))})
            found = list(self.fired)
            self.host.retract_fact(name, {"id": "s", "sid": "s"})
            return found

        return fired

    def judge(self, facts: Facts) -> Mapping[Any, Any]:
        return self.evaluator.judge(facts)


def stages(rounds: int) -> dict[str, float]:
    """Milliseconds a sheet: facts, each evaluator, the stock Host, and a complete review from the validated sheet to its bytes."""
    ruleset, mine = choose("fuqing@2023", AS_OF), sheets()
    with exact_arithmetic():
        cases = [Case(sheet, ruleset, AS_OF) for sheet in mine]
        judged: list[Judged] = [(case, build_facts(case)) for case in cases]
        host = StockHost(ruleset)
        for case, facts in judged:
            assert dict(host.judge(facts)) == dict(exact.judge(case, facts, ruleset))
        found = best(
            {
                "facts": lambda: [build_facts(case) for case in cases],
                "exact": lambda: [exact.judge(case, facts, ruleset) for case, facts in judged],
                "durable": lambda: [durable.judge(facts, ruleset) for _, facts in judged],
                "stock Host": lambda: [host.judge(facts) for _, facts in judged],
                "review": lambda: [judge(sheet, ruleset, AS_OF).to_bytes() for sheet in mine],
            },
            rounds,
        )
    return {name: seconds * 1000 / len(mine) for name, seconds in found.items()}


def commands(rounds: int) -> dict[str, float]:
    """Milliseconds of processor from start to end: `two-high check` of one sheet, and a Python that imports pydantic and yaml.

    Bytecode is kept, as it is on an office's machine.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    python = sys.executable
    check = [
        python,
        "-c",
        "from api.command_line import main; main()",
        "check",
        str(FIXTURES[0]),
        "--as-of",
        AS_OF.isoformat(),
    ]

    def run(command: list[str]) -> Callable[[], object]:
        return lambda: subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=False)

    def spent() -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    found = best({"check": run(check), "imports": run([python, "-c", "import pydantic, yaml"])}, rounds, spent)
    return {name: seconds * 1000 for name, seconds in found.items()}


def many(count: int, jobs: int | None = None) -> dict[str, float]:
    """Seconds for `count` sheets from files to reviews as printed: in this process, and on all cores."""
    names = [str(FIXTURES[number % len(FIXTURES)]) for number in range(count)]
    work = partial(check_all, edition=choose("fuqing@2023", AS_OF), when=AS_OF, shape="json")
    works = {
        "one process": lambda: sum(1 for _ in spread(work, names, 1)),
        "all cores": lambda: sum(1 for _ in spread(work, names, jobs)),
    }
    return best(works, 1, time.perf_counter)


def api(rounds: int) -> dict[str, float]:
    """Reviews a second of processor: `POST /check` on one worker, sheet after sheet over loopback, and from JSON to bytes in this process."""
    ruleset, bodies = choose("fuqing@2023", AS_OF), [canonical(canonical_sheet(sheet)) for sheet in sheets()]
    with tempfile.TemporaryDirectory() as folder:
        server = start(f"sqlite:///{folder}/record.sqlite", requests_per_minute="1000000")
        try:
            with _client(server) as client:
                for _ in range(2):
                    for body in bodies:
                        assert _asked(client, body) == _reviewed(body, ruleset)
                served = best({"API": lambda: [_asked(client, body) for body in bodies]}, rounds, lambda: _used(server))
                found = best({"in process": lambda: [_reviewed(body, ruleset) for body in bodies]}, rounds) | served
        finally:
            stop(server)
    return {name: len(bodies) / seconds for name, seconds in found.items()}


def _reviewed(body: bytes, ruleset: Ruleset) -> bytes:
    return judge(parse_sheet(read_json(body.decode())), ruleset, AS_OF).to_bytes()


def _used(server: Process) -> float:
    """Seconds of processor that the server's process has used."""
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _client(server: Server) -> httpx.Client:
    # Not compressed: on one machine the sender's processor is what counts.
    return server.client("officer", **{"Accept-Encoding": "identity", "Content-Type": "application/json"})


def _asked(client: httpx.Client, body: bytes) -> bytes:
    answer = client.post("/api/v1/check", params={"as_of": AS_OF.isoformat(), "ruleset": "fuqing@2023"}, content=body)
    assert answer.status_code == 200, answer.text
    return answer.content


def main(quick: bool) -> None:
    rounds = 2 if quick else 6
    spent = stages(rounds)
    print("| a sheet | ms | of a review |\n|---|---|---|")
    for name, ms in spent.items():
        print(f"| {name} | {ms:.2f} | {ms / spent['review']:.2f} |")
    print(f"\ndurable-rules alone: {spent['stock Host'] / spent['durable']:.1f}× the stock Host")
    command = commands(rounds)
    print(f"two-high check of one sheet: {command['check'] / command['imports']:.2f}× importing pydantic and yaml")
    rate = api(rounds)
    print(f"POST /check on one worker: {rate['API'] / rate['in process']:.0%} of the rate in process")
    spread_out = many(600 if quick else 2400)
    print(
        f"check of many on {os.cpu_count()} cores: {spread_out['one process'] / spread_out['all cores']:.2f}× one process"
    )


if __name__ == "__main__":
    main("--quick" in sys.argv)
