"""Authorities to compare with: what happens inside the real `nn.LSTM`, and the equations in plain numpy float64."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from lstm_lens.lstm import LSTMConfig, seeded_lstm


@dataclass
class Caught:
    """The results of the elementwise operations of one cell, in the order in which torch computed them."""

    i: list[Tensor] = field(default_factory=list)
    f: list[Tensor] = field(default_factory=list)
    g: list[Tensor] = field(default_factory=list)
    o: list[Tensor] = field(default_factory=list)
    c: list[Tensor] = field(default_factory=list)
    m: list[Tensor] = field(default_factory=list)


class InsideTorch(TorchDispatchMode):
    """Catches the gates inside a real `nn.LSTM`, which runs as single operations when oneDNN is off.

    Per timestep torch computes sigmoid (i), sigmoid (f), tanh (g), sigmoid (o), f*c + i*g, tanh (c), o*tanh(c);
    the cells follow one another, layer-major, forward before reverse.
    """

    def __init__(self, seq_len: int) -> None:
        super().__init__()
        self._seq_len = seq_len
        self.log: list[tuple[str, Tensor]] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        name = func.overloadpacket.__name__.rstrip("_")
        if name in ("sigmoid", "tanh", "mul", "add"):
            self.log.append((name, result.detach().clone()))
        return result

    def cells(self) -> list[Caught]:
        """What was caught, by cell; within a cell in the order of computation, so reversed in time for reverse."""
        activations = [(k, name, value) for k, (name, value) in enumerate(self.log) if name in ("sigmoid", "tanh")]
        per_timestep = 5
        assert len(activations) % (per_timestep * self._seq_len) == 0
        cells: list[Caught] = []
        for start in range(0, len(activations), per_timestep):
            if start % (per_timestep * self._seq_len) == 0:
                cells.append(Caught())
            self._take(cells[-1], activations[start : start + per_timestep])
        return cells

    def _take(self, cell: Caught, timestep: list[tuple[int, str, Tensor]]) -> None:
        assert sorted(name for _, name, _ in timestep) == ["sigmoid"] * 3 + ["tanh"] * 2
        sigmoids = [value for _, name, value in timestep if name == "sigmoid"]
        tanhs = [(k, value) for k, name, value in timestep if name == "tanh"]
        cell.i.append(sigmoids[0])
        cell.f.append(sigmoids[1])
        cell.o.append(sigmoids[2])
        cell.g.append(tanhs[0][1])
        at = tanhs[1][0]
        cell.c.append(next(value for name, value in reversed(self.log[:at]) if name == "add"))
        cell.m.append(next(value for name, value in self.log[at + 1 :] if name == "mul"))


@contextmanager
def _onednn_off() -> Iterator[None]:
    """As `torch.backends.mkldnn.flags(enabled=False)`, which warns about GPUs that this torch does not support."""
    before = torch._C._get_mkldnn_enabled()
    torch._C._set_mkldnn_enabled(False)
    try:
        yield
    finally:
        torch._C._set_mkldnn_enabled(before)


def caught_inside(lstm: nn.LSTM, x: Tensor, hx: tuple[Tensor, Tensor] | None, seq_len: int) -> list[Caught]:
    """What a real call computes inside, by cell."""
    with torch.no_grad(), _onednn_off(), InsideTorch(seq_len) as inside:
        lstm(x, hx)
    return inside.cells()


def plain_cells(
    config: LSTMConfig, parameters: dict[str, NDArray[np.float64]], x: Any, h_0: Any, c_0: Any
) -> Iterator[dict[str, NDArray[np.float64]]]:
    """The cells of a stack in plain numpy, a loop over timesteps: nothing of it is shared with the recorder.

    x: (T, N, I); h_0: (L*D, N, R); c_0: (L*D, N, H). Yields the quantities of each cell, (T, N, size), in input order.
    """
    hidden = config.hidden_size
    directions = 2 if config.bidirectional else 1
    for layer in range(config.num_layers):
        outputs = []
        for d in range(directions):
            name = f"_l{layer}" + ("_reverse" if d else "")
            w_ih, w_hh = parameters["weight_ih" + name], parameters["weight_hh" + name]
            bias = parameters["bias_ih" + name] + parameters["bias_hh" + name] if config.bias else 0.0
            h, c = h_0[layer * directions + d], c_0[layer * directions + d]
            rows: dict[int, dict[str, NDArray[np.float64]]] = {}
            for t in range(len(x))[:: -1 if d else 1]:
                z = x[t] @ w_ih.T + h @ w_hh.T + bias
                z_i, z_f, z_g, z_o = (z[:, k * hidden : (k + 1) * hidden] for k in range(4))
                i, f, o = (1 / (1 + np.exp(-part)) for part in (z_i, z_f, z_o))
                g = np.tanh(z_g)
                c = f * c + i * g
                m = o * np.tanh(c)
                h = m @ parameters["weight_hr" + name].T if config.proj_size else m
                rows[t] = {"i": i, "f": f, "g": g, "o": o, "c": c, "m": m, "h": h}
            found = {q: np.stack([rows[t][q] for t in range(len(x))]) for q in "ifgocmh"}
            outputs.append(found["h"])
            yield found
        x = np.concatenate(outputs, axis=-1)


@dataclass(frozen=True)
class Case:
    """One combination of the options of a call."""

    config: LSTMConfig
    dtype: torch.dtype
    unbatched: bool
    given_states: bool
    seq_len: int = 6
    batch_size: int = 3

    def build(self) -> tuple[nn.LSTM, Tensor, tuple[Tensor, Tensor] | None]:
        """The LSTM, x in the layout of the call, and hx."""
        generator = torch.Generator().manual_seed(11)

        def draw(*shape: int) -> Tensor:
            return torch.randn(*shape, generator=generator, dtype=self.dtype)

        batched = (self.batch_size, self.seq_len) if self.config.batch_first else (self.seq_len, self.batch_size)
        x = draw(*((self.seq_len,) if self.unbatched else batched), self.config.input_size)
        shapes = self.config.state_shapes(None if self.unbatched else self.batch_size).values()
        h_0, c_0 = (draw(*shape) for shape in shapes)
        return seeded_lstm(self.config, self.dtype, 5), x, (h_0, c_0) if self.given_states else None

    def __str__(self) -> str:
        flags = {
            "bias": self.config.bias,
            "batch_first": self.config.batch_first,
            "bidirectional": self.config.bidirectional,
            "proj": bool(self.config.proj_size),
            "unbatched": self.unbatched,
            "states": self.given_states,
        }
        named = [name for name, on in flags.items() if on]
        return "-".join([str(self.dtype).removeprefix("torch."), f"{self.config.num_layers}layers", *named])


GRID = [
    Case(
        LSTMConfig(
            input_size=3,
            hidden_size=5,
            num_layers=layers,
            bias=bias,
            batch_first=batch_first,
            bidirectional=bidirectional,
            proj_size=proj_size,
        ),
        dtype,
        unbatched,
        states,
    )
    for dtype, layers, bias, batch_first, bidirectional, proj_size, unbatched, states in product(
        (torch.float32, torch.float64), (1, 3), *[(False, True)] * 3, (0, 2), *[(False, True)] * 2
    )
]
