"""One LSTM node of an ONNX graph: its weights and attributes, or why torch has no such LSTM."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...lstm.errors import InvalidCall, Problem, remark
from .model import HALF_PRECISION, Array, bad_file, not_floats
from .onnx_constants import Constants, attributes
from .strict_config import printable

_INNER = remark("onnx_inner", "It is inside of a loop or a condition of the model, which decides how often it runs")


@dataclass(frozen=True)
class Node:
    """A supported LSTM node: one layer."""

    name: str
    node: Any
    weights: Array
    recurrent: Array
    biases: Array | None
    remarks: tuple[Problem, ...]

    @property
    def kind(self) -> tuple[int, ...]:
        """What layers of one LSTM have in common."""
        return (self.recurrent.shape[0], self.recurrent.shape[2], attributes(self.node).get("layout", 0))


def node_of(name: str, node: Any, constants: Constants, is_inner: bool) -> Node:
    """A node as a layer. Raises InvalidCall for an unsupported or invalid one.

    is_inner: whether it is in a subgraph.
    """
    found = attributes(node)
    inputs = [*node.input, *[""] * 8]
    if reason := _complaint(found, inputs):
        raise InvalidCall([reason])
    weights, recurrent, biases = (constants.get(source) for source in inputs[1:4])
    if weights is None or recurrent is None or (biases is None and inputs[3]):
        raise bad_file("onnx_weights_computed", "its weights are computed while the model runs, not stored in it")
    if any(array is not None and array.dtype.kind != "f" for array in (weights, recurrent, biases)):
        raise not_floats()
    directions = 2 if found.get("direction") == b"bidirectional" else 1
    if weights.ndim != 3 or recurrent.ndim != 3 or not len(weights) == len(recurrent) == directions:
        template = "W and R of {count} directions, three axes each, are expected"
        raise bad_file("onnx_axes", template, count=directions)
    if found.get("hidden_size", recurrent.shape[2]) != recurrent.shape[2]:
        raise bad_file("onnx_hidden_size", "hidden_size is another than that of R")
    if biases is not None and biases.shape != (directions, 8 * recurrent.shape[2]):
        raise bad_file("onnx_bias", "B should have eight numbers for each unit and direction")
    remarks = [_INNER] if is_inner else []
    if inputs[4]:
        template = "The model tells it how long each sequence is; give lengths here"
        remarks.append(remark("onnx_lengths", template))
    states = [constants.get(source) for source in inputs[5:7]]
    if any(state is not None and np.any(state) for state in states):
        template = "In the file it starts from states other than zeros; give them here as h_0 and c_0"
        remarks.append(remark("onnx_states", template))
    if weights.dtype.itemsize == 2:
        remarks.append(HALF_PRECISION)
    return Node(name, node, weights, recurrent, biases, tuple(remarks))


def _complaint(found: dict[str, Any], inputs: list[str]) -> Problem | None:
    """Why torch has no such LSTM, or None."""
    direction = found.get("direction", b"forward")
    given = found.get("activations") or []
    names = [printable(name, 40).lower() for name in given] if isinstance(given, list) else ["none"]
    if direction == b"reverse":
        template = "direction=reverse alone: torch reads from the end only beside a forward direction"
        return remark("onnx_reverse_alone", template)
    if direction not in (b"forward", b"bidirectional"):
        return remark("onnx_direction", "its direction is none of those of ONNX")
    if inputs[7]:
        return remark("onnx_peepholes", "it has peepholes (P), which torch has not")
    if "clip" in found:
        return remark("onnx_clip", "it clips what its gates are given (clip), which torch does not")
    if found.get("input_forget"):
        template = "input_forget=1: its input gate follows from the forget gate; torch has both"
        return remark("onnx_input_forget", template)
    if names and names != ["sigmoid", "tanh", "tanh"] * (len(names) // 3):
        template = "its activations are {names}; torch has sigmoid, tanh, tanh alone"
        return remark("onnx_activations", template, names=printable(", ".join(names), 80))
    return None
