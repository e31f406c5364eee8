"""A run under way: how far it is, and how to end it, told between processes by a small file.

The one who wants the run begins its ticket; the one who computes writes on it, and ends when it is gone.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from struct import Struct
from threading import Lock, Timer
from types import TracebackType
from typing import Self

_NUMBERS = Struct("<qq")  # timesteps of cells that are done, and all
#: Seconds within which a run should end by itself when its ticket is gone.
GRACE = 1.0


class Cancelled(Exception):
    """Raised inside a run that nobody wants any more."""

    outcome = "cancelled"


class Job:
    """The side of the one who wants the run.

    grace: seconds within which it should end by itself when it is cancelled; None for GRACE.
    """

    def __init__(self, grace: float | None = None) -> None:
        self.cancelled = False
        self._grace = grace
        self._ticket: Path | None = None
        self._end: Callable[[], None] | None = None
        self._lock = Lock()

    def begin(self, ticket: Path) -> None:
        """Make the ticket of a run that is about to be computed. Raises Cancelled."""
        ticket.write_bytes(b"")
        self._ticket = ticket
        if self.cancelled:
            raise Cancelled

    def end(self) -> None:
        """Take the ticket away: the run is over, or shall be."""
        if self._ticket is not None:
            self._ticket.unlink(missing_ok=True)

    def progress(self) -> tuple[int, int] | None:
        """Timesteps of cells that are done, and all of them; None before it has begun, and when it has ended."""
        if self._ticket is None:
            return None
        with suppress(OSError):
            content = self._ticket.read_bytes()
            if len(content) == _NUMBERS.size:
                done, total = _NUMBERS.unpack(content)
                return done, total
        return None

    def ended_by(self, end: Callable[[], None] | None) -> None:
        """Know what to call to end it where it does not hear of that; None when there is nothing to end any more."""
        with self._lock:
            self._end = end

    def cancel(self) -> None:
        """End the run: at its next chunk, or with its process when it does not come to that soon."""
        self.cancelled = True
        self.end()
        timer = Timer(GRACE if self._grace is None else self._grace, self._end_process)
        timer.daemon = True
        timer.start()

    def _end_process(self) -> None:
        with self._lock:
            if self._end is not None:
                self._end()


class Ticket:
    """The side of the one who computes. A context manager; without a file, nobody listens."""

    def __init__(self, path: Path | None) -> None:
        self._descriptor = None if path is None else self._open(path)

    @staticmethod
    def _open(path: Path) -> int:
        try:
            return os.open(path, os.O_WRONLY)
        except FileNotFoundError:
            raise Cancelled from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)

    def report(self, done: int, total: int) -> None:
        """Say how far the run is. Raises Cancelled when nobody wants it any more."""
        if self._descriptor is None:
            return
        if os.fstat(self._descriptor).st_nlink == 0:
            raise Cancelled
        os.pwrite(self._descriptor, _NUMBERS.pack(done, total), 0)
