"""python -m tests.soak.faults: does each program notice what it is there for?

Each row is a fault that somebody could bring in. It is put into a copy of the sources, and the program must fail there
in its small form. Names of programs may be given: python -m tests.soak.faults bodies leavers
"""

import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.soak import TABLE

ROOT = Path(__file__).parent.parent.parent
_COPIED = ("app", "static", "templates", "tests", "scripts", "deploy", "pyproject.toml", "README.md")
_PATIENCE = 600


class Fault(NamedTuple):
    """In `file` the text `sound` becomes `broken`, of which `program` must notice."""

    program: str
    what: str
    file: str
    sound: str
    broken: str


FAULTS = [
    Fault(
        "schemas",
        "a status that the description does not have",
        "app/core/errors.py",
        "class NotFound(LensError):\n    status = HTTPStatus.NOT_FOUND",
        "class NotFound(LensError):\n    status = HTTPStatus.IM_A_TEAPOT",
    ),
    Fault(
        "bodies",
        "the framework's own answer to what is not legal",
        "app/web/errors.py",
        "    app.add_exception_handler(RequestValidationError, _on_validation_error)\n",
        "",
    ),
    Fault(
        "shapes",
        "weights that nobody looks at before torch does",
        "app/lstm/weights.py",
        "tuple(shape) != expected[name]",
        "False",
    ),
    Fault(
        "loader",
        "entries of a header that are taken on trust",
        "app/readers/weights/safetensors_file.py",
        " or set(facts) != set(FIELDS):",
        ":",
    ),
    Fault(
        "files",
        "a header that nobody expects to be no JSON",
        "app/readers/weights/safetensors_file.py",
        "except (ValueError, RecursionError):",
        "except RecursionError:",
    ),
    Fault(
        "origins",
        "what other sites post is taken",
        "app/web/middleware/same_origin.py",
        '{"GET", "HEAD", "OPTIONS"}',
        '{"GET", "HEAD", "OPTIONS", "POST"}',
    ),
    Fault(
        "seeds",
        "an input that is drawn from a generator without its seed",
        "app/lstm/inputs.py",
        "generator = torch.Generator().manual_seed(self.seed)\n",
        "generator = torch.Generator()\n        generator.seed()\n",
    ),
    Fault(
        "load",
        "replies that are kept under one name for all traces",
        "app/web/reply_cache.py",
        "return trace_id, window",
        'return "", window',
    ),
    Fault(
        "crowd",
        "a full waiting room that does not say when to come back",
        "app/web/errors.py",
        '{"Retry-After": "5"}',
        "{}",
    ),
    Fault(
        "deaths",
        "a deadline that is told as a death",
        "app/runs/workers/pool.py",
        'DeadlineExceeded(problem((), "deadline"',
        'DeadlineExceeded(problem((), "worker_died"',
    ),
    Fault(
        "leavers",
        "nobody sees who hangs up",
        "app/runs/workers/disconnect.py",
        "        job.cancel()\n",
        "",
    ),
    Fault(
        "kills",
        "what a crash has left behind is not swept",
        "app/store/scratch.py",
        "if not _is_locked(lock):",
        "if False:",
    ),
    Fault(
        "full_disk",
        "a full disk that is taken for a fault of ours",
        "app/store/atomic_files.py",
        "_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)",
        "_FULL = (errno.EDQUOT,)",
    ),
    Fault(
        "memory",
        "an estimate of a third of what a run takes",
        "app/lstm/cost.py",
        "Cost(max(recording, sending), work, disk)",
        "Cost(max(recording, sending) // 3, work, disk)",
    ),
    Fault(
        "slope",
        "workers that end with each run",
        "app/runs/workers/process.py",
        "        if outcome is not None:\n            raise outcome\n",
        "        self._forget()\n        if outcome is not None:\n            raise outcome\n",
    ),
    Fault(
        "shutdown",
        "a server that leaves without saying so",
        "app/web/serving.py",
        "        self._report_not_ready()\n",
        "",
    ),
    Fault(
        "slow_clients",
        "a proxy that takes twenty connections",
        "deploy/nginx/nginx.conf",
        "worker_connections ",
        "worker_connections 20; #",
    ),
    Fault(
        "cluster",
        "runs of a worker that died which nobody misses",
        "app/runs/cluster/ledger.py",
        'elif entry.stale and run_id not in waiting and self._ask("REQUEUE", run_id):',
        "elif False:",
    ),
    Fault(
        "replicas",
        "trace files that say another number",
        "app/lstm/tracefile/storage.py",
        '"nonfinite": str(nonfinite)',
        '"nonfinite": str(id([]) % 9973)',
    ),
]


def notices(fault: Fault) -> bool:
    """Whether the program fails with the fault in."""
    with TemporaryDirectory(prefix="fault-") as folder:
        place = Path(folder)
        for name in _COPIED:
            source = ROOT / name
            copy = shutil.copytree if source.is_dir() else shutil.copyfile
            copy(source, place / name)
        (place / "lstm_lens").symlink_to("app")  # before the installed package, which is the one without the fault
        path = place / fault.file
        text = path.read_text("utf-8")
        assert text.count(fault.sound) == 1, f"{fault.file} has no such place any more"
        path.write_text(text.replace(fault.sound, fault.broken), "utf-8")
        command = [sys.executable, "-m", f"tests.soak.{fault.program}", "--short"]
        try:
            done = subprocess.run(command, cwd=place, capture_output=True, timeout=_PATIENCE, check=False)
        except subprocess.TimeoutExpired:
            return True  # it waits for what never comes
        sys.stdout.write(f"    {(done.stdout.decode().strip().splitlines() or ['nothing'])[-1][:200]}\n")
        return done.returncode != 0


def main() -> int:
    """Put in each fault, or those for the programs that are named; the exit status."""
    wanted = set(sys.argv[1:]) or {row.name for row in TABLE}
    missed = []
    for fault in FAULTS:
        if fault.program in wanted:
            began = time.monotonic()
            noticed = notices(fault)
            word = "noticed" if noticed else "MISSED"
            sys.stdout.write(f"{fault.program}: {fault.what}: {word} ({time.monotonic() - began:.0f} s)\n")
            sys.stdout.flush()
            missed += [] if noticed else [fault.program]
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
