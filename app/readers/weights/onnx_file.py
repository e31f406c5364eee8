"""The LSTM nodes of an ONNX model as torch's.

W is (D, 4H, I) and R is (D, 4H, H) with rows i, o, f, c, where c is g; B is (D, 8H), first the biases of W, then those
of R. Each layer of a stack is a node of its own; directly stacked nodes become one LSTM.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from google.protobuf.message import DecodeError
from pydantic import ValidationError

from ...lstm.config import GATES, Direction, LSTMConfig, parameter_suffix
from ...lstm.errors import InvalidCall, remark
from ...lstm.weights import check_tensors
from .model import GRU, PLAIN_RNN, Array, FoundModel, Lstm, Matrix, Refused, bad_file, distinct, finite
from .onnx_chain import layer_below
from .onnx_constants import Constants, CopyBudget, attributes
from .onnx_node import Node, node_of
from .onnx_wire import check_fields, damaged
from .strict_config import printable

MAX_GRAPHS = 64
MAX_NODES = 1000
_DIRECTIONS: tuple[Direction, ...] = ("forward", "reverse")
_GATES = [0, 2, 3, 1]  # indices of i, f, g, o in ONNX's i, o, f, c
_OTHERS = {
    "GRU": GRU,
    "RNN": PLAIN_RNN,
    "DynamicQuantizeLSTM": remark("onnx_quantized", "its weights are quantized, not floating-point numbers"),
}


def read(path: Path) -> FoundModel:
    """The LSTMs of an ONNX file. Raises InvalidCall for an invalid file."""
    content = path.read_bytes()
    check_fields(content)
    try:
        proto = onnx.ModelProto.FromString(content)
    except DecodeError:
        raise damaged() from None
    budget = CopyBudget(2 * len(content) + 2**20)
    del content
    model, others = FoundModel("onnx"), 0
    graphs: list[tuple[Any, Constants | None]] = [(proto.graph, None), *((one, None) for one in proto.functions)]
    for count, (graph, around) in enumerate(graphs):
        if count >= MAX_GRAPHS:
            raise bad_file(
                "onnx_graphs", "The model has more than {most} graphs inside of one another", most=MAX_GRAPHS
            )
        constants = Constants(graph, budget, around)
        _look(graph, constants, model, is_inner=around is not None)
        graphs += [(inner, constants) for node in graph.node for inner in _inner(node)]
        others += constants.unread()
    return FoundModel(model.format, model.lstms, model.matrices, model.refused, others)


def _inner(node: Any) -> list[Any]:
    """The graphs of a Loop, an If or a Scan."""
    kinds = onnx.AttributeProto
    return [
        graph
        for attribute in node.attribute
        for graph in ([attribute.g] if attribute.type == kinds.GRAPH else attribute.graphs)
    ]


def _look(graph: Any, constants: Constants, model: FoundModel, is_inner: bool) -> None:
    """Add the LSTMs and tables of one graph to a model."""
    nodes: list[Node] = []
    for node in graph.node:
        name = printable(node.name) or f"{node.op_type} {len(nodes) + len(model.lstms) + len(model.refused)}"
        if node.op_type in _OTHERS:
            model.refused.append(Refused(name, _OTHERS[node.op_type]))
        elif node.op_type == "LSTM" and node.domain in ("", "ai.onnx"):
            try:
                nodes.append(node_of(name, node, constants, is_inner))
            except InvalidCall as error:
                model.refused.append(Refused(name, error.problems[0]))
        elif node.op_type == "Gather" and node.input:
            _add_table(node, constants, model)
        if len(nodes) > MAX_NODES:
            raise bad_file("onnx_nodes", "The model has more than {most} LSTM nodes", most=MAX_NODES)
    for chain in _chains(nodes, constants):
        try:
            model.lstms.append(_lstm(chain))
        except InvalidCall as error:
            model.refused.append(Refused(chain[0].name, error.problems[0]))


def _add_table(node: Any, constants: Constants, model: FoundModel) -> None:
    """Add the table of a Gather node, which looks up rows of an embedding."""
    name = node.input[0]
    shape = constants.table_shape(name)
    if shape is not None and attributes(node).get("axis", 0) == 0 and all(name != one.name for one in model.matrices):
        model.matrices.append(Matrix(printable(name), shape, lambda: finite("the table", constants.table(name))))


def _chains(nodes: list[Node], constants: Constants) -> list[list[Node]]:
    """Groups of nodes that form one LSTM of torch, from the bottom layer up."""
    by_output = {node.node.output[0]: node for node in nodes if node.node.output and node.node.output[0]}
    protos = {name: node.node for name, node in by_output.items()}
    readers: dict[str, list[Node]] = {}
    for node in nodes:
        below = layer_below(node.node, protos, constants) if node.node.input else None
        if below is not None:
            readers.setdefault(below.output[0], []).append(node)
    upper = {
        name: above[0] for name, above in readers.items() if len(above) == 1 and above[0].kind == by_output[name].kind
    }
    not_first = {id(node) for node in upper.values()}
    chains = []
    for node in nodes:
        if id(node) not in not_first:
            chain = [node]
            while chain[-1].node.output and chain[-1].node.output[0] in upper:
                chain.append(upper[chain[-1].node.output[0]])
            chains.append(chain)
    return chains


def _lstm(chain: list[Node]) -> Lstm:
    bias = any(node.biases is not None for node in chain)
    shapes: dict[str, tuple[int, ...]] = {}
    for suffix, node, _ in _places(chain):
        rows = (len(GATES) * chain[0].recurrent.shape[2],)
        shapes |= {f"weight_ih{suffix}": node.weights.shape[1:], f"weight_hh{suffix}": node.recurrent.shape[1:]}
        if bias:
            shapes |= {f"bias_ih{suffix}": rows, f"bias_hh{suffix}": rows}
    directions, hidden_size = chain[0].recurrent.shape[0], chain[0].recurrent.shape[2]
    facts = {"num_layers": len(chain), "bidirectional": directions == 2, "bias": bias}
    try:
        config = LSTMConfig(input_size=chain[0].weights.shape[2], hidden_size=hidden_size, **facts)
    except ValidationError:
        raise bad_file("onnx_no_columns", "W or R has no columns") from None
    check_tensors(config, shapes)
    remarks = distinct(one for node in chain for one in node.remarks)
    if len(chain) > 1:
        template = "The nodes {names}, which stand on one another, are shown as one LSTM of {count} layers"
        names = ", ".join(node.name for node in chain)
        remarks.append(remark("stacked_nodes", template, names=names, count=len(chain)))
    return Lstm(chain[0].name, config, _loader(chain, bias), tuple(remarks))


def _places(chain: list[Node]) -> list[tuple[str, Node, int]]:
    """Torch's suffix of each layer and direction, with its node and the index of the direction in that node."""
    return [
        (parameter_suffix(layer, _DIRECTIONS[k]), node, k)
        for layer, node in enumerate(chain)
        for k in range(node.recurrent.shape[0])
    ]


def _loader(chain: list[Node], bias: bool) -> Callable[[], dict[str, Array]]:
    def load() -> dict[str, Array]:
        found: dict[str, Array] = {}
        for suffix, node, k in _places(chain):
            found[f"weight_ih{suffix}"] = _reordered(finite("W", node.weights[k]))
            found[f"weight_hh{suffix}"] = _reordered(finite("R", node.recurrent[k]))
            if bias:
                both = node.biases[k] if node.biases is not None else np.zeros(2 * len(node.weights[k]), np.float32)
                for name, half in zip(("bias_ih", "bias_hh"), np.split(finite("B", both), 2), strict=True):
                    found[name + suffix] = _reordered(half)
        return found

    return load


def _reordered(array: Array) -> Array:
    """Rows i, o, f, c reordered to i, f, g, o."""
    blocks = array.reshape(len(GATES), -1, *array.shape[1:])[_GATES]
    return np.ascontiguousarray(blocks.reshape(array.shape))
