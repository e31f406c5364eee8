"""From a request to its trace: checks, defaults, the id, and the run itself."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import LSTM

from .. import presets
from ..core.errors import Invalid
from ..core.settings import Settings
from ..lstm import InvalidCall, LSTMConfig, Problem, Trace, loaded_lstm, problem, record, seeded_lstm
from ..lstm.cost import Sent
from ..lstm.recording.call import State, length_problems, state_problems
from ..lstm.recording.streaming import Progress, stream
from ..lstm.tracefile.storage import save_trace
from ..lstm.weights import SeedWeights, StateDictWeights, check_tensors
from ..readers.weights import converted_facts, converted_tensors
from ..schemas import PresetWeights, TraceRequest, UploadWeights
from ..store import ID_LENGTH
from .initial_states import initial_states
from .limits import check_cost

#: Part of every id: increase it when the same request gets other numbers.
ENGINE = "1"


@contextmanager
def _under(*root: str) -> Iterator[None]:
    """Turn an InvalidCall raised inside the block into Invalid, with paths under `root`."""
    try:
        yield
    except InvalidCall as error:
        raise Invalid.of(error, *root) from None


def check(request: TraceRequest, settings: Settings, sent: Sent, upload: Path | None = None) -> None:
    """Check the fields of a request against each other. Raises Invalid or TooLarge. Allocates nothing large.

    upload: the file with the request's weights, if they are uploaded.
    """
    with _under("body", "input"):
        seq_len, batch_size = request.input.sizes(request.config)
    check_cost(request, settings, sent)
    problems = length_problems(seq_len, batch_size, request.lengths) + _state_problems(request, batch_size)
    if request.notes is not None:
        problems += request.notes.problems(request.config, seq_len, batch_size)
    if problems:
        raise Invalid.of(InvalidCall(problems), "body")
    _check_weights(request, upload)


def _state_problems(request: TraceRequest, batch_size: int | None) -> list[Problem]:
    """Problems of initial states given as numbers; those of other traces are checked when the run starts."""
    given = {"h_0": request.h_0, "c_0": request.c_0}
    shapes = {name: state.shape for name, state in given.items() if isinstance(state, np.ndarray)}
    return state_problems(request.config, batch_size, shapes)


def _check_weights(request: TraceRequest, upload: Path | None) -> None:
    weights = request.weights
    if isinstance(weights, SeedWeights):
        return
    if isinstance(weights, UploadWeights):
        _check_upload(request.config, weights, upload)
        return
    if isinstance(weights, PresetWeights) and weights.name not in _presets_with_weights():
        path, names = ("body", "weights", "name"), ", ".join(_presets_with_weights())
        raise Invalid(
            problem(path, "unknown_preset", "Input should be a preset that has weights: {names}", names=names)
        )
    with _under("body", "weights"):
        check_tensors(request.config, {name: array.shape for name, array in given_tensors(request).items()})


def _check_upload(config: LSTMConfig, weights: UploadWeights, upload: Path | None) -> None:
    """Check that the config matches the tensors of the uploaded LSTM."""
    if upload is None:
        raise Invalid(unknown_upload("body", "weights", "id"))
    found = {lstm["prefix"]: LSTMConfig(**lstm["config"]) for lstm in converted_facts(upload).lstms}
    if weights.prefix not in found:
        path, names = ("body", "weights", "prefix"), ", ".join(map(repr, list(found)[:8]))
        raise Invalid(
            problem(path, "unknown_prefix", "No LSTM of this file has that prefix; it has {names}", names=names)
        )
    own = found[weights.prefix]
    problems = [
        problem(
            ("body", "config", name), "unlike_upload", "The uploaded LSTM has {name} = {value}", name=name, value=value
        )
        for name, value in own
        if name not in ("dropout", "batch_first") and value != getattr(config, name)
    ]
    if problems:
        raise Invalid(*problems)


def unknown_upload(*path: str) -> Problem:
    """The error of an id that no upload has."""
    return problem(path, "unknown_upload", "No upload has this id; it was perhaps deleted. Upload the file again")


def _presets_with_weights() -> list[str]:
    return [preset.name for preset in presets.presets() if preset.weights_path is not None]


def given_tensors(request: TraceRequest, upload: Path | None = None) -> Mapping[str, NDArray[Any]]:
    """The parameters that a request contains or names; empty if they are drawn from a seed."""
    if isinstance(request.weights, UploadWeights):
        assert upload is not None, "the upload has been looked up"
        return converted_tensors(upload, request.weights.prefix)
    if isinstance(request.weights, StateDictWeights):
        return request.weights.tensors
    if isinstance(request.weights, PresetWeights):
        return presets.preset(request.weights.name).tensors()
    return {}


def canonical(request: TraceRequest) -> bytes:
    """The request with every default filled in, as JSON that is the same for all equivalent requests."""
    absent = {"notes"} if request.notes is None else None  # keeps the ids from before there were notes
    return orjson.dumps(request.model_dump(exclude=absent), option=orjson.OPT_SORT_KEYS | orjson.OPT_SERIALIZE_NUMPY)


def trace_id_of(request: TraceRequest) -> str:
    """The id of a request: a hash of everything that determines its numbers."""
    digest = sha256(ENGINE.encode())
    digest.update(canonical(request))
    if isinstance(request.weights, PresetWeights):  # its weights may be trained again under the same name
        for name, array in sorted(given_tensors(request).items()):
            digest.update(name.encode())
            digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()[:ID_LENGTH]


@dataclass(frozen=True)
class Prepared:
    """An LSTM call, ready to run."""

    lstm: LSTM
    x: Tensor
    hx: State | None
    lengths: list[int] | None
    dropout_seed: int

    def write(self, path: Path, metadata: Mapping[str, str], progress: Progress, in_chunks: bool) -> None:
        """Run it and write its trace to a new file: in chunks of time, reporting `progress`, or at once."""
        with _under("body"):
            if in_chunks:
                stream(self.lstm, self.x, self.hx, path, metadata, progress=progress)
                return
            trace = record(self.lstm, self.x, self.hx, self.lengths, dropout_seed=self.dropout_seed)
            progress(0, 0)  # raises if the run was cancelled, before anything is written
            save_trace(trace.cpu(), path, metadata)


def starting_states(request: TraceRequest, earlier: Callable[[str], Trace | None]) -> State | None:
    """h_0 and c_0 of a request, None for zeros. `earlier` finds the traces that it continues.

    Raises Invalid if a number overflows float32, and for an earlier trace that is unknown or does not fit.
    """
    with _under("body"):
        return initial_states(request, earlier)


def prepare(request: TraceRequest, hx: State | None, device: str = "cpu", upload: Path | None = None) -> Prepared:
    """Make the LSTM and its input, on a device. Raises Invalid if a number overflows float32.

    With dropout the device is always the CPU, so that every server draws the same masks.
    """
    config, dtype = request.config, request.torch_dtype
    with _under("body", "weights"):
        if isinstance(request.weights, SeedWeights):
            lstm = seeded_lstm(config, dtype, request.weights.seed)
        else:
            lstm = loaded_lstm(config, dtype, given_tensors(request, upload))
    with _under("body", "input"):
        x = request.input.make(config, dtype)
    if request.training and config.dropout > 0:
        device = "cpu"
    on_device = None if hx is None else (hx[0].to(device), hx[1].to(device))
    lstm = lstm.train(request.training).to(device)
    return Prepared(lstm, x.to(device), on_device, request.lengths, request.dropout_seed)
