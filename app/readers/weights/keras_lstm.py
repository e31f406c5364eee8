"""The LSTMs of a Keras model as torch's: stacked layers joined, matrices transposed.

Keras has transposed matrices with the same order of gates: kernel (I, 4H) and recurrent_kernel (H, 4H) have the columns
i, f, c, o, and c is g. Its single bias becomes bias_ih; it includes unit_forget_bias since the model was created, which
is never added again.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from pydantic import ValidationError

from ...lstm.config import GATES, Direction, LSTMConfig, parameter_suffix
from ...lstm.errors import InvalidCall, remark
from ...lstm.weights import check_tensors
from .hdf5_file import Hdf5File
from .keras_config import FoundLayer, KerasCell, Stack
from .model import Array, FoundModel, Lstm, Matrix, Refused, bad_file, distinct, finite

_MAX_LAYERS = 64


class Paths(NamedTuple):
    """The paths of a cell's arrays; bias is None if it has none."""

    kernel: str
    recurrent: str
    bias: str | None


Finder = Callable[[KerasCell], Paths]
#: Returns candidate paths of a table's array, of which the first that exists is used.
TableFinder = Callable[[KerasCell], list[str]]


def model_of(found: FoundLayer, file: Hdf5File, paths_of: Finder, table_paths: TableFinder) -> FoundModel:
    """The LSTMs and tables of a Keras model, with arrays found by `paths_of` and `table_paths`."""
    model = FoundModel("keras", refused=found.refused, others=file.count())
    taken = 0
    for stacks in _joined(found.stacks):
        try:
            lstm, count = _lstm(stacks, file, paths_of)
        except InvalidCall as error:
            model.refused.append(Refused(stacks[0].name, error.problems[0]))
        else:
            model.lstms.append(lstm)
            taken += count
    for cell in found.tables:
        path = next((path for path in table_paths(cell) if file.has(path)), None)
        shape = None if path is None else file.shape(path)
        if path is not None and shape is not None and len(shape) == 2 and min(shape) >= 1:
            model.matrices.append(Matrix(cell.group, (shape[0], shape[1]), _reader(file, path)))
    return FoundModel(model.format, model.lstms, model.matrices, model.refused, max(0, model.others - taken))


def _joined(stacks: list[Stack]) -> list[list[Stack]]:
    """Groups of stacks that form one LSTM of torch, from the bottom layer up."""
    names = {stack.name: stack for stack in stacks}
    readers: dict[str, list[Stack]] = {}
    for stack in stacks:
        if stack.below is not None and stack.below in names:
            readers.setdefault(stack.below, []).append(stack)
    upper = {
        name: above[0]
        for name, above in readers.items()
        if len(above) == 1
        and names[name].sequences
        and _kind(names[name]) == _kind(above[0])
        and len(_kind(above[0])) == 1
    }
    above_another = {stack.name for stack in upper.values()}
    chains = []
    for stack in stacks:
        if stack.name not in above_another:
            chain = [stack]
            while chain[-1].name in upper and len(chain) < _MAX_LAYERS:
                chain.append(upper[chain[-1].name])
            chains.append(chain)
    return chains


def _kind(stack: Stack) -> set[tuple[int, int]]:
    return {(cells[0].units, len(cells)) for cells in stack.layers}


def _lstm(stacks: list[Stack], file: Hdf5File, paths_of: Finder) -> tuple[Lstm, int]:
    layers = [cells for stack in stacks for cells in stack.layers]
    arrays = {
        parameter_suffix(layer, direction): paths_of(cell)
        for layer, cells in enumerate(layers)
        for direction, cell in zip(_DIRECTIONS, cells, strict=False)
    }
    config = _config(layers, arrays, file)
    remarks = distinct(one for stack in stacks for one in stack.remarks)
    if len(stacks) > 1:
        template = "The layers {names}, which stand on one another, are shown as one LSTM of {count} layers"
        names = ", ".join(stack.name for stack in stacks)
        remarks.append(remark("stacked_layers", template, names=names, count=len(layers)))
    count = sum(2 if paths.bias is None else 3 for paths in arrays.values())
    return Lstm(stacks[0].name, config, _loader(config, arrays, file), tuple(remarks)), count


_DIRECTIONS: tuple[Direction, ...] = ("forward", "reverse")


def _config(layers: list[tuple[KerasCell, ...]], arrays: Mapping[str, Paths], file: Hdf5File) -> LSTMConfig:
    """The configuration, after the shape of every array has been checked."""
    hidden_size, bias = layers[0][0].units, any(paths.bias for paths in arrays.values())
    shapes: dict[str, tuple[int, ...]] = {}
    for suffix, paths in arrays.items():
        for name, path in (("weight_ih", paths.kernel), ("weight_hh", paths.recurrent)):
            shapes[name + suffix] = _shape(file, path)[::-1]
        if bias:
            rows = (len(GATES) * hidden_size,)
            shapes["bias_ih" + suffix] = rows if paths.bias is None else _shape(file, paths.bias)
            shapes["bias_hh" + suffix] = rows
    facts = {"num_layers": len(layers), "bidirectional": len(layers[0]) == 2, "bias": bias}
    try:
        config = LSTMConfig(input_size=shapes["weight_ih_l0"][-1], hidden_size=hidden_size, **facts)  # type: ignore[arg-type]
    except (ValidationError, IndexError):
        raise bad_file("keras_kernel_empty", "its kernel has no columns, or no rows") from None
    check_tensors(config, shapes)
    return config


def _shape(file: Hdf5File, path: str) -> tuple[int, ...]:
    shape = file.shape(path)
    if shape is None:
        raise bad_file("keras_weights_absent", "its weights are not at {path}", path=path)
    return shape


def _loader(config: LSTMConfig, arrays: Mapping[str, Paths], file: Hdf5File) -> Callable[[], dict[str, Array]]:
    def load() -> dict[str, Array]:
        found: dict[str, Array] = {}
        for suffix, paths in arrays.items():
            for name, path in (("weight_ih", paths.kernel), ("weight_hh", paths.recurrent)):
                found[name + suffix] = np.ascontiguousarray(finite(path, file.array(path)).T)  # (4H, I) and (4H, H)
            if config.bias:
                zeros = np.zeros(len(GATES) * config.hidden_size, found["weight_ih" + suffix].dtype)
                found["bias_ih" + suffix] = zeros if paths.bias is None else finite(paths.bias, file.array(paths.bias))
                found["bias_hh" + suffix] = zeros
        return found

    return load


def _reader(file: Hdf5File, path: str) -> Callable[[], Array]:
    return lambda: finite(path, file.array(path))
