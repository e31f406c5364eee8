"""Signals: each number is that of its formula, in both dtypes and layouts; what does not fit is refused."""

import math
from typing import Any

import pytest
import torch
from pydantic import TypeAdapter, ValidationError

from lstm_lens.lstm.config import LSTMConfig
from lstm_lens.lstm.errors import InvalidCall
from lstm_lens.lstm.inputs import AnyInput

CONFIG = LSTMConfig(input_size=3, hidden_size=2)
ANY: TypeAdapter[Any] = TypeAdapter(AnyInput)
SIGNALS = ("impulse", "step", "sine", "sawtooth", "noise", "one_hot")


def made(config: LSTMConfig = CONFIG, dtype: torch.dtype = torch.float64, **fields: Any) -> torch.Tensor:
    return ANY.validate_python(fields).make(config, dtype)  # type: ignore[no-any-return]


def series(**fields: Any) -> list[float]:
    """The signal of one feature of one sample."""
    return made(**fields)[:, 0, 0].tolist()  # type: ignore[no-any-return]


def test_an_impulse_lasts_as_long_as_its_width() -> None:
    assert series(kind="impulse", seq_len=7, at=2, width=3, amplitude=-2.0) == [0, 0, -2, -2, -2, 0, 0]
    assert series(kind="impulse", seq_len=4, at=3, width=100) == [0, 0, 0, 1]


def test_a_step_is_low_before_and_high_from_then_on() -> None:
    assert series(kind="step", seq_len=5, at=2, low=-0.5, high=0.25) == [-0.5, -0.5, 0.25, 0.25, 0.25]


def test_a_sine_is_that_of_its_formula() -> None:
    expected = [1.5 * math.sin(2 * math.pi * (t / 7.5 + 0.1)) for t in range(40)]
    assert series(kind="sine", seq_len=40, amplitude=1.5, period=7.5, phase=0.1) == pytest.approx(expected, abs=1e-14)


def test_a_sawtooth_climbs_in_each_wave_and_falls_back() -> None:
    assert series(kind="sawtooth", seq_len=9, low=0.0, high=8.0, period=4.0) == [0, 2, 4, 6, 0, 2, 4, 6, 0]
    assert series(kind="sawtooth", seq_len=3, low=-1.0, high=1.0, period=4.0, phase=-0.25) == [0.5, -1, -0.5]


def test_noise_is_torchs_own_from_the_seed_and_stays_in_its_range() -> None:
    drawn = made(kind="noise", seq_len=500, batch_size=2, low=2.0, high=3.0, seed=5)
    expected = torch.rand(500, 2, 3, generator=torch.Generator().manual_seed(5), dtype=torch.float64)
    torch.testing.assert_close(drawn, 2 + expected, rtol=0, atol=1e-15)
    assert drawn.min() >= 2
    assert drawn.max() < 3


def test_a_pattern_repeats_and_is_every_feature_in_turn_by_default() -> None:
    assert made(kind="one_hot", seq_len=5, pattern=[2, 0])[:, 0].tolist() == [
        [0, 0, 1],
        [1, 0, 0],
        [0, 0, 1],
        [1, 0, 0],
        [0, 0, 1],
    ]
    assert made(kind="one_hot", seq_len=4, amplitude=3.0)[:, 0].argmax(1).tolist() == [0, 1, 2, 0]


def test_one_feature_may_carry_a_signal_alone() -> None:
    x = made(kind="step", seq_len=3, at=1, batch_size=2, feature=1)
    assert x[:, :, 1].tolist() == [[0, 0], [1, 1], [1, 1]]
    assert x[:, :, [0, 2]].abs().sum() == 0


@pytest.mark.parametrize("kind", SIGNALS)
def test_both_dtypes_and_layouts_hold_the_same_signal(kind: str) -> None:
    batch_first = CONFIG.model_copy(update={"batch_first": True})
    x = made(kind=kind, batch_size=2)
    assert x.shape == (32, 2, 3)
    assert x.abs().sum() > 0
    assert made(batch_first, kind=kind, batch_size=2).shape == (2, 32, 3)
    if kind != "noise":  # whose draws follow the layout and the dtype, as those of torch.randn do
        torch.testing.assert_close(made(batch_first, kind=kind, batch_size=2), x.transpose(0, 1), rtol=0, atol=0)
        torch.testing.assert_close(
            made(dtype=torch.float32, kind=kind, batch_size=2), x.to(torch.float32), rtol=0, atol=0
        )
    assert torch.equal(made(kind=kind, batch_size=2), x)


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"kind": "impulse", "seq_len": 4, "at": 4}, ("at",)),
        ({"kind": "step", "seq_len": 4}, ("at",)),
        ({"kind": "sine", "feature": 3}, ("feature",)),
        ({"kind": "one_hot", "pattern": [0, 3]}, ("pattern", 1)),
    ],
)
def test_what_is_not_there_is_refused_at_its_field(fields: dict[str, Any], path: tuple[str | int, ...]) -> None:
    with pytest.raises(InvalidCall) as caught:
        ANY.validate_python(fields).sizes(CONFIG)
    assert caught.value.problems[0].path == path


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "impulse", "amplitude": 1e39},
        {"kind": "impulse", "amplitude": True},
        {"kind": "impulse", "width": 0},
        {"kind": "sine", "period": 1.9},
        {"kind": "sine", "period": float("nan")},
        {"kind": "sawtooth", "phase": 2.0},
        {"kind": "noise", "seed": -1},
        {"kind": "one_hot", "pattern": []},
        {"kind": "one_hot", "pattern": [-1]},
        {"kind": "one_hot", "pattern": [0] * 5000},
        {"kind": "step", "slope": 1.0},
    ],
)
def test_what_is_not_legal_is_no_signal(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ANY.validate_python(fields)
