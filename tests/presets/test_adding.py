"""The preset that adds two marked numbers: as good as it says, and its story is what the trace holds."""

import random

import pytest
import torch

from lstm_lens.presets import preset
from lstm_lens.presets.adding.task import ASK, MARK, VALUE, Lengths, draw
from tests.presets.plain import Gates, cells_of, input_of, lstm_of, readout_of
from tests.presets.stories import assert_summed_up, assert_told, evaluation_of, shown

SHOWN = preset("adding")
EVALUATION = evaluation_of("adding")
MARKED = [3, 8]
UNMARKED = [0, 1, 2, 4, 5, 6, 7, 9, 10]


def cell() -> Gates:
    return cells_of(lstm_of(SHOWN), input_of(SHOWN))[0, "forward"]


def answer_to(numbers: list[float], marked: list[int]) -> float:
    """What the kept weights say to one sequence, written without the code that trained."""
    rows = [[number, float(t in marked), 0.0] for t, number in enumerate(numbers)]
    return readout_of(SHOWN, torch.tensor([*rows, [0.0, 0.0, 1.0]])[:, None])[-1, 0, 0].item()


@pytest.mark.parametrize("row", [EVALUATION["held_out"], *EVALUATION["by_length"]])
def test_unseen_sequences_are_added_as_well_as_stated(row: dict[str, list[int]]) -> None:
    dice = random.Random(20_240)  # noqa: S311 (dice, not secrets)
    off = []
    for _ in range(600):
        numbers = [dice.randint(-100, 100) / 100 for _ in range(dice.randint(*row["lengths"]))]
        marked = dice.sample(range(len(numbers)), 2)
        off.append(abs(answer_to(numbers, marked) - sum(numbers[t] for t in marked)))
    errors = torch.tensor(off)
    assert (errors < 0.1).float().mean().item() == pytest.approx(row["accuracy"], abs=0.025)
    assert errors.square().mean().sqrt().item() == pytest.approx(row["rmse"], rel=0.2)


def test_what_is_held_out_is_longer_than_what_was_trained_on() -> None:
    held_out = EVALUATION["held_out"]
    assert held_out["lengths"][1] == 2 * EVALUATION["trained_on"]["lengths"][1]
    assert held_out["accuracy"] == SHOWN.accuracy


def test_tokens_tell_the_shown_input() -> None:
    def token(value: float, mark: float, ask: float) -> str:
        return "=" if ask else "↓" * bool(mark) + shown(value, 1).replace("0.", ".")

    assert [token(*row[0]) for row in SHOWN.request["input"]["values"]] == SHOWN.tokens


def test_the_shown_sequence_is_answered_right() -> None:
    says = readout_of(SHOWN, input_of(SHOWN))[:, 0, 0]
    assert SHOWN.targets == ["·"] * 11 + [f"{says[-1]:.1f}"]
    assert says[-1] == pytest.approx(input_of(SHOWN)[MARKED, 0, VALUE].sum().item(), abs=0.01)
    assert says[:-1].abs().max() < 0.02


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_sentence_says_the_numbers_of_the_trace(language: str) -> None:
    i, _, g, o, c, h = (values[:, 0, 0] for values in cell())
    says = readout_of(SHOWN, input_of(SHOWN))[11, 0, 0]
    told = [
        ["t = 3", f"i = {shown(i[3], 2)}", shown(i[4], 2)],
        ["0.6", f"g = {shown(g[3], 3)}", f"c = {shown(c[3], 3)}"],
        [shown(g[4:8].min(), 2), shown(g[4:8].max(), 2), "t = 7", f"c = {shown(c[7], 3)}"],
        ["0.7", f"i × g = {shown(i[8] * g[8], 3)}", f"c = {shown(c[8], 3)}", "1.3", "−0.29"],
        ["0.998", f"o = {shown(o[10], 2)}", shown(h[10], 3), "t = 10"],
        ["t = 11", f"o = {shown(o[11], 2)}", f"h = {shown(h[11], 3)}", shown(says, 3)],
    ]
    told[-1].append(shown(SHOWN.readout()["weight"][0, 0], 2))
    assert_told("adding", language, told)
    shares = [EVALUATION["held_out"], EVALUATION["by_length"][-1]]
    assert_summed_up("adding", language, [f"{row['accuracy']:.1%}" for row in shares])


def test_only_marks_open_the_input_gate_of_unit_0() -> None:
    i, f, _, o, c, h = (values[:, 0, 0] for values in cell())
    assert i[MARKED].min() > 0.68
    assert i[UNMARKED].max() < 0.0105
    assert f.min() > 0.998
    assert o[:11].max() < 0.012
    assert h[:11].abs().max() < 0.005
    running = (input_of(SHOWN)[:, 0, VALUE] * input_of(SHOWN)[:, 0, MARK]).cumsum(dim=0)
    torch.testing.assert_close(c, -0.29 * running, atol=0.006, rtol=0)


def test_the_other_units_stay_out_of_it() -> None:
    assert cell().i[..., 1:].max() < 0.06
    assert cell().h[..., 1:].abs().max() < 0.01


def test_a_drawn_sequence_marks_two_numbers_and_asks_for_their_sum_once() -> None:
    x, targets = draw(torch.Generator().manual_seed(3), 200, Lengths(4, 9))
    assert torch.equal(x[..., MARK].sum(dim=0), torch.full((200,), 2.0))
    assert torch.equal(x[..., ASK].sum(dim=0), torch.ones(200))
    sums = (x[..., VALUE] * x[..., MARK]).sum(dim=0)
    torch.testing.assert_close((targets[..., 0] * x[..., ASK]).sum(dim=0), sums)
    asked = x[..., ASK].argmax(dim=0)
    assert (x[..., MARK].cumsum(dim=0).gather(0, asked[None]) == 2).all()
    assert asked.min() == 4
    assert asked.max() == 9
