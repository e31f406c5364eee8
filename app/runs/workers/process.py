"""One worker: a process with a pipe of its own and one run at a time, so that nobody else is touched by its end."""

import threading
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from ...core.errors import WorkerDied
from ...lstm import Problem
from . import child, forkserver
from .job import Cancelled, Job
from .task import Conversion, Reading, Work, compute

WorkerTask = tuple[Work | Conversion | Reading, Path, Path | None]  # the arguments of `compute`
#: Seconds after which a process that was killed is no longer waited for.
JOIN_TIMEOUT = 5.0


class Overdue(Exception):
    """A run took longer than it may; its worker is gone."""

    outcome = "deadline"


class WorkerProcess:
    """A process that computes, started when it is needed and is not there. One thread at a time has it.

    max_bytes: memory that it may take beyond what it starts with, or None.
    """

    def __init__(self, max_bytes: int | None) -> None:
        self._max_bytes = max_bytes
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._lock = threading.Lock()  # of those who start and end the process
        self._stopped = False

    @property
    def alive(self) -> bool:
        """Whether there is a process."""
        return self._process is not None and self._process.is_alive()

    def start(self) -> None:
        """Have the process there, for the first time, again, or after a stop. Raises OSError when there can be none."""
        with self._lock:
            self._stopped = False
            self._ready()

    def compute(self, task: WorkerTask, seconds: float, job: Job) -> None:
        """Have it compute; raises what `compute` raises, Overdue after so many seconds, and WorkerDied.

        job: when it is cancelled already, nothing is begun and Cancelled is raised. Whoever cancels it later finds the
        process that has this task; before, one that would be replaced here.
        """
        try:
            with self._lock:
                if self._stopped:
                    raise died()
                if job.cancelled:
                    raise Cancelled
                pipe = self._ready()
            pipe.send(task)
            if not pipe.poll(seconds):
                raise Overdue
            outcome: BaseException | None = pipe.recv()
        except (OSError, EOFError) as error:
            self._forget()
            raise died() from error
        except BaseException:  # a deadline, or an interrupt: an answer would still come
            self._forget()
            raise
        if outcome is not None:
            raise outcome

    def kill(self) -> None:
        """End the process, whatever it is at; who waits for it gets WorkerDied."""
        with self._lock:
            if self._process is not None:
                self._process.kill()
                self._process.join(JOIN_TIMEOUT)  # else the next task may be given to one that is about to be gone

    def stop(self) -> None:
        """The same, and none takes its place until the next start."""
        self._stopped = True
        self.kill()

    def _ready(self) -> Connection:
        if self._process is None or self._pipe is None or not self._process.is_alive():
            if self._pipe is not None:
                self._pipe.close()
            context = forkserver.context()
            self._pipe, theirs = context.Pipe()
            with theirs:
                process: BaseProcess = context.Process(  # type: ignore[attr-defined]
                    target=child.run_tasks, args=(theirs, self._max_bytes), daemon=True
                )
                self._process = None
                process.start()
                self._process = process
        return self._pipe

    def _forget(self) -> None:
        self.kill()
        self._process = None


class InProcessWorker:
    """A worker that is no process: the thread that has it computes, to the end, whatever becomes of the run."""

    alive = True

    def start(self) -> None:
        """Nothing is to be had ready."""

    def compute(self, task: WorkerTask, seconds: float, job: Job) -> None:
        """Compute; raises what `compute` raises. There is no deadline where nobody can be ended."""
        compute(*task)

    def kill(self) -> None:
        """It hears of the end of a long run at its next chunk."""

    def stop(self) -> None:
        """It ends with its thread."""


def died() -> WorkerDied:
    """What is said of a run whose worker is gone."""
    sentence = "The process that computed this run died, perhaps for want of memory; other runs go on"
    return WorkerDied(Problem((), "worker_died", sentence))
