"""lstm-lens convert: files of torch.save, and of the other formats, as safetensors, on the user's own machine.

The only caller of torch.load, with weights_only=True; a server never calls it. Only the LSTMs and embedding tables that
are found are written, since nothing else is shown.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from math import prod
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.numpy import save_file
from safetensors.torch import save_file as save_torch_file

from ..lstm import InvalidCall
from ..readers.weights import FoundModel, Lstm, found_in

#: Suffixes of files that only this module reads.
PICKLES = (".pt", ".pth", ".ckpt", ".bin", ".pkl")
_OTHERS = (".safetensors", ".onnx", ".keras", ".h5", ".hdf5")
_MAX_DEPTH = 32
#: Keys under which programs keep a state_dict inside a larger file; they are dropped from prefixes.
_CONTAINERS = ("state_dict", "model_state_dict", "model_state", "model", "module", "net", "network", "weights")
_ADVICE = (
    "Where the model can be loaded, save its weights alone: "
    'safetensors.torch.save_file({model}.state_dict(), "model.safetensors")'
)
#: How torch's message names the class that it would have to import.
_OBJECT = re.compile(r"GLOBAL ([\w.]+)")


class Refusal(Exception):
    """Why a file was not converted, as a sentence for the terminal."""


def convert_command(source: Path, out: Path | None) -> int:
    """Convert refusal file and report on it; returns the exit status."""
    try:
        target = converted(source, out)
    except Refusal as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 2
    sys.stdout.write(f"Written: {target}\n")
    return 0


def converted(source: Path, out: Path | None = None) -> Path:
    """Write the LSTMs of a file as safetensors, listing them on the terminal; returns the path written.

    out: by default the name of the source with the suffix .safetensors. Raises Refusal.
    """
    if not source.is_file():
        raise Refusal(f"There is no file {source}")
    target = out or source.with_suffix(".lstm.safetensors" if source.suffix == ".safetensors" else ".safetensors")
    if target.exists():
        raise Refusal(f"{target} is there already; remove it, or name another with --out")
    with TemporaryDirectory(prefix="lstm-lens-") as folder:
        readable = source if source.suffix.lower() in _OTHERS else _unpickled(source, Path(folder) / "all.safetensors")
        try:
            model = found_in(readable)
        except InvalidCall as error:
            raise Refusal(f"{source}: {error.problems[0].message}") from None
        tensors = dict(_tensors(model))
        if not model.lstms:
            raise Refusal(f"{source}: {_nothing(model)}")
    try:
        save_file(tensors, target)
    except (OSError, SafetensorError) as error:
        raise Refusal(f"{target} cannot be written: {error}") from None
    return target


def _tensors(model: FoundModel) -> Iterator[tuple[str, Any]]:
    """The tensors to write by their names in the file; each model is listed on the terminal."""
    for refusal in model.refused:
        sys.stdout.write(f"Left out: {refusal.name}: {refusal.reason.message}\n")
    for lstm in list(model.lstms):
        try:
            found = lstm.load()
        except InvalidCall as error:
            sys.stdout.write(f"Left out: {lstm.prefix or '(no prefix)'}: {error.problems[0].message}\n")
            model.lstms.remove(lstm)
            continue
        sys.stdout.write(_described(lstm))
        stem = f"{lstm.prefix.rstrip('./')}." if lstm.prefix else ""
        yield from ((f"{stem}{name}", np.ascontiguousarray(array)) for name, array in found.items())
    for matrix in model.matrices:
        try:
            table = matrix.load()
        except InvalidCall:
            continue
        sys.stdout.write(f"Table: {matrix.name}, {matrix.shape[0]} x {matrix.shape[1]}\n")
        yield matrix.name if "emb" in matrix.name.lower() else f"{matrix.name}.embedding.weight", table
    if model.others > len(model.matrices):
        sys.stdout.write(f"Other tensors, which are not written: {model.others - len(model.matrices)}\n")


def _described(lstm: Lstm) -> str:
    config = lstm.config
    arguments = [f"{config.input_size}, {config.hidden_size}"]
    arguments += [f"num_layers={config.num_layers}"] if config.num_layers > 1 else []
    arguments += ["bias=False"] if not config.bias else []
    arguments += ["bidirectional=True"] if config.bidirectional else []
    arguments += [f"proj_size={config.proj_size}"] if config.proj_size else []
    count = sum(prod(shape) for shape in config.parameter_shapes().values())
    lines = [f"LSTM {lstm.prefix or '(no prefix)'}: nn.LSTM({', '.join(arguments)}), {count:,} parameters\n"]
    return "".join([*lines, *(f"  {remark}\n" for remark in lstm.remarks)])


def _nothing(model: FoundModel) -> str:
    return "No LSTM in it can be shown" if model.refused else "No LSTM was found in it"


def _unpickled(source: Path, target: Path) -> Path:
    """Convert a file of torch.save to safetensors."""
    if source.suffix.lower() not in PICKLES:
        raise Refusal(f"{source}: files that end in {', '.join((*PICKLES, *_OTHERS))} are read")
    tensors = _without_container(dict(_flat(_loaded(source), "", 0)))
    if not tensors:
        raise Refusal(f"{source}: no tensors were found in it")
    save_torch_file({name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}, target)
    return target


def _loaded(source: Path) -> Any:
    try:
        return torch.load(source, map_location="cpu", weights_only=True)
    except Exception as error:  # of many kinds, from the zip, the unpickler and torch
        raise Refusal(f"{source}: {_reason(str(error))}") from None


def _reason(message: str) -> str:
    """What to do about a file that torch does not load with weights_only."""
    if "TorchScript" in message:
        return f"this is a TorchScript archive, which holds code. {_ADVICE.format(model='torch.jit.load(file)')}"
    if found := _OBJECT.search(message):
        whose = f"it holds more than weights: objects of {found[1]}, whose code would run when they are read. "
        return whose + _ADVICE.format(model="model")
    return "torch cannot read it as weights alone; it is damaged, or holds something else"


def _flat(value: Any, prefix: str, depth: int) -> Iterator[tuple[str, torch.Tensor]]:
    """The floating-point tensors of nested dicts, named by their joined keys."""
    if isinstance(value, torch.Tensor):
        if value.is_floating_point() and value.layout == torch.strided:
            yield prefix, value
    elif isinstance(value, Mapping) and depth < _MAX_DEPTH:
        for key, inner in value.items():
            yield from _flat(inner, f"{prefix}.{key}" if prefix else str(key), depth + 1)


def _without_container(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Drop the key that holds the state_dict, if all LSTMs are under the same refusal."""
    lstm_tops = {name.split(".")[0] for name in tensors if "weight_hh" in name}
    if len(lstm_tops) != 1 or (top := lstm_tops.pop()) not in _CONTAINERS:
        return tensors
    found = {name.removeprefix(f"{top}."): tensor for name, tensor in tensors.items()}
    return found if len(found) == len(tensors) else tensors
