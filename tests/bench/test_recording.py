"""What recording costs beside the plain forward pass: one table, printed by `make bench`."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import geometric_mean, median
from time import perf_counter

import pytest
import torch

from lstm_lens.lstm import record
from tests.bench.rows import HEADING, ROWS, Row, unfused

#: Rounds go on until a row has taken this many seconds, within the bounds below.
SECONDS = 4.0
FEWEST, MOST = 5, 400
LOOPS = 3  # the loop is slow, and needs no such care


def interleaved(row: Row) -> list[float]:
    """Median milliseconds of the plain forward pass, of `record` and of the loop, taken in turns."""
    lstm, x = row.build()
    works: list[Callable[[], object]] = [lambda: lstm(x), lambda: record(lstm, x), lambda: unfused(lstm, x)]
    times: list[list[float]] = [[] for _ in works]
    with torch.no_grad():
        for work in works:
            work()
        began = perf_counter()
        for done in range(MOST):
            if done >= FEWEST and perf_counter() - began > SECONDS:
                break
            for work, taken in zip(works if done < LOOPS else works[:2], times, strict=False):
                start = perf_counter()
                work()
                taken.append(perf_counter() - start)
    return [1000 * median(taken) for taken in times]


def memory(row: int) -> tuple[float, float]:
    """Megabytes by which `record` raises the peak of a process, and those that it returns."""
    command = [sys.executable, "-m", "tests.bench.memory", str(row)]
    root = Path(__file__).parents[2]
    printed = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout
    raised, returned = map(int, printed.split())
    return raised / 2**20, returned / 2**20


@pytest.fixture(scope="module")
def ratios() -> list[float]:
    """record / forward of the rows so far. With OMP_NUM_THREADS threads, else one for each core, as torch has it."""
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS") or os.cpu_count() or 1))
    print(f"\n\nMedian milliseconds with {torch.get_num_threads()} threads; MB by which recording raises the peak")
    print(f"{HEADING}    forward    record      loop  record/fwd  loop/fwd  peak MB  returned MB")
    return []


@pytest.mark.parametrize("k", range(len(ROWS)))
def test_recording_beside_the_plain_forward_and_the_loop(k: int, ratios: list[float]) -> None:
    forward, recorded, loop = interleaved(ROWS[k])
    ratios.append(recorded / forward)
    raised, returned = memory(k)
    print(
        f"{ROWS[k]}{forward:11.3f}{recorded:10.3f}{loop:10.2f}{ratios[-1]:12.2f}{loop / forward:10.1f}"
        f"{raised:9.1f}{returned:13.1f}"
    )


def test_summary(ratios: list[float]) -> None:
    print(f"record / forward: geometric mean {geometric_mean(ratios):.2f}, worst row {max(ratios):.2f}")
