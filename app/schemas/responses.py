"""Responses with traces, presets, runs and errors."""

import operator
from typing import Annotated, Any, Literal

import numpy as np
import pybase64
from numpy.typing import NDArray
from pydantic import BaseModel, Field
from torch import Tensor

from ..lstm.config import Direction
from .queries import Encoding
from .readouts import ReadoutResponse


class EncodedTensor(BaseModel):
    """A tensor, exactly: the base64 of its little-endian, row-major bytes."""

    dtype: Literal["f4", "f8"]
    shape: list[int]
    bdata: str


AnyTensor = Annotated[
    list[Any] | EncodedTensor, Field(description="Nested lists of numbers or null; an object with encoding=base64.")
]


class ParameterResponse(BaseModel):
    name: str
    shape: list[int]
    values: AnyTensor


class CellResponse(BaseModel):
    """The requested quantities of one cell, each (T, N, size)."""

    layer: int
    direction: Direction
    i: AnyTensor | None = None
    f: AnyTensor | None = None
    g: AnyTensor | None = None
    o: AnyTensor | None = None
    c: AnyTensor | None = None
    m: AnyTensor | None = Field(default=None, description="o * tanh(c) before projection; only with proj_size.")
    h: AnyTensor | None = None
    z_i: AnyTensor | None = Field(default=None, description="Pre-activation of i; only if requested.")
    z_f: AnyTensor | None = None
    z_g: AnyTensor | None = None
    z_o: AnyTensor | None = None


class DropoutMaskResponse(BaseModel):
    """What the output of a layer was multiplied by before the next layer read it, (T, N, D*R)."""

    layer: int
    values: AnyTensor


class Compared(BaseModel):
    max_abs_difference: float | None
    bit_equal: bool
    tolerance: float
    ok: bool


class LayerParityResponse(Compared):
    """The comparison for one layer alone: from its input to torch's own output of this layer."""

    layer: int


class ParityResponse(Compared):
    """The largest difference between the recorded numbers and those that torch returned."""

    reference: Literal["torch.nn.LSTM"]
    layers: list[LayerParityResponse]


class TraceResponse(BaseModel):
    """A trace, or the requested part of it. Tensors of cells are time-major, in input order."""

    id: str
    request: dict[str, Any] = Field(description="The request with every default filled in.")
    input: AnyTensor
    parameters: list[ParameterResponse]
    cells: list[CellResponse]
    output: AnyTensor
    h_n: AnyTensor
    c_n: AnyTensor
    parity: ParityResponse
    nonfinite: int
    dropout_masks: list[DropoutMaskResponse] = Field(default=[], description="Empty unless dropout was applied.")


class StorySentence(BaseModel):
    """A sentence about a preset, and the place in the trace that shows it."""

    text: str
    key: str = Field(description="The key of the sentence in the page's translation catalogs.")
    cursor: dict[str, Any] | None


class PresetResponse(BaseModel):
    name: str
    title: str
    summary: str
    trained: bool
    accuracy: float | None
    tokens: list[str] | None = Field(description="A label for each timestep.")
    targets: list[str] | None = Field(description="The correct answer at each timestep.")
    readout: ReadoutResponse | None = Field(description="The trained read-out; valid only with the preset's weights.")
    story: list[StorySentence]
    request: dict[str, Any] = Field(description="The body to POST to /api/traces.")


class PresetsResponse(BaseModel):
    presets: list[PresetResponse]


class ErrorItem(BaseModel):
    """One error."""

    type: str
    loc: list[str | int]
    msg: str
    ctx: dict[str, str | int | float | bool] = Field(
        default={},
        exclude_if=operator.not_,
        description="The values in msg, by name; sentences of one type differ in these alone.",
    )


class ErrorResponse(BaseModel):
    """The body of every error response."""

    detail: list[ErrorItem]


class RunResponse(BaseModel):
    """A long run and its progress, in timesteps of cells."""

    id: str = Field(description="The id that its trace will have.")
    status: Literal["waiting", "running", "done", "cancelled", "failed"]
    done: int
    total: int
    seconds: float = Field(description="Seconds since its start, or its whole duration once it is over.")
    rate: float | None = Field(description="Timesteps of cells per second.")
    remaining: float | None = Field(description="Estimated seconds that remain at that rate.")
    trace: str | None = Field(description="The path of the trace, once the run is done.")
    code: int | None = Field(description="The HTTP status that stands for its failure, if it failed.")
    detail: list[ErrorItem] = Field(description="Why it failed, if it did.")


class OverviewResponse(BaseModel):
    """Tiles: tile (row, column) covers the timesteps time_edges[row] to time_edges[row + 1], and units likewise."""

    time_edges: list[int]
    unit_edges: list[int]
    min: AnyTensor
    mean: AnyTensor
    max: AnyTensor


class UnitsResponse(BaseModel):
    """One number per unit, over the valid timesteps of a sample; null where it is not finite."""

    mean_f: list[float | None] = Field(description="Mean of the forget gate.")
    variance_c: list[float | None] = Field(description="Variance of the cell state over time.")
    half_life: list[float | None] = Field(
        description="Timesteps after which the forget gate alone halves c: ln 0.5 / mean(ln f)."
    )


class HealthResponse(BaseModel):
    status: Literal["ok"]
    version: str
    torch: str


class ReadyResponse(BaseModel):
    status: Literal["ready"]


def encode(tensor: Tensor, encoding: Encoding) -> NDArray[Any] | dict[str, Any]:
    """A tensor for orjson: an array, which it writes as nested lists, or the base64 object."""
    array = np.ascontiguousarray(tensor.numpy())
    if encoding is Encoding.LIST:
        return array
    data = pybase64.b64encode_as_string(array.astype(array.dtype.newbyteorder("<"), copy=False).data)
    return {"dtype": f"f{array.itemsize}", "shape": list(array.shape), "bdata": data}
