"""A trace with its viewer in one HTML file, which works offline and makes no requests."""

from .file import frame_bytes, page_of
from .numbers import numbers_of

__all__ = ["frame_bytes", "numbers_of", "page_of"]
