"""The arguments of `torch.nn.LSTM`: which are valid, and the sizes that follow from them."""

from functools import lru_cache
from typing import Annotated, Any, Literal

import torch
from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

Gate = Literal["i", "f", "g", "o"]
Direction = Literal["forward", "reverse"]
DTypeName = Literal["float32", "float64"]

#: The gates in the order in which torch stacks their rows in `weight_ih`, `weight_hh` and the biases.
GATES: tuple[Gate, ...] = ("i", "f", "g", "o")
DTYPES: dict[DTypeName, torch.dtype] = {"float32": torch.float32, "float64": torch.float64}

#: torch stores sizes in 64 bits; 31 bits leave headroom for products and are exact in every JSON parser.
MAX_SIZE = 2**31 - 1

Size = Annotated[int, Field(ge=1, le=MAX_SIZE)]


class LSTMConfig(BaseModel):
    """The arguments of `torch.nn.LSTM` except `device` and `dtype`, which are no property of the model.

    Stricter than torch: a bool is no int, `bidirectional` must be a bool, unknown names are refused. Raises
    `pydantic.ValidationError` naming the invalid argument.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)

    input_size: Size = Field(description="Features of the input at one timestep, I.")
    hidden_size: Size = Field(description="Units of a cell, H.")
    num_layers: Size = Field(default=1, description="LSTMs stacked on one another, L.")
    bias: bool = Field(default=True, description="Whether the gates have `bias_ih` and `bias_hh`.")
    batch_first: bool = Field(
        default=False, description="Input and output as (N, T, size) instead of (T, N, size). States are never turned."
    )
    dropout: float = Field(
        default=0.0, ge=0.0, le=1.0, description="Probability of dropping an output of every layer but the last."
    )
    bidirectional: bool = Field(default=False, description="Whether a second cell per layer reads from the end.")
    proj_size: int = Field(
        default=0, ge=0, le=MAX_SIZE, description="Size of h after projection, P; 0 for none. Below hidden_size."
    )

    @field_validator("proj_size")
    @classmethod
    def _projection_shrinks(cls, proj_size: int, info: ValidationInfo) -> int:
        """torch refuses it too, but its message names no field."""
        hidden_size = info.data.get("hidden_size")
        if hidden_size is not None and proj_size >= hidden_size:
            raise PydanticCustomError("proj_size_too_large", "Input should be smaller than hidden_size")
        return proj_size

    @property
    def directions(self) -> tuple[Direction, ...]:
        """The directions of a layer, in torch's order."""
        return ("forward", "reverse") if self.bidirectional else ("forward",)

    @property
    def h_size(self) -> int:
        """Entries of one direction's hidden state: `proj_size` with projection, else `hidden_size`."""
        return self.proj_size or self.hidden_size

    @property
    def output_size(self) -> int:
        """Entries of a layer's output at one timestep: the hidden states of its directions, concatenated."""
        return len(self.directions) * self.h_size

    @property
    def quantities(self) -> tuple[str, ...]:
        """The quantities recorded of a cell at each timestep; `m` is h before projection."""
        return ("i", "f", "g", "o", "c", "m", "h") if self.proj_size else ("i", "f", "g", "o", "c", "h")

    def layer_input_size(self, layer: int) -> int:
        """Entries of the input of `layer` at one timestep: the model's input, or both directions of the layer below."""
        return self.input_size if layer == 0 else self.output_size

    def quantity_size(self, quantity: str) -> int:
        """Entries of one of the `quantities` at one timestep."""
        return self.h_size if quantity == "h" else self.hidden_size

    def cell_parameter_shapes(self, layer: int) -> dict[str, tuple[int, ...]]:
        """Shapes of one cell's parameters, in torch's order, by their names without the suffix of the cell."""
        rows = len(GATES) * self.hidden_size
        shapes: dict[str, tuple[int, ...]] = {
            "weight_ih": (rows, self.layer_input_size(layer)),
            "weight_hh": (rows, self.h_size),
        }
        if self.bias:
            shapes |= {"bias_ih": (rows,), "bias_hh": (rows,)}
        if self.proj_size:
            shapes["weight_hr"] = (self.proj_size, self.hidden_size)
        return shapes

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        """Shapes of all parameters under torch's names, in the order of `nn.LSTM.named_parameters()`."""
        return {
            name + parameter_suffix(layer, direction): shape
            for layer in range(self.num_layers)
            for direction in self.directions
            for name, shape in self.cell_parameter_shapes(layer).items()
        }

    def state_shapes(self, batch_size: int | None) -> dict[str, tuple[int, ...]]:
        """Shapes of h_0 and c_0 (and h_n, c_n), for a batch of `batch_size` or, with None, unbatched."""
        batch = () if batch_size is None else (batch_size,)
        cells = self.num_layers * len(self.directions)
        return {"h_0": (cells, *batch, self.h_size), "c_0": (cells, *batch, self.hidden_size)}

    @classmethod
    def of(cls, lstm: torch.nn.LSTM) -> "LSTMConfig":
        """The configuration of an existing `nn.LSTM`."""
        return _validated(*(getattr(lstm, name) for name in cls.model_fields))


@lru_cache(typed=True)
def _validated(*values: Any) -> LSTMConfig:
    found = dict(zip(LSTMConfig.model_fields, values, strict=True))
    flags = {name: bool(found[name]) for name in ("bias", "batch_first", "bidirectional")}
    names = ("input_size", "hidden_size", "num_layers", "proj_size")
    sizes: dict[str, Any] = {name: int(found[name]) for name in names}
    return LSTMConfig(**sizes, **flags, dropout=float(found["dropout"]))


def parameter_suffix(layer: int, direction: Direction) -> str:
    """The suffix of a cell's parameter names in torch: `_l1_reverse` for layer 1, reverse."""
    return f"_l{layer}" + ("_reverse" if direction == "reverse" else "")
