"""For every test: one thread per torch operation, since threads that wait for one another crawl on a busy machine."""

import os

import pytest
import torch

# the name by which the test client asks
os.environ.setdefault("LSTM_LENS_ALLOWED_HOSTS", "localhost 127.0.0.1 [::1] testserver")

torch.set_num_threads(1)

#: Files and folders that take longest, in the order in which two processes should begin with them.
_LONGEST = ("tests/soak/", "tests/web/test_export_script.py", "tests/cluster/", "tests/web/test_open_command.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no process is left with it at the end."""
    last = len(_LONGEST)
    items.sort(key=lambda item: next((k for k, name in enumerate(_LONGEST) if item.nodeid.startswith(name)), last))
