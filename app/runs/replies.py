"""Bodies of replies: a trace, or the requested part of it, as JSON bytes."""

from collections.abc import Mapping
from typing import Any

import orjson
from torch import Tensor

from ..core.errors import Invalid
from ..lstm import CellTrace, Trace, problem
from ..lstm.errors import no_reverse, out_of_range
from ..lstm.overview import Pyramid
from ..lstm.pre_activations import pre_activations
from ..lstm.trace import Parity
from ..lstm.units import units
from ..schemas import Encoding, Narrowed, TilesQuery, UnitsQuery, Window, encode


def trace_body(trace_id: str, trace: Trace, metadata: Mapping[str, str], window: Window) -> bytes:
    """A TraceResponse. The window must lie in the trace."""
    time = slice(window.start, window.stop)
    samples = slice(None) if window.sample is None else slice(window.sample, window.sample + 1)

    def part(tensor: Tensor) -> Any:  # of a time-major (T, N, size)
        return encode(tensor[time, samples], window.encoding)

    output, h_n, c_n = trace.returned(time, samples)
    body = {
        "id": trace_id,
        "request": orjson.Fragment(metadata["request"]),
        "input": part(trace.input),
        "parameters": [
            {"name": name, "shape": list(value.shape), "values": encode(value, window.encoding)}
            for name, value in trace.parameters.items()
        ],
        "cells": [_cell(trace, cell, window, samples) for cell in trace.cells if _wanted(cell, window)],
        "output": encode(output, window.encoding),
        "h_n": encode(h_n, window.encoding),
        "c_n": encode(c_n, window.encoding),
        "parity": _parity(trace),
        "nonfinite": int(metadata["nonfinite"]),
        "dropout_masks": [{"layer": k, "values": part(mask)} for k, mask in trace.dropout_masks.items()],
    }
    return orjson.dumps(body, option=orjson.OPT_SERIALIZE_NUMPY)


def check_window(trace: Trace, window: Narrowed | TilesQuery) -> None:
    """Raise Invalid at each field of a query that lies outside the trace."""
    config = trace.config
    sizes: dict[str, tuple[int | None, int]] = {
        "layer": (window.layer, config.num_layers),
        "sample": (window.sample, trace.batch_size),
        "start": (window.start, trace.seq_len),
    }
    quantities = set(window.quantity)
    sizes["units"] = (max(window.units, default=None), config.hidden_size)
    problems = [
        out_of_range(("query", name), size)
        for name, (index, size) in sizes.items()
        if index is not None and index >= size
    ]
    stop = trace.seq_len if window.stop is None else window.stop
    if not problems and not window.start < stop <= trace.seq_len:
        template = "Input should be above start and at most {most}"
        problems.append(problem(("query", "stop"), "stop_out_of_range", template, most=trace.seq_len))
    if window.direction is not None and window.direction not in config.directions:
        problems.append(no_reverse(("query", "direction")))
    if "m" in quantities and not config.proj_size:
        path = ("query", "quantity")
        problems.append(problem(path, "no_projection", "This LSTM has no projection, so there is no m"))
    if problems:
        raise Invalid(*problems)


def overview_body(pyramid: Pyramid, query: TilesQuery) -> bytes:
    """An OverviewResponse."""
    stop = pyramid.value.shape[0] if query.stop is None else query.stop
    found = pyramid.overview(query.start, stop, query.width, query.height, query.sample, query.units)
    body = {
        "time_edges": found.time_edges,
        "unit_edges": found.unit_edges,
        "min": encode(found.low, query.encoding),
        "mean": encode(found.mean, query.encoding),
        "max": encode(found.high, query.encoding),
    }
    return orjson.dumps(body, option=orjson.OPT_SERIALIZE_NUMPY)


def units_body(trace: Trace, query: UnitsQuery) -> bytes:
    """A UnitsResponse. The cell and the sample must exist."""
    cell = trace.cell(query.layer, query.direction)
    length = trace.seq_len if trace.lengths is None else trace.lengths[query.sample]
    found = units(cell.f, cell.c, length, query.sample)
    body = {name: encode(value, Encoding.LIST) for name, value in vars(found).items()}
    return orjson.dumps(body, option=orjson.OPT_SERIALIZE_NUMPY)


def _wanted(cell: CellTrace, window: Window) -> bool:
    return window.layer in (None, cell.layer) and window.direction in (None, cell.direction)


def _cell(trace: Trace, cell: CellTrace, window: Window, samples: slice) -> dict[str, Any]:
    stop = trace.seq_len if window.stop is None else window.stop
    values = {name: value[window.start : stop] for name, value in cell.quantities().items()}
    if any(name.startswith("z_") for name in window.quantity):
        found = pre_activations(trace, cell.layer, cell.direction, window.start, stop)
        values |= {f"z_{gate}": z for gate, z in found.items()}
    wanted = window.quantity or cell.quantities()
    tensors = {name: _of_units(value[:, samples], window.units) for name, value in values.items() if name in wanted}
    encoded = {name: encode(value, window.encoding) for name, value in tensors.items()}
    return {"layer": cell.layer, "direction": cell.direction, **encoded}


def _of_units(value: Tensor, units: list[int]) -> Tensor:
    """The selected units of a quantity, without those it does not have; with projection h has fewer than c."""
    return value[..., [unit for unit in units if unit < value.shape[-1]]] if units else value


def _parity(trace: Trace) -> dict[str, Any]:
    layers = [{"layer": layer, **_compared(parity)} for layer, parity in enumerate(trace.layer_parities)]
    return {"reference": "torch.nn.LSTM", **_compared(trace.parity), "layers": layers}


def _compared(parity: Parity) -> dict[str, Any]:
    difference = parity.max_abs_difference
    return {
        "max_abs_difference": difference if difference < float("inf") else None,
        "bit_equal": parity.bit_equal,
        "tolerance": parity.tolerance,
        "ok": parity.ok,
    }
