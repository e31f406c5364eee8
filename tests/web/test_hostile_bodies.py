"""Whatever is sent, the answer is a 4xx in the one shape, at the field at fault, and the server goes on."""

import http.client
import json
import socket
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.web.hostile import GOOD, ILLEGAL, TOO_LARGE, Hostile
from tests.web.server_process import serving

JSON = {"content-type": "application/json"}
MAX_REPLY = 16 * 1024


def assert_refused(status: int, expected: int, content: bytes, hostile: Hostile) -> None:
    assert status == expected, content[:300]
    assert len(content) <= MAX_REPLY
    detail = json.loads(content)["detail"]
    assert detail
    for item in detail:
        assert set(item) - {"ctx"} == {"type", "loc", "msg"}
    locs = [tuple(item["loc"]) for item in detail]
    assert any(loc[: len(hostile.loc)] == hostile.loc for loc in locs), f"{locs} not at {hostile.loc}"


def test_the_corpus_has_more_than_two_hundred_bodies_of_different_names() -> None:
    names = [hostile.name for hostile in ILLEGAL + TOO_LARGE]
    assert len(names) > 200
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("hostile", ILLEGAL, ids=lambda hostile: hostile.name)
def test_what_is_not_legal_is_a_422_at_its_field(client: TestClient, hostile: Hostile) -> None:
    reply = client.post("/api/traces", content=hostile.body, headers=JSON)
    assert_refused(reply.status_code, 422, reply.content, hostile)


@pytest.mark.parametrize("hostile", TOO_LARGE, ids=lambda hostile: hostile.name)
def test_what_is_too_large_is_a_413_with_estimate_limit_and_setting(client: TestClient, hostile: Hostile) -> None:
    reply = client.post("/api/traces", content=hostile.body, headers=JSON)
    assert_refused(reply.status_code, 413, reply.content, hostile)
    message = reply.json()["detail"][0]["msg"]
    assert "estimated at" in message
    assert "above the limit of" in message
    assert "LSTM_LENS_MAX_" in message


def test_an_error_never_echoes_the_input(client: TestClient) -> None:
    marker = "zebra-crossing-7421"
    for request in (
        {"config": {"input_size": marker, "hidden_size": 4}},
        GOOD | {"dtype": marker},
        GOOD | {"weights": {"kind": marker}},
        GOOD | {"weights": {"kind": "preset", "name": marker}},
        GOOD | {"input": {"kind": "values", "values": [[marker, 1.0]]}},
        GOOD | {"input": marker},
        marker,
    ):
        reply = client.post("/api/traces", json=request)
        assert reply.status_code == 422
        assert marker not in reply.text


@pytest.mark.parametrize(
    "content_type", [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_only_json_is_read_as_json(client: TestClient, content_type: str | None) -> None:
    headers = {"content-type": content_type} if content_type else {}
    reply = client.post("/api/traces", content=json.dumps(GOOD), headers=headers)
    assert reply.status_code == 422
    assert reply.json()["detail"][0]["loc"] == ["body"]


def test_a_compressed_body_is_told_that_it_is_not_read(client: TestClient) -> None:
    reply = client.post("/api/traces", content=json.dumps(GOOD), headers=JSON | {"content-encoding": "gzip"})
    assert reply.status_code == 415
    assert reply.json()["detail"][0]["loc"] == ["body"]


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/nope"), ("DELETE", "/api/traces"), ("POST", "/"), ("PUT", "/api/health")]
)
def test_what_the_framework_refuses_has_the_same_shape(client: TestClient, method: str, path: str) -> None:
    reply = client.request(method, path)
    assert reply.status_code in (404, 405)
    assert [set(item) - {"ctx"} for item in reply.json()["detail"]] == [{"type", "loc", "msg"}]


@pytest.fixture(scope="module")
def live_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A real server in a process of its own, with a body limit low enough to be passed."""
    path = tmp_path_factory.mktemp("live")
    with (path / "log.txt").open("wb") as log, serving(path, log, LSTM_LENS_MAX_BODY_BYTES="1048576") as server:
        assert server.ask("GET", "/api/health")[0] == 200
        yield server.port
    assert "Traceback" not in (path / "log.txt").read_text()


def test_one_connection_survives_every_hostile_body(live_port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", live_port, timeout=60)
    connection.connect()
    opened = connection.sock
    for hostile in ILLEGAL + TOO_LARGE:
        connection.request("POST", "/api/traces", hostile.body, JSON)
        reply = connection.getresponse()
        content = reply.read()
        assert 400 <= reply.status < 500, hostile.name
        assert connection.sock is opened, f"{hostile.name} closed the connection"
        assert content
    connection.request("POST", "/api/traces", json.dumps(GOOD), JSON)
    assert connection.getresponse().status == 201
    connection.close()


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_beyond_the_limit_is_refused_so_that_the_client_can_read_it(live_port: int, chunked: bool) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", live_port, timeout=60)
    block = b" " * 65536
    body = (block for _ in range(400)) if chunked else block * 400
    connection.request("POST", "/api/traces", body, JSON, encode_chunked=chunked)
    reply = connection.getresponse()
    assert reply.status == 413
    (item,) = json.loads(reply.read())["detail"]
    assert item["loc"] == ["body"]
    assert "LSTM_LENS_MAX_BODY_BYTES" in item["msg"]
    connection.close()


def test_a_body_declared_beyond_all_reason_is_refused_at_once(live_port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", live_port, timeout=60)
    connection.putrequest("POST", "/api/traces")
    for name, value in (JSON | {"content-length": "99999999999999"}).items():
        connection.putheader(name, value)
    connection.endheaders(b"{")
    assert connection.getresponse().status == 413
    connection.close()


@pytest.mark.parametrize(
    "sent",
    [b"\x16\x03\x01 no HTTP at all\r\n\r\n", b"GET /?" + b"x" * 1_000_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n"],
    ids=["another protocol", "a long address"],
)
def test_what_is_no_http_is_told_so_in_the_same_shape(live_port: int, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", live_port), timeout=60) as wire:
        wire.sendall(sent)
        reply = http.client.HTTPResponse(wire)
        reply.begin()
        content = reply.read()
    assert reply.status == 400
    assert reply.headers["content-security-policy"]
    assert [item["type"] for item in json.loads(content)["detail"]] == ["bad_request"]
