"""The runs that are measured, and the loop that people write by hand when they want to see inside an `nn.LSTM`."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from lstm_lens.lstm import LSTMConfig, seeded_lstm
from lstm_lens.lstm.cell import affine_h, affine_x, cell_state, gates, hidden_state
from lstm_lens.lstm.weights import cell_parameters


@dataclass(frozen=True)
class Row:
    """One size: T timesteps of N samples."""

    seq_len: int
    batch_size: int
    input_size: int
    hidden_size: int
    num_layers: int
    bidirectional: bool

    def build(self) -> tuple[nn.LSTM, Tensor]:
        """The LSTM, in eval mode, and x (T, N, I)."""
        config = LSTMConfig(
            input_size=self.input_size,
            hidden_size=self.hidden_size,
            num_layers=self.num_layers,
            bidirectional=self.bidirectional,
        )
        generator = torch.Generator().manual_seed(0)
        x = torch.randn(self.seq_len, self.batch_size, self.input_size, generator=generator)
        return seeded_lstm(config, torch.float32, 0), x

    def __str__(self) -> str:
        numbers = (self.seq_len, self.batch_size, self.input_size, self.hidden_size, self.num_layers)
        return "{:>6}{:>4}{:>4}{:>4}{:>3}".format(*numbers) + f"{'yes' if self.bidirectional else 'no':>5}"


HEADING = "     T   N   I   H  L bidi"
ROWS = (
    Row(12, 1, 4, 8, 1, False),
    Row(50, 1, 16, 32, 2, True),
    Row(200, 1, 32, 64, 2, True),
    Row(365, 1, 8, 256, 1, False),
    Row(1000, 1, 64, 128, 2, True),
    Row(1000, 1, 64, 512, 1, False),
    Row(590, 1, 60, 128, 4, True),
    Row(500, 16, 64, 256, 2, True),
    Row(10000, 1, 16, 64, 1, False),
)


@torch.no_grad()
def unfused(lstm: nn.LSTM, x: Tensor) -> list[dict[str, Tensor]]:
    """The same numbers by a loop over timesteps, the input's share computed once for all of them, as is usual."""
    config = LSTMConfig.of(lstm)
    parameters = dict(lstm.named_parameters())
    cells = []
    for layer in range(config.num_layers):
        outputs = []
        for direction in config.directions:
            own = cell_parameters(parameters, layer, direction)
            z_x = affine_x(x, own.weight_ih, own.bias_ih)
            h = c = x.new_zeros(x.shape[1], config.hidden_size)
            taken: dict[str, list[Tensor]] = {name: [] for name in config.quantities}
            for t in range(len(x)) if direction == "forward" else reversed(range(len(x))):
                i, f, g, o = gates(z_x[t] + affine_h(h, own.weight_hh, own.bias_hh))
                c = cell_state(f, c, i, g)
                h = hidden_state(o, c)
                for name, value in zip(config.quantities, (i, f, g, o, c, h), strict=True):
                    taken[name].append(value)
            order = slice(None) if direction == "forward" else slice(None, None, -1)
            cells.append({name: torch.stack(values[order]) for name, values in taken.items()})
            outputs.append(cells[-1]["h"])
        x = torch.cat(outputs, dim=-1)
    return cells
