"""Schemathesis in all its phases on a real server: every reply is what the description of the API says.

Seed after seed until there are enough cases. It goes on in an operation after a failure; what it is asked to check
stands in schemathesis.toml. Limits are small, since made-up runs can be of any size.
"""

import json
import subprocess
import sys
from collections import Counter
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.soak.support.program import Findings, main
from tests.soak.support.server import SoakServer, soak_server

CASES = 20_000
SEEDS = 3  # at least
CONFIG = Path(__file__).parent / "schemathesis.toml"
PHASES = ("examples", "coverage", "fuzzing", "stateful")
LIMITS = {
    "LSTM_LENS_PROFILE": "public",
    "LSTM_LENS_WORKERS": "2",
    "LSTM_LENS_MAX_TRACE_BYTES": str(16 * 2**20),
    "LSTM_LENS_MAX_WORK": str(10**9),
    "LSTM_LENS_MAX_INPUT_NUMBERS": "50000",
}


def round_of(server: SoakServer, seed: int, examples: int, phases: tuple[str, ...]) -> dict[str, Any]:
    """The report of one seed; `output` in it is what was printed."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "report.json"
        command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "run"]
        command += [f"http://127.0.0.1:{server.port}/openapi.json", "--seed", str(seed), "-n", str(examples)]
        command += ["--phases", ",".join(phases), "--generation-database", "none", "--no-shrink", "--no-color"]
        command += ["--report", "json", "--report-json-path", str(path), "--warnings", "off"]
        printed = subprocess.run(command, capture_output=True, text=True, check=False, timeout=3600)
        if not path.exists():
            raise AssertionError(f"no report: {printed.stdout[-2000:]} {printed.stderr[-2000:]}")
        found: dict[str, Any] = json.loads(path.read_text())
        return found | {"output": printed.stdout}


def measure(short: bool) -> Findings:
    found = Findings()
    kinds: Counter[str] = Counter()
    cases = failed = tested = 0
    phases = ("examples", "fuzzing", "stateful") if short else PHASES
    seed = 0
    with soak_server(**LIMITS) as server:
        for seed in count(1):
            report = round_of(server, seed, 2 if short else 120, phases)
            cases += report["test_cases"]["generated"]
            failed += report["test_cases"]["with_failures"]
            tested = max(tested, report["operations"]["tested"])
            for failure in report["failures"]:
                kinds[f"{failure['title']} at {', '.join(failure['operations'])}"] += failure["count"]
            found.wrong += [f"seed {seed}: {error}" for error in report["errors"]]
            found.expect(report["complete"], f"seed {seed} ended early: {report['stop_reason']}")
            if report["failures"] and not short:
                print(report["output"].partition("= FAILURES =")[2][:4000])
            if short or (cases >= CASES and seed >= SEEDS):
                break
        described = server.ask("GET", "/openapi.json")[1]["paths"].values()
        found.expect(tested == sum(map(len, described)), "an operation was left out")
        found.wrong += server.faults()
    found.wrong += [f"{times} times {kind}" for kind, times in kinds.most_common()]
    found.goal("cases", cases, least=CASES)
    found.figures |= {"seeds": seed, "operations": tested, "cases that failed": failed}
    return found


if __name__ == "__main__":
    sys.exit(main("schemas", measure))
