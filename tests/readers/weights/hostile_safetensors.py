"""Safetensors files that no honest program writes, each with a part of what is said of it."""

import json
import struct
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from safetensors.numpy import save

Entry = dict[str, Any]


class Hostile(NamedTuple):
    """A file by name, and a part of the sentence that it is refused with."""

    name: str
    content: bytes
    sentence: str


def good(**shapes: tuple[int, ...]) -> dict[str, Any]:
    """The parameters of an LSTM of 2 features and 3 units, some of other shapes."""
    usual: dict[str, tuple[int, ...]] = {"weight_ih_l0": (12, 2), "weight_hh_l0": (12, 3)}
    usual |= {"bias_ih_l0": (12,), "bias_hh_l0": (12,)}
    return {name: np.full(shape, 0.1, np.float32) for name, shape in (usual | shapes).items()}


def raw(header: bytes, data: bytes = b"") -> bytes:
    return struct.pack("<Q", len(header)) + header + data


def entry(shape: list[Any], start: Any, stop: Any, dtype: Any = "F32") -> Entry:
    return {"dtype": dtype, "shape": shape, "data_offsets": [start, stop]}


def with_header(header: Any, data: bytes = b"") -> bytes:
    return raw(json.dumps(header).encode(), data)


def headers() -> Iterator[Hostile]:
    fine = save(good())
    yield Hostile("no-header", struct.pack("<Q", 0) + b"{", "header is longer than the file")
    yield Hostile("header-of-2^63", struct.pack("<Q", 2**63) + b"{}", "header is longer than the file")
    yield Hostile("header-beyond-file", struct.pack("<Q", 999) + b"{}", "header is longer than the file")
    yield Hostile("header-of-spaces", raw(b"{" + b" " * (5 * 2**20) + b"}"), "header is above")
    yield Hostile("truncated", fine[:200], "header is longer than the file")
    yield Hostile("truncated-data", fine[:-1], "contradict one another")
    yield Hostile("trailing-bytes", fine + b"\0" * 9, "no sound safetensors file")
    yield Hostile("not-json", raw(b"{nonsense}"), "no valid JSON")
    yield Hostile("not-utf-8", raw(b'{"\xff\xfe": 1}'), "no valid JSON")
    yield Hostile("deep", raw(b'{"a":' * 100_000 + b"1" + b"}" * 100_000), "no valid JSON")
    yield Hostile("digits", raw(b'{"a":' + b"9" * 5000 + b"}"), "no valid JSON")
    twice = b'"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}'
    yield Hostile("duplicate-name", raw(b"{" + twice + b"," + twice + b"}"), "occurs twice")
    yield Hostile(
        "duplicate-key", raw(b'{"a":{"dtype":"F32","dtype":"F32","shape":[0],"data_offsets":[0,0]}}'), "twice"
    )
    many = {f"t{k}": entry([0], 0, 0) for k in range(20_001)}
    yield Hostile("20001-tensors", with_header(many), "above the limit of 20,000")
    yield Hostile("metadata-numbers", with_header({"__metadata__": {"a": 1}}), "object of texts")
    yield Hostile("metadata-list", with_header({"__metadata__": []}), "object of texts")


def entries() -> Iterator[Hostile]:
    def one(name: str, facts: Any, sentence: str, data: bytes = b"\0" * 64) -> Hostile:
        return Hostile(name, with_header({"a": facts}, data), sentence)

    contradict = "contradict one another"
    yield one("no-entry", 1, "data_offsets are expected")
    yield one("entry-with-more", entry([1], 0, 4) | {"x": 1}, "data_offsets are expected")
    yield one("shape-lies", entry([17], 0, 64), contradict)
    yield one("shape-of-2^60", entry([2**60], 0, 64), "at most 8 sizes")
    yield one("shape-whose-product-overflows", entry([2**47] * 8, 0, 64), contradict)
    yield one("shape-0-x-2^40", entry([0, 2**40], 0, 0), "No LSTM", data=b"")
    yield one("shape-negative", entry([-1, -16], 0, 64), "at most 8 sizes")
    yield one("shape-true", entry([True], 0, 4), "at most 8 sizes")
    yield one("shape-fraction", entry([16.0], 0, 64), "at most 8 sizes")
    yield one("shape-text", entry(["16"], 0, 64), "at most 8 sizes")
    yield one("rank-5000", entry([1] * 5000, 0, 4), "at most 8 sizes")
    yield one("offsets-reversed", entry([16], 64, 0), contradict)
    yield one("offsets-beyond-file", entry([2**40], 0, 2**42), contradict)
    yield one("offsets-negative", entry([16], -64, 0), "two places in the file")
    yield one("offsets-three", {"dtype": "F32", "shape": [16], "data_offsets": [0, 64, 64]}, "two places in the file")
    yield one("dtype-F4", entry([128], 0, 64, "F4"), "No LSTM was found")
    yield one("dtype-unknown", entry([16], 0, 64, "__import__"), "no sound safetensors file")
    yield one("dtype-number", entry([16], 0, 64, 4), "dtype should be a text")
    overlapping = {"a": entry([16], 0, 64), "b": entry([16], 0, 64)}
    yield Hostile("overlapping", with_header(overlapping, b"\0" * 64), "no sound safetensors file")
    with_hole = {"a": entry([4], 0, 16), "b": entry([4], 48, 64)}
    yield Hostile("with-a-hole", with_header(with_hole, b"\0" * 64), "no sound safetensors file")


def names() -> Iterator[Hostile]:
    for name, text in {"nul": "a\0b", "newline": "a\nb", "escape": "\x1b[31m", "surrogate": "\ud800"}.items():
        yield Hostile(f"name-{name}", with_header({text: entry([0], 0, 0)}), "control characters")
    yield Hostile("name-long", with_header({"n" * 600: entry([0], 0, 0)}), "more than 512 characters")


def lstms() -> Iterator[Hostile]:
    def one(name: str, tensors: dict[str, Any], sentence: str) -> Hostile:
        return Hostile(name, save(tensors), sentence)

    nan = good()
    nan["bias_hh_l0"][3] = np.nan
    yield one("nan", nan, "bias_hh_l0 has 1 of 12 numbers that are NaN or infinite")
    infinite = good()
    infinite["weight_ih_l0"][:] = np.inf
    yield one("infinite", infinite, "weight_ih_l0 has 24 of 24")
    yield one("integers", {name: array.astype(np.int32) for name, array in good().items()}, "not floating-point")
    yield one("turned", good(weight_ih_l0=(2, 12)), "which are not four gates")
    yield one("five-gates", good(weight_ih_l0=(15, 2), weight_hh_l0=(15, 3)), "which are not four gates")
    yield one("empty", good(weight_ih_l0=(0, 2), weight_hh_l0=(0, 3)), "which are not four gates")
    yield one("no-features", good(weight_ih_l0=(12, 0)), "input_size")
    yield one("scalar", good(weight_ih_l0=()), "of two axes each")
    yield one("bias-long", good(bias_ih_l0=(13,)), "Expected shape [12], found [13]")
    yield one("layer-missing", good() | {"weight_ih_l9": np.ones((12, 3), np.float32)}, "missing below layer 9")
    far = good() | {"weight_ih_l9999": np.ones((12, 3), np.float32)}
    yield one("layer-9999", far, "missing below layer 9999")
    yield one("half-an-lstm", {"weight_ih_l0": np.ones((12, 2), np.float32)}, "are expected")


SAFETENSORS = [*headers(), *entries(), *names(), *lstms()]
