"""What recording costs beside the plain forward pass, printed by `make bench`."""

from collections.abc import Callable
from statistics import median
from time import perf_counter

import pytest
import torch

from app.lstm import LSTMConfig, record, seeded_lstm

SIZES = {  # name: config, timesteps, samples
    "small": ({"input_size": 8, "hidden_size": 16}, 50, 1),
    "wide": ({"input_size": 64, "hidden_size": 256}, 100, 8),
    "long": ({"input_size": 16, "hidden_size": 64}, 2000, 4),
    "stacked": ({"input_size": 32, "hidden_size": 64, "num_layers": 3, "bidirectional": True}, 200, 8),
    "projected": ({"input_size": 32, "hidden_size": 128, "proj_size": 32}, 200, 8),
}
#: Short sequences pay for the hooks most. A loop over all operations of all timesteps would cost more than this.
MOST = 10.0


def milliseconds(work: Callable[[], object], rounds: int = 15) -> float:
    """The median time of one call, after one to warm up."""
    work()
    times = []
    for _ in range(rounds):
        began = perf_counter()
        work()
        times.append(perf_counter() - began)
    return 1000 * median(times)


@pytest.mark.parametrize("name", SIZES)
def test_recording_costs_a_few_forward_passes(name: str) -> None:
    fields, seq_len, batch_size = SIZES[name]
    config = LSTMConfig.model_validate(fields)
    lstm = seeded_lstm(config, seed=0, dtype=torch.float32).eval()
    x = torch.randn(seq_len, batch_size, config.input_size, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        forward = milliseconds(lambda: lstm(x))
        recording = milliseconds(lambda: record(lstm, x))
    print(f"\n{name:10} forward {forward:8.2f} ms  recorded {recording:8.2f} ms  ratio {recording / forward:5.2f}")
    assert recording < MOST * forward
