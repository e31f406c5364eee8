"""Write the table in docs/settings.md from app/core/settings.py. Run from the repository root: make settings"""

import sys
from pathlib import Path

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from lstm_lens.core.settings import PUBLIC, Settings, variable

PAPER = Path(__file__).parent.parent / "docs/settings.md"
START, END = "<!-- settings: written by make settings -->\n", "<!-- end of settings -->\n"
UNITS = {2**30: "GiB", 2**20: "MiB"}


def default_of(field: FieldInfo) -> str:
    """A default as a person reads it; a computed one has its meaning in the description."""
    return "depends on the machine" if field.default_factory is not None else readable(field.default)


def readable(value: object) -> str:
    """A value as a person reads it."""
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if value in ("", None):
        return "nothing"
    size = next((f" ({int(str(value)) // size} {unit})" for size, unit in UNITS.items() if _divides(size, value)), "")
    return f"`{value}`{size}"


def _divides(size: int, value: object) -> bool:
    return isinstance(value, int) and value > 0 and value % size == 0


def table() -> str:
    """The table in Markdown, one row for each field of Settings."""
    rows = ["| Variable | Default | Public | What it sets |", "| --- | --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        public = readable(PUBLIC[name]) if name in PUBLIC else ""
        rows.append(f"| `{variable(name)}` | {default_of(field)} | {public} | {field.description} |")
    return "\n".join(rows) + "\n"


def with_table(paper: str) -> str:
    """The text of the file with its table replaced."""
    before, rest = paper.split(START)
    return f"{before}{START}{table()}{END}{rest.split(END)[1]}"


def main() -> int:
    PAPER.write_text(with_table(PAPER.read_text("utf-8")), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
