"""The pre-activations of a recorded cell, computed again from the trace where somebody asks for them."""

from torch import Tensor

from app.lstm import cell
from app.lstm.config import GATES, Direction, Gate
from app.lstm.trace import CellTrace, Trace
from app.lstm.weights import cell_parameters


def pre_activations(trace: Trace, layer: int, direction: Direction, start: int, stop: int) -> dict[Gate, Tensor]:
    """z of each gate at the timesteps start to stop, (timesteps, N, H): what the activation of the gate was taken of.

    Where a sample has ended there is NaN.
    """
    found = trace.cell(layer, direction)
    parameters = cell_parameters(trace.parameters, layer, direction)
    z = cell.affine_x(trace.layer_inputs(layer, start, stop), parameters.weight_ih, parameters.bias_ih)
    z = z + cell.affine_h(_previous_h(trace, found, start, stop), parameters.weight_hh, parameters.bias_hh)
    missing = found.i[start:stop].isnan()
    parts = z.chunk(len(GATES), dim=-1)
    return {gate: part.masked_fill(missing, float("nan")) for gate, part in zip(GATES, parts, strict=True)}


def _previous_h(trace: Trace, found: CellTrace, start: int, stop: int) -> Tensor:
    """h_{t-1} of those timesteps, in the order in which the cell computes, (timesteps, N, R)."""
    step = -1 if found.direction == "forward" else 1
    previous = found.h.new_empty(stop - start, *found.h.shape[1:])
    for sample in range(trace.batch_size):
        end = trace.valid_timesteps(sample)
        first, last = max(start, -step if step < 0 else 0), min(stop, end - step if step > 0 else end)
        previous[:, sample] = found.h_0[sample]
        if first < last:
            previous[first - start : last - start, sample] = found.h[first + step : last + step, sample]
    return previous
