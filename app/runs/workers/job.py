"""Progress and cancellation of a run, passed between processes through a small file, the ticket.

The requesting side (Job) creates the ticket; the worker (Ticket) writes progress to it, and stops when it is deleted.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from struct import Struct
from threading import Lock, Timer
from types import TracebackType
from typing import Self

_NUMBERS = Struct("<qq")  # timesteps of cells that are done, and their total
#: Seconds that a cancelled run has to end by itself before its process is killed.
GRACE = 1.0


class Cancelled(Exception):
    """Raised inside a run that has been cancelled."""

    outcome = "cancelled"


class Job:
    """The requesting side of a run.

    grace: seconds that it has to end by itself when it is cancelled; None for GRACE.
    """

    def __init__(self, grace: float | None = None) -> None:
        self.cancelled = False
        self._grace = grace
        self._ticket: Path | None = None
        self._end: Callable[[], None] | None = None
        self._lock = Lock()

    def begin(self, ticket: Path) -> None:
        """Create the ticket of a run that is about to start. Raises Cancelled."""
        ticket.write_bytes(b"")
        self._ticket = ticket
        if self.cancelled:
            raise Cancelled

    def end(self) -> None:
        """Delete the ticket: the run is over, or has to end."""
        if self._ticket is not None:
            self._ticket.unlink(missing_ok=True)

    def progress(self) -> tuple[int, int] | None:
        """(done, total) timesteps of cells; None before the run has begun and after it has ended."""
        if self._ticket is None:
            return None
        with suppress(OSError):
            content = self._ticket.read_bytes()
            if len(content) == _NUMBERS.size:
                done, total = _NUMBERS.unpack(content)
                return done, total
        return None

    def set_kill(self, end: Callable[[], None] | None) -> None:
        """Set the function that ends the run if it does not stop by itself; None when there is nothing to end."""
        with self._lock:
            self._end = end

    def cancel(self) -> None:
        """Cancel the run: it stops at its next chunk, or its process is killed after the grace period."""
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
    """The worker's side, a context manager. Without a file it does nothing."""

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
        """Report progress. Raises Cancelled when the ticket has been deleted."""
        if self._descriptor is None:
            return
        if os.fstat(self._descriptor).st_nlink == 0:
            raise Cancelled
        os.pwrite(self._descriptor, _NUMBERS.pack(done, total), 0)
