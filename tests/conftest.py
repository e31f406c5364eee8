"""For every test: one thread per torch operation, since threads that wait for one another crawl on a busy machine."""

import torch

torch.set_num_threads(1)
