"""A private server: who does not know its secret sees a page that asks for it, and nothing else."""

from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from lstm_lens.core.settings import Settings
from lstm_lens.main import create_app

TOKEN = "correct-horse-battery-staple"  # noqa: S105 (opens nothing but the server of this test)
SMALL = {"config": {"input_size": 2, "hidden_size": 4}}
WRONG = ("", TOKEN[:-1], TOKEN + "x", TOKEN.upper(), "é" * 16, "\x00", "x" * 10_000)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    return private(tmp_path_factory.mktemp("private"))


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return TestClient(app, follow_redirects=False)


def private(folder: Path, token: str = TOKEN) -> FastAPI:
    return create_app(Settings(data_dir=folder, workers=0, access_token=token))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("POST", "/api/traces"), ("GET", "/api/presets"), ("GET", "/openapi.json"), ("GET", "/docs")),
        *(
            ("GET", "/metrics"),
            ("PUT", "/api/uploads"),
            ("GET", "/nothing"),
            ("GET", "/api/runs/x/events"),
            ("GET", "/"),
        ),
        *(("GET", "/api/health/../presets"), ("HEAD", "/api/presets"), ("GET", "/static"), ("GET", "//api/health")),
    ],
)
def test_without_the_secret_nothing_is_answered(client: TestClient, method: str, path: str) -> None:
    reply = client.request(method, path, json=SMALL if method == "POST" else None)
    assert reply.status_code == 401
    assert reply.headers["www-authenticate"].startswith("Bearer")
    assert reply.headers["content-security-policy"]
    if method != "HEAD":
        assert reply.json()["detail"][0]["type"] == "unauthorized"


@pytest.mark.parametrize("path", ["/api/health", "/api/ready", "/login"])
def test_what_probes_and_people_need_first_is_open(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 200


def test_a_program_shows_the_secret_in_a_header(client: TestClient) -> None:
    for scheme in ("Bearer", "bearer", "BEARER "):
        assert client.post("/api/traces", json=SMALL, headers={"Authorization": f"{scheme} {TOKEN}"}).status_code == 201


def test_no_cache_that_others_share_keeps_what_it_answers(client: TestClient) -> None:
    shown = {"Authorization": f"Bearer {TOKEN}"}
    trace = client.post("/api/traces", json=SMALL, headers=shown).headers["location"]
    assert client.get(trace, headers=shown).headers["cache-control"] == "private, max-age=31536000, immutable"


@pytest.mark.parametrize("token", WRONG)
def test_a_wrong_secret_opens_nothing(client: TestClient, token: str) -> None:
    shown = {"Authorization": f"Bearer {token}".encode()}
    assert client.get("/api/presets", headers=shown).status_code == 401
    assert client.get("/api/presets", headers={"Authorization": f"Basic {TOKEN}"}).status_code == 401
    assert client.get("/api/presets", headers={"Cookie": f"lstm_lens_access={TOKEN}"}).status_code == 401
    reply = client.post("/login", data={"username": "LSTM Lens", "token": token})
    assert reply.status_code == 401
    assert "set-cookie" not in reply.headers
    assert 'role="alert"' in reply.text
    assert 'aria-describedby="login-text login-wrong"' in reply.text


def test_a_person_is_led_to_the_page_that_asks_for_it_and_back(client: TestClient) -> None:
    led = client.get("/", headers={"Accept": "text/html"})
    assert (led.status_code, led.headers["location"]) == (303, "/login")
    entered = client.post("/login", data={"username": "LSTM Lens", "token": f" {TOKEN} "})
    assert (entered.status_code, entered.headers["location"]) == (303, "/")
    cookie = entered.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert TOKEN not in cookie
    assert client.get("/").status_code == 200
    assert client.post("/api/traces", json=SMALL).status_code == 201


def test_a_new_secret_sends_everybody_to_the_page_again(client: TestClient, tmp_path: Path) -> None:
    client.post("/login", data={"token": TOKEN})
    other = private(tmp_path, "another-secret-of-this-server")
    assert TestClient(other, cookies=client.cookies).get("/api/presets").status_code == 401


def test_the_form_of_another_site_logs_nobody_in(client: TestClient) -> None:
    assert client.post("/login", data={"token": TOKEN}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_a_browser_says_of_the_form_that_it_is_of_here(client: TestClient) -> None:
    assert client.get("/login").headers["referrer-policy"] == "same-origin"


def test_the_page_asks_in_the_reader_s_language(client: TestClient) -> None:
    assert "访问令牌" in client.get("/login?lang=zh").text
    assert "访问令牌" in client.post("/login?lang=zh", data={"token": "x"}).text


def test_a_server_without_a_secret_asks_for_none(tmp_path: Path) -> None:
    client = TestClient(private(tmp_path, ""), follow_redirects=False)
    assert client.get("/login").headers["location"] == "/"
    assert client.post("/login", data={"token": ""}).status_code in (303, 401)
    assert client.get("/api/presets").status_code == 200


@pytest.mark.parametrize("token", ["short", "fifteen letters", "with a space in it", "tabs\tare no good either"])
def test_a_secret_that_is_easy_to_guess_stops_the_server_and_is_not_repeated(token: str) -> None:
    with pytest.raises(ValueError, match="at least 16") as refused:
        Settings(access_token=token)
    assert token not in str(refused.value)
