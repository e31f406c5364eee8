"""Shows a recorded run of one's own model in the page: sent to a server, as a link and inside a notebook.

    with Recorder(model) as recorder:
        model(batch)
    show(recorder.traces["encoder"][0])

The weights and the input go to the server, which records the run again; its numbers are then compared with the local
ones.
"""

import json
from dataclasses import dataclass
from html import escape
from typing import Any

import torch
from safetensors.torch import load, save
from torch import Tensor

from ..lstm import Trace
from .http import CannotShow, framed, request_bytes

__all__ = ["CannotShow", "Shown", "show"]

SERVER = "http://127.0.0.1:8000"
_DTYPES = {torch.float32: "float32", torch.float64: "float64"}


@dataclass(frozen=True)
class Shown:
    """A run shown by a server: in a notebook the page itself, else its address.

    difference: the largest difference between the local numbers and the server's; 0.0 if there is none.
    framed: whether the server lets pages of other origins, such as notebooks, frame it.
    """

    url: str
    trace_id: str
    difference: float
    framed: bool
    height: int = 900

    def __str__(self) -> str:
        return self.url

    def _repr_html_(self) -> str:
        """The representation for Jupyter."""
        address = escape(self.url, quote=True)
        link = f'<p><a href="{address}" target="_blank" rel="noopener">{address}</a></p>'
        if not self.framed:
            return link + (
                "<p>Start the server with LSTM_LENS_EMBED_ORIGINS set to this notebook's address, such as "
                "http://localhost:8888, to see it here.</p>"
            )
        style = "border:1px solid #8884;border-radius:8px"
        return f'<iframe src="{address}" width="100%" height="{self.height}" style="{style}"></iframe>{link}'


def show(trace: Trace, server: str = SERVER, *, lang: str = "en", height: int = 900) -> Shown:
    """Have a server show a run that was recorded locally.

    trace: of `record` or of a `Recorder`, in float32 or float64, without dropout. server: its address.
    Raises CannotShow for a run that cannot be sent, and if the server refuses or does not answer.
    """
    server = server.rstrip("/")
    dtype = _DTYPES.get(trace.dtype)
    if dtype is None:
        raise CannotShow(f"The run is in {trace.dtype}; float32 and float64 can be shown")
    if trace.dropout_masks:
        raise CannotShow("The run had dropout, whose masks cannot be sent: call model.eval() before recording it")
    trace = trace.cpu()
    weights = save({name: tensor.contiguous() for name, tensor in trace.parameters.items()})
    upload = json.loads(request_bytes(server, "PUT", "/api/uploads", weights))
    body = {
        "config": trace.config.model_dump() | {"dropout": 0.0},
        "dtype": dtype,
        "weights": {"kind": "upload", "id": upload["id"], "prefix": ""},
        "input": {"kind": "values", "values": _input_of(trace).tolist()},
        "lengths": None if trace.lengths is None else list(trace.lengths),
        **_states(trace),
    }
    sent = json.dumps(body).encode()
    trace_id = json.loads(request_bytes(server, "POST", "/api/traces?encoding=base64", sent))["id"]
    remote = load(request_bytes(server, "GET", f"/api/traces/{trace_id}.safetensors"))
    url = f"{server}/?lang={lang}#trace={trace_id}"
    return Shown(url, trace_id, _difference(trace, remote), framed(server), height)


def _input_of(trace: Trace) -> Tensor:
    """The input in the layout of the call; padding, which is never read, as zeros."""
    x = torch.nan_to_num(trace.input, nan=0.0)
    if trace.output.dim() == 2:
        return x[:, 0]
    return x.transpose(0, 1) if trace.config.batch_first else x


def _states(trace: Trace) -> dict[str, Any]:
    """h_0 and c_0 in torch's shapes; empty if both are zeros."""
    states = {name: torch.stack([getattr(cell, name) for cell in trace.cells]) for name in ("h_0", "c_0")}
    if not any(state.any() for state in states.values()):
        return {}
    unbatched = trace.output.dim() == 2
    return {name: (state[:, 0] if unbatched else state).tolist() for name, state in states.items()}


def _difference(local: Trace, remote: dict[str, Tensor]) -> float:
    """The largest difference over all quantities of all cells; padding is ignored."""
    found = 0.0
    for cell in local.cells:
        for name, values in cell.quantities().items():
            difference = (values - remote[f"cells.{cell.layer}.{cell.direction}.{name}"]).abs()
            found = max(found, float(torch.nan_to_num(difference, nan=0.0).max()))
    return found
