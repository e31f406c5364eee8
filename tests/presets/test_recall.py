"""The preset that recalls a bit is as good as it says."""

import json

import pytest
import torch
from torch import Tensor

from lstm_lens.presets import FOLDER, preset
from lstm_lens.presets.recall.task import RECALL, STORE, VALUE, Delays, answers, draw, share_right
from tests.presets.plain import readout_of
from tests.presets.test_presets import words

STATED = json.loads((FOLDER / "recall" / "preset.json").read_text("utf-8"))


def sequences(seed: int, samples: int, delays: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """The task as its description tells it, written again without the code that trained."""
    generator = torch.Generator().manual_seed(seed)

    def between(low: int, high: int) -> int:
        return int(torch.randint(low, high + 1, (), generator=generator))

    seq_len = 2 * delays[1] + 8
    x, targets = torch.zeros(seq_len, samples, 3), torch.zeros(seq_len, samples)
    x[..., 0] = 2.0 * torch.randint(0, 2, (seq_len, samples), generator=generator) - 1.0
    for sample in range(samples):
        start = between(0, 2)
        for _ in range(2):
            asked = start + between(*delays)
            x[start, sample, 1] = x[asked, sample, 2] = 1.0
            targets[asked, sample] = x[start, sample, 0]
            x[asked, sample, 0] = 0.0
            start = asked + between(1, 3)
    return x, targets


@pytest.mark.parametrize(
    ("delays", "stated", "tolerance"),
    [
        (tuple(STATED["evaluation"]["held_out"]["delays"]), STATED["accuracy"], 0.01),
        *((tuple(row["delays"]), row["accuracy"], 0.05) for row in STATED["evaluation"]["by_delay"]),
    ],
)
def test_unseen_sequences_are_answered_as_well_as_stated(
    delays: tuple[int, int], stated: float, tolerance: float
) -> None:
    x, targets = sequences(seed=20_240, samples=600, delays=delays)
    right = (answers(readout_of(preset("recall"), x)[..., 0]) == targets).all(dim=0).float().mean().item()
    assert right == pytest.approx(stated, abs=tolerance)


def test_the_shown_sequence_is_answered_right() -> None:
    shown = preset("recall")
    x = torch.tensor(shown.request["input"]["values"])
    names = {0.0: "·", 1.0: "1", -1.0: "0"}
    assert [
        names[answer] for answer in answers(readout_of(preset("recall"), x)[..., 0])[:, 0].tolist()
    ] == shown.targets


def test_tokens_tell_the_shown_input() -> None:
    shown = preset("recall")

    def token(value: float, store: float, recall: float) -> str:
        return "?" if recall else ("↓" if store else "") + {1.0: "1", -1.0: "0"}[value]

    assert [token(*row[0]) for row in shown.request["input"]["values"]] == shown.tokens


def test_delays_longer_than_trained_are_answered_too() -> None:
    evaluation = STATED["evaluation"]
    assert evaluation["held_out"]["delays"][1] > evaluation["trained_on"]["delays"][1]
    assert STATED["accuracy"] == evaluation["held_out"]["accuracy"] >= 0.99


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_summary_says_what_was_measured(language: str) -> None:
    summary = words(language)["preset.recall.summary"]
    evaluation = STATED["evaluation"]
    by_delay = {tuple(row["delays"]): row["accuracy"] for row in evaluation["by_delay"]}
    assert f"{evaluation['held_out']['accuracy']:.0%}" in summary
    assert f"{by_delay[61, 120]:.0%}" in summary
    assert f"{evaluation['sequences']:,}" in summary


def test_a_drawn_sequence_stores_twice_and_is_asked_for_what_it_stored() -> None:
    x, targets = draw(torch.Generator().manual_seed(3), 200, Delays(2, 5))
    for sample in range(200):
        stores, recalls = (x[:, sample, channel].nonzero()[:, 0] for channel in (STORE, RECALL))
        assert len(stores) == len(recalls) == 2
        assert all(2 <= delay <= 5 for delay in (recalls - stores).tolist())
        assert torch.equal(targets[recalls, sample], x[stores, sample, VALUE])
        assert torch.equal(targets[:, sample].nonzero()[:, 0], recalls)
        assert (x[recalls, sample, VALUE] == 0).all()


def test_one_wrong_timestep_makes_a_sequence_wrong() -> None:
    targets = torch.tensor([[0.0, 0.0], [1.0, -1.0]])
    readout = torch.tensor([[0.4, 0.6], [0.9, -0.8]])
    assert share_right(readout, targets) == 0.5
