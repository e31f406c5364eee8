"""Opening a store: from its URL to its parts."""

from dataclasses import dataclass
from pathlib import Path

from ..core.settings import BadSetting
from ..core.store_url import StoreAddress, parse
from .bucket import Bucket, memory_bucket, s3_bucket
from .budget import Budget
from .documents import BucketDocuments, Documents, FolderDocuments
from .scratch import Scratch
from .trace_bucket import TraceBucket
from .traces import TraceFolder
from .uploads import Uploads


@dataclass(frozen=True)
class Parts:
    """The parts of a store. trace_bucket: None if traces are kept only in the local folder."""

    scratch: Scratch
    requests: Documents
    accepted: Documents
    corpora: Documents
    traces: TraceFolder
    uploads: Uploads
    trace_bucket: TraceBucket | None = None


def open_parts(folder: Path, max_bytes: int, url: str) -> Parts:
    """The parts of the store at a URL; `folder` is the server's data folder. Does not contact a remote store.

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
    budget = Budget(max_bytes)
    requests = FolderDocuments(folder / "requests", scratch, budget)
    accepted = FolderDocuments(folder / "promises", scratch, None)
    corpora = FolderDocuments(folder / "corpora", scratch, budget)
    uploads = Uploads(folder / "uploads", budget)
    return Parts(scratch, requests, accepted, corpora, TraceFolder(folder / "traces", budget), uploads)


def _in_memory(folder: Path, max_bytes: int) -> Parts:
    """Requests in memory; traces, which are memory-mapped files, in the scratch folder."""
    scratch = Scratch(folder / "unfinished")
    budget = Budget(max_bytes)
    uploads = Uploads(scratch.path / "uploads", budget)
    traces = TraceFolder(scratch.path / "traces", budget)
    return Parts(scratch, *_documents(memory_bucket(), budget), traces, uploads)


def _in_s3(folder: Path, max_bytes: int, address: StoreAddress) -> Parts:
    """Everything in the bucket; the folder holds copies of traces, and the budget bounds only those."""
    scratch = Scratch(folder / "unfinished")
    bucket = s3_bucket(address.bucket, address.prefix)
    budget = Budget(max_bytes)
    uploads = Uploads(folder / "uploads", budget, bucket)
    traces = TraceFolder(folder / "traces", budget)
    return Parts(scratch, *_documents(bucket, None), traces, uploads, TraceBucket(bucket))


def _documents(bucket: Bucket, budget: Budget | None) -> tuple[Documents, Documents, Documents]:
    """Requests, accepted runs and corpora in a bucket."""
    return (
        BucketDocuments(bucket, "requests", budget),
        BucketDocuments(bucket, "promises", None, remembers=False),
        BucketDocuments(bucket, "corpora", budget),
    )
