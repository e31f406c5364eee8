"""What a request costs beside its recording, and how many a server answers beside an endpoint that only sends bytes."""

import json
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from time import perf_counter, sleep
from typing import Any

import pytest
import torch
import uvicorn
from fastapi import FastAPI, Response

from lstm_lens.core.settings import Settings
from lstm_lens.lstm import record
from lstm_lens.main import create_app
from lstm_lens.presets import presets
from lstm_lens.runs.request import prepare
from lstm_lens.schemas import TraceRequest

REQUEST: dict[str, Any] = {
    "config": {"input_size": 8, "hidden_size": 256},
    "input": {"kind": "random", "seq_len": 200},
}
ROUNDS = 60


@contextmanager
def serving(app: FastAPI) -> Iterator[int]:
    """The port at which `app` is served."""
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, port=port, http="h11", log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        sleep(0.05)
    sleep(5.0)  # for the workers
    try:
        yield port
    finally:
        server.should_exit = True
        thread.join()


def ask(connection: HTTPConnection, method: str, path: str, body: dict[str, Any] | None = None) -> bytes:
    content = None if body is None else json.dumps(body)
    connection.request(method, path, content, {"Content-Type": "application/json"})
    reply = connection.getresponse()
    found = reply.read()
    assert reply.status < 300, found[:300]
    return found


def interleaved(*works: Callable[[int], object]) -> list[float]:
    """Median milliseconds of each, taken in turns."""
    times: list[list[float]] = [[] for _ in works]
    for k in range(ROUNDS):
        for work, taken in zip(works, times, strict=True):
            start = perf_counter()
            work(k)
            taken.append(perf_counter() - start)
    return [1000 * median(taken) for taken in times]


@pytest.fixture(scope="module")
def connection() -> Iterator[HTTPConnection]:
    """To a server with an additional endpoint, /same-bytes, which answers what was last stored in `BODY`."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(data_dir=Path(folder)))
        app.add_api_route("/same-bytes", _same_bytes)
        with serving(app) as port, closing(HTTPConnection("127.0.0.1", port)) as found:
            yield found


BODY = [b""]


async def _same_bytes() -> Response:
    return Response(BODY[0], media_type="application/json")


def test_a_request_beside_its_recording(connection: HTTPConnection) -> None:
    torch.set_num_threads(1)
    path = "/api/traces?encoding=base64"
    BODY[0] = ask(connection, "POST", path, REQUEST)
    prepared = prepare(TraceRequest.model_validate(REQUEST), None)
    recorded, new, kept, bytes_only = interleaved(
        lambda k: record(prepared.lstm, prepared.x),
        lambda k: ask(connection, "POST", path, REQUEST | {"dropout_seed": k + 1}),
        lambda k: ask(connection, "POST", path, REQUEST),
        lambda k: ask(connection, "GET", "/same-bytes"),
    )
    print(f"\n\nH = 256, T = 200, base64, {len(BODY[0]) / 2**20:.1f} MB; median milliseconds")
    print(f"record alone {recorded:.1f}; request of a new trace {new:.1f}; of a kept one {kept:.1f}")
    print(f"as many bytes from an endpoint that does nothing {bytes_only:.1f}")
    print(f"kept: {bytes_only / kept:.2f} of its requests per second; new: {bytes_only / new:.2f}")


def test_the_presets(connection: HTTPConnection) -> None:
    path = "/api/traces?encoding=base64"
    print("\npreset, median milliseconds: new, kept")
    for preset in presets():
        new, kept = interleaved(
            lambda k, request=preset.request: ask(connection, "POST", path, request | {"dropout_seed": k + 1}),
            lambda k, request=preset.request: ask(connection, "POST", path, request),
        )
        print(f"{preset.name:24}{new:6.1f}{kept:6.1f}")
