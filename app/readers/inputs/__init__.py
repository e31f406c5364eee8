"""Data that people bring as an input: tables, arrays and text, read with nothing in them trusted.

`write_input` makes of a body what a request can bring as its `input`, `lengths` and `notes`, and tells what was done;
`write_preview` says what is in it, so that a person can choose. Options say how; what they leave open is found out.
"""

from .options import Options, TooLong
from .read import write_input, write_preview

__all__ = ["Options", "TooLong", "write_input", "write_preview"]
