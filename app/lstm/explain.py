"""The explanation of one scalar of a trace: the products that it is computed from."""

import math
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from .cell import ACTIVATIONS
from .config import GATES, Direction, Gate
from .errors import InvalidCall, no_reverse, out_of_range
from .trace import CellTrace, Trace
from .weights import CellParameters, cell_parameters


@dataclass(frozen=True)
class Product:
    """One weight times one value: `weight[row, index] * value`, where value is an entry of x_t, h_{t-1} or m_t."""

    source: Literal["x", "h", "m"]
    index: int
    weight: float
    value: float
    product: float


@dataclass(frozen=True)
class GateExplanation:
    """A gate of one unit: its products and biases sum to the pre-activation; its activation is the value.

    z_x is the sum of the products of x and of `bias_ih`; z_h that of the products of h and of `bias_hh`.
    """

    products: tuple[Product, ...]
    bias_ih: float
    bias_hh: float
    z_x: float
    z_h: float
    pre_activation: float
    activation: str
    value: float


@dataclass(frozen=True)
class Explanation:
    """How one unit's c_t and h_t are computed.

    The products are exact (float64 products of the recorded numbers), the sums are rounded once; `value`, `c`, `m` and
    `h` are the recorded numbers. c = forget_term + input_term; h = o * tanh_c, or with projection m = o * tanh_c and
    h = the sum of `projection`, for those units that h has an entry for.
    """

    layer: int
    direction: Direction
    timestep: int
    sample: int
    unit: int
    gates: dict[Gate, GateExplanation]
    c_prev: float
    forget_term: float
    input_term: float
    c: float
    tanh_c: float
    h: float | None
    m: float | None = None
    projection: tuple[Product, ...] = ()


def explain(trace: Trace, layer: int, direction: Direction, timestep: int, sample: int, unit: int) -> Explanation:
    """Explain one unit of one cell at one timestep of one sample.

    Raises InvalidCall naming the index that is out of range.
    """
    _check(trace, layer, direction, timestep, sample, unit)
    found = trace.cell(layer, direction)
    parameters = cell_parameters(trace.parameters, layer, direction)
    x = trace.layer_input(layer, timestep, sample)
    h_prev, c_prev = _previous(trace, found, timestep, sample)
    opened = {
        gate: _explain_gate(gate, unit, parameters, x, h_prev, float(found.quantity(gate)[timestep, sample, unit]))
        for gate in GATES
    }
    c = float(found.c[timestep, sample, unit])
    c_before = float(c_prev[unit])
    common = (layer, direction, timestep, sample, unit, opened, c_before)
    forget_term, input_term = opened["f"].value * c_before, opened["i"].value * opened["g"].value
    h = float(found.h[timestep, sample, unit]) if unit < found.h.shape[-1] else None
    if found.m is None or parameters.weight_hr is None:
        return Explanation(*common, forget_term, input_term, c, math.tanh(c), h)
    row = () if h is None else _products("m", parameters.weight_hr[unit], found.m[timestep, sample])
    m = float(found.m[timestep, sample, unit])
    return Explanation(*common, forget_term, input_term, c, math.tanh(c), h, m, row)


def _check(trace: Trace, layer: int, direction: Direction, timestep: int, sample: int, unit: int) -> None:
    bounds = {
        "layer": (layer, trace.config.num_layers),
        "sample": (sample, trace.batch_size),
        "unit": (unit, trace.config.hidden_size),
    }
    problems = [out_of_range((name,), size) for name, (index, size) in bounds.items() if not 0 <= index < size]
    if direction not in trace.config.directions:
        problems.append(no_reverse(("direction",)))
    if not problems and not 0 <= timestep < trace.valid_timesteps(sample):
        problems.append(out_of_range(("timestep",), trace.valid_timesteps(sample)))
    if problems:
        raise InvalidCall(problems)


def _previous(trace: Trace, found: CellTrace, timestep: int, sample: int) -> tuple[Tensor, Tensor]:
    """h_{t-1} (R,) and c_{t-1} (H,), where t-1 is the preceding timestep in the cell's direction."""
    previous = timestep - 1 if found.direction == "forward" else timestep + 1
    if 0 <= previous < trace.valid_timesteps(sample):
        return found.h[previous, sample], found.c[previous, sample]
    return found.h_0[sample], found.c_0[sample]


def _explain_gate(
    gate: Gate, unit: int, parameters: CellParameters, x: Tensor, h_prev: Tensor, value: float
) -> GateExplanation:
    row = GATES.index(gate) * (parameters.weight_ih.shape[0] // len(GATES)) + unit
    of_x = _products("x", parameters.weight_ih[row], x)
    of_h = _products("h", parameters.weight_hh[row], h_prev)
    bias_ih = 0.0 if parameters.bias_ih is None else float(parameters.bias_ih[row])
    bias_hh = 0.0 if parameters.bias_hh is None else float(parameters.bias_hh[row])
    shares = [
        [*(product.product for product in products), bias] for products, bias in ((of_x, bias_ih), (of_h, bias_hh))
    ]
    z_x, z_h = map(_sum, shares)
    return GateExplanation(
        of_x + of_h, bias_ih, bias_hh, z_x, z_h, _sum(shares[0] + shares[1]), ACTIVATIONS[gate], value
    )


def _products(source: Literal["x", "h", "m"], weights: Tensor, values: Tensor) -> tuple[Product, ...]:
    pairs = zip(weights.to(torch.float64).tolist(), values.to(torch.float64).tolist(), strict=True)
    return tuple(Product(source, k, weight, value, weight * value) for k, (weight, value) in enumerate(pairs))


def _sum(numbers: list[float]) -> float:
    """The sum rounded once; with infinities or NaN among the numbers, the IEEE sum."""
    return math.fsum(numbers) if all(map(math.isfinite, numbers)) else sum(numbers)
