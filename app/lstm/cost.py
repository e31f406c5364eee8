"""What a run will take, estimated from its sizes alone, before anything is allocated."""

from dataclasses import dataclass
from typing import Literal

import torch

from app.lstm.config import GATES, LSTMConfig

#: Work of one sequential timestep of one cell besides its arithmetic, in multiply-adds: about 20 microseconds.
TIMESTEP_OVERHEAD = 50_000
#: Work of making one cell: its parameters are allocated, filled and named one by one.
CELL_OVERHEAD = 20_000_000
#: Text bytes of one number in a JSON list.
LIST_BYTES = {torch.float32: 14, torch.float64: 22}
#: The process needs this much for any run, however small.
BASE_BYTES = 1 << 20


#: The header of a trace's file, at most.
HEADER_BYTES = 1 << 16

#: How the trace is sent when it is done: as text, in base64, or not at all.
Sent = Literal["list", "base64", "nothing"]


@dataclass(frozen=True)
class Cost:
    """Peak memory of a run in bytes, its work in multiply-adds, and the size of its trace's file in bytes."""

    memory: int
    work: int
    disk: int


def estimate(
    config: LSTMConfig,
    seq_len: int,
    batch_size: int,
    dtype: torch.dtype,
    sent: Sent = "base64",
    chunk: int | None = None,
) -> Cost:
    """The cost of recording T timesteps of N samples and of sending the trace; of at most `chunk` timesteps at a time.

    A closed form in exact integers: no size is too large to be estimated.
    """
    weights, recorded, per_timestep_work = _numbers(config, batch_size)
    in_memory = seq_len if chunk is None else min(seq_len, chunk)
    cells = config.num_layers * len(config.directions)
    states = 2 * cells * batch_size * config.hidden_size
    kept = weights + states + recorded * in_memory + config.input_size * batch_size * seq_len
    scratch = in_memory * batch_size * (16 * config.hidden_size + 4 * config.output_size + config.input_size)
    numbers_sent = 0 if sent == "nothing" else weights + states + recorded * seq_len
    memory = BASE_BYTES + dtype.itemsize * (2 * kept + scratch) + 2 * bytes_sent(dtype, sent) * numbers_sent
    work = seq_len * (per_timestep_work + cells * TIMESTEP_OVERHEAD) + cells * CELL_OVERHEAD
    disk = dtype.itemsize * (weights + states + recorded * seq_len) * 115 // 100 + HEADER_BYTES
    return Cost(memory * 9 // 8, work, disk)


def bytes_sent(dtype: torch.dtype, sent: Sent) -> int:
    """Bytes of one number in a reply."""
    return LIST_BYTES[dtype] if sent == "list" else dtype.itemsize * 4 // 3 + 1


def _numbers(config: LSTMConfig, batch_size: int) -> tuple[int, int, int]:
    """Of the parameters, of what is recorded at one timestep, and of the multiply-adds of one timestep."""
    directions, rows = len(config.directions), len(GATES) * config.hidden_size
    inputs = config.input_size + (config.num_layers - 1) * config.output_size  # of all layers
    of_cells = config.num_layers * (rows * config.h_size + 2 * rows + config.proj_size * config.hidden_size)
    weights = directions * (rows * inputs + of_cells)
    of_cell = 5 * config.hidden_size + config.h_size + (config.hidden_size if config.proj_size else 0)
    recorded = config.input_size + config.num_layers * directions * of_cell + config.output_size
    return weights, batch_size * recorded, 2 * batch_size * weights
