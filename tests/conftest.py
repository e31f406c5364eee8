"""For every test: one thread per torch operation, since threads that wait for one another crawl on a busy machine.

And servers come from a process that has imported torch, since they are many.
"""

import os
import sys

import pytest
import torch

from tests.web import server_process

# the name by which the test client asks
os.environ.setdefault("LSTM_LENS_ALLOWED_HOSTS", "localhost 127.0.0.1 [::1] testserver")

torch.set_num_threads(1)
os.environ.setdefault("OMP_NUM_THREADS", "1")  # of the process that others are forked from
server_process.FORKED = sys.platform == "linux"

#: Files and folders that take longest, in the order in which two processes should begin with them.
_LONGEST = ("tests/soak/", "tests/web/test_export_script.py", "tests/cluster/", "tests/web/test_open_command.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no process is left with it at the end."""
    last = len(_LONGEST)
    items.sort(key=lambda item: next((k for k, name in enumerate(_LONGEST) if item.nodeid.startswith(name)), last))
