"""The wire: what a client asks for, and what it is answered."""

from app.schemas.queries import EncodedQuery, Encoding, Place, TilesQuery, UnitsQuery, Window
from app.schemas.readouts import ReadoutResponse
from app.schemas.requests import InitialState, PresetWeights, TraceReference, TraceRequest
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
    RunResponse,
    StorySentence,
    TraceResponse,
    UnitsResponse,
    encode,
)

__all__ = [
    "CellResponse",
    "DropoutMaskResponse",
    "EncodedQuery",
    "EncodedTensor",
    "Encoding",
    "ErrorItem",
    "ErrorResponse",
    "HealthResponse",
    "InitialState",
    "OverviewResponse",
    "ParameterResponse",
    "ParityResponse",
    "Place",
    "PresetResponse",
    "PresetWeights",
    "PresetsResponse",
    "ReadoutResponse",
    "RunResponse",
    "StorySentence",
    "TilesQuery",
    "TraceReference",
    "TraceRequest",
    "TraceResponse",
    "UnitsQuery",
    "UnitsResponse",
    "Window",
    "encode",
]
