"""Who may start a run: every combination of Host, Origin, Sec-Fetch-Site and Content-Type, over a real connection.

What is expected is written down here from the standards, and not asked of the server's own code: a name that is not the
server's is a 400; a page of another site a 403; then what is no JSON a 422.
"""

import sys
from collections import Counter
from itertools import product

from tests.soak.support.clients import Clients, Reply, request_bytes
from tests.soak.support.connection import Answer
from tests.soak.support.program import Findings, main
from tests.soak.support.server import everyday_server

#: Which Host is the server's own, as EVERYDAY says; {port} is where it listens.
HOSTS = {
    "127.0.0.1:{port}": True,
    "127.0.0.1": True,
    "localhost:{port}": True,
    "LENS.example": True,
    "a.class.example:8443": True,
    "evil.example": False,
    "127.0.0.2:{port}": False,
    "127.0.0.1.evil.example": False,
    "lens.example.evil.example": False,
    "evil-lens.example": False,
    "class.example.": False,
}
#: Which Origin is that of the page itself; {host} is what Host says. None: the header is not there.
ORIGINS = {
    None: True,
    "http://{host}": True,
    "https://{host}": True,
    "null": False,
    "http://evil.example": False,
    "http://{host}.evil.example": False,
    "file://": False,
}
#: What a browser says of where a request comes from; None: it is too old to say so, or no browser, and Origin decides.
SITES = {None: None, "same-origin": True, "none": True, "same-site": False, "cross-site": False, "": False}
#: Which Content-Type is read as JSON. Those that a form can send never are.
TYPES = {
    "application/json": True,
    "application/json; charset=utf-8": True,
    "text/plain": False,
    "application/x-www-form-urlencoded": False,
    None: False,
}
BODY = {"config": {"input_size": 1, "hidden_size": 1}, "input": {"kind": "random", "seq_len": 1, "batch_size": 1}}
Cell = tuple[str, str | None, str | None, str | None]


def expected(cell: Cell) -> tuple[int, str]:
    """The status, and the type of the fault."""
    host, origin, site, content_type = cell
    if not HOSTS[host]:
        return 400, "bad_host"
    ours = ORIGINS[origin] if SITES[site] is None else SITES[site]
    if not ours:
        return 403, "cross_site"
    return (201, "") if TYPES[content_type] else (422, "model_attributes_type")


def as_sent(cell: Cell, port: int) -> bytes:
    """A cell as a request."""
    host = cell[0].format(port=port)
    origin = None if cell[1] is None else cell[1].format(host=host)
    names = ("Origin", "Sec_Fetch_Site", "Content_Type")
    headers = {name: value for name, value in zip(names, (origin, *cell[2:]), strict=True) if value is not None}
    sent = request_bytes("POST", "/api/traces", BODY, **{"Content_Type": "", **headers})
    sent = sent.replace(b"Host: 127.0.0.1\r\n", f"Host: {host}\r\n".encode())
    return sent.replace(b"Content-Type: \r\n", b"")


def measure(short: bool) -> Findings:
    found = Findings()
    cells: list[Cell] = list(product(HOSTS, ORIGINS, SITES, TYPES))[:: 11 if short else 1]
    outcomes: Counter[int] = Counter()
    with everyday_server(short=short) as server:
        waiting = iter(cells)
        asked: dict[int, Cell] = {}

        def following(client: int) -> bytes | None:
            asked[client] = cell = next(waiting, None)
            return None if cell is None else as_sent(cell, server.port)

        def take(client: int, reply: Reply) -> None:
            outcomes[reply.status] += 1
            was = (reply.status, Answer(reply.status, {}, reply.body).kind)
            wanted = expected(asked[client])
            found.expect(was == wanted, f"{asked[client]} is {was}, not {wanted}")

        Clients(server.port, 4).run(following, take)
        found.wrong += server.faults()
    found.figures |= {"cells": len(cells), "wrong": len(found.wrong)}
    found.figures["answers"] = " ".join(f"{status}:{times}" for status, times in sorted(outcomes.items()))
    found.expect(len(outcomes) == 4, "an outcome never came")
    return found


if __name__ == "__main__":
    sys.exit(main("origins", measure))
