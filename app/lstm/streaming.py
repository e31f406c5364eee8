"""Recording at any length: in chunks of time, cell after cell, straight into the trace's file.

A chunk of one cell is a call of a real `nn.LSTM` of one layer and direction, from the states that the chunk before it
ended with; torch computes the same bits as in one long call. What a chunk needs is the only thing in memory.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import torch
from torch import Tensor, nn

from app.lstm.call import Call, State, check_call
from app.lstm.cell_call import cell_call
from app.lstm.cell_run import CellRun
from app.lstm.config import Direction
from app.lstm.opening import open_cell
from app.lstm.overview import BASE, RATIO, coarsen, summarize, tile_count, tile_lengths, tile_weights
from app.lstm.scan import BLOCK
from app.lstm.storage import cell_key, describe, overview_key
from app.lstm.trace import CellTrace, Parity, nonfinite
from app.lstm.tracefile import Slot, TraceFile
from app.lstm.weights import cell_parameters

#: Timesteps of a chunk. Blocks of the scan and tiles of the first summaries never cross the end of one.
CHUNK = BASE * RATIO**4
assert CHUNK % BLOCK == 0

Progress = Callable[[int, int], None]


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

    The file holds what `storage.save` writes of the trace of `record(lstm, x, hx)`, bit for bit. `progress` is called
    with the timesteps of cells that are done and those that there are in all; an exception that it raises ends the
    run. Whatever ends it early, no file remains. Dropout must not be active. Raises InvalidCall as `record` does.
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
        file.finish(describe(config, None, [Parity.worst(of_layer) for of_layer in run.parities], run.nonfinite))


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
    """What is kept from chunk to chunk and from cell to cell."""

    lstm: nn.LSTM
    call: Call
    file: TraceFile
    progress: Progress
    parities: list[list[Parity]] = field(default_factory=list)  # of each layer
    finals: list[State] = field(default_factory=list)
    nonfinite: int = 0
    done: int = 0

    def __post_init__(self) -> None:
        self.config = self.call.config
        self.seq_len = self.call.x.shape[0]
        self.parameters = {name: parameter.detach() for name, parameter in self.lstm.named_parameters()}

    def chunks(self) -> list[slice]:
        """The timesteps, cut."""
        return [slice(start, min(start + CHUNK, self.seq_len)) for start in range(0, self.seq_len, CHUNK)]

    def cell(self, layer: int, direction: Direction) -> None:
        """Record one cell from its first chunk to its last, in its own direction."""
        k = len(self.finals)
        call_cell = cell_call(self.lstm, self.config, layer, direction)
        parameters = cell_parameters(self.parameters, layer, direction)
        h, c, recorded_c = self.call.h_0[k], self.call.c_0[k], self.call.c_0[k]
        self.file.write(cell_key(layer, direction, "h_0"), h)
        self.file.write(cell_key(layer, direction, "c_0"), c)
        summaries: dict[str, list[Tensor]] = {}
        backwards = direction == "reverse"
        for chunk in reversed(self.chunks()) if backwards else self.chunks():
            x = self._layer_input(layer, chunk)
            hidden, h_n, c_n = call_cell(x, h, c)
            found, parity = open_cell(
                CellRun(layer, direction, parameters, x, hidden, h, recorded_c, h_n, c_n, lengths=None)
            )
            h, c = h_n, c_n
            recorded_c = found.c[0 if backwards else -1]  # our own carry, so that pieces have the bits of the whole
            self.parities[layer].append(parity)
            self._keep(found.cpu(), chunk, summaries)
            self.done += chunk.stop - chunk.start
            self.progress(self.done, self.seq_len * self.config.num_layers * len(self.config.directions))
        self._keep_summaries(layer, direction, summaries)
        self.finals.append((h, c))

    def _layer_input(self, layer: int, chunk: slice) -> Tensor:
        return self.call.x[chunk] if layer == 0 else self._joined(layer - 1, chunk).to(self.call.x.device)

    def _joined(self, layer: int, chunk: slice) -> Tensor:
        """The output of a layer, its directions side by side, (chunk, N, D*R)."""
        parts = [self.file.read(cell_key(layer, d, "h"), chunk) for d in self.config.directions]
        return torch.cat(parts, dim=-1)

    def _keep(self, found: CellTrace, chunk: slice, summaries: dict[str, list[Tensor]]) -> None:
        """Write a chunk of a cell, and its finest summary for those to come."""
        for name, value in found.quantities().items():
            self.file.write(cell_key(found.layer, found.direction, name), value, chunk.start)
            self.nonfinite += nonfinite(value)
            if tile_lengths(self.seq_len):
                summary = summarize(value, BASE)
                self.file.write(overview_key(found.layer, found.direction, name, BASE), summary, chunk.start // BASE)
                weights = tile_weights(value.shape[0], BASE, None, value.shape[1]).to(value.dtype)
                summaries.setdefault(name, []).append(coarsen(summary, weights))

    def _keep_summaries(self, layer: int, direction: Direction, summaries: dict[str, list[Tensor]]) -> None:
        """Write the coarser summaries of a whole cell, each made from the one before it."""
        for name, parts in summaries.items():
            summary = torch.cat(parts[::-1] if direction == "reverse" else parts)
            for finer, length in pairwise(tile_lengths(self.seq_len)):
                if finer != BASE:
                    weights = tile_weights(self.seq_len, finer, None, summary.shape[2]).to(summary.dtype)
                    summary = coarsen(summary, weights)
                self.file.write(overview_key(layer, direction, name, length), summary)

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
