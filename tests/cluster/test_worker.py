"""A worker by itself: what it says of its life."""

from pathlib import Path

import pytest

from lstm_lens.core.settings import Settings
from lstm_lens.runs.cluster.ledger import Ledger
from lstm_lens.runs.cluster.worker import RunWorker
from lstm_lens.runs.workers.pool import Pool
from tests.cluster.running import until


def test_a_worker_is_alive_although_its_processes_could_not_be_started(
    broker_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(self: Pool) -> None:
        raise ConnectionResetError

    monkeypatch.setattr(Pool, "start", start)
    worker = RunWorker(Settings(broker_url=broker_url, data_dir=tmp_path), "one of ours", 1)
    worker.start()
    until(lambda: Ledger(broker_url).is_alive("one of ours"), 5)
