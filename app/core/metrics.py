"""Prometheus metrics of a server: requests, runs, queues, seconds, bytes, and worker deaths.

Labels contain nothing that clients send: routes are recorded as their pattern.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Literal

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

RunKind = Literal["short", "long", "file"]
#: Why a worker ended: it crashed or was killed, exceeded its deadline, or its run was cancelled.
Reason = Literal["died", "deadline", "cancelled"]
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
_PREFIX = "lstm_lens"


class Metrics:
    """The metrics of one server, counted from its start. Thread-safe."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # creation times of series are of no use
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        GCCollector(registry=registry)
        self._requests = Counter(
            f"{_PREFIX}_requests", "Requests that were answered.", ["method", "route", "status"], registry=registry
        )
        self._request_seconds = Histogram(
            f"{_PREFIX}_request_seconds",
            "Seconds from a request to the end of its reply.",
            ["route"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._reply_bytes = Counter(f"{_PREFIX}_reply_bytes", "Bytes of the bodies of replies.", registry=registry)
        self._runs = Counter(
            f"{_PREFIX}_runs", "Runs and files that a worker was given, and what became of them.",
            ["kind", "outcome"], registry=registry,
        )  # fmt: skip
        self._run_seconds = Histogram(
            f"{_PREFIX}_run_seconds", "Seconds of a worker.", ["kind"], buckets=_SECONDS, registry=registry
        )
        self._waiting = Gauge(f"{_PREFIX}_runs_waiting", "Runs that wait for a worker.", ["kind"], registry=registry)
        self._computing = Gauge(f"{_PREFIX}_runs_computing", "Runs that a worker is at.", ["kind"], registry=registry)
        self._deaths = Counter(
            f"{_PREFIX}_worker_deaths", "Workers that ended in the middle of a run.", ["reason"], registry=registry
        )
        self._workers = Gauge(f"{_PREFIX}_workers", "Workers that there are to be.", ["kind"], registry=registry)

    def request(self, method: str, route: str, status: int, seconds: float, nbytes: int) -> None:
        """Count an answered request."""
        self._requests.labels(method, route, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)
        self._reply_bytes.inc(nbytes)

    def workers(self, kind: RunKind, count: int) -> None:
        """Set the number of workers; before the first run, so that a scrape sees zeros."""
        self._workers.labels(kind).set(count)
        self._waiting.labels(kind).set(0)
        self._computing.labels(kind).set(0)

    @contextmanager
    def waiting(self, kind: RunKind) -> Iterator[None]:
        """Count a run as waiting for a worker inside the block."""
        gauge = self._waiting.labels(kind)
        gauge.inc()
        try:
            yield
        finally:
            gauge.dec()

    @contextmanager
    def computing(self, kind: RunKind) -> Iterator[None]:
        """Measure a run inside the block: its seconds, and how it ended."""
        gauge, began, outcome = self._computing.labels(kind), perf_counter(), "done"
        gauge.inc()
        try:
            yield
        except BaseException as error:
            outcome = getattr(error, "outcome", "failed")
            raise
        finally:
            gauge.dec()
            self._run_seconds.labels(kind).observe(perf_counter() - began)
            self._runs.labels(kind, outcome).inc()

    def refused(self, kind: RunKind) -> None:
        """Count a run that was refused because the queue is full."""
        self._runs.labels(kind, "refused").inc()

    def death(self, reason: Reason) -> None:
        """Count a worker that ended during a run."""
        self._deaths.labels(reason).inc()

    def text(self) -> bytes:
        """All metrics in the Prometheus text format."""
        return generate_latest(self.registry)
