"""Many sequences at once: the request, and its progress."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from .requests import TraceRequest
from .responses import ErrorItem

#: Maximum number of runs in one corpus, whatever a server's settings.
MAX_RUNS = 1000


class CorpusRequest(BaseModel):
    """Many runs, each with a body of POST /api/traces. None is started unless all are valid."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    requests: Annotated[list[TraceRequest], Field(min_length=1, max_length=MAX_RUNS)]


class RunCounts(BaseModel):
    """The number of runs in each status."""

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
    """A corpus of runs, in the order in which they were requested. The id of a run is also that of its trace."""

    id: str
    status: Literal["waiting", "running", "done"] = Field(description="'done' if every run is over, however it ended.")
    counts: RunCounts
    done: int = Field(description="Timesteps of cells that are done, over all runs.")
    total: int
    runs: list[str] = Field(description="The ids of the runs, repeated for requests that occur more than once.")
    failed: list[FailedRun] = Field(description="The first twenty failed runs.")
