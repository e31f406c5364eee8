"""The constant tensors of an ONNX graph: stored ones, and those that its first nodes slice and concatenate from them.

torch's exporter stores large weights in torch's layout, and adds nodes (Slice, Concat, Unsqueeze) that reorder the
gates for ONNX. Only operations that enlarge nothing are computed, within a byte budget.
"""

from collections.abc import Mapping
from math import prod
from typing import Any

import numpy as np
import onnx

from .model import Array, bad_file

_MAX_DEPTH = 32
_MAX_RANK = 8
_FLOATS = {onnx.TensorProto.FLOAT: "<f4", onnx.TensorProto.DOUBLE: "<f8", onnx.TensorProto.FLOAT16: "<f2"}
_STORED = {**_FLOATS, onnx.TensorProto.BFLOAT16: "<u2", onnx.TensorProto.INT64: "<i8", onnx.TensorProto.INT32: "<i4"}
#: The field of the numbers if they are not in raw_data.
_FIELDS = {
    onnx.TensorProto.FLOAT: "float_data",
    onnx.TensorProto.DOUBLE: "double_data",
    onnx.TensorProto.FLOAT16: "int32_data",
    onnx.TensorProto.BFLOAT16: "int32_data",
    onnx.TensorProto.INT64: "int64_data",
    onnx.TensorProto.INT32: "int32_data",
}


class CopyBudget:
    """A budget in bytes for computed tensors."""

    def __init__(self, left: int) -> None:
        self.left = left

    def take(self, size: int) -> None:
        """Raises InvalidCall if the budget is exceeded."""
        self.left -= size
        if self.left < 0:
            raise bad_file("onnx_copying", "its weights are made of others by more copying than is done here")


class Constants:
    """The tensors of one graph by name, and those of the graphs around it."""

    def __init__(self, graph: Any, budget: CopyBudget, outer: "Constants | None" = None) -> None:
        self._stored = {tensor.name: tensor for tensor in getattr(graph, "initializer", ())}
        self._makers = {name: node for node in graph.node for name in node.output if name}
        self._declared = {value.name: value.type.tensor_type.shape for value in getattr(graph, "value_info", ())}
        self._budget = budget
        self._outer = outer
        self._known: dict[str, Array | None] = {}

    def unread(self) -> int:
        """The number of stored tensors that were never read."""
        return len(self._stored) - len(self._stored.keys() & self._known.keys())

    def sizes(self, name: str) -> list[int | None]:
        """The declared sizes of a tensor, None for a dynamic one; empty if it is not declared."""
        shape = self._declared.get(name)
        return [] if shape is None else [axis.dim_value if axis.HasField("dim_value") else None for axis in shape.dim]

    def table_shape(self, name: str) -> tuple[int, int] | None:
        """The shape of a stored floating-point matrix, None for anything else."""
        tensor = self._stored.get(name)
        if tensor is None or tensor.data_type not in _FLOATS or len(tensor.dims) != 2:
            return None
        rows, size = tensor.dims
        return (rows, size) if rows >= 2 and size >= 1 else None

    def table(self, name: str) -> Array:
        """The numbers of such a matrix."""
        found = _stored(self._stored[name])
        assert found is not None
        return found

    def maker(self, name: str) -> Any:
        """The node that produces this output, None if there is none."""
        return self._makers.get(name)

    def get(self, name: str, depth: int = 0) -> Array | None:
        """A constant tensor, None if it is not constant. Raises InvalidCall for an invalid one."""
        if not name or depth > _MAX_DEPTH:
            return None
        if name not in self._known:
            self._known[name] = self._find(name, depth)
        return self._known[name]

    def _find(self, name: str, depth: int) -> Array | None:
        if name in self._stored:
            return _stored(self._stored[name])
        node = self._makers.get(name)
        if node is None:
            return None if self._outer is None else self._outer.get(name, depth + 1)
        if node.domain not in ("", "ai.onnx") or list(node.output) != [name]:
            return None
        if node.op_type == "Constant":
            return _constant(node)
        if node.op_type not in _OPERATIONS:
            return None
        given = [self.get(source, depth + 1) for source in node.input]
        if any(array is None for array in given) or not given:
            return None
        try:
            made: Array | None = _OPERATIONS[node.op_type](attributes(node), *given)
        except (ValueError, IndexError, TypeError, KeyError, OverflowError, AttributeError):  # whatever numpy raises
            return None
        if made is not None and made.base is None:
            self._budget.take(made.nbytes)
        return made


def attributes(node: Any) -> dict[str, Any]:
    """The attributes of a node by name: numbers, texts as bytes, lists of them, tensors and graphs."""
    return {attribute.name: _value(attribute) for attribute in node.attribute}


