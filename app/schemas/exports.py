"""Queries of exports."""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ..lstm.config import Direction
from .queries import Narrowed


class ExportFormat(StrEnum):
    """The file formats for numbers."""

    NPZ = "npz"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"
    SAFETENSORS = "safetensors"


class TableLayout(StrEnum):
    """A row of a table has one number (long), or all numbers of one timestep of one sample (wide)."""

    LONG = "long"
    WIDE = "wide"


class ExportQuery(Narrowed):
    """The query of GET /api/traces/{id}/export/{format}: which part of the trace, and the layout of a table."""

    layout: TableLayout = Field(
        default=TableLayout.LONG,
        description="For CSV and Parquet: a row per number (long), or per timestep and sample (wide).",
    )


class FigureQuery(BaseModel):
    """The query of GET /api/traces/{id}/figure.json: one cell, one sample, the unit of the curves, and the theme."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    layer: int = Field(default=0, ge=0)
    direction: Direction = "forward"
    sample: int = Field(default=0, ge=0)
    unit: int = Field(default=0, ge=0)
    start: int = Field(default=0, ge=0, description="The first timestep.")
    stop: int | None = Field(default=None, ge=1, description="The timestep after the last one.")
    theme: Literal["light", "dark"] = "light"
