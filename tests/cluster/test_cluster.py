"""Two replicas and two workers: any of them tells of any run, and what they tell is what a lone server tells."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from starlette.testclient import TestClient

from lstm_lens.__main__ import main
from lstm_lens.core.settings import BadSetting, Settings
from lstm_lens.lstm.recording.streaming import CHUNK
from lstm_lens.main import create_app
from tests.cluster.running import Client, Cluster, until
from tests.soak.support.requests import slow
from tests.web.test_runs import finished, start


def sequence(seed: int, chunks: int = 2, **fields: Any) -> dict[str, Any]:
    sizes = {"kind": "random", "seq_len": chunks * CHUNK, "seed": seed}
    return {"config": {"input_size": 2, "hidden_size": 8}, "input": sizes, **fields}


@pytest.fixture(scope="module")
def lone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A server without a broker."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("lone"), workers=1)
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def one(cluster: Cluster) -> Iterator[Client]:
    with closing(cluster.client("replica-1")) as client:
        yield client


@pytest.fixture
def two(cluster: Cluster) -> Iterator[Client]:
    with closing(cluster.client("replica-2")) as client:
        yield client


@pytest.fixture
def redis(cluster: Cluster) -> Iterator[Redis]:
    host, _, port = cluster.processes["redis"].address.partition(":")
    with Redis(host=host, port=int(port), decode_responses=True) as redis:
        yield redis


def test_a_run_started_at_one_is_watched_and_read_at_the_other(one: Client, two: Client, lone: TestClient) -> None:
    request = sequence(1, 20)
    run_id = one.start(request)
    told = two.events(run_id)
    alone = start(lone, request)
    with lone.stream("GET", f"/api/runs/{alone['id']}/events") as reply:
        assert "event: run" in list(reply.iter_lines())
    expected = finished(lone, alone["id"])
    assert {frozenset(state) for state in told} == {frozenset(expected)}
    assert [state["done"] for state in told] == sorted(state["done"] for state in told)
    untimed = ("seconds", "rate")
    assert {k: v for k, v in told[-1].items() if k not in untimed} == {
        k: v for k, v in expected.items() if k not in untimed
    }
    assert two.file(run_id) == one.file(run_id) == lone.get(f"/api/traces/{run_id}.safetensors").content


def test_a_run_is_cancelled_at_the_other_and_nothing_is_left(one: Client, two: Client, cluster: Cluster) -> None:
    run_id = one.start(sequence(2, 400))
    one.begun(run_id)
    assert two.ask("DELETE", f"/api/runs/{run_id}").status_code == 200
    until(lambda: one.state(run_id)["status"] == "cancelled", 10)
    assert one.once("GET", f"/api/traces/{run_id}").status_code == 404
    until(lambda: not list(cluster.folder.glob("store/**/" + run_id + "*")), 5)


def test_what_waits_and_is_cancelled_is_over_at_once(one: Client, two: Client) -> None:
    run_ids = [one.start(sequence(seed, 400)) for seed in range(20, 23)]  # one more than there are workers
    until(lambda: sum(one.state(run_id)["status"] == "running" for run_id in run_ids) == 2)
    (waiting,) = [run_id for run_id in run_ids if one.state(run_id)["status"] == "waiting"]
    assert two.ask("DELETE", f"/api/runs/{waiting}").json()["status"] == "cancelled"
    for run_id in run_ids:
        one.ask("DELETE", f"/api/runs/{run_id}")
        assert one.over(run_id)["status"] == "cancelled"


def test_a_run_that_is_read_of_at_the_other_goes_on_until_the_reader_goes(one: Client, two: Client) -> None:
    run_id = one.start(sequence(3, 400))
    one.begun(run_id)
    with two.listen(run_id) as reply:
        next(reply.iter_lines())
        assert one.ask("DELETE", f"/api/runs/{run_id}?unless_watched=true").json()["status"] == "running"
        done = one.state(run_id)["done"]
        until(lambda: one.state(run_id)["done"] > done, 10)
    assert one.over(run_id)["status"] == "cancelled"


def test_a_run_that_somebody_waits_for_is_computed_by_a_worker_if_it_is_long(
    one: Client, two: Client, lone: TestClient, redis: Redis
) -> None:
    request = sequence(4, 2)
    reply = one.ask("POST", "/api/traces", request)
    assert reply.status_code == 201
    run_id = reply.json()["id"]
    assert redis.hget(f"lens:run:{run_id}", "status") == "done"
    assert reply.json() == lone.post("/api/traces", json=request).json()
    small = one.ask("POST", "/api/traces", {"config": {"input_size": 2, "hidden_size": 5}}).json()["id"]
    assert not redis.exists(f"lens:run:{small}")
    assert two.ask("GET", f"/api/traces/{small}").status_code == 200


def test_who_waits_is_told_of_a_failure_as_by_a_lone_server(one: Client, lone: TestClient) -> None:
    request = sequence(5, h_0={"trace": "0" * 32})
    here, there = one.ask("POST", "/api/traces", request), lone.post("/api/traces", json=request)
    assert (here.status_code, here.json()) == (there.status_code, there.json())
    assert here.status_code == 422


def test_who_hangs_up_ends_the_run_that_he_waited_for(one: Client, two: Client, redis: Redis) -> None:
    before = set(redis.scan_iter("lens:run:*"))

    def computed() -> list[str]:
        new = set(redis.scan_iter("lens:run:*")) - before
        return [key for key in new if redis.hget(key, "status") == "running"]

    one.leave("POST", "/api/traces?encoding=base64", slow(6), when=computed)
    (key,) = set(redis.scan_iter("lens:run:*")) - before
    until(lambda: two.state(key.rpartition(":")[2])["status"] == "cancelled", 15)


def test_a_run_that_fails_says_why_at_every_replica(one: Client, two: Client) -> None:
    run_id = one.start(sequence(7, h_0={"trace": "0" * 32}))
    failed = two.over(run_id)
    assert failed["status"] == "failed"
    assert failed["detail"][0]["loc"] == ["body", "h_0", "trace"]


def test_as_many_wait_as_may_wait_at_all_replicas_together(one: Client, two: Client) -> None:
    run_ids = [one.start(sequence(seed, 400)) for seed in range(30, 38)]
    reply = two.once("POST", "/api/traces", sequence(38, 400), "respond-async")
    assert reply.status_code == 503
    assert reply.headers["retry-after"]
    assert reply.json()["detail"][0]["type"] == "too_many_runs"
    for run_id in run_ids:
        one.ask("DELETE", f"/api/runs/{run_id}")
    for run_id in run_ids:
        one.over(run_id)


def test_a_corpus_is_told_of_at_every_replica(one: Client, two: Client, lone: TestClient) -> None:
    requests = [sequence(seed, 1) for seed in range(40, 52)]  # more than may wait one by one
    reply = one.ask("POST", "/api/corpora", {"requests": requests})
    assert reply.status_code == 202
    path = f"/api/corpora/{reply.json()['id']}"
    until(lambda: two.ask("GET", path).json()["status"] == "done")
    assert two.ask("GET", path).json()["counts"]["done"] == 12
    alone = lone.post("/api/corpora", json={"requests": requests}).json()
    assert (alone["id"], alone["runs"]) == (reply.json()["id"], reply.json()["runs"])
    last = alone["runs"][-1]
    finished(lone, last)
    assert two.file(last) == lone.get(f"/api/traces/{last}.safetensors").content


def test_what_is_not_done_of_a_corpus_is_cancelled_at_the_other(one: Client, two: Client) -> None:
    requests = [sequence(seed, 400) for seed in range(4)]
    path = f"/api/corpora/{one.ask('POST', '/api/corpora', {'requests': requests}).json()['id']}"
    assert two.ask("DELETE", path).status_code == 200
    until(lambda: one.ask("GET", path).json()["status"] == "done", 20)
    assert one.ask("GET", path).json()["counts"]["cancelled"] == 4


def test_a_worker_tells_whether_it_is_alive(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LSTM_LENS_BROKER_URL", f"redis://{cluster.processes['redis'].address}/0")
    assert main(["work", "--check", "--name", "worker-1"]) == 0
    assert main(["work", "--check", "--name", "nobody"]) == 1


def test_a_broker_needs_a_store_that_others_can_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(data_dir=tmp_path, workers=0, store_url="memory://", broker_url="redis://127.0.0.1:1/0")
    with pytest.raises(BadSetting, match="LSTM_LENS_STORE_URL"):
        create_app(settings)
    monkeypatch.setenv("LSTM_LENS_DATA_DIR", str(tmp_path))
    assert main(["work"]) == 2  # and a worker needs a broker
