"""One LSTM node of an ONNX graph: its weights and attributes, or why torch has no such LSTM."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from .model import Array, bad_file
from .onnx_constants import Constants, attributes
from .strict_config import printable

_INNER = "It is inside of a loop or a condition of the model, which decides how often it runs"


@dataclass(frozen=True)
class Node:
    """A supported LSTM node: one layer."""

    name: str
    node: Any
    weights: Array
    recurrent: Array
    biases: Array | None
    remarks: tuple[str, ...]

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
    if sentence := _complaint(found, inputs):
        raise bad_file("no_lstm", sentence)
    weights, recurrent, biases = (constants.get(source) for source in inputs[1:4])
    if weights is None or recurrent is None or (biases is None and inputs[3]):
        raise bad_file("no_lstm", "its weights are computed while the model runs, not stored in it")
    if any(array is not None and array.dtype.kind != "f" for array in (weights, recurrent, biases)):
        raise bad_file("no_lstm", "its weights are not floating-point numbers")
    directions = 2 if found.get("direction") == b"bidirectional" else 1
    if weights.ndim != 3 or recurrent.ndim != 3 or not len(weights) == len(recurrent) == directions:
        raise bad_file("no_lstm", f"W and R of {directions} directions, three axes each, are expected")
    if found.get("hidden_size", recurrent.shape[2]) != recurrent.shape[2]:
        raise bad_file("no_lstm", "hidden_size is another than that of R")
    if biases is not None and biases.shape != (directions, 8 * recurrent.shape[2]):
        raise bad_file("no_lstm", "B should have eight numbers for each unit and direction")
    remarks = [_INNER] if is_inner else []
    if inputs[4]:
        remarks.append("The model tells it how long each sequence is; give lengths here")
    states = [constants.get(source) for source in inputs[5:7]]
    if any(state is not None and np.any(state) for state in states):
        remarks.append("In the file it starts from states other than zeros; give them here as h_0 and c_0")
    if weights.dtype.itemsize == 2:
        remarks.append("16-bit numbers are read as float32")
    return Node(name, node, weights, recurrent, biases, tuple(remarks))


def _complaint(found: dict[str, Any], inputs: list[str]) -> str | None:
    """Why torch has no such LSTM, or None."""
    direction = found.get("direction", b"forward")
    given = found.get("activations") or []
    names = [printable(name, 40).lower() for name in given] if isinstance(given, list) else ["none"]
    if direction == b"reverse":
        return "direction=reverse alone: torch reads from the end only beside a forward direction"
    if direction not in (b"forward", b"bidirectional"):
        return "its direction is none of those of ONNX"
    if inputs[7]:
        return "it has peepholes (P), which torch has not"
    if "clip" in found:
        return "it clips what its gates are given (clip), which torch does not"
    if found.get("input_forget"):
        return "input_forget=1: its input gate follows from the forget gate; torch has both"
    if names and names != ["sigmoid", "tanh", "tanh"] * (len(names) // 3):
        return f"its activations are {printable(', '.join(names), 80)}; torch has sigmoid, tanh, tanh alone"
    return None
