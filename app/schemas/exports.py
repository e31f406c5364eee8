"""What is asked for when numbers are taken away."""

from enum import StrEnum

from pydantic import Field

from app.schemas.queries import Narrowed


class ExportFormat(StrEnum):
    """The formats of files with numbers."""

    NPZ = "npz"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"
    SAFETENSORS = "safetensors"


class Layout(StrEnum):
    """What a row of a table is: one number, or all numbers of one timestep of one sample."""

    LONG = "long"
    WIDE = "wide"


class ExportQuery(Narrowed):
    """The query of GET /api/traces/{id}/export/{format}: which part of the trace, and how a table is laid out."""

    layout: Layout = Field(
        default=Layout.LONG, description="Of CSV and Parquet: a row for each number, or for each timestep and sample."
    )
