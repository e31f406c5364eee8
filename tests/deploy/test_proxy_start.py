"""How the nginx that is shipped is started: by any user, and with certificates."""

import os
import ssl
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx2 as httpx

from scripts.proxy import SHIPPED, lay_out
from tests.deploy.proxy import free_port, replica

FINE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"


def test_it_runs_as_an_ordinary_user() -> None:
    """As in the container, where it may write nowhere but in its folder."""
    ordinary: dict[str, Any] = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        *command, _ = lay_out(folder, f"127.0.0.1:{free_port()}", ["127.0.0.1:1"])
        checked = subprocess.run(
            [*command[:-1], "-t"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **ordinary
        )
    assert "test is successful" in checked.stderr, checked.stderr


def certify(folder: Path) -> None:
    """A certificate of its own, as an ACME client leaves it."""
    folder.mkdir()
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    names = ["-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"]
    subprocess.run([*made, *names, *files], check=True, capture_output=True)


def test_https_says_that_browsers_should_stay_with_it(tmp_path: Path) -> None:
    plain, secure = free_port(), free_port()
    with replica(FINE) as (port, heads):
        command = lay_out(tmp_path, "127.0.0.1:1", [f"127.0.0.1:{port}"])
        certificates = tmp_path / "configuration/certificates"
        certify(certificates)
        listening = (SHIPPED / "tls.conf").read_text()
        for shipped, other in (("listen 8443 ", secure), ("listen 8080;", plain)):
            assert shipped in listening
            listening = listening.replace(shipped, f"listen 127.0.0.1:{other}{shipped[-1]}")
        (tmp_path / "configuration/listen.conf").write_text(listening)
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        trusted = ssl.create_default_context(cafile=certificates / "fullchain.pem")
        try:
            with httpx.Client(transport=httpx.HTTPTransport(verify=trusted, retries=8)) as client:
                for path in ("/", "/metrics"):
                    reply = client.get(f"https://127.0.0.1:{secure}{path}")
                    assert reply.headers.get_list("Strict-Transport-Security") == ["max-age=31536000"]
                away = client.get(f"http://127.0.0.1:{plain}/docs?x=1")
        finally:
            process.terminate()
            process.wait()
    assert (away.status_code, away.headers["Location"]) == (308, "https://127.0.0.1/docs?x=1")
    assert b"X-Forwarded-Proto: https" in heads[0]
