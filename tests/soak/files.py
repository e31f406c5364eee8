"""Damaged files of weights, uploaded: the table's row of `python -m tests.readers.weights.mutate`, which says more."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.readers.weights.mutate import soak
from tests.soak.support.program import Findings, main


def measure(short: bool) -> Findings:
    count = 60 if short else 100_000
    with TemporaryDirectory() as folder:
        answers, failures = soak(count, seed=0, folder=Path(folder))
    figures = {"files": count, "answers": " ".join(f"{name}:{times}" for name, times in sorted(answers.items()))}
    return Findings(figures=figures, wrong=failures)


if __name__ == "__main__":
    sys.exit(main("files", measure))
