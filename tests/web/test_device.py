"""Where torch computes is a setting, and makes no difference to the numbers."""

from pathlib import Path
from typing import Any

import pytest
import torch

from lstm_lens.core.settings import BadSetting, Settings
from lstm_lens.lstm.tracefile.storage import read_trace
from lstm_lens.runs.workers.task import Work, compute, find_device
from lstm_lens.schemas import TraceRequest

needs_cuda = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
CONFIG: dict[str, Any] = {"input_size": 3, "hidden_size": 16, "num_layers": 2, "bidirectional": True}
REQUESTS = {
    "at once": {"config": CONFIG, "input": {"kind": "random", "seq_len": 40, "batch_size": 2}, "lengths": [40, 7]},
    "in chunks": {"config": CONFIG, "input": {"kind": "random", "seq_len": 9000}},
    "with dropout": {"config": CONFIG | {"dropout": 0.5}, "training": True},
}


def recorded(request: dict[str, Any], path: Path, device: str) -> Any:
    in_chunks = "lengths" not in request and "training" not in request
    compute(Work(TraceRequest.model_validate(request), None, {}, in_chunks, device, 1), path)
    return read_trace(path)[0]


@pytest.mark.parametrize(
    ("wanted", "there", "found"), [("auto", True, "cuda"), ("auto", False, "cpu"), ("cpu", True, "cpu")]
)
def test_auto_takes_cuda_where_there_is_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, wanted: Any, there: bool, found: str
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: there)
    assert find_device(Settings(data_dir=tmp_path, device=wanted)) == found


def test_cuda_that_is_not_there_stops_the_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(BadSetting, match="LSTM_LENS_DEVICE"):
        find_device(Settings(data_dir=tmp_path, device="cuda"))


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS.keys())
def test_a_trace_is_kept_in_the_cpus_memory_and_is_torchs(request_: dict[str, Any], tmp_path: Path) -> None:
    trace = recorded(request_, tmp_path / "cpu", "cpu")
    assert trace.input.is_cpu
    assert trace.cpu() is trace
    assert trace.parity.ok


@needs_cuda
@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS.keys())
def test_cuda_gives_the_numbers_of_the_cpu(request_: dict[str, Any], tmp_path: Path) -> None:
    cpu, cuda = (recorded(request_, tmp_path / device, device) for device in ("cpu", "cuda"))
    for one, other in zip(cpu.cells, cuda.cells, strict=True):
        for name, value in one.quantities().items():
            torch.testing.assert_close(other.quantity(name), value, rtol=0, atol=1e-5, equal_nan=True)
