"""Exports of a trace: files of numbers, a figure for notebooks, a script."""

from collections.abc import Iterator
from os import fstat
from typing import Annotated, BinaryIO

import orjson
from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import FileResponse, StreamingResponse

from ...exports import Part, estimated_bytes
from ...exports.arrays import npz, safetensors
from ...exports.csv_text import long_csv, wide_csv
from ...exports.json_text import json_text
from ...exports.parquet_file import write_long, write_wide
from ...exports.script import script
from ...figures.trace import Look, figure
from ...runs.library import Library
from ...runs.limits import check_export, check_reply
from ...runs.replies import check_window
from ...schemas import Encoding, ExportFormat, ExportQuery, FigureQuery, TableLayout, Window
from .shared import IMMUTABLE, TheLibrary, TraceId, error_responses

router = APIRouter(prefix="/api/traces/{trace_id}", tags=["Exports"])

_MEDIA = {
    ExportFormat.NPZ: "application/x-npz",
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.JSON: "application/json",
    ExportFormat.PARQUET: "application/vnd.apache.parquet",
    ExportFormat.SAFETENSORS: "application/octet-stream",
}
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_CONTENT = dict.fromkeys(_MEDIA.values(), _BINARY) | {"application/json": {"schema": {"type": "object"}}}
_PIECE = 2**18
_TABLES = (ExportFormat.CSV, ExportFormat.PARQUET)
_Format = Annotated[ExportFormat, Path(description="The format of the file.", examples=["csv"])]


@router.get(
    "/export/{kind}",
    response_class=Response,
    responses={
        200: {"content": _CONTENT},
        **error_responses(404, 413, 422, 503, 507),
    },
)
async def export_numbers(
    trace_id: TraceId, kind: _Format, query: Annotated[ExportQuery, Query()], library: TheLibrary
) -> Response:
    """Export the numbers of a trace, or of a part of it, as a file for other tools.

    `npz` and `safetensors` contain arrays under the names of the trace file, such as `cells.0.forward.f`; in `npz` the
    arrays `axes.timestep`, `axes.sample` and `axes.unit` give the index in the trace of each index of the others. `csv`
    and `parquet` contain the numbers of the cells as a table, in the layout `long` or `wide`. Beyond the length of a
    sample, CSV has an empty field, JSON has null, and all other formats have NaN.
    """
    trace_id, trace, metadata = await library.of_id(trace_id)
    check_window(trace, query)
    part = Part(trace, query)
    headers = {**IMMUTABLE, "Content-Disposition": f'attachment; filename="{_name(trace_id, kind, query)}"'}
    if kind is ExportFormat.SAFETENSORS and part.is_whole:
        return FileResponse(await library.file_of(trace_id), 200, headers, _MEDIA[kind])
    check_export(estimated_bytes(part, kind, query), library.settings)
    if kind is ExportFormat.PARQUET:
        file = await _parquet(part, query, metadata["request"], library)
        headers["Content-Length"] = str(fstat(file.fileno()).st_size)
        return StreamingResponse(_read(file), 200, headers, _MEDIA[kind])
    return StreamingResponse(_stream(part, kind, query, trace_id, metadata["request"]), 200, headers, _MEDIA[kind])


@router.get(
    "/figure.json",
    response_class=Response,
    responses={
        200: {"content": {"application/json": {"schema": {"type": "object"}}}},
        **error_responses(404, 413, 422, 503, 507),
    },
)
async def get_figure(trace_id: TraceId, query: Annotated[FigureQuery, Query()], library: TheLibrary) -> Response:
    """Return an animated Plotly figure of one cell: read it in a notebook with `plotly.io.from_json`.

    It has six heat maps, the curves of one unit, and a cursor that moves along time, in the colours of the page.
    """
    trace_id, trace, _ = await library.of_id(trace_id)
    window = Window(**query.model_dump(exclude={"unit", "theme"}), units=[query.unit])
    check_window(trace, window)
    narrowed = window.model_copy(update={"units": [], "encoding": Encoding.BASE64})
    check_reply(trace, narrowed, library.settings)
    title = f"layer {query.layer}, {query.direction}, sample {query.sample}, trace {trace_id[:8]}"
    look = Look(Part(trace, narrowed), query.unit, query.theme, title)
    content = await library.off_loop(lambda: orjson.dumps(figure(look)))
    headers = {**IMMUTABLE, "Content-Disposition": f'attachment; filename="trace-{trace_id[:8]}-figure.json"'}
    return Response(content, 200, headers, "application/json")


@router.get(
    "/script.py",
    response_class=Response,
    responses={
        200: {"content": {"text/x-python": {"schema": {"type": "string"}}}},
        **error_responses(404, 422, 503, 507),
    },
)
async def get_script(trace_id: TraceId, library: TheLibrary) -> Response:
    """Return a Python script in plain torch that recomputes the trace: it records every gate in a loop and asserts that
    its numbers equal those of the trace.

    If there are many numbers, the script reads them from the trace's safetensors file beside it, under the name that
    `export/safetensors` gives it.
    """
    trace_id, trace, metadata = await library.of_id(trace_id)
    content = await library.off_loop(lambda: script(trace, trace_id, metadata["request"]))
    headers = {**IMMUTABLE, "Content-Disposition": f'attachment; filename="trace-{trace_id[:8]}.py"'}
    return Response(content, 200, headers, "text/x-python; charset=utf-8")


def _name(trace_id: str, kind: ExportFormat, query: ExportQuery) -> str:
    layout = f"-{query.layout}" if kind in _TABLES else ""
    return f"trace-{trace_id[:8]}{layout}.{kind}"


def _stream(part: Part, kind: ExportFormat, query: ExportQuery, trace_id: str, request: str) -> Iterator[bytes]:
    match kind:
        case ExportFormat.NPZ:
            return npz(part, request)
        case ExportFormat.JSON:
            return json_text(part, trace_id, request)
        case ExportFormat.SAFETENSORS:
            return safetensors(part, request)
        case _:
            return long_csv(part) if query.layout is TableLayout.LONG else wide_csv(part)


async def _parquet(part: Part, query: ExportQuery, request: str, library: Library) -> BinaryIO:
    """The table as a temporary file: Parquet cannot be streamed while it is written. Raises StoreFull."""
    write = write_long if query.layout is TableLayout.LONG else write_wide
    return await library.off_loop(lambda: library.store.unnamed_file(lambda path: write(part, path, request)))


def _read(file: BinaryIO) -> Iterator[bytes]:
    with file:
        yield from iter(lambda: file.read(_PIECE), b"")
