"""The API under load: checks, submissions and reads from a second process, while a replay of many reviews runs; then killed, and started again.

    python -m benchmarks.load [MINUTES] [REVIEWS] [--postgresql]

The record is filled with REVIEWS generated ones, a replay of all of them asked for, and callers work for MINUTES before, and as long as
it runs. Then the server is killed under load and started again: every acknowledged review must be there, and every message come, once
by id. Prints the table of LOAD.md.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from two_high_client import CallError, Client

from benchmarks.record import AS_OF, fill, pool, renamed
from benchmarks.sweep import generate
from review.canonical_json import canonical
from review.record.proof.verification import verify
from review.record.storage import outbox
from review.record.storage.contents import Span, each_review
from review.record.storage.store import Store, open_store
from review.record.work.webhooks import add_hook
from review.sheet import canonical_sheet
from tests.api.conftest import Process, Server, eventually, start, stop
from tests.api.receiver import Receiver, receiving
from tests.databases import Databases
from tests.postgresql import Connections, postgresql_server

CALLERS = 3
# Of ten calls: four checks, three submissions, three reads.
MIX = ("check", "check", "check", "check", "submit", "submit", "submit", "worklist", "review", "reviews")


@dataclass
class Seen:
    """What the callers saw: seconds a call by kind, acknowledged numbers, errors."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    acknowledged: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, kind: str, seconds: float) -> None:
        with self.lock:
            self.seconds.setdefault(kind, []).append(seconds)


def caller(server: Server, number: int, ends: threading.Event, seen: Seen, retries: int) -> None:
    """Works until told to stop. With no retries, what breaks off is expected: the server is about to be killed."""
    chance = random.Random(number)
    sheets = [generate(chance) for _ in range(40)]
    last = "1"
    with Client(server.url, server.keys["officer"], retries=retries) as client:
        place = 0
        while not ends.is_set():
            place += 1
            kind, named = chance.choice(MIX), renamed(chance.choice(sheets), 10**7 + number * 10**6 + place)
            sheet = canonical(canonical_sheet(named))
            began = time.perf_counter()
            try:
                if kind == "check":
                    client.check(sheet, as_of=AS_OF)
                elif kind == "submit":
                    made = client.submit(sheet, as_of=AS_OF, reason="补录（示例）")
                    last = made.id
                    with seen.lock:
                        seen.acknowledged[made.id] = made.digest
                elif kind == "worklist":
                    next(iter(client.worklist()), None)
                elif kind == "review":
                    client.review(last)
                else:
                    next(iter(client.reviews()), None)
            except CallError as error:
                if retries:
                    seen.errors.append(f"{kind}: {error}")
                continue
            seen.add(kind, time.perf_counter() - began)


def under_load(server: Server, seen: Seen, until: Callable[[], bool], first: int, retries: int = 4) -> None:
    """Callers work until it holds."""
    ends = threading.Event()
    threads = [
        threading.Thread(target=caller, args=(server, first + number, ends, seen, retries)) for number in range(CALLERS)
    ]
    for each in threads:
        each.start()
    while not until():
        time.sleep(0.2)
    ends.set()
    for each in threads:
        each.join()


def memory_mb(server: Process) -> int:
    """What the server's process holds."""
    text = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(text.split("VmRSS:")[1].split()[0]) // 1024


def row(name: str, seen: Seen, minutes: float) -> None:
    for kind, seconds in sorted(seen.seconds.items()):
        ordered = sorted(seconds)
        p50, p99 = statistics.median(ordered), ordered[int(len(ordered) * 0.99)]
        print(
            f"| {name} | {kind} | {len(ordered)} | {len(ordered) / minutes:.0f} | {p50 * 1000:.0f} | {p99 * 1000:.0f} | {p99 / p50:.1f} |",
            flush=True,
        )
    print(f"| {name} | errors | {len(seen.errors)} | | | | |", flush=True)


def main(minutes: float, reviews: int, database: str, receiver: Receiver) -> None:
    store = open_store(database)
    began = time.monotonic()
    fill(store, pool(), 0, reviews)
    print(f"filled with {reviews:,} in {time.monotonic() - began:.0f} s", flush=True)
    add_hook(store, receiver.url, ("review",), "基准测试")
    server = start(database, requests_per_minute="1000000", webhook_private="true")
    print("| phase | call | calls | a minute | p50 ms | p99 ms | ratio |\n|---|---|---|---|---|---|---|", flush=True)
    alone, beside = Seen(), Seen()
    limit = time.monotonic() + minutes * 60
    memory = [memory_mb(server)]
    under_load(server, alone, lambda: time.monotonic() > limit, 0)
    row("alone", alone, minutes)
    memory.append(memory_mb(server))
    with Client(server.url, server.keys["officer"]) as client:
        job = client.start_replay()
        began = time.monotonic()
        under_load(server, beside, lambda: client.replay_job(job.id).ended is not None, 10)
        taken = (time.monotonic() - began) / 60
        row("beside the replay", beside, taken)
        done = client.replay_job(job.id)
    memory.append(memory_mb(server))
    print(
        f"replay of {done.done:,}: {done.state} in {taken:.1f} minutes; memory MB before, after, at the end: {memory}",
        flush=True,
    )
    killed(store, server, database, receiver, {**alone.acknowledged, **beside.acknowledged})
    store.close()
    if alone.errors or beside.errors or done.state != "done":
        raise SystemExit(f"errors: {(alone.errors + beside.errors)[:5]} {done.detail}")


def killed(store: Store, server: Process, database: str, receiver: Receiver, acknowledged: dict[str, str]) -> None:
    """Kill the server under load, start it again, and count what was acknowledged, and what was sent."""
    seen = Seen()
    killer = threading.Timer(20, server.process.kill)
    killer.start()
    under_load(server, seen, lambda: server.process.poll() is not None, 20, retries=0)
    stop(server)
    acknowledged |= seen.acknowledged
    server = start(database, webhook_private="true")
    eventually(lambda: waiting(store) == 0, 600)
    stop(server)
    with store.reading() as connection:
        found = verify(connection, rejudging=False)
    kept = recorded_digests(store)
    lost = [number for number, digest in acknowledged.items() if kept.get(number) != digest]
    ids = receiver.ids()
    print(
        f"killed: {len(acknowledged):,} acknowledged, {len(lost)} lost, breaks {len(found.breaks)}; messages {len(ids):,}, by id {len(set(ids)):,}",
        flush=True,
    )
    if lost or found.breaks:
        raise SystemExit("the record lost something")


def waiting(store: Store) -> int:
    with store.reading() as connection:
        return outbox.depths(connection)["waiting"]


def recorded_digests(store: Store) -> dict[str, str]:
    """Every review's number and digest."""
    with store.reading() as connection:
        return {str(kept.id): kept.digest for kept, _ in each_review(connection, Span())}


if __name__ == "__main__":
    numbers = [each for each in sys.argv[1:] if not each.startswith("-")]
    length, many = float(numbers[0]) if numbers else 3.0, int(numbers[1]) if len(numbers) > 1 else 20_000
    with tempfile.TemporaryDirectory() as folder, receiving() as hooked:
        if "--postgresql" in sys.argv:
            with postgresql_server() as server:
                main(
                    length,
                    many,
                    Databases(server.get_uri, Path(folder), Connections()).new("postgresql", Path(folder)),
                    hooked,
                )
        else:
            main(length, many, f"sqlite:///{folder}/record.sqlite", hooked)
