"""An export as JSON, like the reply of `GET /api/traces/{id}`, streamed."""

from collections.abc import Iterator
from math import prod

import numpy as np
import orjson

from ..schemas.part import Part
from .named import Named, masks, parameters, quantities, returned


def json_text(part: Part, trace_id: str, request: str) -> Iterator[bytes]:
    """The body of a TraceResponse without parity; a number that is not finite is null."""
    yield b'{"id":' + orjson.dumps(trace_id) + b',"request":' + request.encode()
    yield b',"query":' + part.narrowed_by.encode()
    for named in returned(part):
        yield b"," + orjson.dumps(named.name) + b":"
        yield from _lists(named)
    yield b',"parameters":['
    for k, named in enumerate(parameters(part)):
        yield b"," * bool(k) + orjson.dumps({"name": named.name, "shape": named.shape})[:-1] + b',"values":'
        yield from _lists(named)
        yield b"}"
    yield b'],"cells":['
    for k, cell in enumerate(part.cells):
        yield b"," * bool(k) + orjson.dumps({"layer": cell.layer, "direction": cell.direction})[:-1]
        for quantity, named in zip(part.quantities, quantities(part, cell), strict=True):
            yield b"," + orjson.dumps(quantity) + b":"
            yield from _lists(named)
        yield b"}"
    yield b'],"dropout_masks":['
    for k, named in enumerate(masks(part)):
        yield b"," * bool(k) + orjson.dumps({"layer": int(named.name.split(".")[1])})[:-1] + b',"values":'
        yield from _lists(named)
        yield b"}"
    yield b"]}\n"


def _lists(named: Named) -> Iterator[bytes]:
    """A tensor as nested lists: the rows of the last axis one by one, with the brackets of the axes
    that begin and end."""
    *leading, width = named.shape
    blocks = [prod(leading[k:]) for k in range(len(leading))]  # rows in one list of each level, the outermost first
    row = 0
    if not width or not prod(leading):
        yield orjson.dumps(np.empty(named.shape).tolist())
        return
    for piece in named.parts():
        text = bytearray()
        for numbers in np.ascontiguousarray(piece).reshape(-1, width):
            text += b"," * bool(row) + b"[" * sum(row % block == 0 for block in blocks)
            row += 1
            text += orjson.dumps(numbers, option=orjson.OPT_SERIALIZE_NUMPY)
            text += b"]" * sum(row % block == 0 for block in blocks)
        yield bytes(text)
