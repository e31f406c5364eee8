"""Small documents by id: what ids stand for, and what has been promised. In a folder, or in a bucket."""

from collections import OrderedDict
from pathlib import Path
from threading import Lock
from typing import Protocol

from .atomic_files import flush_folder, place, store_full_when_no_space, write
from .bucket import Bucket
from .budget import Budget
from .scratch import Scratch

#: Documents that are remembered to be in the bucket, so that nobody has to ask for them.
_REMEMBERED = 10_000


class Documents(Protocol):
    """Documents of one kind, never changed."""

    def get(self, own_id: str) -> bytes | None:
        """The document of an id, or None. Raises StoreUnavailable."""

    def keep(self, own_id: str, content: bytes) -> None:
        """Keep a document unless it is kept already. Raises StoreFull, StoreUnavailable."""

    def remove(self, own_id: str) -> None:
        """Remove a document, if it is there. Raises StoreUnavailable."""


class FolderDocuments:
    """Documents as files: what has been kept is on the disk, in its file and in its folder.

    budget: shared with whatever else lies beside the folder; None for documents that others bound.
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
                created = place(temporary, path)
                flush_folder(self._folder)
        finally:
            if not created:
                budget.give_back(len(content))

    def remove(self, own_id: str) -> None:
        """Remove a document that no budget counts, if it is there; a power cut may bring it back."""
        self._path(own_id).unlink(missing_ok=True)

    def _path(self, own_id: str) -> Path:
        return self._folder / f"{own_id}.json"


class BucketDocuments:
    """Documents as objects. `budget` bounds those that this process keeps; in a bucket of one's own nothing does.

    remembers: whether it knows by itself what it has kept; not where others remove what they kept.
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
        if self._bucket.size(self._key(own_id)) is None:  # else a large one would travel for nothing
            self._create(own_id, content)
        with self._lock:
            self._kept[own_id] = None
            while len(self._kept) > self._remembered:
                self._kept.popitem(last=False)

    def remove(self, own_id: str) -> None:
        """Remove a document that no budget counts, if it is there. Raises StoreUnavailable."""
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
                budget.give_back(len(content))

    def _key(self, own_id: str) -> str:
        return f"{self._kind}/{own_id}.json"
