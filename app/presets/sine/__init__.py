"""A trained preset: forecast a noisy sine wave, and go on through a gap without values."""
