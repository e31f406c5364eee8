"""Data brought over HTTP: read, run as it is answered, and refused in the one shape at the body or at the option."""

import csv
import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from fastapi.testclient import TestClient
from safetensors.torch import save
from torch import nn

from lstm_lens.core.settings import Settings
from lstm_lens.main import create_app


def year() -> tuple[str, np.ndarray[Any, Any]]:
    """365 daily rows of 5 columns, with their dates, as CSV and as numbers."""
    values = np.random.default_rng(0).normal(size=(365, 5)).round(3) * [1, 10, 0.1, 5, 100] + [0, 20, 1, -5, 1000]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["date", "rain", "temp", "wind", "sun", "pressure"])
    for day, row in enumerate(values):
        writer.writerow([date(2020, 1, 1) + timedelta(day), *row])
    return text.getvalue(), values


def test_a_year_of_five_columns_runs_through_256_uploaded_units(client: TestClient) -> None:
    lstm = nn.LSTM(5, 256)
    upload = client.put("/api/uploads", content=save(nn.ModuleDict({"lstm": lstm}).state_dict())).json()
    text, values = year()
    found = client.post("/api/inputs", content=text, params={"normalisation": "z_score"}).json()
    assert (found["seq_len"], found["batch_size"], found["input_size"]) == (365, 1, 5)
    assert found["times"][:2] == ["2020-01-01", "2020-01-02"]
    scored = (values - values.mean(0)) / values.std(0)
    np.testing.assert_allclose(np.array(found["input"]["values"])[:, 0], scored, atol=1e-12)
    weights = {"kind": "upload", "id": upload["id"], "prefix": upload["lstms"][0]["prefix"]}
    request = {name: found[name] for name in ("input", "lengths", "notes")}
    trace = client.post(
        "/api/traces", json={"config": upload["lstms"][0]["config"], "weights": weights, **request}
    ).json()
    expected, _ = lstm(torch.tensor(scored, dtype=torch.float32)[:, None])
    np.testing.assert_allclose(trace["output"], expected.detach().numpy(), atol=1e-6)
    assert trace["parity"]["ok"]
    assert trace["request"]["notes"]["features"] == ["rain", "temp", "wind", "sun", "pressure"]
    assert trace["request"]["notes"]["normalisation"].startswith("z_score: rain mean ")


def test_columns_are_chosen_in_the_query(client: TestClient) -> None:
    query = [("feature", "a"), ("target", "b"), ("skip", "c"), ("label", "d")]
    reply = client.post("/api/inputs", content="a,b,c,d\n1,2,3,x\n4,5,6,y\n", params=query)
    assert reply.json()["features"] == ["a"]
    assert [(row["name"], row["kind"]) for row in reply.json()["rows"]] == [("b", "target"), ("d", "label")]
    assert reply.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("query", "loc"),
    [
        ({"format": "xlsx"}, ["query", "format"]),
        ({"missing": "mean"}, ["query", "missing"]),
        ({"colour": "red"}, ["query", "colour"]),
        ({"time": "day"}, ["query", "time"]),
        ({"upload": "0" * 32}, ["query", "matrix"]),
        ({"matrix": "embedding"}, ["query", "upload"]),
        ({"upload": "../../etc", "matrix": "embedding"}, ["query", "upload"]),
        ({"upload": "0" * 32, "matrix": "embedding"}, ["query", "upload"]),
    ],
)
def test_an_option_that_cannot_be_is_told_at_its_name(
    client: TestClient, query: dict[str, str], loc: list[str]
) -> None:
    for path in ("/api/inputs", "/api/inputs/preview"):
        if path.endswith("preview") or loc != ["query", "time"]:
            reply = client.post(path, content="a,b\n1,2\n3,4\n", params=query)
            assert reply.status_code == 422
            assert reply.json()["detail"][0]["loc"] == loc


def test_a_fault_is_told_at_its_row_and_column_without_what_stands_there(client: TestClient) -> None:
    reply = client.post("/api/inputs", content="a,b\n1,2\n3,zebra-7421\n")
    assert reply.status_code == 422
    (item,) = reply.json()["detail"]
    assert item["loc"] == ["body", 3, "b"]
    assert "zebra" not in reply.text


def test_a_text_comes_with_its_vocabulary_as_json(client: TestClient) -> None:
    body = {"text": "aba", "vocabulary": ["b", "a"]}
    found = client.post("/api/inputs", json=body, params={"format": "text"}).json()
    assert found["input"]["values"] == [[[0, 1]], [[1, 0]], [[0, 1]]]
    embedding = nn.ModuleDict({"embedding": nn.Embedding(2, 3), "lstm": nn.LSTM(3, 2)})
    upload = client.put("/api/uploads", content=save(embedding.state_dict())).json()
    query = {"format": "text", "upload": upload["id"], "matrix": "embedding.weight"}
    looked_up = client.post("/api/inputs", json=body, params=query).json()
    expected = embedding["embedding"](torch.tensor([1, 0, 1])).detach().numpy()
    np.testing.assert_array_equal(np.float32(looked_up["input"]["values"])[:, 0], expected)


def test_a_compressed_body_and_one_above_the_limits_are_refused(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, max_body_bytes=2048, max_input_numbers=50, workers=0)
    with TestClient(create_app(settings)) as client:
        assert client.post("/api/inputs", content=b"x", headers={"content-encoding": "gzip"}).status_code == 422
        large = client.post("/api/inputs", content="1\n" * 2000)
        assert (large.status_code, "LSTM_LENS_MAX_BODY_BYTES" in large.text) == (413, True)
        long = client.post("/api/inputs", content="1\n" * 60)
        assert (long.status_code, "LSTM_LENS_MAX_INPUT_NUMBERS" in long.text) == (413, True)
        assert client.post("/api/inputs", content="1\n" * 50).status_code == 200
        assert [path for path in tmp_path.rglob("*.tmp") if path.is_file()] == []  # nothing is kept


@pytest.mark.parametrize("kind", ["noise", "impulse", "step", "sine", "sawtooth", "one_hot"])
def test_a_signal_runs_and_is_refused_at_its_field(client: TestClient, kind: str) -> None:
    config = {"input_size": 2, "hidden_size": 3, "batch_first": True}
    trace = client.post("/api/traces", json={"config": config, "input": {"kind": kind, "batch_size": 2}}).json()
    assert np.array(trace["output"]).shape == (2, 32, 3)
    assert trace["request"]["input"]["seq_len"] == 32
    for field, value in (("seq_len", 0), ("batch_size", True), ("colour", 1)):
        reply = client.post("/api/traces", json={"config": config, "input": {"kind": kind, field: value}})
        assert reply.status_code == 422
        assert reply.json()["detail"][0]["loc"] == ["body", "input", field]
    huge = client.post("/api/traces", json={"config": config, "input": {"kind": kind, "seq_len": 2**31 - 1}})
    assert huge.status_code == 413
    assert huge.json()["detail"][0]["loc"] == ["body", "input", "seq_len"]
