"""From a store's URL to its parts."""

from dataclasses import dataclass
from pathlib import Path

from app.settings import BadSetting
from app.store.bucket import memory_bucket, s3_bucket
from app.store.budget import Budget
from app.store.requests import BucketRequests, FolderRequests, Requests
from app.store.scratch import Scratch
from app.store.shelf import Shelf
from app.store.traces import TraceFolder
from app.store.uploads import Uploads
from app.store_url import StoreAddress, parse


@dataclass(frozen=True)
class Parts:
    """What a store is made of. Without a shelf the folder of traces is all that there is of them."""

    scratch: Scratch
    requests: Requests
    traces: TraceFolder
    uploads: Uploads
    shelf: Shelf | None = None


def open_parts(folder: Path, max_bytes: int, url: str) -> Parts:
    """The parts of the store at a URL, `folder` being that of the server's own data. Nothing remote is asked yet.

    Raises ValueError for a URL that names no store, and BadSetting for a folder that cannot be made or written.
    """
    address = parse(url)
    try:
        if address.scheme == "s3":
            return _in_s3(folder, max_bytes, address)
        if address.scheme == "memory":
            return _in_memory(folder, max_bytes)
        return _in_folder(address.folder if address.scheme == "file" else folder, max_bytes)
    except OSError as error:
        field = "store_url" if address.scheme == "file" else "data_dir"
        raise BadSetting(field, f"The folder cannot be made or written: {error.strerror}") from error


def _in_folder(folder: Path, max_bytes: int) -> Parts:
    """Requests and traces share the folder and its budget."""
    scratch = Scratch(folder / "unfinished")
    requests = FolderRequests(folder / "requests", scratch, max_bytes)
    uploads = Uploads(folder / "uploads", requests.budget)
    return Parts(scratch, requests, TraceFolder(folder / "traces", requests.budget), uploads)


def _in_memory(folder: Path, max_bytes: int) -> Parts:
    """Requests in the memory of the process; traces, which are mapped, in the scratch folder."""
    scratch = Scratch(folder / "unfinished")
    budget = Budget(max_bytes)
    uploads = Uploads(scratch.path / "uploads", budget)
    traces = TraceFolder(scratch.path / "traces", budget)
    return Parts(scratch, BucketRequests(memory_bucket(), budget), traces, uploads)


def _in_s3(folder: Path, max_bytes: int, address: StoreAddress) -> Parts:
    """All in the bucket; the folder holds copies of traces, and the budget bounds those alone."""
    scratch = Scratch(folder / "unfinished")
    bucket = s3_bucket(address.bucket, address.prefix)
    budget = Budget(max_bytes)
    uploads = Uploads(folder / "uploads", budget, bucket)
    traces = TraceFolder(folder / "traces", budget)
    return Parts(scratch, BucketRequests(bucket, None), traces, uploads, Shelf(bucket))
