"""An in-memory cache of recent reply bodies: a trace that many clients request is read and encoded once.

A trace never changes under its id, so a cached reply is never stale.
"""

from threading import Lock

from cachetools import LRUCache

from ..schemas import Window

#: Bytes of the whole cache; a reply of more than a quarter of that is not cached.
MAX_BYTES = 32 * 2**20

Key = tuple[str, str]


class ReplyCache:
    """Bodies by trace and window, evicted least recently used first. Thread-safe."""

    def __init__(self) -> None:
        self._kept: LRUCache[Key, bytes] = LRUCache(MAX_BYTES, getsizeof=len)
        self._lock = Lock()

    def get(self, trace_id: str, window: Window) -> bytes | None:
        """The cached body of a reply, or None."""
        with self._lock:
            return self._kept.get(_key(trace_id, window))

    def keep(self, trace_id: str, window: Window, body: bytes) -> None:
        """Cache a body."""
        if len(body) <= MAX_BYTES // 4:
            copied = bytes(memoryview(body))  # orjson's buffer is up to twice as long as the body
            with self._lock:
                self._kept[_key(trace_id, window)] = copied


def _key(trace_id: str, window: Window) -> Key:
    return trace_id, window.model_dump_json(exclude_defaults=True)
