"""`lstm-lens work`: a worker for the runs of every server that shares its broker and its store."""

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

#: Seconds that the consumer waits for an answer of Redis. It asks for the next message for a second at a time.
_TIMEOUT = 10


def is_alive(settings: Settings, name: str) -> bool:
    """Whether the worker of that name has told Redis lately that it is alive."""
    try:
        return Ledger(settings.broker_url).is_alive(name)
    except NO_ANSWER as error:
        sys.stderr.write(f"the broker does not answer: {type(error).__name__}\n")
        return False


def run_worker(settings: Settings, name: str, concurrency: int) -> int:
    """Compute runs until told to end by a signal; the exit status. What is in hand then waits for another worker."""
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
    def keep_the_log_as_it_is(**_: Any) -> None:
        """Celery would set up its own."""

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
