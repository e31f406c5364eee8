"""The compiled kernel gives the numbers of the equations, and of the operations that stand in for it elsewhere."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch._subclasses import FakeTensorMode

from lstm_lens.lstm import record
from lstm_lens.lstm.config import Direction
from lstm_lens.lstm.recording import kernel
from lstm_lens.lstm.recording.cell_run import CellRun, Opened
from lstm_lens.lstm.weights import CellParameters
from tests.lstm.authority import GRID, Case

FLOAT32 = [case for case in GRID if case.dtype is torch.float32]


def opened(z: torch.Tensor) -> tuple[torch.Tensor, float]:
    """The gates of pre-activations (T, N, 4H) with c_0 = 0, and the difference from hidden states that are zeros."""
    seq_len, batch_size, size = z.shape
    zeros = torch.zeros(seq_len, batch_size, size // 4)
    state = zeros[0]
    parameters = CellParameters(torch.empty(0), torch.empty(0))
    run = CellRun(0, "forward", parameters, zeros, zeros, state, state, state, state, None)
    part = Opened(zeros, zeros, zeros, z.clone(), torch.empty_like(zeros), None, None)
    return part.gates, kernel.open_chunk(run, part, state, 0)


def test_there_is_a_kernel() -> None:
    assert kernel.takes(torch.zeros(1))
    assert not kernel.takes(torch.zeros(1, dtype=torch.float64))


def test_activations_are_within_three_units_in_the_last_place_over_the_whole_range() -> None:
    tiny = np.logspace(-38, 1.9, 40_000)
    z = np.concatenate([np.linspace(-80, 80, 120_000), tiny, -tiny]).astype(np.float32)
    gates, _ = opened(torch.from_numpy(z).expand(1, 4, -1).reshape(1, 1, -1))
    i, f, g, o = gates[0, 0].numpy().reshape(4, -1)
    sigmoid = 1 / (1 + np.exp(-z.astype(np.float64)))
    for found, exact in ((i, sigmoid), (f, sigmoid), (o, sigmoid), (g, np.tanh(z.astype(np.float64)))):
        assert (np.abs(found - exact) <= 3 * np.spacing(np.abs(exact).astype(np.float32))).all()


@pytest.mark.parametrize(
    ("z", "sigmoid", "tanh"),
    [(np.inf, 1.0, 1.0), (-np.inf, 0.0, -1.0), (3e38, 1.0, 1.0), (0.0, 0.5, 0.0), (np.nan, np.nan, np.nan)],
)
def test_what_is_not_finite_stays_so_and_saturates(z: float, sigmoid: float, tanh: float) -> None:
    gates, difference = opened(torch.full((1, 1, 4 * 9), z))
    i, f, g, o = gates[0, 0].view(4, 9)
    for found, expected in ((i, sigmoid), (f, sigmoid), (o, sigmoid), (g, tanh)):
        torch.testing.assert_close(found, torch.full((9,), expected), equal_nan=True, rtol=0, atol=1e-30)
    assert (difference == float("inf")) == np.isnan(z)


@pytest.mark.parametrize("case", FLOAT32, ids=str)
@pytest.mark.parametrize("way", ["whole", "in chunks", "packed"])
def test_equals_what_torch_computes_without_it(case: Case, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lstm, x, hx = case.build()
    lengths = [6, 2, 5] if way == "packed" and not case.unbatched else None
    if way == "in chunks":
        monkeypatch.setattr(kernel, "takes_whole", lambda run: False)
    with_kernel = record(lstm, x, hx, lengths, pre_activations=True)
    monkeypatch.setattr(kernel, "takes", lambda z: False)
    without = record(lstm, x, hx, lengths, pre_activations=True)
    assert with_kernel.parity.ok
    assert without.parity.ok
    for one, other in zip(with_kernel.cells, without.cells, strict=True):
        for name in (*one.quantities(), "z_i", "z_f", "z_g", "z_o"):
            torch.testing.assert_close(one.quantity(name), other.quantity(name), rtol=0, atol=5e-7, equal_nan=True)


@pytest.mark.parametrize("units", [1, 3, 4, 7, 33, 512])
@pytest.mark.parametrize("inputs", [1, 5, 16, 40])
@pytest.mark.parametrize("batch_size", [1, 3])
def test_the_products_of_a_small_cell_are_those_of_torch(units: int, inputs: int, batch_size: int) -> None:
    torch.manual_seed(units + inputs + batch_size)
    lstm, x = torch.nn.LSTM(inputs, units, bidirectional=True), torch.randn(2, batch_size, inputs)
    trace = record(lstm, x, pre_activations=True)
    for found, suffix, h_prev in zip(
        trace.cells, ("", "_reverse"), (trace.cells[0].h[0], trace.cells[1].h[1]), strict=True
    ):
        weight_ih, weight_hh, bias_ih, bias_hh = (
            getattr(lstm, name + "_l0" + suffix) for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        )
        t = 1 if found.direction == "forward" else 0  # the second in its order
        z = x[t].double() @ weight_ih.T.double() + h_prev.double() @ weight_hh.T.double() + bias_ih + bias_hh
        own = torch.cat([found.quantity(name)[t] for name in ("z_i", "z_f", "z_g", "z_o")], dim=-1)
        # the rounding of a sum goes by its terms: so many halves of the last bit of them all, for each sum by itself
        terms = x[t].abs() @ weight_ih.abs().T + h_prev.abs() @ weight_hh.abs().T + bias_ih.abs() + bias_hh.abs()
        assert ((own - z).abs() <= 2**-21 * terms).all()


def test_what_is_special_about_a_cell_is_left_to_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []
    takes_whole = kernel.takes_whole

    def watched(run: CellRun) -> bool:
        asked.append(takes_whole(run))
        return asked[-1]

    monkeypatch.setattr(kernel, "takes_whole", watched)
    wide, large = torch.nn.LSTM(513, 2), torch.nn.LSTM(16, 256)
    for lstm, x, lengths, expected in (
        (torch.nn.LSTM(3, 4), torch.randn(6, 2, 3), None, True),
        (torch.nn.LSTM(3, 4, batch_first=True), torch.randn(2, 6, 3), None, False),  # its rows are not in order
        (torch.nn.LSTM(3, 4), torch.randn(6, 2, 3), [6, 4], False),
        (torch.nn.LSTM(3, 4, proj_size=2), torch.randn(6, 2, 3), None, False),
        (torch.nn.LSTM(3, 4).double(), torch.randn(6, 2, 3).double(), None, False),
        (wide, torch.randn(2, 1, 513), None, False),
        (large, torch.randn(50, 1, 16), None, False),
    ):
        asked.clear()
        assert record(lstm, x, lengths=lengths).parity.ok
        assert asked == [expected]


@pytest.mark.parametrize(("t", "unit"), [(0, 0), (3, 4), (6, 8)])
def test_a_wrong_hidden_state_is_noticed_wherever_it_is(t: int, unit: int) -> None:
    h, state = torch.zeros(7, 2, 9), torch.zeros(2, 9)  # all pre-activations 0: g, c and h are 0 too
    h[t, 1, unit] = 0.25
    run = CellRun(0, "forward", CellParameters(state, state), h, h, state, state, state, state, None)
    part = Opened(h, h, h, torch.zeros(7, 2, 36), torch.empty(7, 2, 9), None, None)
    assert kernel.open_chunk(run, part, state, 0) == 0.25


@pytest.mark.parametrize("wrong", ["h", "c"])
@pytest.mark.parametrize("direction", ["forward", "reverse"])
def test_a_wrong_state_of_a_small_cell_is_noticed(direction: Direction, wrong: str) -> None:
    h, c_n, state = torch.zeros(7, 2, 9), torch.zeros(2, 9), torch.zeros(2, 9)
    (h[0 if direction == "reverse" else 6] if wrong == "h" else c_n)[1, 8] = 0.25  # no timestep reads the last h
    parameters = CellParameters(torch.zeros(36, 9), torch.zeros(36, 9))
    run = CellRun(0, direction, parameters, torch.zeros(7, 2, 9), h, state, state, state, c_n, None)
    assert kernel.takes_whole(run)
    assert kernel.open_whole(run, pre_activations=False)[1] == 0.25


@pytest.mark.parametrize("direction", ["forward", "reverse"])
def test_a_wrong_last_cell_state_is_noticed(direction: Direction) -> None:
    h, state = torch.zeros(7, 2, 9), torch.zeros(2, 9)
    c_n = state.clone()
    c_n[1, 8] = 0.25
    lengths = torch.tensor([7, 4])
    run = CellRun(0, direction, CellParameters(state, state), h, h, state, state, state, c_n, lengths)
    part = Opened(h, h, h, torch.zeros(7, 2, 36), torch.empty(7, 2, 9), None, None)
    assert kernel.open_chunk(run, part, state, 0) == 0.25


def test_a_library_compiled_from_another_source_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert kernel._load() is not None
    changed = tmp_path / "kernel.c"
    changed.write_bytes(kernel._SOURCE.read_bytes() + b"\n")
    monkeypatch.setattr(kernel, "_SOURCE", changed)
    assert kernel._load() is None


def test_a_package_without_a_library_has_no_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "_LIBRARY", tmp_path / "libkernel.so")
    assert kernel._load() is None


def test_tensors_without_numbers_are_not_taken() -> None:
    with FakeTensorMode():
        lstm, x = torch.nn.LSTM(3, 4), torch.randn(5, 2, 3)
        with pytest.raises(RuntimeError):  # and no access to memory that is not there
            record(lstm, x)
