"""python -m tests.soak: all programs one after the other, each in a process of its own, and a table of what they found."""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.soak import TABLE


def run(name: str, options: list[str], results: Path) -> dict[str, Any]:
    """The result of one program; one that broke off has none, and failed."""
    command = [sys.executable, "-m", f"tests.soak.{name}", *options, "--json", str(results)]
    lines = results.read_text().splitlines() if results.exists() else []
    subprocess.run(command, check=False)
    added = results.read_text().splitlines()[len(lines) :] if results.exists() else []
    broken = {"program": name, "figures": {"broke off": 1}, "passed": False, "date": "", "command": ""}
    return json.loads(added[0]) if added else broken


def as_row(entry: dict[str, Any], goal: str) -> str:
    figures = ", ".join(f"{name} {figure}" for name, figure in entry["figures"].items())
    verdict = "pass" if entry["passed"] else "**FAIL**"
    return f"| {entry['program']} | {goal} | {figures} | {verdict} | `{entry['command']}` | {entry['date']} |"


def main() -> int:
    """Run them all, or those that are named; the exit status."""
    names = [row.name for row in TABLE]
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("names", nargs="*", default=names, metavar="NAME", help=f"which ones: {', '.join(names)}")
    parser.add_argument("--short", action="store_true", help="their small forms, without judging speed")
    parser.add_argument("--json", type=Path, metavar="FILE", help="append the results to this file, one a line")
    given = parser.parse_args()
    options = ["--short"] if given.short else []
    with TemporaryDirectory() as folder:
        results = given.json or Path(folder) / "results.jsonl"
        found = [(run(row.name, options, results), row.goal) for row in TABLE if row.name in given.names]
    print("\n| Program | Goal | Measured | | Command | Date |\n| --- | --- | --- | --- | --- | --- |")
    print("\n".join(as_row(entry, goal) for entry, goal in found))
    return 0 if all(entry["passed"] for entry, _ in found) else 1


if __name__ == "__main__":
    sys.exit(main())
