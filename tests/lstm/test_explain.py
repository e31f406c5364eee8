"""The explanation of a scalar adds up to what was recorded, for any LSTM."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_lens.lstm import InvalidCall, LSTMConfig, Trace, record, seeded_lstm
from lstm_lens.lstm.explain import Explanation, explain


@st.composite
def traces(draw: st.DrawFn) -> Trace:
    hidden_size = draw(st.integers(1, 5))
    config = LSTMConfig(
        input_size=draw(st.integers(1, 4)),
        hidden_size=hidden_size,
        num_layers=draw(st.integers(1, 3)),
        bias=draw(st.booleans()),
        batch_first=draw(st.booleans()),
        dropout=draw(st.sampled_from([0.0, 0.5])),
        bidirectional=draw(st.booleans()),
        proj_size=draw(st.integers(0, hidden_size - 1)),
    )
    seq_len, batch_size = draw(st.integers(1, 5)), draw(st.integers(1, 3))
    seed = draw(st.integers(0, 2**32))
    generator = torch.Generator().manual_seed(seed)

    def random(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator, dtype=torch.float64)

    lstm = seeded_lstm(config, torch.float64, seed).train(draw(st.booleans()))
    x = random(*((batch_size, seq_len) if config.batch_first else (seq_len, batch_size)), config.input_size)
    h_0, c_0 = (random(*shape) for shape in config.state_shapes(batch_size).values())
    lengths = draw(st.none() | st.lists(st.integers(1, seq_len), min_size=batch_size, max_size=batch_size))
    return record(lstm, x, (h_0, c_0), lengths, dropout_seed=seed)


def assert_adds_up(found: Explanation, trace: Trace) -> None:
    """Every sum of the explanation, redone here, equals the recorded value."""
    gates = {}
    for name, gate in found.gates.items():
        total = math.fsum([p.weight * p.value for p in gate.products] + [gate.bias_ih, gate.bias_hh])
        assert gate.pre_activation == pytest.approx(total, abs=1e-12)
        of_x = math.fsum([p.product for p in gate.products if p.source == "x"] + [gate.bias_ih])
        assert gate.z_x == pytest.approx(of_x, abs=1e-12)
        assert gate.z_x + gate.z_h == pytest.approx(total, abs=1e-12)
        activated = math.tanh(total) if name == "g" else 1 / (1 + math.exp(-total))
        assert gate.value == pytest.approx(activated, abs=1e-12)
        gates[name] = gate.value
    assert found.forget_term == pytest.approx(gates["f"] * found.c_prev, abs=1e-12)
    assert found.input_term == pytest.approx(gates["i"] * gates["g"], abs=1e-12)
    assert found.c == pytest.approx(found.forget_term + found.input_term, abs=1e-12)
    assert found.tanh_c == pytest.approx(math.tanh(found.c), abs=1e-12)
    before_projection = gates["o"] * found.tanh_c
    if not trace.config.proj_size:
        assert found.m is None
        assert found.h == pytest.approx(before_projection, abs=1e-12)
        return
    assert found.m == pytest.approx(before_projection, abs=1e-12)
    if found.unit < trace.config.proj_size:
        assert found.h == pytest.approx(math.fsum(p.weight * p.value for p in found.projection), abs=1e-12)
    else:
        assert found.h is None
        assert not found.projection


@settings(max_examples=60, deadline=None)
@given(traces(), st.data())
def test_products_biases_gates_and_terms_add_up_to_the_recorded_value(trace: Trace, data: st.DataObject) -> None:
    cell = data.draw(st.sampled_from(trace.cells))
    sample = data.draw(st.integers(0, trace.batch_size - 1))
    timestep = data.draw(st.integers(0, trace.valid_timesteps(sample) - 1))
    unit = data.draw(st.integers(0, trace.config.hidden_size - 1))
    found = explain(trace, cell.layer, cell.direction, timestep, sample, unit)
    assert_adds_up(found, trace)
    assert found.c == cell.c[timestep, sample, unit].item()
    assert len(found.gates["i"].products) == trace.config.layer_input_size(cell.layer) + trace.config.h_size


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("layer", 2),
        ("layer", -1),
        ("timestep", 4),
        ("timestep", -1),
        ("sample", 1),
        ("unit", 3),
        ("direction", "reverse"),
    ],
)
def test_a_place_outside_of_the_trace_is_named(field: str, value: object) -> None:
    lstm = seeded_lstm(LSTMConfig(input_size=2, hidden_size=3, num_layers=2), torch.float32, 0)
    trace = record(lstm, torch.zeros(4, 1, 2))
    place = {"layer": 0, "direction": "forward", "timestep": 0, "sample": 0, "unit": 0} | {field: value}
    with pytest.raises(InvalidCall) as refusal:
        explain(trace, **place)  # type: ignore[arg-type]
    assert refusal.value.problems[0].path == (field,)
