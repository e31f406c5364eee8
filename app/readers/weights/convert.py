"""Converts an uploaded file to plain safetensors: each LSTM's parameters under torch's names, and embedding tables.

The converted file has tensors `lstm.K.NAME` and `matrix.K`, and in its metadata, under `facts`, a summary that is read
without them. So the code of the original format runs only once per file.
"""

import json
import logging
from dataclasses import asdict, dataclass, replace
from importlib import import_module
from math import prod
from pathlib import Path
from typing import Any

from safetensors import safe_open
from safetensors.numpy import save_file

from ...lstm.config import LSTMConfig
from ...lstm.errors import InvalidCall, problem, remark
from ...lstm.tracefile.checksum import CHECKSUM_KEY, CHECKSUM_PENDING, write_checksum_of
from .model import Array, FoundModel, Lstm, Refused, bad_file
from .sniff import WeightsFormat, format_of

#: The module that reads each format, imported on demand, since some need large packages.
_READERS: dict[WeightsFormat, str] = {
    "safetensors": ".torch_names",
    "onnx": ".onnx_file",
    "keras": ".keras_zip",
    "keras_h5": ".keras_h5",
}
MAX_LISTED = 64
#: Maximum bytes of all tables together: tables beyond count as other tensors.
MAX_MATRICES = 64 * 2**20
#: Maximum bytes of all LSTMs together, for a small file; a larger one may double in size, as 16-bit numbers do.
MAX_LSTMS = 512 * 2**20

_TOO_MANY = remark("lstms_above_limit", "all LSTMs of the file together are above the limit")

log = logging.getLogger("lstm_lens")


@dataclass(frozen=True)
class ConvertedFile:
    """The summary of a converted file."""

    format: str
    lstms: list[dict[str, Any]]
    """Each with prefix, config, dtype, parameters (the number of values), remarks, remark_items, in the order of K."""
    matrices: list[dict[str, Any]]
    """Each with name and shape."""
    refused: list[dict[str, Any]]
    """Each with name and reason, and the type and ctx of the reason."""
    others: int


def convert(source: Path, target: Path) -> ConvertedFile:
    """Write what a file contains to a new safetensors file. Raises InvalidCall if no LSTM in it can be shown."""
    try:
        return _convert(source, target)
    except InvalidCall:
        raise
    except MemoryError:
        raise bad_file("file_out_of_memory", "This file needs more memory to be read than there is") from None
    except Exception:  # a malicious file, or a bug of ours; the log shows which
        log.exception("a file could not be read")
        raise bad_file("unreadable", "This file cannot be read; it is perhaps damaged") from None


def found_in(source: Path) -> FoundModel:
    """What a file of any of the formats contains, by names and shapes. Raises InvalidCall."""
    model = import_module(_READERS[format_of(source)], __package__).read(source)
    assert isinstance(model, FoundModel)
    return model


def _convert(source: Path, target: Path) -> ConvertedFile:
    model = found_in(source)
    tensors: dict[str, Array] = {}
    lstms: list[dict[str, Any]] = []
    refused = list(model.refused)
    room = max(MAX_LSTMS, 2 * source.stat().st_size)
    for lstm in _distinct(model.lstms[:MAX_LISTED]):
        room -= 4 * sum(map(prod, lstm.config.parameter_shapes().values()))
        if room < 0:
            refused.append(Refused(lstm.prefix, _TOO_MANY))
            continue
        try:
            tensors |= {f"lstm.{len(lstms)}.{name}": array for name, array in lstm.load().items()}
        except InvalidCall as error:
            refused.append(Refused(lstm.prefix, error.problems[0]))
        else:
            lstms.append(_facts(lstm, tensors, len(lstms)))
    matrices = _matrices(model, tensors)
    others = model.others - len(matrices)
    kept = ConvertedFile(model.format, lstms, matrices, [_told(one) for one in refused[:MAX_LISTED]], others)
    if not lstms:
        raise _nothing(refused, others)
    save_file(tensors, target, {"facts": json.dumps(asdict(kept)), CHECKSUM_KEY: CHECKSUM_PENDING})
    write_checksum_of(target)
    return kept


def converted_facts(path: Path) -> ConvertedFile:
    """The summary in a file that `convert` wrote."""
    with safe_open(path, framework="numpy") as file:
        return ConvertedFile(**json.loads(file.metadata()["facts"]))


def converted_tensors(path: Path, prefix: str) -> dict[str, Array]:
    """The parameters of the LSTM with that prefix. Raises KeyError if there is none."""
    lstms = converted_facts(path).lstms
    k = {lstm["prefix"]: k for k, lstm in enumerate(lstms)}[prefix]
    names = LSTMConfig(**lstms[k]["config"]).parameter_shapes()
    with safe_open(path, framework="numpy") as file:
        return {name: file.get_tensor(f"lstm.{k}.{name}") for name in names}


def kept_matrix(path: Path, name: str) -> Array:
    """The table of that name, (rows, size). Raises KeyError if there is none."""
    k = {matrix["name"]: k for k, matrix in enumerate(converted_facts(path).matrices)}[name]
    with safe_open(path, framework="numpy") as file:
        found: Array = file.get_tensor(f"matrix.{k}")
    return found


def _distinct(lstms: list[Lstm]) -> list[Lstm]:
    """The LSTMs with prefixes made unique."""
    found: dict[str, Lstm] = {}
    for lstm in lstms:
        prefix, more = lstm.prefix, 2
        while prefix in found:
            prefix, more = f"{lstm.prefix} ({more})", more + 1
        found[prefix] = replace(lstm, prefix=prefix)
    return list(found.values())


def _facts(lstm: Lstm, tensors: dict[str, Array], k: int) -> dict[str, Any]:
    own = [array for name, array in tensors.items() if name.startswith(f"lstm.{k}.")]
    return {
        "prefix": lstm.prefix,
        "config": lstm.config.model_dump(),
        "dtype": "float64" if any(array.dtype.itemsize == 8 for array in own) else "float32",
        "parameters": sum(array.size for array in own),
        "remarks": [one.message for one in lstm.remarks],
        "remark_items": [one.as_json() for one in lstm.remarks],
    }


def _told(refused: Refused) -> dict[str, Any]:
    reason = refused.reason
    return {"name": refused.name, "reason": reason.message, "type": reason.kind, "ctx": dict(reason.ctx)}


def _matrices(model: FoundModel, tensors: dict[str, Array]) -> list[dict[str, Any]]:
    """The tables within the size limit; one with a number that is not finite is left out."""
    found: list[dict[str, Any]] = []
    room = MAX_MATRICES
    for matrix in model.matrices[:MAX_LISTED]:
        if 4 * matrix.shape[0] * matrix.shape[1] > room:
            continue
        try:
            array = matrix.load()
        except InvalidCall:
            continue
        tensors[f"matrix.{len(found)}"] = array
        room -= array.nbytes
        found.append({"name": matrix.name, "shape": list(matrix.shape)})
    return found


def _nothing(refused: list[Refused], others: int) -> InvalidCall:
    if refused:
        first = problem((), "no_lstm_shown", "No LSTM in this file can be shown")
        return InvalidCall([first, *(one.reason._replace(path=(one.name,)) for one in refused[:5])])
    return bad_file("no_lstm", "No LSTM was found among the {count} tensors of this file", count=others)
