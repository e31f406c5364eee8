"""The same request has the same bytes: whoever asks beside it, alone in a fresh process, and after a restart.

8 threads ask for the runs of 8 seeds in orders of their own. Half of the traces are evicted before the restart, and
computed again after it. And torch's code for other processors gives the same numbers within rounding.
"""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from itertools import product
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pybase64

from tests.soak.support.alone import answers
from tests.soak.support.connection import Connection
from tests.soak.support.program import Findings, main
from tests.soak.support.requests import TRACES
from tests.soak.support.server import SoakServer, soak_server

THREADS = SEEDS = 8
#: How far apart processors may be, by the width of the numbers.
TOLERANCE = {"float32": 1e-5, "float64": 1e-12}
#: What torch can be told to take a processor for, and what the processor must then have.
CAPABILITIES = {
    "default": set(),
    "avx2": {"avx2", "fma"},
    "avx512": {"avx512f", "avx512bw", "avx512dq", "avx512vl"},
}
DTYPE = {"float32": "<f4", "float64": "<f8"}


def request(seed: int, k: int) -> dict[str, Any]:
    """The k-th run of a seed: weights, input and masks are all drawn."""
    config = {"input_size": 3, "hidden_size": 8 + k % 5, "num_layers": 1 + k % 3, "dropout": 0.3 * (k % 3 > 0)}
    return {
        "config": config | {"bidirectional": k % 2 == 1},
        "weights": {"kind": "seed", "seed": seed},
        "input": {"kind": "random", "seq_len": 5 + k % 7, "batch_size": 1 + k % 4, "seed": k},
        "training": True,
        "dropout_seed": seed,
    }


def asked(port: int, requests: dict[Any, dict[str, Any]], thread: int) -> dict[Any, tuple[str, str]]:
    """What one thread is answered, in an order of its own: id (or what went wrong) and digest of each."""
    keys = list(requests)
    Random(thread).shuffle(keys)  # noqa: S311 (no secret)
    connection = Connection(port)
    found = {}
    for key in keys:
        answer = connection.post(TRACES, requests[key])
        location = answer.headers.get("location", f"{answer.status} {answer.kind}")
        found[key] = (location.rpartition("/")[2], sha256(answer.body).hexdigest())
    connection.close()
    return found


def again(server: SoakServer, known: dict[Any, tuple[str, str]]) -> int:
    """How many ids have other bytes than they had."""
    connection = Connection(server.port)
    differ = 0
    for trace_id, digest in known.values():
        answer = connection.ask("GET", f"/api/traces/{trace_id}?encoding=base64")
        differ += sha256(answer.body).hexdigest() != digest
    connection.close()
    return differ


def numbers(body: bytes, dtype: str) -> np.ndarray:
    """Everything that a reply holds of its cells and its output, as one row."""
    content = json.loads(body)
    cells = [cell[quantity] for cell in content["cells"] for quantity in "ifgoch"]
    parts = [pybase64.b64decode(part["bdata"]) for part in (*cells, content["output"], content["h_n"], content["c_n"])]
    return np.frombuffer(b"".join(parts), dtype=DTYPE[dtype])


def capabilities() -> list[str]:
    """The kinds of processor that this one can be taken for, the plainest first."""
    flags = set(Path("/proc/cpuinfo").read_text().split())
    return [kind for kind, needed in CAPABILITIES.items() if needed <= flags]


def differences(bodies: list[bytes], others: list[bytes], dtypes: list[str]) -> dict[str, float]:
    """How far apart two lists of replies are at most, by the width of their numbers."""
    found = dict.fromkeys(TOLERANCE, 0.0)
    for body, other, dtype in zip(bodies, others, dtypes, strict=True):
        most = float(np.abs(numbers(body, dtype) - numbers(other, dtype)).max())
        found[dtype] = max(found[dtype], most)
    return found


def measure(short: bool) -> Findings:
    found = Findings()
    seeds, runs = (3, 3) if short else (SEEDS, 200)
    requests = {(seed, k): request(seed, k) for seed, k in product(range(seeds), range(runs))}
    settings = {"LSTM_LENS_WORKERS": "2", "LSTM_LENS_MAX_WAITING": "64"}
    with TemporaryDirectory() as folder, ThreadPoolExecutor(THREADS) as pool:
        with soak_server(Path(folder), **settings) as server:
            replies = list(pool.map(lambda thread: asked(server.port, requests, thread), range(THREADS)))
        for path in sorted(Path(folder).rglob("*.safetensors"))[::2]:
            path.unlink()
        with soak_server(Path(folder), **settings) as server:
            restarted = again(server, replies[0])
    wide = [value | {"dtype": "float64"} for value in requests.values()][:100]
    asked_alone = [*requests.values(), *wide]
    bodies = answers(asked_alone, dict(os.environ))
    alone = {key: sha256(body).hexdigest() for key, body in zip(requests, bodies[: len(requests)], strict=True)}
    mismatches = sum(digest != alone[key] for reply in replies for key, (_, digest) in reply.items())
    found.expect(mismatches == 0, f"{mismatches} replies are not what the same request gives alone")
    found.expect(restarted == 0, f"{restarted} ids have other bytes after a restart")
    found.figures |= {"requests": THREADS * len(requests), "mismatches": mismatches}
    found.figures |= {"after a restart": restarted}
    dtypes = ["float32"] * len(requests) + ["float64"] * len(wide)
    for kind in capabilities()[: 1 if short else None]:
        others = answers(asked_alone, dict(os.environ, ATEN_CPU_CAPABILITY=kind))
        for dtype, difference in differences(bodies, others, dtypes).items():
            found.figures[f"{dtype} on {kind}"] = f"{difference:.1g}"
            found.expect(difference <= TOLERANCE[dtype], f"{dtype} differs by {difference} on {kind}")
    return found


if __name__ == "__main__":
    sys.exit(main("seeds", measure))
