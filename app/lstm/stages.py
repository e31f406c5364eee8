"""The stages of a cell at one timestep: what each reads, what it writes, and its equation.

The page's texts, highlights and numbers all follow this table, and a test runs it as a program against the recorder, so
that none of them can diverge from the arithmetic.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from torch import Tensor

from . import cell
from .config import LSTMConfig

StageValues = Mapping[str, Tensor | None]


@dataclass(frozen=True)
class Stage:
    """One operation inside a cell. `reads` and `writes` are names of values of this timestep and of parameters."""

    name: str
    formula: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    compute: Callable[..., Tensor | tuple[Tensor, ...]]

    def run(self, values: StageValues) -> dict[str, Tensor]:
        """The values that the stage writes, given those that it reads; an absent bias is None."""
        written = self.compute(*(values[name] for name in self.reads))
        return dict(zip(self.writes, written if isinstance(written, tuple) else (written,), strict=True))


def _gates(z_x: Tensor, z_h: Tensor) -> tuple[Tensor, ...]:
    return cell.gates(z_x + z_h)


_AFFINE_X = Stage("affine_x", "z_x = W_ih x_t + b_ih", ("x", "weight_ih", "bias_ih"), ("z_x",), cell.affine_x)
_AFFINE_H = Stage("affine_h", "z_h = W_hh h_{t-1} + b_hh", ("h_prev", "weight_hh", "bias_hh"), ("z_h",), cell.affine_h)
_GATES = Stage(
    "gates", "i, f, o = sigmoid(z_x + z_h); g = tanh(z_x + z_h)", ("z_x", "z_h"), ("i", "f", "g", "o"), _gates
)
_CELL_STATE = Stage("cell_state", "c_t = f * c_{t-1} + i * g", ("f", "c_prev", "i", "g"), ("c",), cell.cell_state)
_HIDDEN_STATE = Stage("hidden_state", "h_t = o * tanh(c_t)", ("o", "c"), ("h",), cell.hidden_state)
_BEFORE_PROJECTION = Stage("hidden_state", "m_t = o * tanh(c_t)", ("o", "c"), ("m",), cell.hidden_state)
_PROJECTION = Stage("projection", "h_t = W_hr m_t", ("m", "weight_hr"), ("h",), cell.projection)

_COMMON = (_AFFINE_X, _AFFINE_H, _GATES, _CELL_STATE)
STAGES: tuple[Stage, ...] = (*_COMMON, _HIDDEN_STATE)
STAGES_WITH_PROJECTION: tuple[Stage, ...] = (*_COMMON, _BEFORE_PROJECTION, _PROJECTION)


def stages(config: LSTMConfig) -> tuple[Stage, ...]:
    """The stages of every cell of an LSTM with this configuration, in order."""
    return STAGES_WITH_PROJECTION if config.proj_size else STAGES
