"""The layers of a stack, run one by one by torch itself: the same bits as the whole stack, and every layer's output."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from app.lstm.call import Call
from app.lstm.config import LSTMConfig, parameter_suffix


@dataclass(frozen=True)
class LayerRun:
    """What one layer read and returned. x: (T, N, in), output: (T, N, D*R), h_n: (D, N, R), c_n: (D, N, H).

    mask: (T, N, D*R), the dropout between this layer and the next, or None.
    """

    x: Tensor
    output: Tensor
    h_n: Tensor
    c_n: Tensor
    mask: Tensor | None = None

    @property
    def passed_on(self) -> Tensor:
        """What the next layer reads."""
        return self.output if self.mask is None else self.output * self.mask


def layer_module(lstm: nn.LSTM, config: LSTMConfig, layer: int) -> nn.LSTM:
    """One layer of `lstm` as an `nn.LSTM` of its own that shares the parameters."""
    single = nn.LSTM(
        config.layer_input_size(layer),
        config.hidden_size,
        bias=config.bias,
        bidirectional=config.bidirectional,
        proj_size=config.proj_size,
        device="meta",
    )
    for direction in config.directions:
        for name in config.cell_parameter_shapes(layer):
            shared = getattr(lstm, name + parameter_suffix(layer, direction))
            setattr(single, name + parameter_suffix(0, direction), shared)
    return single


def run_layer(lstm: nn.LSTM, layer: int, x: Tensor, call: Call) -> LayerRun:
    """Run one layer on x (T, N, in) from the call's initial states."""
    directions = len(call.config.directions)
    states = slice(layer * directions, (layer + 1) * directions)
    hx = (call.h_0[states].contiguous(), call.c_0[states].contiguous())
    single = layer_module(lstm, call.config, layer)
    if call.lengths is None:
        output, (h_n, c_n) = single(x, hx)
    else:
        lengths = torch.tensor(call.lengths)
        packed, (h_n, c_n) = single(pack_padded_sequence(x, lengths, enforce_sorted=False), hx)
        output, _ = pad_packed_sequence(packed, total_length=x.shape[0])
    return LayerRun(x, output, h_n, c_n)


def dropout_mask(output: Tensor, call: Call, generator: torch.Generator) -> Tensor:
    """The mask (T, N, D*R) of zeros and 1/(1-p) that torch's dropout draws next for this output.

    torch draws one Bernoulli number per element, of a packed sequence in packed order; padding gets zeros.
    """
    p = call.config.dropout
    if p == 1.0:  # torch multiplies with zeros and draws nothing
        return torch.zeros_like(output)
    if call.lengths is None:
        return torch.empty_like(output).bernoulli_(1 - p, generator=generator).div_(1 - p)
    packed = pack_padded_sequence(output, torch.tensor(call.lengths), enforce_sorted=False)
    drawn = torch.empty_like(packed.data).bernoulli_(1 - p, generator=generator).div_(1 - p)
    return pad_packed_sequence(packed._replace(data=drawn), total_length=output.shape[0])[0]
