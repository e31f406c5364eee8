"""Exports of a trace: its numbers in the formats of other tools, a figure for notebooks, and a script."""

from ..schemas.part import Part
from .size import estimated_bytes

__all__ = ["Part", "estimated_bytes"]
