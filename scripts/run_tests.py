"""Run every part of `make test`, whatever the parts before it said, and close with one line of counts."""

import re
import subprocess
import sys
import time
from collections import Counter

PARTS = ("lint", "types", "py", "js", "browser")

# What a test runner's own closing lines look like. A part that prints none counts as one test.
PYTEST = re.compile(r"^=+ .*\bin [\d.]+s\b.*=+$")
PYTEST_COUNT = re.compile(r"(\d+) (passed|failed|skipped|errors?)\b")
NODE_COUNT = re.compile(r"^\S+ (pass|fail|cancelled|skipped) (\d+)$")
NODE_NO_TESTS = re.compile(r"^\S+ tests 0$")  # for which node ends well, and pytest does not
OUTCOMES = {"pass": "passed", "fail": "failed", "cancelled": "failed", "error": "failed", "errors": "failed"}


def counts_of(line: str) -> Counter[str]:
    """The passed, failed and skipped tests that one closing line of pytest or node tells."""
    counts: Counter[str] = Counter()
    if PYTEST.match(line):
        for number, word in PYTEST_COUNT.findall(line):
            counts[OUTCOMES.get(word, word)] += int(number)
    elif NODE_NO_TESTS.match(line):
        counts["failed"] += 1
    elif found := NODE_COUNT.match(line):
        counts[OUTCOMES.get(found[1], found[1])] += int(found[2])
    return counts


def run(part: str) -> Counter[str]:
    """Run one target of the Makefile, passing its output on line by line, and count its tests."""
    counts: Counter[str] = Counter()
    with subprocess.Popen(
        ["make", "--no-print-directory", part], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            sys.stdout.write(line)
            sys.stdout.flush()
            counts += counts_of(line.rstrip())
    if process.returncode and not counts["failed"]:
        counts["failed"] += 1
    elif not counts:
        counts["passed"] += 1
    return counts


def main() -> int:
    total: Counter[str] = Counter()
    rows = []
    for part in PARTS:
        print(f"\n==== make {part}", flush=True)
        began = time.monotonic()
        counts = run(part)
        total += counts
        words = ", ".join(f"{counts[word]} {word}" for word in ("passed", "failed", "skipped") if counts[word])
        rows.append(f"{part:8} {time.monotonic() - began:6.1f} s  {words}")
    print("\n==== summary", *rows, sep="\n")
    skipped = f", {total['skipped']} skipped" if total["skipped"] else ""
    print(f"{total['passed']} passed, {total['failed']} failed{skipped}", flush=True)
    return 1 if total["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
