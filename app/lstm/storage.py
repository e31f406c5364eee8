"""A trace as a safetensors file, and back."""

import json
from collections.abc import Mapping
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from app.lstm.config import LSTMConfig
from app.lstm.trace import CellTrace, Parity, Trace

RETURNED = ("input", "output", "h_n", "c_n")


def cell_key(layer: int, direction: str, quantity: str) -> str:
    """The name under which a quantity of a cell is stored."""
    return f"cells.{layer}.{direction}.{quantity}"


def to_bytes(trace: Trace, metadata: Mapping[str, str]) -> bytes:
    """The whole trace as a safetensors file: its tensors by name, and all else in the metadata.

    Names: input, output, h_n, c_n, cells.{layer}.{direction}.{quantity} with the quantities i f g o c (m) h and the
    initial states h_0 and c_0 of that cell, dropout_masks.{layer}, and the parameters under torch's names.
    """
    tensors: dict[str, Tensor] = {name: getattr(trace, name) for name in RETURNED}
    for found in trace.cells:
        every = found.quantities() | {"h_0": found.h_0, "c_0": found.c_0}
        tensors |= {cell_key(found.layer, found.direction, name): value for name, value in every.items()}
    tensors |= {f"dropout_masks.{layer}": mask for layer, mask in trace.dropout_masks.items()}
    tensors |= trace.parameters
    return save({name: value.contiguous() for name, value in tensors.items()}, _describe(trace) | dict(metadata))


def _describe(trace: Trace) -> dict[str, str]:
    parity = trace.parity
    return {
        "config": trace.config.model_dump_json(),
        "lengths": json.dumps(trace.lengths),
        "parity": json.dumps([_number(parity.max_abs_difference), parity.bit_equal, parity.tolerance]),
    }


def _number(value: float) -> float | None:
    return value if value < float("inf") else None


def read(path: Path) -> tuple[Trace, dict[str, str]]:
    """The trace that `to_bytes` wrote, and its metadata. Raises FileNotFoundError, and CorruptTrace for other files."""
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (no mapping)
            metadata: dict[str, str] = file.metadata() or {}
        return _assemble(tensors, metadata), metadata
    except FileNotFoundError:
        raise
    except (SafetensorError, KeyError, ValueError, TypeError, OSError) as error:
        raise CorruptTrace(path.name) from error


class CorruptTrace(ValueError):
    """A file that is not, or is no longer, a trace."""


def _assemble(tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> Trace:
    config = LSTMConfig.model_validate_json(metadata["config"])
    lengths = json.loads(metadata["lengths"])
    difference, bit_equal, tolerance = json.loads(metadata["parity"])
    cells = (
        CellTrace(
            layer,
            direction,
            **{name: tensors[cell_key(layer, direction, name)] for name in (*config.quantities, "h_0", "c_0")},
        )
        for layer in range(config.num_layers)
        for direction in config.directions
    )
    masks = range(config.num_layers - 1)
    return Trace(
        config=config,
        input=tensors["input"],
        cells=tuple(cells),
        output=tensors["output"],
        h_n=tensors["h_n"],
        c_n=tensors["c_n"],
        parameters={name: tensors[name] for name in config.parameter_shapes()},
        parity=Parity(float("inf") if difference is None else difference, bit_equal, tolerance),
        lengths=None if lengths is None else tuple(lengths),
        dropout_masks={k: tensors[f"dropout_masks.{k}"] for k in masks if f"dropout_masks.{k}" in tensors},
    )
