"""Long runs that nobody waits for: started, watched, cancelled. `EmbeddedRuns` has them computed by this server."""

from app.runs.corpora import Corpus, find_corpus, start_corpus
from app.runs.embedded import EmbeddedRuns
from app.runs.promises import internal_error, known_run, promise, promised_request, state_of, too_many
from app.runs.run import INTERVAL, KnownRun, Run, Runs, RunState, Status, total, watch

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
