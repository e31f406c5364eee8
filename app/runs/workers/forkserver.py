"""The fork server that workers are forked from: it has imported what runs need, so that workers start at once."""

import multiprocessing
from multiprocessing import forkserver
from multiprocessing.context import BaseContext

#: The module it preloads. A name, because this module is imported before torch.
PRELOADED = f"{__package__}.task"


def begin() -> None:
    """Start it while the server is still importing; does nothing on systems without a fork server."""
    if context().get_start_method() == "forkserver":
        forkserver.ensure_running()


def context() -> BaseContext:
    """The start method of workers: forkserver if the system has it, else spawn."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload([PRELOADED])
    return found
