"""Programs that run side by side until they are told to end; one that ends by itself is started again."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

#: Seconds between two looks, and before a program that has just started and ended is started again.
LOOK_EVERY, PAUSE = 0.1, 1.0
#: Seconds in which a program may end by itself.
PATIENCE = 16.0


@dataclass(frozen=True, eq=False)
class Program:
    """A command, where it is reached, and what it is told by its environment."""

    name: str
    command: Sequence[str]
    address: str = ""
    environment: dict[str, str] = field(default_factory=dict)


class Supervisor:
    """Runs programs, each with a log of its own in `logs`. started: told of each start, with the process's id."""

    def __init__(self, logs: Path, started: Callable[[Program, int], None]) -> None:
        self._logs = logs
        self._started = started
        self._running: dict[Program, subprocess.Popen[bytes]] = {}
        self._since: dict[Program, float] = {}
        self._ending = threading.Event()
        logs.mkdir(parents=True, exist_ok=True)

    def start(self, program: Program) -> None:
        """Start a program; from then on it is looked after."""
        self._since[program] = time.monotonic()
        with (self._logs / f"{program.name}.log").open("ab") as log:
            self._running[program] = subprocess.Popen(
                program.command,
                env={**os.environ, **program.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # the keyboard's interrupt is for the supervisor; and its children are found
            )
        self._started(program, self._running[program].pid)

    def look_after(self) -> None:
        """Start what has ended again, until told to end."""
        while not self._ending.wait(LOOK_EVERY):
            for program, process in list(self._running.items()):
                if process.poll() is not None and time.monotonic() - self._since[program] > PAUSE:
                    _kill_group(process)  # what it has left behind holds its port
                    self.start(program)

    def end(self) -> None:
        """Have `look_after` return. May be called by a handler of signals."""
        self._ending.set()

    def stop(self) -> None:
        """End all programs, the first one last: the others stand on it."""
        processes = list(self._running.values())
        _end(processes[1:])
        _end(processes[:1])


def _end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    for process in processes:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
        _kill_group(process)
        process.wait()


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
