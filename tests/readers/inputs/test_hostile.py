"""Thousands of mutated bodies: each is read, or refused with a sentence; none is a fault of the server's."""

import io
import json
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from safetensors.numpy import save as save_safetensors

from lstm_lens.lstm import InvalidCall
from lstm_lens.readers.inputs import Options, write_input, write_preview
from lstm_lens.readers.inputs.options import InputFormat

ROUNDS = 600
MAX_NUMBERS = 20_000
#: What a mutation likes to put somewhere.
BITS = [
    b"\0",
    b'"',
    b",",
    b";",
    b"\n",
    b"\xff",
    b"9" * 40,
    b"NaN",
    b"-",
    b"{",
    b"[",
    b"\xf0\x9f",
    b"1e999",
    b"PK\x03\x04",
]


def _npz() -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, x=np.arange(12.0).reshape(3, 2, 2), lengths=np.array([3, 2]), y=np.zeros((3, 2)))
    return file.getvalue()


def _npy() -> bytes:
    file = io.BytesIO()
    np.save(file, np.arange(12.0).reshape(3, 4))
    return file.getvalue()


SEEDS: dict[str, bytes] = {
    "csv": b'date,sample,rain,"a ""b""",target\n2020-01-01,1,0.5,,3\n2020-01-02,1,-1e3,7,4\n2020-01-03,2,1,2,\n',
    "csv_comma": b"a;b\n1,5;2\n3,25;-4\n",
    "json": json.dumps([[[1, 2], [3, 4.5]], [[5, None], [-6, 7]]]).encode(),
    "json_rows": json.dumps([{"t": "2020-01-01", "x": 1}, {"t": "2020-01-02", "x": None}]).encode(),
    "npy": _npy(),
    "npz": _npz(),
    "safetensors": save_safetensors({"x": np.arange(6, dtype=np.float32).reshape(3, 2)}),
    "text": "the goats near the bird sing\nÜber 12 goats\n".encode(),
    "wrapped": json.dumps({"text": "ab ab", "vocabulary": ["a", "b", " "]}).encode(),
}


def _mutated(content: bytes, drawn: random.Random) -> bytes:
    mutated = bytearray(content)
    for _ in range(drawn.randint(1, 6)):
        at = drawn.randrange(len(mutated) + 1)
        match drawn.randrange(6):
            case 0:
                mutated[at:at] = drawn.choice(BITS)
            case 1:
                del mutated[at : at + drawn.randint(1, 12)]
            case 2 if at < len(mutated):
                mutated[at] = drawn.randrange(256)
            case 3:
                piece = mutated[at : at + drawn.randint(1, 40)]
                mutated[at:at] = piece * drawn.randint(1, 4)
            case 4:
                mutated = mutated[:at]
            case _:
                other = drawn.randrange(len(mutated) + 1)
                mutated[at:at] = mutated[other : other + drawn.randint(1, 30)]
    return bytes(mutated)


def _options(drawn: random.Random) -> Options:
    formats: list[InputFormat | None] = [None, None, None, "csv", "json", "npy", "npz", "safetensors", "text"]
    return Options(
        format=drawn.choice(formats),
        header=drawn.choice([None, None, True, False]),
        missing=drawn.choice(["error", "forward", "zero"]),
        normalisation=drawn.choice(["none", "z_score", "min_max"]),
        layout=drawn.choice(["time_first", "sample_first"]),
        tokens=drawn.choice(["characters", "words"]),
        lines=drawn.random() < 0.5,
        wrapped=drawn.random() < 0.2,
        roles=drawn.choice([{}, {}, {"rain": "target"}, {"a": "time"}, {"x": "sample"}]),
        max_numbers=MAX_NUMBERS,
    )


def _bodies(name: str) -> Iterator[tuple[bytes, Options]]:
    drawn = random.Random(name)  # noqa: S311 (mutations, no secrets)
    for _ in range(ROUNDS):
        yield _mutated(SEEDS[name], drawn), _options(drawn)


@pytest.mark.parametrize("name", SEEDS)
def test_mutated_bodies_are_read_or_refused_with_a_sentence(tmp_path: Path, name: str) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    told, made = 0, 0
    for content, options in _bodies(name):
        source.write_bytes(content)
        for write in (write_preview, write_input):
            try:
                write(source, target, options)
            except InvalidCall as error:
                told += 1
                (problem,) = error.problems
                assert problem.path[0] in ("body", "query")
                assert 10 < len(problem.message) < 600, problem
                assert problem.message.isprintable(), problem
            else:
                made += 1
                found = json.loads(target.read_bytes())
                if write is write_input:
                    shape = np.array(found["input"]["values"]).shape
                    assert shape == (found["seq_len"], found["batch_size"], found["input_size"])
                    assert np.isfinite(found["input"]["values"]).all()
    assert told > 20
    assert made >= 5  # few changes leave a binary file whole


def test_what_is_read_can_be_run_and_what_is_refused_is_a_422(client: TestClient) -> None:
    drawn = random.Random(1)  # noqa: S311
    ran = 0
    for k in range(250):
        content = _mutated(SEEDS[list(SEEDS)[k % len(SEEDS)]], drawn)
        query = {"missing": drawn.choice(["error", "zero"]), "normalisation": drawn.choice(["none", "min_max"])}
        reply = client.post("/api/inputs", content=content, params=query)
        assert reply.status_code in (200, 413, 422), reply.text
        if reply.status_code != 200:
            assert all(set(item) - {"ctx"} == {"type", "loc", "msg"} for item in reply.json()["detail"])
            continue
        found = reply.json()
        request = {name: found[name] for name in ("input", "lengths", "notes")}
        config = {"input_size": found["input_size"], "hidden_size": 2}
        answer = client.post("/api/traces", json={"config": config, "dtype": "float64", **request})
        assert answer.status_code == 201, (answer.text, content)
        ran += 1
    assert ran > 20
