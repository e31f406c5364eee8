"""How much memory recording takes, counted allocation by allocation."""

import weakref
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_iter

from app.lstm import LSTMConfig, Trace, record, seeded_lstm

#: Chunks of time that are being worked on, and states.
CONSTANT = 8 << 20


class LiveBytes(TorchDispatchMode):
    """Adds up the storages that operations return and that are still alive."""

    def __init__(self) -> None:
        super().__init__()
        self.live = self.peak = 0
        self._known: dict[int, weakref.ref[Any]] = {}

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        for value in tree_iter(result):
            if isinstance(value, Tensor):
                self._meet(value.untyped_storage())
        self.peak = max(self.peak, self.live)
        return result

    def _meet(self, storage: torch.UntypedStorage) -> None:
        key, nbytes = storage._cdata, storage.nbytes()
        known = self._known.get(key)
        if known is not None and known() is not None:
            return

        def gone(_: object) -> None:
            self.live -= nbytes

        self._known[key] = weakref.ref(storage, gone)
        self.live += nbytes


def returned_bytes(trace: Trace) -> int:
    cells = [value for cell in trace.cells for value in cell.quantities().values()]
    return sum(value.nbytes for value in (*cells, trace.output, trace.h_n, trace.c_n))


@pytest.mark.parametrize(
    ("options", "shape"),
    [
        ({}, (30_000, 1, 4)),
        ({"num_layers": 3, "bidirectional": True}, (8_000, 1, 4)),
        ({"num_layers": 2, "proj_size": 8, "batch_first": True}, (4, 4_000, 4)),
        ({"num_layers": 4}, (500, 32, 64)),
    ],
)
def test_recording_takes_little_more_than_what_it_returns(options: dict[str, Any], shape: tuple[int, ...]) -> None:
    config = LSTMConfig(input_size=shape[-1], hidden_size=32, **options)
    lstm, x = seeded_lstm(config, torch.float32, 0), torch.zeros(shape)
    with LiveBytes() as counted:
        trace = record(lstm, x)
    assert counted.live >= returned_bytes(trace)  # it counts what there is
    assert counted.peak <= 1.3 * returned_bytes(trace) + CONSTANT
