"""The lines that the page offers for a request run as they are copied: in a shell, by Python, by Node.js."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lstm_lens.client.http import CannotShow, framed, request_bytes
from tests.web.server_process import Server, serving
from tests.web.test_traces import FULL

ROOT = Path(__file__).parent.parent.parent
#: Node.js of the test packages, else the machine's.
NODE = shutil.which("node", path=str(Path(sys.executable).parent)) or "node"
WRITE = """
import { %s as snippet } from "./static/js/model/snippets.js";
import { complete } from "./static/js/model/request.js";
import { readFileSync } from "node:fs";
const { request, origin, secret } = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(snippet(complete(request), { origin, secret }));
"""
#: More than one argument of a command may hold, and text that a shell would take for its own.
HOSTILE = {
    "config": {"input_size": 2, "hidden_size": 3, "bias": False},
    "input": {"kind": "values", "values": [[[k / 7, -k / 3]] for k in range(6000)]},
    "notes": {"features": ["it's $HOME", '"`date`" \\ 温度']},
}
REQUESTS: dict[str, dict[str, Any]] = {"every option": FULL, "large, with quotes": HOSTILE}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("data")) as server:
        assert server.ask("GET", "/api/health")[0] == 200
        yield server


def snippet(name: str, request: dict[str, Any], server: Server, *, secret: bool = False) -> str:
    """The text that is copied from the page."""
    origin = f"http://127.0.0.1:{server.port}"
    given = json.dumps({"request": request, "origin": origin, "secret": secret})
    command = [NODE, "--input-type=module", "-e", WRITE % name]
    return subprocess.run(command, input=given, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def run(command: list[str], text: str) -> str:
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(params=REQUESTS.values(), ids=REQUESTS)
def asked(request: pytest.FixtureRequest, server: Server) -> tuple[dict[str, Any], dict[str, Any]]:
    """A request, and its trace."""
    status, trace = server.ask("POST", "/api/traces", request.param)
    assert status == 201, trace
    return request.param, trace


@pytest.mark.skipif(shutil.which("curl") is None, reason="this machine has no curl")
@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_the_lines_with_curl_run_in_a_shell(
    server: Server, asked: tuple[dict[str, Any], dict[str, Any]], shell: str
) -> None:
    request, trace = asked
    assert json.loads(run([shell], snippet("curlSnippet", request, server))) == trace


def test_the_lines_of_python_run(server: Server, asked: tuple[dict[str, Any], dict[str, Any]]) -> None:
    request, trace = asked
    printed = run([sys.executable, "-"], snippet("pythonSnippet", request, server)).splitlines()
    assert printed == [f"{trace['id']} {trace['parity']['max_abs_difference']}", str(trace["cells"][0]["f"][0][0])]


def test_the_lines_of_javascript_run(server: Server, asked: tuple[dict[str, Any], dict[str, Any]]) -> None:
    request, trace = asked
    printed = run([NODE, "--input-type=module", "-"], snippet("javascriptSnippet", request, server))
    first, _, rest = printed.partition("\n")
    identity, difference = first.split()
    assert (identity, float(difference)) == (trace["id"], trace["parity"]["max_abs_difference"])
    assert json.loads(rest) == trace["cells"][0]["f"][0][0]


TOKEN = "correct-horse-battery-staple"  # noqa: S105 (opens nothing but the server of this test)


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("private"), LSTM_LENS_ACCESS_TOKEN=TOKEN) as server:
        assert server.ask("GET", "/api/health")[0] == 200
        yield server


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("curlSnippet", ["sh"]),
        ("pythonSnippet", [sys.executable, "-"]),
        ("javascriptSnippet", [NODE, "--input-type=module", "-"]),
    ],
)
def test_the_lines_for_a_private_server_take_its_secret_from_the_variable(
    private: Server, monkeypatch: pytest.MonkeyPatch, name: str, command: list[str]
) -> None:
    text = snippet(name, {"config": {"input_size": 2, "hidden_size": 3}}, private, secret=True)
    assert TOKEN not in text
    monkeypatch.setenv("LSTM_LENS_ACCESS_TOKEN", TOKEN)
    assert "unauthorized" not in run(command, text)


def test_our_own_programs_show_the_secret(private: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server = f"http://127.0.0.1:{private.port}"
    monkeypatch.delenv("LSTM_LENS_ACCESS_TOKEN", raising=False)
    with pytest.raises(CannotShow, match="access token"):
        request_bytes(server, "GET", "/api/presets")
    monkeypatch.setenv("LSTM_LENS_ACCESS_TOKEN", TOKEN)
    assert request_bytes(server, "GET", "/api/presets").startswith(b"{")
    assert not framed(server)
