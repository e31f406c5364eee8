"""The script runs as it is printed, in a process of its own, and finds the numbers of the trace; and not others."""

import re
import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from lstm_lens.exports import script as scripts
from tests.support.scripting import run

RUN_ALL = """import runpy, sys
paths = sys.argv[1:]
for path in paths:
    sys.argv = [path]
    runpy.run_path(path, run_name="__main__")
"""
NUMBERS = [[[0.5, -1], [2, 0.25], [0, 1]], [[1, 1], [-3, 0.125], [0.1, 0.2]]]  # (2, 3, 2)


def grid() -> dict[str, dict[str, Any]]:
    """Every combination of layers, directions, projection, layout, lengths and dropout, in either dtype."""
    found: dict[str, dict[str, Any]] = {}
    for k, (layers, both, proj, first, packed, drops) in enumerate(product((1, 3), *[(False, True)] * 5)):
        config = {"input_size": 2, "hidden_size": 3, "num_layers": layers, "bidirectional": both, "batch_first": first}
        config |= {"proj_size": 2 * proj, "bias": k % 3 > 0, "dropout": 0.3 * drops}
        request: dict[str, Any] = {"config": config, "dtype": ("float32", "float64")[k % 2], "training": drops}
        request |= {
            "input": {"kind": "random", "seq_len": 5, "batch_size": 3, "seed": k},
            "weights": {"kind": "seed", "seed": k},
        }
        request |= {"lengths": [2, 5, 3] if packed else None, "dropout_seed": k}
        found[f"{layers}-{both}-{proj}-{first}-{packed}-{drops}"] = request
    return found


def states(config: dict[str, Any], *batch: int) -> dict[str, Any]:
    def filled(*shape: int) -> Any:
        return [filled(*shape[1:]) for _ in range(shape[0])] if shape else 0.3

    cells = config.get("num_layers", 1) * (1 + config.get("bidirectional", False))
    size = config.get("proj_size") or config["hidden_size"]
    return {"h_0": filled(cells, *batch, size), "c_0": filled(cells, *batch, config["hidden_size"])}


STACKED = {"input_size": 2, "hidden_size": 3, "num_layers": 2, "bidirectional": True}
GIVEN: dict[str, dict[str, Any]] = {
    "values": {"config": {"input_size": 2, "hidden_size": 3}, "input": {"kind": "values", "values": NUMBERS}},
    "values, batch first, states": {
        "config": STACKED | {"batch_first": True},
        "input": {"kind": "values", "values": NUMBERS},
        **states(STACKED, 2),
    },
    "unbatched, states": {
        "config": STACKED | {"proj_size": 1, "batch_first": True},
        "input": {"kind": "values", "values": NUMBERS[0]},
        **states(STACKED | {"proj_size": 1}),
    },
    "all dropped": {"config": STACKED | {"dropout": 1.0}, "training": True},
    "one layer's dropout, which does nothing": {"config": {"input_size": 1, "hidden_size": 1, "dropout": 0.5}},
    "a signal": {"config": {"input_size": 1, "hidden_size": 2}, "input": {"kind": "sine"}},
}
LARGE: dict[str, dict[str, Any]] = {
    "large, drawn": {"config": STACKED | {"hidden_size": 32}, "input": {"kind": "random", "seq_len": 100}},
    "large, values, states": {
        "config": STACKED | {"hidden_size": 30},
        "input": {"kind": "values", "values": NUMBERS * 8},
        **states(STACKED | {"hidden_size": 30}, 3),
    },
    "large, unbatched, states": {
        "config": STACKED | {"hidden_size": 30},
        "input": {"kind": "values", "values": NUMBERS[0] * 8},
        **states(STACKED | {"hidden_size": 30}),
    },
    "long": {"config": {"input_size": 3, "hidden_size": 8}, "input": {"kind": "random", "seq_len": 3000}},
}


