"""Where runs are computed: in worker processes that are kept warm, or in the server's own."""

import os
from pathlib import Path

import anyio
import anyio.from_thread
import anyio.to_process
from anyio import BrokenWorkerProcess, CapacityLimiter

from app.computing import Work, compute, warm_up
from app.errors import WorkerDied
from app.jobs import Cancelled, Job
from app.lstm import Problem

#: Seconds between two looks at the workers: anyio ends those that have been idle for five minutes.
WARM = 120.0


class Pool:
    """Up to `workers` processes for short runs, and half as many more for long ones, so that none waits for those.

    With 0 workers runs are computed in the calling thread.
    """

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._short = CapacityLimiter(max(1, workers))
        self._long = CapacityLimiter(max(1, workers // 2))
        self._lost = anyio.Event()  # set when a worker is gone and another should be made

    @property
    def server(self) -> int | None:
        """What `Work.server` of a run in this pool is."""
        return os.getpid() if self._workers else None

    def run(self, work: Work, path: Path, job: Job | None = None) -> None:
        """Compute `work` into a file at `path`; to be called in a thread of anyio's.

        job: of a long run. Raises what `compute` raises, Cancelled, and WorkerDied.
        """
        ticket = None
        try:
            if job is not None:
                ticket = path.with_name(f"{path.name}.ticket")
                job.begin(ticket)
            if self._workers:
                anyio.from_thread.run(self._in_process, work, path, ticket, job)
            else:
                compute(work, path, ticket)
        finally:
            if job is not None:
                job.end()

    async def keep_warm(self) -> None:
        """Have a worker ready for each run that may start, for as long as this is not cancelled."""
        while True:
            self._lost = anyio.Event()
            async with anyio.create_task_group() as group:
                for _ in range(self._workers):
                    group.start_soon(self._touch)
            with anyio.move_on_after(WARM):
                await self._lost.wait()

    async def _touch(self) -> None:
        try:
            with anyio.CancelScope(shield=True):  # a process that is given up while it starts would stay
                await anyio.to_process.run_sync(warm_up, limiter=self._short)
        except BrokenWorkerProcess:
            await anyio.sleep(1.0)  # the next run will say what is wrong
            self._lost.set()

    async def _in_process(self, work: Work, path: Path, ticket: Path | None, job: Job | None) -> None:
        limiter = self._short if job is None else self._long
        with anyio.CancelScope() as scope:
            if job is not None:
                job.scope = scope
            try:
                await anyio.to_process.run_sync(compute, work, path, ticket, cancellable=True, limiter=limiter)
            except BrokenWorkerProcess as error:
                self._lost.set()
                sentence = "The process that computed this run died, perhaps for want of memory; other runs go on"
                raise WorkerDied(Problem((), "worker_died", sentence)) from error
        if scope.cancelled_caught:
            self._lost.set()
            raise Cancelled
