"""Traces and the requests that they answer, kept by the hash of the request, and uploaded files, behind one URL.

A request is kept for good, small as it is; its trace can be evicted at any time and computed again. Both are written
once: what comes second drops its copy, so that servers which share a store need no lock between them.

| URL | Requests | Traces |
| --- | --- | --- |
| none, or `file:///FOLDER` | files in the folder | files in the folder, evicted to keep within the budget |
| `memory://` | in the memory of the process | files in a folder that goes with it, within the budget |
| `s3://BUCKET/PREFIX` | objects | objects, and copies of them in the data folder, within the budget |

Uploaded files lie beside the traces, in the bucket too, and are kept until they are removed. The same holds for the
lists of the runs of corpora, and for promises: the requests of long runs from their start to their end.

A trace is always read from a file of this machine, mapped into memory.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from ..lstm.tracefile.checksum import trust
from ..lstm.tracefile.storage import CorruptTrace, read_trace
from .atomic_files import store_full_when_no_space
from .ids import ID_LENGTH, is_id
from .named_locks import NamedLocks
from .open_parts import open_parts
from .trace_bucket import TraceBucket
from .traces import StoredTrace

__all__ = ["ID_LENGTH", "Store", "StoredTrace", "is_id"]


class Store:
    """Requests and traces, bounded in bytes. Every method of a remote store may raise StoreUnavailable."""

    def __init__(self, folder: Path, max_bytes: int, url: str = "") -> None:
        """Open a store; a remote one is not asked for anything yet.

        Raises ValueError for a URL that names no store, and BadSetting for a setting that cannot work.
        """
        parts = open_parts(folder, max_bytes, url)
        self._scratch, self._requests = parts.scratch, parts.requests
        self._accepted, self._corpora = parts.accepted, parts.corpora
        self._traces, self._trace_bucket = parts.traces, parts.trace_bucket
        self._uploads = parts.uploads
        self._locks = NamedLocks()

    def trace_path(self, trace_id: str) -> Path:
        """Where a trace lies once it has been read, as long as it is not evicted."""
        return self._traces.path(trace_id)

    def request(self, trace_id: str) -> bytes | None:
        """The kept request of an id, or None."""
        return self._requests.get(trace_id) if is_id(trace_id) else None

    def keep_request(self, trace_id: str, content: bytes) -> None:
        """Keep what an id stands for. Raises StoreFull when kept requests alone would pass the limit."""
        self._requests.keep(trace_id, content)

    def accepted(self, trace_id: str) -> bytes | None:
        """The request of a run that was promised to somebody and is not over, or None."""
        return self._accepted.get(trace_id) if is_id(trace_id) else None

    def accept(self, trace_id: str, content: bytes) -> None:
        """Keep the request of a run before somebody is told that it will be computed. Raises StoreFull."""
        self._accepted.keep(trace_id, content)

    def settle(self, trace_id: str) -> None:
        """The run is over, however it ended."""
        self._accepted.remove(trace_id)

    def corpus(self, corpus_id: str) -> bytes | None:
        """The kept list of runs of a corpus, or None."""
        return self._corpora.get(corpus_id) if is_id(corpus_id) else None

    def keep_corpus(self, corpus_id: str, content: bytes) -> None:
        """Keep the list of runs of a corpus. Raises StoreFull."""
        self._corpora.keep(corpus_id, content)

    def has_trace(self, trace_id: str) -> bool:
        """Whether a trace is kept."""
        if not is_id(trace_id):
            return False
        return self._traces.has(trace_id) or (
            self._trace_bucket is not None and self._trace_bucket.size(trace_id) is not None
        )

    def trace(self, trace_id: str) -> StoredTrace | None:
        """A kept trace and its metadata, or None if it was never computed, was evicted, or is damaged.

        Raises StoreFull for one that another server has kept and that does not fit here.
        """
        if not is_id(trace_id):
            return None
        found = self._copy(trace_id)
        return found if found is not None or self._trace_bucket is None else self._fetch(trace_id, self._trace_bucket)

    def keep_trace(self, trace_id: str, write: Callable[[Path], None]) -> StoredTrace:
        """Keep the trace that `write` writes to the path it is given, and evict those used least recently.

        The trace that is returned stays readable whatever is evicted later; it is the one that was kept first, where
        another run was faster. Raises StoreFull when it does not fit even alone.
        """
        temporary = self._scratch.file(trace_id)
        with store_full_when_no_space(temporary):
            write(temporary)
            trust(temporary)
            found = read_trace(temporary)
            self._traces.check_fits(temporary.stat().st_size)
            first = self._trace_bucket is None or self._trace_bucket.put(trace_id, temporary)
            if first and self._traces.add(trace_id, temporary):
                return found
        return self.trace(trace_id) or found

    @contextmanager
    def scratch(self, name: str) -> Iterator[Path]:
        """A path for a file that is gone after the block. Raises StoreFull where the disk has no room for it."""
        path = self._scratch.file(name)
        with store_full_when_no_space(path):
            yield path

    def nameless(self, write: Callable[[Path], None]) -> BinaryIO:
        """What `write` writes to the path it is given, to be read: a file that is gone once it is closed.

        Raises StoreFull."""
        temporary = self._scratch.file("nameless")
        with store_full_when_no_space(temporary):
            write(temporary)
            return temporary.open("rb")

    def upload_path(self, upload_id: str) -> Path | None:
        """Where an uploaded file lies, or None if there is none. Raises StoreFull."""
        temporary = self._scratch.file("upload")
        with store_full_when_no_space(temporary):
            return self._uploads.path(upload_id, temporary)

    def keep_upload(self, upload_id: str, write: Callable[[Path], None]) -> Path:
        """Keep the file that `write` writes to the path it is given; where it lies then. Raises StoreFull."""
        temporary = self._scratch.file(upload_id)
        with store_full_when_no_space(temporary):
            write(temporary)
            return self._uploads.keep(upload_id, temporary)

    def remove_upload(self, upload_id: str) -> bool:
        """Remove an uploaded file for good; whether there was one."""
        return self._uploads.remove(upload_id)

    def _copy(self, trace_id: str) -> StoredTrace | None:
        with suppress(CorruptTrace):  # removed; a bucket may have a sound one
            return self._traces.read(trace_id)
        return None

    def _fetch(self, trace_id: str, bucket: TraceBucket) -> StoredTrace | None:
        """A trace from the bucket, which is then also here. One thread at a time, since it may be large."""
        with self._locks.hold(trace_id):
            found = self._copy(trace_id)  # the thread before this one may have brought it
            size = bucket.size(trace_id) if found is None else None
            if size is None:
                return found
            self._traces.check_fits(size)
            temporary = self._scratch.file(trace_id)
            with store_full_when_no_space(temporary):
                if not bucket.take(trace_id, temporary):
                    return None
                try:
                    found = read_trace(temporary)
                except CorruptTrace:
                    bucket.remove(trace_id)
                    return None
                self._traces.add(trace_id, temporary)
            return found