def written(client: TestClient, folder: Path, request: dict[str, Any]) -> Path:
    """The script of a request in a folder, and where it needs it the trace's file beside it, as both are downloaded."""
    trace_id = client.post("/api/traces", json=request).json()["id"]
    reply = client.get(f"/api/traces/{trace_id}/script.py")
    assert reply.status_code == 200, reply.text
    assert max(map(len, reply.text.splitlines())) < 100
    path = folder / named(reply.headers)
    path.write_text(reply.text)
    if "load_file" in reply.text:
        file = client.get(f"/api/traces/{trace_id}/export/safetensors")
        (folder / named(file.headers)).write_bytes(file.content)
    return path


def named(headers: Any) -> str:
    found = re.fullmatch(r'attachment; filename="([\w.-]+)"', headers["content-disposition"])
    assert found
    return found[1]


def run_all(paths: list[Path], *options: str) -> subprocess.CompletedProcess[str]:
    """Scripts one after the other in a Python that has nothing imported before."""
    command = [sys.executable, *options, "-c", RUN_ALL, *map(str, paths)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_it_runs_for_every_combination_of_options(client: TestClient, tmp_path: Path) -> None:
    paths = [written(client, tmp_path, request) for request in grid().values()]
    done = run_all(paths, "-W", "ignore:LSTM with projections")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("agree") == len(set(paths)) == 64
    assert done.stderr == ""


@pytest.mark.parametrize("request_", GIVEN.values(), ids=GIVEN)
def test_it_runs_by_itself_with_numbers_that_are_printed(
    client: TestClient, tmp_path: Path, request_: dict[str, Any]
) -> None:
    path = written(client, tmp_path, request_)
    assert [path.name] == [other.name for other in tmp_path.iterdir()]
    done = run(path)
    assert done.returncode == 0, done.stderr
    assert "agree" in done.stdout


def test_of_many_numbers_it_reads_the_file_beside_it(client: TestClient, tmp_path: Path) -> None:
    paths = [written(client, tmp_path, request) for request in LARGE.values()]
    assert max(path.stat().st_size for path in paths) < 8000
    done = run_all(paths)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("agree") == len(set(paths)) == len(LARGE)
    path = paths[0]
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    moved = (file := path.with_suffix(".safetensors")).rename(elsewhere / file.name)
    assert run(path).returncode == 1
    assert run(path, moved).returncode == 0


def test_presets_and_states_of_another_trace_run_too(client: TestClient, tmp_path: Path) -> None:
    first = {"config": {"input_size": 2, "hidden_size": 3}, "input": {"kind": "random", "seq_len": 4}}
    earlier = client.post("/api/traces", json=first).json()["id"]
    requests = [preset["request"] for preset in client.get("/api/presets").json()["presets"]]
    requests.append({**first, "h_0": {"trace": earlier}, "c_0": {"trace": earlier}})
    done = run_all([written(client, tmp_path, request) for request in requests])
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("agree") == len(requests)


def test_it_fails_for_other_numbers(client: TestClient, tmp_path: Path) -> None:
    path = written(client, tmp_path, GIVEN["values"])
    text = path.read_text()
    number = re.findall(r"0\.\d{5,}", text)[20]
    path.write_text(text.replace(number, str(float(number) + 1e-3)))
    done = run(path)
    assert done.returncode == 1
    assert "not close" in done.stderr


def test_numbers_that_overflowed_are_printed_as_such(client: TestClient, tmp_path: Path) -> None:
    tensors = {"weight_ih_l0": [[9]] * 8, "weight_hh_l0": [[0]] * 8, "weight_hr_l0": [[3e38, 3e38]]}
    request = {
        "config": {"input_size": 1, "hidden_size": 2, "bias": False, "proj_size": 1},
        "weights": {"kind": "state_dict", "tensors": tensors},
        "input": {"kind": "values", "values": [[[9]]]},
    }
    path = written(client, tmp_path, request)
    assert '"h": [[[inf]]]' in path.read_text()
    assert run(path).returncode == 0


def test_how_many_numbers_are_printed_is_bounded(client: TestClient, tmp_path: Path) -> None:
    config = {"input_size": 1, "hidden_size": 25}
    fitting, longer = (
        written(client, tmp_path, {"config": config, "input": {"kind": "random", "seq_len": steps}})
        for steps in (scripts.PRINTED // 150, scripts.PRINTED // 150 + 1)
    )
    assert "load_file" not in fitting.read_text()
    assert "load_file" in longer.read_text()
