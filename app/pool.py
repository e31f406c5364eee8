"""Where runs are computed: in worker processes that are there before the first run, or in the server's own.

Each worker has a pipe of its own and one run at a time, so that whatever becomes of it nobody else is touched. Workers
are forked from a process that has imported all that a run needs, so that a new one is there in milliseconds and shares
most of its memory with the others. On systems without fork each imports it anew.
"""

import multiprocessing
import os
import signal
import threading
import traceback
from collections import deque
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import ForkingPickler
from pathlib import Path

from app import computing
from app.computing import Conversion, Reading, Work, compute
from app.errors import Invalid, WorkerDied
from app.jobs import Cancelled, Job
from app.lstm import Problem

Task = tuple[Work | Conversion | Reading, Path, Path | None]  # the arguments of `compute`
#: Seconds after which a process that was killed is no longer waited for.
PATIENCE = 5.0
#: Of a file at which its process died: most are read by libraries in C, and some were made to break them.
_FATAL = "This file cannot be read: it is damaged, or needs more memory to be read than there is"


class Pool:
    """`workers` processes for short runs, and half as many more for long ones, so that none waits for those.

    With 0 workers runs are computed in the calling thread.
    """

    def __init__(self, workers: int) -> None:
        self._short = _Workers(workers) if workers else None
        self._long = _Workers(max(1, workers // 2)) if workers else None

    def start(self) -> None:
        """Have the workers ready. (Without this, the first runs start them.)"""
        for workers in (self._short, self._long):
            if workers is not None:
                workers.start()

    def stop(self) -> None:
        """End the workers, whatever they are at; who waits for them gets WorkerDied."""
        for workers in (self._short, self._long):
            if workers is not None:
                workers.stop()

    def run(self, work: Work, path: Path, job: Job | None = None) -> None:
        """Compute `work` into a file at `path`, while this thread waits.

        job: of a long run. Raises what `compute` raises, Cancelled, and WorkerDied.
        """
        ticket = None
        try:
            if job is not None:
                ticket = path.with_name(f"{path.name}.ticket")
                job.begin(ticket)
            workers = self._short if job is None else self._long
            if workers is None:
                compute(work, path, ticket)
            else:
                workers.run((work, path, ticket), job)
        except WorkerDied:
            if job is not None and job.cancelled:
                raise Cancelled from None
            raise
        finally:
            if job is not None:
                job.end()

    def convert(self, source: Path, path: Path, seconds: float) -> None:
        """Read an uploaded file of weights: `read` of a Conversion."""
        self.read(Conversion(source), path, seconds)

    def read(self, file: Conversion | Reading, path: Path, seconds: float) -> None:
        """Read a file that somebody brings in a worker, and write what it holds to `path`.

        Raises Invalid, also where it takes longer than `seconds` or ends the worker, and WorkerDied once stopped.
        """
        if self._short is None:
            compute(file, path)
            return
        job = Job()
        deadline = threading.Timer(seconds, job.cancel)
        deadline.daemon = True
        deadline.start()
        try:
            self._short.run((file, path, None), job)
        except WorkerDied:
            if self._short.stopped:
                raise
            if job.cancelled:
                sentence = f"Reading this file took longer than {seconds:g} seconds"
                raise Invalid(Problem(("body",), "too_slow", sentence)) from None
            raise Invalid(Problem(("body",), "unreadable", _FATAL)) from None
        finally:
            deadline.cancel()


class _Workers:
    """Some workers, and those who wait for one, first come, first served."""

    def __init__(self, count: int) -> None:
        self._all = [_Worker() for _ in range(count)]
        self._idle = deque(self._all)
        self._waiting: deque[object] = deque()
        self._changed = threading.Condition()
        self._stopped = False

    @property
    def stopped(self) -> bool:
        """Whether they were told to end, which is no fault of what they were at."""
        return self._stopped

    def start(self) -> None:
        with self._changed:
            self._stopped = False
            for worker in self._idle:
                worker.start()

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        for worker in self._all:
            worker.stop()

    def run(self, task: Task, job: Job | None) -> None:
        """Have one of them compute. Raises what `compute` raises, Cancelled, and WorkerDied."""
        worker = self._take(job)
        try:
            if job is not None:
                job.ended_by(worker.kill)
            worker.compute(task)
        finally:
            if job is not None:
                job.ended_by(None)  # who has the worker next is not to be ended
            with self._changed:
                self._idle.append(worker)
                self._changed.notify_all()

    def _take(self, job: Job | None) -> "_Worker":
        def over() -> bool:
            return self._stopped or (job is not None and job.cancelled)

        if job is not None:
            job.ended_by(self._look)
        me = object()
        with self._changed:
            self._waiting.append(me)
            try:
                self._changed.wait_for(lambda: over() or (self._idle and self._waiting[0] is me))
                if over():
                    raise _died()  # Cancelled where it was
                return self._idle.popleft()
            finally:
                self._waiting.remove(me)
                self._changed.notify_all()

    def _look(self) -> None:
        """Have those who wait see whether they still want to."""
        with self._changed:
            self._changed.notify_all()


class _Worker:
    """A process that computes one run at a time, started when it is needed and is not there. One thread has it."""

    def __init__(self) -> None:
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._lock = threading.Lock()  # of those who start and end the process
        self._stopped = False

    def start(self) -> None:
        """Have the process there, for the first time, again, or after a stop. Raises OSError when there can be none."""
        with self._lock:
            self._stopped = False
            self._ready()

    def compute(self, task: Task) -> None:
        """Have it compute; raises what `compute` raises, and WorkerDied."""
        try:
            with self._lock:
                if self._stopped:
                    raise _died()
                pipe = self._ready()
            pipe.send(task)
            outcome: BaseException | None = pipe.recv()
        except (OSError, EOFError) as error:
            self._forget()
            raise _died() from error
        except BaseException:  # an interrupt: an answer would still come
            self._forget()
            raise
        if outcome is not None:
            raise outcome

    def kill(self) -> None:
        """End the process, whatever it is at; who waits for it gets WorkerDied."""
        with self._lock:
            if self._process is not None:
                self._process.kill()

    def stop(self) -> None:
        """The same, and none takes its place until the next start."""
        self._stopped = True
        self.kill()
        process = self._process
        if process is not None:
            process.join(PATIENCE)

    def _ready(self) -> Connection:
        if self._process is None or self._pipe is None or not self._process.is_alive():
            if self._pipe is not None:
                self._pipe.close()
            context = _context()
            self._pipe, theirs = context.Pipe()
            with theirs:
                process: BaseProcess = context.Process(target=_serve, args=(theirs,), daemon=True)  # type: ignore[attr-defined]
                self._process = None
                process.start()
                self._process = process
        return self._pipe

    def _forget(self) -> None:
        self.kill()
        process, self._process = self._process, None
        if process is not None:
            process.join(PATIENCE)


def _died() -> WorkerDied:
    sentence = "The process that computed this run died, perhaps for want of memory; other runs go on"
    return WorkerDied(Problem((), "worker_died", sentence))


def _context() -> BaseContext:
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([computing.__name__])
    return context


def _serve(pipe: Connection) -> None:
    """What a worker does, from its start to the end of its server."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the keyboard's interrupt is for the server
    threading.Thread(target=_end_with_the_server, daemon=True).start()
    try:
        while True:
            pipe.send(_outcome(pipe.recv()))
    except (EOFError, OSError):  # nobody is at the other end any more
        return


def _end_with_the_server() -> None:
    """Also when it is killed, and in the middle of a run."""
    server = multiprocessing.parent_process()
    assert server is not None
    server.join()
    os._exit(1)


def _outcome(task: Task) -> BaseException | None:
    """Compute; the error that this ended with, as it can be told to another process."""
    try:
        compute(*task)
    except BaseException as error:
        told = traceback.format_exc()
        error.add_note(f"In a worker:\n{told}")
        try:
            ForkingPickler.loads(ForkingPickler.dumps(error))
        except Exception:
            return RuntimeError(told)
        return error
    return None
