"""Damaged files end in a sentence: a short form of `make soak`."""

from pathlib import Path

from tests.readers.weights.mutate import mutation, soak


def test_no_damaged_file_gets_anything_but_a_trace_or_a_sentence(tmp_path: Path) -> None:
    answers, failures = soak(250, seed=7, folder=tmp_path)
    assert failures == []
    statuses = {answer.split()[1] for answer in answers}
    assert {"201", "422"} <= statuses  # both what survived its damage and what did not
    assert sum(times for answer, times in answers.items() if answer.split()[1] in ("201", "422")) == 250


def test_the_same_number_of_a_seed_is_the_same_file() -> None:
    assert mutation(5, seed=1) == mutation(5, seed=1) != mutation(5, seed=2)
