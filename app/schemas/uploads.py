"""Responses about uploaded files."""

import operator
from typing import Any, Literal

from pydantic import BaseModel, Field

from ..lstm.config import DTypeName
from .responses import ErrorItem


class UploadedLstm(BaseModel):
    """One LSTM of a file; a trace request can use its `config` and `dtype` unchanged."""

    prefix: str
    config: dict[str, Any] = Field(description="All arguments of nn.LSTM; no file stores dropout and batch_first.")
    dtype: DTypeName
    parameters: int = Field(description="The number of its parameters.")
    remarks: list[str] = Field(description="Further information, in sentences.")
    remark_items: list[ErrorItem] = Field(
        default=[], exclude_if=operator.not_, description="The same, with types and values; not for files of old."
    )


class UploadedMatrix(BaseModel):
    """A table of numbers in which text can be looked up, such as that of an embedding."""

    name: str
    shape: list[int]


class RefusedLstm(BaseModel):
    """A layer that looks like an LSTM, but cannot be run as a torch.nn.LSTM."""

    name: str
    reason: str
    type: str = Field(default="", exclude_if=operator.not_, description="The type of the reason.")
    ctx: dict[str, str | int | float | bool] = Field(
        default={}, exclude_if=operator.not_, description="The values in the reason, by name."
    )


class UploadResponse(BaseModel):
    """What was found in an uploaded file."""

    id: str
    format: Literal["safetensors", "onnx", "keras", "flax"]
    lstms: list[UploadedLstm]
    matrices: list[UploadedMatrix]
    refused: list[RefusedLstm]
    others: int = Field(description="The number of other tensors, which are ignored.")
