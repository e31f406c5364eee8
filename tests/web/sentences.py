"""What the server can say, read from its source: every text with a space in it that is no description or document.

A sentence with holes becomes its skeleton, `Expected {} features, found {}`; one with a choice of two words, both.
"""

import ast
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
#: Rooms that speak to whoever runs the server, to the command line or to no one.
SILENT = [
    *(
        "__main__",
        "assets",
        "bundle",
        "client",
        "convert_command",
        "exports",
        "headers",
        "i18n",
        "logs",
        "main",
        "metrics",
    ),
    *("open_command", "page", "presets", "request_log", "same_origin", "serving", "settings"),
    *("share", "standalone", "store_url", "store/opening"),
    *("cluster/scripts", "cluster/work"),
    *("lstm/errors", "lstm/stages", "lstm/trace", "schemas/queries", "schemas/responses", "schemas/uploads"),
]
#: Arguments that are documentation.
DOCUMENTS = {"description", "summary", "title", "help", "examples"}
#: Texts that nobody reads as a sentence, with what they are.
NO_SENTENCES = re.compile(
    r"""
    ^python\ -m|max-age=|^attachment;|charset= # commands, headers
    | ^[^a-z]*$ | ^\\ | ^GLOBAL | \ \|\ | \w\[  # holes alone, patterns, types
    """,
    re.VERBOSE,
)
#: Texts of the log, of exceptions that are caught, of names, and of the API's documentation.
UNSAID = {
    " and {} more",
    "(no prefix)",
    "In a worker:\n{}",
    "Preset {}",
    "The AWS_* variables do not describe a store: {}",
    "feature {}",
    "layer {}, {}, sample {}, trace {}",
    "more than 1 E{}",
    "more than 1 Ei{}",
    "{} of the timesteps, or a list a sample",
    "a file could not be read",
    "the processes could not be started",
    "This machine or this build of torch has no CUDA",
    'Bearer realm="LSTM Lens"',
    "LSTM with projections is not supported with oneDNN",
    "RNN module weights are not part of single",
    "out of memory",
    "not enough memory",
    "can't allocate memory",
    "a list of members of that length",
    "duplicate key",
    "Long runs",
    "a run failed",
    "a run was lost and is sent again: %s",
    "one LSTM on three sequences",
    "the broker does not answer: %s",
    "A broker needs a store that servers and workers share, which memory:// is not",
    "Numbers in nested lists of equal lengths.",
    "Preset {} with its weights given",
    "the store cannot be reached: %s",
    "the table",
    "the upload has been looked up",
    "The file",
    "The trace",
    "This server",
    "A run to watch, with 'Prefer: respond-async'",
    "unexpected error",
}


def skeleton(sentence: str) -> str:
    """A sentence with the names of its holes left out."""
    return re.sub(r"\{\w*\}", "{}", sentence)


def of_the_source() -> dict[str, str]:
    """Skeletons, with the place in the source that says each."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "app").rglob("*.py")):
        name = path.relative_to(ROOT / "app").with_suffix("").as_posix()
        if not any(name == room or name.startswith(f"{room}/") for room in SILENT):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for line, text in _texts(tree):
                if " " in text.strip() and skeleton(text) not in UNSAID and not NO_SENTENCES.search(text):
                    found.setdefault(skeleton(text), f"app/{name}.py:{line}")
    return found


def _texts(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Every text below a node, the longest that is one expression."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
            continue  # a docstring
        if isinstance(child, ast.keyword) and child.arg in DOCUMENTS:
            continue
        whole = list(_choices(child)) if isinstance(child, ast.expr) else []
        if whole and any(whole):
            assert isinstance(child, ast.expr)
            yield from ((child.lineno, text) for text in whole)
            yield from _inside(child)
        else:
            yield from _texts(child)


def _inside(node: ast.expr) -> Iterator[tuple[int, str]]:
    """Texts in what fills the holes of another."""
    for part in ast.walk(node):
        if isinstance(part, ast.FormattedValue) and not isinstance(part.value, ast.IfExp):
            yield from _texts(part)


def _choices(node: ast.expr) -> Iterator[str]:
    """The texts that an expression can be, holes for what is not known; nothing for what is no text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield from map("".join, product(*map(list, map(_part, node.values))))
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = list(_choices(node.left)), list(_choices(node.right))
        if left or right:
            yield from map("".join, product(left or ["{}"], right or ["{}"]))


def _part(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.FormattedValue) and isinstance(node.value, ast.IfExp):
        for value in (node.value.body, node.value.orelse):
            yield from list(_choices(value)) or ["{}"]
    else:
        yield "{}"
