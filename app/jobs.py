"""A run under way: how far it is, and how to end it, told between processes by a small file.

The one who wants the run begins its ticket; the one who computes writes on it, and ends when it is gone.
"""

import os
from contextlib import suppress
from pathlib import Path
from struct import Struct
from types import TracebackType
from typing import Self

import anyio

_NUMBERS = Struct("<qq")  # timesteps of cells that are done, and all
#: Seconds within which a run should end by itself when its ticket is gone.
GRACE = 1.0


class Cancelled(Exception):
    """Raised inside a run that nobody wants any more."""


class Job:
    """The side of the one who wants the run."""

    def __init__(self) -> None:
        self.cancelled = False
        self.scope: anyio.CancelScope | None = None  # leaving it kills the process that computes, if there is one
        self._ticket: Path | None = None

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

    def cancel(self) -> None:
        """End the run, at its next chunk; to be called on the event loop. One that does not end loses its process."""
        self.cancelled = True
        self.end()
        if self.scope is not None:
            self.scope.deadline = min(self.scope.deadline, anyio.current_time() + GRACE)


class Ticket:
    """The side of the one who computes. A context manager; without a file, nobody listens.

    server: the process that must go on living, if it is not this one.
    """

    def __init__(self, path: Path | None, server: int | None) -> None:
        self._descriptor = None if path is None else self._open(path)
        self._server = server

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

    def tell(self, done: int, total: int) -> None:
        """Say how far the run is. Raises Cancelled when nobody wants it any more, or the server is gone."""
        if self._server is not None and os.getppid() != self._server:
            raise Cancelled
        if self._descriptor is None:
            return
        if os.fstat(self._descriptor).st_nlink == 0:
            raise Cancelled
        os.pwrite(self._descriptor, _NUMBERS.pack(done, total), 0)
