"""A whole cluster on this machine: Redis, replicas of the server, workers, and nginx in front, all on loopback.

Run from the repository root: python -m scripts.up_cluster [--replicas N] [--workers N] [--port PORT] [--data FOLDER]
"""

import argparse
import json
import signal
import socket
import sys
import time
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from scripts.install_services import find
from scripts.proxy import lay_out
from scripts.supervisor import Program, Supervisor

ROOT = Path(__file__).parent.parent
LOOPBACK = "127.0.0.1"
#: Seconds within which everything answers.
PATIENCE = 120


@dataclass(frozen=True)
class Plan:
    """The programs of a cluster, in the order in which they are started."""

    redis: Program
    others: Sequence[Program]
    proxy: Program


def plan(folder: Path, replicas: int, workers: int, port: int) -> Plan:
    """Which programs there are to be. Raises FileNotFoundError for one that is not installed."""
    redis = _redis(folder / "redis", free_port())
    shared = {
        "LSTM_LENS_BROKER_URL": f"redis://{redis.address}/0",
        "LSTM_LENS_STORE_URL": (folder / "store").as_uri(),
        "LSTM_LENS_WORKERS": "1",
    }
    others = [_replica(folder, k, free_port(), shared) for k in range(1, replicas + 1)]
    proxy_folder = folder / "nginx"
    proxy_folder.mkdir(parents=True, exist_ok=True)
    address = f"{LOOPBACK}:{port or free_port()}"
    command = lay_out(proxy_folder, address, [replica.address for replica in others])
    _trust_loopback(proxy_folder / "configuration/server.conf")
    proxy = Program("nginx", command, address)
    return Plan(redis, [*others, *(_worker(folder, k, shared) for k in range(1, workers + 1))], proxy)


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with closing(socket.socket()) as found:
        found.bind((LOOPBACK, 0))
        return int(found.getsockname()[1])


def _redis(folder: Path, port: int) -> Program:
    program = find("redis-server")
    if program is None:
        raise FileNotFoundError("redis-server is not installed; python -m scripts.install_services does that")
    folder.mkdir(parents=True, exist_ok=True)
    options = {"bind": LOOPBACK, "port": str(port), "dir": str(folder), "appendonly": "yes", "save": ""}
    command = [program, *(word for name, value in options.items() for word in (f"--{name}", value))]
    return Program("redis", command, f"{LOOPBACK}:{port}")


def _replica(folder: Path, k: int, port: int, shared: dict[str, str]) -> Program:
    name = f"replica-{k}"
    command = [sys.executable, "-m", "lstm_lens", "serve", "--port", str(port)]
    environment = shared | {"LSTM_LENS_DATA_DIR": str(folder / name)}
    return Program(name, command, f"{LOOPBACK}:{port}", environment)


def _worker(folder: Path, k: int, shared: dict[str, str]) -> Program:
    name = f"worker-{k}"
    command = [sys.executable, "-m", "lstm_lens", "work", "--name", name]
    return Program(name, command, environment=shared | {"LSTM_LENS_DATA_DIR": str(folder / name)})


def _trust_loopback(configuration: Path) -> None:
    """Everybody has the same address here, so nothing is bounded by address."""
    lines = configuration.read_text().splitlines(keepends=True)
    configuration.write_text(
        "".join(line for line in lines if not line.strip().startswith(("limit_req ", "limit_conn ")))
    )


def until(done: Callable[[], bool], what: str) -> None:
    """Wait for something. Raises TimeoutError."""
    deadline = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} does not answer")
        time.sleep(0.1)


def answers(program: Program) -> bool:
    """Whether a server of HTTP is there."""
    try:
        with urllib.request.urlopen(f"http://{program.address}/api/health", timeout=2):
            return True
    except OSError:
        return False


def redis_answers(address: str, key: str = "") -> bool:
    """Whether Redis is there, and a key in it."""
    host, _, port = address.partition(":")
    try:
        with Redis(host=host, port=int(port), socket_timeout=1) as redis:
            return bool(redis.exists(key) if key else redis.ping())
    except RedisError:
        return False


def start(supervisor: Supervisor, planned: Plan) -> None:
    """Start everything, and return when it answers. Raises TimeoutError."""
    supervisor.start(planned.redis)
    until(lambda: redis_answers(planned.redis.address), planned.redis.name)
    for program in planned.others:
        supervisor.start(program)
    for program in planned.others:
        if program.address:
            until(lambda program=program: answers(program), program.name)  # type: ignore[misc]
        else:
            alive = f"lens:worker:{program.name}"
            until(lambda alive=alive: redis_answers(planned.redis.address, alive), program.name)  # type: ignore[misc]
    supervisor.start(planned.proxy)
    until(lambda: answers(planned.proxy), planned.proxy.name)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.up_cluster", description=__doc__)
    parser.add_argument("--replicas", type=int, default=2, help="servers (default: %(default)s)")
    parser.add_argument("--workers", type=int, default=2, help="workers for long runs (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="of the proxy; 0 for a free one (default: %(default)s)")
    parser.add_argument("--data", type=Path, default=Path("data/cluster"), help="folder (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="tell of each process that starts as one line of JSON")
    given = parser.parse_args()

    def started(program: Program, pid: int) -> None:
        facts = {"name": program.name, "pid": pid, "address": program.address}
        print(json.dumps(facts) if given.json else f"{program.name:12}{pid:8}  {program.address}", flush=True)

    supervisor = Supervisor(given.data.absolute() / "logs", started)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: supervisor.end())
    try:
        planned = plan(given.data.absolute(), given.replicas, given.workers, given.port)
        start(supervisor, planned)
        page = f"http://{planned.proxy.address}/"
        print(json.dumps({"page": page}) if given.json else f"{page}  (Ctrl-C ends all)", flush=True)
        supervisor.look_after()
    except (FileNotFoundError, TimeoutError) as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        supervisor.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
