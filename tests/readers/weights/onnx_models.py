"""ONNX models of LSTM nodes, and what onnx's own reference evaluator answers."""

from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

Array = np.ndarray[Any, Any]
RANDOM = np.random.default_rng(1)


def weights(input_size: int, hidden_size: int, directions: int, bias: bool = True) -> list[Array]:
    """W, R and B of a node; without B where there is no bias."""
    shapes: list[tuple[int, ...]] = [(4 * hidden_size, input_size), (4 * hidden_size, hidden_size)]
    shapes += [(8 * hidden_size,)] if bias else []
    return [RANDOM.normal(size=(directions, *shape)).astype(np.float32) * 0.4 for shape in shapes]


def model_of(nodes: list[Any], tensors: dict[str, Array], x: tuple[Any, ...], y: str = "Y") -> Any:
    """A model from X to one output."""
    graph = helper.make_graph(
        nodes,
        "graph",
        [helper.make_tensor_value_info("X", TensorProto.FLOAT, x)],
        [helper.make_tensor_value_info(y, TensorProto.FLOAT, None)],
        [numpy_helper.from_array(array, name) for name, array in tensors.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)


def single(arrays: list[Array], inputs: int | None = None, **attributes: Any) -> Any:
    """A model of one LSTM node from X to Y. inputs: how many it has, the further ones named "more"."""
    tensors = dict(zip(("W", "R", "B"), arrays, strict=False))
    names = ["X", *tensors]
    if inputs is not None:
        names += [""] * (inputs - 1 - len(names)) + ["more"]
    node = helper.make_node("LSTM", names, ["Y"], name="only", hidden_size=arrays[1].shape[2], **attributes)
    return model_of([node], tensors, (None, None, arrays[0].shape[2]))


def answer(model: Any, x: Array) -> Array:
    """What the reference evaluator gives for an input."""
    (found,) = ReferenceEvaluator(model).run(None, {"X": x})
    return np.asarray(found)


def stack(kinds: int, between: Any, directions: int = 1, layout: int = 0) -> Any:
    """A model of several nodes: `between(k)` gives the nodes from Yk to Xk+1, and the tensors that they need."""
    tensors: dict[str, Array] = {}
    nodes: list[Any] = []
    source = "X"
    for k in range(kinds):
        arrays = weights(3 if k == 0 else 4 * directions, 4, directions)
        names = [f"{name}{k}" for name in "WRB"]
        tensors |= dict(zip(names, arrays, strict=True))
        both = {"direction": "bidirectional"} if directions == 2 else {}
        nodes.append(
            helper.make_node("LSTM", [source, *names], [f"Y{k}"], f"lstm{k}", hidden_size=4, layout=layout, **both)
        )
        more, needed = between(k)
        nodes += more
        tensors |= needed
        source = f"X{k + 1}"
    return model_of(nodes, tensors, (None, None, 3), y=source)


def saved(model: Any) -> bytes:
    content: bytes = model.SerializeToString()
    return content


__all__ = ["TensorProto", "answer", "helper", "model_of", "numpy_helper", "onnx", "saved", "single", "stack", "weights"]
