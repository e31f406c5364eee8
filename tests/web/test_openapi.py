"""The description of the API: every example in it works when it is pasted."""

from typing import Any

import pytest
from safetensors.torch import save
from starlette.testclient import TestClient
from torch import nn


def operations(description: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, op) for path, methods in description["paths"].items() for method, op in methods.items()]


@pytest.fixture(scope="module")
def description(client: TestClient) -> dict[str, Any]:
    content: dict[str, Any] = client.get("/openapi.json").json()
    return content


def test_it_describes_the_whole_contract(description: dict[str, Any]) -> None:
    assert {f"{method} {path}" for path, method, _ in operations(description)} == {
        "post /api/traces",
        "get /api/traces/{trace_id}",
        "get /api/traces/{trace_id}.safetensors",
        "get /api/traces/{trace_id}.html",
        "get /api/traces/{trace_id}/explanation",
        "get /api/traces/{trace_id}/export/{kind}",
        "get /api/traces/{trace_id}/figure.json",
        "get /api/traces/{trace_id}/script.py",
        "get /api/traces/{trace_id}/overview",
        "get /api/traces/{trace_id}/units",
        "get /api/runs/{run_id}",
        "delete /api/runs/{run_id}",
        "get /api/runs/{run_id}/events",
        "post /api/corpora",
        "get /api/corpora/{corpus_id}",
        "delete /api/corpora/{corpus_id}",
        "get /api/corpora/{corpus_id}/events",
        "put /api/uploads",
        "get /api/uploads/{upload_id}",
        "delete /api/uploads/{upload_id}",
        "post /api/inputs",
        "post /api/inputs/preview",
        "get /api/presets",
        "get /api/health",
        "get /api/ready",
    }


def test_every_example_of_a_body_works(client: TestClient, description: dict[str, Any]) -> None:
    for path, count, status in (("/api/traces", 6, 201), ("/api/corpora", 1, 202)):
        body = description["paths"][path]["post"]["requestBody"]["content"]["application/json"]
        assert len(body["examples"]) >= count
        for name, example in body["examples"].items():
            reply = client.post(path, json=example["value"])
            assert reply.status_code == status, (name, reply.text)


def test_every_get_works_with_the_examples_of_its_parameters(client: TestClient, description: dict[str, Any]) -> None:
    uploaded = client.put("/api/uploads", content=save(nn.LSTM(2, 3).state_dict())).json()["id"]
    corpus = client.post("/api/corpora", json={"requests": [{"config": {"input_size": 2, "hidden_size": 3}}]}).json()[
        "id"
    ]
    for path, method, operation in operations(description):
        if method != "get":
            continue
        path = path.replace("{upload_id}", uploaded).replace("{corpus_id}", corpus)  # no server knows one by itself
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "path" and parameter["name"] not in ("upload_id", "corpus_id"):
                (example,) = parameter["schema"]["examples"]
                path = path.replace("{" + parameter["name"] + "}", example)
        reply = client.get(path)
        assert reply.status_code == 200, (path, reply.text)


def queries(description: dict[str, Any]) -> list[tuple[str, str, str, dict[str, Any]]]:
    """Every parameter of a query: the path and the method of its operation, its name, its schema."""
    return [
        (path.replace("{kind}", "csv"), method, parameter["name"], parameter["schema"])
        for path, method, operation in operations(description)
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "query"
    ]


def some_value(schema: dict[str, Any]) -> str:
    kind = schema["items"].get("anyOf", [schema["items"]])[0]
    return str(kind.get("enum", ["0"])[0])


def test_a_parameter_takes_each_value_once(client: TestClient, description: dict[str, Any]) -> None:
    repeatable = set()
    for path, method, name, schema in queries(description):
        value = "0"
        if schema.get("type") == "array":
            assert schema["uniqueItems"], (path, name)
            repeatable.add(name)
            value = some_value(schema)
        reply = client.request(method, f"{path}?{name}={value}&{name}={value}")
        assert reply.status_code == 422, (path, name)
        at = [(problem["type"], problem["loc"]) for problem in reply.json()["detail"]]
        kind = "repeated_value" if schema.get("type") == "array" else "repeated"
        assert (kind, ["query", name]) in at, (path, name, at)
    assert repeatable >= {"units", "quantity", "feature", "skip"}


def test_two_spellings_of_a_value_are_one(client: TestClient) -> None:
    (problem,) = client.get("/api/traces/x?units=3&units=1&units=01").json()["detail"]
    assert (problem["type"], problem["loc"]) == ("repeated_value", ["query", "units"])
    assert problem["msg"] == "Value 3 was given before; each should be given once"


def test_every_error_is_described_in_the_one_shape(description: dict[str, Any]) -> None:
    for path, method, operation in operations(description):
        for status, reply in operation["responses"].items():
            if int(status) >= 400:
                schema = reply["content"]["application/json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/ErrorResponse"}, (path, method, status)


def test_presets_come_with_requests_that_work_and_stories_that_point_into_their_traces(client: TestClient) -> None:
    listed = client.get("/api/presets").json()["presets"]
    assert listed[0]["name"] == "worked_example"
    for preset in listed:
        trace = client.post("/api/traces", json=preset["request"]).json()
        assert 3 <= len(preset["story"]) <= 6
        if preset["tokens"] is not None:
            assert len(preset["tokens"]) == len(trace["input"])
        for sentence in preset["story"]:
            assert sentence["text"]
            if sentence["cursor"] is not None:
                cursor = sentence["cursor"]
                cell = next(
                    c for c in trace["cells"] if (c["layer"], c["direction"]) == (cursor["layer"], cursor["direction"])
                )
                cell[cursor["quantity"]][cursor["timestep"]][cursor["sample"]][cursor["unit"]]


def test_a_trained_preset_comes_with_the_layer_that_reads_its_output(client: TestClient) -> None:
    for preset in client.get("/api/presets").json()["presets"]:
        readout = preset["readout"]
        assert (readout is not None) == preset["trained"]
        if readout is None:
            continue
        output = client.post("/api/traces", json=preset["request"]).json()["output"]
        assert len(readout["weight"]) == len(readout["bias"])
        assert {len(row) for row in readout["weight"]} == {len(output[0][0])}


def test_health_says_with_what_it_runs(client: TestClient) -> None:
    body = client.get("/api/health").json()
    assert body["status"] == "ok"
    assert body["torch"].startswith("2.13")
