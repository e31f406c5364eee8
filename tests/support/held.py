"""Runs that last until they are let go, on any machine: their workers hear of nothing meanwhile."""

import os
import time
from pathlib import Path
from typing import Any

import pytest

from lstm_lens.runs import library
from lstm_lens.runs.workers.task import Work


class Held:
    """A request at which a worker writes its number to a file, and then waits until the file is gone."""

    def __init__(self, request: Any, told: Path) -> None:
        self._request = request
        self._told = told

    @property
    def config(self) -> Any:
        draft = self._told.with_suffix(".draft")
        draft.write_text(str(os.getpid()))
        draft.rename(self._told)
        while self._told.exists():
            time.sleep(0.01)
        return self._request.config

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)  # for pickle, which looks before the request is there
        return getattr(self._request, name)


def hold_runs(monkeypatch: pytest.MonkeyPatch, told: Path) -> None:
    """Hold every run that the servers of this process begin from now on."""

    def held(*, request: Any, **facts: Any) -> Work:
        return Work(request=Held(request, told), **facts)  # type: ignore[arg-type]

    monkeypatch.setattr(library, "Work", held)


def holder(told: Path) -> int:
    """The worker that is at the run that is held, once there is one."""
    deadline = time.monotonic() + 120
    while not told.exists():
        assert time.monotonic() < deadline, "no worker has begun"
        time.sleep(0.01)
    return int(told.read_text())
