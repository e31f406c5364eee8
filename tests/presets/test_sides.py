"""The preset that knows both sides: as good as it says, and its story is what the trace holds."""

import random

import pytest
import torch
from torch import Tensor

from lstm_lens.presets import preset
from lstm_lens.presets.sides.task import MARK, WALL, draw
from tests.presets.plain import Gates, cells_of, input_of, lstm_of, readout_of
from tests.presets.stories import assert_summed_up, assert_told, evaluation_of, shown

SHOWN = preset("sides")
EVALUATION = evaluation_of("sides")
NAMES = {(True, True): "↔", (True, False): "←", (False, True): "→", (False, False): "·"}


def cell(direction: str) -> Gates:
    return cells_of(lstm_of(SHOWN), input_of(SHOWN))[0, direction]


def sides_of(text: str) -> list[str]:
    """The task as its description tells it, written again without the code that trained."""
    sides = []
    for t, here in enumerate(text):
        left, right = "▼" in text[: t + 1].split("|")[-1], "▼" in text[t:].split("|")[0]
        sides.append("·" if here == "|" else NAMES[left, right])
    return sides


def said(x: Tensor) -> list[list[str]]:
    """What the kept weights say, for each sample."""
    return [
        [NAMES[left, right] for left, right in sample.tolist()] for sample in (readout_of(SHOWN, x) > 0.5).unbind(1)
    ]


@pytest.mark.parametrize("row", [EVALUATION["held_out"], *EVALUATION["by_length"]])
def test_unseen_sequences_are_answered_as_well_as_stated(row: dict[str, float]) -> None:
    dice = random.Random(20_240)  # noqa: S311 (dice, not secrets)
    texts = ["".join(dice.choices("·▼|", [0.76, 0.12, 0.12], k=int(row["seq_len"]))) for _ in range(300)]
    rows = [[[dice.uniform(-1, 1), float(it == "▼"), float(it == "|")] for it in text] for text in texts]
    says = said(torch.tensor(rows).transpose(0, 1))
    right = sum(ours == sides_of(text) for ours, text in zip(says, texts, strict=True)) / len(texts)
    assert right == pytest.approx(row["accuracy"], abs=0.01)


def test_what_is_held_out_is_longer_than_what_was_trained_on() -> None:
    assert EVALUATION["held_out"]["seq_len"] > EVALUATION["trained_on"]["seq_len"]
    assert EVALUATION["held_out"]["accuracy"] == SHOWN.accuracy == 1.0


def test_the_shown_sequence_is_its_tokens_and_is_answered_right() -> None:
    text = "".join(SHOWN.tokens)
    assert input_of(SHOWN)[:, 0, MARK:].tolist() == [[float(it == "▼"), float(it == "|")] for it in text]
    assert said(input_of(SHOWN)) == [SHOWN.targets] == [sides_of(text)]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_sentence_says_the_numbers_of_the_trace(language: str) -> None:
    i, f, _, _, c, h = (values[:, 0, 3] for values in cell("forward"))
    reverse = Gates(*(values[:, 0, 3] for values in cell("reverse")))
    told = [
        ["t = 2", f"i = {shown(i[2], 2)}", shown(c[2], 2)],
        [f"i = {shown(i[5], 2)}", f"f = {shown(f[5], 2)}", shown(c[5], 2), "t = 5"],
        ["t = 6", f"f = {shown(f[6], 2)}", shown(c[6], 2)],
        ["t = 12", f"i = {shown(reverse.i[12], 2)}"],
        ["t = 1", f"h = {shown(reverse.h[1], 3)}"],
        [shown(h[1], 3), "output[1]", SHOWN.targets[1]],
    ]
    assert_told("sides", language, told)
    assert_summed_up("sides", language, ["100%", "24", "200"])


@pytest.mark.parametrize("direction", ["forward", "reverse"])
def test_unit_3_writes_at_markers_forgets_at_walls_and_keeps_between(direction: str) -> None:
    i, f, _, _, c, _ = (values[:, 0, 3] for values in cell(direction))
    marker, wall, neither = ([t for t, it in enumerate(SHOWN.tokens) if it == what] for what in "▼|·")
    assert i[marker].min() > 0.93
    assert i[wall + neither].max() < 0.05
    assert f[wall].max() < 0.06
    assert f[neither].min() > 0.98
    known = "←↔" if direction == "forward" else "→↔"
    assert all(
        (value > 0.88) if side in known else (abs(value) < 0.05) for value, side in zip(c, SHOWN.targets, strict=True)
    )


def test_each_direction_holds_one_answer() -> None:
    left, right = SHOWN.readout()["weight"]
    assert abs(left).argmax() == 3
    assert abs(right).argmax() == 4 + 3


def test_drawn_targets_are_those_of_the_description() -> None:
    x, targets = draw(torch.Generator().manual_seed(3), 50, 30)
    assert not (x[..., MARK] * x[..., WALL]).any()
    for sample in range(50):
        text = "".join("▼" if mark else "|" if wall else "·" for _, mark, wall in x[:, sample].tolist())
        assert [NAMES[bool(left), bool(right)] for left, right in targets[:, sample].tolist()] == sides_of(text)
