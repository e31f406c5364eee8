"""A trace as one HTML file: what is in it, what it is allowed, how large it may be."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pybase64
import pytest
from numpy.typing import NDArray
from starlette.testclient import TestClient

from lstm_lens.core.settings import Settings
from lstm_lens.main import create_app

GATES = "ifgo"


class Parts(HTMLParser):
    """The scripts, styles and metas of a page, and every address in it."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[tuple[str, dict[str, str | None], str]] = []
        self.addresses: list[str] = []
        self.policy = ""
        self._open: tuple[str, dict[str, str | None]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.addresses += [
            value for name, value in attrs if value and (name == "src" or (name, tag) == ("href", "link"))
        ]
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"] or ""
        if tag in ("script", "style"):
            self._open = (tag, given)

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts.append((*self._open, data))

    def handle_endtag(self, tag: str) -> None:
        self._open = None


def parts_of(html: str) -> Parts:
    found = Parts()
    found.feed(html)
    return found


def data_of(html: str) -> dict[str, Any]:
    (text,) = (text for _, given, text in parts_of(html).texts if given.get("id") == "lens-data")
    content: dict[str, Any] = json.loads(text)
    return content


def array(wire: dict[str, Any]) -> NDArray[Any]:
    return np.frombuffer(pybase64.b64decode(wire["bdata"]), wire["dtype"]).reshape(wire["shape"])


def made(client: TestClient, request: dict[str, Any]) -> tuple[str, str]:
    trace_id = client.post("/api/traces?encoding=base64", json=request).json()["id"]
    reply = client.get(f"/api/traces/{trace_id}.html")
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert reply.headers["content-disposition"] == f'attachment; filename="lstm-lens-{trace_id[:8]}.html"'
    return trace_id, reply.text


SMALL = {"config": {"input_size": 2, "hidden_size": 4}}


def test_a_small_trace_takes_less_than_three_megabytes(client: TestClient) -> None:
    _, html = made(client, SMALL)
    assert len(html.encode()) < 3_000_000


def test_the_file_loads_nothing_but_what_is_in_it(client: TestClient) -> None:
    addresses = parts_of(made(client, SMALL)[1]).addresses
    assert addresses
    assert [address for address in addresses if not address.startswith("data:")] == []


def test_its_policy_allows_each_script_and_style_by_hash_and_nothing_else(client: TestClient) -> None:
    found = parts_of(made(client, SMALL)[1])
    rules = dict(rule.split(" ", 1) for rule in found.policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert "unsafe" not in rules["script-src"] + rules["style-src-elem"]
    for tag, rule in (("script", "script-src"), ("style", "style-src-elem")):
        for name, given, text in found.texts:
            if name != tag or given.get("type") == "application/json":
                continue
            hashed = f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
            assert hashed in rules[rule], (tag, text[:60])


def test_whatever_a_request_holds_cannot_end_the_script_that_it_is_in(client: TestClient) -> None:
    trace_id = client.post("/api/traces?encoding=base64", json=SMALL).json()["id"]
    html = client.get(f"/api/traces/{trace_id}.html", params={"view": "at=</script><script>alert(1)</script>"}).text
    assert data_of(html)["view"] == "at=</script><script>alert(1)</script>"
    assert "<script>alert(1)" not in html


@pytest.mark.parametrize(
    "request_body",
    [
        SMALL,
        {
            "config": {"input_size": 3, "hidden_size": 5, "num_layers": 2, "bidirectional": True, "proj_size": 2},
            "dtype": "float64",
            "input": {"kind": "random", "seq_len": 4, "batch_size": 2, "seed": 3},
            "lengths": [4, 2],
        },
    ],
)
def test_what_it_was_given_to_explain_with_is_what_the_api_explains(
    client: TestClient, request_body: dict[str, Any]
) -> None:
    trace_id, html = made(client, request_body)
    data = data_of(html)
    tolerance = 1e-12 if request_body.get("dtype") == "float64" else 2e-6
    sizes = data["trace"]["request"]["config"]
    lengths = data["trace"]["request"]["lengths"] or [data["trace"]["input"]["shape"][0]]
    for cell in data["cells"]:
        z_x, z_h, z, tanh_c = (array(cell[name]) for name in ("z_x", "z_h", "z", "tanh_c"))
        for sample, length in enumerate(lengths):
            for timestep in range(length):
                place = {"timestep": timestep, "sample": sample, "unit": sizes["hidden_size"] - 1}
                where = {"layer": cell["layer"], "direction": cell["direction"]}
                told = client.get(f"/api/traces/{trace_id}/explanation", params=where | place).json()
                at = (timestep, sample)
                for k, gate in enumerate(GATES):
                    row = k * sizes["hidden_size"] + place["unit"]
                    opened = told["gates"][gate]
                    assert z_x[*at, row] == pytest.approx(opened["z_x"], abs=tolerance)
                    assert z_h[*at, row] == pytest.approx(opened["z_h"], abs=tolerance)
                    assert z[*at, row] == pytest.approx(opened["pre_activation"], abs=tolerance)
                assert tanh_c[*at, place["unit"]] == pytest.approx(told["tanh_c"], abs=tolerance)
            units = {"layer": cell["layer"], "direction": cell["direction"], "sample": sample}
            assert cell["units"][sample] == client.get(f"/api/traces/{trace_id}/units", params=units).json()


def test_it_knows_the_preset_that_the_run_is_or_began_as(client: TestClient) -> None:
    (recall,) = (one for one in client.get("/api/presets").json()["presets"] if one["name"] == "recall")
    whole = data_of(made(client, recall["request"])[1])
    assert (whole["preset"]["name"], whole["edited"]) == ("recall", False)
    reseeded = data_of(made(client, {**recall["request"], "weights": {"kind": "seed", "seed": 0}})[1])
    assert (reseeded["preset"]["name"], reseeded["edited"]) == ("recall", True)
    own = data_of(made(client, SMALL)[1])
    assert (own["preset"], own["edited"]) == (None, True)


def test_a_trace_that_makes_too_large_a_file_is_refused_with_its_size_and_the_setting(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, workers=0, max_page_bytes=3_000_000)
    with TestClient(create_app(settings)) as client:
        assert client.get(f"/api/traces/{client.post('/api/traces', json=SMALL).json()['id']}.html").status_code == 200
        large = {**SMALL, "input": {"kind": "random", "seq_len": 5000, "batch_size": 1, "seed": 0}}
        trace_id = client.post("/api/traces?encoding=base64", json=large).json()["id"]
        reply = client.get(f"/api/traces/{trace_id}.html")
    assert reply.status_code == 413
    (problem,) = reply.json()["detail"]
    assert problem["type"] == "page_above_limit"
    assert re.search(r"estimated at [\d.]+ MiB, above the limit of 2.86 MiB", problem["msg"])
    assert "LSTM_LENS_MAX_PAGE_BYTES" in problem["msg"]


def test_the_estimate_is_not_far_from_the_size(tmp_path: Path) -> None:
    """It is never below the size, and at most a sixth above."""
    request = {**SMALL, "input": {"kind": "random", "seq_len": 3000, "batch_size": 1, "seed": 0}}
    with TestClient(create_app(Settings(data_dir=tmp_path, workers=0))) as client:
        size = len(made(client, request)[1].encode())
    for limit, status in ((int(size * 1.17), 200), (size, 413)):
        with TestClient(create_app(Settings(data_dir=tmp_path, workers=0, max_page_bytes=limit))) as client:
            trace_id = client.post("/api/traces?encoding=base64", json=request).json()["id"]
            assert client.get(f"/api/traces/{trace_id}.html").status_code == status


def test_no_trace_no_file(client: TestClient) -> None:
    assert client.get(f"/api/traces/{'0' * 32}.html").status_code == 404
