"""Long runs that nobody waits for: started, watched, cancelled. `EmbeddedRuns` has them computed by this server."""

from .accepted import internal_error, known_run, promise, promised_request, state_of, too_many
from .corpora import Corpus, find_corpus, start_corpus
from .local import EmbeddedRuns
from .run import INTERVAL, KnownRun, Run, Runs, RunState, Status, total, watch

__all__ = [
    "INTERVAL",
    "Corpus",
    "EmbeddedRuns",
    "KnownRun",
    "Run",
    "RunState",
    "Runs",
    "Status",
    "find_corpus",
    "internal_error",
    "known_run",
    "promise",
    "promised_request",
    "start_corpus",
    "state_of",
    "too_many",
    "total",
    "watch",
]
