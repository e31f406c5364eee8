"""Who may change something: every combination of what browsers say about where a request comes from."""

from itertools import product

import pytest
from starlette.testclient import TestClient

BODY = {"config": {"input_size": 1, "hidden_size": 1}, "input": {"kind": "random", "seq_len": 1, "batch_size": 1}}
OURS = "http://testserver"
SITES = (None, "same-origin", "none", "same-site", "cross-site", "")
ORIGINS = (
    *(None, OURS, "http://TESTSERVER", "https://testserver"),
    *("null", "", "http://testserver:81", "http://evil.example", "http://testserver.evil.example"),
    *("http://[", "file://", "testserver"),
)
FROM_HERE = {None, OURS, "http://TESTSERVER", "https://testserver"}


def expected(site: str | None, origin: str | None) -> bool:
    return site in ("same-origin", "none") if site is not None else origin in FROM_HERE


@pytest.mark.parametrize(("site", "origin"), list(product(SITES, ORIGINS)))
def test_what_another_site_s_page_sends_is_refused(client: TestClient, site: str | None, origin: str | None) -> None:
    headers = {name: value for name, value in (("Sec-Fetch-Site", site), ("Origin", origin)) if value is not None}
    reply = client.post("/api/traces", json=BODY, headers=headers)
    if expected(site, origin):
        assert reply.status_code in (200, 201)
        return
    assert reply.status_code == 403
    (fault,) = reply.json()["detail"]
    assert fault["type"] == "cross_site"
    assert fault["loc"][1] in ("origin", "sec-fetch-site")
    assert reply.headers["content-security-policy"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "post", "TRACE"])
def test_no_other_method_is_a_way_around_it(client: TestClient, method: str) -> None:
    reply = client.request(method, "/api/uploads/x", headers={"Sec-Fetch-Site": "cross-site"})
    assert reply.status_code == 403


@pytest.mark.parametrize("path", ["/", "/api/presets", "/api/health"])
def test_a_link_from_another_site_leads_here(client: TestClient, path: str) -> None:
    assert client.get(path, headers={"Sec-Fetch-Site": "cross-site", "Origin": "http://evil.example"}).is_success


def test_a_program_says_nothing_of_where_it_is(client: TestClient) -> None:
    assert client.post("/api/traces", json=BODY).is_success
