"""Workers come from a process that began to import what they need before the server had imported itself."""

import importlib.util
import subprocess
import sys
import textwrap
from multiprocessing import forkserver
from pathlib import Path

from lstm_lens.runs.workers import forkserver as ours

ROOT = Path(__file__).parent.parent.parent


def test_what_is_imported_there_is_a_module() -> None:
    assert importlib.util.find_spec(ours.PRELOADED)  # another name would be passed over without a word


def test_workers_are_forked_from_the_process_that_was_begun() -> None:
    ours.begin()
    begun = forkserver._forkserver._forkserver_pid  # type: ignore[attr-defined]
    context = ours.context()
    process = context.Process(target=sys.exit, args=(7,))  # type: ignore[attr-defined]
    process.start()
    process.join(60)
    assert process.exitcode == 7
    assert begun
    assert forkserver._forkserver._forkserver_pid == begun  # type: ignore[attr-defined]


def test_the_server_begins_it_before_it_imports_torch() -> None:
    source = """
        import sys
        from lstm_lens.__main__ import main
        from lstm_lens.runs.workers import forkserver
        forkserver.begin = lambda: sys.exit(5 if "torch" in sys.modules else 4)
        main(["serve", "--port", "0"])
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(source)], cwd=ROOT, check=False)
    assert done.returncode == 4
