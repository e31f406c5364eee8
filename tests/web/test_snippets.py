"""The lines that the page offers for a request run as they are copied: in a shell, by Python, by Node.js."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.server_process import Server, serving
from tests.web.test_traces import FULL

ROOT = Path(__file__).parent.parent.parent
#: Node.js of the test packages, else the machine's.
NODE = shutil.which("node", path=str(Path(sys.executable).parent)) or "node"
WRITE = """
import { %s as snippet } from "./static/js/snippets.js";
import { complete } from "./static/js/request.js";
import { readFileSync } from "node:fs";
const { request, origin } = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(snippet(complete(request), { origin }));
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


def snippet(name: str, request: dict[str, Any], server: Server) -> str:
    """The text that is copied from the page."""
    origin = f"http://127.0.0.1:{server.port}"
    given = json.dumps({"request": request, "origin": origin})
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
