"""The contract of traces: what is POSTed, what comes back, under which id, and in which part."""

from base64 import b64decode
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load
from starlette.testclient import TestClient
from torch import nn

SMALLEST = {"config": {"input_size": 2, "hidden_size": 4}}
FULL = {
    "config": {
        "input_size": 3,
        "hidden_size": 5,
        "num_layers": 2,
        "bias": True,
        "batch_first": True,
        "dropout": 0.5,
        "bidirectional": True,
        "proj_size": 2,
    },
    "dtype": "float64",
    "weights": {"kind": "seed", "seed": 4},
    "input": {"kind": "random", "seq_len": 6, "batch_size": 3, "seed": 9},
    "lengths": [6, 2, 4],
}


def post(client: TestClient, request: dict[str, Any], encoding: str = "list") -> dict[str, Any]:
    reply = client.post("/api/traces", params={"encoding": encoding}, json=request)
    assert reply.status_code == 201, reply.text
    body: dict[str, Any] = reply.json()
    assert reply.headers["location"] == f"/api/traces/{body['id']}"
    return body


def decoded(tensor: dict[str, Any]) -> np.ndarray:
    array = np.frombuffer(b64decode(tensor["bdata"]), dtype="<" + tensor["dtype"])
    return array.reshape(tensor["shape"])


def test_the_worked_example_gives_the_numbers_that_the_article_prints(
    client: TestClient, worked_request: dict[str, Any], worked_example: dict[str, Any]
) -> None:
    body = post(client, worked_request)
    # the article prints its weights to four decimals too, so the last printed digit of the output may differ by one
    np.testing.assert_allclose(body["output"], worked_example["output"], rtol=0, atol=1e-4)
    assert body["parity"]["ok"]


