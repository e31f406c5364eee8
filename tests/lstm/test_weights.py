"""Parameters are torch's: drawn as torch draws them, or taken exactly as given."""

from itertools import product

import numpy as np
import pytest
import torch
from torch import nn

from lstm_lens.lstm import InvalidCall, LSTMConfig, loaded_lstm, seeded_lstm
from lstm_lens.lstm.inputs import RandomInput


@pytest.mark.parametrize(
    ("dtype", "layers", "bias", "bidirectional", "proj_size"),
    list(product((torch.float32, torch.float64), (1, 2), (False, True), (False, True), (0, 2))),
)
def test_a_seed_gives_the_parameters_that_torch_draws_from_it(
    dtype: torch.dtype, layers: int, bias: bool, bidirectional: bool, proj_size: int
) -> None:
    config = LSTMConfig(
        input_size=3, hidden_size=5, num_layers=layers, bias=bias, bidirectional=bidirectional, proj_size=proj_size
    )
    torch.manual_seed(42)
    expected = nn.LSTM(**config.model_dump(), dtype=dtype)
    before = torch.get_rng_state()
    found = seeded_lstm(config, dtype, 42)
    assert torch.equal(torch.get_rng_state(), before)
    for (name, parameter), (other, drawn) in zip(expected.named_parameters(), found.named_parameters(), strict=True):
        assert name == other
        assert torch.equal(parameter, drawn)


def test_dropout_with_one_layer_is_taken_without_a_warning() -> None:
    assert seeded_lstm(LSTMConfig(input_size=2, hidden_size=3, dropout=0.5), torch.float32, 0).dropout == 0.5


def test_given_tensors_are_the_parameters() -> None:
    config = LSTMConfig(input_size=3, hidden_size=5, num_layers=2)
    original = seeded_lstm(config, torch.float64, 1)
    tensors = {name: value.numpy() for name, value in original.state_dict().items()}
    copy = loaded_lstm(config, torch.float64, tensors)
    x = torch.randn(4, 2, 3, dtype=torch.float64)
    with torch.no_grad():
        assert torch.equal(original(x)[0], copy(x)[0])


def test_each_mismatch_is_named_with_what_was_expected_and_found() -> None:
    config = LSTMConfig(input_size=3, hidden_size=5)
    tensors = {name: np.zeros(shape) for name, shape in config.parameter_shapes().items()}
    tensors["weight_ih_l0"] = np.zeros((3, 20))
    tensors["weight_hr_l0"] = np.zeros((2, 5))
    del tensors["bias_hh_l0"]
    with pytest.raises(InvalidCall) as refusal:
        loaded_lstm(config, torch.float32, tensors)
    found = {problem.path[1]: (problem.kind, problem.message) for problem in refusal.value.problems}
    assert {name: kind for name, (kind, _) in found.items()} == {
        "weight_ih_l0": "shape",
        "weight_hr_l0": "unexpected",
        "bias_hh_l0": "missing_tensor",
    }
    assert found["weight_ih_l0"][1] == "Expected shape [20, 3], found [3, 20]"


def test_a_weight_too_large_for_float32_is_named() -> None:
    config = LSTMConfig(input_size=1, hidden_size=1, bias=False)
    tensors = {name: np.zeros(shape) for name, shape in config.parameter_shapes().items()}
    tensors["weight_hh_l0"][2, 0] = 1e39
    with pytest.raises(InvalidCall) as refusal:
        loaded_lstm(config, torch.float32, tensors)
    assert refusal.value.problems[0].path == ("tensors", "weight_hh_l0", 2, 0)
    assert loaded_lstm(config, torch.float64, tensors).weight_hh_l0[2, 0].item() == 1e39


@pytest.mark.parametrize("batch_first", [False, True])
def test_random_input_is_randn_of_the_shape_of_the_call(batch_first: bool) -> None:
    config = LSTMConfig(input_size=3, hidden_size=5, batch_first=batch_first)
    torch.manual_seed(8)
    expected = torch.randn(2, 7, 3) if batch_first else torch.randn(7, 2, 3)
    found = RandomInput(seq_len=7, batch_size=2, seed=8).make(config, torch.float32)
    assert torch.equal(found, expected)
