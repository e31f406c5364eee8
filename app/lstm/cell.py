"""The equations of an LSTM cell, each written once, for any leading dimensions.

The same lines serve the recording (all timesteps at once), the explanation of one scalar (one timestep) and the
timestep-by-timestep reference of the tests. Source: the docstring of `torch.nn.LSTM`, with projection as in
Sak et al. 2014, "Long short-term memory based recurrent neural network architectures", equation 5 on:

    z = (W_ih x_t + b_ih) + (W_hh h_{t-1} + b_hh)
    i, f, o = sigmoid(z_i, z_f, z_o)    g = tanh(z_g)
    c_t = f * c_{t-1} + i * g
    h_t = o * tanh(c_t)                 with projection: m_t = o * tanh(c_t), h_t = W_hr m_t
"""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import linear

from .config import GATES, Gate
from .weights import CellParameters

#: The activation of each gate, as a name and as a function.
ACTIVATIONS: dict[Gate, str] = {"i": "sigmoid", "f": "sigmoid", "g": "tanh", "o": "sigmoid"}


#: Below so many numbers, fewer torch calls matter more than fewer passes over them.
FEW = 2**14


class Gates(NamedTuple):
    """The activations of the four gates, (..., H) each."""

    i: Tensor
    f: Tensor
    g: Tensor
    o: Tensor


def affine_x(x: Tensor, weight_ih: Tensor, bias_ih: Tensor | None) -> Tensor:
    """The term of x in the pre-activations of all gates, (..., I) -> (..., 4H)."""
    return linear(x, weight_ih, bias_ih)


def affine_h(h_prev: Tensor, weight_hh: Tensor, bias_hh: Tensor | None) -> Tensor:
    """The term of h_{t-1} in the pre-activations of all gates, (..., R) -> (..., 4H)."""
    return linear(h_prev, weight_hh, bias_hh)


def affine(x: Tensor, h_prev: Tensor, parameters: CellParameters, out: Tensor) -> Tensor:
    """z of all gates: affine_x + affine_h of many timesteps, (T, N, I) and (T, N, R) -> out (T, N, 4H), contiguous."""
    if out.numel() < FEW:
        z_x = affine_x(x, parameters.weight_ih, parameters.bias_ih)
        return torch.add(z_x, affine_h(h_prev, parameters.weight_hh, parameters.bias_hh), out=out)
    rows = out.view(-1, out.shape[-1])
    if parameters.bias_ih is None or parameters.bias_hh is None:
        torch.mm(x.flatten(0, 1), parameters.weight_ih.t(), out=rows)
    else:
        bias = parameters.bias_ih + parameters.bias_hh
        torch.addmm(bias, x.flatten(0, 1), parameters.weight_ih.t(), out=rows)
    rows.addmm_(h_prev.flatten(0, 1), parameters.weight_hh.t())
    return out


def gates(z: Tensor) -> Gates:
    """The activations of pre-activations z, (..., 4H) -> four times (..., H); rows are stacked i, f, g, o."""
    parts = z.chunk(len(GATES), dim=-1)
    return Gates(*(getattr(torch, ACTIVATIONS[gate])(part) for gate, part in zip(GATES, parts, strict=True)))


def activate_(z: Tensor) -> Gates:
    """Like `gates`, in place: z (..., 4H) becomes the activations, of which views are returned."""
    i, f, g, o = z.chunk(len(GATES), dim=-1)
    z.narrow(-1, 0, 2 * i.shape[-1]).sigmoid_()  # i and f are adjacent
    g.tanh_()
    o.sigmoid_()
    return Gates(i, f, g, o)


def cell_state(f: Tensor, c_prev: Tensor, i: Tensor, g: Tensor) -> Tensor:
    """c_t, (..., H): what the forget gate keeps of c_{t-1}, and what the input gate lets in of the candidate."""
    return f * c_prev + i * g


def hidden_state(o: Tensor, c: Tensor) -> Tensor:
    """o * tanh(c), (..., H): h_t without projection, m_t with it."""
    return o * torch.tanh(c)


def projection(m: Tensor, weight_hr: Tensor) -> Tensor:
    """h_t of a cell with projection, (..., H) -> (..., P)."""
    return linear(m, weight_hr)
