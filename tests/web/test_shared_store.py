"""Servers with data folders of their own and one store between them; and what they say when it is away."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import obstore
import pytest

from lstm_lens.store import bucket
from tests.web.s3_server import S3Server
from tests.web.sites import Site, s3, s3_place, s3_site

__all__ = ["s3", "s3_place"]

REQUEST: dict[str, Any] = {"config": {"input_size": 2, "hidden_size": 4}}
OTHER: dict[str, Any] = {"config": {"input_size": 3, "hidden_size": 4}}
#: More than 5 MiB, the least that S3 takes as one of many parts.
LARGE: dict[str, Any] = {"config": {"input_size": 1, "hidden_size": 32}, "input": {"kind": "random", "seq_len": 8000}}


def test_any_server_serves_any_id_without_computing_it_again(s3_place: Site, s3: S3Server) -> None:
    body = s3_place.start("a").post("/api/traces", json=REQUEST).json()
    before = len(s3.seen)
    assert s3_place.start("b").get(f"/api/traces/{body['id']}").json() == body
    assert not [line for line in s3.seen[before:] if line.startswith("PUT")]


def test_a_server_computes_what_the_bucket_has_evicted(s3_place: Site) -> None:
    body = s3_place.start("a").post("/api/traces", json=REQUEST).json()
    s3_place.evict(body["id"])
    assert s3_place.start("b").get(f"/api/traces/{body['id']}").json() == body
    assert [path.parent.parent.name for path in s3_place.files()] == ["b"]


def test_a_damaged_copy_is_fetched_again(s3_place: Site, s3: S3Server) -> None:
    client = s3_place.start("a")
    body = client.post("/api/traces", json=REQUEST).json()
    (copy,) = s3_place.files()
    copy.write_bytes(b"damaged")
    before = len(s3.seen)
    assert client.get(f"/api/traces/{body['id']}").json() == body
    assert not [line for line in s3.seen[before:] if line.startswith("PUT")]


def test_a_request_lost_from_the_bucket_is_kept_by_the_next_that_asks(s3_place: Site) -> None:
    body = s3_place.start("a").post("/api/traces", json=REQUEST).json()
    obstore.delete(s3_place.objects, f"requests/{body['id']}.json")
    assert s3_place.start("b").post("/api/traces", json=REQUEST).status_code == 201
    s3_place.evict(body["id"])
    assert s3_place.start("c").get(f"/api/traces/{body['id']}").json() == body


def test_a_large_trace_goes_up_and_comes_down_in_pieces(
    s3_place: Site, s3: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket, "_PIECE", 5 * 2**20)
    body = s3_place.start("a").post("/api/traces?encoding=base64", json=LARGE).json()
    assert any("partNumber=2" in line for line in s3.seen)
    before = len(s3.seen)
    assert s3_place.start("b").get(f"/api/traces/{body['id']}?encoding=base64").json() == body
    assert len([line for line in s3.seen[before:] if line.startswith("GET")]) > 1


def test_a_large_trace_that_another_server_has_kept_stays(s3_place: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bucket, "_PIECE", 1)
    path = s3_place.folder / "file"
    path.write_bytes(b"second")
    kept = s3_place.bucket()
    assert kept.create("key", b"first")
    assert not kept.upload("key", path)
    assert kept.get("key") == b"first"


def test_one_that_is_replaced_while_it_comes_down_is_as_good_as_gone(
    s3_place: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket, "_PIECE", 4)
    kept = s3_place.bucket()
    kept.create("key", b"12345678")
    get = obstore.get

    def get_then_replace(*arguments: Any, **options: Any) -> Any:
        found = get(*arguments, **options)
        obstore.put(s3_place.objects, "key", b"abcdefgh")
        return found

    monkeypatch.setattr(obstore, "get", get_then_replace)
    assert not kept.download("key", s3_place.folder / "copy")


def test_many_who_ask_for_one_trace_fetch_it_once(s3_place: Site, s3: S3Server) -> None:
    body = s3_place.start("a").post("/api/traces", json=REQUEST).json()
    before = len(s3.seen)
    with s3_place.start("b", workers=4) as client, ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(lambda _: client.get(f"/api/traces/{body['id']}").json(), range(4)))
    assert replies == [body] * 4
    assert len([line for line in s3.seen[before:] if line.startswith("GET")]) == 1


def test_a_trace_beyond_the_budget_of_a_server_is_told(s3_place: Site) -> None:
    request = REQUEST | {"input": {"kind": "random", "seq_len": 8000}}
    body = s3_place.start("a").post("/api/traces", json=request).json()
    reply = s3_place.start("b", max_store_bytes=2**20).get(f"/api/traces/{body['id']}?stop=1")
    assert reply.status_code == 507


@pytest.mark.parametrize("refusal", ["403 Forbidden", "401 Unauthorized", "500 Internal Server Error", "400 Bad"])
def test_a_store_that_refuses_is_told_and_what_is_here_is_served(
    s3_place: Site, s3: S3Server, monkeypatch: pytest.MonkeyPatch, refusal: str
) -> None:
    client = s3_place.start()
    kept = client.post("/api/traces", json=REQUEST).json()
    with monkeypatch.context() as away:
        away.setattr(s3, "refusal", refusal)
        for reply in (client.post("/api/traces", json=OTHER), client.get(f"/api/traces/{'0' * 32}")):
            assert reply.status_code == 503
            assert int(reply.headers["Retry-After"]) > 0
            (problem,) = reply.json()["detail"]
            assert problem == {
                "type": "store_away",
                "loc": [],
                "msg": "The store cannot be reached; try again later",
            }
        assert client.get(f"/api/traces/{kept['id']}").json() == kept
        assert client.post("/api/traces", json=REQUEST).json() == kept
        assert client.get("/api/health").status_code == 200
        assert not list(s3_place.folder.rglob("*.tmp"))
    assert client.post("/api/traces", json=OTHER).status_code == 201


def test_a_server_starts_while_nobody_listens_at_its_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = S3Server()
    place = s3_site(server, tmp_path, monkeypatch)
    server.stop()
    client = place.start()
    assert client.get("/api/health").status_code == 200
    assert client.post("/api/traces", json=REQUEST).status_code == 503


def test_a_bucket_that_is_not_there_is_told(s3_place: Site) -> None:
    client = Site(s3_place.folder, "s3://no-such-bucket").start()
    assert client.post("/api/traces", json=REQUEST).status_code == 503
    assert client.get(f"/api/traces/{'0' * 32}").status_code == 503
