"""HTTP requests of the command line and of `show`: bytes in, bytes out, errors as sentences."""

import json
import os
import urllib.error
import urllib.request

#: Timeout in seconds of one request.
_TIMEOUT = 600


class CannotShow(RuntimeError):
    """A run cannot be sent, or the server refuses it; the sentence says why."""


def request_bytes(server: str, method: str, path: str, content: bytes | None = None) -> bytes:
    """The body of the server's reply. Raises CannotShow if it refuses, or does not answer."""
    kind = "application/octet-stream" if method == "PUT" or path.startswith("/api/inputs") else "application/json"
    request = urllib.request.Request(  # noqa: S310 (the user chose the address)
        server + path, content, {"Content-Type": kind, **_token()}, method=method
    )
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT) as reply:  # noqa: S310
            body: bytes = reply.read()
            return body
    except urllib.error.HTTPError as error:
        raise CannotShow(_sentence(error.read(), f"the server answered {error.code}")) from None
    except OSError as error:
        raise CannotShow(f"No server answers at {server} ({error}); `make run` starts one") from None


def framed(server: str) -> bool:
    """Whether pages of other origins may frame the server's pages."""
    request = urllib.request.Request(f"{server}/", headers=_token())  # noqa: S310 (the user chose the address)
    with urllib.request.urlopen(request, timeout=_TIMEOUT) as reply:  # noqa: S310
        return "frame-ancestors 'none'" not in reply.headers.get("Content-Security-Policy", "")


def _token() -> dict[str, str]:
    """The authorization header for a private server; the token comes from the same variable as the server's own."""
    token = os.environ.get("LSTM_LENS_ACCESS_TOKEN")
    return {"Authorization": f"Bearer {token}"} if token else {}


def _sentence(body: bytes, otherwise: str) -> str:
    try:
        problems = json.loads(body)["detail"]
        sentences = [f"{'.'.join(map(str, one['loc'][1:]))}: {one['msg']}".removeprefix(": ") for one in problems]
    except (ValueError, LookupError, TypeError):
        return otherwise
    return "\n".join(sentences) or otherwise
