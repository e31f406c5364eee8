"""Many sequences at once: checked together, computed one by one, watched and cancelled as one."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from lstm_lens.core.settings import Settings
from lstm_lens.lstm.recording.streaming import CHUNK
from lstm_lens.main import create_app
from lstm_lens.runs.request import trace_id_of
from lstm_lens.schemas import TraceRequest
from tests.web.test_runs import ASYNC, ENDLESS, finished, start

CONFIG = {"input_size": 2, "hidden_size": 4}


def sequence(seed: int, seq_len: int = 30, **fields: Any) -> dict[str, Any]:
    return {"config": CONFIG, "input": {"kind": "random", "seed": seed, "seq_len": seq_len}, **fields}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("corpora"), workers=1, max_waiting_runs=2)
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


def start_corpus(client: TestClient, requests: list[dict[str, Any]]) -> dict[str, Any]:
    reply = client.post("/api/corpora", json={"requests": requests})
    assert reply.status_code == 202, reply.text
    body: dict[str, Any] = reply.json()
    assert reply.headers["location"] == f"/api/corpora/{body['id']}"
    return body


def over(client: TestClient, corpus_id: str) -> dict[str, Any]:
    deadline = time.monotonic() + 120
    while True:
        body: dict[str, Any] = client.get(f"/api/corpora/{corpus_id}").json()
        if body["status"] == "done":
            return body
        assert time.monotonic() < deadline, "the corpus does not end"
        time.sleep(0.05)


def test_each_sequence_has_the_trace_that_it_has_by_itself(server: TestClient) -> None:
    requests = [sequence(seed) for seed in range(6)]  # more than long runs may wait
    corpus = start_corpus(server, requests)
    done = over(server, corpus["id"])
    assert done["counts"] == {"waiting": 0, "running": 0, "done": 6, "cancelled": 0, "failed": 0}
    assert done["done"] == done["total"] == 6 * 30
    for request, run_id in zip(requests, corpus["runs"], strict=True):
        trace = server.get(f"/api/traces/{run_id}").json()
        assert trace == server.post("/api/traces", json=request).json()
    assert start_corpus(server, requests)["id"] == corpus["id"]
    assert start_corpus(server, requests[::-1])["id"] != corpus["id"]


def test_events_tell_of_it_until_every_run_is_over(server: TestClient) -> None:
    corpus = start_corpus(server, [sequence(seed, 4 * CHUNK) for seed in range(3)])
    with server.stream("GET", f"/api/corpora/{corpus['id']}/events") as reply:
        lines = list(reply.iter_lines())
    assert "event: corpus" in lines
    states = [json.loads(line.removeprefix("data:")) for line in lines if line.startswith("data:")]
    assert states[-1]["status"] == "done"
    assert [state["done"] for state in states] == sorted(state["done"] for state in states)
    assert states[-1]["counts"]["done"] == 3


def test_what_is_not_done_of_it_is_cancelled(server: TestClient) -> None:
    corpus = start_corpus(server, [sequence(0), *(sequence(seed, ENDLESS) for seed in range(4))])
    first = corpus["runs"][0]
    assert finished(server, first)["status"] == "done"
    assert server.delete(f"/api/corpora/{corpus['id']}").status_code == 200
    counts = over(server, corpus["id"])["counts"]
    assert (counts["done"], counts["cancelled"]) == (1, 4)
    assert server.get(f"/api/traces/{first}").status_code == 200


def test_a_run_that_fails_says_why_and_the_others_go_on(server: TestClient) -> None:
    corpus = start_corpus(server, [sequence(1, h_0={"trace": "0" * 32}), sequence(2)])
    done = over(server, corpus["id"])
    assert (done["counts"]["done"], done["counts"]["failed"]) == (1, 1)
    (failed,) = done["failed"]
    assert failed["run"] == corpus["runs"][0]
    assert failed["detail"][0]["loc"] == ["body", "h_0", "trace"]


def test_a_long_run_that_comes_later_goes_first(server: TestClient) -> None:
    corpus = start_corpus(server, [sequence(seed, 40 * CHUNK) for seed in range(10, 16)])
    assert finished(server, start(server, sequence(99))["id"])["status"] == "done"
    assert server.get(f"/api/corpora/{corpus['id']}").json()["counts"]["done"] < 6
    server.delete(f"/api/corpora/{corpus['id']}")


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ({"input": {"kind": "random", "seq_len": 0}}, ["input", "seq_len"]),
        ({"weights": {"kind": "seed", "seed": -1}}, ["weights", "seed"]),
        ({"weights": {"kind": "preset", "name": "none such"}}, ["weights", "name"]),
        ({"lengths": [99]}, ["lengths", 0]),
        ({"config": {"input_size": 2}}, ["config", "hidden_size"]),
        ({"x": 1}, ["x"]),
    ],
)
def test_a_fault_is_told_at_its_place_and_nothing_is_started(
    server: TestClient, fault: dict[str, Any], field: list[str | int]
) -> None:
    requests = [sequence(1234), sequence(1) | fault]
    reply = server.post("/api/corpora", json={"requests": requests})
    assert reply.status_code == 422
    assert reply.json()["detail"][0]["loc"] == ["body", "requests", 1, *field]
    never_started = trace_id_of(TraceRequest.model_validate(sequence(1234)))
    assert server.get(f"/api/runs/{never_started}").status_code == 404


def test_a_run_over_a_limit_is_refused_with_its_place(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(data_dir=tmp_path, workers=0, max_work=10**8))) as client:
        reply = client.post("/api/corpora", json={"requests": [sequence(1), sequence(2, 10**7)]})
    assert reply.status_code == 413
    assert reply.json()["detail"][0]["loc"] == ["body", "requests", 1, "input", "seq_len"]


def test_a_corpus_of_none_or_of_too_many_is_refused(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(data_dir=tmp_path, workers=0, max_corpus_runs=2))) as client:
        none = client.post("/api/corpora", json={"requests": []})
        many = client.post("/api/corpora", json={"requests": [sequence(seed) for seed in range(3)]})
    assert (none.status_code, none.json()["detail"][0]["loc"]) == (422, ["body", "requests"])
    assert (many.status_code, many.json()["detail"][0]["loc"]) == (413, ["body", "requests"])
    assert "LSTM_LENS_MAX_CORPUS_RUNS" in many.json()["detail"][0]["msg"]


def test_as_many_runs_of_corpora_wait_as_may_wait(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(data_dir=tmp_path, workers=1, max_corpus_runs=2))) as client:
        corpus = start_corpus(client, [sequence(seed, ENDLESS) for seed in range(2)])
        reply = client.post("/api/corpora", json={"requests": [sequence(7)]})
        assert reply.status_code == 503
        assert reply.headers["retry-after"]
        assert reply.json()["detail"][0]["type"] == "too_many_runs"
        assert client.post("/api/traces", json=sequence(8), headers=ASYNC).status_code == 202
        client.delete(f"/api/corpora/{corpus['id']}")


def test_a_corpus_survives_a_restart_and_what_was_not_done_goes_on(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, workers=1)
    with TestClient(create_app(settings)) as client:
        corpus = start_corpus(client, [sequence(seed, 10 * CHUNK) for seed in range(3)])
    with TestClient(create_app(settings)) as client:
        assert over(client, corpus["id"])["counts"]["done"] == 3


def test_a_corpus_that_never_was_is_not_found(server: TestClient) -> None:
    for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/events")):
        reply = server.request(method, f"/api/corpora/{'0' * 32}{path}")
        assert reply.status_code == 404
        assert reply.json()["detail"][0]["loc"] == ["path", "corpus_id"]
