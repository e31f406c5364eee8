"""Every format of numbers, opened by the program that it is for, equals the trace to the last bit."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet
import pytest
import safetensors.numpy
from numpy.typing import NDArray
from starlette.testclient import TestClient

from lstm_lens.core.settings import Settings
from lstm_lens.main import create_app
from lstm_lens.schemas import part as pieces
from tests.web.test_traces import FULL, decoded

PLAIN = {"config": {"input_size": 2, "hidden_size": 3}, "input": {"kind": "values", "values": [[1, 0], [0, 2], [3, 1]]}}
DROPPED = {
    "config": {"input_size": 2, "hidden_size": 4, "num_layers": 3, "dropout": 0.5},
    "input": {"kind": "random", "seq_len": 9, "batch_size": 2},
    "training": True,
}
REQUESTS = {"packed, projected, batch first, float64": FULL, "unbatched": PLAIN, "dropout": DROPPED}
NARROWED = {
    "layer": 1,
    "direction": "reverse",
    "quantity": ["h", "c", "z_f"],
    "units": [3, 0],
    "sample": 1,
    "start": 1,
    "stop": 5,
}
# what is recorded; pre-activations are computed anew, and torch rounds a shorter product in another way
QUERIES: dict[str, dict[str, Any]] = {"whole": {}, "narrowed": {**NARROWED, "quantity": ["h", "c"]}}
CASES = [(FULL, NARROWED), *((request, {}) for request in REQUESTS.values())]
Arrays = dict[str, NDArray[Any]]


def trace_of(client: TestClient, request: dict[str, Any], query: dict[str, Any]) -> tuple[str, Arrays]:
    """The id of a trace, and its tensors as the API gives them, by the names of the trace's own file."""
    trace_id = client.post("/api/traces", json=request).json()["id"]
    body = client.get(f"/api/traces/{trace_id}", params={**query, "encoding": "base64"}).json()
    found = {name: decoded(body[name]) for name in ("input", "output", "h_n", "c_n")}
    for cell in body["cells"]:
        names = set(cell) - {"layer", "direction"}
        found |= {f"cells.{cell['layer']}.{cell['direction']}.{name}": decoded(cell[name]) for name in names}
    found |= {parameter["name"]: decoded(parameter["values"]) for parameter in body["parameters"]}
    return trace_id, found | {f"dropout_masks.{m['layer']}": decoded(m["values"]) for m in body["dropout_masks"]}


def export(client: TestClient, trace_id: str, kind: str, **query: Any) -> bytes:
    reply = client.get(f"/api/traces/{trace_id}/export/{kind}", params=query)
    assert reply.status_code == 200, reply.text
    return reply.content


def assert_same(found: Arrays, expected: Arrays) -> None:
    assert set(found) == set(expected)
    for name, value in expected.items():
        assert found[name].dtype == value.dtype, name
        np.testing.assert_array_equal(found[name], value, err_msg=name)


def cells_of(arrays: Arrays) -> Arrays:
    return {name: value for name, value in arrays.items() if name.startswith("cells.")}


@pytest.fixture(params=range(len(CASES)), ids=["narrowed", *REQUESTS])
def case(request: pytest.FixtureRequest, client: TestClient) -> tuple[str, dict[str, Any], Arrays]:
    asked, query = CASES[request.param]
    trace_id, expected = trace_of(client, asked, query)
    return trace_id, query, expected


def test_numpy_reads_the_npz(client: TestClient, case: tuple[str, dict[str, Any], Arrays]) -> None:
    trace_id, query, expected = case
    with np.load(io.BytesIO(export(client, trace_id, "npz", **query))) as file:
        found = {name: file[name] for name in file.files}
    asked = client.get(f"/api/traces/{trace_id}?stop=1").json()["request"]
    assert json.loads(str(found.pop("request"))) == asked
    steps, samples, units = (found.pop(f"axes.{name}") for name in ("timestep", "sample", "unit"))
    assert list(steps) == list(range(query.get("start", 0), query.get("stop", expected["input"].shape[0])))
    assert list(samples) == ([query["sample"]] if query else list(range(expected["input"].shape[1])))
    assert list(units) == query.get("units", list(range(asked["config"]["hidden_size"])))
    assert_same(found, expected)


def test_safetensors_reads_the_safetensors(client: TestClient, case: tuple[str, dict[str, Any], Arrays]) -> None:
    trace_id, query, expected = case
    found = safetensors.numpy.load(export(client, trace_id, "safetensors", **query))
    if not query:  # the trace's own file, which holds the initial states of each cell besides
        found = {name: value for name, value in found.items() if not name.endswith(("h_0", "c_0"))}
    assert_same(found, expected)


def test_json_reads_the_json(client: TestClient, case: tuple[str, dict[str, Any], Arrays]) -> None:
    trace_id, query, _ = case
    found = json.loads(export(client, trace_id, "json", **query))
    expected = client.get(f"/api/traces/{trace_id}", params=query).json()
    del expected["parity"], expected["nonfinite"]
    assert found.pop("query") == query
    assert found == expected


