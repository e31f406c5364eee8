"""What a worker does, in a process of its own, from its start to the end of its server."""

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
    """Compute what comes through the pipe, and send what came of it. max_bytes: as of WorkerProcess."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the keyboard's interrupt is for the server
    # what libraries in C cannot raise while they give up on a damaged file; it would go to the log as it is
    sys.unraisablehook = lambda unraisable: None
    sys.excepthook = lambda *error: None  # Cython tells the same here once more
    threading.Thread(target=_end_with_the_server, daemon=True).start()
    if max_bytes is not None:
        _bound_memory(max_bytes)
    try:
        while True:
            pipe.send(_outcome(*pipe.recv()))
    except (EOFError, OSError):  # nobody is at the other end any more
        return


def _bound_memory(max_bytes: int) -> None:
    """Let what asks for more be told so, where the system can, before it ends a process of its own choice.

    RLIMIT_DATA counts what is written to, and not the files that are mapped, as traces and libraries are.
    """
    if not sys.platform.startswith("linux"):
        return
    import resource  # not everywhere

    lines = Path("/proc/self/status").read_text().splitlines()
    now = next(int(line.split()[1]) for line in lines if line.startswith("VmData")) * 1024
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = now + max_bytes if hard == resource.RLIM_INFINITY else min(now + max_bytes, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


def _end_with_the_server() -> None:
    """Also when it is killed, and in the middle of a run."""
    server = multiprocessing.parent_process()
    assert server is not None
    server.join()
    os._exit(1)


def _outcome(work: Work | Conversion | Reading, path: Path, ticket: Path | None) -> BaseException | None:
    """Compute; the error that this ended with, as it can be told to another process."""
    try:
        compute(work, path, ticket)
    except BaseException as error:
        told = traceback.format_exc()
        error.add_note(f"In a worker:\n{told}")
        try:
            ForkingPickler.loads(ForkingPickler.dumps(error))
        except Exception:
            return RuntimeError(told)
        return error
    return None
