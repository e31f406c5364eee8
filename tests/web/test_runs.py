"""Long runs: started without waiting, watched, cancelled, and read from afar when they are done."""

import json
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from lstm_lens.core.settings import Settings
from lstm_lens.lstm.recording.streaming import CHUNK
from lstm_lens.main import create_app
from lstm_lens.runs.long.local import LocalRun
from tests.web.server_process import serving

SEQ_LEN = 3 * CHUNK + 100
LONG: dict[str, Any] = {
    "config": {"input_size": 2, "hidden_size": 8, "bidirectional": True},
    "input": {"kind": "random", "seq_len": SEQ_LEN},
}
#: Timesteps of a run that goes on until it is cancelled.
ENDLESS = 400 * CHUNK
ASYNC = {"Prefer": "respond-async"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(data_dir=folder)), raise_server_exceptions=False) as client:
        yield client


def start(client: TestClient, request: dict[str, Any]) -> dict[str, Any]:
    reply = client.post("/api/traces", json=request, headers=ASYNC)
    assert reply.status_code == 202, reply.text
    assert reply.headers["preference-applied"] == "respond-async"
    body: dict[str, Any] = reply.json()
    assert reply.headers["location"] == f"/api/runs/{body['id']}"
    return body


def finished(client: TestClient, run_id: str) -> dict[str, Any]:
    deadline = time.monotonic() + 120
    while True:
        body: dict[str, Any] = client.get(f"/api/runs/{run_id}").json()
        if body["status"] not in ("waiting", "running"):
            return body
        assert time.monotonic() < deadline, "the run does not end"
        time.sleep(0.05)


def test_a_long_run_is_watched_to_its_end_and_its_trace_read_in_windows(server: TestClient) -> None:
    run = start(server, LONG)
    done = finished(server, run["id"])
    assert done["status"] == "done"
    assert done["done"] == done["total"] == 2 * SEQ_LEN
    assert done["trace"] == f"/api/traces/{run['id']}"
    window = {"start": SEQ_LEN - 5, "stop": SEQ_LEN, "quantity": "c", "encoding": "base64"}
    part = server.get(done["trace"], params=window).json()
    assert part["cells"][1]["c"]["shape"] == [5, 1, 8]
    assert part["parity"]["ok"]
    place = {"direction": "reverse", "timestep": SEQ_LEN - 1, "unit": 3}
    assert server.get(f"{done['trace']}/explanation", params=place).status_code == 200


def test_events_tell_of_it_until_it_is_over(server: TestClient) -> None:
    run = start(server, LONG)
    with server.stream("GET", f"/api/runs/{run['id']}/events") as reply:
        assert reply.headers["content-type"].startswith("text/event-stream")
        lines = [line for line in reply.iter_lines() if line.startswith("data:")]
    states = [json.loads(line.removeprefix("data:")) for line in lines]
    assert states[-1]["status"] == "done"
    counted = [state["done"] for state in states]
    assert counted == sorted(counted)


def test_the_same_run_is_not_started_twice_and_a_known_trace_is_done_at_once(server: TestClient) -> None:
    first, second = start(server, LONG), start(server, LONG)
    assert first["id"] == second["id"]
    finished(server, first["id"])
    assert finished(server, start(server, LONG)["id"])["status"] == "done"


def test_a_cancelled_run_leaves_nothing_behind(server: TestClient, folder: Path) -> None:
    before = sorted(path.name for path in folder.rglob("*.*"))
    request = LONG | {"input": {"kind": "random", "seq_len": ENDLESS}}
    run = start(server, request)
    assert server.delete(f"/api/runs/{run['id']}").status_code == 200
    assert finished(server, run["id"])["status"] == "cancelled"
    assert sorted(path.name for path in folder.rglob("*.*")) == before
    assert server.get(f"/api/traces/{run['id']}").status_code == 404


@pytest.mark.anyio
async def test_a_run_that_others_watch_goes_on_until_the_last_of_them_leaves() -> None:
    run = LocalRun("0" * 32, 1)
    async with run.watched():
        async with run.watched():
            await run.leave()
            assert not run.job.cancelled
        await run.leave()
        assert not run.job.cancelled
    assert run.job.cancelled


