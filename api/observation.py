"""Observation of each request: its id, safe headers, a log line without any content, and the counters of /metrics."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import Request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.requests import ClientDisconnect

from api import problems
from api.connections import LINE, Line
from api.interface_state import read_interface_state
from api.logs import FIELDS
from api.rate_limit import headers_of
from api.settings import SHARED
from api.traces import taken
from review.record.storage.outbox import TRACE
from review.record.storage.store import Store
from review.record.views.worklist import overdue_counts

_LOG = logging.getLogger("api.access")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,80}")
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_HEADERS = (
    (b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store"), (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'"),
)  # fmt: skip


@dataclass(frozen=True)
class RouteCounts:
    """Requests of a route, those that the service failed to answer (status 500 and more), and the mean time of an answer in milliseconds."""

    method: str
    route: str
    requests: int
    failed: int
    mean_ms: float


class Meters:
    """What is counted, for /metrics."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter("two_high_requests", "Requests", ["method", "route", "status"], registry=self.registry)
        self.seconds = Histogram(
            "two_high_request_seconds", "Time to answer", ["method", "route"], registry=self.registry
        )
        self.reviews = Counter(
            "two_high_reviews",
            "Reviews made, by recommendation",
            ["recommendation", "recorded"],
            registry=self.registry,
        )
        self.disagreements = Counter(
            "two_high_disagreements", "Sheets on which the two evaluators differed", registry=self.registry
        )
        self.unfinished = Counter(
            "two_high_unfinished_answers", "Answers that were not finished, by cause", ["cause"], registry=self.registry
        )

    def reviewed(self, recommendation: str, *, recorded: bool) -> None:
        self.reviews.labels(recommendation, "yes" if recorded else "no").inc()

    def _of_every_worker(self) -> CollectorRegistry:
        """What this worker counted, and where there are several what all of them did."""
        registry = self.registry
        if os.environ.get(SHARED):
            registry = CollectorRegistry()
            multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return registry

    def by_route(self) -> list[RouteCounts]:
        """What was asked of each route since the service started, of every worker, the most asked first."""
        counted: dict[tuple[str, str], list[float]] = {}
        for family in self._of_every_worker().collect():
            for sample in family.samples:
                place = {
                    "two_high_requests_total": 0,
                    "two_high_request_seconds_sum": 2,
                    "two_high_request_seconds_count": 3,
                }.get(sample.name)
                if place is None:
                    continue
                found = counted.setdefault((sample.labels["method"], sample.labels["route"]), [0, 0, 0, 0])
                found[place] += sample.value
                if place == 0 and sample.labels["status"].startswith("5"):
                    found[1] += sample.value
        rows = [
            RouteCounts(method, route, int(requests), int(failed), round(seconds * 1000 / times, 1) if times else 0.0)
            for (method, route), (requests, failed, seconds, times) in counted.items()
        ]
        return sorted(rows, key=lambda each: (-each.requests, each.route, each.method))

    def shown(self, store: Store) -> bytes:
        """All of it in Prometheus' text, of every worker, with how much is waiting in the record's queues. Raises RecordUnavailable."""
        registry = self._of_every_worker()
        of_the_record = CollectorRegistry()
        of_the_record.register(_OfTheRecord(store))
        return generate_latest(registry) + generate_latest(of_the_record)


class _OfTheRecord(Collector):
    def __init__(self, store: Store) -> None:
        self.store = store

    def collect(self) -> Iterator[GaugeMetricFamily]:
        with self.store.reading() as connection:
            overdue = overdue_counts(connection)
            found = read_interface_state(self.store, connection)
        yield GaugeMetricFamily("two_high_record_bytes", "Size of the record", found.record_bytes)
        if found.disk_free_bytes is not None:
            yield GaugeMetricFamily(
                "two_high_disk_free_bytes", "Free space on the disk of the record", found.disk_free_bytes
            )
        for name, words, at in (
            ("two_high_last_verify_timestamp_seconds", "When the record was last verified to the end", found.verified),
            ("two_high_last_backup_timestamp_seconds", "When the record was last backed up", found.backed_up),
        ):
            if at is not None:
                yield GaugeMetricFamily(name, words, datetime.fromisoformat(at).timestamp())
        late = GaugeMetricFamily("two_high_overdue", "What is overdue today, by kind", labels=["kind"])
        for kind, many in overdue.items():
            late.add_metric([kind], many)
        yield late
        depth = GaugeMetricFamily("two_high_queue_depth", "What waits, or was given up", labels=["queue", "state"])
        for queue, states in found.queues.items():
            for state, many in states.items():
                depth.add_metric([queue, state], many)
        yield depth
        of_hook = GaugeMetricFamily(
            "two_high_hook_queue_depth", "What waits, or was given up, by hook", labels=["hook", "state"]
        )
        arrived = GaugeMetricFamily(
            "two_high_hook_arrived_timestamp_seconds", "When a message last arrived", labels=["hook"]
        )
        for each in found.hooks:
            stands = each["queue"]
            of_hook.add_metric([each["hook"], "waiting"], stands["waiting"])
            of_hook.add_metric([each["hook"], "dead"], stands["dead"])
            if stands["arrived"] is not None:
                arrived.add_metric([each["hook"]], datetime.fromisoformat(stands["arrived"]).timestamp())
        yield of_hook
        yield arrived

    def describe(self) -> list[GaugeMetricFamily]:
        return []


