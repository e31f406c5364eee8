"""Notes of an input: kept with its trace, without a say in its numbers; refused at the entry that does not fit."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from lstm_lens.runs.request import canonical
from lstm_lens.schemas import TraceRequest

SMALL: dict[str, Any] = {
    "config": {"input_size": 2, "hidden_size": 3},
    "input": {"kind": "random", "seq_len": 3, "batch_size": 2},
}
NOTES: dict[str, Any] = {
    "features": ["rain", "气温"],
    "times": ["2020-01-01", "2020-01-02", None],
    "rows": [
        {"name": "flow", "kind": "target", "values": [[1, 2.5, None], [0, 0]]},
        {"name": "season", "kind": "label", "values": ["winter"]},
    ],
    "normalisation": "z_score: rain (mean 1, std 2)",
}


def with_notes(**changed: Any) -> dict[str, Any]:
    return {**SMALL, "notes": {**NOTES, **changed}}


def test_notes_come_back_with_the_trace_and_change_no_number(client: TestClient) -> None:
    plain = client.post("/api/traces", json=SMALL).json()
    noted = client.post("/api/traces", json=with_notes()).json()
    assert noted["id"] != plain["id"]
    assert noted["cells"] == plain["cells"]
    assert noted["request"]["notes"] == NOTES
    assert client.get(f"/api/traces/{noted['id']}").json()["request"]["notes"] == NOTES


def test_a_request_without_notes_has_the_id_that_it_always_had(client: TestClient) -> None:
    request = TraceRequest.model_validate({**SMALL, "notes": None})
    assert b"notes" not in canonical(request)
    assert (
        client.post("/api/traces", json=SMALL).json()["id"]
        == client.post("/api/traces", json={**SMALL, "notes": None}).json()["id"]
    )


@pytest.mark.parametrize(
    ("changed", "loc"),
    [
        ({"features": ["rain"]}, ["features"]),
        ({"features": ["rain", ""]}, ["features", 1]),
        ({"features": ["rain", "a\0b"]}, ["features", 1]),
        ({"features": ["rain", "x" * 65]}, ["features", 1]),
        ({"times": [1, 2, 3]}, ["times", 0]),
        ({"times": ["a", "b", "c", "d"]}, ["times"]),
        ({"times": [["a"], ["b"], ["c"]]}, ["times"]),
        ({"times": [["a"], "b"]}, ["times", 1]),
        ({"times": [["a"], ["b", "c", "d", "e"]]}, ["times", 1]),
        ({"times": "abc"}, ["times"]),
        ({"times": ["a\x1b[0m"]}, ["times", 0]),
        ({"times": ["x" * 65]}, ["times", 0]),
        ({"times": ["a"] * 200_001}, ["times"]),
        ({"rows": [{"name": "y", "kind": "truth", "values": []}]}, ["rows", 0, "kind"]),
        ({"rows": [{"name": "y", "kind": "label", "values": [True]}]}, ["rows", 0, "values", 0]),
        ({"rows": [{"name": "y", "kind": "label", "values": [[0], [{}]]}]}, ["rows", 0, "values", 1, 0]),
        ({"rows": [{"name": "y", "kind": "label", "values": [10**300]}]}, ["rows", 0, "values", 0]),
        ({"rows": [{"name": "y", "kind": "label", "values": [1, 2, 3, 4]}]}, ["rows", 0, "values"]),
        ({"rows": [{"name": "y", "kind": "label", "values": []}] * 9}, ["rows"]),
        ({"normalisation": "a\nb"}, ["normalisation"]),
        ({"normalisation": "x" * 4001}, ["normalisation"]),
        ({"colour": "red"}, ["colour"]),
    ],
)
def test_what_does_not_fit_is_refused_where_it_stands(
    client: TestClient, changed: dict[str, Any], loc: list[Any]
) -> None:
    reply = client.post("/api/traces", json=with_notes(**changed))
    assert reply.status_code == 422, reply.text
    assert reply.json()["detail"][0]["loc"] == ["body", "notes", *loc]


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1e400", '"\\ud800"'])
def test_what_no_reader_could_take_is_refused(client: TestClient, text: str) -> None:
    rows = '[{"name": "y", "kind": "label", "values": [%s]}]'
    body = '{"config": {"input_size": 2, "hidden_size": 3}, "notes": {"rows": ' + rows + "}}"
    reply = client.post("/api/traces", content=body % text, headers={"content-type": "application/json"})
    assert reply.status_code == 422
    assert reply.json()["detail"][0]["loc"] == ["body", "notes", "rows", 0, "values", 0]
