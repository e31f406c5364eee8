"""Runs at which workers died: one may have had bad luck, and is tried again; the second time it is the run."""

from threading import Lock

from cachetools import LRUCache

from ...core.errors import WorkerDied
from ...lstm import Problem

#: Deaths after which a run is not tried again.
_DEATHS = 2
#: Runs that are remembered.
_REMEMBERED = 1000


class CrashGuard:
    """How many workers each run has ended, as long as this server lives. For any thread."""

    def __init__(self) -> None:
        self._deaths: LRUCache[int, int] = LRUCache(_REMEMBERED)
        self._lock = Lock()

    def check(self, run: str) -> None:
        """Raises WorkerDied for a run that has ended too many."""
        with self._lock:
            deaths = self._deaths.get(hash(run), 0)
        if deaths >= _DEATHS:
            sentence = "This run has ended two workers, and is not tried again before the server's next start"
            raise WorkerDied(Problem((), "worker_died", sentence))

    def count(self, run: str) -> None:
        """It has ended one."""
        with self._lock:
            self._deaths[hash(run)] = self._deaths.get(hash(run), 0) + 1
