"""Whatever the server says, the page can say in Chinese: a type without a translation fails here."""

import ast
import json
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save
from starlette.testclient import TestClient

from tests.web.hostile import ILLEGAL, TOO_LARGE

ROOT = Path(__file__).parent.parent.parent
CATALOG = json.loads((ROOT / "static/i18n/zh/errors.json").read_text(encoding="utf-8"))
TRANSLATIONS: dict[str, str] = {key.removeprefix("error."): words for key, words in CATALOG.items()}
#: The functions that take a type and a template, with the place of the type among their arguments.
MAKERS = {
    "problem": 1,
    "remark": 0,
    "bad_file": 0,
    "input_problem": 0,
    "_fault": 2,
    "wrong_option": 1,
    "PydanticCustomError": 0,
}
#: Where those hand on what they are given.
HELPERS = ("lstm/errors.py", "lstm/values.py", "readers/inputs/options.py", "readers/weights/model.py")
#: Rooms that do not speak to the page.
SILENT = ("core", "presets")
#: Types of pydantic and of the framework that the API answers with, by the values in their sentences.
FRAMEWORKS = {
    **dict.fromkeys(("bool_parsing", "bool_type", "dict_type", "extra_forbidden", "float_type", "int_from_float"), ""),
    **dict.fromkeys(("int_parsing", "int_parsing_size", "int_type", "json_invalid", "list_type", "missing"), ""),
    **dict.fromkeys(("model_attributes_type", "string_type", "string_unicode", "union_tag_invalid"), ""),
    **dict.fromkeys(("union_tag_not_found", "finite_number"), ""),
    "greater_than": "gt",
    "greater_than_equal": "ge",
    "less_than": "lt",
    "less_than_equal": "le",
    "enum": "expected",
    "literal_error": "expected",
    "string_too_long": "max_length",
    "too_long": "max_length",
    "string_too_short": "min_length",
    "too_short": "min_length actual_length",
    **dict.fromkeys(("method_not_allowed", "not_found", "unreadable_body"), ""),
}


def holes(template: str) -> set[str]:
    """The names of the values in a template."""
    return set(re.findall(r"\{(\w+)", template))


def of_the_source() -> dict[str, dict[str, str]]:
    """By type, its templates, each with the place in the source that has it."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted((ROOT / "app").rglob("*.py")):
        name = path.relative_to(ROOT / "app").as_posix()
        if name.split("/")[0] in SILENT:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        texts = {
            node.lineno: node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "template"
        }
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            maker = call.func.id if isinstance(call.func, ast.Name) else ""
            if maker not in MAKERS:
                continue
            kind, template = call.args[MAKERS[maker] : MAKERS[maker] + 2]
            if isinstance(template, ast.Name):  # assigned just above
                template = texts.get(max((line for line in texts if line < call.lineno), default=0), template)
            if isinstance(kind, ast.Constant) and isinstance(template, ast.Constant):
                found.setdefault(kind.value, {})[template.value] = f"app/{name}:{call.lineno}"
            else:
                assert name in HELPERS, f"app/{name}:{call.lineno} has no literal type and template"
    return found


def elsewhere() -> set[str]:
    """The types of the proxy, and of a page in one file."""
    proxy = (ROOT / "deploy/nginx/refusals.conf").read_text(encoding="utf-8")
    return {"standalone", *re.findall(r'"type":"(\w+)"', proxy)}


def test_every_type_has_one_template_and_its_translation_has_the_same_values() -> None:
    source = of_the_source()
    assert len(source) > 250
    assert {kind: templates for kind, templates in source.items() if len(templates) > 1} == {}
    wanted = {kind: set(values.split()) for kind, values in FRAMEWORKS.items()}
    wanted |= {kind: holes(template) for kind, templates in source.items() for template in templates}
    wanted |= {kind: set() for kind in elsewhere() - set(wanted)}
    assert {kind: holes(words) for kind, words in TRANSLATIONS.items()} == wanted


def answered(client: TestClient, method: str, path: str, **given: Any) -> set[str]:
    """The types of what is wrong, and of what is found in a file; asserts that each can be said."""
    answer = client.request(method, path, **given).json()
    found = [*answer.get("detail", []), *answer.get("refused", [])]
    found += [item for one in [answer, *answer.get("lstms", [])] for item in one.get("remark_items", [])]
    for item in found:
        sentence = item.get("msg", item.get("reason"))
        assert item["type"] in TRANSLATIONS, item
        assert holes(TRANSLATIONS[item["type"]]) <= set(item.get("ctx", {})), item
        assert "{" not in sentence or item["type"] == "text_json", sentence
    return {item["type"] for item in found}


def test_what_is_said_of_hostile_requests_can_be_said_in_chinese(client: TestClient) -> None:
    found: set[str] = set()
    for hostile in [*ILLEGAL, *TOO_LARGE]:
        found |= answered(client, "POST", "/api/traces", content=hostile.body, headers=JSON)
    for body in wrong_configs():
        found |= answered(client, "POST", "/api/traces", json=body)
    assert len(found) > 35


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
    found = answered(client, "GET", path.format("nothing")) | answered(client, "PUT", address)
    found |= answered(client, "GET", "/api/nothing") | answered(client, "GET", "/api/runs/nothing")
    for name in ("layer", "direction", "timestep", "sample", "unit", "units", "quantity", "start", "stop", "encoding"):
        for value in ("", "x", "-1", "1.5", "9", "9" * 30, "reverse", "m", "true"):
            found |= answered(client, "GET", f"{address}?{name}={value}")
    found |= answered(client, "GET", f"{address}?start=2&stop=1&width=0&height=99999&format=3")
    found |= answered(client, "GET", f"{address}?units=1&units=1") | answered(
        client, "GET", f"{address}?layer=0&layer=0"
    )
    assert len(found) > 8


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
    for path in sorted((ROOT / "tests/readers/weights/files").glob("*")):
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
        found |= answered(client, "PUT", "/api/uploads", content=content)
    assert len(found) > 25


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
            found |= answered(client, "POST", f"{path}?{query}", content=content)
    assert len(found) > 15
