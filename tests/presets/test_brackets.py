"""The preset that counts brackets: as good as it says, and its story is what the trace holds."""

import random

import pytest
import torch
from torch import Tensor

from lstm_lens.presets import preset
from lstm_lens.presets.brackets.task import Extent, draw
from tests.presets.plain import Gates, cells_of, input_of, lstm_of, readout_of
from tests.presets.stories import assert_summed_up, assert_told, evaluation_of, shown

SHOWN = preset("brackets")
EVALUATION = evaluation_of("brackets")


def cell() -> Gates:
    return cells_of(lstm_of(SHOWN), input_of(SHOWN))[0, "forward"]


def text_of(length: int, deepest: int, dice: random.Random) -> str:
    """Brackets and letters, written again without the code that trained."""
    text, depth = "", 0
    for _ in range(length):
        wish = dice.choices("()a", [0.4, 0.4, 0.2])[0]
        if (wish == "(" and depth == deepest) or (wish == ")" and depth == 0):
            wish = "a"
        depth += {"(": 1, ")": -1, "a": 0}[wish]
        text += wish
    return text


def one_hot(texts: list[str]) -> Tensor:
    rows = [[[float(character == known) for known in "()a"] for character in text] for text in texts]
    return torch.tensor(rows).transpose(0, 1)


def opened(text: str) -> list[bool]:
    return [text[: t + 1].count("(") > text[: t + 1].count(")") for t in range(len(text))]


@pytest.mark.parametrize("row", [EVALUATION["held_out"], *EVALUATION["by_size"]])
def test_unseen_sequences_are_answered_as_well_as_stated(row: dict[str, float]) -> None:
    dice = random.Random(20_240)  # noqa: S311 (dice, not secrets)
    texts = [text_of(int(row["seq_len"]), int(row["deepest"]), dice) for _ in range(600)]
    says = readout_of(SHOWN, one_hot(texts))[..., 0] > 0.5
    right = (torch.tensor([opened(text) for text in texts]) == says.T).all(dim=1).float().mean().item()
    assert right == pytest.approx(row["accuracy"], abs=0.05 if row["accuracy"] < 1 else 0.01)


def test_what_is_held_out_is_longer_and_deeper_than_what_was_trained_on() -> None:
    trained, held_out = EVALUATION["trained_on"], EVALUATION["held_out"]
    assert held_out["seq_len"] > trained["seq_len"]
    assert held_out["deepest"] > trained["deepest"]
    assert held_out["accuracy"] == SHOWN.accuracy == 1.0


def test_the_shown_sequence_is_its_tokens_and_is_answered_right() -> None:
    assert torch.equal(input_of(SHOWN), one_hot(["".join(SHOWN.tokens)]))
    says = ["1" if says > 0.5 else "·" for says in readout_of(SHOWN, input_of(SHOWN))[:, 0, 0].tolist()]
    assert says == SHOWN.targets == ["1" if still else "·" for still in opened("".join(SHOWN.tokens))]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_sentence_says_the_numbers_of_the_trace(language: str) -> None:
    i, f, g, _, c, h = (values[:, 0, 3] for values in cell())
    told = [
        [f"i = {shown(i[0], 2)}", f"g = {shown(g[0], 2)}", shown(c[0], 2)],
        [f"f = {shown(f[1], 2)}", f"c = {shown(c[1], 2)}"],
        [f"i = {shown(i[2], 2)}", f"g = {shown(g[2], 2)}", shown(c[2], 2)],
        [f"i = {shown(i[3], 2)}", f"g = {shown(g[3], 2)}", shown(c[3], 2)],
        ["0.91", "t = 6", f"c = {shown(c[6], 2)}"],
        ["t = 9", f"c = {shown(c[9], 2)}", f"h = {shown(h[9], 2)}", "0.44"],
    ]
    assert_told("brackets", language, told)
    shares = [EVALUATION["held_out"], EVALUATION["by_size"][-1]]
    assert_summed_up("brackets", language, [f"{row['accuracy']:.0%}" for row in shares])


def test_c_of_unit_3_counts_open_brackets_and_h_tells_whether_there_is_one() -> None:
    text = "".join(SHOWN.tokens)
    depth = torch.tensor([float(text[: t + 1].count("(") - text[: t + 1].count(")")) for t in range(len(text))])
    i, f, _, _, c, h = (values[:, 0, 3] for values in cell())
    torch.testing.assert_close(c, 0.91 * depth, atol=0.07, rtol=0)
    assert f.min() > 0.995
    assert all((i[t] > 0.97) == (text[t] in "()") for t in range(len(text)))
    assert h[depth > 0].min() > 0.44
    assert h[depth == 0].abs().max() < 0.06


def test_the_other_units_hardly_write() -> None:
    assert cell().i[..., :3].max() < 0.08


def test_a_drawn_sequence_never_closes_what_is_not_open_and_stays_within_its_depth() -> None:
    x, depths = draw(torch.Generator().manual_seed(3), 200, Extent(30, 4))
    assert torch.equal(x.sum(dim=-1), torch.ones(30, 200))
    assert torch.equal((x[..., 0] - x[..., 1]).cumsum(dim=0), depths)
    assert depths.min() == 0
    assert depths.max() == 4
