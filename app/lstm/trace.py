"""A trace: every number of one forward pass, as an immutable value."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import inf
from typing import Any

import torch
from torch import Tensor

from .config import Direction, LSTMConfig

_TOLERANCES = {torch.float32: 1e-6, torch.float64: 1e-12}


def tolerance(dtype: torch.dtype) -> float:
    """The largest difference explained by rounding, for numbers of magnitude 1."""
    return _TOLERANCES.get(dtype) or 8 * torch.finfo(dtype).eps


def nonfinite(value: Tensor) -> int:
    """How many numbers are infinite or NaN; a finite sum usually shows at once that there are none."""
    return 0 if torch.isfinite(value.sum()) else int((~torch.isfinite(value)).sum())


@dataclass(frozen=True)
class Parity:
    """How far the recorded numbers are from torch's own.

    From the recorded gates alone, every h_t and the last c_t of every cell are computed again and compared with those
    that `nn.LSTM` returned. `max_abs_difference` is the largest difference found, `tolerance` what rounding explains:
    1e-6 (float32) or 1e-12 (float64) times the largest magnitude in the sums, if that is above 1.
    """

    max_abs_difference: float
    bit_equal: bool
    tolerance: float

    @property
    def ok(self) -> bool:
        return self.max_abs_difference < inf and self.max_abs_difference <= self.tolerance

    @classmethod
    def worst(cls, parities: Iterable["Parity"]) -> "Parity":
        """The parity of a whole LSTM from those of its cells: the one with the largest share of its tolerance."""
        every = list(parities)
        worst = max(every, key=lambda p: (not p.ok, p.max_abs_difference / p.tolerance))
        return cls(worst.max_abs_difference, all(p.bit_equal for p in every), worst.tolerance)


@dataclass(frozen=True)
class CellTrace:
    """The quantities of one cell (a layer in one direction), time-major in input order.

    i, f, g, o, c: (T, N, H). h: (T, N, H), or with projection (T, N, P), and then m: (T, N, H) is h before it.
    h_0: (N, R) and c_0: (N, H) are the initial states. z_i, z_f, z_g, z_o: (T, N, H), the pre-activations of the gates,
    if requested. NaN beyond a sample's length.
    """

    layer: int
    direction: Direction
    i: Tensor
    f: Tensor
    g: Tensor
    o: Tensor
    c: Tensor
    h: Tensor
    h_0: Tensor
    c_0: Tensor
    m: Tensor | None = None
    z_i: Tensor | None = None
    z_f: Tensor | None = None
    z_g: Tensor | None = None
    z_o: Tensor | None = None

    def quantity(self, name: str) -> Tensor:
        """A recorded quantity by its name."""
        value = getattr(self, name)
        assert isinstance(value, Tensor)
        return value

    def quantities(self) -> dict[str, Tensor]:
        """All recorded quantities by name, in the order of `LSTMConfig.quantities`."""
        names = ("i", "f", "g", "o", "c", "h") if self.m is None else ("i", "f", "g", "o", "c", "m", "h")
        return {name: self.quantity(name) for name in names}

    def cpu(self) -> "CellTrace":
        """This cell trace in CPU memory; itself if it is there."""
        if self.i.is_cpu:
            return self
        there: dict[str, Any] = {
            name: value.cpu() if isinstance(value, Tensor) else value for name, value in vars(self).items()
        }
        return CellTrace(**there)


@dataclass(frozen=True)
class Trace:
    """One forward pass of one `nn.LSTM`.

    input: (T, N, I), time-major. output, h_n, c_n: torch's own, in the layout of that call. parameters: under torch's
    names. cells: layer-major, forward before reverse. layer_parities: one for each layer. lengths: valid timesteps of
    each sample, or None for all. dropout_masks: for each layer but the last, (T, N, D*R), what its output was
    multiplied by; empty without dropout.
    """

    config: LSTMConfig
    input: Tensor
    cells: tuple[CellTrace, ...]
    output: Tensor
    h_n: Tensor
    c_n: Tensor
    parameters: Mapping[str, Tensor]
    layer_parities: tuple[Parity, ...]
    lengths: tuple[int, ...] | None = None
    dropout_masks: Mapping[int, Tensor] = field(default_factory=dict)

    @property
    def parity(self) -> Parity:
        """The parity of the whole LSTM."""
        return Parity.worst(self.layer_parities)

    @property
    def seq_len(self) -> int:
        return self.input.shape[0]

    @property
    def batch_size(self) -> int:
        return self.input.shape[1]

    @property
    def dtype(self) -> torch.dtype:
        return self.input.dtype

    def cell(self, layer: int, direction: Direction) -> CellTrace:
        """The cell of a layer and direction. Raises IndexError if this LSTM does not have it."""
        if not 0 <= layer < self.config.num_layers or direction not in self.config.directions:
            raise IndexError(f"no cell of layer {layer}, {direction}")
        return self.cells[layer * len(self.config.directions) + self.config.directions.index(direction)]

    def layer_input(self, layer: int, timestep: int, sample: int) -> Tensor:
        """The input of the cells of `layer` at one timestep, (in,)."""
        return self.layer_inputs(layer, timestep, timestep + 1)[0, sample]

    def layer_inputs(self, layer: int, start: int, stop: int) -> Tensor:
        """The input of the cells of `layer` at the timesteps start to stop, (timesteps, N, in).

        That is the model's input, or the output of the layer below, after dropout.
        """
        time = slice(start, stop)
        if layer == 0:
            return self.input[time]
        joined = torch.cat([self.cell(layer - 1, direction).h[time] for direction in self.config.directions], dim=-1)
        mask = self.dropout_masks.get(layer - 1)
        return joined if mask is None else joined * mask[time]

    def returned(self, time: slice, samples: slice) -> tuple[Tensor, Tensor, Tensor]:
        """output, h_n and c_n in torch's own layout, sliced along time and samples."""
        if self.output.dim() == 2:
            return self.output[time], self.h_n, self.c_n
        output = self.output[samples, time] if self.config.batch_first else self.output[time, samples]
        return output, self.h_n[:, samples], self.c_n[:, samples]

    def cpu(self) -> "Trace":
        """This trace in CPU memory; itself if it is there."""
        if self.input.is_cpu:
            return self
        return replace(
            self,
            input=self.input.cpu(),
            cells=tuple(cell.cpu() for cell in self.cells),
            output=self.output.cpu(),
            h_n=self.h_n.cpu(),
            c_n=self.c_n.cpu(),
            parameters={name: value.cpu() for name, value in self.parameters.items()},
            dropout_masks={layer: mask.cpu() for layer, mask in self.dropout_masks.items()},
        )

    def valid_timesteps(self, sample: int) -> int:
        """The number of valid timesteps of a sample."""
        return self.seq_len if self.lengths is None else self.lengths[sample]

    def nonfinite(self) -> int:
        """How many recorded numbers are infinite or NaN, without padding."""
        every = [value for cell in self.cells for value in cell.quantities().values()]
        count = sum(map(nonfinite, every))
        if self.lengths is not None:
            padding = self.seq_len * self.batch_size - sum(self.lengths)
            count -= padding * sum(value.shape[-1] for value in every)
        return count
