"""The numbers of cells as a table, in blocks: long, a row per number; or wide, a row per timestep and sample.

Long: layer, direction, timestep, sample, unit, quantity, value; cell by cell, and in a cell quantity by quantity.
Wide: timestep, sample, and a column `layer.direction.quantity.unit` for each unit.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..schemas.part import Part

LONG = ("layer", "direction", "timestep", "sample", "unit", "quantity", "value")
KEYS = ("timestep", "sample")


@dataclass(frozen=True)
class Block:
    """Numbers of consecutive timesteps from `start`, (timesteps, samples, width), and which rows are padding,
    (timesteps, samples)."""

    start: int
    values: NDArray[Any]
    padding: NDArray[np.bool_]


@dataclass(frozen=True)
class Share(Block):
    """A block of one quantity of one cell; its width is that of `units`."""

    layer: int
    direction: str
    quantity: str
    units: list[int]


def long_shares(part: Part) -> Iterator[Share]:
    """The blocks of the long table."""
    for cell in part.cells:
        for name in part.quantities:
            units = part.units(name)
            for start, stop in part.spans(len(part.samples) * part.trace.config.hidden_size) if units else ():
                values = part.values(cell, (name,), start, stop)[name]
                yield Share(start, values, part.is_padding(start, stop), cell.layer, cell.direction, name, units)


def wide_columns(part: Part) -> list[str]:
    """The columns of the wide table, without its keys."""
    return [
        f"{cell.layer}.{cell.direction}.{name}.{unit}"
        for cell in part.cells
        for name in part.quantities
        for unit in part.units(name)
    ]


def wide_blocks(part: Part) -> Iterator[Block]:
    """The blocks of the wide table."""
    width = len(wide_columns(part))
    for start, stop in part.spans(len(part.samples) * width):
        found = [part.values(cell, part.quantities, start, stop) for cell in part.cells]
        values = np.concatenate([values[name] for values in found for name in part.quantities], axis=-1)
        yield Block(start, values, part.is_padding(start, stop))
