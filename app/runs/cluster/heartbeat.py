"""The heartbeat of a run while a worker computes it: reports progress, and learns of cancellation."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from ..workers.job import Job
from .broker import NO_ANSWER
from .ledger import Ledger

#: Seconds between two progress reports, and between two heartbeats of a run that makes no progress.
REPORT_EVERY, BEAT_EVERY = 0.2, 1.0


@contextmanager
def heartbeat(ledger: Ledger, run_id: str, token: str, job: Job, ending: threading.Event) -> Iterator[None]:
    """Send heartbeats inside the block; cancel `job` when the ledger no longer wants the run, or `ending` is set."""
    over = threading.Event()

    def beat() -> None:
        done, last_beat = 0, monotonic()
        while not over.wait(REPORT_EVERY):
            now_done = (job.progress() or (done, 0))[0]
            if ending.is_set():
                job.cancel()
                return
            if now_done == done and monotonic() - last_beat < BEAT_EVERY:
                continue
            done, last_beat = now_done, monotonic()
            try:
                wanted = ledger.beat(run_id, token, done)
            except NO_ANSWER:  # the run continues: its trace is kept whether Redis answers or not
                continue
            if not wanted:
                job.cancel()
                return

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
