"""The recorder against what happens inside the real nn.LSTM, over the whole grid of options."""

import numpy as np
import pytest
import torch
from torch import nn

from lstm_lens.lstm import LSTMConfig, Parity, Recorder, Trace, record, seeded_lstm
from tests.lstm.authority import GRID, Case, caught_inside, plain_cells

TOLERANCE = {torch.float32: 1e-6, torch.float64: 1e-12}


def assert_close(found: torch.Tensor, expected: torch.Tensor, tolerance: float) -> None:
    assert found.shape == expected.shape
    assert (found - expected).abs().max().item() <= tolerance


@pytest.mark.parametrize("case", GRID, ids=str)
def test_records_what_torch_computes_inside(case: Case) -> None:
    lstm, x, hx = case.build()
    trace = record(lstm, x, hx)
    caught = caught_inside(lstm, x, hx, case.seq_len)
    assert len(trace.cells) == len(caught)
    for cell, inside in zip(trace.cells, caught, strict=True):
        for name in ("i", "f", "g", "o", "c", "m"):
            if name == "m" and not case.config.proj_size:
                continue
            expected = torch.stack(getattr(inside, name))
            expected = expected.flip(0) if cell.direction == "reverse" else expected
            expected = expected.reshape(case.seq_len, -1, case.config.hidden_size)  # a batch of 1 if unbatched
            assert_close(cell.quantity(name), expected, TOLERANCE[case.dtype])


@pytest.mark.parametrize("case", GRID, ids=str)
def test_returns_the_tensors_that_torch_returns(case: Case) -> None:
    lstm, x, hx = case.build()
    trace = record(lstm, x, hx)
    with torch.no_grad():
        output, (h_n, c_n) = lstm(x, hx)
    assert torch.equal(trace.output, output)
    assert torch.equal(trace.h_n, h_n)
    assert torch.equal(trace.c_n, c_n)
    assert trace.parity.ok
    assert trace.nonfinite() == 0


@pytest.mark.parametrize("case", [case for case in GRID if case.dtype is torch.float64], ids=str)
def test_equals_the_equations_in_plain_numpy(case: Case) -> None:
    lstm, x, hx = case.build()
    trace = record(lstm, x, hx)
    states = [np.zeros(shape) for shape in case.config.state_shapes(trace.batch_size).values()]
    if hx is not None:
        states = [(state.unsqueeze(1) if case.unbatched else state).numpy() for state in hx]
    parameters = {name: value.numpy() for name, value in trace.parameters.items()}
    expected = plain_cells(case.config, parameters, trace.input.numpy(), *states)
    for cell, plain in zip(trace.cells, expected, strict=True):
        for name, value in cell.quantities().items():
            np.testing.assert_allclose(value.numpy(), plain[name], rtol=0, atol=1e-12)


def test_one_unit_by_hand() -> None:
    """A cell of one unit whose numbers fit on a napkin.

    t = 0: i = sigmoid(0) = 1/2, f = sigmoid(ln 3) = 3/4, g = tanh(ln 2) = 3/5, o = sigmoid(-ln 3) = 1/4,
    c = 3/4 * 2 + 1/2 * 3/5 = 1.8. Since weight_hh is zero, t = 1 with x = 0 has i = f = o = 1/2 and g = 0, so c = 0.9.
    """
    lstm = nn.LSTM(1, 1, bias=False, dtype=torch.float64)
    ln2, ln3 = np.log(2.0), np.log(3.0)
    with torch.no_grad():
        lstm.weight_ih_l0.copy_(torch.tensor([[0.0], [ln3], [ln2], [-ln3]]))
        lstm.weight_hh_l0.zero_()
    x = torch.tensor([[1.0], [0.0]], dtype=torch.float64)
    hx = (torch.zeros(1, 1, dtype=torch.float64), torch.full((1, 1), 2.0, dtype=torch.float64))
    cell = record(lstm, x, hx).cell(0, "forward")
    by_hand = {"i": [0.5, 0.5], "f": [0.75, 0.5], "g": [0.6, 0.0], "o": [0.25, 0.5], "c": [1.8, 0.9]}
    by_hand["h"] = [0.25 * np.tanh(1.8), 0.5 * np.tanh(0.9)]
    for name, numbers in by_hand.items():
        np.testing.assert_allclose(cell.quantity(name).flatten().numpy(), numbers, rtol=0, atol=1e-15)


