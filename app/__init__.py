"""LSTM Lens: `torch.nn.LSTM`, opened."""

__version__ = "0.1.0"
