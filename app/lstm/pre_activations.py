"""Pre-activations of a recorded cell, recomputed from the trace on request."""

from torch import Tensor

from . import cell
from .config import GATES, Direction, Gate
from .trace import CellTrace, Trace
from .weights import cell_parameters


def pre_activations(trace: Trace, layer: int, direction: Direction, start: int, stop: int) -> dict[Gate, Tensor]:
    """z of each gate at the timesteps start to stop, (timesteps, N, H). NaN beyond the length of a sample."""
    z_x, z_h = shares(trace, layer, direction, start, stop)
    missing = trace.cell(layer, direction).i[start:stop].isnan()
    parts = (z_x + z_h).chunk(len(GATES), dim=-1)
    return {gate: part.masked_fill(missing, float("nan")) for gate, part in zip(GATES, parts, strict=True)}


def shares(trace: Trace, layer: int, direction: Direction, start: int, stop: int) -> tuple[Tensor, Tensor]:
    """The terms of x and of h_{t-1} in the pre-activations, biases included, each (timesteps, N, 4H).

    Undefined beyond the length of a sample.
    """
    found = trace.cell(layer, direction)
    parameters = cell_parameters(trace.parameters, layer, direction)
    x, h = trace.layer_inputs(layer, start, stop), _previous_h(trace, found, start, stop)
    z_x = cell.affine_x(x, parameters.weight_ih, parameters.bias_ih)
    return z_x, cell.affine_h(h, parameters.weight_hh, parameters.bias_hh)


def _previous_h(trace: Trace, found: CellTrace, start: int, stop: int) -> Tensor:
    """h_{t-1} of those timesteps in the cell's direction, (timesteps, N, R)."""
    step = -1 if found.direction == "forward" else 1
    previous = found.h.new_empty(stop - start, *found.h.shape[1:])
    for sample in range(trace.batch_size):
        end = trace.valid_timesteps(sample)
        first, last = max(start, -step if step < 0 else 0), min(stop, end - step if step > 0 else end)
        previous[:, sample] = found.h_0[sample]
        if first < last:
            previous[first - start : last - start, sample] = found.h[first + step : last + step, sample]
    return previous
