"""The task of a worker process: one run, conversion or reading, from beginning to end."""

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from ...core.errors import Invalid, TooLarge
from ...core.settings import BadSetting, Settings, variable
from ...lstm import InvalidCall, problem
from ...lstm.recording.call import State
from ...readers.inputs import Options, TooLong, write_input, write_preview
from ...readers.weights import convert
from ...schemas import TraceRequest
from ..request import prepare
from .job import Ticket

# Warnings of torch about the kernel it chose; they would only clutter the log.
for _kernel in ("LSTM with projections is not supported with oneDNN", "RNN module weights are not part of single"):
    warnings.filterwarnings("ignore", _kernel, UserWarning)

#: Messages with which torch, and the C++ below it, report that memory has run out.
_OUT_OF_MEMORY = ("can't allocate memory", "not enough memory", "bad_alloc", "out of memory")


@dataclass(frozen=True)
class Work:
    """A run as it is sent to a process.

    request: has been checked. hx: initial states, None for zeros. in_chunks: record it in chunks of time.
    device: where torch computes, "cpu" or "cuda". threads: the number that torch uses. upload: the file of its weights.
    """

    request: TraceRequest
    hx: State | None
    metadata: dict[str, str]
    in_chunks: bool
    device: str
    threads: int
    upload: Path | None = None

    def __getstate__(self) -> dict[str, Any]:
        """The states as arrays: tensors would be pickled through shared memory, which is scarce in containers."""
        return vars(self) | {"hx": None if self.hx is None else tuple(state.numpy() for state in self.hx)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        hx = state["hx"]
        vars(self).update(state | {"hx": None if hx is None else tuple(map(torch.from_numpy, hx))})


@dataclass(frozen=True)
class Conversion:
    """An uploaded weights file to be converted by the code of its format, which may be a large C library."""

    source: Path


@dataclass(frozen=True)
class Reading:
    """Input data to be read, or with `preview` only described."""

    source: Path
    options: Options
    preview: bool


def compute(work: Work | Conversion | Reading, path: Path, ticket: Path | None = None) -> None:
    """Run it and write its trace to a new file at `path`, reporting progress to `ticket`; or read a file into `path`.

    Raises Invalid for a number that overflows float32 or an unreadable file, TooLarge for data above its limit or a run
    that runs out of memory, and Cancelled when the ticket has been deleted; then no file remains.
    """
    try:
        _compute(work, path, ticket)
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and not any(words in str(error) for words in _OUT_OF_MEMORY):
            raise
        template = "This needs more memory than a worker may take; {setting} sets how much"
        setting = variable("max_worker_bytes")
        raise TooLarge(problem(("body",), "worker_out_of_memory", template, setting=setting)) from None


def _compute(work: Work | Conversion | Reading, path: Path, ticket: Path | None) -> None:
    if isinstance(work, Reading):
        _read(work, path)
        return
    if isinstance(work, Conversion):
        try:
            convert(work.source, path)
        except InvalidCall as error:
            raise Invalid.of(error, "body") from None
        return
    if torch.get_num_threads() != work.threads:
        torch.set_num_threads(work.threads)
    if work.device == "cuda":
        torch.backends.cudnn.allow_tf32 = False  # TF32 rounds products to 10 bits
    with Ticket(ticket) as progress_file:
        progress_file.report(0, 0)
        prepared = prepare(work.request, work.hx, work.device, work.upload)
        prepared.write(path, work.metadata, progress_file.report, work.in_chunks)


def _read(reading: Reading, path: Path) -> None:
    write = write_preview if reading.preview else write_input
    try:
        write(reading.source, path, reading.options)
    except TooLong as error:
        raise TooLarge(*error.problems) from None
    except InvalidCall as error:
        raise Invalid(*error.problems) from None


def find_device(settings: Settings) -> str:
    """The device that torch computes on, "cpu" or "cuda". Raises BadSetting for a device that is not available."""
    if settings.device == "cpu":
        return "cpu"
    if torch.cuda.is_available():
        return "cuda"
    if settings.device == "cuda":
        raise BadSetting("device", "This machine or this build of torch has no CUDA")
    return "cpu"
