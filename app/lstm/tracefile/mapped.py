"""The tensors of a safetensors file, mapped into memory: read where they are looked at."""

import mmap
from math import prod
from pathlib import Path

import torch
from safetensors import safe_open
from torch import Tensor

from .header import PREFIX_BYTES, data_start, float_name

_DTYPES = {float_name(dtype.itemsize): dtype for dtype in (torch.float32, torch.float64)}


def map_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """The tensors by name, in the order of the file, and the metadata.

    safetensors looks at the header, and that no byte belongs to two tensors or to none; so that each begins where the
    one before it ends. Its own `get_tensor` keeps some bytes of every tensor of torch for ever, which a server that
    reads traces for months must not. Changing what is returned does not change the file. Raises FileNotFoundError,
    SafetensorError for what is no such file, and KeyError for other numbers than float32 and float64.
    """
    with safe_open(path, framework="numpy") as file:
        metadata: dict[str, str] = file.metadata() or {}
        slices = {name: file.get_slice(name) for name in file.offset_keys()}
        facts = {name: (_DTYPES[found.get_dtype()], found.get_shape()) for name, found in slices.items()}
    with path.open("rb") as opened:
        at = data_start(opened.read(PREFIX_BYTES))
        content = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_COPY)
    tensors = {}
    for name, (dtype, shape) in facts.items():
        count = prod(shape)
        # torch takes no buffer without numbers
        flat = torch.frombuffer(content, dtype=dtype, count=count, offset=at) if count else torch.empty(0, dtype=dtype)
        tensors[name] = flat.view(shape)
        at += count * dtype.itemsize
    return tensors, metadata
