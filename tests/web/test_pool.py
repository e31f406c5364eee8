"""Runs are computed in processes of their own: a death ends one run, and the server goes on."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection
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
from lstm_lens.runs.workers.process import WorkerProcess
from lstm_lens.runs.workers.task import Work
from lstm_lens.schemas import TraceRequest
from tests.support.held import Held, hold_runs, holder

SMALL: dict[str, Any] = {"config": {"input_size": 2, "hidden_size": 4}}
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
    deadline = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < deadline, "it never comes true"
        time.sleep(0.05)


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


def test_a_worker_that_is_killed_ends_its_run_alone(
    client: TestClient, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        hold_runs(patch, tmp_path / "held")
        run = start(client, SMALL | {"dropout_seed": 1})
        worker = holder(tmp_path / "held")
    assert state(client, run)["status"] == "running"
    os.kill(worker, signal.SIGKILL)
    until(lambda: state(client, run)["status"] == "failed")
    assert state(client, run)["detail"][0]["type"] == "worker_died"
    assert not list(folder.rglob("*.tmp*"))
    assert client.post("/api/traces", json=SMALL | {"dropout_seed": 1}).status_code == 201


def test_a_short_run_whose_worker_is_killed_is_told_to_come_back(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ThreadPoolExecutor(1) as pool, monkeypatch.context() as patch:
        hold_runs(patch, tmp_path / "held")
        asked = pool.submit(client.post, "/api/traces", json=SMALL | {"dropout_seed": 2})
        os.kill(holder(tmp_path / "held"), signal.SIGKILL)
        reply = asked.result()
    assert reply.status_code == 503
    assert reply.headers["retry-after"]
    assert reply.json()["detail"][0]["type"] == "worker_died"
    assert client.post("/api/traces", json=SMALL | {"dropout_seed": 2}).status_code == 201


def test_a_run_that_hears_of_nothing_is_ended_with_its_process(
    client: TestClient, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "GRACE", 0.0)
    hold_runs(monkeypatch, tmp_path / "held")
    run = start(client, SMALL | {"dropout_seed": 5})
    worker = holder(tmp_path / "held")
    assert state(client, run)["status"] == "running"
    assert client.delete(run).status_code == 200
    until(lambda: state(client, run)["status"] == "cancelled")
    until(lambda: worker not in workers())
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


def small(seed: int = 0) -> TraceRequest:
    return TraceRequest.model_validate(SMALL | {"dropout_seed": seed})


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


def test_an_error_that_cannot_be_told_to_another_process_ends_its_run_alone(tmp_path: Path) -> None:
    held = tmp_path / "held"
    pool = Pool(Settings(workers=2))
    try:
        (good,) = running(pool, tmp_path, [work(Held(small(), held))])
        holder(held)
        with pytest.raises(RuntimeError, match="Awkward"):
            pool.run(work(Fails()), tmp_path / "bad.tmp")
        pool.run(work(small()), tmp_path / "other.tmp")
        assert not good.done()
        held.unlink()
        good.result(120)
    finally:
        pool.stop()


def test_a_run_under_way_when_the_server_ends_is_told_so(pool: Pool, tmp_path: Path) -> None:
    held = tmp_path / "held"
    futures = running(pool, tmp_path, [work(Held(small(), held)) for _ in range(3)])
    holder(held)
    pool.stop()
    for future in futures:
        with pytest.raises(WorkerDied):
            future.result(120)
    with pytest.raises(WorkerDied):
        pool.run(work(small()), tmp_path / "late.tmp")


def test_a_worker_that_is_killed_while_it_is_told_its_run_harms_no_other(pool: Pool, tmp_path: Path) -> None:
    known = workers()
    pool.run(work(small()), tmp_path / "first.tmp")
    own = workers() - known
    for worker in own:
        os.kill(worker, signal.SIGSTOP)
    large = torch.zeros(8, 2**22), torch.zeros(1)  # more than a pipe holds
    (future,) = running(pool, tmp_path, [work(small(), large)])
    # its thread is in the pipe's own function, which it leaves when the worker reads, or is no more
    until(lambda: any(frame.f_code is Connection._send.__code__ for frame in sys._current_frames().values()))  # type: ignore[attr-defined]
    for worker in own:
        os.kill(worker, signal.SIGKILL)
    with pytest.raises(WorkerDied):
        future.result(120)
    pool.run(work(small()), tmp_path / "next.tmp")


def test_a_run_that_is_cancelled_before_its_turn_leaves_those_before_and_after_it_alone(
    pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "GRACE", 0.0)
    held, given_up = tmp_path / "held", Job()
    with ThreadPoolExecutor(3) as threads:
        first = threads.submit(pool.run, work(Held(small(), held)), tmp_path / "0.tmp", Job(), long=True)
        worker = holder(held)
        second = threads.submit(pool.run, work(small()), tmp_path / "1.tmp", given_up, long=True)
        third = threads.submit(pool.run, work(small()), tmp_path / "2.tmp", Job(), long=True)
        until(lambda: len(pool._long._waiting) == 2)
        given_up.cancel()
        with pytest.raises(Cancelled):
            second.result(120)
        assert worker in workers()
        held.unlink()
        first.result(120)
        third.result(120)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0.tmp", "2.tmp"]


class EndedAt(Job):
    """Given up, and ended by whatever ends it then: as its worker is found, before it knows how that one is ended or
    after, or as it is done."""

    def __init__(self, moment: str) -> None:
        super().__init__()
        self._moment = moment

    def set_kill(self, end: Callable[[], None] | None) -> None:
        is_found = isinstance(getattr(end, "__self__", None), WorkerProcess)
        if (is_found and self._moment == "found") or (end is None and self._moment == "done"):
            self._give_up()
        super().set_kill(end)
        if is_found and self._moment == "known":
            self._give_up()

    def _give_up(self) -> None:
        self.cancelled = True
        self._end_process()


@pytest.mark.parametrize("moment", ["found", "known"])
def test_a_run_that_is_cancelled_as_its_turn_comes_is_not_begun(pool: Pool, tmp_path: Path, moment: str) -> None:
    pool.start()
    with pytest.raises(Cancelled):
        pool.run(work(small()), tmp_path / "0.tmp", EndedAt(moment))
    pool.run(work(small()), tmp_path / "1.tmp")
    assert [path.name for path in tmp_path.iterdir()] == ["1.tmp"]


def test_a_run_that_is_ended_as_it_is_done_takes_no_other_along(pool: Pool, tmp_path: Path) -> None:
    for k in range(10):
        pool.run(work(small()), tmp_path / f"{k}.tmp", EndedAt("done"))
    pool.run(work(small()), tmp_path / "next.tmp")
