"""One cell of an `nn.LSTM` as a call of its own, for a chunk of a sequence."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from ..config import Direction, LSTMConfig, parameter_suffix

CellCall = Callable[[Tensor, Tensor, Tensor], tuple[Tensor, Tensor, Tensor]]


def cell_call(lstm: nn.LSTM, config: LSTMConfig, layer: int, direction: Direction) -> CellCall:
    """A function that runs one cell of `lstm` on a chunk: (x (T, N, in), h, c) -> its hidden states (T, N, R), h_n and
    c_n.

    With oneDNN (float32, no projection) the cell is an `nn.LSTM` of its own, which for the reverse direction reads the
    reversed chunk. The native kernel multiplies all timesteps before it reverses the order, and the position of a row
    in a product decides its last bit; so there both directions run, and one is used.
    """
    onednn = lstm.weight_ih_l0.dtype is torch.float32 and not config.proj_size
    if not config.bidirectional or onednn:
        single = _layer_module(lstm, config, layer, (direction,))

        def run_single(x: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor, Tensor]:
            backwards = direction == "reverse"
            output, (h_n, c_n) = single(x.flip(0) if backwards else x, (h.unsqueeze(0), c.unsqueeze(0)))
            return output.flip(0) if backwards else output, h_n[0], c_n[0]

        return run_single
    both = _layer_module(lstm, config, layer, config.directions)
    k = config.directions.index(direction)

    def run_both(x: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        output, (h_n, c_n) = both(x, (torch.stack((h, h)), torch.stack((c, c))))
        return output.split(config.h_size, dim=-1)[k], h_n[k], c_n[k]

    return run_both


def _layer_module(lstm: nn.LSTM, config: LSTMConfig, layer: int, directions: tuple[Direction, ...]) -> nn.LSTM:
    """Some directions of one layer of `lstm` as an `nn.LSTM` of its own, which shares the parameters."""
    module = nn.LSTM(
        config.layer_input_size(layer),
        config.hidden_size,
        bias=config.bias,
        bidirectional=len(directions) > 1,
        proj_size=config.proj_size,
        device="meta",
    )
    for own_direction, direction in zip(config.directions, directions, strict=False):
        for name in config.cell_parameter_shapes(layer):
            parameter = getattr(lstm, name + parameter_suffix(layer, direction))
            setattr(module, name + parameter_suffix(0, own_direction), parameter)
    return module.eval()
