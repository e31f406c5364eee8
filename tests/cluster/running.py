"""The cluster of scripts.up_cluster, whose processes can be killed, and clients that repeat requests."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import httpx2 as httpx
from redis import Redis

from scripts.up_cluster import redis_answers

ROOT = Path(__file__).parent.parent.parent
#: What is asked again, besides requests that nobody answers: the proxy found no replica, or one said to come back.
AGAIN = (429, 502, 503, 504)
PATIENCE = 180.0


@dataclass(frozen=True)
class Process:
    """One of them: its id, and the address where it is reached, if it is."""

    pid: int
    address: str

    def kill(self) -> None:
        """End it without a word to it."""
        os.kill(self.pid, signal.SIGKILL)

    def is_there(self) -> bool:
        """Whether it has not ended."""
        try:
            return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except OSError:
            return False

    def children(self) -> set[int]:
        """The processes that descend from it."""
        parents = {int(path.name): _parent(path) for path in Path("/proc").glob("[0-9]*")}
        found: set[int] = set()
        while more := {pid for pid, parent in parents.items() if parent in found | {self.pid}} - found:
            found |= more
        return found


def _parent(path: Path) -> int:
    try:
        return int((path / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


class Cluster:
    """A whole cluster in a folder of its own. `processes`: the present one of each name."""

    def __init__(self, folder: Path, *options: str, **settings: str) -> None:
        self.folder = folder
        self.processes: dict[str, Process] = {}
        self.page = ""
        self._ready = threading.Event()
        command = [sys.executable, "-m", "scripts.up_cluster", "--json", "--port", "0", "--data", str(folder), *options]
        self._process: Any = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | settings, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self._process.stdout:
            facts = json.loads(line)
            if "page" in facts:
                self.page = facts["page"].rstrip("/")
                self._ready.set()
            else:
                self.processes[facts["name"]] = Process(facts["pid"], facts["address"])

    def wait(self) -> None:
        """Until everything answers."""
        assert self._ready.wait(PATIENCE), f"no cluster: {self.logs()}"

    def client(self, name: str = "nginx") -> "Client":
        """Somebody who asks one of the servers, or the proxy."""
        return Client(f"http://{self.processes[name].address}")

    def killed(self, name: str) -> None:
        """Kill a process, and wait until another one has taken its place."""
        before = self.processes[name]
        before.kill()
        until(lambda: self.processes[name] != before)

    def answers(self, name: str) -> None:
        """Wait until a process that was started anew does its part."""
        if name == "redis":
            until(lambda: redis_answers(self.processes["redis"].address))
        elif name.startswith("worker"):
            until(lambda: redis_answers(self.processes["redis"].address, f"lens:worker:{name}"))
        else:
            with closing(self.client(name)) as client:
                client.ask("GET", "/api/health")

    def workers_child(self, name: str) -> int | None:
        """The process in which a worker computes a run at this moment: of those below it the busiest."""
        times = {pid: _seconds(pid) for pid in self.processes[name].children()}
        return max(times, key=lambda pid: times[pid], default=None)

    def seconds_below(self, name: str) -> float:
        """Processor time that the children of a process have taken."""
        return sum(_seconds(pid) for pid in self.processes[name].children())

    def redis_command(self, *words: str) -> Any:
        """Tell Redis something."""
        host, _, port = self.processes["redis"].address.partition(":")
        with Redis(host=host, port=int(port), decode_responses=True) as redis:
            return redis.execute_command(*words)

    def logs(self) -> str:
        """What the processes have said last."""
        return "\n".join(f"{path.name}: {path.read_text()[-1500:]}" for path in self.folder.glob("logs/*.log"))

    def stop(self) -> None:
        """End all of it."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(60)
        self._reader.join()
        self._process.stdout.close()


def _seconds(pid: int) -> float:
    """Processor time that it has taken."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def running(folder: Path, *options: str, **settings: str) -> Iterator[Cluster]:
    """A cluster that answers."""
    cluster = Cluster(folder, *options, **settings)
    try:
        cluster.wait()
        yield cluster
    finally:
        cluster.stop()


class Client:
    """Somebody who asks again when nobody answers, and when he is told to."""

    def __init__(self, address: str) -> None:
        self._client = httpx.Client(base_url=address, timeout=60, trust_env=False)
        self.again = 0

    def ask(self, method: str, path: str, body: Any = None, prefer: str = "") -> httpx.Response:
        """The first reply that says something."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                reply = self.once(method, path, body, prefer)
            except httpx.TransportError:
                pause = 0.2
            else:
                if reply.status_code not in AGAIN:
                    return reply
                pause = min(1.0, float(reply.headers.get("retry-after", 0.2)))
            assert time.monotonic() < deadline, f"{method} {path} is not answered"
            self.again += 1
            time.sleep(pause)

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def once(self, method: str, path: str, body: Any = None, prefer: str = "") -> httpx.Response:
        """The reply, whatever it is."""
        return self._client.request(method, path, json=body, headers={"Prefer": prefer} if prefer else {})

    def leave(self, method: str, path: str, body: Any, when: Callable[[], Any]) -> None:
        """Ask, and hang up without a reply once something holds."""
        with closing(HTTPConnection(self._client.base_url.host, self._client.base_url.port or 80)) as connection:
            connection.request(method, path, json.dumps(body), {"Content-Type": "application/json"})
            until(when)

    def start(self, request: dict[str, Any]) -> str:
        """Start a long run; its id."""
        reply = self.ask("POST", "/api/traces", request, "respond-async")
        assert reply.status_code == 202, reply.text
        return str(reply.json()["id"])

    def state(self, run_id: str) -> dict[str, Any]:
        """How far a run is."""
        reply = self.ask("GET", f"/api/runs/{run_id}")
        assert reply.status_code == 200, reply.text
        found: dict[str, Any] = reply.json()
        return found

    def over(self, run_id: str) -> dict[str, Any]:
        """How a run has ended."""
        until(lambda: self.state(run_id)["status"] in ("done", "cancelled", "failed"))
        return self.state(run_id)

    def begun(self, run_id: str) -> None:
        """Wait until a run is computed."""
        until(lambda: self.state(run_id)["done"] > 0)

    def file(self, run_id: str) -> bytes:
        """A trace as a file."""
        reply = self.ask("GET", f"/api/traces/{run_id}.safetensors")
        assert reply.status_code == 200, reply.text
        return reply.content

    def events(self, run_id: str) -> list[dict[str, Any]]:
        """Everything that is told of a run until it is over."""
        with self._client.stream("GET", f"/api/runs/{run_id}/events") as reply:
            lines = list(reply.iter_lines())
        return [json.loads(line.removeprefix("data:")) for line in lines if line.startswith("data:")]

    def listen(self, run_id: str) -> Any:
        """A stream of events, to be closed by whoever asked for it."""
        return self._client.stream("GET", f"/api/runs/{run_id}/events")


def until(holds: Callable[[], Any], seconds: float = PATIENCE) -> None:
    """Wait for something. Raises AssertionError when it does not come."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"it does not come true within {seconds} s"
        time.sleep(0.05)
