"""The wire: what a client asks for, and what it is answered."""

from app.schemas.corpora import CorpusRequest, CorpusResponse, FailedRun, RunCounts
from app.schemas.exports import ExportFormat, ExportQuery, FigureQuery, Layout
from app.schemas.inputs import InputResponse, PreviewResponse, ReadQuery
from app.schemas.notes import NoteRow, Notes
from app.schemas.queries import EncodedQuery, Encoding, Narrowed, Place, TilesQuery, UnitsQuery, Window
from app.schemas.readouts import ReadoutResponse
from app.schemas.requests import InitialState, PresetWeights, TraceReference, TraceRequest, UploadWeights
from app.schemas.responses import (
    CellResponse,
    DropoutMaskResponse,
    EncodedTensor,
    ErrorItem,
    ErrorResponse,
    HealthResponse,
    OverviewResponse,
    ParameterResponse,
    ParityResponse,
    PresetResponse,
    PresetsResponse,
    ReadyResponse,
    RunResponse,
    StorySentence,
    TraceResponse,
    UnitsResponse,
    encode,
)
from app.schemas.uploads import RefusedLstm, UploadedLstm, UploadedMatrix, UploadResponse

__all__ = [
    "CellResponse",
    "CorpusRequest",
    "CorpusResponse",
    "DropoutMaskResponse",
    "EncodedQuery",
    "EncodedTensor",
    "Encoding",
    "ErrorItem",
    "ErrorResponse",
    "ExportFormat",
    "ExportQuery",
    "FailedRun",
    "FigureQuery",
    "HealthResponse",
    "InitialState",
    "InputResponse",
    "Layout",
    "Narrowed",
    "NoteRow",
    "Notes",
    "OverviewResponse",
    "ParameterResponse",
    "ParityResponse",
    "Place",
    "PresetResponse",
    "PresetWeights",
    "PresetsResponse",
    "PreviewResponse",
    "ReadQuery",
    "ReadoutResponse",
    "ReadyResponse",
    "RefusedLstm",
    "RunCounts",
    "RunResponse",
    "StorySentence",
    "TilesQuery",
    "TraceReference",
    "TraceRequest",
    "TraceResponse",
    "UnitsQuery",
    "UnitsResponse",
    "UploadResponse",
    "UploadWeights",
    "UploadedLstm",
    "UploadedMatrix",
    "Window",
    "encode",
]
