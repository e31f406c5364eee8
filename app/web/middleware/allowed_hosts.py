"""Allowed host names: protects against DNS rebinding.

A site can let its own name resolve to 127.0.0.1; the browser then treats that site's page and this server as one
origin, but still sends the site's name in Host. IP addresses need no list: a request for the very address that the
connection came to was not rebound.
"""

from collections.abc import Sequence
from http import HTTPStatus
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from ...core.settings import variable
from ...lstm.errors import problem
from ..errors import error_reply


class AllowedHosts:
    """Pure ASGI middleware: 400 for a Host that is not in `names`, where `*` allows any, and `*.a.b` all below a.b."""

    def __init__(self, app: ASGIApp, names: Sequence[str]) -> None:
        self._app = app
        self._any = "*" in names
        self._names = frozenset(name.lower() for name in names if not name.startswith("*"))
        self._suffixes = tuple(name[1:].lower() for name in names if name.startswith("*."))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._any and not self._is_allowed(scope):
            template = "This server does not answer under this name; {setting} lists those it has"
            refusal = problem(("header", "host"), "bad_host", template, setting=variable("allowed_hosts"))
            reply = error_reply(HTTPStatus.BAD_REQUEST, [refusal])
            await reply(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_allowed(self, scope: Scope) -> bool:
        given = Headers(scope=scope).getlist("host")
        if len(given) != 1:
            return False
        name = _without_port(given[0].lower())
        if name in self._names or (name.endswith(self._suffixes) and not name.startswith(".")):
            return True
        server = scope.get("server")
        return server is not None and _same_address(name, server[0])


def _without_port(host: str) -> str:
    if host.startswith("["):
        return "".join(host.partition("]")[:2])
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdecimal() else host


def _same_address(name: str, address: str) -> bool:
    try:
        return ip_address(name.strip("[]")) == ip_address(address)
    except ValueError:
        return False
