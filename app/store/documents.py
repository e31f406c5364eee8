"""Small documents by id: requests, accepted runs and corpora. In a folder, or in a bucket."""

from collections import OrderedDict
from pathlib import Path
from threading import Lock
from typing import Protocol

from .atomic_files import flush_folder, move_into_place, store_full_when_no_space, write
from .bucket import Bucket
from .budget import Budget
from .scratch import Scratch

#: Documents that are known to be in the bucket, to save requests.
_REMEMBERED = 10_000


class Documents(Protocol):
    """Immutable documents of one kind."""

    def get(self, own_id: str) -> bytes | None:
        """The document of an id, or None. Raises StoreUnavailable."""

    def keep(self, own_id: str, content: bytes) -> None:
        """Keep a document unless it is kept already. Raises StoreFull, StoreUnavailable."""

    def remove(self, own_id: str) -> None:
        """Delete a document, if it exists. Raises StoreUnavailable."""


class FolderDocuments:
    """Documents as files, flushed to the disk together with their folder.

    budget: shared with the other contents of the store; None for documents with another limit.
    """

    def __init__(self, folder: Path, scratch: Scratch, budget: Budget | None) -> None:
        self._folder = folder
        self._scratch = scratch
        self._budget = budget
        folder.mkdir(parents=True, exist_ok=True)
        flush_folder(folder.parent)
        if budget is not None:
            budget.note(sum(path.stat().st_size for path in folder.glob("*.json")))

    def get(self, own_id: str) -> bytes | None:
        """The document of an id, or None."""
        try:
            return self._path(own_id).read_bytes()
        except FileNotFoundError:
            return None

    def keep(self, own_id: str, content: bytes) -> None:
        """Keep a document unless it is kept already. Raises StoreFull."""
        path = self._path(own_id)
        if path.exists():
            return
        budget = self._budget or Budget(len(content))
        budget.take(len(content))
        created = False
        try:
            temporary = self._scratch.file(own_id)
            with store_full_when_no_space(temporary):
                write(temporary, content)
                created = move_into_place(temporary, path)
                flush_folder(self._folder)
        finally:
            if not created:
                budget.release(len(content))

    def remove(self, own_id: str) -> None:
        """Delete a document that no budget counts, if it exists; a power failure may restore it."""
        self._path(own_id).unlink(missing_ok=True)

    def _path(self, own_id: str) -> Path:
        return self._folder / f"{own_id}.json"


class BucketDocuments:
    """Documents as objects. `budget` bounds those that this process keeps; None for a remote bucket.

    remembers: whether to cache which documents are kept; False if other servers delete them.
    """

    def __init__(self, bucket: Bucket, kind: str, budget: Budget | None, *, remembers: bool = True) -> None:
        self._bucket = bucket
        self._kind = kind
        self._budget = budget
        self._remembered = _REMEMBERED if remembers else 0
        self._lock = Lock()
        self._kept: OrderedDict[str, None] = OrderedDict()

    def get(self, own_id: str) -> bytes | None:
        """The document of an id, or None. Raises StoreUnavailable."""
        return self._bucket.get(self._key(own_id))

    def keep(self, own_id: str, content: bytes) -> None:
        """Keep a document unless it is kept already. Raises StoreFull, StoreUnavailable."""
        with self._lock:
            if own_id in self._kept:
                self._kept.move_to_end(own_id)
                return
        if self._bucket.size(self._key(own_id)) is None:  # saves the transfer of a large document
            self._create(own_id, content)
        with self._lock:
            self._kept[own_id] = None
            while len(self._kept) > self._remembered:
                self._kept.popitem(last=False)

    def remove(self, own_id: str) -> None:
        """Delete a document that no budget counts, if it exists. Raises StoreUnavailable."""
        with self._lock:
            self._kept.pop(own_id, None)
        self._bucket.remove(self._key(own_id))

    def _create(self, own_id: str, content: bytes) -> None:
        budget = self._budget or Budget(len(content))
        budget.take(len(content))
        created = False
        try:
            created = self._bucket.create(self._key(own_id), content)
        finally:
            if not created:
                budget.release(len(content))

    def _key(self, own_id: str) -> str:
        return f"{self._kind}/{own_id}.json"
