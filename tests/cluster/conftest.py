"""One cluster for all tests that leave it whole, and Redis by itself."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.install_services import find
from scripts.up_cluster import LOOPBACK, free_port, redis_answers
from tests.cluster.running import Cluster, running, until


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Two replicas and two workers; what takes more than a twentieth of a second goes to those."""
    settings = {"LSTM_LENS_QUEUE_SECONDS": "0.05", "LSTM_LENS_MAX_WAITING_RUNS": "8"}
    with running(tmp_path_factory.mktemp("cluster"), **settings) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def broker_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Redis, and nobody else who uses it."""
    program, port = find("redis-server"), free_port()
    assert program is not None, "python -m scripts.install_services installs it"
    folder: Path = tmp_path_factory.mktemp("redis")
    command = [program, "--bind", LOOPBACK, "--port", str(port), "--dir", str(folder), "--save", ""]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        until(lambda: redis_answers(f"{LOOPBACK}:{port}"), 30)
        yield f"redis://{LOOPBACK}:{port}/0"
    finally:
        process.terminate()
        process.wait()
