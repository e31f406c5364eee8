"""README cannot rot: its commands exist, its requests run, its table is that of the settings."""

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from lstm_lens import __version__
from lstm_lens.core.settings import Settings
from lstm_lens.main import create_app
from scripts.reliability_table import rows
from scripts.settings_table import with_table
from tests.soak import TABLE

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
SERVER = "http://127.0.0.1:8000"


def blocks(language: str) -> list[str]:
    """The fenced blocks of one language in README, in order."""
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


CURLS = [block for block in blocks("sh") if block.startswith("curl")]


def curl(client: TestClient, command: str) -> dict[str, object]:
    """What the server answers to a curl command of README."""
    words = shlex.split(command)
    assert words[:2] == ["curl", "-s"]
    url, options = words[2], dict(zip(words[3::2], words[4::2], strict=True))
    assert set(options) <= {"-H", "-d"}
    headers = dict([options["-H"].split(": ")]) if "-H" in options else {}
    path = url.removeprefix(SERVER)
    assert path != url
    reply = client.request("POST" if "-d" in options else "GET", path, content=options.get("-d"), headers=headers)
    assert reply.status_code in (200, 201), reply.text
    found = reply.json()
    assert isinstance(found, dict)
    return found


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    return TestClient(create_app(Settings(data_dir=tmp_path, workers=0)), base_url=SERVER)


def test_the_curl_lines_answer_with_the_worked_example(client: TestClient) -> None:
    trace, window, explanation = (curl(client, command) for command in CURLS)
    printed = [0.0064, 0.1402, -0.0282, 0.02]  # the worked example's output for sample 1 at its first timestep
    assert trace["output"][0][1] == pytest.approx(printed, abs=1e-4)
    assert window["id"] == trace["id"]
    assert window["cells"][0]["h"] == [[trace["cells"][0]["h"][0][1]]]
    assert explanation["h"] == pytest.approx(trace["output"][0][1][1], abs=1e-7)


def test_the_curl_lines_name_the_id_of_the_request_above_them(client: TestClient) -> None:
    trace_id = curl(client, CURLS[0])["id"]
    assert all(f"/api/traces/{trace_id}" in command for command in CURLS[1:])


@pytest.mark.parametrize("source", blocks("python"))
def test_the_library_lines_run(source: str) -> None:
    done = subprocess.run([sys.executable, "-W", "error", "-c", source], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "True" in done.stdout


def test_the_table_of_settings_is_that_of_the_code() -> None:
    assert with_table(README) == README, "run `make settings`"


def test_the_metrics_that_are_named_exist(tmp_path: Path) -> None:
    told = create_app(Settings(data_dir=tmp_path, workers=0)).state.metrics.text().decode()
    named = set(re.findall(r"lstm_lens_\w+", README))
    assert "lstm_lens_worker_deaths_total" in named
    assert [name for name in named if f"# TYPE {name} " not in told] == []


def test_every_setting_says_what_it_sets() -> None:
    assert all((field.description or "").endswith(".") for field in Settings.model_fields.values())


def test_the_make_targets_that_are_named_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z]+)\b", "\n".join(re.findall(r"`[^`]+`|^make .*$", README, re.MULTILINE))))
    assert {"run", "test"} <= named <= targets


def test_the_files_that_are_named_exist() -> None:
    prose = re.sub(r"```.*?```", "", README, flags=re.DOTALL)
    links = re.findall(r"\]\(([^)#:]+)\)", prose)
    paths = re.findall(r"`((?:app|static|templates|tests)/[\w./]*)`", README)
    assert [name for name in (*links, *paths) if not (ROOT / name).exists()] == []


def test_the_table_of_rooms_names_every_room() -> None:
    rooms = {f"app/{path.name}{'/' if path.is_dir() else ''}" for path in ROOT.glob("app/[!_]*")}
    assert rooms <= set(re.findall(r"`(app/[\w.]+/?)`", README))


def test_the_version_is_told_once() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == __version__
    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_reliability_tells_of_every_program_its_goal_met_its_command_and_a_date() -> None:
    found = rows((ROOT / "RELIABILITY.md").read_text("utf-8"))
    assert list(found) == [row.name for row in TABLE]
    for row in TABLE:
        line = found[row.name]
        assert line.startswith(f"| {row.name} | {row.goal} | ")
        assert re.search(rf" \| pass \| `python -m tests\.soak\.{row.name}` \| ", line)
        assert re.search(r"\| \d{4}-\d\d-\d\d \|$", line)
