"""The tensors of an export by name, as in the trace's own file, for formats that store tensors."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from ..lstm import CellTrace
from ..lstm.tracefile.storage import cell_key
from ..schemas.part import Part, pieces


@dataclass(frozen=True)
class Named:
    """A tensor to be written: its numbers come in consecutive parts."""

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    parts: Callable[[], Iterator[NDArray[Any]]]


def returned(part: Part) -> list[Named]:
    """The input, and what torch returned in the layout of the call."""
    time, samples = slice(part.start, part.stop), slice(part.samples.start, part.samples.stop)
    output, h_n, c_n = part.trace.returned(time, samples)
    tensors = {"input": part.trace.input[time, samples], "output": output, "h_n": h_n, "c_n": c_n}
    return [_given(name, value) for name, value in tensors.items()]


def parameters(part: Part) -> list[Named]:
    return [_given(name, value) for name, value in part.trace.parameters.items()]


def masks(part: Part) -> list[Named]:
    time, samples = slice(part.start, part.stop), slice(part.samples.start, part.samples.stop)
    found = part.trace.dropout_masks.items()
    return [_given(f"dropout_masks.{layer}", mask[time, samples]) for layer, mask in found]


def quantities(part: Part, cell: CellTrace) -> list[Named]:
    """The selected quantities of one cell, each (timesteps, samples, units)."""
    return [_quantity(part, cell, name) for name in part.quantities]


def every(part: Part) -> list[Named]:
    """All tensors of the export."""
    cells = [named for cell in part.cells for named in quantities(part, cell)]
    return [*returned(part), *cells, *masks(part), *parameters(part)]


def _given(name: str, value: Tensor) -> Named:
    return Named(name, tuple(value.shape), _dtype(value), lambda: (piece.numpy() for piece in pieces(value)))


def _quantity(part: Part, cell: CellTrace, name: str) -> Named:
    units, samples = len(part.units(name)), len(part.samples)

    def parts() -> Iterator[NDArray[Any]]:
        for start, stop in part.spans(samples * part.trace.config.hidden_size):
            yield part.values(cell, (name,), start, stop)[name]

    shape = (part.stop - part.start, samples, units)
    return Named(cell_key(cell.layer, cell.direction, name), shape, _dtype(part.trace.input), parts)


def _dtype(value: Tensor) -> np.dtype[Any]:
    return np.dtype(f"<f{value.element_size()}")
