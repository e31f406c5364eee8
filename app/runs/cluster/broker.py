"""Redis, asked by a server: off the event loop, with a bound on the time that it takes and on how often it is tried."""

from collections.abc import Callable
from logging import getLogger
from time import monotonic
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from ...core.errors import BrokerUnavailable
from ...core.settings import Settings
from ...lstm import Problem
from .ledger import Ledger
from .queue import RunQueue

log = getLogger("lstm_lens")
_T = TypeVar("_T")
#: What it can end in to ask for something.
NO_ANSWER = (RedisError, OperationalError)
#: Seconds for which Redis is not asked again once it gave no answer.
PAUSE = 3.0
#: Threads that may wait for it at the same time.
_THREADS = 16


class Broker:
    """The ledger and the queue of one server."""

    def __init__(self, settings: Settings) -> None:
        self.ledger = Ledger(settings.broker_url)
        self.queue = RunQueue(settings)
        self._threads = CapacityLimiter(_THREADS)
        self._away_until = 0.0

    async def ask(self, question: Callable[..., _T], *arguments: object) -> _T:
        """Ask one of them, in a thread. Raises BrokerUnavailable; for a while after that nobody is even asked."""
        if monotonic() < self._away_until:
            raise away()
        try:
            return await to_thread.run_sync(question, *arguments, limiter=self._threads)
        except NO_ANSWER as error:
            self._away_until = monotonic() + PAUSE
            log.warning("the broker does not answer: %s", type(error).__name__)
            raise away() from error


def requeue_orphaned(ledger: Ledger, queue: RunQueue) -> None:
    """Put runs into the queues again that are in none and that nobody computes; unless somebody has looked just now."""
    if not ledger.may_look():
        return
    for run_id, among in ledger.orphaned(queue.waiting()):
        log.warning("a run was lost and is sent again: %s", run_id)
        queue.send(run_id, among)


def away() -> BrokerUnavailable:
    """What is said while only Redis could tell."""
    sentence = "The broker, which knows where this run stands, does not answer; try again later"
    return BrokerUnavailable(Problem((), "queue_away", sentence))
