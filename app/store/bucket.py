"""An object store bucket, through obstore: in this process, or behind the S3 protocol."""

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
from ..lstm.errors import problem

#: Bytes of one part of an upload or a download: held in memory, and transferred within one timeout.
_PIECE = 8 * 2**20
#: Parts of one file that are transferred at the same time.
_PIECES = 2
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")

log = getLogger("lstm_lens")


class Bucket:
    """Objects by key, each complete or absent. Every method raises StoreUnavailable when the store does not answer."""

    def __init__(self, store: MemoryStore | S3Store) -> None:
        self._store = store

    def get(self, key: str) -> bytes | None:
        """The content of a small object, or None if there is none."""
        with _unavailable_errors():
            try:
                return bytes(obstore.get(self._store, key).bytes())
            except FileNotFoundError as error:
                if "NoSuchBucket" in str(error):
                    raise _unavailable(error) from error
                return None

    def size(self, key: str) -> int | None:
        """The size of an object in bytes, or None if there is none."""
        with _unavailable_errors():
            try:
                return obstore.head(self._store, key)["size"]
            except FileNotFoundError:
                return None

    def create(self, key: str, content: bytes | Path) -> bool:
        """Put a new object in one request; returns False if it exists. Of two concurrent writers one gets False."""
        with _unavailable_errors():
            try:
                obstore.put(self._store, key, content, mode="create")
            except AlreadyExistsError:
                return False
            except FileNotFoundError as error:  # the bucket does not exist
                raise _unavailable(error) from error
            return True

    def upload(self, key: str, path: Path) -> bool:
        """Put a new object from a file of any size; returns False if it exists.

        obstore has no conditional multipart put: for a large file existence is checked first, and of two concurrent
        uploads the later one replaces the earlier, each of them complete.
        """
        if path.stat().st_size <= _PIECE:
            return self.create(key, path)
        if self.size(key) is not None:
            return False
        with _unavailable_errors():
            try:
                obstore.put(self._store, key, path, use_multipart=True, chunk_size=_PIECE, max_concurrency=_PIECES)
            except FileNotFoundError as error:
                raise _unavailable(error) from error
        return True

    def download(self, key: str, path: Path) -> bool:
        """Write an object to a new file, in parts, flushed to the disk; returns False if there is none.

        One that is replaced during the download counts as missing: the file would mix both versions.
        """
        with _unavailable_errors():
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
        """Delete an object, if it exists."""
        with _unavailable_errors():
            try:
                obstore.delete(self._store, key)
            except FileNotFoundError:
                return


def memory_bucket() -> Bucket:
    """A bucket in memory, which ends with the process."""
    return Bucket(MemoryStore())


def s3_bucket(name: str, prefix: str) -> Bucket:
    """A bucket behind the S3 protocol; credentials, region and endpoint come from the AWS_* variables.

    Does not contact it. Raises BadSetting for a variable that cannot be read.
    """
    endpoint = next((os.environ[name] for name in _ENDPOINTS if os.environ.get(name)), "")
    try:
        store = S3Store(
            name,
            prefix=prefix or None,
            config={"conditional_put": "etag"},  # If-None-Match, whatever AWS_CONDITIONAL_PUT says
            client_options={
                "allow_http": endpoint.startswith("http://"),  # only if the endpoint says so
                "connect_timeout": timedelta(seconds=3),
                "timeout": timedelta(seconds=30),
            },
            # fail soon: clients wait for the reply, and can retry
            retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=10)},
        )
    except (BaseError, ValueError) as error:
        raise BadSetting("store_url", f"The AWS_* variables do not describe a store: {_first_line(error)}") from None
    return Bucket(store)


@contextmanager
def _unavailable_errors() -> Iterator[None]:
    try:
        yield
    except (AlreadyExistsError, PreconditionError):
        raise
    except BaseError as error:
        raise _unavailable(error) from error


def _unavailable(error: Exception) -> StoreUnavailable:
    """The error for clients, without details; the log gets them, since protocol errors name hosts and buckets."""
    log.warning("the store cannot be reached: %s", _first_line(error))
    return StoreUnavailable(problem((), "store_away", "The store cannot be reached; try again later"))


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
