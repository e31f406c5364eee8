"""The last line of `make test` is the sum of what the runners said."""

import subprocess
import sys

import pytest

from scripts import run_tests


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        ("======= 3 passed in 0.10s =======", {"passed": 3}),
        (
            "= 1 failed, 12 passed, 2 skipped, 1 warning in 61.00s (0:01:01) =",
            {"failed": 1, "passed": 12, "skipped": 2},
        ),
        ("========= 1 passed, 2 errors in 0.10s =========", {"passed": 1, "failed": 2}),
        ("======= no tests ran in 0.01s =======", {}),
        ("ℹ pass 7", {"passed": 7}),
        ("ℹ fail 2", {"failed": 2}),
        ("ℹ tests 0", {"failed": 1}),
        ("ℹ tests 9", {}),
        ("ℹ duration_ms 12", {}),
        ("3 passed, as a test printed", {}),
    ],
)
def test_a_closing_line_is_counted(line: str, counts: dict[str, int]) -> None:
    assert {word: number for word, number in run_tests.counts_of(line).items() if number} == counts


def part(code: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """The counts of a part that is this Python program."""
    popen = subprocess.Popen
    monkeypatch.setattr(
        run_tests.subprocess, "Popen", lambda _, **options: popen([sys.executable, "-c", code], **options)
    )
    return {word: number for word, number in run_tests.run("part").items() if number}


def test_a_part_without_counts_is_one_test(monkeypatch: pytest.MonkeyPatch) -> None:
    assert part("print('all checks passed')", monkeypatch) == {"passed": 1}


def test_a_part_that_ends_badly_has_failed_whatever_it_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert part("print('== 3 passed in 0.1s =='); raise SystemExit(2)", monkeypatch) == {"passed": 3, "failed": 1}
