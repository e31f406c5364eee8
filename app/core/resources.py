"""Locates the folders templates/ and static/: inside an installed package, or beside app/ in a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).parent.parent


def resources(name: str) -> Path:
    """The folder of that name."""
    installed = _PACKAGE / name
    return installed if installed.is_dir() else _PACKAGE.parent / name
