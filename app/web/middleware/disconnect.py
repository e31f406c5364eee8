"""Lets the work on a request detect that its client has disconnected."""

from starlette.types import ASGIApp, Receive, Scope, Send

from ...runs.workers.disconnect import until_disconnect


class Disconnect:
    """Pure ASGI middleware: sets `until_disconnect` for the context of each HTTP request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def disconnected() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass

        if scope["type"] == "http":
            until_disconnect.set(disconnected)
        await self._app(scope, receive, send)
