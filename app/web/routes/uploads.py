"""Uploaded weights files: uploaded once, used in any number of requests, deleted permanently."""

import hashlib
from dataclasses import asdict
from pathlib import Path as FilePath
from typing import Annotated

import anyio
from fastapi import APIRouter, Path, Request, Response

from ...core.errors import Invalid
from ...readers.weights import ConvertedFile
from ...schemas import UploadResponse
from ...store import ID_LENGTH
from .shared import ENCODED, TheLibrary, error_responses

PATH = "/api/uploads"
router = APIRouter(prefix=PATH, tags=["Uploads"])

UploadId = Annotated[str, Path(description="The id of an upload.")]
#: Part of every id: increase it when the same file is converted differently.
_READING = b"1"
#: Bytes that are buffered before they are written.
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
    """Upload a weights file unchanged: safetensors, ONNX, .keras or .h5. The same file gives the same id.

    The reply lists every LSTM in it, with all arguments of nn.LSTM that follow from its tensors; `weights` of a request
    can then be `{"kind": "upload", "id": ..., "prefix": ...}`. Pickles are not read: `lstm-lens convert` turns them
    into safetensors on your own machine.
    """
    with library.store.scratch("upload") as source:
        upload_id = await _receive(request, source)
        kept = await library.keep_upload(upload_id, source)
    response.headers["Location"] = f"{PATH}/{upload_id}"
    return _body(upload_id, kept)


@router.get("/{upload_id}", responses={**error_responses(404, 422, 503, 507)})
async def get_upload(upload_id: UploadId, library: TheLibrary) -> UploadResponse:
    """Return what was found in an uploaded file."""
    return _body(upload_id, await library.upload(upload_id))


@router.delete("/{upload_id}", status_code=204, responses={**error_responses(404, 422, 503, changing=True)})
async def delete_upload(upload_id: UploadId, library: TheLibrary) -> None:
    """Delete an uploaded file. Traces recorded from it can be read until they are evicted."""
    await library.remove_upload(upload_id)


def _body(upload_id: str, kept: ConvertedFile) -> UploadResponse:
    return UploadResponse.model_validate({"id": upload_id, **asdict(kept)})


async def _receive(request: Request, path: FilePath) -> str:
    """Write the request body to a file as it arrives; returns its id, a hash of its bytes."""
    digest = hashlib.sha256(_READING)
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Invalid(ENCODED)
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
