"""Every kind of store keeps the same promises: ids outlive eviction, damage, races and, but for memory, restarts."""

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
import torch

from lstm_lens.lstm import record, seeded_lstm
from lstm_lens.lstm.config import LSTMConfig
from lstm_lens.lstm.tracefile import storage
from lstm_lens.lstm.tracefile.storage import save_trace
from tests.web.sites import Site, s3, site

__all__ = ["s3", "site"]

REQUEST: dict[str, Any] = {"config": {"input_size": 2, "hidden_size": 4}}
ID = "0123456789abcdef" * 2


def numbered(seed: int, seq_len: int = 12) -> dict[str, Any]:
    return REQUEST | {"input": {"kind": "random", "seed": seed, "seq_len": seq_len}}


def write_trace(path: Path, author: str) -> None:
    """A small trace that says who wrote it."""
    lstm = seeded_lstm(LSTMConfig(input_size=1, hidden_size=1), torch.float32, 0)
    save_trace(record(lstm, torch.zeros(2, 1, 1)), path, {"author": author})


def test_the_same_request_has_the_same_trace(site: Site) -> None:
    client = site.start()
    body = client.post("/api/traces", json=REQUEST).json()
    assert client.post("/api/traces", json=REQUEST).json() == body
    assert client.get(f"/api/traces/{body['id']}").json() == body


@pytest.mark.parametrize("unknown", [ID, "x", "../../etc/passwd", "%2e%2e%2f", "A" * 32])
def test_an_unknown_id_is_not_found(site: Site, unknown: str) -> None:
    assert site.start().get(f"/api/traces/{unknown}").status_code == 404


def test_an_id_survives_a_restart_where_the_store_does(site: Site) -> None:
    body = site.start().post("/api/traces", json=REQUEST).json()
    reply = site.start().get(f"/api/traces/{body['id']}")
    if site.url == "memory://":
        assert reply.status_code == 404
    else:
        assert reply.json() == body


def test_an_evicted_trace_is_computed_again(site: Site) -> None:
    client = site.start()
    body = client.post("/api/traces", json=REQUEST).json()
    site.evict(body["id"])
    assert client.get(f"/api/traces/{body['id']}?sample=0").json() == body  # no reply that is kept in memory
    assert [path.stem for path in site.files()] == [body["id"]]


@pytest.mark.parametrize("damage", [b"", b"\xff" * 100, b"\x02\x00\x00\x00\x00\x00\x00\x00{}"])
def test_a_damaged_trace_is_computed_again(site: Site, damage: bytes) -> None:
    client = site.start()
    body = client.post("/api/traces", json=REQUEST).json()
    site.spoil(body["id"], damage)
    assert client.get(f"/api/traces/{body['id']}?sample=0").json() == body  # no reply that is kept in memory
    if site.url != "memory://":
        assert site.start("b").get(f"/api/traces/{body['id']}").json() == body


def test_a_changed_number_in_a_large_trace_is_noticed_and_computed_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "MAX_TENSOR_BYTES", 0)  # so that any counts as large
    client = site.start()
    body = client.post("/api/traces", json=REQUEST).json()
    changed = bytearray(site.files()[0].read_bytes())
    changed[-5] ^= 1
    site.spoil(body["id"], bytes(changed))
    assert client.get(f"/api/traces/{body['id']}?sample=0").json() == body


def test_the_traces_used_least_recently_leave_the_disk_first(site: Site) -> None:
    client = site.start(max_store_bytes=2**20)
    ids = [client.post("/api/traces", json=numbered(seed, 3000)).json()["id"] for seed in range(2)]
    assert client.get(f"/api/traces/{ids[0]}?stop=1").status_code == 200
    ids.append(client.post("/api/traces", json=numbered(2, 3000)).json()["id"])
    assert {path.stem for path in site.files()} == {ids[0], ids[2]}
    assert sum(path.stat().st_size for path in site.files()) <= 2**20
    assert client.get(f"/api/traces/{ids[1]}?stop=1").status_code == 200


def test_a_run_goes_on_from_a_trace_that_was_evicted(site: Site) -> None:
    client = site.start()
    first = client.post("/api/traces", json=REQUEST).json()["id"]
    second = REQUEST | {"h_0": {"trace": first}, "c_0": {"trace": first}}
    body = client.post("/api/traces", json=second).json()
    site.evict(first)
    site.evict(body["id"])
    assert client.get(f"/api/traces/{body['id']}").json() == body


def test_of_two_writers_of_one_trace_the_first_wins(site: Site) -> None:
    stores = {"a": site.store("a")}
    stores["b"] = stores["a"] if site.url == "memory://" else site.store("b")
    both_written = Barrier(2)

    def keep(author: str) -> str:
        def write(path: Path) -> None:
            write_trace(path, author)
            both_written.wait()

        _, metadata = stores[author].keep_trace(ID, write)
        return metadata["author"]

    with ThreadPoolExecutor(2) as pool:
        authors = list(pool.map(keep, "ab"))
    kept = [stores[author].trace(ID) for author in "ab"]
    assert [found and found[1]["author"] for found in kept] == authors
    assert authors[0] == authors[1]
    assert not list(site.folder.rglob("*.tmp"))


def test_of_two_writers_of_one_request_the_first_wins(site: Site) -> None:
    stores = [site.store("a")]
    stores.append(stores[0] if site.url == "memory://" else site.store("b"))
    start = Barrier(2)

    def keep(k: int) -> None:
        start.wait()
        stores[k].keep_request(ID, f"[{k}]".encode())

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(keep, range(2)))
    kept = stores[0].request(ID)
    assert kept in (b"[0]", b"[1]")
    assert stores[1].request(ID) == kept
    stores[0].keep_request(ID, b"[2]")
    assert stores[0].request(ID) == kept


def test_a_reader_keeps_what_is_evicted_under_it(site: Site) -> None:
    store = site.store()
    trace, _ = store.keep_trace(ID, lambda path: write_trace(path, "a"))
    site.evict(ID)
    assert store.trace(ID) is None
    assert trace.output.shape == (2, 1, 1)


def test_a_failed_run_leaves_nothing(site: Site) -> None:
    store = site.store()

    def fail(path: Path) -> None:
        path.write_bytes(b"half")
        raise RuntimeError("cut")

    with pytest.raises(RuntimeError, match="cut"):
        store.keep_trace(ID, fail)
    assert not list(site.folder.rglob("*.tmp"))
    assert not store.has_trace(ID)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_told_and_reading_goes_on(site: Site, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    client = site.start()
    kept = client.post("/api/traces", json=REQUEST).json()

    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as full:
        full.setattr(os, "fsync", fail)
        full.setattr(os, "pwrite", fail)
        assert client.post("/api/traces", json=numbered(7)).status_code == 507
        assert client.get(f"/api/traces/{kept['id']}").json() == kept
        assert not list(site.folder.rglob("*.tmp"))
    assert client.post("/api/traces", json=numbered(7)).status_code == 201


def test_clients_that_evict_one_another_are_all_answered(site: Site) -> None:
    with site.start(max_store_bytes=2**20) as client, ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(lambda seed: client.post("/api/traces", json=numbered(seed % 4, 4000)), range(8)))
    assert [reply.status_code for reply in replies] == [201] * 8
