"""Initial states of a run: zeros, numbers of the request, or the final states of another trace."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from ..lstm import InvalidCall, Problem, Trace, problem
from ..lstm.recording.call import State
from ..lstm.values import to_tensor
from ..schemas import TraceReference, TraceRequest

#: Which final state of the earlier trace each initial state takes.
_FINAL = {"h_0": "h_n", "c_0": "c_n"}


def earlier_traces(request: TraceRequest) -> list[str]:
    """The ids of the traces that a request continues."""
    return [state.trace for state in (request.h_0, request.c_0) if isinstance(state, TraceReference)]


def initial_states(request: TraceRequest, earlier: Callable[[str], Trace | None]) -> State | None:
    """h_0 and c_0 of a request, zeros for one that was not given; None if neither was. `earlier` finds a trace by id.

    Raises InvalidCall for a state that overflows float32, and for an earlier trace that is unknown or does not fit.
    """
    given = {"h_0": request.h_0, "c_0": request.c_0}
    if all(state is None for state in given.values()):
        return None
    _, batch_size = request.input.sizes(request.config)
    found: list[Tensor] = []
    for name, shape in request.config.state_shapes(batch_size).items():
        state = given[name]
        if isinstance(state, TraceReference):
            found.append(_final_state(request, earlier(state.trace), name, shape))
        elif isinstance(state, np.ndarray):
            found.append(to_tensor(state, request.torch_dtype, (name,)))
        else:
            found.append(torch.zeros(shape, dtype=request.torch_dtype))
    return found[0], found[1]


def _final_state(request: TraceRequest, trace: Trace | None, name: str, shape: tuple[int, ...]) -> Tensor:
    path = (name, "trace")
    if trace is None:
        raise InvalidCall([unknown_trace(*path)])
    state = getattr(trace, _FINAL[name])
    assert isinstance(state, Tensor)
    if tuple(state.shape) != shape:
        template = "Expected a trace whose {state} has shape {expected}, found {found}"
        values = {"state": _FINAL[name], "expected": str(list(shape)), "found": str(list(state.shape))}
        raise InvalidCall([problem(path, "trace_shape", template, **values)])
    if state.dtype != request.torch_dtype:
        template = "Expected a trace of dtype {expected}"
        raise InvalidCall([problem(path, "trace_dtype", template, expected=request.dtype)])
    return state


def unknown_trace(*path: str) -> Problem:
    """The error of an id that no trace has."""
    return problem(path, "unknown_trace", "No trace has this id; POST its request first")
