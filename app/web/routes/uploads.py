"""Files of weights: uploaded once, run as often as one likes, removed for good."""

import hashlib
from dataclasses import asdict
from pathlib import Path as FilePath
from typing import Annotated

import anyio
from fastapi import APIRouter, Path, Request, Response

from ...core.errors import Invalid
from ...lstm import Problem
from ...readers.weights import ConvertedFile
from ...schemas import UploadResponse
from ...store import ID_LENGTH
from .shared import TheLibrary, error_responses

PATH = "/api/uploads"
router = APIRouter(prefix=PATH, tags=["Uploads"])

UploadId = Annotated[str, Path(description="The id of an upload.")]
#: Part of every id: raise it when the same file is read in another way.
_READING = b"1"
#: Bytes that are gathered before they are written.
_PIECE = 2**20
_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.put(
    "",
    status_code=201,
    responses={201: {"model": UploadResponse}, **error_responses(413, 422, 503, 507, changing=True)},
    openapi_extra=_BODY,
)
async def upload_file(request: Request, response: Response, library: TheLibrary) -> UploadResponse:
    """Upload a file of weights as it is: safetensors, ONNX, .keras or .h5. The same file has the same id.

    Every LSTM in it is listed with all arguments of nn.LSTM that follow from its tensors; `weights` of a request can
    be `{"kind": "upload", "id": ..., "prefix": ...}` from then on. Pickles are not read: `lstm-lens convert`
    makes safetensors of them on your own machine.
    """
    with library.store.scratch("upload") as source:
        upload_id = await _receive(request, source)
        kept = await library.keep_upload(upload_id, source)
    response.headers["Location"] = f"{PATH}/{upload_id}"
    return _body(upload_id, kept)


@router.get("/{upload_id}", responses={**error_responses(404, 422, 503, 507)})
async def get_upload(upload_id: UploadId, library: TheLibrary) -> UploadResponse:
    """What was found in an uploaded file."""
    return _body(upload_id, await library.upload(upload_id))


@router.delete("/{upload_id}", status_code=204, responses={**error_responses(404, 422, 503, changing=True)})
async def delete_upload(upload_id: UploadId, library: TheLibrary) -> None:
    """Remove an uploaded file. Traces that were made of it can be read until they are evicted."""
    await library.remove_upload(upload_id)


def _body(upload_id: str, kept: ConvertedFile) -> UploadResponse:
    return UploadResponse.model_validate({"id": upload_id, **asdict(kept)})


async def _receive(request: Request, path: FilePath) -> str:
    """Write the body to a file while it comes; the id that its bytes have."""
    digest = hashlib.sha256(_READING)
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Invalid(Problem(("header", "content-encoding"), "encoded", "Send the file as it is, not compressed"))
    async with await anyio.open_file(path, "xb") as file:
        pending = bytearray()
        async for chunk in request.stream():
            pending += chunk
            if len(pending) >= _PIECE:
                digest.update(pending)
                await file.write(bytes(pending))
                pending.clear()
        digest.update(pending)
        await file.write(bytes(pending))
    return digest.hexdigest()[:ID_LENGTH]
