"""Calls at which torch crashes the process or answers plausible nonsense are refused before torch sees them."""

from collections.abc import Iterator

import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence

from lstm_lens.lstm import InvalidCall, Recorder, record

State = tuple[Tensor, Tensor]


class Reached(AssertionError):
    """torch's kernel was called."""


@pytest.fixture
def untouched() -> Iterator[None]:
    """Fails a test in which torch's kernel is reached, rather than let it crash the process."""

    class NoKernel(torch.overrides.TorchFunctionMode):
        def __torch_function__(
            self, func: object, types: object, args: tuple = (), kwargs: dict | None = None
        ) -> object:
            if func is torch.lstm:
                raise Reached
            return func(*args, **(kwargs or {}))  # type: ignore[operator]

    with NoKernel():
        yield


def equal_lengths(samples: int, features: int, seq_len: int = 5) -> PackedSequence:
    return pack_padded_sequence(torch.zeros(seq_len, samples, features), torch.full((samples,), seq_len))


def states(samples: int, size: int) -> State:
    return torch.zeros(1, samples, size), torch.zeros(1, samples, size)


PACKED: dict[str, tuple[nn.LSTM, PackedSequence, State | None, str]] = {
    "states for one of 64 samples": (nn.LSTM(3, 400), equal_lengths(64, 3), states(1, 400), "h_0"),
    "states for too many samples": (nn.LSTM(3, 4), equal_lengths(2, 3), states(3, 4), "h_0"),
    "states of another size": (nn.LSTM(3, 4), equal_lengths(2, 3), states(2, 5), "h_0"),
    "c_0 alone of another size": (nn.LSTM(3, 4), equal_lengths(2, 3), (states(2, 4)[0], states(2, 5)[1]), "c_0"),
    "states of another dtype": (nn.LSTM(3, 4), equal_lengths(2, 3), (states(2, 4)[0].double(), states(2, 4)[1]), "h_0"),
    "nine features instead of three": (nn.LSTM(3, 4), equal_lengths(2, 9), None, "input"),
    "two features instead of three": (nn.LSTM(3, 4), equal_lengths(2, 2), None, "input"),
    "unequal lengths, too few features": (
        nn.LSTM(3, 4),
        pack_padded_sequence(torch.zeros(5, 2, 2), torch.tensor([5, 3])),
        None,
        "input",
    ),
    "another dtype": (nn.LSTM(3, 4).double(), equal_lengths(2, 3), None, "input"),
}


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("name", PACKED)
def test_a_packed_call_that_does_not_fit_is_refused(name: str) -> None:
    lstm, source, hx, field = PACKED[name]
    with torch.no_grad(), Recorder(lstm) as recorder, pytest.raises(InvalidCall) as refusal:
        lstm(source, hx)
    assert refusal.value.problems[0].path == (field,)
    assert not recorder.traces


def replaced() -> nn.LSTM:
    lstm = nn.LSTM(3, 4)
    lstm.weight_hh_l0 = nn.Parameter(torch.zeros(16, 3))
    return lstm


def missing() -> nn.LSTM:
    lstm = nn.LSTM(3, 4)
    del lstm.bias_hh_l0
    return lstm


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize(("lstm", "field"), [(replaced(), "weight_hh_l0"), (missing(), "bias_hh_l0")])
@pytest.mark.parametrize("source", [torch.zeros(5, 2, 3), torch.zeros(5, 3), equal_lengths(2, 3)])
def test_parameters_that_do_not_fit_are_refused(lstm: nn.LSTM, field: str, source: Tensor | PackedSequence) -> None:
    with Recorder(nn.Sequential(lstm)), pytest.raises(InvalidCall) as refusal:
        lstm(source)
    assert [problem.path for problem in refusal.value.problems] == [(field,)]
    if isinstance(source, Tensor):
        with pytest.raises(InvalidCall):
            record(lstm, source)


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize(
    ("x", "hx", "lengths", "field"),
    [
        (torch.zeros(2), None, None, "input"),
        (torch.zeros(2, 2, 2, 3), None, None, "input"),
        (torch.zeros(5, 2, 4), None, None, "input"),
        (torch.zeros(0, 2, 3), None, None, "input"),
        (torch.zeros(5, 0, 3), None, None, "input"),
        (torch.zeros(5, 2, 3, dtype=torch.float64), None, None, "input"),
        (torch.zeros(5, 2, 3, dtype=torch.int64), None, None, "input"),
        (torch.zeros(5, 2, 3, device="meta"), None, None, "input"),
        (torch.zeros(5, 2, 3), (torch.zeros(1, 4), torch.zeros(1, 2, 4)), None, "h_0"),
        (torch.zeros(5, 2, 3), (torch.zeros(1, 2, 4), torch.zeros(2, 1, 4)), None, "c_0"),
        (torch.zeros(5, 3), states(1, 4), None, "h_0"),
        (torch.zeros(5, 2, 3), (torch.zeros(1, 2, 4, dtype=torch.float64), torch.zeros(1, 2, 4)), None, "h_0"),
        (torch.zeros(5, 2, 3), None, [5], "lengths"),
        (torch.zeros(5, 2, 3), None, [5, 5, 5], "lengths"),
        (torch.zeros(5, 2, 3), None, [5, 6], "lengths"),
        (torch.zeros(5, 2, 3), None, [5, 0], "lengths"),
        (torch.zeros(5, 2, 3), None, [5, -1], "lengths"),
        (torch.zeros(5, 3), None, [5], "lengths"),
    ],
)
def test_a_call_that_does_not_fit_is_refused(
    x: Tensor, hx: State | None, lengths: list[int] | None, field: str
) -> None:
    with pytest.raises(InvalidCall) as refusal:
        record(nn.LSTM(3, 4), x, hx, lengths)
    assert refusal.value.problems[0].path[0] == field


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("hx", [(torch.zeros(1, 2, 4),), (torch.zeros(1, 2, 4),) * 3, torch.zeros(1, 2, 4)])
def test_states_that_are_no_pair_are_refused(hx: object) -> None:
    with pytest.raises(InvalidCall) as refusal:
        record(nn.LSTM(3, 4), torch.zeros(5, 2, 3), hx)  # type: ignore[arg-type]
    assert refusal.value.problems[0].path == ("hx",)
