"""A data folder that an earlier version has written: all that was acknowledged then is there, and is the same.

The folder was written by version 0.1.0 before files had checksums of their bytes; `answers.json` is what it answered.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from lstm_lens.core.settings import Settings
from lstm_lens.main import create_app

OLD = Path(__file__).parent / "files" / "data_of_an_earlier_version"
ANSWERS: dict[str, Any] = json.loads((OLD / "answers.json").read_text())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("requests", "traces", "uploads"):
        shutil.copytree(OLD / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def client(folder: Path) -> TestClient:
    return TestClient(create_app(Settings(data_dir=folder, workers=0)))


@pytest.mark.parametrize("trace_id", ANSWERS["traces"])
def test_its_traces_are_the_same(client: TestClient, trace_id: str) -> None:
    assert client.get(f"/api/traces/{trace_id}").json() == ANSWERS["traces"][trace_id]


@pytest.mark.parametrize("trace_id", ANSWERS["traces"])
def test_those_that_were_evicted_are_computed_again(client: TestClient, folder: Path, trace_id: str) -> None:
    (folder / "traces" / f"{trace_id}.safetensors").unlink()
    found, expected = client.get(f"/api/traces/{trace_id}").json(), ANSWERS["traces"][trace_id]
    assert found["request"] == expected["request"]
    # to the last bits only on the same kind of processor
    np.testing.assert_allclose(found["output"], expected["output"], rtol=0, atol=1e-6)


@pytest.mark.parametrize("trace_id", ANSWERS["traces"])
def test_the_same_request_still_has_the_same_id(client: TestClient, trace_id: str) -> None:
    request = ANSWERS["traces"][trace_id]["request"]
    assert client.post("/api/traces", json=request).json()["id"] == trace_id


def test_its_uploads_are_what_they_were(client: TestClient) -> None:
    upload = ANSWERS["upload"]
    assert client.get(f"/api/uploads/{upload['id']}").json() == upload
