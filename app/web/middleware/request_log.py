"""A log line and metrics for each request: its route pattern, and nothing that the client chose."""

import logging
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ...core.metrics import Metrics

log = logging.getLogger("lstm_lens.requests")
#: For requests that match no route; their paths are chosen by clients.
_NO_ROUTE = "none"
#: Paths that probes request every few seconds.
_PROBES = frozenset({"/api/health", "/api/ready", "/metrics"})
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})


class RequestLog:
    """Pure ASGI middleware that logs and counts requests."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status, nbytes = perf_counter(), 500, 0

        async def counted(message: Message) -> None:
            nonlocal status, nbytes
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                nbytes += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, counted)
        finally:
            seconds = perf_counter() - began
            method = scope["method"] if scope["method"] in _METHODS else "other"
            route = _pattern(scope)
            self._metrics.request(method, route, status, seconds, nbytes)
            about = {"method": method, "route": route, "status": status, "ms": round(1000 * seconds, 1)}
            level = logging.DEBUG if route in _PROBES else logging.INFO
            log.log(level, "%(method)s %(route)s %(status)d %(ms).1f ms", about, extra=about | {"bytes": nbytes})


def _pattern(scope: Scope) -> str:
    """The route pattern: an id in a path may be a secret, and a query may contain anything."""
    if scope["path"].startswith("/static/"):
        return "/static"
    path = getattr(scope.get("route"), "path", None)
    return path if isinstance(path, str) else _NO_ROUTE
