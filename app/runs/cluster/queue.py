"""The Celery messages between servers and workers: each holds the id of a run, and nothing else."""

from typing import Any

import orjson
from celery import Celery
from redis import Redis

from ...core.settings import Settings
from .ledger import TIMEOUT, QueueKind

#: The name of the only Celery task.
TASK_NAME = "lens.run"
#: The queue of each kind of open run; single runs have priority over those of corpora.
QUEUES: dict[QueueKind, str] = {"runs": "lens", "corpora": "lens.corpora"}
#: Seconds beyond the longest run after which an unacknowledged message is delivered again.
_MARGIN = 3600


def make_celery(settings: Settings, **options: Any) -> Celery:
    """The Celery app. A message is acknowledged once its run is over or has been put back.

    options: further broker transport options.
    """
    app = Celery("lstm-lens", broker=settings.broker_url, set_as_current=False)
    app.conf.update(
        accept_content=["json"],
        task_serializer="json",
        task_ignore_result=True,  # the ledger has the state of runs
        task_queues={name: {"exchange": name, "routing_key": name} for name in QUEUES.values()},
        task_default_queue=QUEUES["runs"],
        task_create_missing_queues=False,
        task_acks_late=True,
        task_acks_on_failure_or_timeout=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,  # they continue, and report to the ledger later
        broker_connection_timeout=TIMEOUT,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={
            "visibility_timeout": settings.max_long_run_seconds + _MARGIN,
            "queue_order_strategy": "priority",
            "socket_connect_timeout": TIMEOUT,
            "health_check_interval": 5,
            **options,
        },
    )
    return app


class RunQueue:
    """The sending side of the queues. Both methods raise the errors of kombu and redis when there is no answer."""

    def __init__(self, settings: Settings) -> None:
        self._celery = make_celery(settings, socket_timeout=TIMEOUT)
        self._redis = Redis.from_url(settings.broker_url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT)

    def send(self, run_id: str, kind: QueueKind) -> None:
        """Queue a run for a worker."""
        retry_once = {"max_retries": 1, "interval_start": 0}  # over a connection that was cut in between
        self._celery.send_task(TASK_NAME, (run_id,), task_id=run_id, queue=QUEUES[kind], retry_policy=retry_once)

    def waiting(self) -> list[str]:
        """The ids of the queued runs whose message no worker has taken."""
        messages = [message for name in QUEUES.values() for message in self._redis.lrange(name, 0, -1)]
        return [orjson.loads(message)["headers"]["id"] for message in messages]
