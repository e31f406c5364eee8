"""LSTM nodes of an ONNX graph that are layers of one LSTM, each reading the output of the one below.

Y is (T, D, N, H), with layout 1 (N, T, D, H); the next layer reads (T, N, D*H), or (N, T, D*H). Between them exporters
put Transpose and Reshape, or for one direction Squeeze. The nodes between are accepted only if they do just that: a
Reshape could as well mix timesteps and samples.
"""

from collections.abc import Iterator
from typing import Any

from .onnx_constants import Constants, attributes

MAX_STEPS = 16
_SAME = ("Identity", "Dropout")
_WRAPS = ("Identity", "Cast", "Reshape", "Unsqueeze", "Squeeze")


def layer_below(node: Any, lstms: dict[str, Any], constants: Constants) -> Any:
    """The LSTM node whose whole Y is this node's input; None if it reads anything else.

    lstms: the LSTM nodes of the graph by the name of their Y.
    """
    operations: list[Any] = []
    name = node.input[0]
    while len(operations) < MAX_STEPS:
        if name in lstms:
            return lstms[name] if _is_plain(lstms[name], operations, constants) else None
        maker = constants.maker(name)
        if maker is None or not maker.input or maker.output[0] != name:
            return None
        if maker.op_type not in _SAME:
            operations.insert(0, maker)
        name = maker.input[0]
    return None


def _is_plain(below: Any, operations: list[Any], constants: Constants) -> bool:
    """Whether these operations only concatenate the directions of Y."""
    found = attributes(below)
    turned = found.get("layout", 0) != 1
    kinds = [operation.op_type for operation in operations]
    if kinds == ["Squeeze"]:
        return _axes(operations[0], constants) == [1 if turned else 2]
    if turned and kinds == ["Transpose", "Reshape"]:
        plain = attributes(operations[0]).get("perm") == [0, 2, 1, 3]
        return plain and _keeps_two(operations[1], operations[0].output[0], constants)
    return not turned and kinds == ["Reshape"] and _keeps_two(operations[0], below.output[0], constants)


def _axes(operation: Any, constants: Constants) -> list[int] | None:
    if len(operation.input) > 1:
        axes = constants.get(operation.input[1])
        return None if axes is None else list(axes.ravel().tolist())
    found = attributes(operation).get("axes")
    return found if isinstance(found, list) else None


def _keeps_two(reshape: Any, data: str, constants: Constants) -> bool:
    """Whether a Reshape keeps the first two axes of `data`."""
    if len(reshape.input) < 2:
        return False
    shape = constants.get(reshape.input[1])
    if shape is not None:
        return shape.shape == (3,) and _is_kept(shape.tolist(), attributes(reshape), constants.sizes(data))
    sizes = constants.maker(reshape.input[1])
    if sizes is None or sizes.op_type != "Concat" or len(sizes.input) != 3:
        return False
    return [next(_size_of(name, data, constants), None) for name in sizes.input[:2]] == [0, 1]


def _is_kept(shape: list[Any], found: dict[str, Any], sizes: list[int | None]) -> bool:
    """Whether the first two of three sizes are those of the tensor; 0 means unchanged, -1 the remainder."""
    same = [
        (size == 0 and not found.get("allowzero")) or (size > 0 and size == own)
        for size, own in zip(shape[:2], [*sizes, None, None], strict=False)
    ]
    return all(one or size == -1 for one, size in zip(same, shape, strict=False)) and shape.count(-1) <= 1


def _size_of(name: str, data: str, constants: Constants) -> Iterator[int]:
    """The axis of `data` whose size a computed number is: Shape, then Slice or Gather of one element."""
    for _ in range(MAX_STEPS):
        maker = constants.maker(name)
        if maker is None or not maker.input:
            return
        if maker.op_type in _WRAPS:
            name = maker.input[0]
            continue
        shape = constants.maker(maker.input[0])
        if shape is not None and shape.op_type == "Shape" and shape.input[0] == data and _is_whole(shape):
            places = [constants.get(source) for source in maker.input[1:3]]
            if all(place is not None and place.size == 1 and place.dtype.kind == "i" for place in places):
                numbers = [int(place.item()) for place in places if place is not None]
                if maker.op_type == "Gather" or (maker.op_type == "Slice" and numbers[-1] == numbers[0] + 1):
                    yield numbers[0]
        return


def _is_whole(shape: Any) -> bool:
    """Whether a Shape node returns all sizes."""
    found = attributes(shape)
    return not found.get("start") and "end" not in found
