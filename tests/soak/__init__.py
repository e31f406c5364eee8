"""Programs that show that a server holds under load, attack and faults: each is a row of TABLE.

`python -m tests.soak.NAME` runs one for long, with --short a small form of it, in which nothing is judged that depends
on the speed of the machine; `python -m tests.soak` runs them all.
"""

from typing import NamedTuple


class Row(NamedTuple):
    """A program: the module of that name, what it shows, and what it must reach in its long form."""

    name: str
    shows: str
    goal: str


TABLE = [
    Row(
        "schemas",
        "every reply is what the description of the API says, in all phases of Schemathesis",
        "20,000 cases, no server error, no undocumented status, no reply that breaks its schema",
    ),
    Row(
        "bodies",
        "hostile and mutated bodies on every POST and PUT over connections that are kept",
        "200 named on each and 50,000 mutated: no 500, no connection dropped, error replies of 16 KiB at most",
    ),
    Row(
        "shapes",
        "weights of wrong shapes and dtypes never reach torch",
        "5,000 sets refused, no worker started anew",
    ),
    Row(
        "loader",
        "damaged headers of safetensors at the code that reads them",
        "1,000,000 files: numbers or a sentence, each within 100 ms, at most 64 MB more",
    ),
    Row("files", "damaged files of weights", "100,000 files: a list of LSTMs or a sentence, no worker ended"),
    Row(
        "origins",
        "who may change something: Host x Origin x Sec-Fetch-Site x Content-Type",
        "at least 100 cells, each as specified",
    ),
    Row(
        "seeds",
        "the same request gives the same bytes whoever asks beside it, after a restart, and on other processors",
        "8 threads x 8 seeds x 200: no mismatch; within 1e-5 and 1e-12 for each ATEN_CPU_CAPABILITY",
    ),
    Row(
        "load",
        "64 clients on the preset that the page opens on",
        "at least 300 requests a second for 60 s, p99 at most 500 ms, no wrong body",
    ),
    Row(
        "crowd",
        "500 clients at once, each with a run of its own",
        "only 201, and 503 with Retry-After; p99 of /api/health at most 250 ms",
    ),
    Row(
        "deaths",
        "worker processes that are killed, crash, and pass their bounds on memory and time",
        "200 deaths: the right error each time, the next run within 3 s, the server goes on",
    ),
    Row("leavers", "clients that hang up in the middle of a run", "the worker idle within 1.5 s in 100 of 100"),
    Row(
        "kills",
        "kill -9 of the server while it writes",
        "50 kills: nothing lost that was acknowledged, ready within 5 s, no temporary file left",
    ),
    Row("full_disk", "a full disk", "every write a 507, reads go on, writes again without a restart"),
    Row(
        "memory",
        "estimates of memory beside what runs really take, and a server whose memory is bounded",
        "500 random runs: estimate between 1 and 2 times the peak; 10,000 requests: within 1 GiB, nothing ended",
    ),
    Row(
        "slope",
        "a server that has answered very many requests of all kinds",
        "200,000 requests: at most 1 MB for each 10,000, no file or thread more",
    ),
    Row(
        "shutdown",
        "SIGTERM under load",
        "no reply broken that was accepted, exit within 16 s, readiness says no first",
    ),
    Row(
        "slow_clients",
        "clients whose headers and bodies come a byte at a time, at the nginx that is shipped",
        "500 and 100 of them: p99 of others at most 2 times the quiet one",
    ),
    Row(
        "cluster",
        "every process of a cluster killed, again and again, while clients have runs computed",
        "200 runs: none lost, none with other bytes than those of a lone server",
    ),
    Row("replicas", "two replicas on a core each, beside one", "at least 1.6 times as many runs a second"),
]
