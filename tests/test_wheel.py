"""The wheel, installed where nothing else of the project is, in a folder that has an `app/` of its own."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = ("app", "templates", "static", "scripts", "pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE")

SERVES = """
import socket, subprocess, sys, time
import httpx2 as httpx
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
server = subprocess.Popen([sys.executable, "-m", "lstm_lens", "serve", "--port", str(port)])
with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
    while server.poll() is None:
        try:
            client.get("/api/health").raise_for_status()
            break
        except httpx.HTTPError:
            time.sleep(0.1)
    page = client.get("/").text
    links = [part.split('"')[0] for part in page.split('="/static/')[1:]]
    assert {client.get(f"/static/{link}").status_code for link in links} == {200}, links
    reply = client.post("/api/traces", json={"config": {"input_size": 2, "hidden_size": 4}})
    assert reply.status_code == 201, reply.text
    assert reply.json()["parity"]["ok"]
    script = client.get(f"{reply.headers['location']}/script.py")
    assert script.status_code == 200, script.text
server.terminate()
server.wait(30)
"""

RECORDS = """
import sys
import lstm_lens
assert "torch" not in sys.modules
assert "site-packages" in lstm_lens.__file__, lstm_lens.__file__
import app, torch
assert app.MINE
from lstm_lens import Recorder, record
from lstm_lens.lstm.recording import kernel
assert kernel._kernel is not None, "the wheel has no compiled kernel"
lstm = torch.nn.LSTM(3, 5)
assert record(lstm, torch.randn(7, 2, 3)).parity.ok
with Recorder(torch.nn.ModuleDict({"encoder": lstm})) as recorder:
    lstm(torch.randn(7, 2, 3))
assert recorder.traces["encoder"][0].cells[0].f.shape == (7, 2, 5)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of the sources as a clone has them."""
    sources, built = tmp_path_factory.mktemp("sources"), tmp_path_factory.mktemp("wheel")
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, sources / name, ignore=shutil.ignore_patterns("__pycache__", "libkernel.so"))
        else:
            shutil.copyfile(source, sources / name)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", str(built)]
    subprocess.run([*command, str(sources)], check=True)
    (found,) = built.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter whose environment has this wheel alone, and borrows what it depends on."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, symlinks=True)
    (site,) = folder.glob("lib/python*/site-packages")
    # a path, of which the .pth files are not read, and so the editable install of this checkout is not there
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(site)]
    subprocess.run([*install, str(wheel)], check=True)
    return folder / "bin" / "python"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of a user, with an `app/` of its own."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").write_text("MINE = True\n")
    return tmp_path


def run(python: Path, source: str, project: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment |= {"LSTM_LENS_DATA_DIR": str(project / "data"), "LSTM_LENS_WORKERS": "1"}
    done = subprocess.run([python, "-c", source], cwd=project, env=environment, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 0, done.stderr.decode()


def test_the_wheel_serves(python: Path, project: Path) -> None:
    run(python, SERVES, project)


def test_the_wheel_records(python: Path, project: Path) -> None:
    run(python, RECORDS, project)


def test_the_wheel_is_for_the_platform_that_its_kernel_was_compiled_on(wheel: Path) -> None:
    assert wheel.stem.endswith(sysconfig.get_platform().replace("-", "_").replace(".", "_"))
