"""The domain: records every number of a real `torch.nn.LSTM`. Independent of the web."""

from .config import DTYPES, GATES, Direction, LSTMConfig
from .errors import InvalidCall, Problem, problem
from .recording.recorder import Recorder, record
from .trace import CellTrace, Parity, Trace
from .weights import loaded_lstm, seeded_lstm

__all__ = [
    "DTYPES",
    "GATES",
    "CellTrace",
    "Direction",
    "InvalidCall",
    "LSTMConfig",
    "Parity",
    "Problem",
    "Recorder",
    "Trace",
    "loaded_lstm",
    "problem",
    "record",
    "seeded_lstm",
]
