"""The bodies of recent replies, kept in memory: what many people look at is read and encoded once.

A trace never changes under its id, so that a kept reply is never wrong.
"""

from threading import Lock

from cachetools import LRUCache

from ..schemas import Window

#: Bytes of all that is kept; a reply of more than a quarter of that is not.
MAX_BYTES = 32 * 2**20

Key = tuple[str, str]


class ReplyCache:
    """Bodies by trace and window, those used least recently forgotten first. For any thread."""

    def __init__(self) -> None:
        self._kept: LRUCache[Key, bytes] = LRUCache(MAX_BYTES, getsizeof=len)
        self._lock = Lock()

    def get(self, trace_id: str, window: Window) -> bytes | None:
        """The body of a reply, or None."""
        with self._lock:
            return self._kept.get(_key(trace_id, window))

    def keep(self, trace_id: str, window: Window, body: bytes) -> None:
        """Keep a body for others who ask the same."""
        if len(body) <= MAX_BYTES // 4:
            copied = bytes(memoryview(body))  # orjson leaves a buffer behind it of up to twice its length
            with self._lock:
                self._kept[_key(trace_id, window)] = copied


def _key(trace_id: str, window: Window) -> Key:
    return trace_id, window.model_dump_json(exclude_defaults=True)
