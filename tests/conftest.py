"""For every test: one thread per torch operation, since threads that wait for one another crawl on a busy machine.

And servers come from a process that has imported torch, since they are many.
"""

import os
import sys
from typing import Any

import pytest
import torch

from tests.web import server_process

# the name by which the test client asks
os.environ.setdefault("LSTM_LENS_ALLOWED_HOSTS", "localhost 127.0.0.1 [::1] testserver")

torch.set_num_threads(1)
os.environ.setdefault("OMP_NUM_THREADS", "1")  # of the process that others are forked from
server_process.FORKED = sys.platform == "linux"

#: Folders whose tests share something that takes long to start, so that one process should have them all.
_TOGETHER = ("tests/cluster/",)
#: Files and folders that take longest, in the order in which two processes should begin with them.
_LONGEST = ("tests/soak/", "tests/cluster/", "tests/lstm/test_streaming.py", "tests/web/test_million_timesteps.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no process is left with it at the end."""
    last = len(_LONGEST)
    items.sort(key=lambda item: next((k for k, name in enumerate(_LONGEST) if item.nodeid.startswith(name)), last))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With --dist loadfile, files that belong together are one."""
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class ByFileOrFolder(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            found: str = super()._split_scope(nodeid)
            return next((folder for folder in _TOGETHER if found.startswith(folder)), found)

    return ByFileOrFolder(config, log)
