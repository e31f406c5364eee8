"""What is seen of a server from outside: its counts, its log, whether it is ready, and how it leaves."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from lstm_lens.core.settings import Settings
from lstm_lens.main import create_app
from tests.readers.weights.mutate import mutation
from tests.web.server_process import ROOT, serving
from tests.web.test_pool import until, workers

SMALL: dict[str, Any] = {"config": {"input_size": 2, "hidden_size": 4}}
WORD = "xylophone"
SLOW: dict[str, Any] = {
    "config": {"input_size": 2, "hidden_size": 64, "num_layers": 4},
    "input": {"kind": "random", "seq_len": 200_000},
}


OTHERS: set[int] = set()


def own() -> set[int]:
    """The workers of the server of this test."""
    return workers() - OTHERS


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    OTHERS.clear()
    OTHERS.update(workers())  # of servers that other tests keep
    with TestClient(create_app(Settings(data_dir=tmp_path, workers=1)), raise_server_exceptions=False) as client:
        yield client


def counts(client: TestClient) -> dict[tuple[str, ...], float]:
    """The numbers of /metrics, by name and the values of their labels."""
    text = client.get("/metrics").text
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_the_counts_are_of_what_happened(client: TestClient) -> None:
    for seed in (1, 1, 2):
        client.post("/api/traces", json=SMALL | {"weights": {"kind": "seed", "seed": seed}})
    client.post("/api/traces", json={})
    sent = sum(len(client.get(f"/api/health?{k}").content) for k in range(3))
    found = counts(client)
    assert found["lstm_lens_requests_total", "POST", "/api/traces", "201"] == 3
    assert found["lstm_lens_requests_total", "POST", "/api/traces", "422"] == 1
    assert found["lstm_lens_requests_total", "GET", "/api/health", "200"] == 3
    assert found["lstm_lens_runs_total", "short", "done"] == 2, "the second one of seed 1 was kept"
    assert found["lstm_lens_run_seconds_count", "short"] == 2
    assert 0 < found["lstm_lens_run_seconds_sum", "short"] < 60
    assert found["lstm_lens_request_seconds_count", "/api/traces"] == 4
    assert found[("lstm_lens_reply_bytes_total",)] > sent
    assert found["lstm_lens_workers", "short"] == 1
    assert found["lstm_lens_runs_waiting", "short"] == found["lstm_lens_runs_computing", "short"] == 0
    assert found[("process_resident_memory_bytes",)] > 2**20


def test_no_label_holds_what_a_client_chose(client: TestClient) -> None:
    client.get(f"/{WORD}")
    client.get(f"/api/traces/{WORD}?stop={WORD}")
    client.get(f"/api/uploads/{WORD}")
    client.request(WORD.upper(), "/api/health")
    text = client.get("/metrics").text
    assert WORD not in text.lower()
    assert 'route="/api/uploads/{upload_id}"' in text


def test_every_reply_has_the_id_of_its_request(client: TestClient) -> None:
    given = "0123456789abcdef0123456789abcdef"
    assert client.get("/", headers={"X-Request-ID": given}).headers["x-request-id"] == given
    for path in ("/", "/nothing", "/api/presets", "/static/none"):
        first, second = (client.get(path, headers={"X-Request-ID": "<script>"}).headers for _ in range(2))
        assert first["x-request-id"] != second["x-request-id"]
        assert len(first["x-request-id"]) == 32


def test_a_fault_of_ours_has_one_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(Settings(data_dir=tmp_path, workers=0))
    monkeypatch.setattr(app.state.library, "off_loop", None)
    reply = TestClient(app, raise_server_exceptions=False).post("/api/traces", json=SMALL)
    assert reply.status_code == 500
    assert len(reply.headers["x-request-id"]) == 32
    assert reply.headers["content-security-policy"]


def test_a_server_is_ready_once_its_workers_are_there(tmp_path: Path) -> None:
    app = create_app(Settings(data_dir=tmp_path, workers=1))
    with TestClient(app) as client:
        assert client.get("/api/ready").json() == {"status": "ready"}
        app.state.leaving.set()
        reply = client.get("/api/ready")
        assert reply.status_code == 503
        assert reply.json()["detail"][0]["type"] == "not_ready"
        assert client.get("/api/health").status_code == 200


def test_a_server_whose_workers_were_all_ended_has_new_ones_when_it_is_asked(client: TestClient) -> None:
    before = own()
    for worker in before:
        os.kill(worker, signal.SIGKILL)
    until(lambda: not own() & before)
    assert client.get("/api/ready").status_code == 200
    assert len(own()) == len(before) == 2


def test_the_log_is_json_and_holds_nothing_that_a_client_sent(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as log, serving(tmp_path, log=log, LSTM_LENS_LOG_FORMAT="json") as server:
        notes = {"features": [WORD, "x"]}
        assert server.ask("GET", "/api/health")[0] == 200
        reply = server.client.post
        asked = reply(f"/api/traces?encoding=list&x={WORD}", json=SMALL | {"notes": notes})
        reply("/api/traces", json=SMALL | {"notes": notes})
        reply("/api/inputs?format=csv", content=f"{WORD},b\n{WORD},2\n".encode())
        server.client.get(f"/{WORD}", headers={"User-Agent": WORD, "X-Request-ID": WORD})
        server.client.put("/api/uploads", content=WORD.encode())
        projected = {"config": {"input_size": 2, "hidden_size": 4, "proj_size": 2}}  # of whose kernel torch warns
        assert reply("/api/traces", json=projected).status_code == 201
        server.client.put("/api/uploads", content=mutation(416)[1])  # at which h5py gives up more than once
        server.process.terminate()
        server.process.wait(30)
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert WORD not in (tmp_path / "log").read_text()
    requests = [line for line in lines if line["logger"] == "lstm_lens.requests"]
    assert {"time", "level", "message", "request_id", "method", "route", "status", "ms", "bytes"} <= set(requests[0])
    assert [line["status"] for line in requests][:2] == [422, 201]
    assert requests[0]["request_id"] == asked.headers["x-request-id"]


def test_on_sigterm_it_says_that_it_is_not_ready_and_ends_what_was_asked(tmp_path: Path) -> None:
    with serving(tmp_path, LSTM_LENS_DRAIN_SECONDS="4") as server:
        assert server.ask("GET", "/api/ready")[0] == 200
        run = server.recording(SLOW)
        url = f"http://127.0.0.1:{server.port}/api/runs/{run}/events"
        command = [sys.executable, "-c", _READ_EVENTS, url]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as events:
            assert events.stdout is not None
            assert events.stdout.readline()
            server.process.send_signal(signal.SIGTERM)
            until(lambda: server.client.get("/api/ready").status_code == 503)
            assert server.client.post("/api/traces", json=SMALL).status_code == 201, "it answers while it leaves"
            assert server.process.wait(120) is not None, "it waits for no end of a long run"
            events.stdout.read()
        assert events.returncode == 0, "the events were cut off and not ended"


_READ_EVENTS = """
import sys, httpx2
with httpx2.stream("GET", sys.argv[1], timeout=120) as reply:
    for line in reply.iter_lines():
        print(line, flush=True)
"""


def test_a_second_signal_ends_it_at_once(tmp_path: Path) -> None:
    with serving(tmp_path, LSTM_LENS_DRAIN_SECONDS="10") as server:
        assert server.ask("GET", "/api/ready")[0] == 200
        server.process.terminate()
        until(lambda: server.client.get("/api/ready").status_code == 503)
        server.process.terminate()
        assert server.process.wait(9) is not None


def test_a_server_that_ended_takes_no_connection(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        assert server.ask("GET", "/api/health")[0] == 200
        server.process.terminate()
        server.process.wait(120)
        with pytest.raises(httpx.ConnectError):
            server.client.get("/")
