"""lstm-lens work: a worker in the foreground. Threads and worker processes are set up before torch is imported."""

import os

from ...core.settings import Settings, exit_status
from ..workers import forkserver


def work(name: str, concurrency: int, *, check: bool) -> int:
    """Compute queued runs until interrupted; with `check`, only return 0 if the worker `name` is alive, else 1."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")

    def run() -> int:
        settings = Settings()
        if settings.workers and not check:
            forkserver.begin()
        from . import work as worker

        return int(not worker.is_alive(settings, name)) if check else worker.run_worker(settings, name, concurrency)

    return exit_status(run)