def test_two_sizes_are_a_whole_request(client: TestClient) -> None:
    body = post(client, SMALLEST)
    assert body["request"] == {
        "config": {
            "input_size": 2,
            "hidden_size": 4,
            "num_layers": 1,
            "bias": True,
            "batch_first": False,
            "dropout": 0.0,
            "bidirectional": False,
            "proj_size": 0,
        },
        "dtype": "float32",
        "weights": {"kind": "seed", "seed": 0},
        "input": {"kind": "random", "seq_len": 12, "batch_size": 1, "seed": 0},
        "lengths": None,
        "h_0": None,
        "c_0": None,
        "training": False,
        "dropout_seed": 0,
    }
    torch.manual_seed(0)
    lstm = nn.LSTM(2, 4)
    x = torch.randn(12, 1, 2, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        output, (h_n, c_n) = lstm(x)
    for name, expected in (("input", x), ("output", output), ("h_n", h_n), ("c_n", c_n)):
        assert torch.equal(torch.tensor(body[name]), expected)
    assert [p["name"] for p in body["parameters"]] == [name for name, _ in lstm.named_parameters()]


def test_both_encodings_carry_the_same_numbers(client: TestClient) -> None:
    for request in (SMALLEST, FULL):
        lists, exact = post(client, request), post(client, request, "base64")
        assert lists["id"] == exact["id"]
        for name in ("input", "output", "h_n", "c_n"):
            array = decoded(exact[name])
            assert np.array_equal(np.array(lists[name], dtype=array.dtype), array)
        for as_list, as_bytes in zip(lists["cells"], exact["cells"], strict=True):
            for name in "ifgoch":
                array = decoded(as_bytes[name])
                # null is what a list has for NaN, here beyond a sample's length
                assert np.array_equal(np.array(as_list[name], dtype=array.dtype), array, equal_nan=True)


def test_cells_are_layer_major_and_time_major_whatever_batch_first_says(client: TestClient) -> None:
    body = post(client, FULL, "base64")
    places = [(cell["layer"], cell["direction"]) for cell in body["cells"]]
    assert places == [(0, "forward"), (0, "reverse"), (1, "forward"), (1, "reverse")]
    for cell in body["cells"]:
        assert cell["c"]["shape"] == cell["m"]["shape"] == [6, 3, 5]
        assert cell["h"]["shape"] == [6, 3, 2]
    assert body["input"]["shape"] == [6, 3, 3]
    assert body["output"]["shape"] == [3, 6, 4]
    assert body["h_n"]["shape"] == [4, 3, 2]
    assert body["c_n"]["shape"] == [4, 3, 5]


def test_beyond_a_samples_length_there_is_nothing(client: TestClient) -> None:
    body = post(client, FULL)
    i = body["cells"][1]["i"]
    assert i[1][1][0] is not None
    assert i[2][1] == [None] * 5
    assert body["nonfinite"] == 0


def test_dropout_masks_are_part_of_a_trace_in_training(client: TestClient) -> None:
    assert post(client, FULL)["dropout_masks"] == []
    body = post(client, FULL | {"training": True, "dropout_seed": 3}, "base64")
    (mask,) = body["dropout_masks"]
    assert mask["layer"] == 0
    assert mask["values"]["shape"] == [6, 3, 4]
    assert set(np.unique(decoded(mask["values"]))) == {0.0, 2.0}
    assert body["parity"]["ok"]


def test_parity_is_told_layer_by_layer(client: TestClient) -> None:
    parity = post(client, FULL | {"training": True, "dropout_seed": 3})["parity"]
    assert [layer["layer"] for layer in parity["layers"]] == [0, 1]
    assert all(layer["ok"] for layer in parity["layers"])
    assert parity["max_abs_difference"] == max(layer["max_abs_difference"] for layer in parity["layers"])


def test_a_state_may_be_given_alone(client: TestClient) -> None:
    body = post(client, SMALLEST | {"c_0": [[[1.0, 0.0, 0.0, 0.0]]]})
    forget = np.array(body["cells"][0]["f"])[0, 0, 0]
    without = post(client, SMALLEST)
    gained = np.array(body["cells"][0]["c"])[0, 0, 0] - np.array(without["cells"][0]["c"])[0, 0, 0]
    assert gained == pytest.approx(forget, abs=1e-6)


def test_a_trace_that_goes_on_from_another_is_the_rest_of_one_run(client: TestClient) -> None:
    values = np.random.default_rng(0).normal(size=(10, 2, 3))
    config = {"input_size": 3, "hidden_size": 4, "num_layers": 2, "proj_size": 2}

    def part(times: slice, **states: Any) -> dict[str, Any]:
        source = {"kind": "values", "values": values[times].tolist()}
        return post(client, {"config": config, "dtype": "float64", "input": source, **states})

    whole, first = part(slice(0, 10)), part(slice(0, 6))
    rest = part(slice(6, 10), h_0={"trace": first["id"]}, c_0={"trace": first["id"]})
    assert rest["request"]["h_0"] == {"trace": first["id"]}
    np.testing.assert_allclose(rest["output"], whole["output"][6:], rtol=0, atol=1e-15)
    for cell, every in zip(rest["cells"], whole["cells"], strict=True):
        for name in "ifgocmh":
            np.testing.assert_allclose(cell[name], every[name][6:], rtol=0, atol=1e-14)


@pytest.mark.parametrize(
    ("first", "loc"),
    [
        (None, ["body", "h_0", "trace"]),
        (SMALLEST | {"dtype": "float64"}, ["body", "h_0", "trace"]),
        ({"config": {"input_size": 2, "hidden_size": 5}}, ["body", "h_0", "trace"]),
    ],
)
def test_an_earlier_trace_that_does_not_fit_is_refused_at_its_field(
    client: TestClient, first: dict[str, Any] | None, loc: list[str]
) -> None:
    trace_id = "0" * 32 if first is None else post(client, first)["id"]
    reply = client.post("/api/traces", json=SMALLEST | {"h_0": {"trace": trace_id}})
    assert reply.status_code == 422
    assert reply.json()["detail"][0]["loc"] == loc


def test_the_same_request_has_the_same_id_however_it_is_written(client: TestClient) -> None:
    values = {"kind": "values", "values": [[1, 2], [3.0, 4e0]]}
    other = {"values": [[1.0, 2.0], [3, 4]], "kind": "values"}
    one = post(client, SMALLEST | {"input": values})
    two = post(client, {"dtype": "float32", "input": other, **SMALLEST, "h_0": None})
    assert one["id"] == two["id"]
    assert one["id"] != post(client, SMALLEST)["id"]


def test_a_trace_is_read_again_under_its_id(client: TestClient) -> None:
    body = post(client, FULL)
    reply = client.get(f"/api/traces/{body['id']}")
    assert reply.status_code == 200
    assert reply.json() == body
    assert "immutable" in reply.headers["cache-control"]


def test_a_window_is_the_part_that_was_asked_for(client: TestClient) -> None:
    whole = post(client, FULL, "base64")
    query = {
        "layer": 1,
        "direction": "reverse",
        "quantity": ["f", "c"],
        "sample": 2,
        "start": 1,
        "stop": 4,
        "encoding": "base64",
    }
    part = client.get(f"/api/traces/{whole['id']}", params=query).json()
    (cell,) = part["cells"]
    assert set(cell) == {"layer", "direction", "f", "c"}
    for name in "fc":
        expected = decoded(whole["cells"][3][name])[1:4, 2:3]
        assert np.array_equal(decoded(cell[name]), expected, equal_nan=True)
    assert np.array_equal(decoded(part["output"]), decoded(whole["output"])[2:3, 1:4])
    assert np.array_equal(decoded(part["input"]), decoded(whole["input"])[1:4, 2:3])
    assert np.array_equal(decoded(part["c_n"]), decoded(whole["c_n"])[:, 2:3])


def test_units_and_pre_activations_come_when_they_are_asked_for(client: TestClient) -> None:
    whole = post(client, FULL)
    assert "z_i" not in whole["cells"][0]
    query = {"units": [4, 1], "quantity": ["z_f", "f", "h"], "encoding": "base64"}
    part = client.get(f"/api/traces/{whole['id']}", params=query).json()
    for cell, every in zip(part["cells"], whole["cells"], strict=True):
        assert set(cell) == {"layer", "direction", "z_f", "f", "h"}
        f = np.array(every["f"], dtype=float)[:, :, [4, 1]]
        assert np.array_equal(decoded(cell["f"]), f, equal_nan=True)
        np.testing.assert_allclose(1 / (1 + np.exp(-decoded(cell["z_f"]))), f, rtol=0, atol=1e-12)
        assert cell["h"]["shape"] == [6, 3, 1]  # of two units that were asked for, the projection has one


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("layer=2", "layer"),
        ("layer=-1", "layer"),
        ("layer=x", "layer"),
        ("direction=up", "direction"),
        ("quantity=z", "quantity"),
        ("sample=3", "sample"),
        ("start=6", "start"),
        ("start=3&stop=3", "stop"),
        ("stop=7", "stop"),
        ("stop=0", "stop"),
        ("encoding=xml", "encoding"),
        ("layr=0", "layr"),
        ("units=5", "units"),
        ("units=-1", "units"),
    ],
)
def test_a_window_outside_of_the_trace_is_refused_at_its_field(client: TestClient, query: str, field: str) -> None:
    trace_id = post(client, FULL)["id"]
    reply = client.get(f"/api/traces/{trace_id}?{query}")
    assert reply.status_code == 422
    assert reply.json()["detail"][0]["loc"][:2] == ["query", field]


