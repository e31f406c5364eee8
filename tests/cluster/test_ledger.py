"""Where runs stand, in Redis: who may compute one, who is heard of it, and what is missed."""

from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex
from time import time

import pytest
from redis import Redis

from lstm_lens.core.errors import TooLarge
from lstm_lens.core.settings import Settings
from lstm_lens.lstm import Problem, problem
from lstm_lens.runs.cluster import ledger as ledgers
from lstm_lens.runs.cluster.broker import requeue_orphaned
from lstm_lens.runs.cluster.ledger import Ledger
from lstm_lens.runs.cluster.queue import RunQueue


@pytest.fixture
def redis(broker_url: str) -> Iterator[Redis]:
    with Redis.from_url(broker_url, decode_responses=True) as redis:
        redis.flushall()
        yield redis


@pytest.fixture
def ledger(broker_url: str, redis: Redis) -> Ledger:
    return Ledger(broker_url)


@contextmanager
def eleven_seconds_ago() -> Iterator[None]:
    """What the ledger is told inside the block was told then."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ledgers, "time", lambda: time() - 11)
        yield


def opened(ledger: Ledger) -> str:
    run_id = token_hex(16)
    assert ledger.open(run_id, 10, "runs", 100) == "new"
    return run_id


def status(ledger: Ledger, run_id: str) -> str:
    (entry,) = ledger.entries([run_id])
    assert entry is not None
    return entry.state.status


def test_a_run_is_computed_by_one_and_told_by_that_one_alone(ledger: Ledger) -> None:
    run_id = opened(ledger)
    assert ledger.claim(run_id, "one")
    assert not ledger.claim(run_id, "two")
    assert ledger.beat(run_id, "one", 4)
    assert not ledger.beat(run_id, "two", 5)
    assert not ledger.finish(run_id, "two", "failed")
    (entry,) = ledger.entries([run_id])
    assert entry is not None
    assert (entry.state.status, entry.state.done, entry.stale) == ("running", 4, False)
    assert ledger.finish(run_id, "one", "done")
    assert status(ledger, run_id) == "done"
    assert not ledger.claim(run_id, "two")


def test_as_many_wait_as_may_and_what_is_over_makes_room(ledger: Ledger) -> None:
    first, second = token_hex(16), token_hex(16)
    assert ledger.open(first, 10, "runs", 1) == "new"
    assert ledger.open(first, 10, "runs", 1) == "found"
    assert ledger.open(second, 10, "runs", 1) == "full"
    assert ledger.open(second, 10, "corpora", 1) == "new"
    assert ledger.free_slots("corpora", 3) == 2
    assert ledger.cancel(first)
    assert ledger.open(token_hex(16), 10, "runs", 1) == "new"


def test_what_is_cancelled_ends_at_its_next_beat_and_can_be_wanted_again(ledger: Ledger) -> None:
    run_id = opened(ledger)
    assert ledger.claim(run_id, "one")
    assert not ledger.cancel(run_id)
    assert not ledger.beat(run_id, "one", 1)
    assert ledger.open(run_id, 10, "runs", 1) == "new"  # its place is its own
    assert ledger.claim(run_id, "two")
    assert not ledger.finish(run_id, "one", "cancelled")
    assert status(ledger, run_id) == "running"


def test_what_is_left_goes_on_while_somebody_reads_of_it(ledger: Ledger) -> None:
    run_id = opened(ledger)
    ledger.add_reader(run_id, "a reader")
    ledger.add_reader(run_id, "another")
    assert not ledger.leave(run_id)
    assert not ledger.remove_reader(run_id, "a reader")
    assert status(ledger, run_id) == "waiting"
    assert ledger.remove_reader(run_id, "another")
    assert status(ledger, run_id) == "cancelled"


def test_readers_who_never_said_goodbye_count_no_more(ledger: Ledger, redis: Redis) -> None:
    run_id = opened(ledger)
    ledger.claim(run_id, "one")
    ledger.add_reader(run_id, "gone")
    ledger.leave(run_id)
    assert ledger.beat(run_id, "one", 1)
    redis.zadd(f"lens:readers:{run_id}", {"gone": 1})  # as its time has passed
    assert not ledger.beat(run_id, "one", 2)


def test_a_run_that_nobody_waits_for_goes_on_when_its_readers_go(ledger: Ledger) -> None:
    run_id = opened(ledger)
    ledger.add_reader(run_id, "a reader")
    assert not ledger.remove_reader(run_id, "a reader")
    assert status(ledger, run_id) == "waiting"


def test_an_error_is_told_as_it_was(ledger: Ledger) -> None:
    run_id = opened(ledger)
    ledger.claim(run_id, "one")
    large = problem(("body", "input", 3), "too_large", "Above {limit}", limit=5)
    ledger.finish(run_id, "one", "failed", TooLarge(large))
    (entry,) = ledger.entries([run_id])
    assert entry is not None
    assert isinstance(entry.state.error, TooLarge)
    assert entry.state.error.problems == (large,)


def test_an_error_of_an_earlier_version_has_no_values(ledger: Ledger, redis: Redis) -> None:
    run_id = opened(ledger)
    ledger.claim(run_id, "one")
    ledger.finish(run_id, "one", "failed")
    redis.hset(f"lens:run:{run_id}", "error", '["TooLarge", [[["body"], "too_large", "Too large"]]]')
    (entry,) = ledger.entries([run_id])
    assert entry is not None
    assert entry.state.error is not None
    assert entry.state.error.problems == (Problem(("body",), "too_large", "Too large", {}),)


def test_deaths_are_counted_wherever_they_happen(ledger: Ledger) -> None:
    run_id = opened(ledger)
    for token, died, deaths in (("one", True, 1), ("two", False, 1), ("three", True, 2)):
        assert ledger.claim(run_id, token)
        assert ledger.put_back(run_id, token, died=died) == deaths
        assert status(ledger, run_id) == "waiting"


@pytest.mark.parametrize("claimed", [False, True])
def test_a_run_that_is_in_no_queue_and_that_nobody_computes_is_sent_again(
    ledger: Ledger, broker_url: str, *, claimed: bool
) -> None:
    queue = RunQueue(Settings(broker_url=broker_url))
    with eleven_seconds_ago():
        run_id = opened(ledger)
        if claimed:
            ledger.claim(run_id, "dead")
    requeue_orphaned(ledger, queue)
    assert queue.waiting() == [run_id]
    assert status(ledger, run_id) == "waiting"
    assert not ledger.beat(run_id, "dead", 1)


def test_a_run_that_waits_in_the_queue_or_is_computed_is_not_sent_again(ledger: Ledger, broker_url: str) -> None:
    queue = RunQueue(Settings(broker_url=broker_url))
    with eleven_seconds_ago():
        waiting, computed = opened(ledger), opened(ledger)
        queue.send(waiting, "runs")
    ledger.claim(computed, "alive")
    requeue_orphaned(ledger, queue)
    assert queue.waiting() == [waiting]


def test_a_lost_run_that_was_cancelled_is_over(ledger: Ledger) -> None:
    with eleven_seconds_ago():
        run_id = opened(ledger)
        ledger.claim(run_id, "dead")
        ledger.cancel(run_id)
    assert ledger.orphaned([]) == []
    assert status(ledger, run_id) == "cancelled"


def test_only_one_looks_for_what_is_missed(ledger: Ledger) -> None:
    assert ledger.may_look_for_orphans()
    assert not ledger.may_look_for_orphans()
