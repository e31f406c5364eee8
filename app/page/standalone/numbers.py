"""What the page otherwise requests from the server while it is used: the data of explanations, for every cell."""

from typing import Any

import torch
from torch import Tensor

from ...lstm import CellTrace, Trace
from ...lstm.pre_activations import shares
from ...lstm.units import units
from ...schemas import Encoding, encode


def numbers_of(trace: Trace) -> list[dict[str, Any]]:
    """One entry per cell, for orjson.

    h_0, c_0: initial states of the cell. z_x, z_h, z: (T, N, 4H), the parts of the pre-activations from x and h, and
    the pre-activations; tanh_c: (T, N, H). units: statistics of the units, per sample.
    """
    return [_of_cell(trace, cell) for cell in trace.cells]


def _of_cell(trace: Trace, cell: CellTrace) -> dict[str, Any]:
    z_x, z_h = shares(trace, cell.layer, cell.direction, 0, trace.seq_len)
    tensors = {"h_0": cell.h_0, "c_0": cell.c_0, "z_x": z_x, "z_h": z_h, "z": z_x + z_h, "tanh_c": torch.tanh(cell.c)}
    return {
        "layer": cell.layer,
        "direction": cell.direction,
        **{name: encode(tensor, Encoding.BASE64) for name, tensor in tensors.items()},
        "units": [_of_units(trace, cell, sample) for sample in range(trace.batch_size)],
    }


def _of_units(trace: Trace, cell: CellTrace, sample: int) -> dict[str, list[float | None]]:
    """Null where a number is not finite, as in the API."""

    def listed(value: Tensor) -> list[float | None]:
        finite = torch.isfinite(value).tolist()
        return [number if fine else None for number, fine in zip(value.tolist(), finite, strict=True)]

    found = units(cell.f, cell.c, trace.valid_timesteps(sample), sample)
    return {name: listed(value) for name, value in vars(found).items()}
