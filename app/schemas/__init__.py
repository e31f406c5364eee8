"""Schemas of requests and responses."""

from .corpora import CorpusRequest, CorpusResponse, FailedRun, RunCounts
from .exports import ExportFormat, ExportQuery, FigureQuery, TableLayout
from .inputs import InputResponse, PreviewResponse, ReadQuery
from .notes import NoteRow, Notes
from .queries import EncodedQuery, Encoding, Narrowed, Place, TilesQuery, UnitsQuery, Window
from .readouts import ReadoutResponse
from .requests import InitialState, PresetWeights, TraceReference, TraceRequest, UploadWeights
from .responses import (
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
from .uploads import RefusedLstm, UploadedLstm, UploadedMatrix, UploadResponse

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
    "TableLayout",
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
