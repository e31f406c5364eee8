"""Queries: which part of a trace a client requests, and its encoding."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ..lstm.config import Direction
from .distinct import Distinct

Quantity = Literal["i", "f", "g", "o", "c", "m", "h"]
PreActivation = Literal["z_i", "z_f", "z_g", "z_o"]


class Encoding(StrEnum):
    """How a tensor is encoded: as nested lists, where non-finite numbers are null, or exactly, in base64."""

    LIST = "list"
    BASE64 = "base64"


class EncodedQuery(BaseModel):
    """The query of POST /api/traces."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    encoding: Encoding = Encoding.LIST


class Narrowed(BaseModel):
    """Which part of a trace to return. What is left out does not narrow it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    layer: int | None = Field(default=None, ge=0)
    direction: Direction | None = None
    quantity: Distinct[Quantity | PreActivation] = Field(
        default=[], description="Repeatable: quantities of the cells to return; z_i, z_f, z_g and z_o only if listed."
    )
    units: Distinct[Annotated[int, Field(ge=0)]] = Field(default=[], description="Repeatable: units to return.")
    sample: int | None = Field(default=None, ge=0)
    start: int = Field(default=0, ge=0, description="The first timestep.")
    stop: int | None = Field(default=None, ge=1, description="The timestep after the last one.")


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
    """The query of GET /api/traces/{id}/units: one cell and one sample."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    layer: int = Field(default=0, ge=0)
    direction: Direction = "forward"
    sample: int = Field(default=0, ge=0)


class TilesQuery(BaseModel):
    """The query of GET /api/traces/{id}/overview: one quantity of one cell, and the number of tiles."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    layer: int = Field(default=0, ge=0)
    direction: Direction = "forward"
    quantity: Quantity = "c"
    sample: int = Field(default=0, ge=0)
    start: int = Field(default=0, ge=0, description="The first timestep.")
    stop: int | None = Field(default=None, ge=1, description="The timestep after the last one.")
    width: int = Field(default=200, ge=1, le=4096, description="Maximum number of tiles along time.")
    height: int = Field(default=32, ge=1, le=4096, description="Maximum number of tiles along units.")
    units: Distinct[Annotated[int, Field(ge=0)]] = Field(
        default=[],
        max_length=4096,
        description="Repeatable: units in display order; unit_edges index this list. Default: all, by index.",
    )
    encoding: Encoding = Encoding.LIST
