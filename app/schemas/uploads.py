"""What a client is told of a file that it uploaded."""

from typing import Any, Literal

from pydantic import BaseModel, Field

from ..lstm.config import DTypeName


class UploadedLstm(BaseModel):
    """One LSTM of a file; `config` and `dtype` fit the request that runs it."""

    prefix: str
    config: dict[str, Any] = Field(description="All arguments of nn.LSTM; dropout and batch_first are in no file.")
    dtype: DTypeName
    parameters: int = Field(description="How many numbers it has.")
    remarks: list[str] = Field(description="What else there is to know of it, in sentences.")


class UploadedMatrix(BaseModel):
    """A table of numbers in which text can be looked up, such as that of an embedding."""

    name: str
    shape: list[int]


class RefusedLstm(BaseModel):
    """Something that looks like an LSTM, and cannot be run as one of torch's."""

    name: str
    reason: str


class UploadResponse(BaseModel):
    """A file, by what was found in it."""

    id: str
    format: Literal["safetensors", "onnx", "keras", "flax"]
    lstms: list[UploadedLstm]
    matrices: list[UploadedMatrix]
    refused: list[RefusedLstm]
    others: int = Field(description="Tensors that belong to none of these, and are left alone.")
