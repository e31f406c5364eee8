"""What is half written is gone after a crash, never served, and never taken from a neighbour that is writing it."""

import signal
import subprocess
import sys
import textwrap
from pathlib import Path

from lstm_lens.store import Store
from lstm_lens.store.scratch import Scratch
from tests.web.test_stores import ID, write_trace

ROOT = Path(__file__).parent.parent.parent


def test_a_store_that_is_killed_while_it_writes_leaves_nothing(tmp_path: Path) -> None:
    source = f"""
        import os, signal
        from pathlib import Path
        from lstm_lens.store import Store
        from tests.web.test_stores import write_trace

        def write(path):
            write_trace(path, "killed")
            os.kill(os.getpid(), signal.SIGKILL)

        store = Store(Path({str(tmp_path)!r}), 2**30)
        store.keep_request("{ID}", b"[]")
        store.keep_trace("{ID}", write)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(source)], cwd=ROOT)
    assert done.returncode == -signal.SIGKILL
    assert list(tmp_path.rglob("*.tmp"))
    store = Store(tmp_path, 2**30)
    assert not list(tmp_path.rglob("*.tmp"))
    assert store.trace(ID) is None
    assert store.request(ID) == b"[]"


def test_what_a_neighbour_is_writing_stays(tmp_path: Path) -> None:
    first = Store(tmp_path, 2**30)

    def write(path: Path) -> None:
        write_trace(path, "first")
        Store(tmp_path, 2**30)

    assert first.keep_trace(ID, write)[1]["author"] == "first"


def test_what_was_not_made_here_stays(tmp_path: Path) -> None:
    other = tmp_path / "somebody's"
    other.mkdir()
    (other / "file").touch()
    Scratch(tmp_path)
    assert (other / "file").exists()


def test_the_folder_goes_with_its_owner(tmp_path: Path) -> None:
    scratch = Scratch(tmp_path)
    folder = scratch.path
    assert folder.exists()
    del scratch
    assert not folder.exists()


def test_stores_that_share_a_folder_keep_within_the_budget_together(tmp_path: Path) -> None:
    budget = 2**20
    stores = [Store(tmp_path, budget) for _ in range(3)]
    for k in range(60):
        stores[k % 3].keep_trace(f"{k:032x}", lambda path: write_trace(path, "x" * 100_000))
    kept = list((tmp_path / "traces").iterdir())
    assert sum(path.stat().st_size for path in kept) <= budget
    assert {path.stem for path in kept} == {f"{k:032x}" for k in range(60 - len(kept), 60)}
