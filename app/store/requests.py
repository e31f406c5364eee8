"""The requests behind ids: small, and kept for good."""

from collections import OrderedDict
from pathlib import Path
from threading import Lock
from typing import Protocol

from app.store.bucket import Bucket
from app.store.budget import Budget
from app.store.durable import place, sync_folder, told_when_full, write
from app.store.scratch import Scratch

#: Requests that are remembered to be in the bucket, so that nobody has to ask for them.
_REMEMBERED = 10_000


class Requests(Protocol):
    """What ids stand for. Never removed, never changed."""

    def get(self, request_id: str) -> bytes | None:
        """The request of an id, or None. Raises StoreAway."""

    def keep(self, request_id: str, content: bytes) -> None:
        """Keep a request unless it is kept already. Raises StoreFull, StoreAway."""


class FolderRequests:
    """Requests as files: what has been kept is on the disk, in its file and in its folder."""

    def __init__(self, folder: Path, scratch: Scratch, max_bytes: int) -> None:
        self._folder = folder
        self._scratch = scratch
        folder.mkdir(parents=True, exist_ok=True)
        sync_folder(folder.parent)
        #: Shared with the traces beside them.
        self.budget = Budget(max_bytes, kept=sum(path.stat().st_size for path in folder.glob("*.json")))

    def get(self, request_id: str) -> bytes | None:
        """The request of an id, or None."""
        try:
            return self._path(request_id).read_bytes()
        except FileNotFoundError:
            return None

    def keep(self, request_id: str, content: bytes) -> None:
        """Keep a request unless it is kept already. Raises StoreFull."""
        path = self._path(request_id)
        if path.exists():
            return
        self.budget.take(len(content))
        created = False
        try:
            temporary = self._scratch.file(request_id)
            with told_when_full(temporary):
                write(temporary, content)
                created = place(temporary, path)
                sync_folder(self._folder)
        finally:
            if not created:
                self.budget.give_back(len(content))

    def _path(self, request_id: str) -> Path:
        return self._folder / f"{request_id}.json"


class BucketRequests:
    """Requests as objects. `budget` bounds those that this process keeps; in a bucket of one's own nothing does."""

    def __init__(self, bucket: Bucket, budget: Budget | None) -> None:
        self._bucket = bucket
        self._budget = budget
        self._lock = Lock()
        self._kept: OrderedDict[str, None] = OrderedDict()

    def get(self, request_id: str) -> bytes | None:
        """The request of an id, or None. Raises StoreAway."""
        return self._bucket.get(_key(request_id))

    def keep(self, request_id: str, content: bytes) -> None:
        """Keep a request unless it is kept already. Raises StoreFull, StoreAway."""
        with self._lock:
            if request_id in self._kept:
                self._kept.move_to_end(request_id)
                return
        if self._bucket.size(_key(request_id)) is None:  # else a large one would travel for nothing
            self._create(request_id, content)
        with self._lock:
            self._kept[request_id] = None
            while len(self._kept) > _REMEMBERED:
                self._kept.popitem(last=False)

    def _create(self, request_id: str, content: bytes) -> None:
        budget = self._budget or Budget(len(content))
        budget.take(len(content))
        created = False
        try:
            created = self._bucket.create(_key(request_id), content)
        finally:
            if not created:
                budget.give_back(len(content))


def _key(request_id: str) -> str:
    return f"requests/{request_id}.json"
