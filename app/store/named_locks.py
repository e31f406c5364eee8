"""Named locks: mutual exclusion per name."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class NamedLocks:
    """Locks by name, each there as long as it is held or waited for."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._locks: dict[str, tuple[Lock, int]] = {}  # with the number of holders and waiters

    @contextmanager
    def hold(self, name: str) -> Iterator[None]:
        """Hold the lock of a name inside the block."""
        with self._guard:
            lock, users = self._locks.get(name, (Lock(), 0))
            self._locks[name] = (lock, users + 1)
        try:
            with lock:
                yield
        finally:
            with self._guard:
                _, users = self._locks.pop(name)
                if users > 1:
                    self._locks[name] = (lock, users - 1)
