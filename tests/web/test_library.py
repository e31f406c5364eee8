"""Ids outlive restarts, evictions and damage; a full disk is told and leaves what there is readable."""

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from lstm_lens.core.settings import Settings
from lstm_lens.main import create_app

REQUEST: dict[str, Any] = {"config": {"input_size": 2, "hidden_size": 4}}


def start(folder: Path, **options: Any) -> TestClient:
    settings = Settings(data_dir=folder, workers=0, **options)  # no processes to wait for
    return TestClient(create_app(settings), raise_server_exceptions=False)


def numbered(seed: int, seq_len: int = 12) -> dict[str, Any]:
    return REQUEST | {"input": {"kind": "random", "seed": seed, "seq_len": seq_len}}


def files(folder: Path, kind: str) -> list[Path]:
    return sorted((folder / kind).iterdir())


def test_an_id_survives_a_restart(tmp_path: Path) -> None:
    body = start(tmp_path).post("/api/traces", json=REQUEST).json()
    (stored,) = files(tmp_path, "traces")
    written = stored.stat().st_ino
    assert start(tmp_path).get(f"/api/traces/{body['id']}").json() == body
    assert stored.stat().st_ino == written  # read, not computed again


def test_an_evicted_trace_is_computed_again_from_its_request(tmp_path: Path) -> None:
    body = start(tmp_path).post("/api/traces", json=REQUEST).json()
    (stored,) = files(tmp_path, "traces")
    stored.unlink()
    assert start(tmp_path).get(f"/api/traces/{body['id']}").json() == body
    assert stored.exists()


@pytest.mark.parametrize("damage", [b"", b"\xff" * 100, b"\x02\x00\x00\x00\x00\x00\x00\x00{}"])
def test_a_damaged_trace_is_computed_again(tmp_path: Path, damage: bytes) -> None:
    client = start(tmp_path)
    body = client.post("/api/traces", json=REQUEST).json()
    (stored,) = files(tmp_path, "traces")
    stored.write_bytes(damage)
    assert client.get(f"/api/traces/{body['id']}?sample=0").json() == body  # no reply that is kept in memory
    assert stored.stat().st_size > len(damage)


def test_the_traces_used_least_recently_go_first(tmp_path: Path) -> None:
    client = start(tmp_path, max_store_bytes=2**20)
    ids = [client.post("/api/traces", json=numbered(seed, 3000)).json()["id"] for seed in range(3)]
    names = [path.stem for path in files(tmp_path, "traces")]
    assert ids[0] not in names
    assert ids[2] in names
    assert sum(path.stat().st_size for kind in ("traces", "requests") for path in files(tmp_path, kind)) <= 2**20
    assert client.get(f"/api/traces/{ids[0]}").status_code == 200


def test_the_presets_are_known_by_their_ids_from_the_start(tmp_path: Path) -> None:
    client = start(tmp_path)
    description = client.get("/openapi.json").json()
    parameters = description["paths"]["/api/traces/{trace_id}"]["get"]["parameters"]
    (example,) = next(p["schema"]["examples"] for p in parameters if p["name"] == "trace_id")
    assert not files(tmp_path, "traces")
    assert client.get(f"/api/traces/{example}").status_code == 200


def test_nothing_is_left_half_written(tmp_path: Path) -> None:
    client = start(tmp_path)
    client.post("/api/traces", json=REQUEST)
    crashed = tmp_path / "unfinished" / "0123456789abcdef"
    crashed.mkdir()
    for name in ("lock", "x.tmp"):
        (crashed / name).write_bytes(b"cut off by a crash")
    start(tmp_path)
    assert not list(tmp_path.rglob("*.tmp"))
    assert not crashed.exists()


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_told_and_reading_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    client = start(tmp_path)
    kept = client.post("/api/traces", json=REQUEST).json()

    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as full:
        full.setattr(os, "fsync", fail)
        full.setattr(os, "pwrite", fail)
        reply = client.post("/api/traces", json=numbered(7))
        assert reply.status_code == 507
        assert [set(item) - {"ctx"} for item in reply.json()["detail"]] == [{"type", "loc", "msg"}]
        assert client.get(f"/api/traces/{kept['id']}").json() == kept
        assert not list(tmp_path.rglob("*.tmp"))
    assert client.post("/api/traces", json=numbered(7)).status_code == 201


def test_requests_that_must_be_kept_are_refused_when_they_fill_the_store(tmp_path: Path) -> None:
    client = start(tmp_path, max_store_bytes=2**20)
    values = [[0.123456789012345] * 1000] * 60  # as text more than a MiB, as a trace a quarter of that
    request = {"config": {"input_size": 1000, "hidden_size": 1}, "input": {"kind": "values", "values": values}}
    reply = client.post("/api/traces", json=request)
    assert reply.status_code == 507
    assert "LSTM_LENS_MAX_STORE_BYTES" in reply.json()["detail"][0]["msg"]


def test_a_long_line_of_evicted_traces_is_computed_again_from_its_first(tmp_path: Path) -> None:
    client = start(tmp_path)
    body = client.post("/api/traces", json=REQUEST).json()
    for _ in range(250):
        earlier = {"trace": body["id"]}
        reply = client.post("/api/traces", json=REQUEST | {"h_0": earlier, "c_0": earlier})
        assert reply.status_code == 201
        body = reply.json()
    for path in files(tmp_path, "traces"):
        path.unlink()
    assert client.get(f"/api/traces/{body['id']}").json() == body


def test_clients_that_evict_one_another_are_all_answered(tmp_path: Path) -> None:
    # room for one of the traces at a time, and one event loop for all clients
    with start(tmp_path, max_store_bytes=2**20) as client, ThreadPoolExecutor(6) as pool:
        replies = list(pool.map(lambda seed: client.post("/api/traces", json=numbered(seed, 4000)), range(18)))
    assert [reply.status_code for reply in replies] == [201] * 18