def lengths_case(bidirectional: bool = True, **options: object) -> tuple[nn.LSTM, torch.Tensor, list[int]]:
    config = LSTMConfig(
        input_size=3,
        hidden_size=5,
        num_layers=2,
        bidirectional=bidirectional,
        **options,  # type: ignore[arg-type]
    )
    lstm = seeded_lstm(config, torch.float64, 2)
    x = torch.randn(7, 3, 3, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    return lstm, x, [4, 7, 1]


@pytest.mark.parametrize("proj_size", [0, 2])
def test_each_sample_of_given_length_is_as_if_run_alone(proj_size: int) -> None:
    lstm, x, lengths = lengths_case(proj_size=proj_size)
    trace = record(lstm, x, lengths=lengths)
    for sample, length in enumerate(lengths):
        alone = record(lstm, x[:length, sample])
        for cell, own in zip(trace.cells, alone.cells, strict=True):
            for name, value in cell.quantities().items():
                assert_close(value[:length, sample], own.quantity(name)[:, 0], 1e-12)
                assert value[length:, sample].isnan().all()
        assert_close(trace.h_n[:, sample], alone.h_n, 1e-12)
    assert trace.parity.ok
    assert trace.nonfinite() == 0


def test_lengths_return_what_a_packed_sequence_returns() -> None:
    lstm, x, lengths = lengths_case()
    trace = record(lstm, x, lengths=lengths)
    with torch.no_grad():
        packed = nn.utils.rnn.pack_padded_sequence(x, torch.tensor(lengths), enforce_sorted=False)
        output, (h_n, c_n) = lstm(packed)
    assert torch.equal(trace.output, nn.utils.rnn.pad_packed_sequence(output)[0])
    assert torch.equal(trace.h_n, h_n)
    assert torch.equal(trace.c_n, c_n)
    assert torch.equal(trace.input, x)


@pytest.mark.parametrize("dropout", [0.3, 1.0])
@pytest.mark.parametrize("lengths", [None, [4, 7, 1]])
def test_seeded_dropout_is_that_of_torch_with_the_same_seed(dropout: float, lengths: list[int] | None) -> None:
    lstm, x, _ = lengths_case(dropout=dropout)
    lstm.train()
    before = torch.get_rng_state()
    trace = record(lstm, x, lengths=lengths, dropout_seed=9)
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(9)
    source = x
    if lengths is not None:
        source = nn.utils.rnn.pack_padded_sequence(x, torch.tensor(lengths), enforce_sorted=False)  # type: ignore[assignment]
    with torch.no_grad():
        output, (h_n, _) = lstm(source)
    if lengths is not None:
        output = nn.utils.rnn.pad_packed_sequence(output, total_length=7)[0]
    assert_close(trace.output, output, 1e-15)
    assert_close(trace.h_n, h_n, 1e-15)
    kept = trace.dropout_masks[0].unique().tolist()
    assert kept == ([0.0] if dropout == 1.0 else [0.0, pytest.approx(1 / 0.7)])
    assert trace.parity.ok


def test_dropout_of_a_module_in_training_is_drawn_again_and_leaves_its_random_state() -> None:
    lstm, x, _ = lengths_case(dropout=0.5)
    lstm.train()
    torch.manual_seed(3)
    plain = lstm(x)[0]
    after = torch.get_rng_state()
    torch.manual_seed(3)
    with Recorder(lstm) as recorder:
        hooked = lstm(x)[0]
    assert torch.equal(plain, hooked)
    assert torch.equal(torch.get_rng_state(), after)
    assert recorder.traces[""][0].parity.ok
    assert 0 in recorder.traces[""][0].dropout_masks


class TwoLSTMs(nn.Module):
    """A model that calls one of its LSTMs twice."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.LSTM(3, 4, batch_first=True)
        self.heads = nn.ModuleList([nn.LSTM(4, 2)])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        encoded, states = self.encoder(x)
        encoded, _ = self.encoder(x, hx=states)
        return self.heads[0](encoded)[0].relu()


def test_records_every_lstm_of_a_model_by_path_and_call() -> None:
    model = TwoLSTMs()
    x = torch.randn(2, 5, 3)
    plain = model(x)
    with Recorder(model) as recorder:
        hooked = model(x)
    assert torch.equal(plain, hooked)
    assert {path: len(traces) for path, traces in recorder.traces.items()} == {"encoder": 2, "heads.0": 1}
    for traces in recorder.traces.values():
        assert all(isinstance(trace, Trace) and trace.parity.ok for trace in traces)


def test_a_trace_keeps_what_the_model_changes_in_place_later() -> None:
    lstm = nn.LSTM(3, 4)
    with torch.no_grad(), Recorder(lstm) as recorder:
        lstm(torch.randn(5, 2, 3))[0].fill_(9.0)
    trace = recorder.traces[""][0]
    assert (trace.output.abs() < 1).all()
    assert (trace.cells[0].h.abs() < 1).all()


def test_gradients_are_those_without_recording() -> None:
    model = TwoLSTMs()
    x = torch.randn(2, 5, 3)
    model(x).sum().backward()
    plain = [parameter.grad.clone() for parameter in model.parameters() if parameter.grad is not None]
    model.zero_grad()
    with Recorder(model):
        model(x).sum().backward()
    recorded = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
    assert all(torch.equal(a, b) for a, b in zip(plain, recorded, strict=True))


def test_no_hook_remains_after_an_exception() -> None:
    lstm = nn.LSTM(3, 4)
    with pytest.raises(RuntimeError), Recorder(lstm):
        lstm(torch.zeros(2, 2))
    assert not lstm._forward_hooks
    assert not lstm._forward_pre_hooks


def test_an_infinite_difference_is_never_within_tolerance() -> None:
    overflowed = Parity(float("inf"), False, float("inf"))  # where a pre-activation overflows, so does the tolerance
    assert not overflowed.ok
    fine = Parity(1e-7, False, 1e-6)
    assert not Parity.worst([fine, overflowed]).ok
    assert not Parity.worst([overflowed, fine]).ok
