"""A server's access to Redis: off the event loop, with a timeout, and with a circuit breaker after a failure."""

from collections.abc import Callable
from logging import getLogger
from time import monotonic
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from ...core.errors import BrokerUnavailable
from ...core.settings import Settings
from ...lstm import problem
from .ledger import Ledger
from .queue import RunQueue

log = getLogger("lstm_lens")
_T = TypeVar("_T")
#: Exceptions that a call may end with when Redis does not answer.
NO_ANSWER = (RedisError, OperationalError)
#: Seconds for which Redis is not called again after a failure (the circuit breaker stays open).
PAUSE = 3.0
#: Threads that may wait for Redis at the same time.
_THREADS = 16


class Broker:
    """The ledger and the queue of one server."""

    def __init__(self, settings: Settings) -> None:
        self.ledger = Ledger(settings.broker_url)
        self.queue = RunQueue(settings)
        self._threads = CapacityLimiter(_THREADS)
        self._down_until = 0.0

    async def ask(self, question: Callable[..., _T], *arguments: object) -> _T:
        """Call a method of the ledger or the queue in a thread. Raises BrokerUnavailable.

        After a failure it raises that for PAUSE seconds without calling.
        """
        if monotonic() < self._down_until:
            raise broker_down()
        try:
            return await to_thread.run_sync(question, *arguments, limiter=self._threads)
        except NO_ANSWER as error:
            self._down_until = monotonic() + PAUSE
            log.warning("the broker does not answer: %s", type(error).__name__)
            raise broker_down() from error


def requeue_orphaned(ledger: Ledger, queue: RunQueue) -> None:
    """Requeue orphaned runs: in no queue, and with no live worker. Does nothing if another caller looked just now."""
    if not ledger.may_look_for_orphans():
        return
    for run_id, kind in ledger.orphaned(queue.waiting()):
        log.warning("a run was lost and is sent again: %s", run_id)
        queue.send(run_id, kind)


def broker_down() -> BrokerUnavailable:
    """The error for a question that only Redis can answer, while Redis does not answer."""
    template = "The broker, which knows where this run stands, does not answer; try again later"
    return BrokerUnavailable(problem((), "queue_away", template))
