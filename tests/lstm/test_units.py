"""Units are told apart by plain statistics of their own valid timesteps, whatever the length."""

import numpy as np
import pytest
import torch

from lstm_lens.lstm import units as module
from lstm_lens.lstm.units import units

T, N, H = 1_000, 2, 5


@pytest.fixture(params=[module._CHUNK, 77])
def chunk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_CHUNK", request.param)


@pytest.mark.usefixtures("chunk")
@pytest.mark.parametrize("length", [T, 123, 1])
def test_they_are_what_numpy_says_of_the_valid_timesteps(length: int) -> None:
    generator = torch.Generator().manual_seed(0)
    f = torch.rand(T, N, H, generator=generator)
    c = 1e3 + torch.randn(T, N, H, generator=generator)
    f[length:, 1] = c[length:, 1] = float("nan")
    found = units(f, c, length, sample=1)
    gate, memory = f[:length, 1].double().numpy(), c[:length, 1].double().numpy()
    np.testing.assert_allclose(found.mean_f, gate.mean(0), rtol=1e-12)
    np.testing.assert_allclose(found.variance_c, memory.var(0), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(found.half_life, np.log(0.5) / np.log(gate).mean(0), rtol=1e-12)


def test_half_of_c_is_left_after_the_half_life() -> None:
    f = torch.tensor([0.9, 0.5, 1.0, 0.0]).expand(100, 1, 4)
    half_life = units(f, torch.zeros(100, 1, 4), 100).half_life
    assert 0.9 ** float(half_life[0]) == pytest.approx(0.5)
    assert half_life[1:].tolist() == [1.0, float("inf"), 0.0]
