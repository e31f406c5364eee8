"""Runs are computed in processes of their own: a death ends one run, and the server goes on."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import torch
from starlette.testclient import TestClient

from lstm_lens.core.errors import WorkerDied
from lstm_lens.core.settings import Settings
from lstm_lens.main import create_app
from lstm_lens.runs.workers import job
from lstm_lens.runs.workers.job import Cancelled, Job
from lstm_lens.runs.workers.pool import Pool
from lstm_lens.runs.workers.task import Work
from lstm_lens.schemas import TraceRequest

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
    monkeypatch.setattr(job, "GRACE", 0.0)
    run = start(client, DEAF | {"dropout_seed": 5})
    until(lambda: state(client, run)["status"] == "running")
    computing = busy()
    assert client.delete(run).status_code == 200
    until(lambda: state(client, run)["status"] == "cancelled")
    until(lambda: computing not in workers())
    assert not list(folder.rglob("*.tmp*"))


class Awkward(Exception):
    """Pickled and then not made again: it wants two arguments, and is told one."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(one + two)


class Fails:
    """A request at which a worker raises that."""

    @property
    def config(self) -> None:
        raise Awkward("a", "b")


def work(request: Any, hx: Any = None) -> Work:
    return Work(request, hx, {}, in_chunks=False, device="cpu", threads=1)


@pytest.fixture
def pool() -> Iterator[Pool]:
    pool = Pool(Settings(workers=1))
    yield pool
    pool.stop()


def running(pool: Pool, path: Path, runs: list[Work]) -> list[Future[None]]:
    """The runs in threads that are left waiting where a run never ends."""
    futures: list[Future[None]] = [Future() for _ in runs]

    def run(k: int) -> None:
        try:
            futures[k].set_result(pool.run(runs[k], path / f"{k}.tmp"))
        except BaseException as error:
            futures[k].set_exception(error)

    for k in range(len(runs)):
        threading.Thread(target=run, args=(k,), daemon=True).start()
    return futures


def test_an_error_that_cannot_be_told_to_another_process_ends_its_run_alone(pool: Pool, tmp_path: Path) -> None:
    runs = [work(TraceRequest.model_validate(DEAF)), work(Fails()), work(TraceRequest.model_validate(SMALL))]
    pool = Pool(Settings(workers=2))
    try:
        good, bad, other = running(pool, tmp_path, runs)
        with pytest.raises(RuntimeError, match="Awkward"):
            bad.result(30)
        other.result(30)
        good.result(60)
    finally:
        pool.stop()


def test_a_run_under_way_when_the_server_ends_is_told_so(pool: Pool, tmp_path: Path) -> None:
    runs = [work(TraceRequest.model_validate(DEAF | {"dropout_seed": seed})) for seed in range(3)]
    futures = running(pool, tmp_path, runs)
    time.sleep(1)
    pool.stop()
    for future in futures:
        with pytest.raises(WorkerDied):
            future.result(10)
    with pytest.raises(WorkerDied):
        pool.run(runs[0], tmp_path / "late.tmp")


def test_a_worker_that_is_killed_while_it_is_told_its_run_harms_no_other(pool: Pool, tmp_path: Path) -> None:
    small = TraceRequest.model_validate(SMALL)
    known = workers()
    pool.run(work(small), tmp_path / "first.tmp")
    own = workers() - known
    for worker in own:
        os.kill(worker, signal.SIGSTOP)
    large = torch.zeros(8, 2**22), torch.zeros(1)  # more than a pipe holds
    (future,) = running(pool, tmp_path, [work(small, large)])
    time.sleep(0.3)
    for worker in own:
        os.kill(worker, signal.SIGKILL)
    with pytest.raises(WorkerDied):
        future.result(30)
    pool.run(work(small), tmp_path / "next.tmp")


def test_a_run_that_is_cancelled_before_its_turn_leaves_those_before_and_after_it_alone(
    pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "GRACE", 0.0)
    wanted = work(TraceRequest.model_validate(DEAF)), work(TraceRequest.model_validate(SMALL))
    given_up = Job()
    with ThreadPoolExecutor(3) as threads:
        first = threads.submit(pool.run, wanted[0], tmp_path / "0.tmp", Job(), long=True)
        time.sleep(0.3)
        second = threads.submit(pool.run, wanted[1], tmp_path / "1.tmp", given_up, long=True)
        third = threads.submit(pool.run, wanted[1], tmp_path / "2.tmp", Job(), long=True)
        time.sleep(0.1)
        given_up.cancel()
        with pytest.raises(Cancelled):
            second.result(30)
        first.result(60)
        third.result(60)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0.tmp", "2.tmp"]
