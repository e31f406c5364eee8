"""Input data: tables, arrays and text, read without trusting the content.

`write_input` converts a body to the `input`, `lengths` and `notes` of a trace request, and reports what was done;
`write_preview` describes the content, so that the user can choose options. Options that are not given are detected.
"""

from .options import Options, TooLong
from .read import write_input, write_preview

__all__ = ["Options", "TooLong", "write_input", "write_preview"]
