"""Files that people bring: weights of LSTMs, and data as their input."""
