"""From a body to the input of a request: detects the format, reads, fills, normalises and pads, and
reports each step."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from ...lstm.errors import remark
from ...schemas.inputs import InputFormat
from ...schemas.notes import MAX_ENTRIES
from .arrays import FoundArray, read_npy, read_npz, read_safetensors
from .columns import from_table
from .csv_file import decoded, read_csv
from .draft import Draft, Numbers, Row
from .json_file import parse_json, read_json
from .layout import from_arrays
from .options import Options, check_size, input_problem, remarks_as_json
from .preview import preview_of
from .scaling import scaled
from .sniff import sniffed
from .table import Table
from .text import Text, from_text, parse_text

Content = Table | Draft | Text | Mapping[str, FoundArray]


def write_input(source: Path, target: Path, options: Options) -> None:
    """Write the input read from a body to a new file, as the JSON of InputResponse. Raises InvalidCall, TooLong."""
    kind, content = _content(source, options)
    target.write_bytes(_json({"format": kind, **_body(_draft(content, options), options)}))


def write_preview(source: Path, target: Path, options: Options) -> None:
    """Write a description of a body to a new file, as the JSON of PreviewResponse."""
    kind, content = _content(source, options)
    target.write_bytes(_json({"format": kind, **preview_of(content, options)}))


def _content(source: Path, options: Options) -> tuple[InputFormat, Content]:
    kind = options.format or sniffed(source)
    if kind == "npz":
        return kind, read_npz(source, options)
    if kind == "safetensors":
        return kind, read_safetensors(source, options)
    content = source.read_bytes()
    if kind == "npy":
        return kind, read_npy(content, options)
    text, remarks = decoded(content)
    if kind == "json":
        return kind, read_json(parse_json(text), options)
    if kind == "csv":
        return kind, read_csv(text, options, remarks)
    return kind, parse_text(text, options)


def _draft(content: Content, options: Options) -> Draft:
    if isinstance(content, Table):
        return from_table(content, options)
    if isinstance(content, Text):
        return from_text(content, options)
    return content if isinstance(content, Draft) else from_arrays(content, options)


def _body(draft: Draft, options: Options) -> dict[str, Any]:
    filled = draft.filled(options.missing)
    done = scaled(filled, options.normalisation)
    lengths = [len(sample) for sample in done.samples]
    check_size(len(lengths) * max(lengths) * done.samples[0].shape[1], options)
    values = _padded(done.samples)
    if not np.isfinite(values).all():
        raise input_problem("normalisation_overflow", "The numbers are too large to be normalised")
    batch, longest, width = values.shape
    remarks = [*filled.remarks, *done.remarks]
    noted = batch * longest <= MAX_ENTRIES
    if not noted and (filled.times or filled.rows):
        template = "Labels and annotations of more than {most:,} timesteps are left out."
        remarks.append(remark("annotations_left_out", template, most=MAX_ENTRIES))
    return {
        "input": {"kind": "values", "values": values if options.batch_first else values.transpose(1, 0, 2)},
        "seq_len": longest,
        "batch_size": batch,
        "input_size": width,
        "lengths": lengths if min(lengths) < longest else None,
        "features": filled.features,
        "times": _one_or_all(filled.times) if filled.times and noted else None,
        "rows": [_row(row) for row in filled.rows] if noted else [],
        "normalisation": done.response,
        "notes": {
            "features": filled.features,
            "times": _one_or_all(filled.times) if filled.times and noted else None,
            "rows": [_row(row) for row in filled.rows] if noted else [],
            "normalisation": done.text,
        },
        **remarks_as_json(remarks),
    }


def _padded(samples: list[Numbers]) -> Numbers:
    """(N, T, I), zeros beyond the end of a sample."""
    values = np.zeros((len(samples), max(map(len, samples)), samples[0].shape[1]))
    for n, sample in enumerate(samples):
        values[n, : len(sample)] = sample
    return values


def _row(row: Row) -> dict[str, Any]:
    return {"name": row.name, "kind": row.kind, "values": _one_or_all(row.values)}


def _one_or_all(series: list[list[Any]]) -> list[Any]:
    """The list of the only sample, or of any sample if all are equal; else one per sample."""
    return series[0] if all(one == series[0] for one in series) else series


def _json(body: dict[str, Any]) -> bytes:
    values = body.get("input", {}).get("values")
    if values is not None:
        body["input"]["values"] = np.ascontiguousarray(values)
    return orjson.dumps(body, option=orjson.OPT_SERIALIZE_NUMPY)
