"""A trace as a safetensors file, and back."""

import json
from collections.abc import Mapping, Sequence
from math import inf
from pathlib import Path

from safetensors import SafetensorError
from torch import Tensor

from ..config import Direction, LSTMConfig
from ..overview import Pyramid, pyramid, tile_lengths
from ..trace import CellTrace, Parity, Trace
from .checksum import CHECKSUM_KEY, CHECKSUM_PENDING, MAX_TENSOR_BYTES, tensors_checksum, trace_is_sound
from .mapped import map_tensors
from .writer import Slot, TraceFile

RETURNED = ("input", "output", "h_n", "c_n")


def cell_key(layer: int, direction: str, name: str) -> str:
    """The name under which a quantity or an initial state of a cell is stored."""
    return f"cells.{layer}.{direction}.{name}"


def overview_key(layer: int, direction: str, quantity: str, length: int) -> str:
    """The name under which the summary of a quantity over tiles of `length` timesteps is stored."""
    return f"overviews.{layer}.{direction}.{quantity}.{length}"


def save_trace(trace: Trace, path: Path, metadata: Mapping[str, str]) -> None:
    """Write a whole trace as a safetensors file: its tensors by name, and all else in the metadata.

    Names: input, output, h_n, c_n, cells.{layer}.{direction}.{quantity} with the quantities i f g o c (m) h and the
    initial states h_0 and c_0 of that cell, dropout_masks.{layer}, the parameters under torch's names, and of long
    traces overviews.{layer}.{direction}.{quantity}.{length}. A large file holds a checksum of its bytes and is on the
    disk in the end; a small one has that of its tensors, and may get there later. Raises FileExistsError.
    """
    tensors: dict[str, Tensor] = {name: getattr(trace, name) for name in RETURNED}
    for found in trace.cells:
        for name, value in found.quantities().items():
            tensors[cell_key(found.layer, found.direction, name)] = value
            for length, summary in pyramid(value, trace.lengths).items():
                tensors[overview_key(found.layer, found.direction, name, length)] = summary
        tensors |= {cell_key(found.layer, found.direction, name): getattr(found, name) for name in ("h_0", "c_0")}
    tensors |= {f"dropout_masks.{layer}": mask for layer, mask in trace.dropout_masks.items()}
    tensors |= trace.parameters
    slots = {name: Slot(tuple(value.shape), value.dtype) for name, value in tensors.items()}
    with TraceFile(path, slots, metadata) as file:
        for name, value in tensors.items():
            file.write(name, value)
        described = describe(trace.config, trace.lengths, trace.layer_parities, trace.nonfinite())
        if file.nbytes > MAX_TENSOR_BYTES:
            file.finish(described | {CHECKSUM_KEY: CHECKSUM_PENDING})
        else:
            file.finish(described | {CHECKSUM_KEY: tensors_checksum({**metadata, **described}, tensors)}, flush=False)


def describe(
    config: LSTMConfig, lengths: Sequence[int] | None, layer_parities: Sequence[Parity], nonfinite: int
) -> dict[str, str]:
    """What of a trace is no tensor, as the metadata of its file."""
    # JSON has no infinity
    differences = [None if p.max_abs_difference == inf else p.max_abs_difference for p in layer_parities]
    rest = [(p.bit_equal, p.tolerance) for p in layer_parities]
    return {
        "config": config.model_dump_json(),
        "lengths": json.dumps(lengths),
        "layer_parities": json.dumps(list(zip(differences, rest, strict=True))),
        "nonfinite": str(nonfinite),
    }


def read_trace(path: Path) -> tuple[Trace, dict[str, str]]:
    """A trace that `save_trace` wrote, and its metadata. Raises FileNotFoundError; CorruptTrace for other files."""
    try:
        tensors, metadata = map_tensors(path)
        if not trace_is_sound(path, metadata, tensors):
            raise CorruptTrace(path.name)
        return _assemble(tensors, metadata), metadata
    except (FileNotFoundError, CorruptTrace):
        raise
    except (SafetensorError, KeyError, ValueError, TypeError, OSError) as error:
        raise CorruptTrace(path.name) from error


def read_pyramid(path: Path, layer: int, direction: Direction, quantity: str, lengths: Sequence[int] | None) -> Pyramid:
    """One quantity of one cell with its summaries, mapped into memory and read where they are looked at."""
    tensors, _ = map_tensors(path)
    value = tensors[cell_key(layer, direction, quantity)]
    keys = {length: overview_key(layer, direction, quantity, length) for length in tile_lengths(value.shape[0])}
    summaries = {length: tensors[key] for length, key in keys.items() if key in tensors}
    return Pyramid(value, summaries, lengths)


class CorruptTrace(ValueError):
    """A file that is not, or is no longer, a trace."""


def _assemble(tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> Trace:
    config = LSTMConfig.model_validate_json(metadata["config"])
    lengths = json.loads(metadata["lengths"])
    parities = json.loads(metadata["layer_parities"])
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
        layer_parities=tuple(Parity(inf if found is None else found, *rest) for found, rest in parities),
        lengths=None if lengths is None else tuple(lengths),
        dropout_masks={k: tensors[f"dropout_masks.{k}"] for k in masks if f"dropout_masks.{k}" in tensors},
    )
