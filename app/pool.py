"""Where runs are computed: in worker processes that are there before the first run, or in the server's own.

Workers are forked from a process that has imported all that a run needs, so that a new one is there in milliseconds
and shares most of its memory with the others. On systems without fork each imports it anew.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.context import BaseContext
from pathlib import Path

from pebble import ProcessExpired, ProcessPool

from app import computing
from app.computing import Work, compute
from app.errors import WorkerDied
from app.jobs import Cancelled, Job
from app.lstm import Problem


class Pool:
    """`workers` processes for short runs, and half as many more for long ones, so that none waits for those.

    With 0 workers runs are computed in the calling thread.
    """

    def __init__(self, workers: int) -> None:
        self._short = _Workers(workers) if workers else None
        self._long = _Workers(max(1, workers // 2)) if workers else None

    def start(self) -> None:
        """Have the workers ready. (Without this, the first run starts them.)"""
        for workers in (self._short, self._long):
            if workers is not None:
                workers.schedule(_nothing)

    def stop(self) -> None:
        """End the workers, whatever they are at."""
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
                _wait_for(workers.schedule(compute, work, path, ticket), job)
        finally:
            if job is not None:
                job.end()


class _Workers:
    """Some processes. Where pebble's pool breaks, as when all that is idle is killed, another one takes its place."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._lock = threading.Lock()
        self._pool = self._new_pool()

    def _new_pool(self) -> ProcessPool:
        return ProcessPool(self._count, context=_context(), initializer=_follow_the_server)

    def schedule(self, function: Callable[..., None], *args: object) -> Future[None]:
        with self._lock:
            try:
                return self._pool.schedule(function, args=args)
            except RuntimeError:  # it broke since
                self._pool = self._new_pool()
                return self._pool.schedule(function, args=args)

    def stop(self) -> None:
        with self._lock:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()


def _wait_for(future: Future[None], job: Job | None) -> None:
    if job is not None:
        job.computed_by(future)
    try:
        future.result()
    except CancelledError:
        raise Cancelled from None
    except (ProcessExpired, BrokenProcessPool) as error:
        sentence = "The process that computed this run died, perhaps for want of memory; other runs go on"
        raise WorkerDied(Problem((), "worker_died", sentence)) from error


def _context() -> BaseContext:
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([computing.__name__])
    return context


def _follow_the_server() -> None:
    """In a worker: leave the keyboard's interrupt to the server, and end with it, also when it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    server = multiprocessing.parent_process()
    assert server is not None

    def follow() -> None:
        server.join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


def _nothing() -> None:
    pass
