"""A bucket of objects, through obstore: in this process, or behind the S3 protocol."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from logging import getLogger
from pathlib import Path

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError
from obstore.store import MemoryStore, S3Store

from ..core.errors import StoreUnavailable
from ..core.settings import BadSetting
from ..lstm.errors import Problem

#: Bytes of one piece of an upload or a download: so much of a file is in memory, and must arrive within one timeout.
_PIECE = 8 * 2**20
#: Pieces of one file that are on their way at the same time.
_PIECES = 2
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")

log = getLogger("lstm_lens")


class Bucket:
    """Objects by key, each there whole or not at all. Every method raises StoreUnavailable without an answer."""

    def __init__(self, store: MemoryStore | S3Store) -> None:
        self._store = store

    def get(self, key: str) -> bytes | None:
        """A small object, or None if there is none."""
        with _told_when_away():
            try:
                return bytes(obstore.get(self._store, key).bytes())
            except FileNotFoundError as error:
                if "NoSuchBucket" in str(error):
                    raise _away(error) from error
                return None

    def size(self, key: str) -> int | None:
        """The bytes of an object, or None if there is none."""
        with _told_when_away():
            try:
                return obstore.head(self._store, key)["size"]
            except FileNotFoundError:
                return None

    def create(self, key: str, content: bytes | Path) -> bool:
        """Put a new object, in one piece; whether there was none yet. Of two at the same moment one is told no."""
        with _told_when_away():
            try:
                obstore.put(self._store, key, content, mode="create")
            except AlreadyExistsError:
                return False
            except FileNotFoundError as error:  # no such bucket
                raise _away(error) from error
            return True

    def upload(self, key: str, path: Path) -> bool:
        """Put a new object from a file of any size; whether there was none yet.

        obstore has no condition for what goes up in many pieces: for a large file it is looked first, and of two that
        come at the same moment the later one stands, as whole as the earlier one was.
        """
        if path.stat().st_size <= _PIECE:
            return self.create(key, path)
        if self.size(key) is not None:
            return False
        with _told_when_away():
            try:
                obstore.put(self._store, key, path, use_multipart=True, chunk_size=_PIECE, max_concurrency=_PIECES)
            except FileNotFoundError as error:
                raise _away(error) from error
        return True

    def download(self, key: str, path: Path) -> bool:
        """Write an object to a new file, in pieces, down to the disk; whether there was one.

        One that is replaced meanwhile is as good as gone: the file would hold pieces of both.
        """
        with _told_when_away():
            try:
                found = obstore.head(self._store, key)
                with path.open("xb") as file:
                    for start in range(0, found["size"], _PIECE):
                        stop = min(start + _PIECE, found["size"])
                        file.write(
                            obstore.get(
                                self._store, key, options={"range": (start, stop), "if_match": found["e_tag"]}
                            ).bytes()
                        )
                    file.flush()
                    os.fsync(file.fileno())
            except (FileNotFoundError, PreconditionError):
                return False
            return True

    def remove(self, key: str) -> None:
        """Remove an object, if it is there."""
        with _told_when_away():
            try:
                obstore.delete(self._store, key)
            except FileNotFoundError:
                return


def memory_bucket() -> Bucket:
    """A bucket that ends with the process."""
    return Bucket(MemoryStore())


def s3_bucket(name: str, prefix: str) -> Bucket:
    """A bucket behind the S3 protocol; credentials, region and endpoint come from the AWS_* variables.

    Nothing is asked of it yet. Raises BadSetting for a variable that cannot be read.
    """
    endpoint = next((os.environ[name] for name in _ENDPOINTS if os.environ.get(name)), "")
    try:
        store = S3Store(
            name,
            prefix=prefix or None,
            config={"conditional_put": "etag"},  # If-None-Match, whatever AWS_CONDITIONAL_PUT says
            client_options={
                "allow_http": endpoint.startswith("http://"),  # asked for by its name
                "connect_timeout": timedelta(seconds=3),
                "timeout": timedelta(seconds=30),
            },
            # who waits for a reply is told soon, and can try again
            retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=10)},
        )
    except (BaseError, ValueError) as error:
        raise BadSetting("store_url", f"The AWS_* variables do not describe a store: {_first_line(error)}") from None
    return Bucket(store)


@contextmanager
def _told_when_away() -> Iterator[None]:
    try:
        yield
    except (AlreadyExistsError, PreconditionError):
        raise
    except BaseError as error:
        raise _away(error) from error


def _away(error: Exception) -> StoreUnavailable:
    """Clients are told that it is away, and the log why: an error of the protocol names hosts and buckets."""
    log.warning("the store cannot be reached: %s", _first_line(error))
    return StoreUnavailable(Problem((), "store_away", "The store cannot be reached; try again later"))


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
