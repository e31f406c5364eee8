"""Running requests: checking them, computing their traces in worker processes, and finding kept traces."""
