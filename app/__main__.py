"""python -m lstm_lens, or from a checkout python -m app: the command line."""

import argparse
import os
import signal
import socket
import sys
import threading
import time
import urllib.request
import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    parser = argparse.ArgumentParser(prog=f"python -m {__package__}", description="LSTM Lens: torch.nn.LSTM, opened")
    commands = parser.add_subparsers(dest="command", required=True)
    serving = commands.add_parser("serve", help="serve the page and the REST API")
    serving.add_argument("--open", action="store_true", help="open the page in the browser")
    opening = commands.add_parser("open", help="serve, and open the page on a model of your own")
    opening.add_argument("model", type=Path, help="a file of weights, of any kind that convert takes")
    opening.add_argument("--input", type=Path, help="what it reads: .csv, .json, .npy, .npz, .safetensors or .txt")
    opening.add_argument("--prefix", help="which LSTM of the file (default: the one that fits the input best)")
    opening.add_argument("--normalisation", choices=("none", "z_score", "min_max"), default="none", help="of the input")
    opening.add_argument("--no-browser", action="store_true", help="only print the address of the page")
    for parts in (serving, opening):
        parts.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
        parts.add_argument("--port", type=int, default=8000, help="port to listen on (default: %(default)s)")
    converting = commands.add_parser("convert", help="write the LSTMs of a file of weights as safetensors")
    converting.add_argument("file", type=Path, help="of torch.save (.pt, .pth, .ckpt, .bin), or .onnx, .keras, .h5")
    converting.add_argument("--out", type=Path, help="where to write (default: beside it, ending in .safetensors)")
    working = commands.add_parser("work", help="compute the long runs of servers that share a broker")
    working.add_argument("--concurrency", type=int, default=1, help="runs at a time (default: %(default)s)")
    working.add_argument("--name", default=socket.gethostname(), help="name of this worker (default: the host's)")
    working.add_argument("--check", action="store_true", help="only tell whether the worker of that name is alive")
    given = parser.parse_args(arguments)
    if given.command == "work":
        return work(given.name, given.concurrency, check=given.check)
    if given.command == "convert":
        return convert(given.file, given.out)
    if given.command == "open":
        return open_model(given)
    return serve(given.host, given.port, webbrowser.open if given.open else None)


def open_model(given: argparse.Namespace) -> int:
    """Convert a file of weights if a server does not read it as it is, serve, and open the page on it."""
    for path in filter(None, (given.model, given.input)):
        if not path.is_file():  # before anything takes seconds
            sys.stderr.write(f"There is no file {path}\n")
            return 2
    from .client.convert import PICKLES, Refusal, converted
    from .client.http import CannotShow
    from .client.open import address_of

    with TemporaryDirectory(prefix="lstm-lens-") as folder:
        model = given.model
        if model.suffix.lower() in PICKLES:
            try:
                model = converted(model, Path(folder) / "model.safetensors")
            except Refusal as refusal:
                sys.stderr.write(f"{refusal}\n")
                return 2

        def show(server: str) -> None:
            try:
                address = address_of(server.rstrip("/"), model, given.input, given.prefix, given.normalisation)
            except CannotShow as refusal:
                sys.stderr.write(f"{refusal}\n")
                os.kill(os.getpid(), signal.SIGINT)  # the server has nothing to show
                return
            sys.stdout.write(f"{address}\n")
            sys.stdout.flush()
            if not given.no_browser:
                webbrowser.open(address)

        return serve(given.host, given.port, show)


def convert(source: Path, out: Path | None) -> int:
    """Convert a file of weights on this machine; nothing is sent anywhere."""
    from .client.convert import convert_command

    return convert_command(source, out)


def work(name: str, concurrency: int, *, check: bool) -> int:
    """Compute the runs that wait in Redis, in the foreground, until interrupted; or tell whether that is done."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from .core.settings import Settings
    from .runs.workers import forkserver

    def run() -> int:
        settings = Settings()
        if settings.workers and not check:
            forkserver.begin()
        from .runs.cluster import work

        return int(not work.is_alive(settings, name)) if check else work.work(settings, name, concurrency)

    return _told(run)


def _told(run: Callable[[], int]) -> int:
    """The exit status of a command; one that a setting stops says which."""
    from pydantic import ValidationError

    from .core.settings import BadSetting, variable

    try:
        return run()
    except ValidationError as error:
        for fault in error.errors():
            sys.stderr.write(f"{variable(str(fault['loc'][0]))}: {fault['msg']}\n")
    except BadSetting as error:
        sys.stderr.write(f"{error}\n")
    return 2


def serve(host: str, port: int, when_ready: Callable[[str], object] | None = None) -> int:
    """Serve in the foreground until interrupted. when_ready: called with the page's address once the server answers."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # torch reads it when it is imported: one thread per run
    from pydantic import ValidationError

    from .core.settings import BadSetting, Settings, variable
    from .runs.workers import forkserver

    try:
        settings = Settings()
        if settings.workers:
            forkserver.begin()  # beside the imports that follow, which take as long
        from .main import create_app
        from .web import serving

        app = create_app(settings)
    except ValidationError as error:
        for fault in error.errors():
            sys.stderr.write(f"{variable(str(fault['loc'][0]))}: {fault['msg']}\n")
        return 2
    except BadSetting as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if when_ready is not None:
        threading.Thread(target=_call_when_ready, args=(host, port, when_ready), daemon=True).start()
    serving.serve(app, settings, host, port)
    return 0


def _call_when_ready(host: str, port: int, then: Callable[[str], object]) -> None:
    """Do what is to be done once the server answers, or give up after a while."""
    shown = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104 (compared, not bound)
    address = f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/"
    for _ in range(100):
        try:
            with urllib.request.urlopen(f"{address}api/health", timeout=1):  # noqa: S310 (http, built above)
                break
        except OSError:
            time.sleep(0.2)
    else:
        return
    then(address)


if __name__ == "__main__":
    sys.exit(main())
