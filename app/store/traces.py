"""Traces as files in a folder: memory-mapped when they are read, evicted when space is needed."""

import os
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from threading import Lock

from ..lstm.trace import Trace
from ..lstm.tracefile.checksum import trust
from ..lstm.tracefile.storage import CorruptTrace, read_trace
from .atomic_files import move_into_place
from .budget import Budget, full

#: A trace and its metadata.
StoredTrace = tuple[Trace, dict[str, str]]


class TraceFolder:
    """Files `ID.safetensors`, evicted least recently used first.

    A trace that has been read stays readable after its eviction: it is mapped, and the file's bytes are freed with the
    last mapping. Several servers may share a folder; each rescans it whenever it has written a sixteenth of the budget.
    """

    def __init__(self, folder: Path, budget: Budget) -> None:
        self._folder = folder
        self._budget = budget
        self._lock = Lock()
        self._sizes: OrderedDict[str, int] = OrderedDict()
        self._written = 0
        folder.mkdir(parents=True, exist_ok=True)
        self._scan_folder()

    def path(self, trace_id: str) -> Path:
        """The path of a trace, if it is kept."""
        return self._folder / f"{trace_id}.safetensors"

    def has(self, trace_id: str) -> bool:
        """Whether a trace is kept."""
        return self.path(trace_id).exists()

    def read(self, trace_id: str) -> StoredTrace | None:
        """A kept trace, or None. Raises CorruptTrace for a damaged one, after removing it."""
        path = self.path(trace_id)
        try:
            found = read_trace(path)
        except FileNotFoundError:
            return None
        except CorruptTrace:
            self._forget(trace_id)
            raise
        with self._lock, suppress(FileNotFoundError):  # evicted in between
            os.utime(path)  # keeps the order of eviction across restarts
            trust(path)
            self._sizes[trace_id] = path.stat().st_size
            self._sizes.move_to_end(trace_id)
        return found

    def check_fits(self, size: int) -> None:
        """Raises StoreFull for a size that alone exceeds the budget."""
        if size > self._budget.left:
            raise full()

    def add(self, trace_id: str, temporary: Path) -> bool:
        """Move a finished file to its path unless that exists; returns whether it was moved. Evicts others if needed.

        Raises StoreFull when it alone exceeds the budget.
        """
        size = temporary.stat().st_size
        self.check_fits(size)
        with self._lock:
            if self.has(trace_id):
                return False
            self._evict_for(size)
            if not move_into_place(temporary, self.path(trace_id)):
                return False
            self._sizes[trace_id] = size
            return True

    def _evict_for(self, size: int) -> None:
        self._written += size
        if self._written > self._budget.max_bytes // 16:
            self._written = 0
            self._scan_folder()
        total = sum(self._sizes.values())
        while self._sizes and total > self._budget.left - size:
            evicted, freed = self._sizes.popitem(last=False)
            self.path(evicted).unlink(missing_ok=True)
            total -= freed

    def _scan_folder(self) -> None:
        """Read the folder's files, in order of last use."""
        found: list[tuple[int, str, int]] = []
        for path in self._folder.glob("*.safetensors"):
            with suppress(FileNotFoundError):  # evicted by another server
                about = path.stat()
                found.append((about.st_mtime_ns, path.stem, about.st_size))
        self._sizes = OrderedDict((trace_id, size) for _, trace_id, size in sorted(found))

    def _forget(self, trace_id: str) -> None:
        with self._lock:
            self._sizes.pop(trace_id, None)
            self.path(trace_id).unlink(missing_ok=True)
