"""lstm-lens open: shows a model with its data, from local files to the page."""

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

from .http import CannotShow, request_bytes

#: The input of the LSTM if no data is given.
_STAND_IN = {"kind": "random", "seq_len": 24, "batch_size": 1, "seed": 0}


def open_command(
    model: Path,
    data: Path | None,
    prefix: str | None,
    normalisation: str,
    show: Callable[[str], object] | None,
    serve: Callable[[Callable[[str], object]], int],
) -> int:
    """Serve, and show the page of a model; returns the exit status. Converts a file that servers do not read.

    show: called with the page's address, which is printed in any case. serve: serves in the foreground, and calls its
    argument with the server's address.
    """
    for path in filter(None, (model, data)):
        if not path.is_file():  # before anything takes seconds
            sys.stderr.write(f"There is no file {path}\n")
            return 2
    from .convert import PICKLES, Refusal, converted  # imports torch

    with TemporaryDirectory(prefix="lstm-lens-") as folder:
        readable = model
        if model.suffix.lower() in PICKLES:
            try:
                readable = converted(model, Path(folder) / "model.safetensors")
            except Refusal as refusal:
                sys.stderr.write(f"{refusal}\n")
                return 2

        def when_ready(server: str) -> None:
            try:
                address = address_of(server.rstrip("/"), readable, data, prefix, normalisation)
            except CannotShow as refusal:
                sys.stderr.write(f"{refusal}\n")
                os.kill(os.getpid(), signal.SIGINT)  # there is nothing to serve
                return
            sys.stdout.write(f"{address}\n")
            sys.stdout.flush()
            if show is not None:
                show(address)

        return serve(when_ready)


def address_of(server: str, model: Path, data: Path | None, prefix: str | None, normalisation: str) -> str:
    """Upload a model in a format that the server reads, and its data; returns the address of the page with the run.

    prefix: which LSTM of the file, None for the one that fits the data best. Raises CannotShow, also for an unreadable
    file.
    """
    upload = json.loads(request_bytes(server, "PUT", "/api/uploads", _content(model)))
    brought: dict[str, Any] = _input(server, data, normalisation) if data else {"input": _STAND_IN}
    lstm = _chosen(upload["lstms"], prefix, brought.pop("input_size", None))
    body = {
        "config": lstm["config"],
        "dtype": lstm["dtype"],
        "weights": {"kind": "upload", "id": upload["id"], "prefix": lstm["prefix"]},
        **brought,
    }
    trace = json.loads(request_bytes(server, "POST", "/api/traces?encoding=base64", json.dumps(body).encode()))
    return f"{server}/#trace={trace['id']}"


def _input(server: str, data: Path, normalisation: str) -> dict[str, Any]:
    options = urlencode({"normalisation": normalisation})
    found = json.loads(request_bytes(server, "POST", f"/api/inputs?{options}", _content(data)))
    for remark in found["remarks"]:
        sys.stdout.write(f"{data.name}: {remark}\n")
    return {name: found[name] for name in ("input", "lengths", "notes", "input_size")}


def _chosen(lstms: list[dict[str, Any]], prefix: str | None, input_size: int | None) -> dict[str, Any]:
    """The LSTM of that prefix; else the one with most parameters of those whose input_size fits."""
    listed = "".join(f"\n  {lstm['prefix'] or '(no prefix)'}: {_sizes(lstm['config'])}" for lstm in lstms)
    if prefix is not None:
        for lstm in lstms:
            if lstm["prefix"].rstrip("./") == prefix.rstrip("./"):
                return lstm
        raise CannotShow(f"No LSTM of the file has the prefix {prefix}; it has{listed}")
    fitting = [lstm for lstm in lstms if input_size in (None, lstm["config"]["input_size"])]
    if not fitting:
        raise CannotShow(
            f"The data has {input_size} features at each timestep, and no LSTM of the file reads so many:{listed}"
        )
    found = max(fitting, key=lambda lstm: int(lstm["parameters"]))
    if len(lstms) > 1:
        sys.stdout.write(f"LSTMs in the file:{listed}\nShown is {found['prefix']}; --prefix chooses another.\n")
    return found


def _sizes(config: dict[str, Any]) -> str:
    words = [f"input_size={config['input_size']}", f"hidden_size={config['hidden_size']}"]
    words += [f"num_layers={config['num_layers']}"] if config["num_layers"] > 1 else []
    words += ["bidirectional"] if config["bidirectional"] else []
    return ", ".join(words)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CannotShow(f"{path}: {error.strerror}") from None
