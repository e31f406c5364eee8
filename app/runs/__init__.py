"""Long runs that nobody waits for: started, watched, cancelled. `EmbeddedRuns` has them computed by this server."""

from app.runs.embedded import EmbeddedRuns
from app.runs.promises import known_run, promise, promised_request, too_many
from app.runs.run import INTERVAL, KnownRun, Run, Runs, RunState, Status, total, watch

__all__ = [
    "INTERVAL",
    "EmbeddedRuns",
    "KnownRun",
    "Run",
    "RunState",
    "Runs",
    "Status",
    "known_run",
    "promise",
    "promised_request",
    "too_many",
    "total",
    "watch",
]
