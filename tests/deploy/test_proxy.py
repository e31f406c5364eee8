"""The nginx that is shipped, in front of a real server: what comes through, and who is passed over."""

import json
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from lstm_lens.web.security_headers import HEADERS
from tests.deploy.proxy import RUN, Proxy, free_port, proxying, raw_request, replica
from tests.web.server_process import Server, serving

LONG: dict[str, Any] = {
    "config": {"input_size": 2, "hidden_size": 16, "num_layers": 2},
    "input": {"kind": "random", "seq_len": 2_000_000},
}
GONE = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
FINE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"


def test_what_the_server_answers_comes_through(proxy: Proxy, server: Server) -> None:
    with proxy.client() as client:
        assert client.get("/").text == server.client.get("/").text
        made = client.post("/api/traces", json=RUN)
        assert made.status_code == 201
        path = made.headers["Location"]
        assert client.get(path).content == server.client.get(path).content == made.content
        upload = client.put("/api/uploads", content=server.client.get(f"{path}.safetensors").content)
        assert server.client.get(upload.headers["Location"]).json() == upload.json()
        assert client.get("/api/traces/unknown").json() == server.client.get("/api/traces/unknown").json()


def test_json_is_packed_once(proxy: Proxy, server: Server) -> None:
    with proxy.client() as client:
        assert client.get("/openapi.json").headers["Content-Encoding"] == "gzip"
        assert (
            client.get("/openapi.json", headers={"Accept-Encoding": "identity"}).headers.get("Content-Encoding") is None
        )
        assert client.get("/openapi.json").json() == server.client.get("/openapi.json").json()


def test_a_page_of_the_same_site_may_change_things_and_one_of_another_may_not(proxy: Proxy) -> None:
    with proxy.client(2) as client:
        own = {"Origin": f"http://127.0.0.1:{proxy.port}"}
        assert client.post("/api/traces", json=RUN, headers=own).status_code == 201
        assert client.post("/api/traces", json=RUN, headers={"Origin": "http://evil.example"}).status_code == 403


def test_the_name_that_was_asked_for_is_the_one_that_the_server_checks(proxy: Proxy) -> None:
    with proxy.client(2) as client:
        refused = client.get("/", headers={"Host": "evil.example"})
    assert (refused.status_code, refused.json()["detail"][0]["type"]) == (400, "bad_host")


def test_events_arrive_as_they_happen(proxy: Proxy) -> None:
    with proxy.client(3) as client:
        run = client.post("/api/traces", json=LONG, headers={"Prefer": "respond-async"}).json()
        path = f"/api/runs/{run['id']}"
        with client.stream("GET", f"{path}/events") as events:
            lines = events.iter_lines()
            states = (json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: "))
            dones = list(islice((state["done"] for state in states if state["done"]), 3))
            with proxy.client(3) as other:
                assert other.delete(path).json()["status"] == "running"
        assert len(set(dones)) == 3
        assert dones == sorted(dones)


REFUSALS = {
    "no such path": ("GET", "/nothing", None),
    "no such trace": ("GET", "/api/traces/unknown", None),
    "not legal": ("POST", "/api/traces", b"{}"),
    "hidden": ("GET", "/metrics", None),
    "a method that nginx refuses": ("TRACE", "/", None),
    "a path that is too long": ("GET", f"/{'x' * 20_000}", None),
    "a body that the server refuses": ("POST", "/api/traces", b"[" * (2**20 + 1)),
    "a body that nginx refuses": ("POST", "/api/traces", b"[" * (2**20 + 2**18)),
    "the page": ("GET", "/", None),
    "a file": ("GET", "/openapi.json", None),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_security_headers_are_on_every_reply_once(proxy: Proxy, case: str) -> None:
    method, path, body = REFUSALS[case]
    with proxy.client(4) as client:
        reply = client.request(method, path, content=body, headers={"Content-Type": "application/json"})
    assert [len(reply.headers.get_list(name)) for name in (*HEADERS, "X-Request-ID")] == [1] * (len(HEADERS) + 1)
    assert proxy.logs(f'"request_id":"{reply.headers["X-Request-ID"]}"')


@pytest.mark.parametrize("answer", [b"", GONE], ids=["dies with a run", "answers 502"])
def test_a_replica_that_fails_is_passed_over(server: Server, tmp_path: Path, answer: bytes) -> None:
    with replica(answer) as (port, asked):
        with proxying(tmp_path, [port, server.port]) as proxy, proxy.client() as client:
            assert {client.post("/api/traces", json=RUN).status_code for _ in range(10)} == {201}
            assert {client.get("/api/presets").status_code for _ in range(10)} == {200}
        assert asked


def test_a_replica_that_is_gone_is_passed_over(server: Server, tmp_path: Path) -> None:
    with proxying(tmp_path, [free_port(), server.port]) as proxy, proxy.client() as client:
        assert {client.post("/api/traces", json=RUN).status_code for _ in range(10)} == {201}
    assert proxy.logs("Connection refused")


def test_the_server_learns_who_asks_from_the_proxy_alone(tmp_path: Path) -> None:
    with replica(FINE) as (port, heads), proxying(tmp_path, [port]) as proxy:
        spoofed = {"X_Forwarded_For": "1.2.3.4", "X_Forwarded_Proto": "https", "Forwarded": "for=1.2.3.4"}
        proxy.raw(raw_request("GET", "/", X_Request_ID="mine", **spoofed), number=11)
    headers = dict(line.lower().split(": ", 1) for line in heads[0].decode().split("\r\n")[1:])
    assert headers["host"] == "127.0.0.1"
    assert headers["x-forwarded-for"] == "127.0.0.11"
    assert headers["x-forwarded-proto"] == "http"
    assert len(headers["x-request-id"]) == 32
    assert "forwarded" not in headers


def test_immutable_replies_are_kept_for_those_without_a_secret(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as server, proxying(tmp_path, [server.port]) as proxy, proxy.client() as client:
        path = server.ask("POST", "/api/traces", RUN)[1]["id"].join(("/api/traces/", ""))
        secret = {"Authorization": "Bearer abcdefghijklmnop"}
        assert client.get(f"{path}?stop=1", headers=secret).status_code == 200
        kept = client.get(path)
        assert client.get("/").status_code == 200
        server.process.kill()
        server.process.wait()
        assert client.get(path).content == kept.content
        assert client.get(path, headers=secret).status_code == 502
        assert client.get(path, headers={"Cookie": "token=abc"}).status_code == 502
        assert client.get(f"{path}?stop=1").status_code == 502
        assert client.get("/").status_code == 502
