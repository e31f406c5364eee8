"""Input data: read once, returned as part of a trace request, and not stored."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from ...core.errors import Invalid
from ...lstm import problem
from ...readers.inputs import Options
from ...runs.request import unknown_upload
from ...schemas import InputResponse, PreviewResponse, ReadQuery
from .shared import ENCODED, TheLibrary, error_responses

router = APIRouter(prefix="/api/inputs", tags=["Inputs"])

_CSV = "date,rain,temperature,flow\n2020-01-01,0.5,3.1,12\n2020-01-02,0,2.8,11\n2020-01-03,7.25,4,19\n"
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "text/csv": {"schema": {"type": "string"}, "example": _CSV},
            "application/json": {"schema": {}, "example": [[0.5, 3.1], [0.0, 2.8], [7.25, 4.0]]},
            "text/plain": {"schema": {"type": "string"}, "example": "hello"},
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@router.post(
    "",
    status_code=200,
    responses={200: {"model": InputResponse}, **error_responses(413, 422, 503, 507, changing=True)},
    openapi_extra=_BODY,
)
async def read_input(request: Request, query: Annotated[ReadQuery, Query()], library: TheLibrary) -> Response:
    """Read a table (CSV), nested lists or objects (JSON), arrays (.npy, .npz, safetensors) or a text as an input.

    Send the file unchanged as the body. Copy `input`, `lengths` and `notes` of the reply into a request to /api/traces.
    A text may also be sent as JSON, `{"text": ..., "vocabulary": [...]}`, with format=text. Nothing is stored.
    """
    return await _answer(request, query, library, preview=False)


@router.post(
    "/preview",
    status_code=200,
    responses={200: {"model": PreviewResponse}, **error_responses(413, 422, 503, 507, changing=True)},
    openapi_extra=_BODY,
)
async def preview_input(request: Request, query: Annotated[ReadQuery, Query()], library: TheLibrary) -> Response:
    """Describe input data: its columns with their first rows, and the role each would have. Nothing is stored."""
    return await _answer(request, query, library, preview=True)


async def _answer(request: Request, query: ReadQuery, library: TheLibrary, *, preview: bool) -> Response:
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Invalid(ENCODED)
    options = Options(
        format=None if query.format == "auto" else query.format,
        roles=query.roles(),
        header=query.header,
        missing=query.missing,
        normalisation=query.normalisation,
        batch_first=query.batch_first,
        array=query.array,
        layout=query.layout,
        tokens=query.tokens,
        lines=query.lines,
        wrapped=query.format == "text" and _is_json(request),
        unknown=query.unknown,
        matrix=await _matrix(query, library),
        max_numbers=library.settings.max_input_numbers,
    )
    content = await library.read_input(await request.body(), options, preview=preview)
    return Response(content, 200, {"Cache-Control": "no-store"}, "application/json")


def _is_json(request: Request) -> bool:
    return request.headers.get("content-type", "").split(";")[0].strip().lower() == "application/json"


async def _matrix(query: ReadQuery, library: TheLibrary) -> tuple[Path, str] | None:
    """The path of the upload and the name of the table in which tokens are looked up."""
    if query.upload is None and query.matrix is None:
        return None
    if query.upload is None or query.matrix is None:
        missing = "upload" if query.upload is None else "matrix"
        template = "upload and matrix are given together or not at all"
        raise Invalid(problem(("query", missing), "upload_and_matrix", template))
    path = await library.upload_path(query.upload)
    if path is None:
        raise Invalid(unknown_upload("query", "upload"))
    return path, query.matrix
