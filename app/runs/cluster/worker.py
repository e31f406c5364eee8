"""The worker of queued runs: the same code, limits and worker processes as those of a server.

Celery hands the ids to threads; each waits for a process of the pool, which can be killed without affecting others.
"""

import threading
import time
from json import loads
from logging import getLogger
from secrets import token_hex

from ...core.errors import LensError, WorkerDied
from ...core.settings import Settings
from ...schemas import TraceRequest
from ..library import Library
from ..long import Status, internal_error, unknown_run
from ..workers.job import Cancelled, Job
from .broker import NO_ANSWER, requeue_orphaned
from .heartbeat import heartbeat
from .ledger import Ledger
from .queue import RunQueue

log = getLogger("lstm_lens")

#: Seconds between two heartbeats of the worker itself, and for which one counts.
ALIVE_EVERY, ALIVE_FOR = 1.0, 10
#: Deaths of its process after which a run has failed.
DEATHS = 2
#: Seconds between two attempts to record how a run ended, and their number: Redis may be down for a while.
AGAIN_AFTER, TRIES = 1.0, 60


class RunWorker:
    """Computes up to `concurrency` runs at a time. `name`: the name of its heartbeat."""

    def __init__(self, settings: Settings, name: str, concurrency: int) -> None:
        # half as many processes serve long runs
        self._library = Library(settings.model_copy(update={"workers": 2 * concurrency}))
        self._ledger = Ledger(settings.broker_url)
        self._queue = RunQueue(settings)
        self._name = name
        self._ending = threading.Event()

    def start(self) -> None:
        """Start the heartbeat and the worker processes."""
        threading.Thread(target=self._send_heartbeats, daemon=True).start()
        try:
            self._library.pool.start()
        except (OSError, EOFError):  # the fork server was killed; the next run starts it again
            log.exception("the processes could not be started")

    def end(self) -> None:
        """Put unfinished runs back for other workers. Safe in a signal handler."""
        self._ending.set()

    def stop(self) -> None:
        """End the worker processes."""
        self._library.pool.stop()

    def compute(self, run_id: str) -> None:
        """Compute a run, unless another worker has claimed it or it is no longer wanted."""
        token = f"{self._name}:{token_hex(8)}"
        if not self._ending.is_set() and self._ledger.claim(run_id, token):
            self._compute(run_id, token)

    def _compute(self, run_id: str, token: str) -> None:
        status: Status = "failed"
        error: LensError | None = None
        job = Job()
        try:
            with heartbeat(self._ledger, run_id, token, job, self._ending):
                self._library.find_or_run(self._request(run_id), job, long=True)
            status = "done"
        except Cancelled:
            if self._ending.is_set():
                self._put_back(run_id, token)
                return
            status = "cancelled"
        except WorkerDied as died:
            if self._put_back(run_id, token, died=True) < DEATHS:
                return
            error = died
        except LensError as refusal:
            error = refusal
        except Exception:
            log.exception("a run failed")
            error = internal_error()
        self._finish(run_id, token, status, error)

    def _request(self, run_id: str) -> TraceRequest:
        """The accepted request. Raises NotFound for a run that was never accepted: its client got no 202."""
        content = self._library.store.accepted(run_id) or self._library.store.request(run_id)
        if content is None:
            raise unknown_run()
        return TraceRequest.model_validate(loads(content))

    def _put_back(self, run_id: str, token: str, *, died: bool = False) -> int:
        """Put a run back, ahead of those of corpora; returns how often its process has died."""
        deaths = self._ledger.put_back(run_id, token, died=died)
        if deaths < DEATHS:
            self._queue.send(run_id, "runs")
        return deaths

    def _finish(self, run_id: str, token: str, status: Status, error: LensError | None) -> None:
        """Record how the run ended, retrying while Redis is down; if that never succeeds, the run is found orphaned,
        then done."""
        for _ in range(TRIES):
            try:
                held_claim = self._ledger.finish(run_id, token, status, error)
            except NO_ANSWER:
                time.sleep(AGAIN_AFTER)
                continue
            if held_claim or status == "done":
                self._library.store.settle(run_id)
            return

    def _send_heartbeats(self) -> None:
        """Send heartbeats and requeue orphaned runs, until the process ends."""
        while True:
            try:
                self._ledger.record_alive(self._name, ALIVE_FOR)
                requeue_orphaned(self._ledger, self._queue)
            except NO_ANSWER as error:
                log.warning("the broker does not answer: %s", type(error).__name__)
            time.sleep(ALIVE_EVERY)
