"""The preset that forecasts a wave: as good as it says, and its story is what the trace holds."""

import math
import random

import pytest
import torch
from torch import Tensor

from lstm_lens.presets import preset
from lstm_lens.presets.sine.task import GAP, VALUE, draw
from tests.presets.plain import Gates, cells_of, input_of, lstm_of, readout_of
from tests.presets.stories import assert_summed_up, assert_told, evaluation_of, shown

SHOWN = preset("sine")
EVALUATION = evaluation_of("sine")
GAP_SHOWN = slice(28, 38)
WAVE = torch.sin(2 * math.pi * torch.arange(1, 49) / 14)


def unit(number: int) -> Gates:
    cell = cells_of(lstm_of(SHOWN), input_of(SHOWN))[0, "forward"]
    return Gates(*(values[:, 0, number] for values in cell))


def rms(errors: Tensor) -> float:
    return errors.square().mean().sqrt().item()


def waves(seq_len: int, samples: int) -> tuple[Tensor, Tensor]:
    """The task as its description tells it, written again without the code that trained."""
    dice = random.Random(20_240)  # noqa: S311 (dice, not secrets)
    x, following = torch.zeros(seq_len, samples, 2), torch.zeros(seq_len, samples)
    for sample in range(samples):
        period, phase = dice.uniform(10, 20), dice.uniform(0, 2 * math.pi)
        start, length = dice.randrange(seq_len // 2, seq_len - 10), dice.randint(4, 10)
        for t in range(seq_len):
            missing = start <= t < start + length
            value = math.sin(2 * math.pi * t / period + phase) + dice.gauss(0, 0.15)
            x[t, sample] = torch.tensor([0.0 if missing else value, float(missing)])
            following[t, sample] = math.sin(2 * math.pi * (t + 1) / period + phase)
    return x, following


@pytest.mark.parametrize("row", [EVALUATION["held_out"], *EVALUATION["by_length"]])
def test_unseen_waves_are_forecast_as_well_as_stated(row: dict[str, float]) -> None:
    x, following = waves(int(row["seq_len"]), 600)
    gap = x[8:, :, 1] == 1
    off = (readout_of(SHOWN, x)[..., 0] - following)[8:]
    assert rms(off[~gap]) == pytest.approx(row["rmse"], rel=0.05)
    assert rms(off[gap]) == pytest.approx(row["rmse_in_gaps"], rel=0.15)
    last_value = (x[..., 0] - following)[8:][~gap]
    assert rms(last_value) == pytest.approx(row["rmse_of_repeating_the_last_value"], rel=0.05)


def test_an_error_is_stated_and_no_accuracy() -> None:
    held_out = EVALUATION["held_out"]
    assert SHOWN.accuracy is None
    assert held_out["seq_len"] > EVALUATION["trained_on"]["seq_len"]
    assert held_out["rmse"] < held_out["rmse_in_gaps"] < EVALUATION["trained_on"]["noise"]


def test_the_shown_sequence_is_a_noisy_wave_with_a_gap() -> None:
    x = input_of(SHOWN)[:, 0]
    assert ["?" if missing else "·" for missing in x[:, GAP].tolist()] == SHOWN.tokens
    assert [shown(value, 2) for value in WAVE] == SHOWN.targets
    assert x[GAP_SHOWN, GAP].all()
    assert not x[GAP_SHOWN, VALUE].any()
    noise = (x[1:, VALUE] - WAVE[:-1])[x[1:, GAP] == 0]
    assert 0.1 < rms(noise) < 0.2


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_sentence_says_the_numbers_of_the_trace(language: str) -> None:
    says = readout_of(SHOWN, input_of(SHOWN))[:, 0, 0]
    off = says - WAVE
    told = [
        ["t = 17", f"h = {shown(unit(2).h[17], 2)}", shown(SHOWN.readout()["weight"][0, 2], 2)],
        ["t = 1", "t = 7", "0.9", f"c = {shown(unit(1).c[7], 2)}"],
        ["t = 11", f"f = {shown(unit(1).f[11], 2)}", shown(unit(1).c[11], 2)],
        ["t = 14", f"c = {shown(unit(3).c[14], 2)}"],
        [
            "t = 28",
            "t = 37",
            f"f = {shown(unit(2).f[28], 2)}",
            shown(unit(2).f[input_of(SHOWN)[:, 0, GAP] == 0].max(), 2),
        ],
        ["t = 35", shown(unit(1).c[35], 2), shown(rms(off[GAP_SHOWN]), 2), "t = 8", shown(rms(off[8:28]), 2)],
    ]
    told[0] += [shown(says[17], 2), shown(WAVE[17], 2)]
    assert_told("sine", language, told)
    facts = [EVALUATION["held_out"][what] for what in ("rmse", "rmse_in_gaps", "rmse_of_repeating_the_last_value")]
    assert_summed_up("sine", language, [*(f"{fact:.3f}" for fact in facts), "48", "96", "0.15"])


def test_unit_2_weighs_most_and_the_flag_holds_its_forget_gate_open() -> None:
    assert abs(SHOWN.readout()["weight"][0]).argmax() == 2
    assert unit(2).f[GAP_SHOWN].min() > 0.93


def test_units_1_and_3_fill_in_turn_once_a_wave_in_the_gap_too() -> None:
    def peaks(c: Tensor) -> list[int]:
        return [t for t in range(1, len(c) - 1) if c[t - 1] < c[t] > c[t + 1] and c[t] > 1]

    assert peaks(unit(1).c) == [7, 21, 35]
    assert peaks(unit(3).c) == [14, 27, 42]
    assert unit(1).f[1:8].min() > 0.9
    filling = unit(1).c.diff() > 0  # from t to t + 1
    assert filling[1:7].all()
    assert (WAVE[:6] > 0).all()


def test_drawn_gaps_are_flagged_and_targets_are_one_timestep_ahead() -> None:
    x, following = draw(torch.Generator().manual_seed(3), 200, 48)
    missing = x[..., GAP] == 1
    assert not x[..., VALUE][missing].any()
    assert set(missing.sum(dim=0).tolist()) == set(range(4, 11))
    noise = (x[1:, :, VALUE] - following[:-1])[~missing[1:]]
    assert rms(noise) == pytest.approx(0.15, rel=0.05)
