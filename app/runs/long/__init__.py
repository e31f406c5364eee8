"""Long runs, which no request waits for: started, watched, cancelled. `LocalRuns` computes them on this server."""

from .accepted import accept, accepted_request, internal_error, known_run, state_of, too_many, unknown_run
from .corpora import Corpus, find_corpus, start_corpus
from .local import LocalRuns
from .run import WATCH_INTERVAL, KnownRun, Run, Runs, RunState, Status, total, watch

__all__ = [
    "WATCH_INTERVAL",
    "Corpus",
    "KnownRun",
    "LocalRuns",
    "Run",
    "RunState",
    "Runs",
    "Status",
    "accept",
    "accepted_request",
    "find_corpus",
    "internal_error",
    "known_run",
    "start_corpus",
    "state_of",
    "too_many",
    "total",
    "unknown_run",
    "watch",
]
