"""The domain: a real `torch.nn.LSTM`, recorded to its last number. Knows nothing of the web."""

from app.lstm.config import DTYPES, GATES, Direction, LSTMConfig
from app.lstm.errors import InvalidCall, Problem
from app.lstm.recorder import Recorder, record
from app.lstm.trace import CellTrace, Parity, Trace
from app.lstm.weights import loaded_lstm, seeded_lstm

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
    "record",
    "seeded_lstm",
]
