"""`lstm-lens open`: from files of this machine to the page, in one command."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO

import httpx2 as httpx
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from tests.support.forked import Forked

ROOT = Path(__file__).parent.parent.parent


def free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def command(folder: Path, *arguments: str) -> Iterator[tuple[Forked, IO[str]]]:
    """It, and what it says."""
    environment = os.environ | {"LSTM_LENS_DATA_DIR": str(folder / "data"), "LSTM_LENS_WORKERS": "1"}
    reading, writing = os.pipe()
    running = Forked(["open", "--no-browser", "--port", str(free_port()), *arguments], environment, writing)
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            yield running, told
    finally:
        running.kill()
        running.wait()


@pytest.fixture
def days(tmp_path: Path) -> Path:
    """A year of daily rows with five columns."""
    rows = torch.randn(365, 5, generator=torch.Generator().manual_seed(0)).tolist()
    lines = [f"2025-01-01,{','.join(map(str, row))}" for row in rows]
    lines = [line.replace("2025-01-01", f"2025-{1 + k // 31:02}-{1 + k % 28:02}", 1) for k, line in enumerate(lines)]
    (tmp_path / "days.csv").write_text("date,rain,wind,sun,flow,snow\n" + "\n".join(lines) + "\n")
    return tmp_path / "days.csv"


@pytest.mark.parametrize("ending", ["pt", "safetensors"])
def test_a_model_and_a_year_of_data_open_as_one_run(tmp_path: Path, days: Path, ending: str) -> None:
    torch.manual_seed(0)
    model = nn.ModuleDict({"flow": nn.LSTM(5, 256), "other": nn.LSTM(3, 300)})
    path = tmp_path / f"model.{ending}"
    if ending == "pt":
        torch.save({"state_dict": model.state_dict(), "epoch": 3}, path)
    else:
        save_file(model.state_dict(), path)
    with command(tmp_path, str(path), "--input", str(days), "--normalisation", "z_score") as (_, told):
        address = next(line for line in told if line.startswith("http"))
        found = re.fullmatch(r"(http://127\.0\.0\.1:\d+)/#trace=([0-9a-f]+)\n", address)
        assert found
        trace = httpx.get(f"{found[1]}/api/traces/{found[2]}?stop=1&quantity=h").json()
    assert trace["request"]["config"]["hidden_size"] == 256  # the other one reads three features
    assert trace["request"]["notes"]["features"] == ["rain", "wind", "sun", "flow", "snow"]
    x = torch.tensor(trace["request"]["input"]["values"])
    assert x.shape[-1] == 5
    assert abs(float(x.mean())) < 1e-5
    expected, _ = model["flow"](x)
    shown = torch.tensor(trace["cells"][0]["h"])[0].flatten()
    torch.testing.assert_close(shown, expected[0].detach().flatten(), atol=1e-6, rtol=0)


def test_what_does_not_fit_ends_the_command_with_a_sentence(tmp_path: Path, days: Path) -> None:
    save_file(nn.LSTM(3, 4).state_dict(), tmp_path / "model.safetensors")
    with command(tmp_path, str(tmp_path / "model.safetensors"), "--input", str(days)) as (running, told):
        assert running.wait(60) is not None
        assert "The data has 5 features at each timestep" in told.read()


def test_an_lstm_that_the_file_has_not(tmp_path: Path) -> None:
    save_file(nn.LSTM(3, 4).state_dict(), tmp_path / "model.safetensors")
    with command(tmp_path, str(tmp_path / "model.safetensors"), "--prefix", "encoder") as (running, told):
        assert running.wait(60) is not None
        assert "No LSTM of the file has the prefix encoder" in told.read()


@pytest.mark.parametrize("which", ["model", "input"])
def test_a_file_that_is_not_there_is_told_of_at_once(tmp_path: Path, days: Path, which: str) -> None:
    missing = str(tmp_path / "none.pt")
    named = [missing] if which == "model" else [str(days), "--input", missing]
    call = [sys.executable, "-m", "lstm_lens", "open", "--no-browser", *named]
    done = subprocess.run(call, cwd=ROOT, text=True, capture_output=True, timeout=60, check=False)
    assert done.returncode == 2
    assert f"There is no file {missing}" in done.stderr
