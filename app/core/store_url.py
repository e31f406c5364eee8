"""The URL of a store: empty for the data folder, or `file://`, `memory://`, `s3://`."""

import re
from pathlib import Path
from typing import Literal, NamedTuple, cast
from urllib.parse import unquote, urlsplit

Scheme = Literal["", "file", "memory", "s3"]
FORMS = "nothing (the data folder), file:///FOLDER, memory:// or s3://BUCKET/PREFIX"
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


class StoreAddress(NamedTuple):
    """A parsed store URL. `folder` belongs to `file://`; `bucket` and `prefix` to `s3://`."""

    scheme: Scheme
    folder: Path = Path()
    bucket: str = ""
    prefix: str = ""


def parse(url: str) -> StoreAddress:
    """Parse a store URL. Raises ValueError with a sentence that repeats nothing of the URL."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ValueError(f"Should be {FORMS}") from None
    if parts.scheme not in ("", "file", "memory", "s3") or (url and not parts.scheme):
        raise ValueError(f"Should be {FORMS}")
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("Should have no ?, # or @; credentials and endpoint go in the AWS_* variables")
    scheme, host, path = cast(Scheme, parts.scheme), parts.netloc, parts.path
    if scheme == "file":
        return StoreAddress(scheme, folder=_folder(host, path))
    if scheme == "s3":
        return StoreAddress(scheme, bucket=_bucket(host), prefix=_prefix(path))
    if host or path.strip("/"):
        raise ValueError("Should be memory:// and nothing after it")
    return StoreAddress(scheme)


def _folder(host: str, path: str) -> Path:
    folder = unquote(path)
    if host not in ("", "localhost") or not folder.startswith("/") or "\0" in folder:
        raise ValueError("Should be file:// and an absolute path, with three slashes: file:///FOLDER")
    return Path(folder)


def _bucket(name: str) -> str:
    if not _BUCKET.fullmatch(name):
        raise ValueError("Should name a bucket, of 3 to 63 lower-case letters, digits, dots and hyphens: s3://BUCKET")
    return name


def _prefix(path: str) -> str:
    prefix = path.strip("/")
    if prefix and any(part in ("", ".", "..") or not part.isprintable() or " " in part for part in prefix.split("/")):
        raise ValueError("Should have a prefix of plain names between single slashes: s3://BUCKET/PREFIX")
    return prefix
