"""Traces and the requests that they answer, kept by the hash of the request.

A request is kept for good, small as it is; its trace can be evicted at any time and computed again.
Every file is written beside its place, flushed to the disk and then renamed, so that it is there whole or not at all.
"""

import errno
import os
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from threading import Lock

from app.errors import StoreFull
from app.lstm.errors import Problem
from app.lstm.storage import CorruptTrace, read
from app.lstm.trace import Trace
from app.settings import variable

ID_LENGTH = 32
_ID_LETTERS = frozenset("0123456789abcdef")
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def is_id(text: str) -> bool:
    """Whether a text has the form of an id; nothing else may become part of a path."""
    return len(text) == ID_LENGTH and _ID_LETTERS.issuperset(text)


class Store:
    """A folder of requests (`requests/ID.json`) and traces (`traces/ID.safetensors`), bounded in bytes."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._requests, self._traces = folder / "requests", folder / "traces"
        self._max_bytes = max_bytes
        self._lock = Lock()
        for part in (self._requests, self._traces):
            part.mkdir(parents=True, exist_ok=True)
            for left_over in part.glob("*.tmp"):
                left_over.unlink(missing_ok=True)
        self._request_bytes = sum(path.stat().st_size for path in self._requests.glob("*.json"))
        by_age = sorted((path.stat().st_mtime, path) for path in self._traces.glob("*.safetensors"))
        self._sizes = OrderedDict((path.stem, path.stat().st_size) for _, path in by_age)

    def trace_path(self, trace_id: str) -> Path:
        """Where a trace lies, if it is kept."""
        return self._traces / f"{trace_id}.safetensors"

    def request(self, trace_id: str) -> bytes | None:
        """The kept request of an id, or None."""
        if not is_id(trace_id):
            return None
        try:
            return (self._requests / f"{trace_id}.json").read_bytes()
        except FileNotFoundError:
            return None

    def keep_request(self, trace_id: str, content: bytes) -> None:
        """Keep what an id stands for. Raises StoreFull when kept requests alone would pass the limit."""
        path = self._requests / f"{trace_id}.json"
        with self._lock:
            if path.exists():
                return
            if self._request_bytes + len(content) > self._max_bytes:
                raise _full()
            self._request_bytes += len(content)
        try:
            _write(path, content)
        except BaseException:
            with self._lock:
                self._request_bytes -= len(content)
            raise

    def has_trace(self, trace_id: str) -> bool:
        """Whether a trace is kept."""
        return is_id(trace_id) and self.trace_path(trace_id).exists()

    def trace(self, trace_id: str) -> tuple[Trace, dict[str, str]] | None:
        """A kept trace and its metadata, or None if it was never computed, was evicted, or is damaged."""
        if not is_id(trace_id):
            return None
        path = self.trace_path(trace_id)
        try:
            found = read(path)
            os.utime(path)  # survives a restart as the order of eviction
        except FileNotFoundError:
            return None
        except CorruptTrace:
            self._forget(trace_id)
            return None
        with self._lock:
            if trace_id in self._sizes:
                self._sizes.move_to_end(trace_id)
        return found

    def keep_trace(self, trace_id: str, write: Callable[[Path], None]) -> tuple[Trace, dict[str, str]]:
        """Keep the trace that `write` writes to the path it is given, and evict those used least recently.

        The trace that is returned stays readable whatever is evicted later. Raises StoreFull when it does not fit
        even alone.
        """
        temporary = self._traces / f"{trace_id}.{token_hex(8)}.tmp"
        with _told_when_full(temporary):
            write(temporary)
            found = read(temporary)
            self._make_room(trace_id, temporary.stat().st_size)
            temporary.replace(self.trace_path(trace_id))
        return found

    def _make_room(self, trace_id: str, size: int) -> None:
        with self._lock:
            room = self._max_bytes - self._request_bytes - size
            if room < 0:
                raise _full()
            self._sizes.pop(trace_id, None)
            while sum(self._sizes.values()) > room:
                evicted, _ = self._sizes.popitem(last=False)
                self.trace_path(evicted).unlink(missing_ok=True)
            self._sizes[trace_id] = size

    def _forget(self, trace_id: str) -> None:
        with self._lock:
            self._sizes.pop(trace_id, None)
        self.trace_path(trace_id).unlink(missing_ok=True)


def _write(path: Path, content: bytes) -> None:
    """Write a whole file or none. Raises StoreFull when the disk has no room."""
    temporary = path.with_name(f"{path.stem}.{token_hex(8)}.tmp")
    with _told_when_full(temporary):
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)


@contextmanager
def _told_when_full(temporary: Path) -> Iterator[None]:
    """Whatever goes wrong, the temporary file does not stay; a disk without room is a StoreFull."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise _full() from error
        raise
    finally:
        temporary.unlink(missing_ok=True)


def _full() -> StoreFull:
    sentence = f"The data folder is full; more room, or a higher {variable('max_store_bytes')}, is needed"
    return StoreFull(Problem((), "store_full", sentence))
