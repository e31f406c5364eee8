"""The parameters of an LSTM: drawn from a seed as torch draws them, or given; and those of one cell."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from .config import Direction, LSTMConfig, parameter_suffix
from .errors import InvalidCall, problem, wrong_shape
from .values import Values, to_tensor

MAX_SEED = 2**53 - 1  # torch takes 64 bits; JavaScript represents 53 exactly


class SeedWeights(BaseModel):
    """The same parameters as those of `torch.manual_seed(seed); nn.LSTM(..., dtype=dtype)`."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    kind: Literal["seed"] = "seed"
    seed: int = Field(default=0, ge=0, le=MAX_SEED)


class StateDictWeights(BaseModel):
    """A state_dict in nested lists, under torch's names and shapes."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", arbitrary_types_allowed=True)

    kind: Literal["state_dict"]
    tensors: dict[str, Values] = Field(max_length=4096)


class CellParameters(NamedTuple):
    """One cell's parameters under torch's names; None for those that it lacks. H units, h of size R."""

    weight_ih: Tensor  # (4H, I or D*R)
    weight_hh: Tensor  # (4H, R)
    bias_ih: Tensor | None = None  # (4H,)
    bias_hh: Tensor | None = None  # (4H,)
    weight_hr: Tensor | None = None  # (P, H)


def cell_parameters(parameters: Mapping[str, Tensor], layer: int, direction: Direction) -> CellParameters:
    """The parameters of one cell, from all `parameters` under torch's names."""
    suffix = parameter_suffix(layer, direction)
    found = {name: parameters.get(name + suffix) for name in CellParameters._fields}
    weight_ih, weight_hh = found.pop("weight_ih"), found.pop("weight_hh")
    assert weight_ih is not None and weight_hh is not None
    return CellParameters(weight_ih, weight_hh, **found)


def used_parameters(lstm: nn.LSTM) -> dict[str, Tensor]:
    """The weights that the last call of `lstm` used, under torch's names, including parametrized ones.

    Read from the module's own list: the attribute of a parametrized weight recomputes it, perhaps differently.
    """
    weights = zip(lstm._flat_weights_names, lstm._flat_weights, strict=True)
    return {name: weight.detach() for name, weight in weights if isinstance(weight, Tensor)}


class _Unfilled(TorchFunctionMode):
    """While active, an `nn.LSTM` is created without drawing its parameters."""

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: Sequence[Any] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        keywords = kwargs or {}
        if func is nn.init.uniform_:  # `RNNBase.reset_parameters` draws with it
            return args[0] if args else keywords["tensor"]
        return func(*args, **keywords)


def blank_lstm(config: LSTMConfig, dtype: torch.dtype) -> nn.LSTM:
    """An `nn.LSTM` in eval mode with allocated, unfilled parameters.

    torch's own initialisation would draw from the global generator, which all threads of the process share. Dropout is
    set afterwards, since the constructor warns of dropout with one layer, which is legal and has no effect.
    """
    arguments = config.model_dump() | {"dropout": 0.0}
    with _Unfilled():
        lstm = nn.LSTM(**arguments, device="cpu", dtype=dtype)
    lstm.dropout = config.dropout
    return lstm.eval()


def seeded_lstm(config: LSTMConfig, dtype: torch.dtype, seed: int) -> nn.LSTM:
    """The LSTM of `torch.manual_seed(seed); nn.LSTM(**config, dtype=dtype)`, drawn from a generator of its own.

    torch draws every parameter, biases included, from U(-1/sqrt(H), 1/sqrt(H)) in the order of
    `named_parameters()` (`RNNBase.reset_parameters`).
    """
    lstm = blank_lstm(config, dtype)
    generator = torch.Generator().manual_seed(seed)
    bound = 1.0 / config.hidden_size**0.5
    with torch.no_grad():
        for parameter in lstm.parameters():
            parameter.uniform_(-bound, bound, generator=generator)
    return lstm


def loaded_lstm(config: LSTMConfig, dtype: torch.dtype, tensors: Mapping[str, NDArray[Any]]) -> nn.LSTM:
    """An LSTM with the given parameters. Raises InvalidCall like `check_tensors`, or if a value overflows float32."""
    check_tensors(config, {name: np.shape(array) for name, array in tensors.items()})
    state = {name: to_tensor(array, dtype, ("tensors", name)) for name, array in tensors.items()}
    lstm = blank_lstm(config, dtype)
    lstm.load_state_dict(state, strict=True)
    return lstm


def check_tensors(config: LSTMConfig, shapes: Mapping[str, tuple[int, ...]]) -> None:
    """Compare names and shapes with those of `config`; raise InvalidCall naming each mismatch.

    Unknown names are reported as such, since torch would take a transposed matrix of the right size for granted.
    """
    expected = config.parameter_shapes()
    problems = [
        problem(
            ("tensors", name),
            "missing_tensor",
            "Missing: {name} of shape {shape} is expected",
            name=name,
            shape=str(list(shape)),
        )
        for name, shape in expected.items()
        if name not in shapes
    ]
    problems += [
        problem(("tensors", name), "unexpected", "Unexpected: this LSTM has no parameter of that name")
        for name in shapes
        if name not in expected
    ]
    problems += [
        wrong_shape(("tensors", name), expected[name], shape)
        for name, shape in shapes.items()
        if name in expected and tuple(shape) != expected[name]
    ]
    if problems:
        raise InvalidCall(problems)
