"""Long runs that nobody waits for: started, watched, cancelled. `EmbeddedRuns` has them computed by this server."""

from app.runs.embedded import EmbeddedRuns
from app.runs.run import KnownRun, Run, Runs, RunState, Status, total, watch

__all__ = ["EmbeddedRuns", "KnownRun", "Run", "RunState", "Runs", "Status", "total", "watch"]
