"""Many sequences at once: what a client asks for, and how far it is."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from .requests import TraceRequest
from .responses import ErrorItem

#: Runs of one corpus, at most, whatever a server allows.
MAX_RUNS = 1000


class CorpusRequest(BaseModel):
    """Many runs, each as POST /api/traces takes it. None is started unless all are legal."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    requests: Annotated[list[TraceRequest], Field(min_length=1, max_length=MAX_RUNS)]


class RunCounts(BaseModel):
    """How many runs stand how."""

    waiting: int = 0
    running: int = 0
    done: int = 0
    cancelled: int = 0
    failed: int = 0


class FailedRun(BaseModel):
    """A run that failed, and why."""

    run: str
    detail: list[ErrorItem]


class CorpusResponse(BaseModel):
    """Many runs, in the order in which they were asked for; their traces have the same ids."""

    id: str
    status: Literal["waiting", "running", "done"] = Field(description="done when every run is over, however it ended.")
    counts: RunCounts
    done: int = Field(description="Timesteps of cells that are done, of all runs.")
    total: int
    runs: list[str] = Field(description="Their ids; an id stands as often as its run was asked for.")
    failed: list[FailedRun] = Field(description="The first twenty of those that failed.")
