"""The process that workers are forked from: it has imported what runs need, so that a new worker is there at once."""

import multiprocessing
from multiprocessing import forkserver
from multiprocessing.context import BaseContext

#: What is imported there. A name, because this module is here before torch is.
PRELOADED = f"{__package__}.task"


def begin() -> None:
    """Have it import while the server is still importing itself; on systems without fork there is none to begin."""
    if context().get_start_method() == "forkserver":
        forkserver.ensure_running()


def context() -> BaseContext:
    """How workers are started: forked if the system can do that, and imported anew elsewhere."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload([PRELOADED])
    return found