def test_the_file_holds_every_tensor_under_its_name_and_the_request(client: TestClient) -> None:
    body = post(client, FULL | {"training": True}, "base64")
    reply = client.get(f"/api/traces/{body['id']}.safetensors")
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "application/octet-stream"
    tensors = load(reply.content)
    for name in ("input", "output", "h_n", "c_n"):
        assert np.array_equal(tensors[name].numpy(), decoded(body[name]))
    for cell in body["cells"]:
        for name in "ifgocmh":
            stored = tensors[f"cells.{cell['layer']}.{cell['direction']}.{name}"]
            assert np.array_equal(stored.numpy(), decoded(cell[name]), equal_nan=True)
    for parameter in body["parameters"]:
        assert np.array_equal(tensors[parameter["name"]].numpy(), decoded(parameter["values"]))
    header = reply.content[8 : 8 + int.from_bytes(reply.content[:8], "little")]
    assert b'\\"dropout_seed\\":0' in header


def test_an_explanation_adds_up(client: TestClient) -> None:
    body = post(client, FULL)
    place = {"layer": 1, "direction": "reverse", "timestep": 2, "sample": 2, "unit": 1}
    found = client.get(f"/api/traces/{body['id']}/explanation", params=place).json()
    gate = found["gates"]["f"]
    total = sum(p["product"] for p in gate["products"]) + gate["bias_ih"] + gate["bias_hh"]
    assert gate["pre_activation"] == pytest.approx(total, abs=1e-12)
    assert [p["source"] for p in gate["products"]] == ["x"] * 4 + ["h"] * 2
    cell = body["cells"][3]
    assert gate["value"] == cell["f"][2][2][1]
    assert found["c"] == cell["c"][2][2][1]
    assert found["h"] == cell["h"][2][2][1]
    assert found["m"] == cell["m"][2][2][1]
    assert found["h"] == pytest.approx(sum(p["product"] for p in found["projection"]), abs=1e-12)


