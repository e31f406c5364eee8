"""The wire: what a client asks for, and what it is answered."""

from base64 import b64encode
from enum import StrEnum
from typing import Annotated, Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema
from torch import Tensor

from app.lstm.config import DTYPES, Direction, DTypeName, LSTMConfig
from app.lstm.inputs import RandomInput, ValuesInput
from app.lstm.values import VALUES_SCHEMA, nested_values
from app.lstm.weights import MAX_SEED, SeedWeights, StateDictWeights

Quantity = Literal["i", "f", "g", "o", "c", "m", "h"]
PreActivation = Literal["z_i", "z_f", "z_g", "z_o"]


class PresetWeights(BaseModel):
    """The weights of a preset, for a `config` of the same sizes."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    kind: Literal["preset"]
    name: str = Field(min_length=1, max_length=64)


class TraceReference(BaseModel):
    """The last state of another trace, from which this one goes on: its h_n where h_0 is asked for, its c_n for c_0."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    trace: str = Field(min_length=1, max_length=64, description="The id of that trace.")


def _initial_state(value: object) -> NDArray[np.float64] | TraceReference:
    return TraceReference.model_validate(value) if isinstance(value, dict | TraceReference) else nested_values(value)


InitialState = Annotated[
    NDArray[np.float64] | TraceReference,
    PlainValidator(_initial_state),
    WithJsonSchema({"anyOf": [VALUES_SCHEMA, TraceReference.model_json_schema()]}),
]

AnyWeights = Annotated[SeedWeights | StateDictWeights | PresetWeights, Field(discriminator="kind")]
AnyInput = Annotated[RandomInput | ValuesInput, Field(discriminator="kind")]


class TraceRequest(BaseModel):
    """One forward pass of one `nn.LSTM`. Only `config.input_size` and `config.hidden_size` are required."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", allow_inf_nan=False, arbitrary_types_allowed=True
    )

    config: LSTMConfig
    dtype: DTypeName = "float32"
    weights: AnyWeights = SeedWeights()
    input: AnyInput = RandomInput()
    lengths: list[int] | None = Field(default=None, description="Valid timesteps of each sample; null means all.")
    h_0: InitialState | None = Field(
        default=None, description="Initial hidden state in torch's shape, or that of a trace; null for zeros."
    )
    c_0: InitialState | None = Field(
        default=None, description="Initial cell state in torch's shape, or that of a trace; null for zeros."
    )
    training: bool = Field(default=False, description="Apply dropout between the layers.")
    dropout_seed: int = Field(default=0, ge=0, le=MAX_SEED, description="Where the masks of the dropout come from.")

    @property
    def torch_dtype(self) -> torch.dtype:
        return DTYPES[self.dtype]


class Encoding(StrEnum):
    """How a tensor is written: as nested lists (non-finite numbers are null), or exactly, in base64."""

    LIST = "list"
    BASE64 = "base64"


class EncodedQuery(BaseModel):
    """The query of POST /api/traces."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    encoding: Encoding = Encoding.LIST


class Window(EncodedQuery):
    """The query of GET /api/traces/{id}: which part of the trace. Whatever is left out is not narrowed."""

    layer: int | None = Field(default=None, ge=0)
    direction: Direction | None = None
    quantity: list[Quantity | PreActivation] = Field(
        default=[], description="Repeatable: which quantities of the cells; z_i and so on only when they are asked for."
    )
    units: list[Annotated[int, Field(ge=0)]] = Field(default=[], description="Repeatable: which units of the cells.")
    sample: int | None = Field(default=None, ge=0)
    start: int = Field(default=0, ge=0, description="First timestep.")
    stop: int | None = Field(default=None, ge=1, description="Timestep after the last one.")


class Place(BaseModel):
    """The query of GET /api/traces/{id}/explanation: one unit at one timestep."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    layer: int = Field(default=0, ge=0)
    direction: Direction = "forward"
    timestep: int = Field(default=0, ge=0)
    sample: int = Field(default=0, ge=0)
    unit: int = Field(default=0, ge=0)


class EncodedTensor(BaseModel):
    """A tensor, exactly: its bytes are little-endian and row-major."""

    dtype: Literal["f4", "f8"]
    shape: list[int]
    bdata: str


AnyTensor = Annotated[
    list[Any] | EncodedTensor, Field(description="Nested lists of numbers or null, or with encoding=base64 an object.")
]


class ParameterResponse(BaseModel):
    name: str
    shape: list[int]
    values: AnyTensor


class CellResponse(BaseModel):
    """The quantities of one cell that were asked for, each (T, N, size)."""

    layer: int
    direction: Direction
    i: AnyTensor | None = None
    f: AnyTensor | None = None
    g: AnyTensor | None = None
    o: AnyTensor | None = None
    c: AnyTensor | None = None
    m: AnyTensor | None = Field(default=None, description="h before projection; only with proj_size.")
    h: AnyTensor | None = None
    z_i: AnyTensor | None = Field(default=None, description="Pre-activation of i; only when asked for.")
    z_f: AnyTensor | None = None
    z_g: AnyTensor | None = None
    z_o: AnyTensor | None = None


class DropoutMaskResponse(BaseModel):
    """What the output of a layer was multiplied with before the next layer read it, (T, N, D*R)."""

    layer: int
    values: AnyTensor


class ParityResponse(BaseModel):
    """The largest difference between the recorded numbers and those that torch returned."""

    reference: Literal["torch.nn.LSTM"]
    max_abs_difference: float | None
    bit_equal: bool
    tolerance: float
    ok: bool


class TraceResponse(BaseModel):
    """A trace, or the part of it that was asked for. Tensors of cells are time-major, in input order."""

    id: str
    request: dict[str, Any] = Field(description="The request, filled with every default.")
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
    """A sentence about a preset, and where on the trace to look for what it says."""

    text: str
    key: str = Field(description="The key of the sentence in the catalogs of the page.")
    cursor: dict[str, Any] | None


class PresetResponse(BaseModel):
    name: str
    title: str
    summary: str
    trained: bool
    accuracy: float | None
    tokens: list[str] | None = Field(description="A label of each timestep.")
    targets: list[str] | None = Field(description="What a trained model should answer at each timestep.")
    story: list[StorySentence]
    request: dict[str, Any] = Field(description="The body to POST to /api/traces.")


class PresetsResponse(BaseModel):
    presets: list[PresetResponse]


class ErrorItem(BaseModel):
    """One thing that is wrong."""

    type: str
    loc: list[str | int]
    msg: str


class ErrorResponse(BaseModel):
    """The one shape of every error."""

    detail: list[ErrorItem]


class HealthResponse(BaseModel):
    status: Literal["ok"]
    version: str
    torch: str


def encode(tensor: Tensor, encoding: Encoding) -> NDArray[Any] | dict[str, Any]:
    """A tensor for orjson: an array, which it writes as lists, or the base64 object."""
    array = np.ascontiguousarray(tensor.numpy())
    if encoding is Encoding.LIST:
        return array
    data = b64encode(array.astype(array.dtype.newbyteorder("<"), copy=False).data).decode()
    return {"dtype": f"f{array.itemsize}", "shape": list(array.shape), "bdata": data}