def number(text: str) -> float:
    return float(text) if text else float("nan")


def from_long(rows: Iterator[dict[str, Any]], expected: Arrays) -> Arrays:
    """The cells that a long table tells of; each number must come once."""
    found = {name: np.full(value.shape, np.inf, value.dtype) for name, value in cells_of(expected).items()}
    places: dict[str, dict[str, list[int]]] = {"timestep": {}, "sample": {}, "unit": {}}
    for row in rows:
        at = []
        for axis in ("timestep", "sample", "unit"):
            known = places[axis].setdefault(row["quantity"], [])
            if int(row[axis]) not in known:
                known.append(int(row[axis]))
            at.append(known.index(int(row[axis])))
        value = found[f"cells.{row['layer']}.{row['direction']}.{row['quantity']}"]
        assert np.isinf(value[tuple(at)])
        value[tuple(at)] = row["value"]
    assert not any(np.isinf(value).any() for value in found.values())
    return found


def test_the_long_csv_has_each_number_once_with_digits_that_lead_back_to_it(
    client: TestClient, case: tuple[str, dict[str, Any], Arrays]
) -> None:
    trace_id, query, expected = case
    text = export(client, trace_id, "csv", **query).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert list(rows[0]) == ["layer", "direction", "timestep", "sample", "unit", "quantity", "value"]
    assert {row["value"] for row in rows}.isdisjoint({"nan", "null"})
    if query:
        assert {row["unit"] for row in rows if row["quantity"] == "c"} == {"3", "0"}
        assert {row["timestep"] for row in rows} == {"1", "2", "3", "4"}
    found = from_long(({**row, "value": number(row["value"])} for row in rows), expected)
    assert_same(found, cells_of(expected))


def wide_of(expected: Arrays, query: dict[str, Any]) -> Arrays:
    """Each column of the wide table, by its name."""
    columns: Arrays = {}
    for name, value in cells_of(expected).items():
        units = query.get("units", range(value.shape[-1]))
        asked = [unit for unit in units if unit < 2 or not name.endswith("h")] if query else list(units)
        for k, unit in enumerate(asked):
            columns[f"{name.removeprefix('cells.')}.{unit}"] = value[..., k].ravel()
    return columns


def test_the_wide_csv_has_a_row_for_each_timestep_and_sample(
    client: TestClient, case: tuple[str, dict[str, Any], Arrays]
) -> None:
    trace_id, query, expected = case
    text = export(client, trace_id, "csv", layout="wide", **query).decode()
    header, *rows = csv.reader(io.StringIO(text))
    table = np.array([[number(field) for field in row] for row in rows]).T
    found = dict(zip(header, table, strict=True))
    steps, samples = expected["input"].shape[:2]
    first = query.get("start", 0)
    assert list(found.pop("timestep")) == [first + k for k in range(steps) for _ in range(samples)]
    assert list(found.pop("sample")) == ([query["sample"]] * steps if query else list(range(samples)) * steps)
    columns = wide_of(expected, query)
    assert_same({name: value.astype(columns[name].dtype) for name, value in found.items()}, columns)


def test_pyarrow_reads_both_tables(client: TestClient, case: tuple[str, dict[str, Any], Arrays]) -> None:
    trace_id, query, expected = case
    wide = pyarrow.parquet.read_table(io.BytesIO(export(client, trace_id, "parquet", layout="wide", **query)))
    columns = {name: wide[name].to_numpy() for name in wide.column_names}
    assert len(columns.pop("timestep")) == len(columns.pop("sample"))
    assert_same(columns, wide_of(expected, query))
    long = pyarrow.parquet.read_table(io.BytesIO(export(client, trace_id, "parquet", **query)))
    assert long.schema.field("value").type == ("double" if expected["input"].dtype == np.float64 else "float")
    assert json.loads(long.schema.metadata[b"request"])["config"]["hidden_size"] >= 3
    assert_same(from_long(iter(long.to_pylist()), expected), cells_of(expected))


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
@pytest.mark.parametrize("kind", ["npz", "safetensors", "json", "csv", "csv&layout=wide"])
def test_a_file_is_the_same_whatever_the_pieces_are(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, kind: str, query: dict[str, Any]
) -> None:
    kind, _, layout = kind.partition("&layout=")
    query = {**query, "layout": layout or "long", "start": 1}  # a whole safetensors file is not written anew
    trace_id, _ = trace_of(client, FULL, {})
    at_once = export(client, trace_id, kind, **query)
    monkeypatch.setattr(pieces, "_PIECE", 4)
    monkeypatch.setattr(pieces.pieces, "__defaults__", (4,))
    assert export(client, trace_id, kind, **query) == at_once


