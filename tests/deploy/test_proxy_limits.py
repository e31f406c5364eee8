"""What the nginx that is shipped refuses by itself, and how it says so."""

import json
from pathlib import Path

import httpx2 as httpx
import pytest

from scripts.proxy import SHIPPED
from tests.deploy.proxy import RUN, Proxy, free_port, proxying, raw_request
from tests.deploy.slow import slow_clients, still_open
from tests.web.server_process import Server

ELSEWHERE = {"Content-Type": "application/json", "Connection": "close"}


def assert_refused(reply: httpx.Response, status: int, kind: str) -> None:
    """One of the proxy's own refusals, in the shape of every error, with its headers."""
    assert reply.status_code == status
    assert [item["type"] for item in reply.json()["detail"]] == [kind]
    assert {*reply.json()["detail"][0]} == {"type", "loc", "msg"}
    assert reply.headers["Content-Type"] == "application/json"
    assert reply.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    ["/metrics", "/metrics/", "//metrics", "/%6detrics", "/x/../metrics", "/metrics?x=1", "/api/ready", "/api//ready"],
)
def test_what_is_for_those_inside_is_not_found(proxy: Proxy, path: str) -> None:
    head, _, body = proxy.raw(raw_request("GET", path)).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 404 ")
    assert json.loads(body)["detail"][0]["type"] == "not_found"
    assert f'"path":"{path.partition("?")[0]}","status":404' in proxy.log.read_text()
    assert '"upstream":""' in proxy.log.read_text().splitlines()[-1]


def test_a_body_slightly_too_large_is_refused_by_the_server_and_a_larger_one_before_it(proxy: Proxy) -> None:
    with proxy.client(5) as client:
        over = client.post("/api/traces", content=b"[" * (2**20 + 1), headers=ELSEWHERE)
        assert over.status_code == 413
        assert "LSTM_LENS_MAX_BODY_BYTES" in over.json()["detail"][0]["msg"]
        assert_refused(client.post("/api/traces", content=b"[" * 2**21, headers=ELSEWHERE), 413, "body_too_large")
        assert client.put("/api/uploads", content=b"[" * 2**21).status_code == 422
        over = client.put("/api/uploads", content=b"[" * (2**25 + 1), headers=ELSEWHERE)
        assert "LSTM_LENS_MAX_UPLOAD_BYTES" in over.json()["detail"][0]["msg"]


def test_headers_that_are_too_large_are_refused(proxy: Proxy) -> None:
    with proxy.client(5) as client:
        assert_refused(client.get("/", headers={"X-Large": "x" * 40_000}), 431, "headers_too_large")


def test_who_starts_too_many_runs_is_told_to_wait_and_others_are_answered(proxy: Proxy) -> None:
    with proxy.client(6) as client, proxy.client(7) as other:
        replies = [client.post("/api/traces", json=RUN) for _ in range(45)]
        assert {reply.status_code for reply in replies[:30]} == {201}
        assert_refused(replies[-1], 429, "too_many_requests")
        assert int(replies[-1].headers["Retry-After"]) > 0
        assert client.get("/").status_code == 200
        assert other.post("/api/traces", json=RUN).status_code == 201


def test_one_client_holds_only_so_many_requests(proxy: Proxy) -> None:
    wires = [proxy.connect(8) for _ in range(140)]
    try:
        for wire in wires:
            wire.sendall(raw_request("PUT", "/api/notes", Content_Length="1000"))
        with proxy.client(8) as client, proxy.client(9) as other:
            assert_refused(client.get("/"), 429, "too_many_requests")
            assert other.get("/").status_code == 200
    finally:
        for wire in wires:
            wire.close()


def test_slow_clients_are_cut_and_others_are_answered(server: Server, tmp_path: Path) -> None:
    shorter = {
        "client_header_timeout 10s": "client_header_timeout 1s",
        "client_body_timeout 10s": "client_body_timeout 1s",
    }
    with (
        proxying(tmp_path, [server.port], shorter) as proxy,
        slow_clients(proxy, headers=50, bodies=10) as wires,
        proxy.client() as client,
    ):
        assert still_open(wires, 0) == 60
        assert client.post("/api/traces", json=RUN).status_code == 201
        assert client.get("/").status_code == 200
        assert still_open(wires, 20) == 0


def test_without_any_replica_the_client_is_told_to_come_back(tmp_path: Path) -> None:
    with proxying(tmp_path, [free_port()]) as proxy, proxy.client() as client:
        reply = client.get("/")
        assert_refused(reply, 502, "unavailable")
        assert int(reply.headers["Retry-After"]) > 0


def test_the_page_can_say_in_chinese_what_the_proxy_says() -> None:
    root = SHIPPED.parent.parent
    translated = json.loads((root / "static/i18n/zh/errors.json").read_text("utf-8"))
    bodies = [line.split("'")[1] for line in (SHIPPED / "refusals.conf").read_text().splitlines() if "'" in line]
    assert len(bodies) > 5
    assert [body for body in bodies if f"error.{json.loads(body)['detail'][0]['type']}" not in translated] == []
