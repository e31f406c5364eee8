"""A program's findings, its one line, and its command line."""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

#: Faults of one kind tend to come by the thousand.
SHOWN = 20


@dataclass
class Findings:
    """What was measured. wrong: faults of any form of the program. missed: goals of the long form that were not met."""

    figures: dict[str, Any] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def expect(self, holds: object, otherwise: str) -> None:
        """What must hold in every form."""
        if not holds:
            self.wrong.append(otherwise)

    def goal(self, name: str, figure: float, *, most: float | None = None, least: float | None = None) -> None:
        """Note a figure that depends on the machine's speed or on how long was measured, and its bound."""
        self.figures[name] = figure
        if (most is not None and figure > most) or (least is not None and figure < least):
            bound = f"at most {most}" if most is not None else f"at least {least}"
            self.missed.append(f"{name} is {figure}, and should be {bound}")


Measure = Callable[[bool], Findings]


def failures(found: Findings, *, short: bool) -> list[str]:
    """What counts against a program."""
    return found.wrong if short else found.wrong + found.missed


def report(name: str, found: Findings, *, short: bool) -> dict[str, Any]:
    """The result as one entry of a file of results."""
    command = f"python -m tests.soak.{name}{' --short' if short else ''}"
    return {
        "program": name,
        "date": datetime.now(UTC).date().isoformat(),
        "command": command,
        "figures": found.figures,
        "passed": not failures(found, short=short),
        "failures": failures(found, short=short)[:SHOWN],
    }


def verdict(entry: dict[str, Any]) -> str:
    """The one line."""
    figures = ", ".join(f"{name} {figure}" for name, figure in entry["figures"].items())
    return f"{entry['program']}: {figures} {'pass' if entry['passed'] else 'FAIL'}"


def main(name: str, measure: Measure) -> int:
    """Run one program from the command line; its exit status."""
    parser = argparse.ArgumentParser(prog=f"python -m tests.soak.{name}", description=sys.modules["__main__"].__doc__)
    parser.add_argument("--short", action="store_true", help="a small form, without judging speed")
    parser.add_argument("--json", type=Path, metavar="FILE", help="append the result to this file, as a line of JSON")
    given = parser.parse_args()
    found = measure(given.short)
    entry = report(name, found, short=given.short)
    for failure in entry["failures"]:
        print(f"  {failure}")
    print(verdict(entry), flush=True)
    if given.json is not None:
        with given.json.open("a") as file:
            file.write(json.dumps(entry) + "\n")
    return 0 if entry["passed"] else 1