class Observed:
    """ASGI middleware: a request id, safe headers, a line of log without any content, and the meters.

    The connection of a caller that does not receive each piece of the answer within `send_seconds` is dropped.
    `at_work`: the tasks of the requests that are under way. Where the service stops they go on, without a caller.
    """

    def __init__(self, app: Any, meters: Meters, send_seconds: float, at_work: set[asyncio.Task[Any]]) -> None:
        self.app, self.meters, self.send_seconds, self.at_work = app, meters, send_seconds, at_work
        self.causes = {
            "slow": f"the caller took no piece of it within {send_seconds:g} s",
            "gone": "the caller closed the connection",
            "stopped": "the service stopped",
            "failed": "it failed",
        }

    async def __call__(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[Any]],
        send: Callable[[Any], Awaitable[None]],
    ) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        # A task of its own: what a thread has begun is not broken off with the task that waits for it.
        work = asyncio.create_task(self._answer(scope, receive, send))
        self.at_work.add(work)
        work.add_done_callback(self.at_work.discard)
        try:
            await asyncio.shield(work)
        except asyncio.CancelledError:
            # Of a request nothing else is cancelled as a whole but what is not done in time when the service stops.
            scope["stopped"] = True
            if line := _line(scope):
                line.drop()

    async def _answer(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[Any]],
        send: Callable[[Any], Awaitable[None]],
    ) -> None:
        given = dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1")
        scope["request_id"] = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        trace = taken(dict(scope["headers"]).get(b"traceparent", b"").decode("latin-1"))
        scope["trace"] = trace.partition("-")[0] if trace else None
        TRACE.set(trace)
        started, status, answered, finished = time.perf_counter(), 500, False, False
        cause: str | None = None
        line = _line(scope)

        async def observed(message: Any) -> None:
            nonlocal status, answered, finished, cause
            if message["type"] == "http.response.start":
                status, answered = message["status"], True
                given = {name for name, _ in message["headers"]}
                ours = (*_HEADERS, *headers_of(scope), (b"x-request-id", scope["request_id"].encode()))
                message["headers"] = [
                    *message["headers"],
                    *((name, value) for name, value in ours if name not in given),
                ]
            try:
                async with asyncio.timeout(self.send_seconds):
                    await send(message)
            except TimeoutError:
                cause = "slow"
                raise
            # What is sent to a caller who has gone away is silently passed over.
            lost = line is not None and line.lost
            finished = not lost and message["type"] == "http.response.body" and not message.get("more_body", False)

        try:
            await self.app(scope, receive, observed)
        except asyncio.CancelledError:
            scope["stopped"] = True
        except Exception as error:
            if not answered:
                await problems.crashed(Request(scope), error)(scope, receive, observed)
            elif cause is None and not isinstance(error, ClientDisconnect):
                cause = "failed"
                problems.logged(Request(scope), error)
        finally:
            if not finished:
                if scope.get("stopped"):
                    cause = "stopped"
                cause = cause or ("gone" if line is None or line.lost else "failed")
                if line is not None:
                    line.drop()
            self._note(scope, status, time.perf_counter() - started, None if finished else cause)

    def _note(self, scope: MutableMapping[str, Any], status: int, seconds: float, unfinished: str | None) -> None:
        route = getattr(scope.get("route"), "path", "unmatched")
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        self.meters.requests.labels(method, route, status).inc()
        self.meters.seconds.labels(method, route).observe(seconds)
        if unfinished is not None:
            self.meters.unfinished.labels(unfinished).inc()
        caller = scope.get("principal")
        address = scope.get("client")
        line = {
            "request": scope["request_id"],
            **({"trace": scope["trace"]} if scope["trace"] else {}),
            "address": address[0] if address else None,
            "key": caller.key if caller else None,
            "method": method,
            "route": route,
            "numbers": {name: value for name, value in scope.get("path_params", {}).items() if _is_number(value)},
            "status": status,
            "ms": round(seconds * 1000, 1),
            # Why the answer did not reach the caller whole, whatever status it began with.
            **({"unfinished": self.causes[unfinished]} if unfinished is not None else {}),
            # Why it was not available; the login that was tried in vain, hashed.
            **{name: scope[name] for name in ("cause", "failed_login") if name in scope},
        }
        _LOG.info("%s %s %s", method, route, status, extra={FIELDS: line})


def _line(scope: MutableMapping[str, Any]) -> Line | None:
    found: Line | None = scope.get("state", {}).get(LINE)
    return found


def _is_number(value: Any) -> bool:
    """Whether it is the number of a review, project or draft: nothing else of an address is logged."""
    return isinstance(value, int) or (
        isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20
    )
