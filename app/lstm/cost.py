"""What a run will take, estimated from its sizes alone, before anything is allocated."""

from dataclasses import dataclass

import torch

from app.lstm.config import GATES, LSTMConfig

#: Work of one sequential timestep of one cell besides its arithmetic, in multiply-adds: about 20 microseconds.
TIMESTEP_OVERHEAD = 50_000
#: Work of making one cell: its parameters are allocated, filled and named one by one.
CELL_OVERHEAD = 2_000_000
#: Text bytes of one number in a JSON list.
LIST_BYTES = {torch.float32: 14, torch.float64: 22}
#: The process needs this much for any run, however small.
BASE_BYTES = 1 << 20


@dataclass(frozen=True)
class Cost:
    """Peak memory of a run, in bytes, and its work, in multiply-adds."""

    memory: int
    work: int


def estimate(config: LSTMConfig, seq_len: int, batch_size: int, dtype: torch.dtype, as_list: bool = False) -> Cost:
    """The cost of recording T timesteps of N samples and of sending the trace, in base64 or, `as_list`, as text.

    A closed form in exact integers: no size is too large to be estimated.
    """
    directions, rows = len(config.directions), len(GATES) * config.hidden_size
    cells = config.num_layers * directions
    inputs = config.input_size + (config.num_layers - 1) * config.output_size  # of all layers
    weights = directions * (
        rows * inputs + config.num_layers * (rows * config.h_size + 2 * rows + config.proj_size * config.hidden_size)
    )
    tiles = seq_len * batch_size
    recorded = tiles * (
        config.input_size
        + cells * (5 * config.hidden_size + config.h_size + (config.hidden_size if config.proj_size else 0))
    )
    returned = tiles * config.output_size + 2 * cells * batch_size * config.hidden_size
    scratch = tiles * (
        3 * rows + 4 * config.hidden_size + 3 * config.output_size + config.layer_input_size(0)
    )  # of one cell
    sent = weights + recorded + returned
    per_number = LIST_BYTES[dtype] if as_list else dtype.itemsize * 4 // 3 + 1
    memory = BASE_BYTES + dtype.itemsize * (2 * sent + scratch) + 2 * per_number * sent
    work = 2 * tiles * weights + seq_len * cells * TIMESTEP_OVERHEAD + cells * CELL_OVERHEAD
    return Cost(memory, work)
