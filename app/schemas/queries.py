"""Which part of a trace a client asks for, and how it is to be written."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ..lstm.config import Direction
from .distinct import Distinct

Quantity = Literal["i", "f", "g", "o", "c", "m", "h"]
PreActivation = Literal["z_i", "z_f", "z_g", "z_o"]


class Encoding(StrEnum):
    """How a tensor is written: as nested lists (non-finite numbers are null), or exactly, in base64."""

    LIST = "list"
    BASE64 = "base64"


class EncodedQuery(BaseModel):
    """The query of POST /api/traces."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    encoding: Encoding = Encoding.LIST


class Narrowed(BaseModel):
    """Which part of a trace. Whatever is left out is not narrowed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    layer: int | None = Field(default=None, ge=0)
    direction: Direction | None = None
    quantity: Distinct[Quantity | PreActivation] = Field(
        default=[], description="Repeatable: which quantities of the cells; z_i and so on only when they are asked for."
    )
    units: Distinct[Annotated[int, Field(ge=0)]] = Field(
        default=[], description="Repeatable: which units of the cells."
    )
    sample: int | None = Field(default=None, ge=0)
    start: int = Field(default=0, ge=0, description="First timestep.")
    stop: int | None = Field(default=None, ge=1, description="Timestep after the last one.")


class Window(EncodedQuery, Narrowed):
    """The query of GET /api/traces/{id}."""


class Place(BaseModel):
    """The query of GET /api/traces/{id}/explanation: one unit at one timestep."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    layer: int = Field(default=0, ge=0)
    direction: Direction = "forward"
    timestep: int = Field(default=0, ge=0)
    sample: int = Field(default=0, ge=0)
    unit: int = Field(default=0, ge=0)


class UnitsQuery(BaseModel):
    """The query of GET /api/traces/{id}/units: one cell, and the sample over whose timesteps its units are seen."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    layer: int = Field(default=0, ge=0)
    direction: Direction = "forward"
    sample: int = Field(default=0, ge=0)


class TilesQuery(BaseModel):
    """The query of GET /api/traces/{id}/overview: one quantity of one cell, and how many tiles to see it in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    layer: int = Field(default=0, ge=0)
    direction: Direction = "forward"
    quantity: Quantity = "c"
    sample: int = Field(default=0, ge=0)
    start: int = Field(default=0, ge=0, description="First timestep.")
    stop: int | None = Field(default=None, ge=1, description="Timestep after the last one.")
    width: int = Field(default=200, ge=1, le=4096, description="Tiles in time, at most.")
    height: int = Field(default=32, ge=1, le=4096, description="Tiles in units, at most.")
    units: Distinct[Annotated[int, Field(ge=0)]] = Field(
        default=[],
        max_length=4096,
        description="Repeatable: which units, in which order; unit_edges count within them. All by index if none.",
    )
    encoding: Encoding = Encoding.LIST