def test_a_number_that_overflowed_is_told_from_padding(client: TestClient) -> None:
    request = {
        "config": {"input_size": 1, "hidden_size": 2},
        "input": {"kind": "values", "values": [[[3e38], [1]], [[1], [1]]]},
        "weights": {
            "kind": "state_dict",
            "tensors": {
                "weight_ih_l0": [[9]] * 4 + [[-9]] * 4,
                "weight_hh_l0": [[0, 0]] * 8,
                "bias_ih_l0": [0] * 8,
                "bias_hh_l0": [0] * 8,
            },
        },
        "lengths": [2, 1],
    }
    trace_id, _ = trace_of(client, request, {})
    rows = export(client, trace_id, "csv", quantity=["z_i", "z_g"], units=0).decode().split()
    numbers = [row.rsplit(",", 1)[1] for row in rows[1:]]
    assert numbers == ["inf", "9.0", "9.0", "", "-inf", "-9.0", "-9.0", ""]


@pytest.mark.parametrize(
    ("kind", "name", "media"),
    [
        ("npz", "trace-{}.npz", "application/x-npz"),
        ("csv", "trace-{}-long.csv", "text/csv; charset=utf-8"),
        ("json", "trace-{}.json", "application/json"),
        ("parquet", "trace-{}-long.parquet", "application/vnd.apache.parquet"),
        ("safetensors", "trace-{}.safetensors", "application/octet-stream"),
    ],
)
def test_a_file_is_an_attachment_with_a_name_of_the_servers(
    client: TestClient, kind: str, name: str, media: str
) -> None:
    trace_id, _ = trace_of(client, PLAIN, {})
    reply = client.get(f"/api/traces/{trace_id}/export/{kind}")
    assert reply.headers["content-disposition"] == f'attachment; filename="{name.format(trace_id[:8])}"'
    assert reply.headers["content-type"] == media
    assert reply.headers["x-content-type-options"] == "nosniff"


def test_what_is_no_format_or_lies_outside_is_refused(client: TestClient) -> None:
    trace_id, _ = trace_of(client, PLAIN, {})
    for path, loc in {
        "xls": ["path", "kind"],
        "csv?layout=tall": ["query", "layout"],
        "csv?stop=9": ["query", "stop"],
        "csv?units=3": ["query", "units"],
        "csv?encoding=list": ["query", "encoding"],
    }.items():
        reply = client.get(f"/api/traces/{trace_id}/export/{path}")
        assert reply.status_code == 422, path
        assert reply.json()["detail"][0]["loc"] == loc
    assert client.get("/api/traces/0123/export/csv").status_code == 404


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return TestClient(
        create_app(Settings(data_dir=tmp_path_factory.mktemp("data"), workers=0, max_export_bytes=20_000))
    )


def test_a_file_above_the_limit_is_refused_with_its_estimate(strict: TestClient) -> None:
    request = {"config": {"input_size": 2, "hidden_size": 8}, "input": {"kind": "random", "seq_len": 40}}
    trace_id = strict.post("/api/traces", json=request).json()["id"]
    reply = strict.get(f"/api/traces/{trace_id}/export/csv")
    assert reply.status_code == 413
    (problem,) = reply.json()["detail"]
    assert problem["type"] == "export_above_limit"
    assert "KiB" in problem["msg"]
    assert "LSTM_LENS_MAX_EXPORT_BYTES" in problem["msg"]
    assert strict.get(f"/api/traces/{trace_id}/export/csv?quantity=h&stop=20").status_code == 200
    assert strict.get(f"/api/traces/{trace_id}/export/safetensors").status_code == 200  # the file as it lies there


@pytest.mark.parametrize("kind", ["npz", "safetensors", "json", "csv", "csv?layout=wide", "parquet"])
def test_the_estimate_is_above_the_size_and_not_far(client: TestClient, strict: TestClient, kind: str) -> None:
    request = {**FULL, "input": {"kind": "random", "seq_len": 300, "batch_size": 3}, "lengths": None}
    trace_id = client.post("/api/traces", json=request).json()["id"]
    joined = "&" if "?" in kind else "?"
    size = len(client.get(f"/api/traces/{trace_id}/export/{kind}{joined}start=1").content)
    assert strict.post("/api/traces", json=request).status_code == 201
    sentence = strict.get(f"/api/traces/{trace_id}/export/{kind}{joined}start=1").json()["detail"][0]["msg"]
    figure, unit = sentence.split("estimated at ")[1].split(", above")[0].split()
    estimate = float(figure) * {"KiB": 2**10, "MiB": 2**20}[unit]
    assert size * 0.99 <= estimate <= 2.5 * size


def test_no_file_is_left_behind(settings: Settings, client: TestClient) -> None:
    trace_id, _ = trace_of(client, PLAIN, {})
    export(client, trace_id, "parquet")
    assert not list(Path(settings.data_dir).rglob("unnamed*"))
