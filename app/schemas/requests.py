"""Requests for traces."""

from typing import Annotated, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema

from ..lstm.config import DTYPES, DTypeName, LSTMConfig
from ..lstm.inputs import AnyInput, RandomInput
from ..lstm.values import VALUES_SCHEMA, nested_values
from ..lstm.weights import MAX_SEED, SeedWeights, StateDictWeights
from .notes import Notes


class PresetWeights(BaseModel):
    """The weights of a preset, for a `config` of the same sizes."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    kind: Literal["preset"]
    name: str = Field(min_length=1, max_length=64)


class UploadWeights(BaseModel):
    """The weights of an LSTM in an uploaded file, for a `config` of the same sizes."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    kind: Literal["upload"]
    id: str = Field(min_length=1, max_length=64, description="The id of the upload.")
    prefix: str = Field(max_length=512, description="The prefix of the LSTM, as the upload lists it.")


class TraceReference(BaseModel):
    """The final state of another trace, which this run continues: its h_n as h_0, its c_n as c_0."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    trace: str = Field(min_length=1, max_length=64, description="The id of that trace.")


def _initial_state(value: object) -> NDArray[np.float64] | TraceReference:
    return TraceReference.model_validate(value) if isinstance(value, dict | TraceReference) else nested_values(value)


InitialState = Annotated[
    NDArray[np.float64] | TraceReference,
    PlainValidator(_initial_state),
    WithJsonSchema({"anyOf": [VALUES_SCHEMA, TraceReference.model_json_schema()]}),
]

AnyWeights = Annotated[SeedWeights | StateDictWeights | PresetWeights | UploadWeights, Field(discriminator="kind")]


class TraceRequest(BaseModel):
    """One forward pass of one `nn.LSTM`. Only `config.input_size` and `config.hidden_size` are required."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", allow_inf_nan=False, arbitrary_types_allowed=True
    )

    config: LSTMConfig
    dtype: DTypeName = "float32"
    weights: AnyWeights = SeedWeights()
    input: Annotated[AnyInput, Field(discriminator="kind")] = RandomInput()
    lengths: list[int] | None = Field(default=None, description="Valid timesteps of each sample; null for all.")
    h_0: InitialState | None = Field(
        default=None, description="Initial hidden state in torch's shape, or that of a trace; null for zeros."
    )
    c_0: InitialState | None = Field(
        default=None, description="Initial cell state in torch's shape, or that of a trace; null for zeros."
    )
    training: bool = Field(default=False, description="Apply dropout between the layers.")
    dropout_seed: int = Field(default=0, ge=0, le=MAX_SEED, description="The seed of the dropout masks.")
    notes: Notes | None = Field(default=None, description="Names of the parts of the input; they change no number.")

    @property
    def torch_dtype(self) -> torch.dtype:
        return DTYPES[self.dtype]
