"""Readers of untrusted files: weights of LSTMs, and input data."""
