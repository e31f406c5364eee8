"""What a run may take, and what becomes of one that takes more: it ends with a sentence, and all others go on."""

import os
import signal
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import orjson
import pytest
from starlette.testclient import TestClient

from lstm_lens.core.settings import PUBLIC, Settings
from lstm_lens.main import create_app
from lstm_lens.presets import presets
from tests.support.held import hold_runs, holder
from tests.web.server_process import Server, serving
from tests.web.test_pool import until, workers

SMALL: dict[str, Any] = {"config": {"input_size": 2, "hidden_size": 4}}
#: With dropout a run is one piece, seconds long.
SLOW: dict[str, Any] = {
    "config": {"input_size": 2, "hidden_size": 32, "num_layers": 4, "dropout": 0.5},
    "input": {"kind": "random", "seq_len": 240_000},
    "training": True,
}
#: One whose arrays are far beyond a small worker's memory.
LARGE: dict[str, Any] = {
    "config": {"input_size": 2, "hidden_size": 64},
    "input": {"kind": "random", "seq_len": 50_000},
    "lengths": [50_000],
}
OTHERS: set[int] = set()


def seeded(request: dict[str, Any], seed: int) -> dict[str, Any]:
    return request | {"weights": {"kind": "seed", "seed": seed}}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Callable[..., TestClient]]:
    """A function that starts one inside the test process."""
    OTHERS.clear()
    OTHERS.update(workers())
    with ExitStack() as running:

        def start(**settings: Any) -> TestClient:
            app = create_app(Settings(data_dir=tmp_path, max_trace_bytes=8 * 2**30, **settings))
            return running.enter_context(TestClient(app, raise_server_exceptions=False))

        yield start


def counted(client: TestClient, name: str) -> float:
    """One number of /metrics."""
    lines = client.get("/metrics").text.splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))


def test_a_run_beyond_its_deadline_is_ended_and_told_so(
    server: Callable[..., TestClient], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = server(workers=1, max_run_seconds=2)
    with monkeypatch.context() as patch:
        hold_runs(patch, tmp_path / "held")
        reply = client.post("/api/traces", json=seeded(SMALL, 1))
    assert reply.status_code == 503
    (problem,) = reply.json()["detail"]
    assert problem["type"] == "deadline"
    assert "LSTM_LENS_MAX_RUN_SECONDS" in problem["msg"]
    assert reply.headers["retry-after"]
    assert not list(tmp_path.rglob("*.tmp*"))
    assert client.post("/api/traces", json=SMALL).status_code == 201
    assert counted(client, 'lstm_lens_worker_deaths_total{reason="deadline"}') == 1
    assert counted(client, 'lstm_lens_runs_total{kind="short",outcome="deadline"}') == 1


def test_a_long_run_has_a_deadline_of_its_own(
    server: Callable[..., TestClient], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold_runs(monkeypatch, tmp_path / "held")
    client = server(workers=1, max_long_run_seconds=0.5)
    run = client.post("/api/traces", json=SMALL, headers={"Prefer": "respond-async"}).json()
    until(lambda: client.get(f"/api/runs/{run['id']}").json()["status"] == "failed")
    (problem,) = client.get(f"/api/runs/{run['id']}").json()["detail"]
    assert problem["type"] == "deadline"
    assert "LSTM_LENS_MAX_LONG_RUN_SECONDS" in problem["msg"]


def test_a_run_that_takes_more_memory_than_a_worker_may_is_told_so(server: Callable[..., TestClient]) -> None:
    client = server(workers=1, max_worker_bytes=64 * 2**20)
    assert client.post("/api/traces", json=SMALL).status_code == 201
    before = workers()
    reply = client.post("/api/traces?encoding=base64", json=LARGE)
    assert reply.status_code == 413
    (problem,) = reply.json()["detail"]
    assert problem["type"] == "worker_out_of_memory"
    assert "LSTM_LENS_MAX_WORKER_BYTES" in problem["msg"]
    assert client.post("/api/traces", json=seeded(SMALL, 1)).status_code == 201
    assert workers() == before, "no worker had to end"


def test_the_same_run_fits_a_larger_worker(server: Callable[..., TestClient]) -> None:
    assert server(workers=1, max_worker_bytes=2**30).post("/api/traces?encoding=base64", json=LARGE).status_code == 201


def test_as_many_wait_as_may_and_the_next_is_told_to_come_back(server: Callable[..., TestClient]) -> None:
    client = server(workers=1, max_waiting=2)
    (worker, *_) = workers() - OTHERS, None
    for stopped in worker:
        os.kill(stopped, signal.SIGSTOP)
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(client.post, "/api/traces", json=seeded(SMALL, seed)) for seed in range(8)]
        until(lambda: sum(future.done() for future in asked) == 5)
        assert client.get("/api/health").status_code == 200
        assert counted(client, 'lstm_lens_runs_waiting{kind="short"}') == 2
        for stopped in worker:
            os.kill(stopped, signal.SIGCONT)
        replies = [future.result() for future in asked]
    refused = [reply for reply in replies if reply.status_code == 503]
    assert sorted(reply.status_code for reply in replies) == [201] * 3 + [503] * 5
    assert {reply.json()["detail"][0]["type"] for reply in refused} == {"too_many_runs"}
    assert all(reply.headers["retry-after"] for reply in refused)
    assert counted(client, 'lstm_lens_runs_total{kind="short",outcome="refused"}') == 5


def test_a_run_that_ended_two_workers_is_not_tried_again(
    server: Callable[..., TestClient], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, held = server(workers=1), tmp_path / "held"
    for _ in range(2):
        with ThreadPoolExecutor(1) as pool, monkeypatch.context() as patch:
            hold_runs(patch, held)
            asked = pool.submit(client.post, "/api/traces", json=SMALL)
            os.kill(holder(held), signal.SIGKILL)
            assert asked.result().status_code == 503
        held.unlink()
    reply = client.post("/api/traces", json=SMALL)
    assert reply.status_code == 503
    assert "ended two workers" in reply.json()["detail"][0]["msg"]
    assert client.post("/api/traces", json=seeded(SMALL, 1)).status_code == 201


def hang_up(server: Server, request: dict[str, Any], path: str = "/api/traces?encoding=base64") -> None:
    """Ask for a run, wait until a worker is at it, and go."""
    body = orjson.dumps(request)
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    with closing(socket.create_connection(("127.0.0.1", server.port))) as client:
        client.sendall(head.encode() + b"\r\n\r\n" + body)
        until(lambda: _number(server, "lstm_lens_runs_computing") == 1)


def _number(server: Server, name: str) -> float:
    lines = server.client.get("/metrics").text.splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))


