"""The messages of Celery between servers and workers: each is the id of a run, and nothing else."""

from typing import Any

import orjson
from celery import Celery
from redis import Redis

from ...core.settings import Settings
from .ledger import TIMEOUT, Among

#: The name of the one task.
TASK_NAME = "lens.run"
#: A queue for each kind of open runs: those of corpora let the others go first.
QUEUES: dict[Among, str] = {"runs": "lens", "corpora": "lens.corpora"}
#: Seconds by which a message outlives the longest run, before it is taken for lost.
_MARGIN = 3600


def make_celery(settings: Settings, **options: Any) -> Celery:
    """Celery's settings. A message is acknowledged once its run is over, or was told to wait again.

    options: further ones of the transport.
    """
    app = Celery("lstm-lens", broker=settings.broker_url, set_as_current=False)
    app.conf.update(
        accept_content=["json"],
        task_serializer="json",
        task_ignore_result=True,  # the ledger knows how a run stands
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
        worker_cancel_long_running_tasks_on_connection_loss=False,  # they go on, and the ledger hears of them later
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
    """The side of the one who sends. Both methods raise what kombu and redis raise when there is no answer."""

    def __init__(self, settings: Settings) -> None:
        self._celery = make_celery(settings, socket_timeout=TIMEOUT)
        self._redis = Redis.from_url(settings.broker_url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT)

    def send(self, run_id: str, among: Among) -> None:
        """Have a worker take up a run."""
        once_more = {"max_retries": 1, "interval_start": 0}  # over a connection that was cut meanwhile
        self._celery.send_task(TASK_NAME, (run_id,), task_id=run_id, queue=QUEUES[among], retry_policy=once_more)

    def waiting(self) -> list[str]:
        """The ids of the runs in the queues, as far as no worker has taken their message."""
        messages = [message for name in QUEUES.values() for message in self._redis.lrange(name, 0, -1)]
        return [orjson.loads(message)["headers"]["id"] for message in messages]
