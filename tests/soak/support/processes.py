"""The processes of a server, seen from outside in /proc."""

import os
from contextlib import suppress
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
#: Seconds of processor time that a worker takes for a run alone: its start takes less.
_AT_WORK = 0.05


def _stat(pid: int) -> list[str]:
    """What follows the name in /proc/PID/stat. Raises OSError for a process that is gone."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def parents() -> dict[int, int]:
    """The parent of every process that is not dead."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended meanwhile
            stat = _stat(int(entry.name))
            if stat[0] != "Z":
                found[int(entry.name)] = int(stat[1])
    return found


def workers(server: int) -> set[int]:
    """The processes that compute: children of the one that they are forked from, which is a child of the server's."""
    parent = parents()
    return {pid for pid, above in parent.items() if parent.get(above) == server}


def family(server: int) -> set[int]:
    """The server, its children and their children."""
    parent = parents()
    return {pid for pid, above in parent.items() if server in (pid, above, parent.get(above))}


def cpu_seconds(pid: int) -> float | None:
    """Time that a process has computed; None when it is gone."""
    try:
        stat = _stat(pid)
    except OSError:
        return None
    return None if stat[0] == "Z" else (int(stat[11]) + int(stat[12])) / TICK


def taken(server: int) -> dict[int, float]:
    """Time that each worker has computed."""
    return {pid: cpu_seconds(pid) or 0.0 for pid in workers(server)}


def computing(server: int, before: dict[int, float]) -> int | None:
    """The worker that has been given a run since `before`, by the time that it has taken; None when none has, yet."""
    since = {pid: seconds - before.get(pid, 0.0) for pid, seconds in taken(server).items()}
    busiest = max(since, key=lambda pid: since[pid], default=None)
    return busiest if busiest is not None and since[busiest] >= _AT_WORK else None


def alive(pid: int) -> bool:
    return cpu_seconds(pid) is not None


def status_kib(pid: int, field: str) -> int:
    """A field of /proc/PID/status in KiB, 0 when the process is gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(f"{field}:"):
                return int(line.split()[1])
    return 0


def shared_fairly_kib(pid: int) -> int:
    """Memory of a process in KiB, where what n processes share counts as an nth in each."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def descriptors(pid: int) -> int:
    """How many files and connections a process has open."""
    with suppress(OSError):
        return len(list(Path(f"/proc/{pid}/fd").iterdir()))
    return 0
