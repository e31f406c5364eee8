"""The pool that computes runs: worker processes that are started before the first run, or the server's own process.

Workers are forked from a process that has imported everything a run needs, so that a new one starts in milliseconds and
shares most of its memory with the others. On systems without fork each imports it again.
"""

from pathlib import Path

from ...core.errors import DeadlineExceeded, Invalid, WorkerDied
from ...core.metrics import Metrics, RunKind
from ...core.settings import Settings, variable
from ...lstm import problem
from .crash_guard import CrashGuard
from .job import Cancelled, Job
from .process import InProcessWorker, Overdue, WorkerProcess
from .queue import QueuedTask, Worker, WorkerQueue
from .task import Conversion, Reading, Work

__all__ = ["Pool"]

#: For a file whose process died: most formats are read by C libraries, and some files are made to crash them.


class Pool:
    """`settings.workers` processes for short runs, and half as many more for long ones, which never delay short runs.

    With 0 workers one short and one long run at a time is computed in the calling threads.
    """

    def __init__(self, settings: Settings, metrics: Metrics | None = None, device: str = "cpu") -> None:
        metrics = metrics or Metrics()
        self._settings = settings
        # GPU drivers map far more memory than there is
        max_bytes = settings.max_worker_bytes if device == "cpu" else None

        def make_workers(count: int) -> list[Worker]:
            return [WorkerProcess(max_bytes) for _ in range(count)] if settings.workers else [InProcessWorker()]

        short, long = make_workers(settings.workers), make_workers(max(1, settings.workers // 2))
        self._short = WorkerQueue(short, metrics, settings.max_waiting)
        self._long = WorkerQueue(long, metrics)  # no bound here: the callers count waiting runs
        self._crash_guard = CrashGuard()
        metrics.workers("short", len(short))
        metrics.workers("long", len(long))

    @property
    def alive(self) -> bool:
        """Whether there are live workers of both kinds."""
        return self._short.alive and self._long.alive

    def start(self) -> None:
        """Start the workers. (Without this, the first runs start them.)"""
        self._short.start()
        self._long.start()

    def stop(self) -> None:
        """Kill the workers, whatever they compute; callers that wait get WorkerDied."""
        self._short.stop()
        self._long.stop()

    def run(self, work: Work, path: Path, job: Job | None = None, *, long: bool = False) -> None:
        """Compute `work` into a file at `path`; blocks the calling thread.

        job: to cancel it, and for a long run to read its progress. Raises what `compute` raises, Cancelled,
        TooManyRuns, DeadlineExceeded and WorkerDied.
        """
        job = job or Job()
        settings = self._settings
        limit = "max_long_run_seconds" if long else "max_run_seconds"
        seconds: float = getattr(settings, limit)
        name = work.metadata.get("request", "")
        self._crash_guard.check(name)
        ticket = path.with_name(f"{path.name}.ticket") if long else None
        workers = self._long if long else self._short
        kind: RunKind = "long" if long else "short"
        try:
            if ticket is not None:
                job.begin(ticket)
            workers.run(QueuedTask((work, path, ticket), job, seconds, kind))
        except Overdue:
            raise past_deadline(seconds, limit) from None
        except WorkerDied:
            if job.cancelled:
                raise Cancelled from None
            if not workers.stopped:
                self._crash_guard.count(name)
            raise
        finally:
            job.end()

    def read(self, file: Conversion | Reading, path: Path, job: Job | None = None) -> None:
        """Read an uploaded file or input data in a worker, and write what it holds to `path`.

        Raises Invalid, also on a timeout or a crash of the worker, Cancelled, TooManyRuns, and WorkerDied once stopped.
        """
        job = job or Job()
        seconds = self._settings.max_upload_seconds
        try:
            self._short.run(QueuedTask((file, path, None), job, seconds, "file"))
        except Overdue:
            template = "Reading this file took longer than {seconds:g} seconds"
            raise Invalid(problem(("body",), "too_slow", template, seconds=seconds)) from None
        except WorkerDied:
            if self._short.stopped:
                raise
            if job.cancelled:
                raise Cancelled from None
            template = "This file cannot be read: it is damaged, or needs more memory to be read than there is"
            raise Invalid(problem(("body",), "unreadable_or_large", template)) from None


def past_deadline(seconds: float, setting: str) -> DeadlineExceeded:
    """The error of a run that took longer than the setting allows."""
    template = "This run took longer than {seconds:g} seconds and was ended; {setting} raises the limit"
    return DeadlineExceeded(problem((), "deadline", template, seconds=seconds, setting=variable(setting)))
