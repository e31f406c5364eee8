"""Servers that are forked from a process which has imported torch: to import it takes most of a server's start.

Only how they come to be is another: no interpreter is started for the server, and none for what its workers are forked
from. Everything else is `lstm-lens serve`.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing import util
from multiprocessing.reduction import DupFd
from pathlib import Path
from typing import Any

from lstm_lens.runs.workers import forkserver

ROOT = Path(__file__).parent.parent.parent


class Forked:
    """A command of the app in a process of its own, with what tests need of a subprocess.Popen."""

    def __init__(self, arguments: Sequence[str], environment: dict[str, str], said: int) -> None:
        self._process: Any = forkserver.context().Process(target=_as_main, args=(arguments, environment, DupFd(said)))
        self._process.start()
        self.pid: int = self._process.pid

    @property
    def returncode(self) -> int | None:
        return self.poll()

    def poll(self) -> int | None:
        found: int | None = self._process.exitcode
        return found

    def wait(self, timeout: float | None = None) -> int:
        """The exit status. Raises subprocess.TimeoutExpired."""
        self._process.join(timeout)
        status = self.poll()
        if status is None:
            raise subprocess.TimeoutExpired("app", timeout or 0)
        return status

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def _as_main(arguments: Sequence[str], environment: dict[str, str], said: Any) -> None:
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    stream = said.detach()
    for number in (1, 2):
        os.dup2(stream, number)
    os.close(stream)
    util.spawnv_passfds = _begun
    from lstm_lens.__main__ import main

    sys.exit(main(arguments))


_spawn = util.spawnv_passfds


def _begun(path: str, arguments: Sequence[str], descriptors: Sequence[int]) -> int:
    """Fork the process that workers are forked from, where multiprocessing would have a new interpreter become it."""
    command = os.fsdecode(arguments[-1])
    if "forkserver" not in command:
        return int(_spawn(path, arguments, descriptors))
    pid = os.fork()
    if pid == 0:
        try:
            _close_other_ends(descriptors)
            exec(command, {})  # noqa: S102 (what multiprocessing wrote for an interpreter)
        finally:
            os._exit(0)
    return pid


def _close_other_ends(descriptors: Sequence[int]) -> None:
    """Of the pipe that tells when the server has ended: as long as this process could write into it, it would not."""
    for number in [int(entry.name) for entry in Path("/proc/self/fd").iterdir()]:
        with suppress(OSError):  # that of the listing is closed by now
            if number not in descriptors and any(os.path.sameopenfile(number, passed) for passed in descriptors):
                os.close(number)
