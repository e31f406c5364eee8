"""The estimated cost of a run, from its sizes alone, before anything is allocated."""

from dataclasses import dataclass
from typing import Literal

import torch

from .config import GATES, LSTMConfig

#: Overhead of one sequential timestep of one cell, in multiply-adds: about 20 microseconds.
TIMESTEP_OVERHEAD = 50_000
#: Overhead of creating one cell: its parameters are allocated, filled and named one by one.
CELL_OVERHEAD = 20_000_000
#: Text bytes of one number in a JSON list.
LIST_BYTES = {torch.float32: 14, torch.float64: 22}
#: Fixed overhead in bytes of recording at once with oneDNN, at once without, in chunks, and of sending, however small
#: the run. These and the factors below are bounds on what `python -m tests.soak.memory` measures, at most twice the
#: peak.
ONEDNN_BYTES, NATIVE_BYTES, CHUNKS_BYTES, SENT_BYTES = 7 << 19, 11 << 19, 34 << 19, 1 << 18
#: A reply that grows up to this size is copied on reallocation; of a larger one pages are moved.
COPIED_BYTES = 16 << 20
#: Maximum size of a trace file's header.
HEADER_BYTES = 1 << 16

#: How the trace is sent: as text, in base64, or not at all.
Sent = Literal["list", "base64", "nothing"]


@dataclass(frozen=True)
class Cost:
    """Peak memory of a run in bytes, its work in multiply-adds, and the size of its trace file in bytes."""

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
    """The cost of recording T timesteps of N samples, at most `chunk` timesteps at a time, and of sending the trace.

    training: whether dropout masks are drawn and recorded.

    A closed form in exact integers: it cannot overflow, whatever the sizes.
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
    """Whether torch's own kernel computes a layer, instead of oneDNN."""
    return dtype is torch.float64 or config.proj_size > 0


def _widest(config: LSTMConfig) -> int:
    """Features of the widest layer input that is reversed for the reverse direction."""
    if not config.bidirectional:
        return 0
    return max(config.input_size, config.output_size if config.num_layers > 1 else 0)


def _recorded_whole(
    config: LSTMConfig, seq_len: int, batch_size: int, numbers: int, masks: int, dtype: torch.dtype
) -> int:
    """Bytes of recording at once: the trace, copies of much of it, and the kernel's workspace for one layer."""
    if _is_native(config, dtype):
        of_layer = 4 * config.output_size + 4 * len(GATES) * config.hidden_size * (dtype is torch.float64)
        return NATIVE_BYTES + dtype.itemsize * (22 * numbers + seq_len * batch_size * of_layer) // 10
    of_layer = 42 * config.output_size + 16 * _widest(config)
    tenths = 19 * numbers + 8 * masks + seq_len * batch_size * of_layer
    return ONEDNN_BYTES + 740 * seq_len + dtype.itemsize * tenths // 10


def _recorded_in_chunks(
    config: LSTMConfig, seq_len: int, batch_size: int, chunk: int, given: int, dtype: torch.dtype
) -> int:
    """Bytes of recording in chunks: input and output, a copy of the weights, and what one chunk of one layer takes."""
    some = min(-(-seq_len // chunk), 3)  # chunks until memory is reused and no more is allocated
    native = _is_native(config, dtype)  # torch keeps the pre-activations of all timesteps
    of_chunk = (34 + 11 * native) * len(GATES) * config.hidden_size + 16 * some * config.output_size
    of_timestep = 17 * config.input_size + 3 * config.output_size
    tenths = 19 * given + batch_size * (chunk * of_chunk + seq_len * of_timestep)
    return CHUNKS_BYTES + dtype.itemsize * tenths // 10


def _sent(numbers: int, dtype: torch.dtype, sent: Sent) -> int:
    """Bytes of sending: the trace, its encoded tensors, and the reply, which grows while it is written."""
    if sent == "base64":
        return SENT_BYTES + 70 * dtype.itemsize * numbers // 10
    reply = bytes_sent(dtype, sent) * numbers
    return SENT_BYTES + 2 * (dtype.itemsize * numbers + reply) + 4 * min(reply, COPIED_BYTES) // 10


def bytes_sent(dtype: torch.dtype, sent: Sent) -> int:
    """Bytes of one number in a reply."""
    return LIST_BYTES[dtype] if sent == "list" else dtype.itemsize * 4 // 3 + 1


def _numbers(config: LSTMConfig, batch_size: int) -> tuple[int, int, int]:
    """Numbers of all parameters, numbers recorded per timestep, and multiply-adds per timestep."""
    directions, rows = len(config.directions), len(GATES) * config.hidden_size
    inputs = config.input_size + (config.num_layers - 1) * config.output_size  # over all layers
    of_cells = config.num_layers * (rows * config.h_size + 2 * rows + config.proj_size * config.hidden_size)
    weights = directions * (rows * inputs + of_cells)
    of_cell = 5 * config.hidden_size + config.h_size + (config.hidden_size if config.proj_size else 0)
    recorded = config.input_size + config.num_layers * directions * of_cell + config.output_size
    return weights, batch_size * recorded, 2 * batch_size * weights
