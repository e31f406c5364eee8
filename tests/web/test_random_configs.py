"""Random requests over REST against an independent float64 implementation, and against torch itself."""

import random
from typing import Any

import numpy as np
import pytest
import torch
from starlette.testclient import TestClient
from torch import nn

from lstm_lens.lstm import LSTMConfig
from tests.lstm.authority import plain_cells

CASES = 500
TOLERANCE = {"float32": 1e-5, "float64": 1e-10}


def random_request(seed: int) -> dict[str, Any]:
    """Any LSTM, any input, any states."""
    draw = random.Random(seed)  # noqa: S311 (no secret)
    hidden_size = draw.randint(1, 12)
    config = {
        "input_size": draw.randint(1, 9),
        "hidden_size": hidden_size,
        "num_layers": draw.randint(1, 3),
        "bias": draw.random() < 0.5,
        "batch_first": draw.random() < 0.5,
        "bidirectional": draw.random() < 0.5,
        "proj_size": draw.choice([0, draw.randint(0, hidden_size - 1)]),
        "dropout": draw.choice([0.0, 0.4]),
    }
    seq_len, batch_size, unbatched = draw.randint(1, 20), draw.randint(1, 4), draw.random() < 0.3

    def values(*shape: int) -> Any:
        return np.random.default_rng(seed).normal(0, draw.choice([0.5, 1, 5]), shape).tolist()

    sizes = (batch_size, seq_len) if config["batch_first"] else (seq_len, batch_size)
    request: dict[str, Any] = {
        "config": config,
        "dtype": draw.choice(["float32", "float64"]),
        "weights": {"kind": "seed", "seed": draw.randrange(2**53)},
        "input": {"kind": "random", "seq_len": seq_len, "batch_size": batch_size, "seed": seed},
    }
    if unbatched or draw.random() < 0.5:
        request["input"] = {
            "kind": "values",
            "values": values(*((seq_len,) if unbatched else sizes), config["input_size"]),
        }
    for name, shape in LSTMConfig(**config).state_shapes(None if unbatched else batch_size).items():
        if draw.random() < 0.5:
            request[name] = values(*shape)
    return request


def torch_call(request: dict[str, Any]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """What torch returns for a request, made from its documentation alone."""
    dtype = getattr(torch, request["dtype"])
    config, source = request["config"], request["input"]
    torch.manual_seed(request["weights"]["seed"])
    lstm = nn.LSTM(**(config | {"dropout": 0.0}), dtype=dtype)
    if source["kind"] == "random":
        sizes = (source["batch_size"], source["seq_len"])
        sizes = sizes if config["batch_first"] else sizes[::-1]
        generator = torch.Generator().manual_seed(source["seed"])
        x = torch.randn(*sizes, config["input_size"], generator=generator, dtype=dtype)
    else:
        x = torch.tensor(source["values"], dtype=dtype)
    batch_size = None if x.dim() == 2 else x.shape[0 if config["batch_first"] else 1]
    h_0, c_0 = (
        torch.tensor(request[name], dtype=dtype) if name in request else torch.zeros(shape, dtype=dtype)
        for name, shape in LSTMConfig(**config).state_shapes(batch_size).items()
    )
    with torch.no_grad():
        output, (h_n, c_n) = lstm(x, (h_0, c_0))
    return output, h_n, c_n


def array(value: Any) -> np.ndarray:
    return np.array(value, dtype=np.float64)


def states(request: dict[str, Any], body: dict[str, Any]) -> list[np.ndarray]:
    """h_0 and c_0 with a batch axis, zeros where none were given."""
    batch_size = len(body["input"][0])
    shapes = LSTMConfig(**request["config"]).state_shapes(batch_size)
    return [
        array(request[name]).reshape(shape) if name in request else np.zeros(shape) for name, shape in shapes.items()
    ]


@pytest.mark.parametrize("first", range(0, CASES, 50))
def test_random_requests_equal_float64_numpy_and_torch(client: TestClient, first: int) -> None:
    for seed in range(first, first + 50):
        request = random_request(seed)
        reply = client.post("/api/traces", json=request)
        assert reply.status_code == 201, reply.text
        body = reply.json()
        dtype = getattr(torch, request["dtype"])
        for name, expected in zip(("output", "h_n", "c_n"), torch_call(request), strict=True):
            assert torch.equal(torch.tensor(body[name], dtype=dtype), expected), (seed, name)
        parameters = {parameter["name"]: array(parameter["values"]) for parameter in body["parameters"]}
        plain = plain_cells(LSTMConfig(**request["config"]), parameters, array(body["input"]), *states(request, body))
        for cell, expected_cell in zip(body["cells"], plain, strict=True):
            for quantity in "ifgoch" + "m" * bool(request["config"]["proj_size"]):
                difference = np.abs(array(cell[quantity]) - expected_cell[quantity]).max()
                assert difference <= TOLERANCE[request["dtype"]], (seed, cell["layer"], cell["direction"], quantity)
        assert body["parity"]["ok"], (seed, body["parity"])
