"""The crash guard: a run whose worker died is tried once more; after a second death it is refused."""

from threading import Lock

from cachetools import LRUCache

from ...core.errors import WorkerDied
from ...lstm import problem

#: Deaths after which a run is refused.
_DEATHS = 2
#: Runs that are remembered.
_REMEMBERED = 1000


class CrashGuard:
    """Counts the worker deaths of each run, for the lifetime of the server. Thread-safe."""

    def __init__(self) -> None:
        self._deaths: LRUCache[int, int] = LRUCache(_REMEMBERED)
        self._lock = Lock()

    def check(self, run: str) -> None:
        """Raises WorkerDied for a run that has killed too many workers."""
        with self._lock:
            deaths = self._deaths.get(hash(run), 0)
        if deaths >= _DEATHS:
            template = "This run has ended two workers, and is not tried again before the server's next start"
            raise WorkerDied(problem((), "workers_died", template))

    def count(self, run: str) -> None:
        """Count a worker death of a run."""
        with self._lock:
            self._deaths[hash(run)] = self._deaths.get(hash(run), 0) + 1
