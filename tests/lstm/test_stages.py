"""The table of stages, run as a program, computes what the recorder recorded."""

import pytest
import torch

from lstm_lens.lstm import LSTMConfig, record, seeded_lstm
from lstm_lens.lstm.stages import stages
from lstm_lens.lstm.weights import cell_parameters


@pytest.mark.parametrize("proj_size", [0, 2])
@pytest.mark.parametrize("bias", [False, True])
def test_running_the_table_gives_the_recorded_numbers(proj_size: int, bias: bool) -> None:
    config = LSTMConfig(input_size=3, hidden_size=5, bias=bias, proj_size=proj_size)
    lstm = seeded_lstm(config, torch.float64, 3)
    trace = record(lstm, torch.randn(6, 2, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0)))
    cell = trace.cell(0, "forward")
    parameters = cell_parameters(trace.parameters, 0, "forward")._asdict()
    for t in range(1, trace.seq_len):
        values = parameters | {"x": trace.input[t], "h_prev": cell.h[t - 1], "c_prev": cell.c[t - 1]}
        for stage in stages(config):
            assert set(stage.reads) <= set(values), f"{stage.name} reads what no stage before it has written"
            values |= stage.run(values)
        for name, recorded in cell.quantities().items():
            torch.testing.assert_close(values[name], recorded[t], rtol=0, atol=1e-12)


@pytest.mark.parametrize("proj_size", [0, 2])
def test_every_recorded_quantity_is_written_by_exactly_one_stage(proj_size: int) -> None:
    config = LSTMConfig(input_size=3, hidden_size=5, proj_size=proj_size)
    written = [name for stage in stages(config) for name in stage.writes]
    assert len(written) == len(set(written))
    assert set(config.quantities) <= set(written)
