"""Traces, the requests that they answer, and uploaded files, by hash and behind one URL.

A request is small and kept permanently; its trace can be evicted at any time and computed again. Both are write-once:
the second writer drops its copy, so that servers which share a store need no lock between them.

| URL | Requests | Traces |
| --- | --- | --- |
| none, or `file:///FOLDER` | files in the folder | files in the folder, evicted to stay within the budget |
| `memory://` | in the memory of the process | files in a temporary folder of the process, within the budget |
| `s3://BUCKET/PREFIX` | objects | objects, and copies of them in the data folder, within the budget |

Uploaded files are stored beside the traces, in the bucket too, and are kept until they are deleted. The same holds for
the lists of the runs of corpora, and for accepted runs: the requests of long runs from their start to their end.

A trace is always read from a local file, mapped into memory.
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
        """Open a store, without contacting a remote one.

        Raises ValueError for a URL that names no store, and BadSetting for a setting that cannot work.
        """
        parts = open_parts(folder, max_bytes, url)
        self._scratch, self._requests = parts.scratch, parts.requests
        self._accepted, self._corpora = parts.accepted, parts.corpora
        self._traces, self._trace_bucket = parts.traces, parts.trace_bucket
        self._uploads = parts.uploads
        self._locks = NamedLocks()

    def trace_path(self, trace_id: str) -> Path:
        """The file of a trace once it has been read, and until it is evicted."""
        return self._traces.path(trace_id)

    def request(self, trace_id: str) -> bytes | None:
        """The kept request of an id, or None."""
        return self._requests.get(trace_id) if is_id(trace_id) else None

    def keep_request(self, trace_id: str, content: bytes) -> None:
        """Keep the request of an id. Raises StoreFull when the kept requests alone would exceed the limit."""
        self._requests.keep(trace_id, content)

    def accepted(self, trace_id: str) -> bytes | None:
        """The request of an accepted run that is not over, or None."""
        return self._accepted.get(trace_id) if is_id(trace_id) else None

    def accept(self, trace_id: str, content: bytes) -> None:
        """Keep the request of a run before its client gets a 202. Raises StoreFull."""
        self._accepted.keep(trace_id, content)

    def settle(self, trace_id: str) -> None:
        """Remove an accepted run that is over, however it ended."""
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

        Raises StoreFull for one that another server has kept and that exceeds this server's budget.
        """
        if not is_id(trace_id):
            return None
        found = self._copy(trace_id)
        return found if found is not None or self._trace_bucket is None else self._fetch(trace_id, self._trace_bucket)

    def keep_trace(self, trace_id: str, write: Callable[[Path], None]) -> StoredTrace:
        """Keep the trace that `write` writes to the path it is given, and evict those used least recently.

        The returned trace stays readable after an eviction; if another writer was first, it is that writer's trace.
        Raises StoreFull when it alone exceeds the budget.
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
        """A path for a temporary file, deleted after the block. Raises StoreFull when the disk is full."""
        path = self._scratch.file(name)
        with store_full_when_no_space(path):
            yield path

    def unnamed_file(self, write: Callable[[Path], None]) -> BinaryIO:
        """An open temporary file with what `write` writes to the path it is given, deleted when it is closed.

        Raises StoreFull.
        """
        temporary = self._scratch.file("unnamed")
        with store_full_when_no_space(temporary):
            write(temporary)
            return temporary.open("rb")

    def upload_path(self, upload_id: str) -> Path | None:
        """The path of an uploaded file, or None if there is none. Raises StoreFull."""
        temporary = self._scratch.file("upload")
        with store_full_when_no_space(temporary):
            return self._uploads.path(upload_id, temporary)

    def keep_upload(self, upload_id: str, write: Callable[[Path], None]) -> Path:
        """Keep the file that `write` writes to the path it is given; returns its final path. Raises StoreFull."""
        temporary = self._scratch.file(upload_id)
        with store_full_when_no_space(temporary):
            write(temporary)
            return self._uploads.keep(upload_id, temporary)

    def remove_upload(self, upload_id: str) -> bool:
        """Delete an uploaded file permanently; returns whether there was one."""
        return self._uploads.remove(upload_id)

    def _copy(self, trace_id: str) -> StoredTrace | None:
        with suppress(CorruptTrace):  # the damaged file has been removed; the bucket may have a valid copy
            return self._traces.read(trace_id)
        return None

    def _fetch(self, trace_id: str, bucket: TraceBucket) -> StoredTrace | None:
        """A trace from the bucket, copied to this server. One thread at a time per trace, since it may be large."""
        with self._locks.hold(trace_id):
            found = self._copy(trace_id)  # another thread may have copied it while this one waited
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
