"""Between a run and its ledger while it is computed: how far it is, and whether it is wanted."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from ..workers.job import Job
from .broker import NO_ANSWER
from .ledger import Ledger

#: Seconds between two words about how far a run is, and between two signs of life of one that gets no further.
REPORT_EVERY, BEAT_EVERY = 0.2, 1.0


@contextmanager
def heartbeat(ledger: Ledger, run_id: str, token: str, job: Job, ending: threading.Event) -> Iterator[None]:
    """Tell of a run inside the block, and cancel its job when nobody wants it any more or its worker is to end."""
    over = threading.Event()

    def beat() -> None:
        done, said = 0, monotonic()
        while not over.wait(REPORT_EVERY):
            now_done = (job.progress() or (done, 0))[0]
            if ending.is_set():
                job.cancel()
                return
            if now_done == done and monotonic() - said < BEAT_EVERY:
                continue
            done, said = now_done, monotonic()
            try:
                wanted = ledger.beat(run_id, token, done)
            except NO_ANSWER:  # it goes on: its trace is kept whether Redis hears of it or not
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