def test_a_client_that_leaves_frees_its_worker(tmp_path: Path) -> None:
    with serving(tmp_path, LSTM_LENS_MAX_TRACE_BYTES=str(8 * 2**30)) as server:
        assert server.ask("GET", "/api/health")[0] == 200
        for seed in range(3):
            hang_up(server, seeded(SLOW, seed))
            until(lambda: _number(server, "lstm_lens_runs_computing") == 0)
            assert _number(server, 'lstm_lens_worker_deaths_total{reason="cancelled"}') == seed + 1
        assert server.ask("POST", "/api/traces", SMALL)[0] == 201
        assert not list(tmp_path.rglob("*.tmp*"))


@pytest.mark.parametrize("name", ["input_size", "hidden_size", "num_layers", "seq_len", "batch_size"])
def test_a_size_above_its_own_limit_is_refused_at_its_field(tmp_path: Path, name: str) -> None:
    place = ("input" if name in ("seq_len", "batch_size") else "config", name)
    client = TestClient(create_app(Settings(data_dir=tmp_path, workers=0, **{f"max_{name}": 3})))
    for size, status in ((3, 201), (4, 413)):
        request: dict[str, Any] = {
            "config": {"input_size": 1, "hidden_size": 1},
            "input": {"kind": "random", "seq_len": 2},
        }
        request[place[0]][name] = size
        reply = client.post("/api/traces", json=request)
        assert reply.status_code == status
    (problem,) = reply.json()["detail"]
    assert problem["loc"] == ["body", *place]
    assert f"LSTM_LENS_MAX_{name.upper()}" in problem["msg"]


def test_values_with_too_many_timesteps_are_refused_where_they_are(tmp_path: Path) -> None:
    client = TestClient(create_app(Settings(data_dir=tmp_path, workers=0, max_seq_len=3)))
    request = {"config": {"input_size": 1, "hidden_size": 1}, "input": {"kind": "values", "values": [[0.0]] * 4}}
    reply = client.post("/api/traces", json=request)
    assert reply.json()["detail"][0]["loc"] == ["body", "input", "values"]


def test_strangers_may_run_every_preset(tmp_path: Path) -> None:
    client = TestClient(create_app(Settings(data_dir=tmp_path, workers=0, profile="public")))
    for preset in presets():
        assert client.post("/api/traces", json=preset.request).status_code == 201, preset.name


def test_the_public_profile_is_the_stricter_one() -> None:
    local = Settings()
    for name, value in PUBLIC.items():
        own = getattr(local, name)
        if name not in ("log_format", "drain_seconds"):
            assert own is None or value < own, name
        assert getattr(Settings(profile="public"), name) == value
        assert getattr(Settings.model_validate({"profile": "public", name: own}), name) == own, "what is set holds"
