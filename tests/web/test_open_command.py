"""`python -m app open`: from files of this machine to the page, in one command."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx2 as httpx
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

ROOT = Path(__file__).parent.parent.parent


def free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def command(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = os.environ | {"LSTM_LENS_DATA_DIR": str(folder / "data"), "LSTM_LENS_WORKERS": "1"}
    call = [sys.executable, "-m", "app", "open", "--no-browser", "--port", str(free_port()), *arguments]
    return subprocess.Popen(call, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.fixture
def days(tmp_path: Path) -> Path:
    """A year of daily rows with five columns."""
    rows = torch.randn(365, 5, generator=torch.Generator().manual_seed(0)).tolist()
    lines = [f"2025-01-01,{','.join(map(str, row))}" for row in rows]
    lines = [line.replace("2025-01-01", f"2025-{1 + k // 31:02}-{1 + k % 28:02}", 1) for k, line in enumerate(lines)]
    (tmp_path / "days.csv").write_text("date,rain,wind,sun,flow,snow\n" + "\n".join(lines) + "\n")
    return tmp_path / "days.csv"


def opened(running: subprocess.Popen[str]) -> Iterator[str]:
    """What it prints, line by line."""
    assert running.stdout is not None
    yield from running.stdout


@pytest.mark.parametrize("ending", ["pt", "safetensors"])
def test_a_model_and_a_year_of_data_open_as_one_run(tmp_path: Path, days: Path, ending: str) -> None:
    torch.manual_seed(0)
    model = nn.ModuleDict({"flow": nn.LSTM(5, 256), "other": nn.LSTM(3, 300)})
    path = tmp_path / f"model.{ending}"
    if ending == "pt":
        torch.save({"state_dict": model.state_dict(), "epoch": 3}, path)
    else:
        save_file(model.state_dict(), path)
    running = command(tmp_path, str(path), "--input", str(days), "--normalisation", "z_score")
    try:
        address = next(line for line in opened(running) if line.startswith("http"))
        found = re.fullmatch(r"(http://127\.0\.0\.1:\d+)/#trace=([0-9a-f]+)\n", address)
        assert found
        trace = httpx.get(f"{found[1]}/api/traces/{found[2]}?stop=1&quantity=h").json()
    finally:
        running.kill()
        running.communicate()
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
    running = command(tmp_path, str(tmp_path / "model.safetensors"), "--input", str(days))
    _, told = running.communicate(timeout=60)
    assert "The data has 5 features at each timestep" in told
    running = command(tmp_path, str(tmp_path / "model.safetensors"), "--prefix", "encoder")
    _, told = running.communicate(timeout=60)
    assert "No LSTM of the file has the prefix encoder" in told


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    running = command(tmp_path, str(tmp_path / "none.pt"))
    _, told = running.communicate(timeout=60)
    assert running.returncode == 2
    assert "There is no file" in told