@pytest.mark.anyio
async def test_a_run_that_is_watched_to_no_end_goes_on_unless_somebody_has_left_it() -> None:
    run = LocalRun("0" * 32, 1)
    async with run.watched():
        pass
    assert not run.job.cancelled


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def test_a_reader_that_hangs_up_in_the_middle_counts_no_more(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        path = f"/api/runs/{server.recording(LONG | {'input': {'kind': 'random', 'seq_len': ENDLESS}})}"
        for _ in range(5):
            with closing(HTTPConnection("127.0.0.1", server.port)) as reader:
                reader.request("GET", f"{path}/events")
                reader.getresponse().read(1)
        assert server.ask("DELETE", f"{path}?unless_watched=true")[0] == 200
        deadline = time.monotonic() + 120
        while server.ask("GET", path)[1]["status"] != "cancelled":
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_a_promised_run_is_computed_whatever_becomes_of_the_server(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        run_id = server.recording(LONG | {"input": {"kind": "random", "seq_len": 40 * CHUNK}})
    with TestClient(create_app(Settings(data_dir=tmp_path, workers=1))) as client:
        assert client.get(f"/api/runs/{run_id}").json()["status"] in ("waiting", "running")
    with TestClient(create_app(Settings(data_dir=tmp_path, workers=1))) as client:
        assert finished(client, run_id)["status"] == "done"
        assert client.get(f"/api/traces/{run_id}?stop=1").status_code == 200
        assert not list((tmp_path / "promises").iterdir())


def test_a_run_that_nobody_watches_ends_with_the_one_who_leaves(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(data_dir=tmp_path, workers=1))) as client:
        run = start(client, LONG | {"input": {"kind": "random", "seq_len": ENDLESS}})
        path = f"/api/runs/{run['id']}"
        assert client.delete(path, params={"unless_watched": True}).status_code == 200
        assert finished(client, run["id"])["status"] == "cancelled"


def test_a_run_that_fails_says_why(server: TestClient) -> None:
    run = start(server, LONG | {"h_0": {"trace": "0" * 32}})
    failed = finished(server, run["id"])
    assert failed["status"] == "failed"
    assert failed["detail"][0]["loc"] == ["body", "h_0", "trace"]


def test_as_many_runs_wait_as_may_wait(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, workers=1, max_waiting_runs=1)
    with TestClient(create_app(settings)) as client:
        run = start(client, LONG | {"input": {"kind": "random", "seq_len": ENDLESS}})
        reply = client.post("/api/traces", json=LONG, headers=ASYNC)
        assert reply.status_code == 503
        assert reply.headers["retry-after"]
        assert [set(item) - {"ctx"} for item in reply.json()["detail"]] == [{"type", "loc", "msg"}]
        client.delete(f"/api/runs/{run['id']}")


def test_nobody_who_asks_for_little_waits_for_a_long_run(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(data_dir=tmp_path, workers=1))) as client:
        run = start(client, LONG | {"input": {"kind": "random", "seq_len": ENDLESS}})
        assert client.post("/api/traces", json={"config": {"input_size": 2, "hidden_size": 4}}).status_code == 201
        assert client.get(f"/api/runs/{run['id']}").json()["status"] in ("waiting", "running")
        client.delete(f"/api/runs/{run['id']}")
        assert finished(client, run["id"])["status"] == "cancelled"


def test_what_is_too_long_to_be_sent_may_still_be_recorded(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, workers=0, max_trace_bytes=64 * 2**20)
    with TestClient(create_app(settings)) as client:
        refused = client.post("/api/traces", json=LONG)
        assert refused.status_code == 413
        assert "respond-async" in refused.json()["detail"][0]["msg"]
        done = finished(client, start(client, LONG)["id"])
        assert done["status"] == "done"
        whole = client.get(done["trace"])
        assert whole.status_code == 413
        assert whole.json()["detail"][0]["loc"] == ["query"]
        assert client.get(done["trace"], params={"start": 100, "stop": 200}).status_code == 200


def test_a_client_that_would_wait_gets_the_trace_where_it_is_there_soon_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = {"config": {"input_size": 2, "hidden_size": 4}}
    monkeypatch.setattr("lstm_lens.web.routes.traces.estimated_seconds", lambda request: 1.5)
    with TestClient(create_app(Settings(data_dir=tmp_path, workers=0, max_trace_bytes=64 * 2**20))) as client:

        def status(prefer: str, **parts: Any) -> int:
            return client.post("/api/traces", json=request | parts, headers={"Prefer": prefer}).status_code

        assert status("respond-async") == status("respond-async, wait=1") == status("respond-async; wait=60") == 202
        assert status("respond-async, wait=2") == status("Wait=60, Respond-Async, wait=0") == 201
        assert status("respond-async, wait=60", lengths=[99]) == status("respond-async", lengths=[99]) == 422
        assert status("respond-async, wait=60", **LONG) == 202, "it is soon there, and too large for one reply"


