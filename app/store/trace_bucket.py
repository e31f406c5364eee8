"""Finished traces in a bucket, from which servers that share it copy them."""

from pathlib import Path

from .bucket import Bucket


class TraceBucket:
    """Objects `traces/ID.safetensors`. They are not evicted from here: use the bucket's lifecycle rules.

    Every method raises StoreUnavailable.
    """

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    def size(self, trace_id: str) -> int | None:
        """The size of a trace in bytes, or None if there is none."""
        return self._bucket.size(_key(trace_id))

    def put(self, trace_id: str, path: Path) -> bool:
        """Put a trace unless it exists; returns whether it was put."""
        return self._bucket.upload(_key(trace_id), path)

    def take(self, trace_id: str, path: Path) -> bool:
        """Copy a trace to a new file; returns False if there is none."""
        return self._bucket.download(_key(trace_id), path)

    def remove(self, trace_id: str) -> None:
        """Delete a trace that is damaged."""
        self._bucket.remove(_key(trace_id))


def _key(trace_id: str) -> str:
    return f"traces/{trace_id}.safetensors"
