"""The byte budget of a store."""

from threading import Lock

from ..core.errors import StoreFull
from ..core.settings import variable
from ..lstm.errors import problem


class Budget:
    """A limit in bytes on what is kept permanently; what it leaves is for traces, which can be evicted."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._kept = 0
        self._lock = Lock()

    @property
    def left(self) -> int:
        """Bytes that all traces together may take."""
        return self._max_bytes - self._kept

    @property
    def max_bytes(self) -> int:
        """The whole budget."""
        return self._max_bytes

    def note(self, size: int) -> None:
        """Count what is on the disk already, without a check."""
        with self._lock:
            self._kept += size

    def take(self, size: int) -> None:
        """Count something that is to be kept permanently. Raises StoreFull when that would exceed the limit."""
        with self._lock:
            if size > self.left:
                raise full()
            self._kept += size

    def release(self, size: int) -> None:
        """Uncount something that was not kept after all."""
        with self._lock:
            self._kept -= size


def full() -> StoreFull:
    """The error for a full disk and for a full budget."""
    template = "The data folder is full; more room, or a higher {setting}, is needed"
    return StoreFull(problem((), "store_full", template, setting=variable("max_store_bytes")))
