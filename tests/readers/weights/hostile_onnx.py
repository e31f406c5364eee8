"""ONNX files that no honest program writes, each with a part of what is said of it."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from tests.readers.weights.hostile_safetensors import Hostile
from tests.readers.weights.onnx_models import model_of, saved, single, weights


def field(number: int, content: bytes) -> bytes:
    """A length-delimited field of a protobuf message."""
    return varint(number << 3 | 2) + varint(len(content)) + content


def varint(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


_VERSION = b"\x08\x0a"  # ir_version: 10


def wires() -> Iterator[Hostile]:
    fine = saved(single(weights(2, 3, 1)))
    unsound = "no sound ONNX file"
    yield Hostile("onnx-garbage", b"\x08" + bytes(range(255, 0, -1)) * 9, unsound)
    yield Hostile("onnx-truncated", fine[:-7], unsound)
    yield Hostile("onnx-version-alone", _VERSION, "No LSTM")
    yield Hostile("onnx-varint-endless", b"\x08" + b"\xff" * 40, unsound)
    yield Hostile("onnx-length-2^62", _VERSION + varint(7 << 3 | 2) + varint(2**62), unsound)
    yield Hostile("onnx-group", _VERSION + b"\x3b\x3c", unsound)
    nodes = field(7, field(1, b"") * 600_000)
    yield Hostile("onnx-600000-nodes", _VERSION + nodes, "more than 500,000 parts")
    dims = field(7, field(5, field(1, b"\x01" * 10_000_000)))
    yield Hostile("onnx-rank-ten-million", _VERSION + dims, "more than 500,000 parts")
    deep = b""
    for _ in range(5000):  # node, attribute, graph, node ...
        deep = field(1, field(5, field(6, deep)))
    yield Hostile("onnx-deep", _VERSION + field(7, deep), "nests them too deeply")


def tensors() -> Iterator[Hostile]:
    def one(name: str, sentence: str, change: Any) -> Hostile:
        model = single(weights(2, 3, 1))
        change(model.graph)
        return Hostile(f"onnx-{name}", saved(model), sentence)

    def dims(*sizes: int) -> Any:
        def change(graph: Any) -> None:
            del graph.initializer[0].dims[:]
            graph.initializer[0].dims.extend(sizes)

        return change

    def array(k: int, found: Any) -> Any:
        return lambda graph: graph.initializer[k].CopyFrom(numpy_helper.from_array(found, "WRB"[k]))

    wrong = "another shape than it has numbers"
    yield one("shape-lies", wrong, dims(1, 12, 3))
    yield one("shape-of-2^62", "impossible shape", dims(2**62, 2))
    yield one("shape-overflows", wrong, dims(2**47, 2**47, 2**47))
    yield one("shape-negative", "impossible shape", dims(-1, 12, 2))
    yield one("shape-0-x-2^40", wrong, dims(0, 2**40, 1))
    yield one("rank-5000", "impossible shape", dims(*[1] * 5000))
    yield one("raw-odd", wrong, lambda graph: setattr(graph.initializer[0], "raw_data", b"abc"))
    yield one("rank-2", "three axes each", array(0, np.ones((12, 2), np.float32)))
    yield one("directions-2", "three axes each", array(0, np.ones((2, 12, 2), np.float32)))
    yield one("five-gates", "Expected shape [12, 2], found [15, 2]", array(0, np.ones((1, 15, 2), np.float32)))
    yield one("bias-short", "eight numbers for each unit", array(2, np.ones((1, 12), np.float32)))
    yield one("no-units", "hidden_size is another than that of R", array(1, np.ones((1, 0, 0), np.float32)))
    yield one("integers", "not floating-point numbers", array(0, np.ones((1, 12, 2), np.int64)))
    yield one("nan", "24 of 24 numbers that are NaN", array(0, np.full((1, 12, 2), np.nan, np.float32)))
    yield one("texts", "computed while the model runs", array(0, np.full((1, 12, 2), "a", object)))
    yield one(
        "type-unknown", "computed while the model runs", lambda graph: setattr(graph.initializer[0], "data_type", 99)
    )

    def outside(graph: Any) -> None:
        graph.initializer[0].data_location = TensorProto.EXTERNAL
        graph.initializer[0].external_data.add(key="location", value="/etc/passwd")

    yield one("external-data", "external_data=False", outside)
    yield one("no-inputs", "computed while the model runs", lambda graph: graph.node[0].ClearField("input"))
    yield one(
        "attribute-kinds", "direction is none", lambda graph: graph.node[0].attribute.add(name="direction", i=3, type=2)
    )


def graphs() -> Iterator[Hostile]:
    w, r, b = weights(2, 3, 1)

    def one(name: str, nodes: list[Any], source: str, sentence: str, large: Any = None) -> Hostile:
        lstm = helper.make_node("LSTM", ["X", source, "R", "B"], ["Y"], "only", hidden_size=3)
        found: dict[str, Any] = {"W": w if large is None else large, "R": r, "B": b}
        return Hostile(f"onnx-{name}", saved(model_of([*nodes, lstm], found, (None, None, 2))), sentence)

    chain = [helper.make_node("Identity", [f"W{k}" if k else "W"], [f"W{k + 1}"]) for k in range(50_000)]
    yield one("chain-of-50000", chain, "W50000", "computed while the model runs")
    cycle = [helper.make_node("Identity", ["a"], ["b"]), helper.make_node("Identity", ["b"], ["a"])]
    yield one("cycle", cycle, "a", "computed while the model runs")
    doubled = [helper.make_node("Concat", [f"W{k}" if k else "W"] * 2, [f"W{k + 1}"], axis=0) for k in range(30)]
    yield one("doubled-30-times", doubled, "W30", "more copying than is done here", np.ones((1000, 100), np.float32))
    wide = [helper.make_node("Unsqueeze", ["W", "axes"], ["V"])]
    yield one(
        "unsqueezed", [helper.make_node("Constant", [], ["axes"], value_ints=[0] * 4000), *wide], "V", "computed while"
    )
    expand = [helper.make_node("Expand", ["W", "shape"], ["V"])]
    yield one(
        "expanded", [helper.make_node("Constant", [], ["shape"], value_ints=[2**40]), *expand], "V", "computed while"
    )
    odd = [helper.make_node("Reshape", ["W", "shape"], ["V"])]
    for name, shape in {"ones": [-1, -1], "many": [1] * 70, "huge": [2**62, 2**62]}.items():
        constant = helper.make_node("Constant", [], ["shape"], value_ints=shape)
        yield one(f"reshaped-{name}", [constant, *odd], "V", "computed while the model runs")


ONNX = [*wires(), *tensors(), *graphs()]