def test_without_projection_an_explanation_has_no_m(client: TestClient) -> None:
    trace_id = post(client, SMALLEST)["id"]
    assert not {"m", "projection"} & set(client.get(f"/api/traces/{trace_id}/explanation").json())


@pytest.mark.parametrize("field", ["layer", "timestep", "sample", "unit"])
def test_an_explanation_outside_of_the_trace_is_refused_at_its_field(client: TestClient, field: str) -> None:
    trace_id = post(client, SMALLEST)["id"]
    reply = client.get(f"/api/traces/{trace_id}/explanation", params={field: 99})
    assert reply.status_code == 422
    assert reply.json()["detail"][0]["loc"] == ["query", field]


@pytest.mark.parametrize("suffix", ["", ".safetensors", "/explanation"])
@pytest.mark.parametrize("trace_id", ["0" * 32, "x", "..", "%2e%2e%2f", "0" * 500, "G" * 32])
def test_an_id_that_no_request_ever_had_is_not_found(client: TestClient, trace_id: str, suffix: str) -> None:
    reply = client.get(f"/api/traces/{trace_id}{suffix}")
    assert reply.status_code == 404
    assert [set(item) - {"ctx"} for item in reply.json()["detail"]] == [{"type", "loc", "msg"}]


def test_numbers_that_overflow_are_null_in_lists_exact_in_base64_and_counted(client: TestClient) -> None:
    # the projection sums 4 * 2e38 to inf, which the next gate multiplies by 0: NaN, in whatever order sums are rounded
    request = {
        "config": {"input_size": 1, "hidden_size": 4, "proj_size": 1},
        "input": {"kind": "values", "values": [[1.0], [1.0], [1.0]]},
        "weights": {
            "kind": "state_dict",
            "tensors": {
                "weight_ih_l0": [[9.0]] * 16,
                "weight_hh_l0": [[0.0]] * 16,
                "bias_ih_l0": [0.0] * 16,
                "bias_hh_l0": [0.0] * 16,
                "weight_hr_l0": [[3e38] * 4],
            },
        },
    }
    body = post(client, request)
    exact = post(client, request, "base64")
    missing = sum(value is None for cell in body["cells"] for q in "ifgocmh" for row in cell[q] for value in row[0])
    assert missing > 0
    assert body["nonfinite"] == exact["nonfinite"] == missing
    assert np.isposinf(decoded(exact["cells"][0]["h"])[0, 0, 0])
    assert np.isnan(decoded(exact["cells"][0]["i"])[1]).all()


def test_a_stack_of_very_many_layers_is_recorded(client: TestClient) -> None:
    body = post(client, {"config": {"input_size": 2, "hidden_size": 4, "num_layers": 600}}, "base64")
    assert len(body["cells"]) == len(body["parity"]["layers"]) == 600
    assert body["parity"]["ok"]
