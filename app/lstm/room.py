"""Memory for what is recorded."""

from math import prod

import numpy as np
import torch
from torch import Tensor

#: Smaller tensors come from torch, whose memory has mostly been used before.
LARGE = 4 << 20


def room(like: Tensor, *shape: int) -> Tensor:
    """An uninitialised tensor with the dtype and device of another.

    Large ones on a CPU come from numpy, which asks for huge pages: where fresh memory is slow to come by, as in virtual
    machines, filling it takes a fifth of the time.
    """
    nbytes = prod(shape) * like.element_size()
    if nbytes < LARGE or like.device.type != "cpu":
        return like.new_empty(shape)
    return torch.from_numpy(np.empty(nbytes, np.uint8)).view(like.dtype).view(shape)
