"""What is asked for when numbers are taken away."""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ..lstm.config import Direction
from .queries import Narrowed


class ExportFormat(StrEnum):
    """The formats of files with numbers."""

    NPZ = "npz"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"
    SAFETENSORS = "safetensors"


class TableLayout(StrEnum):
    """What a row of a table is: one number, or all numbers of one timestep of one sample."""

    LONG = "long"
    WIDE = "wide"


class ExportQuery(Narrowed):
    """The query of GET /api/traces/{id}/export/{format}: which part of the trace, and how a table is laid out."""

    layout: TableLayout = Field(
        default=TableLayout.LONG,
        description="Of CSV and Parquet: a row for each number, or for each timestep and sample.",
    )


class FigureQuery(BaseModel):
    """The query of GET /api/traces/{id}/figure.json: one cell, one sample, the unit of the curves, and the theme."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    layer: int = Field(default=0, ge=0)
    direction: Direction = "forward"
    sample: int = Field(default=0, ge=0)
    unit: int = Field(default=0, ge=0)
    start: int = Field(default=0, ge=0, description="First timestep.")
    stop: int | None = Field(default=None, ge=1, description="Timestep after the last one.")
    theme: Literal["light", "dark"] = "light"
