"""What a server counts, for Prometheus: requests, runs, those who wait, seconds, bytes, and workers that ended.

Nothing of what users send or ask for by name is a label: routes are told as their pattern.
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
#: Why a worker ended: by itself or by somebody's hand, at a deadline, or because nobody waited any more.
Reason = Literal["died", "deadline", "cancelled"]
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
_PREFIX = "lstm_lens"


class Metrics:
    """The numbers of one server, which count from its start. For any thread."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # when a series began is nothing to watch
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
        """A request has been answered."""
        self._requests.labels(method, route, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)
        self._reply_bytes.inc(nbytes)

    def workers(self, kind: RunKind, count: int) -> None:
        """So many workers there are to be; before the first run, so that a scrape sees zeros and not nothing."""
        self._workers.labels(kind).set(count)
        self._waiting.labels(kind).set(0)
        self._computing.labels(kind).set(0)

    @contextmanager
    def waiting(self, kind: RunKind) -> Iterator[None]:
        """While a run waits for a worker."""
        gauge = self._waiting.labels(kind)
        gauge.inc()
        try:
            yield
        finally:
            gauge.dec()

    @contextmanager
    def computing(self, kind: RunKind) -> Iterator[None]:
        """While a worker is at a run: its seconds, and how it ended."""
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
        """A run found no room to wait in."""
        self._runs.labels(kind, "refused").inc()

    def death(self, reason: Reason) -> None:
        """A worker ended in the middle of a run."""
        self._deaths.labels(reason).inc()

    def text(self) -> bytes:
        """All numbers, as Prometheus reads them."""
        return generate_latest(self.registry)
