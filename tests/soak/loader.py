"""Damaged safetensors files at the code that reads them, without a server: numbers or a sentence, and that soon.

Time is the thread's own, since a machine that does something else meanwhile says nothing of the file.
"""

import os
import sys
from collections import Counter
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import thread_time

from lstm_lens.lstm import InvalidCall
from lstm_lens.readers.weights.safetensors_file import SafetensorsFile
from tests.readers.weights.mutate import safetensors, sound_files
from tests.soak.support import processes
from tests.soak.support.program import Findings, main

MEMORY = Path("/dev/shm")  # noqa: S108 (a folder of its own is made in it)
WARM_UP = 0.1


def read(path: Path) -> str:
    """What a file is found to be: sound, or the kind of its problem. Raises whatever nobody expected."""
    try:
        file = SafetensorsFile(path)
        for name in file.tensors:
            if file.is_float(name):
                file.array(name)
    except InvalidCall as error:
        return error.problems[0].kind
    return "sound"


def measure(short: bool) -> Findings:
    found = Findings()
    files = 2_000 if short else 1_000_000
    content = next(content for ending, content in sound_files() if ending == ".safetensors")
    answers: Counter[str] = Counter()
    slowest, before = 0.0, 0
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        path = Path(folder) / "weights.safetensors"
        for k in range(files):
            path.write_bytes(safetensors(content, Random(k)))  # noqa: S311 (no secret)
            began = thread_time()
            try:
                answers[read(path)] += 1
            except Exception as error:  # whatever it is, it is what is looked for
                found.wrong.append(f"file {k}: {error!r}")
            slowest = max(slowest, thread_time() - began)
            if k == int(WARM_UP * files):
                before = processes.status_kib(os.getpid(), "RssAnon")
    more = (processes.status_kib(os.getpid(), "RssAnon") - before) / 1024
    found.figures |= {"files": files, "found": " ".join(f"{kind}:{times}" for kind, times in sorted(answers.items()))}
    kinds = {"sound", "safetensors_json", "safetensors_truncated"}
    found.expect(kinds <= set(answers), "the damage is too little or too much to show anything")
    found.goal("slowest ms", round(1000 * slowest, 1), most=100)
    found.goal("MB more", round(more, 1), most=64)
    return found


if __name__ == "__main__":
    sys.exit(main("loader", measure))
