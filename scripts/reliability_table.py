"""Write results of tests/soak into docs/reliability.md: python -m scripts.reliability_table RESULTS.jsonl

The file is what `python -m tests.soak --json RESULTS.jsonl` has written. Programs that are not in it keep their row.
"""

import json
import sys
from pathlib import Path
from typing import Any

from tests.soak import TABLE
from tests.soak.__main__ import as_row

PAPER = Path(__file__).parent.parent / "docs/reliability.md"
START, END = "<!-- figures: written by scripts/reliability_table.py -->\n", "<!-- end of figures -->\n"
_HEAD = ["| Program | Goal | Measured | | Command | Date |", "| --- | --- | --- | --- | --- | --- |"]


def rows(paper: str) -> dict[str, str]:
    """The rows of the table by program."""
    table = paper.split(START)[1].split(END)[0]
    return {line.split("|")[1].strip(): line for line in table.splitlines()[len(_HEAD) :]}


def with_results(paper: str, results: list[dict[str, Any]]) -> str:
    """The text with the rows of those programs replaced."""
    goals = {row.name: row.goal for row in TABLE}
    found = rows(paper) | {entry["program"]: as_row(entry, goals[entry["program"]]) for entry in results}
    lines = [*_HEAD, *(found[row.name] for row in TABLE if row.name in found)]
    before, rest = paper.split(START)
    return f"{before}{START}" + "\n".join(lines) + f"\n{END}{rest.split(END)[1]}"


def main() -> int:
    results = [json.loads(line) for line in Path(sys.argv[1]).read_text().splitlines()]
    PAPER.write_text(with_results(PAPER.read_text("utf-8"), results), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
