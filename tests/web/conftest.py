"""A whole server inside the test process, on a data folder of its own."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from lstm_lens.core.settings import Settings
from lstm_lens.main import create_app


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(data_dir=tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="session")
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def worked_example() -> dict[str, Any]:
    """The numbers that the source article prints for its last example."""
    content: dict[str, Any] = json.loads((Path(__file__).parent.parent / "worked-example.json").read_text())
    return content


@pytest.fixture(scope="session")
def worked_request(worked_example: dict[str, Any]) -> dict[str, Any]:
    """That example as a request that brings everything along."""
    sizes = ("input_size", "hidden_size", "num_layers", "bias", "batch_first", "bidirectional")
    return {
        "config": {name: worked_example[name] for name in sizes},
        "weights": {
            "kind": "state_dict",
            "tensors": {name: worked_example[name] for name in ("weight_ih_l0", "weight_hh_l0")},
        },
        "input": {"kind": "values", "values": worked_example["x"]},
        "h_0": worked_example["h_0"],
        "c_0": worked_example["c_0"],
    }
