"""A trace with its viewer in one HTML file, which works from a disk and asks nobody for anything."""

from app.standalone.numbers import numbers_of
from app.standalone.page import frame_bytes, page_of

__all__ = ["frame_bytes", "numbers_of", "page_of"]
