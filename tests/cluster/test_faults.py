"""What becomes of runs when a part of the cluster is killed, told to end, or does not answer."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest

from tests.cluster.running import Client, Cluster, Process, until
from tests.cluster.test_cluster import sequence
from tests.soak.cluster import FEW, measured
from tests.soak.support.program import failures


@pytest.fixture
def one(cluster: Cluster) -> Iterator[Client]:
    with closing(cluster.client("replica-1")) as client:
        yield client


@contextmanager
def stopped(process: Process) -> Iterator[None]:
    """It is there, and does not answer."""
    os.kill(process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process.pid, signal.SIGCONT)


def computing(cluster: Cluster, client: Client, request: dict[str, Any]) -> tuple[str, str]:
    """Start a run; its id, and the name of the worker that computes it."""
    before = {name: cluster.seconds_below(name) for name in ("worker-1", "worker-2")}
    run_id = client.start(request)
    client.begun(run_id)
    done = client.state(run_id)["done"]
    until(lambda: client.state(run_id)["done"] > done)
    return run_id, max(before, key=lambda name: cluster.seconds_below(name) - before[name])


def test_without_redis_kept_traces_are_served_and_the_server_computes_by_itself(cluster: Cluster, one: Client) -> None:
    kept = one.start(sequence(100))
    assert one.over(kept)["status"] == "done"
    waiting = one.start(sequence(101, 400))
    with stopped(cluster.processes["redis"]):
        began = time.monotonic()
        assert one.once("GET", "/api/health").status_code == 200
        assert one.once("GET", f"/api/traces/{kept}?stop=1").status_code == 200
        assert time.monotonic() - began < 2
        assert one.once("GET", f"/api/runs/{kept}").json()["status"] == "done"
        reply = one.once("GET", f"/api/runs/{waiting}")
        assert (reply.status_code, reply.json()["detail"][0]["type"]) == (503, "queue_away")
        assert reply.headers["retry-after"]
        began = time.monotonic()
        new = one.once("POST", "/api/traces", sequence(102), "respond-async")
        assert new.status_code == 202
        assert time.monotonic() - began < 3
        until(lambda: one.once("GET", f"/api/runs/{new.json()['id']}").json()["status"] == "done")
        assert one.once("POST", "/api/traces", sequence(103)).status_code == 201
    until(lambda: one.once("GET", f"/api/runs/{waiting}").status_code == 200, 20)
    one.ask("DELETE", f"/api/runs/{waiting}")
    assert one.over(waiting)["status"] == "cancelled"


def test_a_worker_that_is_told_to_end_lets_its_run_wait_for_another(cluster: Cluster, one: Client) -> None:
    run_id, name = computing(cluster, one, sequence(110, 80))
    process = cluster.processes[name]
    os.kill(process.pid, signal.SIGTERM)
    until(lambda: not process.is_there(), 15)
    assert one.over(run_id)["status"] == "done"


def test_a_run_whose_worker_is_killed_is_computed_by_another(cluster: Cluster, one: Client) -> None:
    run_id, name = computing(cluster, one, sequence(120, 80))
    cluster.killed(name)
    assert one.over(run_id)["status"] == "done"


def test_a_run_whose_process_is_killed_is_tried_once_more(cluster: Cluster, one: Client) -> None:
    run_id, name = computing(cluster, one, sequence(130, 80))
    child = cluster.workers_child(name)
    assert child is not None
    os.kill(child, signal.SIGKILL)
    assert one.over(run_id)["status"] == "done"


def test_runs_survive_redis(cluster: Cluster, one: Client) -> None:
    run_ids = [one.start(sequence(seed, 25)) for seed in range(140, 145)]
    cluster.killed("redis")
    assert {one.over(run_id)["status"] for run_id in run_ids} == {"done"}


def test_runs_survive_a_redis_that_forgets_everything(cluster: Cluster, one: Client) -> None:
    run_ids = [one.start(sequence(seed, 25)) for seed in range(150, 155)]
    cluster.redis_command("flushall")
    assert {one.over(run_id)["status"] for run_id in run_ids} == {"done"}


def test_a_run_outlives_the_server_that_was_asked_for_it(cluster: Cluster, one: Client) -> None:
    run_id = one.start(sequence(160, 25))
    cluster.killed("replica-1")
    with closing(cluster.client("replica-2")) as two:
        assert two.over(run_id)["status"] == "done"
    with closing(cluster.client("nginx")) as anyone:
        assert anyone.over(run_id)["status"] == "done"


def test_nothing_is_lost_while_one_process_after_the_other_is_killed(cluster: Cluster) -> None:
    assert failures(measured(cluster, FEW), short=True) == []