def test_what_fits_no_disk_is_refused_before_it_starts(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(data_dir=tmp_path, workers=0, max_store_bytes=2**20))) as client:
        refused = client.post("/api/traces", json=LONG, headers=ASYNC)
        assert refused.status_code == 413
        assert "LSTM_LENS_MAX_STORE_BYTES" in refused.json()["detail"][0]["msg"]


def test_a_run_that_never_was_is_not_found(server: TestClient) -> None:
    for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/events")):
        reply = server.request(method, f"/api/runs/{'0' * 32}{path}")
        assert reply.status_code == 404
        assert [set(item) - {"ctx"} for item in reply.json()["detail"]] == [{"type", "loc", "msg"}]


def test_an_overview_is_of_the_numbers_between_its_edges(server: TestClient) -> None:
    trace = finished(server, start(server, LONG)["id"])["trace"]
    query = {"direction": "reverse", "quantity": "c", "width": 50, "height": 4, "encoding": "base64"}
    found = server.get(f"{trace}/overview", params=query).json()
    window = {"direction": "reverse", "quantity": "c", "encoding": "base64"}
    c = decoded(server.get(trace, params=window).json()["cells"][0]["c"])[:, 0]
    times, units = found["time_edges"], found["unit_edges"]
    assert (times[0], times[-1], units) == (0, SEQ_LEN, [0, 2, 4, 6, 8])
    for name, reduce in (("min", np.min), ("mean", np.mean), ("max", np.max)):
        tiles = decoded(found[name])
        assert tiles.shape == (50, 4)
        for row in (0, 7, 49):
            expected = reduce(c[times[row] : times[row + 1], 2:4])
            assert tiles[row, 1] == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("layer=1", "layer"),
        ("quantity=m", "quantity"),
        ("start=99999999", "start"),
        ("width=0", "width"),
        ("units=4", "units"),
        ("x=1", "x"),
    ],
)
def test_an_overview_outside_of_the_trace_is_refused_at_its_field(client: TestClient, query: str, field: str) -> None:
    trace_id = client.post("/api/traces", json={"config": {"input_size": 2, "hidden_size": 4}}).json()["id"]
    reply = client.get(f"/api/traces/{trace_id}/overview?{query}")
    assert reply.status_code == 422
    assert reply.json()["detail"][0]["loc"] == ["query", field]


def test_units_are_described_over_the_valid_timesteps(client: TestClient) -> None:
    request = {
        "config": {"input_size": 2, "hidden_size": 3},
        "input": {"kind": "random", "seq_len": 9, "batch_size": 2},
    }
    trace = client.post("/api/traces", json={**request, "lengths": [9, 4]}).json()
    found = client.get(f"/api/traces/{trace['id']}/units?sample=1").json()
    f, c = (np.array(trace["cells"][0][name][:4])[:, 1] for name in "fc")
    assert found["mean_f"] == pytest.approx(f.mean(0))
    assert found["variance_c"] == pytest.approx(c.var(0))
    assert found["half_life"] == pytest.approx(np.log(0.5) / np.log(f).mean(0))


@pytest.mark.parametrize(
    ("query", "field"), [("layer=1", "layer"), ("sample=1", "sample"), ("direction=reverse", "direction")]
)
def test_units_that_are_not_there_are_refused_at_their_field(client: TestClient, query: str, field: str) -> None:
    trace_id = client.post("/api/traces", json={"config": {"input_size": 2, "hidden_size": 4}}).json()["id"]
    reply = client.get(f"/api/traces/{trace_id}/units?{query}")
    assert reply.status_code == 422
    assert reply.json()["detail"][0]["loc"] == ["query", field]


def decoded(tensor: dict[str, Any]) -> np.ndarray:
    return np.frombuffer(b64decode(tensor["bdata"]), dtype="<" + tensor["dtype"]).reshape(tensor["shape"])
