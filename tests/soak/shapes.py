"""Sets of weights whose shapes or dtypes fit no LSTM: each is refused with a sentence, and torch never sees it.

Half of them come inside a request, half as files. The workers are the same processes afterwards.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save

from lstm_lens.lstm import LSTMConfig, seeded_lstm
from lstm_lens.lstm.config import DTYPES
from tests.soak.support.connection import Connection
from tests.soak.support.program import Findings, main
from tests.soak.support.requests import TRACES
from tests.soak.support.server import SoakServer, everyday_server

Tensors = dict[str, NDArray[Any]]
#: None of them is a number that torch's LSTM computes with.
OTHER_DTYPES = (np.int8, np.uint8, np.int16, np.int32, np.int64, np.bool_)


def sound(random: Random) -> tuple[LSTMConfig, Tensors]:
    """Any LSTM, and weights that fit it."""
    hidden_size = random.randint(2, 7)
    config = LSTMConfig(
        input_size=random.randint(1, 6),
        hidden_size=hidden_size,
        num_layers=random.randint(1, 3),
        bidirectional=random.random() < 0.5,
        proj_size=random.choice([0, 0, random.randint(1, hidden_size - 1)]),
    )
    lstm = seeded_lstm(config, DTYPES["float32"], random.randrange(2**53))
    return config, {name: value.detach().numpy() for name, value in lstm.named_parameters()}


def longer(value: NDArray[Any], axis: int) -> NDArray[Any]:
    return np.concatenate([value, value.take([0], axis)], axis)


def shorter(value: NDArray[Any], axis: int) -> NDArray[Any]:
    return value.take(range(value.shape[axis] - 1), axis)


def another_rank(value: NDArray[Any], random: Random) -> NDArray[Any]:
    return value[None] if random.random() < 0.5 else value.reshape(-1, 1, *value.shape[1:])


def damage(tensors: Tensors, random: Random, *, file: bool) -> tuple[str, Tensors]:
    """The same weights with one thing wrong, and what that is."""
    found = dict(tensors)
    name = random.choice(list(found))
    kind = random.choice(["longer", "shorter", "rank", "missing", "unknown", "dtype", "empty"])
    # a file of one layer with another number of features is a sound one
    axis = 0 if name == "weight_ih_l0" else random.randrange(found[name].ndim)
    match kind:
        case "longer" | "shorter":
            found[name] = (longer if kind == "longer" else shorter)(found[name], axis)
        case "rank":
            found[name] = another_rank(found[name], random)
        case "missing":
            del found[name]
        case "unknown":
            found[f"weight_hr_l{random.randint(3, 9)}" if file else f"{name}_"] = found[name]
        case "dtype":
            found[name] = found[name].astype(random.choice(OTHER_DTYPES)) if file else found[name].astype("U")
        case "empty":
            found[name] = found[name][:0]
    return f"{kind} {name}", found


def wrong_sets(seed: int) -> Iterator[tuple[str, bytes, bool]]:
    """What is wrong, the body, and whether it is a file."""
    random = Random(seed)  # noqa: S311 (no secret)
    while True:
        config, tensors = sound(random)
        file = random.random() < 0.5
        what, wrong = damage(tensors, random, file=file)
        if file:
            yield f"file, {what}, {config}", save({k: np.ascontiguousarray(v) for k, v in wrong.items()}), True
        else:
            given = {"kind": "state_dict", "tensors": {name: value.tolist() for name, value in wrong.items()}}
            yield f"{what}, {config}", json.dumps({"config": config.model_dump(), "weights": given}).encode(), False


def kept_files(server: SoakServer) -> set[Path]:
    """The traces and the files of weights in its folder."""
    return set(server.log.parent.rglob("*.safetensors"))


def measure(short: bool) -> Findings:
    found = Findings()
    count = 100 if short else 5000
    kinds: Counter[str] = Counter()
    with everyday_server(short=short) as server:
        before, kept = server.workers(), kept_files(server)
        connection = Connection(server.port)
        for what, body, file in islice(wrong_sets(0), count):
            if file:
                answer = connection.ask("PUT", "/api/uploads", body)
            else:
                answer = connection.ask("POST", TRACES, body, Content_Type="application/json")
            kinds[answer.kind] += 1
            found.expect(answer.status == 422, f"{what}: {answer.status} {answer.body[:200]!r}")
        connection.close()
        found.expect(server.workers() == before, "a worker was started anew")
        found.expect(kept_files(server) == kept, "something of them was kept")
        found.wrong += server.faults()
    found.figures |= {"sets": count, "refused as": " ".join(f"{kind}:{times}" for kind, times in kinds.most_common())}
    return found


if __name__ == "__main__":
    sys.exit(main("shapes", measure))
