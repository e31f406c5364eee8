"""A group of workers, and the bounded queue in which runs wait for one of them."""

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from ...core.errors import TooManyRuns, WorkerDied
from ...core.metrics import Metrics, Reason, RunKind
from ...core.settings import variable
from ...lstm import problem
from .job import Job
from .process import InProcessWorker, Overdue, WorkerProcess, WorkerTask, worker_died

Worker = WorkerProcess | InProcessWorker


@dataclass(frozen=True)
class QueuedTask:
    """A task with what its queue and its worker need.

    job: cancels it. seconds: the deadline of its computation.
    """

    task: WorkerTask
    job: Job
    seconds: float
    kind: RunKind


class WorkerQueue:
    """Workers of one kind, first come, first served. At most `max_waiting` tasks wait, if there is a bound."""

    def __init__(self, workers: Sequence[Worker], metrics: Metrics, max_waiting: int | None = None) -> None:
        self._all = workers
        self._metrics = metrics
        self._max_waiting = max_waiting
        self._idle = deque(workers)
        self._waiting: deque[object] = deque()
        self._changed = threading.Condition()
        self._stopped = False

    @property
    def stopped(self) -> bool:
        """Whether the workers were stopped, so that their deaths do not count against runs."""
        return self._stopped

    @property
    def alive(self) -> bool:
        """Whether at least one worker is alive. A dead worker is restarted by its next run."""
        return not self._stopped and any(worker.alive for worker in self._all)

    def start(self) -> None:
        """Start all workers."""
        with self._changed:
            self._stopped = False
            for worker in self._idle:
                worker.start()

    def stop(self) -> None:
        """Kill all workers; waiting callers get WorkerDied."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        for worker in self._all:
            worker.stop()

    def run(self, run: QueuedTask) -> None:
        """Compute a task on the next idle worker.

        Raises what `compute` raises, Cancelled, TooManyRuns, Overdue and WorkerDied.
        """
        worker = self._take(run)
        try:
            run.job.set_kill(worker.kill)
            with self._metrics.computing(run.kind):
                worker.compute(run.task, run.seconds, run.job)
        except (WorkerDied, Overdue) as error:
            if not self._stopped:
                self._metrics.death(_reason(error, run.job))
            raise
        finally:
            run.job.set_kill(None)  # cancelling this job must not end the worker's next run
            with self._changed:
                self._idle.append(worker)
                self._changed.notify_all()

    def _take(self, run: QueuedTask) -> Worker:
        def stop_waiting() -> bool:
            return self._stopped or run.job.cancelled

        run.job.set_kill(self._wake)
        waiter = object()
        with self._changed, self._metrics.waiting(run.kind):
            self._check_bound(run.kind)
            self._waiting.append(waiter)
            try:
                self._changed.wait_for(lambda: stop_waiting() or (self._idle and self._waiting[0] is waiter))
                if stop_waiting():
                    raise worker_died()  # the pool raises Cancelled instead if the job was cancelled
                return self._idle.popleft()
            finally:
                self._waiting.remove(waiter)
                self._changed.notify_all()

    def _check_bound(self, kind: RunKind) -> None:
        waiting = len(self._waiting) - len(self._idle)  # a task that is about to get a worker does not count as waiting
        if self._max_waiting is not None and waiting >= self._max_waiting:
            self._metrics.refused(kind)
            template = "Too many runs are waiting; try again later, or raise {setting}"
            raise TooManyRuns(problem((), "too_many_runs", template, setting=variable("max_waiting")))

    def _wake(self) -> None:
        """Have waiting tasks check whether they were cancelled."""
        with self._changed:
            self._changed.notify_all()


def _reason(error: Exception, job: Job) -> Reason:
    if isinstance(error, Overdue):
        return "deadline"
    return "cancelled" if job.cancelled else "died"
