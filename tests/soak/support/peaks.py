"""The most memory that runs take, each measured in processes that are as new as a worker and a server are.

Each is forked from one process that never computes: what one that has computed has left over would be used again, and
the peak would depend on what was measured before.
"""

import ctypes
import multiprocessing
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

from lstm_lens.lstm.cost import Sent
from lstm_lens.lstm.tracefile.storage import read_trace
from lstm_lens.runs.limits import cost_of, is_streamed
from lstm_lens.runs.replies import trace_body
from lstm_lens.runs.request import canonical
from lstm_lens.runs.workers.task import Work, compute
from lstm_lens.schemas import Encoding, TraceRequest, Window
from tests.soak.support.processes import status_kib

ENCODINGS: dict[Sent, Encoding | None] = {"list": Encoding.LIST, "base64": Encoding.BASE64, "nothing": None}
#: Imported before the fork: this, and what takes long to import of what the program does, which each does anew.
PRELOADED = [__name__, "tests.soak.bodies", "tests.soak.support.server"]
SMALL = {"config": {"input_size": 2, "hidden_size": 4, "num_layers": 2, "bidirectional": True}}


@dataclass(frozen=True)
class Run:
    """A request, and how it is to be answered."""

    request: TraceRequest
    sent: Sent

    @property
    def estimated(self) -> int:
        return cost_of(self.request, self.sent).memory

    def record(self, path: Path) -> None:
        """What a worker does."""
        metadata = {"request": canonical(self.request).decode()}
        path.unlink(missing_ok=True)
        compute(Work(self.request, None, metadata, is_streamed(self.request), "cpu", 1), path)

    def send(self, path: Path) -> None:
        """What the server does with it, as far as it is memory that counts."""
        encoding = ENCODINGS[self.sent]
        if encoding is not None:
            trace, found = read_trace(path)
            trace_body("0" * 32, trace, found, Window(encoding=encoding))


def peak_of(run: Run) -> int:
    """Bytes that recording it or sending it takes at most, whichever takes more."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "trace.safetensors"
        return max(_in_a_process(partial(step, path)) for step in (run.record, run.send))


def _in_a_process(work: Callable[[], None]) -> int:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_measure, args=(work, sending))
    with receiving:
        process.start()
        sending.close()
        try:
            peak: int = receiving.recv()
        except EOFError:
            raise AssertionError("the run ended its process") from None
        finally:
            process.join()
    return peak


def _measure(work: Callable[[], None], told: Connection) -> None:
    """Beyond what the process has when it has done as much of everything as any process does at once."""
    torch.set_num_threads(1)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "warm"
        for sent in ENCODINGS:
            warm = Run(TraceRequest.model_validate(SMALL), sent)
            warm.record(path)
            warm.send(path)
        ctypes.CDLL(None).malloc_trim(0)
        Path("/proc/self/clear_refs").write_text("5")  # forget the peak so far
        base = status_kib(os.getpid(), "VmRSS")
        work()
        told.send((status_kib(os.getpid(), "VmHWM") - base) * 1024)
