"""The main loop of a worker process, from its start to the end of its server."""

import multiprocessing
import os
import signal
import sys
import threading
import traceback
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from pathlib import Path

from .task import Conversion, Reading, Work, compute


def run_tasks(pipe: Connection, max_bytes: int | None) -> None:
    """Receive tasks from the pipe, compute them, and send their outcomes. max_bytes: as in WorkerProcess."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is handled by the server
    # C libraries print errors that they cannot raise while they reject a damaged file; keep these out of the log
    sys.unraisablehook = lambda unraisable: None
    sys.excepthook = lambda *error: None  # Cython prints the same once more through this hook
    threading.Thread(target=_end_with_the_server, daemon=True).start()
    if max_bytes is not None:
        _bound_memory(max_bytes)
    try:
        while True:
            pipe.send(_outcome(*pipe.recv()))
    except (EOFError, OSError):  # the server has closed the pipe
        return


def _bound_memory(max_bytes: int) -> None:
    """Limit the memory of this process, where the system can, so that an allocation fails before the OOM killer acts.

    RLIMIT_DATA counts written memory, not mapped files such as traces and libraries.
    """
    if not sys.platform.startswith("linux"):
        return
    import resource  # not available on every platform

    lines = Path("/proc/self/status").read_text().splitlines()
    now = next(int(line.split()[1]) for line in lines if line.startswith("VmData")) * 1024
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = now + max_bytes if hard == resource.RLIM_INFINITY else min(now + max_bytes, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


def _end_with_the_server() -> None:
    """Exit when the server ends, even if it is killed, and even in the middle of a run."""
    server = multiprocessing.parent_process()
    assert server is not None
    server.join()
    os._exit(1)


def _outcome(work: Work | Conversion | Reading, path: Path, ticket: Path | None) -> BaseException | None:
    """Compute a task; returns None, or the error it ended with, in a form that can be pickled."""
    try:
        compute(work, path, ticket)
    except BaseException as error:
        text = traceback.format_exc()
        error.add_note(f"In a worker:\n{text}")
        try:
            ForkingPickler.loads(ForkingPickler.dumps(error))
        except Exception:
            return RuntimeError(text)
        return error
    return None
