"""Files that were made to break what reads them: each gets a sentence, nothing of them runs, the workers live on."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from safetensors.numpy import save

from lstm_lens.core.settings import Settings
from lstm_lens.main import create_app
from tests.readers.weights.hostile_archives import ARCHIVES, Evil
from tests.readers.weights.hostile_hdf5 import HDF5
from tests.readers.weights.hostile_onnx import ONNX
from tests.readers.weights.hostile_safetensors import SAFETENSORS, Hostile, good


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("hostile"), workers=1)
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


def worker(client: TestClient) -> int:
    found: int = client.app.state.library.pool._short._all[0]._process.pid  # type: ignore[attr-defined]
    return found


@pytest.mark.parametrize("hostile", [*SAFETENSORS, *ARCHIVES, *HDF5, *ONNX], ids=lambda hostile: hostile.name)
def test_a_hostile_file_gets_a_sentence(hostile: Hostile, client: TestClient) -> None:
    before = worker(client)
    reply = client.put("/api/uploads", content=hostile.content)
    assert reply.status_code == 422, reply.text
    problems = reply.json()["detail"]
    assert hostile.sentence in "; ".join(problem["msg"] for problem in problems)
    assert problems[0]["loc"] == ["body"]
    assert all(len(problem["msg"]) < 2000 for problem in problems)
    assert worker(client) == before, "the worker died of it"
    assert not Path(Evil.ran).exists()


def test_markup_in_a_name_is_a_name(client: TestClient) -> None:
    name = "<script>alert(1)</script>"
    reply = client.put("/api/uploads", content=save({f"{name}.{key}": array for key, array in good().items()}))
    assert reply.status_code == 201
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.json()["lstms"][0]["prefix"] == f"{name}."


def test_a_file_that_ends_its_worker_is_at_fault_not_the_server(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = client.app.state.library.pool  # type: ignore[attr-defined]
    compute = pool._short._all[0].compute

    def dies(*task: object) -> None:
        os.kill(worker(client), 9)
        compute(*task)

    monkeypatch.setattr(pool._short._all[0], "compute", dies)
    reply = client.put("/api/uploads", content=save(good(bias_ih_l0=(99,))))
    monkeypatch.undo()
    assert reply.status_code == 422
    assert "This file cannot be read" in reply.json()["detail"][0]["msg"]
    assert client.put("/api/uploads", content=save(good())).status_code == 201
