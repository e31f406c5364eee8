"""Scripts that run by themselves, without the seconds that importing torch takes each time."""

import os
import runpy
import sys
from dataclasses import dataclass
from pathlib import Path

from lstm_lens.runs.workers import forkserver


@dataclass(frozen=True)
class Done:
    """How a script ended, and what it said."""

    returncode: int | None
    stdout: str
    stderr: str


def run(script: Path, *arguments: Path) -> Done:
    """A script in a process of its own, which is forked from one that has imported torch."""
    said = [script.with_suffix(ending) for ending in (".out", ".err")]
    process = forkserver.context().Process(target=as_main, args=(script, arguments, said))
    process.start()
    process.join()
    done = Done(process.exitcode, *(path.read_text() for path in said))
    for path in said:
        path.unlink()
    return done


def as_main(script: Path, arguments: tuple[Path, ...], said: list[Path]) -> None:
    """What `python SCRIPT ARGUMENT ...` does, with its two streams in files."""
    for number, path in enumerate(said, start=1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    sys.argv = [str(script), *map(str, arguments)]
    runpy.run_path(str(script), run_name="__main__")
