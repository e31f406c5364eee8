"""One worker: a process with its own pipe and one run at a time, so that its death affects no other run."""

import threading
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from ...core.errors import WorkerDied
from ...lstm import problem
from . import child, forkserver
from .job import Cancelled, Job
from .task import Conversion, Reading, Work, compute

WorkerTask = tuple[Work | Conversion | Reading, Path, Path | None]  # the arguments of `compute`
#: Seconds to wait for a killed process to end.
JOIN_TIMEOUT = 5.0


class Overdue(Exception):
    """A run exceeded its deadline; its worker has been killed."""

    outcome = "deadline"


class WorkerProcess:
    """A worker process, started on demand. Used by one thread at a time.

    max_bytes: memory that it may allocate beyond what it starts with, or None.
    """

    def __init__(self, max_bytes: int | None) -> None:
        self._max_bytes = max_bytes
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._lock = threading.Lock()  # held while the process is started or ended
        self._stopped = False

    @property
    def alive(self) -> bool:
        """Whether the process is running."""
        return self._process is not None and self._process.is_alive()

    def start(self) -> None:
        """Start the process if it is not running, also after a stop. Raises OSError if it cannot be started."""
        with self._lock:
            self._stopped = False
            self._ready()

    def compute(self, task: WorkerTask, seconds: float, job: Job) -> None:
        """Compute a task; raises what `compute` raises, Overdue after `seconds`, and WorkerDied.

        job: if it has been cancelled, nothing starts and Cancelled is raised. From then on `kill` ends the process with
        this task; before, it could end an earlier one.
        """
        try:
            with self._lock:
                if self._stopped:
                    raise worker_died()
                if job.cancelled:
                    raise Cancelled
                pipe = self._ready()
            pipe.send(task)
            if not pipe.poll(seconds):
                raise Overdue
            outcome: BaseException | None = pipe.recv()
        except (OSError, EOFError) as error:
            self._forget()
            raise worker_died() from error
        except BaseException:  # a deadline or an interrupt: the answer would still arrive
            self._forget()
            raise
        if outcome is not None:
            raise outcome

    def kill(self) -> None:
        """Kill the process, whatever it computes; the waiting caller gets WorkerDied."""
        with self._lock:
            if self._process is not None:
                self._process.kill()
                self._process.join(JOIN_TIMEOUT)  # else the next task might be sent to a dying process

    def stop(self) -> None:
        """Kill the process and do not restart it until `start`."""
        self._stopped = True
        self.kill()

    def _ready(self) -> Connection:
        if self._process is None or self._pipe is None or not self._process.is_alive():
            if self._pipe is not None:
                self._pipe.close()
            context = forkserver.context()
            self._pipe, child_pipe = context.Pipe()
            with child_pipe:
                process: BaseProcess = context.Process(  # type: ignore[attr-defined]
                    target=child.run_tasks, args=(child_pipe, self._max_bytes), daemon=True
                )
                self._process = None
                process.start()
                self._process = process
        return self._pipe

    def _forget(self) -> None:
        self.kill()
        self._process = None


class InProcessWorker:
    """A worker without a process: the calling thread computes, and always to the end."""

    alive = True

    def start(self) -> None:
        """Nothing to start."""

    def compute(self, task: WorkerTask, seconds: float, job: Job) -> None:
        """Compute a task; raises what `compute` raises. There is no deadline, since a thread cannot be killed."""
        compute(*task)

    def kill(self) -> None:
        """Nothing to kill; a cancelled long run stops at its next chunk."""

    def stop(self) -> None:
        """Nothing to stop; it ends with its thread."""


def worker_died() -> WorkerDied:
    """The error for a run whose worker process died."""
    template = "The process that computed this run died, perhaps for want of memory; other runs go on"
    return WorkerDied(problem((), "worker_died", template))
