"""A real server, and nginx in front of it."""

from collections.abc import Iterator

import pytest

from tests.deploy.proxy import Proxy, proxying
from tests.web.server_process import Server, serving


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Its limits on bodies are those of the public profile."""
    settings = {"LSTM_LENS_MAX_BODY_BYTES": "1048576", "LSTM_LENS_MAX_UPLOAD_BYTES": "33554432"}
    with serving(tmp_path_factory.mktemp("data"), **settings) as server:
        assert server.ask("GET", "/api/health")[0] == 200
        yield server


@pytest.fixture(scope="module")
def proxy(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    with proxying(tmp_path_factory.mktemp("proxy"), [server.port]) as proxy:
        yield proxy
