"""LSTM Lens: `torch.nn.LSTM`, opened.

    from lstm_lens import Recorder, record, show

Names are imported lazily, so that importing the package is cheap and does not import torch: a server sets torch's
threads first.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .client.show import show
    from .lstm import CellTrace, InvalidCall, Recorder, Trace, record

__version__ = "0.1.0"
__all__ = ["CellTrace", "InvalidCall", "Recorder", "Trace", "__version__", "record", "show"]

_MODULES = {".lstm": ("CellTrace", "InvalidCall", "Recorder", "Trace", "record"), ".client.show": ("show",)}


def __getattr__(name: str) -> Any:
    for module, names in _MODULES.items():
        if name in names:
            return getattr(import_module(module, __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
