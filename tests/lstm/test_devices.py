"""On a GPU everything stays there, and is what the CPU computes."""

import pytest
import torch

from lstm_lens.lstm import Recorder, record
from tests.lstm.authority import GRID, Case

needs_cuda = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")


@needs_cuda
@pytest.mark.parametrize("case", [case for case in GRID if case.config.bias][::2], ids=str)
@pytest.mark.parametrize("packed", [False, True])
def test_a_gpu_records_what_the_cpu_records(case: Case, packed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", False)  # whose products are rounded to 10 bits
    lstm, x, hx = case.build()
    lengths = [6, 2, 5] if packed and not case.unbatched else None
    expected = record(lstm, x, hx, lengths, pre_activations=True)
    states = None if hx is None else (hx[0].cuda(), hx[1].cuda())
    found = record(lstm.cuda(), x.cuda(), states, lengths, pre_activations=True)
    assert found.parity.max_abs_difference < 1e-5
    for cell, cpu in zip(found.cells, expected.cells, strict=True):
        for name in (*cell.quantities(), "z_i", "z_f", "z_g", "z_o"):
            value = cell.quantity(name)
            assert value.is_cuda
            torch.testing.assert_close(value.cpu(), cpu.quantity(name), rtol=0, atol=1e-5, equal_nan=True)


@needs_cuda
def test_dropout_on_a_gpu_is_drawn_there() -> None:
    lstm = torch.nn.LSTM(3, 4, num_layers=2, dropout=0.5, device="cuda").train()
    with Recorder(lstm) as recorder:
        lstm(torch.zeros(5, 2, 3, device="cuda"))
    assert recorder.traces[""][0].dropout_masks[0].is_cuda
    assert record(lstm, torch.zeros(5, 2, 3, device="cuda"), dropout_seed=1).dropout_masks[0].is_cuda
