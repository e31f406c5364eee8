"""Finished traces in a bucket, from which every server that shares it can take a copy."""

from pathlib import Path

from .bucket import Bucket


class TraceBucket:
    """Objects `traces/ID.safetensors`. They are not evicted from here: a bucket has lifecycle rules for that.

    Every method raises StoreUnavailable.
    """

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    def size(self, trace_id: str) -> int | None:
        """The bytes of a trace, or None if it is not there."""
        return self._bucket.size(_key(trace_id))

    def put(self, trace_id: str, path: Path) -> bool:
        """Put a trace there unless one is; whether it was put."""
        return self._bucket.upload(_key(trace_id), path)

    def take(self, trace_id: str, path: Path) -> bool:
        """Copy a trace to a new file; whether it was there."""
        return self._bucket.download(_key(trace_id), path)

    def remove(self, trace_id: str) -> None:
        """Remove a trace that turned out to be damaged."""
        self._bucket.remove(_key(trace_id))


def _key(trace_id: str) -> str:
    return f"traces/{trace_id}.safetensors"
