"""Counts the messages in an ONNX file before it is parsed.

Two bytes of a protobuf file can become an object of a hundred bytes in memory, so parsing a file of ordinary size could
exhaust it. This walks over the fields that contain messages, and counts them.
"""

from ...lstm.errors import InvalidCall
from .model import bad_file

MAX_FIELDS = 500_000
_MAX_DEPTH = 24
#: Packed small numbers take eight bytes each in memory: so many bytes of them count as one field.
_PACKED = 16

#: For each message, its fields that are messages, or (None) lists of packed small numbers. Names as in onnx.proto.
_MESSAGES: dict[str, dict[int, str | None]] = {
    "Model": {7: "Graph", 8: "Leaf", 14: "Leaf", 20: "Graph", 25: "Function", 26: "Leaf"},
    "Graph": {1: "Node", 5: "Tensor", 11: "Value", 12: "Value", 13: "Value", 14: "Leaf", 15: "Sparse", 16: "Leaf"},
    "Node": {5: "Attribute", 9: "Leaf", 10: "Leaf"},
    "Attribute": {
        5: "Tensor",
        6: "Graph",
        8: None,
        10: "Tensor",
        11: "Graph",
        14: "Type",
        15: "Type",
        22: "Sparse",
        23: "Sparse",
    },
    "Function": {7: "Node", 9: "Leaf", 11: "Attribute", 12: "Value", 14: "Leaf"},
    "Tensor": {1: None, 3: "Leaf", 5: None, 7: None, 11: None, 13: "Leaf", 16: "Leaf"},
    "Sparse": {1: "Tensor", 2: "Tensor", 3: None},
    "Value": {2: "Type", 4: "Leaf"},
    "Type": {1: "Shaped", 4: "Shaped", 5: "Shaped", 8: "Shaped", 9: "Shaped"},
    "Shaped": {1: "Type", 2: "Shape"},
    "Shape": {1: "Leaf"},
    "Leaf": {},
}


def check_fields(content: bytes) -> None:
    """Raises InvalidCall for bytes that are no protobuf message, and for too many or too deeply nested ones."""
    count = 0
    pending = [("Model", 0, len(content), 0)]
    while pending:
        message, place, end, depth = pending.pop()
        inner = _MESSAGES[message]
        while place < end:
            key, place = _varint(content, place, end)
            number, wire = key >> 3, key & 7
            size = {1: 8, 5: 4}.get(wire, 0)
            if wire == 0:
                _, place = _varint(content, place, end)
            elif wire == 2:
                size, place = _varint(content, place, end)
            elif not size or not number:
                raise damaged()
            if size > end - place:
                raise damaged()
            count += 1
            if wire == 2 and number in inner:
                below = inner[number]
                if below is None:
                    count += size // _PACKED
                else:
                    pending.append((below, place, place + size, depth + 1))
            if count > MAX_FIELDS or depth > _MAX_DEPTH:
                template = "The ONNX file has more than {most:,} parts, or nests them too deeply"
                raise bad_file("onnx_parts", template, most=MAX_FIELDS)
            place += size


def _varint(content: bytes, place: int, end: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if place >= end:
            break
        byte = content[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
    raise damaged()


def damaged() -> InvalidCall:
    """The error of bytes that are not ONNX."""
    return bad_file("onnx_damaged", "This is no sound ONNX file; it was perhaps not copied to its end")
