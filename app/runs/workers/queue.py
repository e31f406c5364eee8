"""Some workers, and the room in which runs wait for one of them."""

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from ...core.errors import TooManyRuns, WorkerDied
from ...core.metrics import Metrics, Reason, RunKind
from ...core.settings import variable
from ...lstm import Problem
from .job import Job
from .process import InProcessWorker, Overdue, WorkerProcess, WorkerTask, died

Worker = WorkerProcess | InProcessWorker


@dataclass(frozen=True)
class QueuedTask:
    """A task, and all that is to be known of it while it waits and runs.

    job: how those who want it say that they do no longer. seconds: what it may take of a worker's time.
    """

    task: WorkerTask
    job: Job
    seconds: float
    kind: RunKind


class WorkerQueue:
    """WorkerQueue of one kind; who comes first has one first. At most `max_waiting` wait, if there is a bound."""

    def __init__(self, all_of_them: Sequence[Worker], metrics: Metrics, max_waiting: int | None = None) -> None:
        self._all = all_of_them
        self._metrics = metrics
        self._max_waiting = max_waiting
        self._idle = deque(all_of_them)
        self._waiting: deque[object] = deque()
        self._changed = threading.Condition()
        self._stopped = False

    @property
    def stopped(self) -> bool:
        """Whether they were told to end, which is no fault of what they were at."""
        return self._stopped

    @property
    def alive(self) -> bool:
        """Whether some worker is there. One that ended is there again with the run after."""
        return not self._stopped and any(worker.alive for worker in self._all)

    def start(self) -> None:
        """Have all of them there."""
        with self._changed:
            self._stopped = False
            for worker in self._idle:
                worker.start()

    def stop(self) -> None:
        """End all of them; who waits gets WorkerDied."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        for worker in self._all:
            worker.stop()

    def run(self, run: QueuedTask) -> None:
        """Have one of them compute. Raises what `compute` raises, Cancelled, TooManyRuns, Overdue and WorkerDied."""
        worker = self._take(run)
        try:
            run.job.ended_by(worker.kill)
            with self._metrics.computing(run.kind):
                worker.compute(run.task, run.seconds, run.job)
        except (WorkerDied, Overdue) as error:
            if not self._stopped:
                self._metrics.death(_reason(error, run.job))
            raise
        finally:
            run.job.ended_by(None)  # who has the worker next is not to be ended
            with self._changed:
                self._idle.append(worker)
                self._changed.notify_all()

    def _take(self, run: QueuedTask) -> Worker:
        def over() -> bool:
            return self._stopped or run.job.cancelled

        run.job.ended_by(self._wake)
        me = object()
        with self._changed, self._metrics.waiting(run.kind):
            self._check_bound(run.kind)
            self._waiting.append(me)
            try:
                self._changed.wait_for(lambda: over() or (self._idle and self._waiting[0] is me))
                if over():
                    raise died()  # Cancelled where it was
                return self._idle.popleft()
            finally:
                self._waiting.remove(me)
                self._changed.notify_all()

    def _check_bound(self, kind: RunKind) -> None:
        waiting = len(self._waiting) - len(self._idle)  # who is about to have one does not wait
        if self._max_waiting is not None and waiting >= self._max_waiting:
            self._metrics.refused(kind)
            sentence = f"Too many runs are waiting; try again later, or raise {variable('max_waiting')}"
            raise TooManyRuns(Problem((), "too_many_runs", sentence))

    def _wake(self) -> None:
        """Have those who wait see whether they still want to."""
        with self._changed:
            self._changed.notify_all()


def _reason(error: Exception, job: Job) -> Reason:
    if isinstance(error, Overdue):
        return "deadline"
    return "cancelled" if job.cancelled else "died"
