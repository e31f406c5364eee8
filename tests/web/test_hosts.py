"""Under which names a server answers: its own, and the address that a connection came to, and no other."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from lstm_lens.core.settings import Settings
from lstm_lens.main import create_app
from tests.web.server_process import serving

OURS = (
    "localhost",
    "LOCALHOST",
    "localhost:8000",
    "127.0.0.1",
    "127.0.0.1:80",
    "[::1]",
    "[::1]:8000",
    "lens.example.org",
)
BELOW = ("a.lens.test", "a.b.lens.test:443")
EVIL = (
    *(
        "evil.example",
        "evil.example:8000",
        "localhost.evil.example",
        "localhost@evil.example",
        "evil.example#localhost",
    ),
    *(
        "lens.test",
        ".lens.test",
        "xlens.test",
        "127.0.0.1.evil.example",
        "10.0.0.1",
        "[::2]",
        "",
        "localhost:x",
        "[::1",
    ),
)
NAMES = "localhost 127.0.0.1 [::1] lens.example.org *.lens.test"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return TestClient(create_app(Settings(data_dir=tmp_path_factory.mktemp("hosts"), workers=0, allowed_hosts=NAMES)))


@pytest.mark.parametrize("host", [*OURS, *BELOW])
def test_a_name_of_its_own_is_answered(client: TestClient, host: str) -> None:
    assert client.get("/api/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/api/health", "/static/none", "/metrics"])
@pytest.mark.parametrize("host", EVIL)
def test_any_other_is_refused_wherever_it_leads(client: TestClient, host: str, path: str) -> None:
    reply = client.get(path, headers={"Host": host})
    assert reply.status_code == 400
    (problem,) = reply.json()["detail"]
    assert (problem["type"], problem["loc"]) == ("bad_host", ["header", "host"])
    assert host not in problem["msg"] or not host
    assert reply.headers["content-security-policy"]


def test_a_server_may_answer_under_any_name(tmp_path: Path) -> None:
    client = TestClient(create_app(Settings(data_dir=tmp_path, workers=0, allowed_hosts="*")))
    assert client.get("/api/health", headers={"Host": "evil.example"}).status_code == 200


@pytest.mark.parametrize("names", ["", " ", "http://localhost", "localhost:8000", "a b/c", "*.", "**", "*example.org"])
def test_a_list_that_holds_no_names_stops_the_server(names: str) -> None:
    with pytest.raises(ValueError, match="names without port"):
        Settings(allowed_hosts=names)


def test_the_address_that_a_connection_came_to_needs_no_list(tmp_path: Path) -> None:
    with serving(tmp_path, LSTM_LENS_ALLOWED_HOSTS="lens.example.org") as server:
        assert server.ask("GET", "/api/health")[0] == 200  # as 127.0.0.1, where it listens
        refused = [
            server.client.get("/api/health", headers={"Host": host}).status_code
            for host in ("127.0.0.2", "localhost", "evil.test")
        ]
        assert refused == [400, 400, 400]
        assert server.client.get("/api/health", headers={"Host": "lens.example.org:8000"}).status_code == 200
