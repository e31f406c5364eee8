"""A server that speaks S3, in a thread of the test process, and that can be told to refuse."""

import logging
from collections.abc import Iterable
from threading import Lock, Thread
from typing import Any
from urllib.request import Request, urlopen

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server


class S3Server:
    """moto, one request at a time, so that a condition and the write that it is for cannot come apart."""

    def __init__(self) -> None:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self.refusal = ""  # the status of every reply, if it is set
        self.seen: list[str] = []  # method, path and query of every request
        self._lock = Lock()
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._server = make_server("127.0.0.1", 0, self, threaded=True, request_handler=MotoRequestHandler)
        self.url = f"http://127.0.0.1:{self._server.port}"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with self._lock:
            self.seen.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}?{environ['QUERY_STRING']}")
            if self.refusal:
                environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
                start_response(self.refusal, [("Content-Length", "0")])
                return [b""]
            return list(self._moto(environ, start_response))

    def make_bucket(self, name: str) -> None:
        """A new, empty bucket."""
        with urlopen(Request(f"{self.url}/{name}", method="PUT")) as reply:  # noqa: S310 (http, built above)
            assert reply.status == 200

    def stop(self) -> None:
        """Nobody listens any longer."""
        self._server.shutdown()
        self._server.server_close()

    def variables(self) -> dict[str, str]:
        """What a client must have in its environment."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": "us-east-1",
        }
