"""Whatever the server says, the page can say in Chinese: a new sentence without a translation fails here."""

import json
import shutil
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save
from starlette.testclient import TestClient

from tests.web.hostile import ILLEGAL, TOO_LARGE
from tests.web.sentences import ROOT, of_the_source, skeleton

CATALOG: dict[str, str] = json.loads((ROOT / "static/i18n/zh/said.json").read_text(encoding="utf-8"))
TEMPLATES = {skeleton(key.removeprefix("said.")) for key in CATALOG}
#: Sentences of pydantic and of the framework begin so; those that occur are collected below.
FRAMEWORKS = (
    *("Dictionary should", "Extra inputs", "Field required", "Input should be", "List should", "String should"),
    *("Method Not", "Not Found", "There was an error", "Unable to"),
)
#: What joins the sentences of one message, and the words of a list.
JOINTS = {"{}: {}", "{}; {}", "{}, {}", "{}' or '{}", "{}', '{}", "{} and {} more", "n = {} is {}, {}"}

SAY = """
import { readFileSync } from "node:fs";
import { sayer } from "./static/js/base/said.js";
const say = sayer(JSON.parse(readFileSync("./static/i18n/zh/said.json", "utf8")));
console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(say)));
"""


def unsaid(sentences: set[str]) -> list[str]:
    """Those that the page's own module leaves in English."""
    node = shutil.which("node")
    assert node, "the page's modules are run by node"
    command = [node, "--input-type=module", "--eval", SAY]
    asked = sorted(sentences)
    told = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, cwd=ROOT, check=True)
    return [sentence for sentence, said in zip(asked, json.loads(told.stdout), strict=True) if sentence == said]


def test_every_sentence_in_the_source_has_a_translation() -> None:
    source = of_the_source()
    assert len(source) > 200
    assert {place: text for text, place in source.items() if text not in TEMPLATES} == {}


def test_every_translation_is_of_a_sentence_that_is_said() -> None:
    source = of_the_source()
    texts = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "app").rglob("*.py"))
    texts += (ROOT / "static/js/standalone/replies.js").read_text(encoding="utf-8")
    texts += (ROOT / "deploy/nginx/refusals.conf").read_text(encoding="utf-8")
    left = [text for text in TEMPLATES - set(source) - JOINTS if not text.startswith(FRAMEWORKS)]
    # a word that fills a hole, and the first word of a sentence that is made of it
    assert [text for text in left if f'"{text}"' not in texts and f'"{text.split()[0].lower()}"' not in texts] == []


def messages(client: TestClient, method: str, path: str, **given: Any) -> set[str]:
    """The sentences of an error, and of what is found in a file."""
    answer = client.request(method, path, **given).json()
    found = {problem["msg"] for problem in answer.get("detail", [])}
    found |= {one["reason"] for one in answer.get("refused", [])}
    return found | {remark for one in [answer, *answer.get("lstms", [])] for remark in one.get("remarks", [])}


def test_what_is_said_of_hostile_requests_can_be_said_in_chinese(client: TestClient) -> None:
    found: set[str] = set()
    for hostile in [*ILLEGAL, *TOO_LARGE]:
        found |= messages(client, "POST", "/api/traces", content=hostile.body, headers=JSON)
    for body in wrong_configs():
        found |= messages(client, "POST", "/api/traces", json=body)
    assert len(found) > 60
    assert unsaid(found) == []


JSON = {"Content-Type": "application/json"}


def wrong_configs() -> Iterator[dict[str, Any]]:
    """Requests with wrong values in random places; some of them are legal after all."""
    random = Random(0)  # noqa: S311 (no secret)
    values = [-1, 0, 1, 3, 2**31, 1.5, "3", True, None, [], {}, [[1.0]], [3, 3], "seed", {"kind": "values"}]
    for _ in range(150):
        config: dict[str, Any] = {"input_size": 2, "hidden_size": 3}
        body: dict[str, Any] = {"config": config, "input": {"kind": "random", "seq_len": 3, "batch_size": 2}}
        fields = ("num_layers", "proj_size", "dropout", "bias", "bidirectional", "batch_first", "hidden_size", "device")
        config[random.choice(fields)] = random.choice(values)
        body[random.choice(("lengths", "h_0", "c_0", "weights", "dtype", "training", "notes"))] = random.choice(values)
        body["input"][random.choice(("seq_len", "batch_size", "seed", "kind", "at"))] = random.choice(values)
        yield body


