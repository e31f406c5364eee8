"""Recording at any length: in chunks of time, cell after cell, directly into the trace's file.

A chunk of one cell is a call of a real `nn.LSTM` of one layer and direction, from the final states of the chunk before
it; torch computes the same bits as in one long call. Only one chunk is in memory.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor, nn

from ..config import Direction
from ..overview import BASE, RATIO, coarsen, summarize, tile_count, tile_lengths, tile_weights
from ..trace import CellTrace, Parity, nonfinite
from ..tracefile.checksum import CHECKSUM_KEY, CHECKSUM_PENDING
from ..tracefile.storage import cell_key, describe, overview_key
from ..tracefile.writer import Slot, TraceFile
from ..weights import cell_parameters
from .call import Call, State, check_call
from .cell_call import cell_call
from .cell_run import CellRun
from .open_cell import open_cell
from .scan import BLOCK

#: Maximum timesteps of a chunk. Blocks of the scan and tiles of the finer summaries never cross its end.
CHUNK = BASE * RATIO**4
#: Minimum timesteps of a chunk.
SHORTEST_CHUNK = BASE * RATIO**2
assert SHORTEST_CHUNK % BLOCK == 0
#: Target bytes of the gates of one chunk; its other memory is a small multiple of that.
CHUNK_BYTES = 16 << 20

Progress = Callable[[int, int], None]


def chunk_length(hidden_size: int, batch_size: int, dtype: torch.dtype) -> int:
    """The timesteps of a chunk of a cell: fewer if one timestep is larger."""
    length = CHUNK
    while length > SHORTEST_CHUNK and length * batch_size * 4 * hidden_size * dtype.itemsize > CHUNK_BYTES:
        length //= RATIO
    return length


def stream(
    lstm: nn.LSTM,
    x: Tensor,
    hx: State | None,
    path: Path,
    metadata: Mapping[str, str],
    *,
    progress: Progress = lambda done, total: None,
) -> None:
    """Record `lstm(x, hx)` into a new safetensors file at `path`.

    The file equals what `save_trace` writes of the trace of `record(lstm, x, hx)`, bit for bit. `progress` is called
    with the timesteps of cells done and their total; an exception that it raises ends the run. After an exception no
    file remains. Dropout must not be active. Raises InvalidCall as `record` does.
    """
    config = check_call(lstm, x, hx)
    call = Call.of(config, x, hx, None)
    with torch.no_grad(), TraceFile(path, slots(call, x), metadata) as file:
        run = _Run(lstm, call, file, progress)
        for name, parameter in run.parameters.items():
            file.write(name, parameter)
        file.write("input", call.x)
        for layer in range(config.num_layers):
            run.parities.append([])
            for direction in config.directions:
                run.cell(layer, direction)
        run.output(unbatched=x.dim() == 2)
        described = describe(config, None, [Parity.worst(of_layer) for of_layer in run.parities], run.nonfinite)
        file.finish(described | {CHECKSUM_KEY: CHECKSUM_PENDING})


def slots(call: Call, x: Tensor) -> dict[str, Slot]:
    """Every tensor of the file, in its order."""
    config, (seq_len, batch_size, _) = call.config, call.x.shape
    cells = config.num_layers * len(config.directions)
    batch = () if call.unbatched else (batch_size,)
    shapes: dict[str, tuple[int, ...]] = {
        "input": tuple(call.x.shape),
        "output": (*x.shape[:-1], config.output_size),
        "h_n": (cells, *batch, config.h_size),
        "c_n": (cells, *batch, config.hidden_size),
    }
    for layer in range(config.num_layers):
        for direction in config.directions:
            for quantity in config.quantities:
                size = config.quantity_size(quantity)
                shapes[cell_key(layer, direction, quantity)] = (seq_len, batch_size, size)
                for length in tile_lengths(seq_len):
                    tiles = tile_count(seq_len, length)
                    shapes[overview_key(layer, direction, quantity, length)] = (tiles, 3, batch_size, size)
            shapes[cell_key(layer, direction, "h_0")] = (batch_size, config.h_size)
            shapes[cell_key(layer, direction, "c_0")] = (batch_size, config.hidden_size)
    shapes |= config.parameter_shapes()
    return {name: Slot(shape, call.x.dtype) for name, shape in shapes.items()}


@dataclass
class _Run:
    """State carried from chunk to chunk and from cell to cell."""

    lstm: nn.LSTM
    call: Call
    file: TraceFile
    progress: Progress
    parities: list[list[Parity]] = field(default_factory=list)  # per layer
    finals: list[State] = field(default_factory=list)
    nonfinite: int = 0
    done: int = 0

    def __post_init__(self) -> None:
        self.config = self.call.config
        self.seq_len, batch_size, _ = self.call.x.shape
        self.chunk = chunk_length(self.config.hidden_size, batch_size, self.call.x.dtype)
        self.parameters = {name: parameter.detach() for name, parameter in self.lstm.named_parameters()}

    def chunks(self) -> list[slice]:
        """The timesteps in chunks."""
        starts = range(0, self.seq_len, self.chunk)
        return [slice(start, min(start + self.chunk, self.seq_len)) for start in starts]

    def cell(self, layer: int, direction: Direction) -> None:
        """Record one cell from its first chunk to its last, in its own direction."""
        k = len(self.finals)
        call_cell = cell_call(self.lstm, self.config, layer, direction)
        parameters = cell_parameters(self.parameters, layer, direction)
        h, c, recorded_c = self.call.h_0[k], self.call.c_0[k], self.call.c_0[k]
        self.file.write(cell_key(layer, direction, "h_0"), h)
        self.file.write(cell_key(layer, direction, "c_0"), c)
        summaries: dict[str, list[Tensor]] = {}

        def record_chunk(chunk: slice) -> None:
            # A function scope, so that the memory of a chunk is freed before the next one allocates as much.
            nonlocal h, c, recorded_c
            x = self._layer_input(layer, chunk)
            hidden, h_n, c_n = call_cell(x, h, c)
            found, parity = open_cell(
                CellRun(layer, direction, parameters, x, hidden, h, recorded_c, h_n, c_n, lengths=None)
            )
            h, c = h_n, c_n
            # our own carry keeps pieces bit-equal to the whole; cloned, because a view would keep all of c
            recorded_c = found.c[-1 if direction == "forward" else 0].clone()
            self.parities[layer].append(parity)
            self._keep(found.cpu(), chunk, summaries)

        for chunk in self.chunks() if direction == "forward" else reversed(self.chunks()):
            record_chunk(chunk)
            self.done += chunk.stop - chunk.start
            self.progress(self.done, self.seq_len * self.config.num_layers * len(self.config.directions))
        self._keep_summaries(layer, direction, summaries)
        self.finals.append((h, c))

    def _layer_input(self, layer: int, chunk: slice) -> Tensor:
        return self.call.x[chunk] if layer == 0 else self._joined(layer - 1, chunk).to(self.call.x.device)

    def _joined(self, layer: int, chunk: slice) -> Tensor:
        """The output of a layer, its directions concatenated, (chunk, N, D*R)."""
        parts = [self.file.read(cell_key(layer, d, "h"), chunk) for d in self.config.directions]
        return torch.cat(parts, dim=-1)

    def _keep(self, found: CellTrace, chunk: slice, summaries: dict[str, list[Tensor]]) -> None:
        """Write a chunk of a cell and the summaries whose tiles it completes; keeps the coarsest of those."""
        for name, value in found.quantities().items():
            self.file.write(cell_key(found.layer, found.direction, name), value, chunk.start)
            self.nonfinite += nonfinite(value)
            summary, finer = value, 1
            for length in self._lengths(up_to=self.chunk):
                summary = self._coarser(summary, finer, length, value.shape[0])
                self.file.write(
                    overview_key(found.layer, found.direction, name, length), summary, chunk.start // length
                )
                finer = length
            if finer > 1:  # else the finer level is the numbers themselves, which must not be kept
                summaries.setdefault(name, []).append(summary)

    def _keep_summaries(self, layer: int, direction: Direction, summaries: dict[str, list[Tensor]]) -> None:
        """Write the coarser summaries of a whole cell, each made from the one before it."""
        finest = self._lengths(up_to=self.chunk)
        for name, parts in summaries.items():
            summary, finer = torch.cat(parts[::-1] if direction == "reverse" else parts), finest[-1]
            for length in tile_lengths(self.seq_len)[len(finest) :]:
                summary = self._coarser(summary, finer, length, self.seq_len)
                self.file.write(overview_key(layer, direction, name, length), summary)
                finer = length

    def _lengths(self, up_to: int) -> list[int]:
        return [length for length in tile_lengths(self.seq_len) if length <= up_to]

    def _coarser(self, summary: Tensor, finer: int, length: int, seq_len: int) -> Tensor:
        """The summary over tiles of `length`, from that over tiles of `finer`, or from the numbers themselves."""
        if finer == 1:
            return summarize(summary, length)
        return coarsen(summary, tile_weights(seq_len, finer, None, summary.shape[2]).to(summary.dtype))

    def output(self, *, unbatched: bool) -> None:
        """Write output, h_n and c_n in the layout in which this call returns them."""
        for chunk in self.chunks():
            joined = self._joined(self.config.num_layers - 1, chunk)
            if unbatched or not self.config.batch_first:
                self.file.write("output", joined.squeeze(1) if unbatched else joined, chunk.start)
                continue
            for sample, rows in enumerate(joined.unbind(1)):
                self.file.write_flat("output", rows, (sample * self.seq_len + chunk.start) * joined.shape[-1])
        for name, states in zip(("h_n", "c_n"), zip(*self.finals, strict=True), strict=True):
            stacked = torch.stack(states)
            self.file.write(name, stacked.squeeze(1) if unbatched else stacked)
