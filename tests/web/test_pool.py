"""Runs are computed in processes of their own: a death ends one run, and the server goes on."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app import jobs
from app.main import create_app
from app.settings import Settings

SMALL: dict[str, Any] = {"config": {"input_size": 2, "hidden_size": 4}}
#: With dropout a run is one piece, so that it hears of nothing until it is recorded.
DEAF: dict[str, Any] = {
    "config": {"input_size": 2, "hidden_size": 32, "num_layers": 4, "dropout": 0.5},
    "input": {"kind": "random", "seq_len": 60_000},
    "training": True,
}
OTHERS: set[int] = set()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pool")


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[TestClient]:
    OTHERS.clear()
    OTHERS.update(workers())  # of servers that other tests keep
    settings = Settings(data_dir=folder, workers=2)  # and one for long runs
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        until(lambda: len(workers()) == 3)
        yield client
    until(lambda: not workers())  # they end with the server


def until(holds: Callable[[], object]) -> None:
    for _ in range(600):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it never comes true")


def children(parent: int) -> set[int]:
    found = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it ended meanwhile
            if int(status.read_text().rpartition(")")[2].split()[1]) == parent:
                found.add(int(status.parent.name))
    return found


def workers() -> set[int]:
    """The worker processes: children of the one that they are forked from."""
    return {worker for child in children(os.getpid()) for worker in children(child)} - OTHERS


def busy() -> int:
    """The worker that computes, by the time that it has taken."""

    def seconds(pid: int) -> int:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11])

    before = {pid: seconds(pid) for pid in workers()}
    time.sleep(0.5)
    return max(before, key=lambda pid: seconds(pid) - before[pid])


def start(client: TestClient, request: dict[str, Any]) -> str:
    reply = client.post("/api/traces", json=request, headers={"Prefer": "respond-async"})
    assert reply.status_code == 202
    return f"/api/runs/{reply.json()['id']}"


def state(client: TestClient, run: str) -> dict[str, Any]:
    body: dict[str, Any] = client.get(run).json()
    return body


def test_the_workers_are_there_before_the_first_run_and_stay(client: TestClient) -> None:
    before = workers()
    assert client.post("/api/traces", json=SMALL).status_code == 201
    assert workers() == before


def test_a_worker_that_is_killed_ends_its_run_alone(client: TestClient, folder: Path) -> None:
    run = start(client, DEAF)
    until(lambda: state(client, run)["status"] == "running")
    os.kill(busy(), signal.SIGKILL)
    until(lambda: state(client, run)["status"] == "failed")
    assert state(client, run)["detail"][0]["type"] == "worker_died"
    assert not list(folder.rglob("*.tmp*"))
    assert client.post("/api/traces", json=SMALL | {"dropout_seed": 1}).status_code == 201
    until(lambda: len(workers()) == 3)  # and another one takes its place


def test_a_short_run_whose_worker_is_killed_is_told_to_come_back(client: TestClient) -> None:
    stopped = workers()
    for worker in stopped:
        os.kill(worker, signal.SIGSTOP)  # the run waits for one of them
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(client.post, "/api/traces", json=SMALL | {"dropout_seed": 2})
        time.sleep(0.3)
        for worker in stopped:
            os.kill(worker, signal.SIGKILL)
        reply = asked.result()
    assert reply.status_code == 503
    assert reply.headers["retry-after"]
    assert reply.json()["detail"][0]["type"] == "worker_died"
    assert client.post("/api/traces", json=SMALL | {"dropout_seed": 2}).status_code == 201


def test_a_run_that_hears_of_nothing_is_ended_with_its_process(
    client: TestClient, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "GRACE", 0.0)
    run = start(client, DEAF | {"dropout_seed": 5})
    until(lambda: state(client, run)["status"] == "running")
    computing = busy()
    assert client.delete(run).status_code == 200
    until(lambda: state(client, run)["status"] == "cancelled")
    until(lambda: computing not in workers() and len(workers()) == 3)
    assert not list(folder.rglob("*.tmp*"))