def _value(attribute: Any) -> Any:
    kinds = onnx.AttributeProto
    single = {kinds.INT: "i", kinds.FLOAT: "f", kinds.STRING: "s", kinds.TENSOR: "t", kinds.GRAPH: "g"}
    several = {kinds.INTS: "ints", kinds.FLOATS: "floats", kinds.STRINGS: "strings"}
    if attribute.type in single:
        return getattr(attribute, single[attribute.type])
    return list(getattr(attribute, several[attribute.type])) if attribute.type in several else None


def _stored(tensor: Any) -> Array | None:
    """The numbers of a stored tensor, BF16 as float32; None for a type that has no weights."""
    if tensor.data_location == onnx.TensorProto.EXTERNAL or len(tensor.external_data):
        template = (
            "its weights are in a second file beside this one (external data); export it as one file: "
            "torch.onnx.export(..., external_data=False)"
        )
        raise bad_file("onnx_external_data", template)
    if tensor.data_type not in _STORED:
        return None
    shape = tuple(tensor.dims)
    if len(shape) > _MAX_RANK or any(not 0 <= size < 2**48 for size in shape):
        raise bad_file("onnx_tensor_shape", "a tensor of its weights has an impossible shape")
    dtype = np.dtype(_STORED[tensor.data_type])
    whole = len(tensor.raw_data) % dtype.itemsize == 0
    numbers = np.frombuffer(tensor.raw_data, dtype) if tensor.raw_data and whole else _listed(tensor)
    if not whole or numbers.size != prod(shape):
        raise bad_file("onnx_tensor_size", "a tensor of its weights has another shape than it has numbers")
    if tensor.data_type == onnx.TensorProto.BFLOAT16:  # the upper half of a float32
        numbers = (numbers.astype("<u4") << 16).view("<f4")
    return numbers.reshape(shape)


def _listed(tensor: Any) -> Array:
    numbers = getattr(tensor, _FIELDS[tensor.data_type])
    if tensor.data_type in (onnx.TensorProto.FLOAT16, onnx.TensorProto.BFLOAT16):  # their bits, as integers
        bits = np.array(numbers, "<i4").astype("<u2")
        return bits.view("<f2") if tensor.data_type == onnx.TensorProto.FLOAT16 else bits
    return np.array(numbers, _STORED[tensor.data_type])


def _constant(node: Any) -> Array | None:
    found = attributes(node)
    if len(found) != 1:
        return None
    ((name, value),) = found.items()
    if name == "value" and isinstance(value, onnx.TensorProto):
        return _stored(value)
    kind = {"value_int": "<i8", "value_ints": "<i8", "value_float": "<f4", "value_floats": "<f4"}.get(name)
    return np.array(value, kind) if kind and isinstance(value, int | float | list) else None


def _slice(_: Mapping[str, Any], data: Array, starts: Array, stops: Array, *more: Array) -> Array | None:
    axes = more[0].tolist() if more else list(range(len(starts)))
    steps = more[1].tolist() if len(more) > 1 else [1] * len(starts)
    if any(step != 1 for step in steps) or len(set(axes)) != len(axes):
        return None
    cut = [slice(None)] * data.ndim
    for axis, start, stop in zip(axes, starts.tolist(), stops.tolist(), strict=True):
        cut[axis] = slice(start, stop)
    return data[tuple(cut)]


def _concat(found: Mapping[str, Any], *arrays: Array) -> Array | None:
    return np.concatenate(arrays, axis=found["axis"])


def _unsqueeze(found: Mapping[str, Any], data: Array, axes: Array | None = None) -> Array | None:
    places = tuple(found["axes"] if axes is None else axes.tolist())
    return np.expand_dims(data, places) if data.ndim + len(places) <= _MAX_RANK else None


def _squeeze(found: Mapping[str, Any], data: Array, axes: Array | None = None) -> Array | None:
    return data.squeeze(tuple(found["axes"] if axes is None else axes.tolist()))


def _transpose(found: Mapping[str, Any], data: Array) -> Array | None:
    return data.transpose(found.get("perm"))


def _reshape(found: Mapping[str, Any], data: Array, shape: Array) -> Array | None:
    sizes = shape.tolist()
    if not found.get("allowzero"):
        sizes = [size or data.shape[axis] for axis, size in enumerate(sizes)]
    return data.reshape(sizes) if len(sizes) <= _MAX_RANK else None


_OPERATIONS: dict[str, Any] = {
    "Identity": lambda _, data: data,
    "Slice": _slice,
    "Concat": _concat,
    "Unsqueeze": _unsqueeze,
    "Squeeze": _squeeze,
    "Transpose": _transpose,
    "Reshape": _reshape,
}
