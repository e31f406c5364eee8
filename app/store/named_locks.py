"""One at a time, for each of many things."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class Turns:
    """Locks by name, there as long as somebody holds or waits for them."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._turns: dict[str, tuple[Lock, int]] = {}  # with the number of those who hold or wait

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """Wait for the turn of a name, and have it inside the block."""
        with self._lock:
            turn, others = self._turns.get(name, (Lock(), 0))
            self._turns[name] = (turn, others + 1)
        try:
            with turn:
                yield
        finally:
            with self._lock:
                _, count = self._turns.pop(name)
                if count > 1:
                    self._turns[name] = (turn, count - 1)
