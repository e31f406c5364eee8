"""python -m app: the command line."""

import argparse
import os
import sys
import threading
import time
import urllib.request
import webbrowser
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m app", description="LSTM Lens: torch.nn.LSTM, opened")
    commands = parser.add_subparsers(dest="command", required=True)
    serving = commands.add_parser("serve", help="serve the page and the REST API")
    serving.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    serving.add_argument("--port", type=int, default=8000, help="port to listen on (default: %(default)s)")
    serving.add_argument("--open", action="store_true", help="open the page in the browser")
    converting = commands.add_parser("convert", help="write the LSTMs of a file of weights as safetensors")
    converting.add_argument("file", type=Path, help="of torch.save (.pt, .pth, .ckpt, .bin), or .onnx, .keras, .h5")
    converting.add_argument("--out", type=Path, help="where to write (default: beside it, ending in .safetensors)")
    given = parser.parse_args(arguments)
    if given.command == "convert":
        return convert(given.file, given.out)
    return serve(given.host, given.port, given.open)


def convert(source: Path, out: Path | None) -> int:
    """Convert a file of weights on this machine; nothing is sent anywhere."""
    from app.convert_command import convert_command

    return convert_command(source, out)


def serve(host: str, port: int, open_browser: bool) -> int:
    """Serve in the foreground until interrupted."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # torch reads it when it is imported: one thread per run
    import torch
    import uvicorn
    from pydantic import ValidationError

    from app.main import create_app
    from app.settings import BadSetting, Settings, variable

    try:
        settings = Settings()
        app = create_app(settings)
    except ValidationError as error:
        for fault in error.errors():
            sys.stderr.write(f"{variable(str(fault['loc'][0]))}: {fault['msg']}\n")
        return 2
    except BadSetting as error:
        sys.stderr.write(f"{error}\n")
        return 2
    torch.set_num_threads(settings.torch_threads)
    if open_browser:
        threading.Thread(target=_open_when_ready, args=(host, port), daemon=True).start()
    # h11 refuses oversized headers, which the faster parser takes
    uvicorn.run(app, host=host, port=port, http="h11", timeout_graceful_shutdown=15)
    return 0


def _open_when_ready(host: str, port: int) -> None:
    """Open the page once the server answers, or give up after a while."""
    shown = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104 (compared, not bound)
    address = f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/"
    for _ in range(100):
        try:
            with urllib.request.urlopen(f"{address}api/health", timeout=1):  # noqa: S310 (http, built above)
                webbrowser.open(address)
                return
        except OSError:
            time.sleep(0.2)


if __name__ == "__main__":
    sys.exit(main())
