"""Presets run with nothing but torch: nn.LSTM itself, and beside it the six equations of its documentation."""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from lstm_lens.presets import Preset


class Gates(NamedTuple):
    """What one cell computed, each (T, N, H) in input order."""

    i: Tensor
    f: Tensor
    g: Tensor
    o: Tensor
    c: Tensor
    h: Tensor


def lstm_of(preset: Preset) -> nn.LSTM:
    """The nn.LSTM that the preset's request describes."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(preset.request["weights"].get("seed", 0))
        lstm = nn.LSTM(**preset.request["config"])
    if preset.weights_path:
        lstm.load_state_dict({name: torch.from_numpy(array) for name, array in preset.tensors().items()})
    return lstm.requires_grad_(False)


def input_of(preset: Preset) -> Tensor:
    """The input that the preset's request describes, (T, N, I)."""
    wanted = preset.request["input"]
    if wanted["kind"] == "values":
        return torch.tensor(wanted["values"])
    shape = (wanted["seq_len"], wanted["batch_size"], preset.request["config"]["input_size"])
    return torch.randn(shape, generator=torch.Generator().manual_seed(wanted["seed"]))


def cells_of(lstm: nn.LSTM, x: Tensor) -> dict[tuple[int, str], Gates]:
    """Every cell by layer and direction, one timestep after the other."""
    cells = {}
    for layer in range(lstm.num_layers):
        for direction in ("forward", "reverse")[: 1 + lstm.bidirectional]:
            cells[layer, direction] = _cell(lstm, x, layer, direction)
        x = torch.cat([gates.h for (at, _), gates in cells.items() if at == layer], dim=-1)
    return cells


def _cell(lstm: nn.LSTM, x: Tensor, layer: int, direction: str) -> Gates:
    suffix = f"_l{layer}" + ("_reverse" if direction == "reverse" else "")
    weight_ih, weight_hh = getattr(lstm, f"weight_ih{suffix}"), getattr(lstm, f"weight_hh{suffix}")
    bias = sum(getattr(lstm, f"bias_{of}{suffix}") for of in ("ih", "hh")) if lstm.bias else 0.0
    h = c = torch.zeros(x.shape[1], lstm.hidden_size)
    rows = []
    for x_t in x.flip(0) if direction == "reverse" else x:
        i, f, g, o = (x_t @ weight_ih.T + h @ weight_hh.T + bias).chunk(4, dim=-1)
        i, f, g, o = i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()
        c = f * c + i * g
        h = o * c.tanh()
        rows.append((i, f, g, o, c, h))
    stacked = [torch.stack(values) for values in zip(*rows, strict=True)]
    return Gates(*(values.flip(0) if direction == "reverse" else values for values in stacked))


def readout_of(preset: Preset, x: Tensor) -> Tensor:
    """What nn.LSTM with the kept weights and the kept linear layer say, (T, N, A)."""
    readout = {name: torch.from_numpy(array) for name, array in preset.readout().items()}
    return lstm_of(preset)(x)[0] @ readout["weight"].T + readout["bias"]
