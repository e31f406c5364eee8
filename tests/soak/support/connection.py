"""One client with one connection that it keeps, and which notices when the server drops it."""

import json
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, IncompleteRead
from typing import Any, NamedTuple


class Answer(NamedTuple):
    """A whole reply; status 0 where there was none, with a body where there was a part of one."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def kind(self) -> str:
        """The type of the first fault that it tells, or nothing."""
        try:
            return str(json.loads(self.body)["detail"][0]["type"])
        except (ValueError, KeyError, TypeError, IndexError):
            return ""


class Connection:
    """Asks one thing after the other. dropped: how often the connection was gone after a reply, or instead of one."""

    def __init__(self, port: int, timeout: float = 60) -> None:
        self._http = HTTPConnection("127.0.0.1", port, timeout=timeout)
        self.dropped = 0

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """Send a request and read its reply. Headers are named with _ for -."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        if self._http.sock is None:
            self._http.connect()
        try:
            self._http.request(method, path, body, names)
            reply = self._http.getresponse()
            found = Answer(reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read())
        except IncompleteRead as cut:
            self.close()
            found = Answer(0, {}, cut.partial or b"cut")
        except (HTTPException, OSError):
            self.close()
            found = Answer(0, {}, b"")
        self.dropped += self._http.sock is None
        return found

    def post(self, path: str, body: Any, **headers: str) -> Answer:
        """Send JSON."""
        return self.ask("POST", path, json.dumps(body).encode(), Content_Type="application/json", **headers)

    def close(self) -> None:
        self._http.close()
