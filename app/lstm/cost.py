"""What a run will take, estimated from its sizes alone, before anything is allocated."""

from dataclasses import dataclass
from typing import Literal

import torch

from .config import GATES, LSTMConfig

#: Work of one sequential timestep of one cell besides its arithmetic, in multiply-adds: about 20 microseconds.
TIMESTEP_OVERHEAD = 50_000
#: Work of making one cell: its parameters are allocated, filled and named one by one.
CELL_OVERHEAD = 20_000_000
#: Text bytes of one number in a JSON list.
LIST_BYTES = {torch.float32: 14, torch.float64: 22}
#: What recording at once with oneDNN, recording at once without, recording in chunks, and sending take besides, however
#: small the run. These and the factors below are bounds of what `python -m tests.soak.memory` measures, at most twice
#: the peak.
ONEDNN_BYTES, NATIVE_BYTES, CHUNKS_BYTES, SENT_BYTES = 7 << 19, 11 << 19, 34 << 19, 1 << 18
#: Of a reply that grows so far it is copied where it lies; of a larger one pages are moved.
COPIED_BYTES = 16 << 20
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
    *,
    training: bool = False,
) -> Cost:
    """The cost of recording T timesteps of N samples and of sending the trace; of at most `chunk` timesteps at a time.

    training: whether the masks of the dropout are drawn and recorded.

    A closed form in exact integers: no size is too large to be estimated.
    """
    weights, recorded, per_timestep_work = _numbers(config, batch_size)
    cells = config.num_layers * len(config.directions)
    given = weights + 2 * cells * batch_size * config.hidden_size
    masked = config.num_layers - 1 if training and config.dropout > 0 else 0
    masks = masked * seq_len * batch_size * config.output_size
    numbers = given + recorded * seq_len + masks
    if chunk is None or chunk >= seq_len:
        recording = _recorded_whole(config, seq_len, batch_size, numbers, masks, dtype)
    else:
        recording = _recorded_in_chunks(config, seq_len, batch_size, chunk, given, dtype)
    sending = 0 if sent == "nothing" else _sent(numbers, dtype, sent)
    work = seq_len * (per_timestep_work + cells * TIMESTEP_OVERHEAD) + cells * CELL_OVERHEAD
    disk = dtype.itemsize * numbers * 115 // 100 + HEADER_BYTES
    return Cost(max(recording, sending), work, disk)


def _is_native(config: LSTMConfig, dtype: torch.dtype) -> bool:
    """Whether torch computes a layer itself; otherwise oneDNN does."""
    return dtype is torch.float64 or config.proj_size > 0


def _widest(config: LSTMConfig) -> int:
    """Features of the widest input of a layer that is turned for the reverse direction."""
    if not config.bidirectional:
        return 0
    return max(config.input_size, config.output_size if config.num_layers > 1 else 0)


def _recorded_whole(
    config: LSTMConfig, seq_len: int, batch_size: int, numbers: int, masks: int, dtype: torch.dtype
) -> int:
    """Bytes of recording at once: the trace, much of it again, and of one layer what its kernel has beside it."""
    if _is_native(config, dtype):
        of_layer = 4 * config.output_size + 4 * len(GATES) * config.hidden_size * (dtype is torch.float64)
        return NATIVE_BYTES + dtype.itemsize * (22 * numbers + seq_len * batch_size * of_layer) // 10
    of_layer = 42 * config.output_size + 16 * _widest(config)
    tenths = 19 * numbers + 8 * masks + seq_len * batch_size * of_layer
    return ONEDNN_BYTES + 740 * seq_len + dtype.itemsize * tenths // 10


def _recorded_in_chunks(
    config: LSTMConfig, seq_len: int, batch_size: int, chunk: int, given: int, dtype: torch.dtype
) -> int:
    """Bytes of recording piece by piece: input and output, the weights again, and of one layer what a chunk takes."""
    some = min(-(-seq_len // chunk), 3)  # how many of them it takes until memory is used again and no more is needed
    native = _is_native(config, dtype)  # torch keeps the pre-activations of all timesteps
    of_chunk = (34 + 11 * native) * len(GATES) * config.hidden_size + 16 * some * config.output_size
    of_timestep = 17 * config.input_size + 3 * config.output_size
    tenths = 19 * given + batch_size * (chunk * of_chunk + seq_len * of_timestep)
    return CHUNKS_BYTES + dtype.itemsize * tenths // 10


def _sent(numbers: int, dtype: torch.dtype, sent: Sent) -> int:
    """Bytes of sending: the trace, what is encoded of it, and the reply, which grows while it is written."""
    if sent == "base64":
        return SENT_BYTES + 70 * dtype.itemsize * numbers // 10
    reply = bytes_sent(dtype, sent) * numbers
    return SENT_BYTES + 2 * (dtype.itemsize * numbers + reply) + 4 * min(reply, COPIED_BYTES) // 10


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
