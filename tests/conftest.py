"""For every test: one thread per torch operation, since threads that wait for one another crawl on a busy machine."""

import os

import torch

# the name by which the test client asks
os.environ.setdefault("LSTM_LENS_ALLOWED_HOSTS", "localhost 127.0.0.1 [::1] testserver")

torch.set_num_threads(1)
