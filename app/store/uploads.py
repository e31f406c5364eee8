"""Uploaded weights files, converted, by the hash of the uploaded bytes."""

from contextlib import suppress
from pathlib import Path

from ..lstm.tracefile.checksum import checksum_matches
from .atomic_files import flush_file, flush_folder, move_into_place
from .bucket import Bucket
from .budget import Budget
from .ids import is_id


class Uploads:
    """Files `ID.safetensors` in a folder, kept until they are deleted, and in a bucket where servers share one.

    There is no listing: an id is the hash of a file, so only clients that had the file know it.
    """

    def __init__(self, folder: Path, budget: Budget, bucket: Bucket | None = None) -> None:
        self._folder = folder
        self._budget = budget
        self._bucket = bucket
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.glob("*.safetensors"):
            with suppress(FileNotFoundError):
                budget.take(path.stat().st_size)

    def path(self, upload_id: str, temporary: Path) -> Path | None:
        """The path of a file, or None. temporary: where to copy it from the bucket. Raises StoreUnavailable."""
        if not is_id(upload_id):
            return None
        path = self._path(upload_id)
        if path.exists() and not checksum_matches(path):
            self._forget(path)  # the bucket may have a valid copy; else it has to be uploaded again
        if self._bucket is None:
            return path if path.exists() else None
        if self._bucket.size(_key(upload_id)) is None:  # also if another server has deleted it
            self._forget(path)
            return None
        if not path.exists() and self._bucket.download(_key(upload_id), temporary):
            if not checksum_matches(temporary):
                self._bucket.remove(_key(upload_id))
                return None
            self._keep(temporary, path)
        return path if path.exists() else None

    def keep(self, upload_id: str, temporary: Path) -> Path:
        """Move a finished file to its path, unless that exists. Raises StoreFull, StoreUnavailable."""
        path = self._path(upload_id)
        if self._bucket is not None:
            self._bucket.upload(_key(upload_id), temporary)
        if not path.exists():
            self._keep(temporary, path)
        return path

    def remove(self, upload_id: str) -> bool:
        """Delete a file permanently; returns whether there was one. Raises StoreUnavailable."""
        if not is_id(upload_id):
            return False
        there = self._path(upload_id).exists()
        if self._bucket is not None:
            there = self._bucket.size(_key(upload_id)) is not None
            self._bucket.remove(_key(upload_id))
        self._forget(self._path(upload_id))
        return there

    def _keep(self, temporary: Path, path: Path) -> None:
        size = temporary.stat().st_size
        self._budget.take(size)
        created = False
        try:
            flush_file(temporary)
            created = move_into_place(temporary, path)
            flush_folder(self._folder)
        finally:
            if not created:
                self._budget.release(size)

    def _forget(self, path: Path) -> None:
        with suppress(FileNotFoundError):
            size = path.stat().st_size
            path.unlink()
            self._budget.release(size)

    def _path(self, upload_id: str) -> Path:
        return self._folder / f"{upload_id}.safetensors"


def _key(upload_id: str) -> str:
    return f"uploads/{upload_id}.safetensors"
