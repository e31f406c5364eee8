"""Pre-activations, kept where they are asked for."""

import pytest
import torch
from torch import nn

from lstm_lens.lstm import GATES, Recorder, record
from lstm_lens.lstm.cell import ACTIVATIONS
from tests.lstm.authority import GRID, Case


@pytest.mark.parametrize("case", GRID[::3], ids=str)
@pytest.mark.parametrize("packed", [False, True])
def test_the_activation_of_a_pre_activation_is_the_gate(case: Case, packed: bool) -> None:
    lstm, x, hx = case.build()
    lengths = [6, 2, 5] if packed and not case.unbatched else None
    plain, trace = record(lstm, x, hx, lengths), record(lstm, x, hx, lengths, pre_activations=True)
    for cell, without in zip(trace.cells, plain.cells, strict=True):
        assert without.z_i is without.z_o is None
        assert cell.quantities().keys() == without.quantities().keys()
        for name, value in cell.quantities().items():
            assert torch.equal(value.nan_to_num(9.0), without.quantity(name).nan_to_num(9.0))
        for gate in GATES:
            z = cell.quantity(f"z_{gate}")
            activated = getattr(torch, ACTIVATIONS[gate])(z)
            torch.testing.assert_close(activated, cell.quantity(gate), rtol=0, atol=2e-7, equal_nan=True)


def test_the_recorder_keeps_them_too() -> None:
    lstm = nn.LSTM(3, 4, num_layers=2)
    with Recorder(lstm, pre_activations=True) as recorder:
        lstm(torch.randn(5, 2, 3))
    assert all(cell.quantity("z_g").shape == (5, 2, 4) for cell in recorder.traces[""][0].cells)
