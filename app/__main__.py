"""The command line: lstm-lens, python -m lstm_lens, or from a checkout python -m app. Dispatch only."""

import argparse
import socket
import sys
import webbrowser
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI

    from .core.settings import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status. Each command imports only what it needs."""
    given = _parser().parse_args(arguments)
    if given.command == "work":
        from .runs.cluster.command import work

        return work(given.name, given.concurrency, check=given.check)
    if given.command == "convert":
        from .client.convert import convert_command

        return convert_command(given.file, given.out)
    from .web.command import serve

    if given.command == "open":
        from .client.open import open_command

        show = None if given.no_browser else webbrowser.open
        return open_command(
            given.model,
            given.input,
            given.prefix,
            given.normalisation,
            show,
            lambda when_ready: serve(_create_app, given.host, given.port, when_ready),
        )
    return serve(_create_app, given.host, given.port, webbrowser.open if given.open else None)


def _create_app(settings: "Settings") -> "FastAPI":
    from .main import create_app

    return create_app(settings)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lstm-lens", description="LSTM Lens: torch.nn.LSTM, opened")
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
    return parser


if __name__ == "__main__":
    sys.exit(main())
