"""How a preset's read-out is read as an answer: as its task reads it, and as it is trained to."""

import pytest
import torch
from torch import Tensor

from lstm_lens.presets import Preset, preset, presets
from lstm_lens.presets.adding.task import NEAR
from lstm_lens.presets.brackets import task as brackets
from lstm_lens.presets.recall import task as recall
from lstm_lens.presets.sides import task as sides
from lstm_lens.schemas.readouts import LevelsAnswer, LikeliestAnswer, NumberAnswer, ReadoutResponse
from tests.presets.plain import input_of, readout_of

TRAINED = [shown for shown in presets() if shown.trained]
each_trained = pytest.mark.parametrize("shown", TRAINED, ids=lambda shown: shown.name)


def rule_of(shown: Preset) -> LevelsAnswer | LikeliestAnswer | NumberAnswer:
    layer = {name: array.tolist() for name, array in shown.readout().items()}
    return ReadoutResponse.model_validate({**layer, "answer": shown.answers}).answer


def answer(rule: LevelsAnswer | LikeliestAnswer, values: Tensor) -> str:
    """The rule as its description tells it."""
    if isinstance(rule, LikeliestAnswer):
        return rule.labels[int(values.argmax())]
    found: list[str] | list[list[str]] | str = rule.labels
    for value in values.tolist():
        found = found[sum(value > cut for cut in rule.cuts)]
    assert isinstance(found, str)
    return found


@pytest.mark.parametrize("shown", presets(), ids=lambda shown: shown.name)
def test_there_is_a_rule_where_there_is_a_readout(shown: Preset) -> None:
    assert (shown.answers is not None) == bool(shown.readout())


@each_trained
def test_every_target_is_something_that_can_be_answered(shown: Preset) -> None:
    rule = rule_of(shown)
    assert shown.targets is not None
    if isinstance(rule, NumberAnswer):
        assert all(target == "·" or float(target.replace("−", "-")) <= 2 for target in shown.targets)
        assert "−0.00" not in shown.targets
    else:
        labels = {label for row in rule.labels for label in ([row] if isinstance(row, str) else row)}
        assert set(shown.targets) <= labels


@pytest.mark.parametrize(("name", "wrong"), [("recall", []), ("brackets", []), ("sides", []), ("letters", [3, 22, 23])])
def test_the_shown_sequence_is_answered_as_the_page_says(name: str, wrong: list[int]) -> None:
    shown = preset(name)
    rule = rule_of(shown)
    assert not isinstance(rule, NumberAnswer)
    said = [answer(rule, values) for values in readout_of(shown, input_of(shown))[:, 0]]
    assert shown.targets is not None
    assert [t for t, (ours, target) in enumerate(zip(said, shown.targets, strict=True)) if ours != target] == wrong


def test_levels_are_those_by_which_accuracy_was_measured() -> None:
    values = torch.tensor([-0.9, -0.4, 0.4, 0.6])
    rules = {name: rule_of(preset(name)) for name in ("recall", "brackets", "sides")}
    names = {0.0: "·", 1.0: "1", -1.0: "0"}
    for value in values:
        one = value[None, None]
        assert answer(rules["recall"], value[None]) == names[recall.answers(one).item()]
        is_open = answer(rules["brackets"], value[None]) == "1"
        assert brackets.share_right(one[..., None], torch.tensor([[float(is_open)]])) == 1
    for pair in torch.cartesian_prod(values, values):
        left, right = (answer(rules["sides"], pair) in either for either in ("←↔", "→↔"))
        assert sides.share_right(pair[None, None], torch.tensor([[[float(left), float(right)]]])) == 1


def test_a_sum_is_right_as_near_as_the_accuracy_says() -> None:
    assert preset("adding").answers == {"kind": "number", "near": NEAR}
