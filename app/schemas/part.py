"""The part of a trace that is exported, read in pieces, so that a long trace is never in memory as a whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from ..lstm import CellTrace, Trace
from ..lstm.pre_activations import pre_activations
from .queries import Narrowed

#: Maximum number of values in one piece, except for a single row that has more.
_PIECE = 2**18


def pieces(value: Tensor, most: int = _PIECE) -> Iterator[Tensor]:
    """Consecutive pieces of a tensor's leading axes, in row-major order. No piece ends within the last axis."""
    if value.dim() == 1:
        yield value
    elif value.dim() > 2 and value[0].numel() > most:
        for row in value:
            yield from pieces(row, most)
    else:
        step = max(1, most // max(1, value[0].numel()))
        yield from (value[k : k + step] for k in range(0, len(value), step))


@dataclass(frozen=True)
class Part:
    """The part of a trace that a query selects. The query must lie in the trace."""

    trace: Trace
    query: Narrowed

    @property
    def start(self) -> int:
        return self.query.start

    @property
    def stop(self) -> int:
        return self.trace.seq_len if self.query.stop is None else self.query.stop

    @property
    def samples(self) -> range:
        one = self.query.sample
        return range(self.trace.batch_size) if one is None else range(one, one + 1)

    @property
    def is_whole(self) -> bool:
        """Whether nothing was left out, and nothing requested beyond what is recorded."""
        return self.narrowed_by == "{}"

    @property
    def narrowed_by(self) -> str:
        """The query as JSON, without what does not narrow it."""
        return self.query.model_dump_json(include=set(Narrowed.model_fields), exclude_defaults=True)

    @cached_property
    def quantities(self) -> tuple[str, ...]:
        """The selected quantities of a cell, in the order of the trace, pre-activations last."""
        every = (*self.trace.config.quantities, "z_i", "z_f", "z_g", "z_o")
        return tuple(name for name in every if name in self.query.quantity) or self.trace.config.quantities

    @cached_property
    def cells(self) -> tuple[CellTrace, ...]:
        layer, direction = self.query.layer, self.query.direction
        return tuple(
            cell for cell in self.trace.cells if layer in (None, cell.layer) and direction in (None, cell.direction)
        )

    def units(self, quantity: str) -> list[int]:
        """The selected units of a quantity; with projection h has fewer than c."""
        size = self.trace.config.quantity_size(quantity)
        return [unit for unit in self.query.units if unit < size] if self.query.units else list(range(size))

    def spans(self, numbers: int) -> Iterator[tuple[int, int]]:
        """(start, stop) ranges of its timesteps for pieces; numbers: values of one timestep."""
        step = max(1, _PIECE // max(1, numbers))
        yield from ((k, min(k + step, self.stop)) for k in range(self.start, self.stop, step))

    def values(self, cell: CellTrace, names: tuple[str, ...], start: int, stop: int) -> dict[str, NDArray[Any]]:
        """Some quantities of a cell at the timesteps start to stop, each (timesteps, samples, units)."""
        samples = slice(self.samples.start, self.samples.stop)
        sums = {}
        if any(name.startswith("z_") for name in names):
            found = pre_activations(self.trace, cell.layer, cell.direction, start, stop)
            sums = {f"z_{gate}": z for gate, z in found.items()}
        read = {name: sums[name] if name in sums else cell.quantity(name)[start:stop] for name in names}
        return {name: self._of_units(name, value[:, samples].numpy()) for name, value in read.items()}

    def is_padding(self, start: int, stop: int) -> NDArray[np.bool_]:
        """Which (timestep, sample) lie beyond the length of the sample; shape (timesteps, samples)."""
        lengths = np.array([self.trace.valid_timesteps(sample) for sample in self.samples])
        return np.asarray(np.arange(start, stop)[:, None] >= lengths)

    def _of_units(self, name: str, value: NDArray[Any]) -> NDArray[Any]:
        return value[..., self.units(name)] if self.query.units else value
