"""One at a time, for each of many things."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class NamedLocks:
    """Locks by name, there as long as somebody holds or waits for them."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._locks: dict[str, tuple[Lock, int]] = {}  # with the number of those who hold or wait

    @contextmanager
    def hold(self, name: str) -> Iterator[None]:
        """Wait for the lock of a name, and have it inside the block."""
        with self._guard:
            lock, others = self._locks.get(name, (Lock(), 0))
            self._locks[name] = (lock, others + 1)
        try:
            with lock:
                yield
        finally:
            with self._guard:
                _, count = self._locks.pop(name)
                if count > 1:
                    self._locks[name] = (lock, count - 1)
