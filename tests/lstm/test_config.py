"""Which LSTMs there can be: what torch takes, and a little less where torch lets nonsense pass."""

from itertools import product
from typing import Any

import pytest
import torch
from pydantic import ValidationError
from torch import nn

from lstm_lens.lstm import LSTMConfig

LEGAL = {"input_size": 3, "hidden_size": 5}


@pytest.mark.parametrize(
    ("layers", "bias", "bidirectional", "proj_size"), list(product((1, 3), (False, True), (False, True), (0, 2)))
)
def test_parameters_have_the_names_shapes_and_order_of_torch(
    layers: int, bias: bool, bidirectional: bool, proj_size: int
) -> None:
    config = LSTMConfig(**LEGAL, num_layers=layers, bias=bias, bidirectional=bidirectional, proj_size=proj_size)
    lstm = nn.LSTM(**config.model_dump())
    expected = [(name, tuple(parameter.shape)) for name, parameter in lstm.named_parameters()]
    assert list(config.parameter_shapes().items()) == expected
    assert LSTMConfig.of(lstm) == config
    output, (h_n, c_n) = lstm(torch.zeros(4, 2, 3))
    assert output.shape[-1] == config.output_size
    assert config.state_shapes(2) == {"h_0": tuple(h_n.shape), "c_0": tuple(c_n.shape)}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("input_size", 0),
        ("input_size", -1),
        ("input_size", True),
        ("input_size", 2.0),
        ("input_size", "2"),
        ("input_size", None),
        ("input_size", 2**31),
        ("hidden_size", 0),
        ("hidden_size", 10**4000),
        ("num_layers", 0),
        ("num_layers", 1.5),
        ("num_layers", True),
        ("bias", 1),
        ("bias", "true"),
        ("batch_first", 0),
        ("bidirectional", 1),
        ("dropout", -0.1),
        ("dropout", 1.5),
        ("dropout", True),
        ("dropout", float("nan")),
        ("dropout", "0.5"),
        ("proj_size", -1),
        ("proj_size", 5),
        ("proj_size", 6),
        ("proj_size", 1.5),
        ("nonlinearity", "tanh"),
        ("device", "cpu"),
        ("dtype", "float32"),
    ],
)
def test_refuses_at_the_argument_at_fault(field: str, value: Any) -> None:
    with pytest.raises(ValidationError) as refusal:
        LSTMConfig.model_validate(LEGAL | {field: value})
    assert [error["loc"] for error in refusal.value.errors()] == [(field,)]


@pytest.mark.parametrize("dropout", [0, 0.0, 0.5, 1, 1.0])
def test_takes_every_dropout_that_torch_takes(dropout: float) -> None:
    assert LSTMConfig(**LEGAL, dropout=dropout).dropout == dropout
