"""The bytes that a store may take."""

from threading import Lock

from ..core.errors import StoreFull
from ..core.settings import variable
from ..lstm.errors import Problem


class Budget:
    """A bound in bytes on what is kept for good, and what that leaves to traces, which can go at any time."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._kept = 0
        self._lock = Lock()

    @property
    def left(self) -> int:
        """What all traces together may take."""
        return self._max_bytes - self._kept

    @property
    def max_bytes(self) -> int:
        """The whole of it."""
        return self._max_bytes

    def note(self, size: int) -> None:
        """Count what was kept before, however much it is."""
        with self._lock:
            self._kept += size

    def take(self, size: int) -> None:
        """Count something that is to be kept for good. Raises StoreFull when it alone would pass the bound."""
        with self._lock:
            if size > self.left:
                raise full()
            self._kept += size

    def give_back(self, size: int) -> None:
        """It is not kept after all."""
        with self._lock:
            self._kept -= size


def full() -> StoreFull:
    """What is said of a full disk, and of a full budget."""
    sentence = f"The data folder is full; more room, or a higher {variable('max_store_bytes')}, is needed"
    return StoreFull(Problem((), "store_full", sentence))
