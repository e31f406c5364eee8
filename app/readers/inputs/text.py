"""Text as an input: each character or word as a one-hot row, or as a row of a table such as an embedding."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...lstm.errors import Problem, remark
from ..weights import kept_matrix
from .draft import Draft, Numbers, ValuePlace
from .json_file import parse_json
from .names import listed, shown, unique
from .options import Options, check_size, input_problem, wrong_option

MAX_VOCABULARY = 200_000
#: Escapes in a vocabulary, which has one token per line.
ESCAPES = {"\\n": "\n", "\\t": "\t"}


@dataclass(frozen=True)
class Text:
    """Tokens of each sample; vocabulary: the tokens by row, None to build it from the text."""

    samples: list[list[str]]
    vocabulary: list[str] | None


def parse_text(text: str, options: Options) -> Text:
    """A text split into samples and tokens. Raises InvalidCall for an invalid vocabulary."""
    vocabulary = None
    if options.wrapped:
        text, vocabulary = _wrapped(parse_json(text))
    text = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")
    lines = [line for line in text.split("\n") if line] if options.lines else [text]
    samples = [list(line) if options.tokens == "characters" else line.split() for line in lines]
    samples = [sample for sample in samples if sample]
    if not samples:
        raise input_problem("no_text", "There is no text to read")
    return Text(samples, vocabulary)


def _wrapped(value: Any) -> tuple[str, list[str] | None]:
    if (
        not isinstance(value, dict)
        or not isinstance(value.get("text"), str)
        or not set(value) <= {"text", "vocabulary"}
    ):
        raise input_problem("text_json", 'JSON of a text should be {{"text": ..., "vocabulary": [...]}}')
    vocabulary = value.get("vocabulary")
    if vocabulary is None:
        return value["text"], None
    if not isinstance(vocabulary, list) or not all(isinstance(token, str) and token for token in vocabulary):
        raise input_problem(
            "vocabulary_type", "A vocabulary should be a list of texts that are not empty", "vocabulary"
        )
    if not 0 < len(vocabulary) <= MAX_VOCABULARY:
        template = "A vocabulary should have 1 to {most:,} tokens"
        raise input_problem("vocabulary_size", template, "vocabulary", most=MAX_VOCABULARY)
    tokens = [ESCAPES.get(token) or token for token in vocabulary]
    first: dict[str, int] = {}
    for k, token in enumerate(tokens):
        if first.setdefault(token, k) != k:
            template = "The vocabulary has the token of line {line} already in line {first}"
            raise input_problem("vocabulary_twice", template, "vocabulary", k, line=k + 1, first=first[token] + 1)
    return value["text"], tokens


def from_text(text: Text, options: Options) -> Draft:
    """One timestep per token. Raises InvalidCall at a token missing in the vocabulary, TooLong."""
    if options.normalisation != "none":
        raise wrong_option("normalisation", "tokens_normalised", "The rows of tokens are not normalised")
    found = text.vocabulary is None
    vocabulary = text.vocabulary or sorted({token for sample in text.samples for token in sample})
    table = None if options.matrix is None else _table(options.matrix, vocabulary, found=found)
    width = len(vocabulary) if table is None else table.shape[1]
    check_size(len(text.samples) * max(map(len, text.samples)) * width, options)
    rows, unknown = _rows(text.samples, vocabulary, options)
    samples: list[Numbers] = []
    for row in rows:
        if table is None:
            sample = np.zeros((len(row), width))
            sample[np.arange(len(row)), row] = 1.0
        else:
            sample = table[row].astype(np.float64)
        samples.append(sample)

    def where(n: int, t: int, i: int) -> ValuePlace:
        return ValuePlace((n, t), {"n": n, "t": t, "i": i})

    return Draft(
        samples=samples,
        where=where,
        features=unique(map(shown, vocabulary), "token") if table is None else None,
        times=[[shown(token) for token in sample] for sample in text.samples],
        remarks=_remarks(vocabulary, table, unknown, found=found, options=options),
    )


def _table(matrix: tuple[Any, str], vocabulary: list[str], *, found: bool) -> Numbers:
    """The table in which tokens are looked up. Raises InvalidCall if its rows do not match the vocabulary."""
    path, name = matrix
    try:
        table: Numbers = kept_matrix(path, name)
    except KeyError:
        raise wrong_option("matrix", "unknown_matrix", "The upload holds no table of this name") from None
    rows = len(table)
    if found and len(vocabulary) != rows:
        template = (
            "The table has {rows} rows and the text {count} different tokens, so nothing says which row is whose: give "
            "the vocabulary, one token a line, in the order of the rows"
        )
        raise input_problem("vocabulary_needed", template, "vocabulary", rows=rows, count=len(vocabulary))
    if len(vocabulary) > rows:
        template = "The vocabulary has {count} tokens and the table only {rows} rows"
        raise input_problem("vocabulary_rows", template, "vocabulary", count=len(vocabulary), rows=rows)
    return table


def _rows(samples: Sequence[Sequence[str]], vocabulary: list[str], options: Options) -> tuple[list[list[int]], int]:
    """The row of each token, and the number of unknown tokens."""
    index = {token: k for k, token in enumerate(vocabulary)}
    spare = None if options.unknown is None else index.get(options.unknown)
    if options.unknown is not None and spare is None:
        template = "The vocabulary has no such token, so that unknown ones cannot be taken for it"
        raise wrong_option("unknown", "unknown_not_in_vocabulary", template)
    rows: list[list[int]] = []
    unknown = 0
    for n, sample in enumerate(samples):
        row = [index.get(token, -1) for token in sample]
        lacking = row.count(-1)
        if lacking and spare is None:
            t = row.index(-1)
            template = (
                "Sample {n}, token {t} (both from 0) is not in the vocabulary. Add it, or name the token for what is "
                "unknown (unknown=)"
            )
            raise input_problem("unknown_token", template, n, t, n=n, t=t)
        unknown += lacking
        rows.append([spare if k < 0 and spare is not None else k for k in row])
    return rows, unknown


def _remarks(
    vocabulary: list[str], table: Numbers | None, unknown: int, *, found: bool, options: Options
) -> list[Problem]:
    remarks = []
    if found:
        order = listed([*map(shown, vocabulary)], 40)
        template = "{count} different tokens in code point order: {names}."
        remarks.append(remark("tokens_found", template, count=len(vocabulary), names=order))
    if table is not None and len(vocabulary) < len(table):
        template = "The table has {rows} rows, of which the last {count} have no token."
        remarks.append(remark("rows_without_token", template, rows=len(table), count=len(table) - len(vocabulary)))
    if unknown:
        template = "Unknown tokens, {count} of them, were taken for {name}."
        remarks.append(remark("unknown_tokens", template, count=unknown, name=shown(options.unknown or "")))
    return remarks
