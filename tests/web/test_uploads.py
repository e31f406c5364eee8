"""Files of weights: what is found in them, runs with their weights, and what is said of wrong ones."""

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

FOUR_LAYERS = {"num_layers": 4, "bidirectional": True}


class Encoder(nn.Module):
    """An LSTM somewhere inside of a model, beside other things."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__()
        self.embedding = nn.Embedding(20, 6)
        self.rnn = nn.ModuleDict({"lstm": nn.LSTM(6, 128, **arguments)})
        self.head = nn.Linear(256, 2)


def upload(client: TestClient, content: bytes) -> dict[str, Any]:
    reply = client.put("/api/uploads", content=content)
    assert reply.status_code == 201, reply.text
    found: dict[str, Any] = reply.json()
    assert reply.headers["Location"] == f"/api/uploads/{found['id']}"
    return found


def request_for(found: dict[str, Any], k: int = 0, **more: Any) -> dict[str, Any]:
    lstm = found["lstms"][k]
    weights = {"kind": "upload", "id": found["id"], "prefix": lstm["prefix"]}
    return {"config": lstm["config"], "dtype": lstm["dtype"], "weights": weights, **more}


def test_an_lstm_is_found_inside_of_a_model_and_run(client: TestClient) -> None:
    model = Encoder(**FOUR_LAYERS)
    found = upload(client, save(model.state_dict()))
    assert [lstm["prefix"] for lstm in found["lstms"]] == ["rnn.lstm."]
    assert found["lstms"][0]["config"] == {
        "input_size": 6,
        "hidden_size": 128,
        "bias": True,
        "batch_first": False,
        "dropout": 0.0,
        "proj_size": 0,
        **FOUR_LAYERS,
    }
    assert found["matrices"] == [{"name": "embedding.weight", "shape": [20, 6]}]
    assert found["others"] == 2  # the head
    x = torch.randn(5, 1, 6)
    body = request_for(found, input={"kind": "values", "values": x.tolist()})
    reply = client.post("/api/traces", json=body)
    assert reply.status_code == 201, reply.text
    expected, _ = model.rnn["lstm"](x)
    np.testing.assert_allclose(reply.json()["output"], expected.detach().numpy(), atol=1e-6)
    assert reply.json()["parity"]["ok"]


def test_the_same_file_has_the_same_id_and_is_removed_for_good(client: TestClient) -> None:
    content = save(nn.LSTM(2, 3).state_dict())
    found = upload(client, content)
    assert upload(client, content) == found
    assert client.get(f"/api/uploads/{found['id']}").json() == found
    assert client.delete(f"/api/uploads/{found['id']}").status_code == 204
    assert client.get(f"/api/uploads/{found['id']}").status_code == 404
    assert client.delete(f"/api/uploads/{found['id']}").status_code == 404
    reply = client.post("/api/traces", json=request_for(found))
    assert reply.status_code == 422
    assert reply.json()["detail"][0]["loc"] == ["body", "weights", "id"]


def test_uploads_are_not_listed_and_not_served(client: TestClient) -> None:
    upload(client, save(nn.LSTM(2, 3).state_dict()))
    assert client.get("/api/uploads").status_code == 405


def test_a_config_that_is_not_that_of_the_file_is_refused_at_the_field(client: TestClient) -> None:
    body = request_for(upload(client, save(nn.LSTM(2, 3, 2).state_dict())))
    body["config"] |= {"hidden_size": 4, "num_layers": 1, "dropout": 0.5, "batch_first": True}
    reply = client.post("/api/traces", json=body)
    assert reply.status_code == 422
    assert [item["loc"] for item in reply.json()["detail"]] == [
        ["body", "config", "hidden_size"],
        ["body", "config", "num_layers"],
    ]


def test_an_unknown_prefix_is_told_which_there_are(client: TestClient) -> None:
    body = request_for(upload(client, save(Encoder().state_dict())))
    body["weights"]["prefix"] = "rnn."
    reply = client.post("/api/traces", json=body)
    assert reply.status_code == 422
    assert reply.json()["detail"][0]["loc"] == ["body", "weights", "prefix"]
    assert "'rnn.lstm.'" in reply.json()["detail"][0]["msg"]


def test_a_file_that_the_disk_has_changed_has_to_be_uploaded_again(tmp_path: Path) -> None:
    client = TestClient(create_app(Settings(data_dir=tmp_path, workers=0)))
    content = save(nn.LSTM(2, 3).state_dict())
    found = upload(client, content)
    (path,) = tmp_path.rglob(f"{found['id']}.safetensors")
    changed = bytearray(path.read_bytes())
    changed[-5] ^= 1
    path.write_bytes(changed)
    refused = client.post("/api/traces", json=request_for(found))
    assert refused.json()["detail"][0]["type"] == "unknown_upload"
    assert upload(client, content) == found
    assert client.post("/api/traces", json=request_for(found)).status_code == 201


def test_a_trace_outlives_its_upload_until_it_is_evicted(client: TestClient, tmp_path: Path) -> None:
    found = upload(client, save(nn.LSTM(2, 3).state_dict()))
    trace = client.post("/api/traces", json=request_for(found)).json()
    client.delete(f"/api/uploads/{found['id']}")
    assert client.get(f"/api/traces/{trace['id']}?start=1").status_code == 200
    store = client.app.state.library.store  # type: ignore[attr-defined]
    store.trace_path(trace["id"]).unlink()
    assert client.get(f"/api/traces/{trace['id']}?start=2").status_code == 404


def test_a_file_of_torch_save_is_refused_with_the_command_that_converts_it(client: TestClient, tmp_path: Path) -> None:
    for zipped in (True, False):
        torch.save(nn.LSTM(2, 3).state_dict(), tmp_path / "model.pt", _use_new_zipfile_serialization=zipped)
        reply = client.put("/api/uploads", content=(tmp_path / "model.pt").read_bytes())
        assert reply.status_code == 422
        assert "lstm-lens convert" in reply.json()["detail"][0]["msg"]
        assert reply.json()["detail"][0]["loc"] == ["body"]


def test_other_recurrent_networks_are_refused_by_name(client: TestClient) -> None:
    model = nn.ModuleDict({"gru": nn.GRU(2, 3), "plain": nn.RNN(2, 3)})
    reply = client.put("/api/uploads", content=save(model.state_dict()))
    assert reply.status_code == 422
    told = {problem["loc"][-1]: (problem["type"], problem["ctx"]) for problem in reply.json()["detail"][1:]}
    assert told == {"gru.": ("torch_gru", {"columns": 3}), "plain.": ("torch_rnn", {"rows": 3, "columns": 3})}


def test_weights_that_are_not_finite_are_refused_by_name(client: TestClient) -> None:
    lstm = nn.LSTM(2, 3)
    with torch.no_grad():
        lstm.weight_hh_l0[0, 0] = float("nan")
    reply = client.put("/api/uploads", content=save(nn.ModuleDict({"a": lstm}).state_dict()))
    assert reply.status_code == 422
    assert "weight_hh_l0 has 1 of 36 numbers that are NaN or infinite" in reply.json()["detail"][1]["msg"]


def test_half_precision_and_double_precision(client: TestClient) -> None:
    lstm = nn.LSTM(2, 3)
    halves = upload(client, save({k: v.to(torch.bfloat16) for k, v in lstm.state_dict().items()}))
    assert halves["lstms"][0]["dtype"] == "float32"
    assert halves["lstms"][0]["remarks"] == ["16-bit numbers are read as float32"]
    trace = client.post("/api/traces", json=request_for(halves)).json()
    expected = lstm.weight_ih_l0.to(torch.bfloat16).to(torch.float32)
    values = trace["parameters"][0]["values"]
    np.testing.assert_array_equal(np.float32(values), expected.detach().numpy())
    doubles = upload(client, save(nn.LSTM(2, 3, dtype=torch.float64).state_dict()))
    assert doubles["lstms"][0]["dtype"] == "float64"


def test_a_body_above_the_limit_is_told_the_setting(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(data_dir=tmp_path, max_upload_bytes=2048, workers=0))) as client:
        reply = client.put("/api/uploads", content=save({"a": torch.zeros(3000)}))
    assert reply.status_code == 413
    assert "LSTM_LENS_MAX_UPLOAD_BYTES" in reply.json()["detail"][0]["msg"]


@pytest.mark.parametrize("content", [b"", b"\x00" * 20, b"hello", b"{}", b"PK\x03\x04garbage", b"GGUF" + bytes(20)])
def test_what_is_no_model_gets_a_sentence(client: TestClient, content: bytes) -> None:
    reply = client.put("/api/uploads", content=content)
    assert reply.status_code == 422
    assert len(reply.json()["detail"][0]["msg"]) > 15


@pytest.mark.parametrize("size", [0x280, 0x380, 0x480, 0x580])
def test_a_header_whose_length_starts_as_a_pickle_does_is_a_header(client: TestClient, size: int) -> None:
    state = nn.LSTM(2, 3).state_dict()
    padding = size - int.from_bytes(save(state, {"made by": ""})[:8], "little")
    content = save(state, {"made by": "x" * padding})
    assert content.startswith((b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05"))
    assert upload(client, content)["lstms"][0]["config"]["hidden_size"] == 3
