"""`lstm-lens work`: a worker for the runs of all servers that share its broker and its store."""

import os
import socket
import sys
from typing import Any

from celery import signals
from celery.apps.worker import Worker as CeleryWorker

from ...core import logs
from ...core.settings import BadSetting, Settings
from .broker import NO_ANSWER
from .ledger import Ledger
from .queue import QUEUES, TASK_NAME, make_celery
from .runs import check_broker
from .worker import RunWorker

#: Socket timeout in seconds of the consumer, which polls for the next message for a second at a time.
_TIMEOUT = 10


def is_alive(settings: Settings, name: str) -> bool:
    """Whether the worker of that name has sent a heartbeat to Redis lately."""
    try:
        return Ledger(settings.broker_url).is_alive(name)
    except NO_ANSWER as error:
        sys.stderr.write(f"the broker does not answer: {type(error).__name__}\n")
        return False


def run_worker(settings: Settings, name: str, concurrency: int) -> int:
    """Compute runs until a signal ends it; returns the exit status. Unfinished runs are put back for other workers."""
    if not settings.broker_url:
        raise BadSetting("broker_url", "A worker needs the Redis in which runs wait")
    check_broker(settings)
    logs.set_up(settings)
    worker = RunWorker(settings, name, concurrency)
    celery = make_celery(settings, socket_timeout=_TIMEOUT)

    @celery.task(name=TASK_NAME)  # type: ignore[untyped-decorator]
    def compute(run_id: str) -> None:
        worker.compute(run_id)

    @signals.setup_logging.connect(weak=False)  # type: ignore[untyped-decorator]
    def keep_logging(**_: Any) -> None:
        """Keep Celery from setting up its own log."""

    @signals.worker_ready.connect(weak=False)  # type: ignore[untyped-decorator]
    def ready(**_: Any) -> None:
        worker.start()

    @signals.worker_shutting_down.connect(weak=False)  # type: ignore[untyped-decorator]
    def shutting_down(**_: Any) -> None:
        worker.end()

    program = CeleryWorker(
        app=celery,
        hostname=f"{name}-{os.getpid()}@{socket.gethostname()}",
        pool_cls="threads",
        concurrency=concurrency,
        queues=list(QUEUES.values()),
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        quiet=True,
    )
    program.start()
    worker.stop()
    return int(program.exitcode or 0)