@pytest.mark.parametrize("path", ["/api/traces/{}", "/api/traces/{}/explanation", "/api/traces/{}/overview"])
def test_what_is_said_of_queries_can_be_said_in_chinese(client: TestClient, path: str) -> None:
    body = {"config": {"input_size": 2, "hidden_size": 3}, "input": {"kind": "random", "seq_len": 3, "batch_size": 2}}
    address = path.format(client.post("/api/traces", json=body).json()["id"])
    found = messages(client, "GET", path.format("nothing")) | messages(client, "PUT", address)
    found |= messages(client, "GET", "/api/nothing") | messages(client, "GET", "/api/runs/nothing")
    for name in ("layer", "direction", "timestep", "sample", "unit", "units", "quantity", "start", "stop", "encoding"):
        for value in ("", "x", "-1", "1.5", "9", "9" * 30, "reverse", "m", "true"):
            found |= messages(client, "GET", f"{address}?{name}={value}")
    found |= messages(client, "GET", f"{address}?start=2&stop=1&width=0&height=99999&format=3")
    found |= messages(client, "GET", f"{address}?units=1&units=1") | messages(
        client, "GET", f"{address}?layer=0&layer=0"
    )
    assert len(found) > 10
    assert unsaid(found) == []


def files() -> Iterator[bytes]:
    """Files of weights, none as it should be, or with something to say of it."""
    yield from (b"", b"GGUF\3", b"\x80\x02}q\0.", b"PK\x03\x04", b"\x89HDF\r\n\x1a\n\0", b"\x08\x07\x12", b"no weights")
    for header in (b"{", b"[]", b'{"a": 1}', b'{"__metadata__": 1}', b'{"a": {}, "a": {}}', b'{"a\\n": {}}'):
        yield struct.pack("<Q", len(header)) + header
    for facts in ({"dtype": 1}, {"shape": [-1]}, {"data_offsets": [1]}, {"data_offsets": [0, 9]}):
        header = json.dumps({"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]} | facts}).encode()
        yield struct.pack("<Q", len(header)) + header + b"\0\0\0\0"
    for rows, columns, more in ((12, 4, {}), (4, 4, {}), (14, 4, {}), (16, 4, {"weight_ih_l2": (16, 4)})):
        shapes = {"weight_ih_l0": (rows, 3), "weight_hh_l0": (rows, columns), **more}
        yield save({f"encoder.{name}": np.zeros(shape, np.float32) for name, shape in shapes.items()})
    yield save({"weight_ih": np.zeros((16, 3), np.float16), "weight_hh": np.zeros((16, 4), np.float16)})
    yield save({"weight_ih_l0": np.zeros((16, 3), np.int32), "weight_hh_l0": np.zeros((16, 4), np.int32)})
    yield save({"weight_ih_l0": np.full((16, 3), np.nan, np.float32), "weight_hh_l0": np.zeros((16, 4), np.float32)})
    yield save({"w.weight_hh_l0_g": np.zeros((16, 1), np.float32), "other": np.zeros(1, np.float32)})
    yield from mutated()


def mutated() -> Iterator[bytes]:
    """Files that frameworks wrote, whole, cut and with bytes that differ."""
    random = Random(0)  # noqa: S311 (no secret)
    for path in sorted((Path(ROOT) / "tests/readers/weights/files").glob("*")):
        content = bytearray(path.read_bytes())
        yield bytes(content)
        yield bytes(content[: len(content) // 2])
        for _ in range(3):
            for _ in range(4):
                content[random.randrange(min(len(content), 2000))] = random.randrange(256)
            yield bytes(content)


def test_what_is_said_of_files_can_be_said_in_chinese(client: TestClient) -> None:
    found: set[str] = set()
    for content in files():
        found |= messages(client, "PUT", "/api/uploads", content=content)
    assert len(found) > 25
    assert unsaid(found) == []


TABLE = b"a,b\n1,\n,2\n"
#: Data that is not as it should be, or that something is to be said of, with the query it is read by.
DATA: list[tuple[bytes, str]] = [
    *((TABLE, ""), (TABLE, "missing=forward"), (TABLE, "missing=zero"), (b"a,b\n1,x\n", "feature=b")),
    *((b"1,2\n3,4\n", "time=q"), (b"a,b\n1,2\n3\n", ""), (b'a\n"b', ""), (b"a;b\n1,5;2.5\n2,5;3\n", "")),
    *((b"a;b\n1,5;2\n", ""), (b"a,a\n5,5\n5,6\n", "normalisation=z_score"), (b"sample,a\nu,1\nv,2\nu,3\n", "")),
    (b"day,a,target\n2020-01-02,1,x\n2020-01-01,2,y\n2020-01-09,2,y\n", ""),
    *((b"[1, 2", ""), (b"[[1], [2, 3]]", ""), (b'{"a": [1], "b": [1, 2]}', ""), (b'[{"a": 1}, 2]', "")),
    *((b"hello", ""), (b"hello", "unknown=q&tokens=words"), (b"hello", "array=q&layout=x&lines=2")),
    *((b"", ""), (b"PAR1", ""), (b"\x1f\x8b", ""), (b"\x93NUMPY\1\0", ""), (b"\0\1\2", ""), (b"PK\3\4", "")),
]


def test_what_is_said_of_data_can_be_said_in_chinese(client: TestClient) -> None:
    found: set[str] = set()
    for content, query in DATA:
        for path in ("/api/inputs", "/api/inputs/preview"):
            found |= messages(client, "POST", f"{path}?{query}", content=content)
    assert len(found) > 15
    assert unsaid(found) == []
