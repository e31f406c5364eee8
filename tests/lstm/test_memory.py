"""How much memory recording takes, counted allocation by allocation."""

import gc
import mmap
import weakref
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_iter

from lstm_lens.lstm import LSTMConfig, Trace, record, seeded_lstm
from lstm_lens.lstm.recording.buffers import LARGE, buffer_like

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


@pytest.mark.parametrize(
    "hold",
    [
        lambda value: value[10:],
        lambda value: value.numpy()[::2],
        lambda value: torch.from_numpy(value.numpy().data.cast("B").cast("f").obj),
        lambda value: torch.empty(0).set_(value.untyped_storage()),
    ],
    ids=["view", "array", "memoryview", "storage"],
)
def test_memory_that_somebody_still_holds_is_not_used_again(hold: Callable[[Tensor], Any]) -> None:
    held = hold(buffer_like(torch.empty(0), LARGE).fill_(1.0))
    gc.collect()
    others = [buffer_like(torch.empty(0), LARGE).fill_(2.0) for _ in range(3)]
    assert (held == 1.0).all()
    assert all((other == 2.0).all() for other in others)


def test_a_kernel_that_takes_no_advice_about_memory_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MADV_HUGEPAGE", "MADV_FREE"):
        monkeypatch.setattr(mmap, name, 12345, raising=False)
    value = buffer_like(torch.empty(0), 2**26)  # more than has been kept
    assert value.fill_(1.0)[-1] == 1.0
