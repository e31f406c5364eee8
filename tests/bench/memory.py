"""How much memory `record` needs, measured by the bench in a process of its own.

`python -m tests.bench.memory K` prints, for row K, the bytes by which `record` raised the most that the process ever
held, and the bytes that it returned.
"""

import sys
from pathlib import Path

from lstm_lens.lstm import Trace, record
from tests.bench.rows import ROWS


def returned_bytes(trace: Trace) -> int:
    """The bytes of all tensors of a trace but those that the caller had before: input and parameters."""
    cells = [value for found in trace.cells for value in found.quantities().values()]
    return sum(value.numel() * value.element_size() for value in (*cells, trace.output, trace.h_n, trace.c_n))


def peak_bytes() -> int:
    """The most that the process ever held in memory. (ru_maxrss would count what the process that started it held.)"""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024


def main(row: int) -> None:
    lstm, x = ROWS[row].build()
    record(lstm, x[:8])  # what torch loads and keeps for any run at all
    before = peak_bytes()
    trace = record(lstm, x)
    print(peak_bytes() - before, returned_bytes(trace))


if __name__ == "__main__":
    main(int(sys.argv[1]))
