"""The layers of a stack, run one by one by torch's own kernel: bit-equal to one call, with every layer's output."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Generator, Tensor
from torch.overrides import TorchFunctionMode

_kernel: Callable[..., tuple[Tensor, Tensor, Tensor]] = torch.lstm


def values(tensor: Tensor) -> Tensor:
    """The tensor detached from its autograd history."""
    return tensor.detach() if tensor.requires_grad else tensor


@dataclass(frozen=True)
class LayerRun:
    """The input and output of one layer, (T, N, size), or of a packed sequence its data, (timesteps, size).

    mask: what the output is multiplied by before the next layer reads it, or None without dropout.
    """

    x: Tensor
    output: Tensor
    mask: Tensor | None


class LayerByLayer(TorchFunctionMode):
    """While active, `torch.lstm`, which `nn.LSTM.forward` calls, runs layer by layer, each recorded in `runs`.

    The kernel, the order of the layers, and the dropout masks are those of the single call. With a `generator`, the
    masks are drawn from it and the global generator is left alone.
    """

    def __init__(self, generator: Generator | None) -> None:
        super().__init__()
        self.runs: list[LayerRun] = []
        self._generator = generator

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: Sequence[Any] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        if func is not _kernel:
            return func(*args, **(kwargs or {}))
        if isinstance(args[1], Tensor):
            data, batch_sizes, *rest = args
            return self._run(lambda x, *own: _kernel(x, batch_sizes, *own), data, *rest)
        *rest, batch_first = args
        if not batch_first:
            return self._run(lambda x, *own: _kernel(x, *own, False), *rest)
        output, h_n, c_n = self._run(lambda x, *own: _kernel(x, *own, False), rest[0].transpose(0, 1), *rest[1:])
        return output.transpose(0, 1), h_n, c_n

    def _run(
        self,
        call: Callable[..., tuple[Tensor, Tensor, Tensor]],
        x: Tensor,
        hx: tuple[Tensor, Tensor],
        weights: list[Tensor],
        bias: bool,
        num_layers: int,
        dropout: float,
        training: bool,
        bidirectional: bool,
    ) -> tuple[Tensor, Tensor, Tensor]:
        directions, of_layer = 2 if bidirectional else 1, len(weights) // num_layers
        h_n, c_n = [], []
        for layer in range(num_layers):
            states = slice(layer * directions, (layer + 1) * directions)
            initial = (hx[0][states], hx[1][states]) if num_layers > 1 else hx
            own = weights[layer * of_layer : (layer + 1) * of_layer]
            output, h, c = call(x, initial, own, bias, 1, 0.0, training, bidirectional)
            mask = None
            if training and dropout > 0 and layer < num_layers - 1:
                mask = self._mask(output, dropout)
            self.runs.append(LayerRun(values(x), values(output), mask))
            x = output if mask is None else output * mask
            h_n.append(h)
            c_n.append(c)
        return (x, h_n[0], c_n[0]) if num_layers == 1 else (x, torch.cat(h_n), torch.cat(c_n))

    def _mask(self, output: Tensor, p: float) -> Tensor:
        """Zeros and 1/(1-p), drawn as by torch's dropout: a Bernoulli number per element; none are drawn with p = 1."""
        if p == 1.0:
            return torch.zeros_like(output)
        return torch.empty_like(output).bernoulli_(1 - p, generator=self._generator).div_(1 - p)
