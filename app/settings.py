"""Every limit and option of the server: name, default, one sentence. Read once, from LSTM_LENS_* variables."""

import os
import re
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from app import store_url as store_urls

PREFIX = "LSTM_LENS_"
MIB = 2**20
#: Scheme, host and perhaps port: nothing that could end a directive of the content security policy.
_ORIGIN = re.compile(r"https?://(?:[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(?::\d{1,5})?")
GIB = 2**30


class Settings(BaseSettings):
    """The options of one server. Raises `pydantic.ValidationError` naming the one that is not legal."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    data_dir: Path = Field(default=Path("data"), description="Folder in which traces and their requests are kept.")
    store_url: str = Field(
        default="",
        description=f"Where they are kept, as a URL: {store_urls.FORMS}.",
    )
    max_body_bytes: int = Field(default=32 * MIB, ge=1024, description="Largest request body, in bytes.")
    max_upload_bytes: int = Field(
        default=256 * MIB, ge=1024, description="Largest file of weights that can be uploaded, in bytes."
    )
    max_upload_seconds: float = Field(
        default=30.0, gt=0, description="Seconds after which the reading of an uploaded file is given up."
    )
    max_input_numbers: int = Field(
        default=2_000_000, ge=1, description="How many numbers a table, an array or a text may be read into."
    )
    max_trace_bytes: int = Field(
        default=GIB, ge=MIB, description="Largest estimated peak memory of one run and its reply, in bytes."
    )
    max_page_bytes: int = Field(
        default=64 * MIB, ge=MIB, description="Largest page in one file, with its trace inside, in bytes."
    )
    max_work: int = Field(
        default=1_000_000_000_000, ge=10**6, description="Largest estimated work of one run, in multiply-adds."
    )
    max_export_bytes: int = Field(
        default=4 * GIB, ge=1024, description="Largest estimated file of numbers that is exported, in bytes."
    )
    max_store_bytes: int = Field(
        default=8 * GIB,
        ge=MIB,
        description="Disk that the data folder may take; the traces used least recently go first, requests never.",
    )
    workers: int = Field(
        default_factory=lambda: os.cpu_count() or 1,
        ge=0,
        description="Processes that compute runs (one for each core), besides half as many for long runs; with 0 the "
        "server computes them itself.",
    )
    max_waiting_runs: int = Field(
        default=32, ge=1, description="Long runs that may run and wait at the same time; one more is told to come back."
    )
    embed_origins: str = Field(
        default="",
        description="Origins whose pages may show this one in a frame, separated by spaces: http://localhost:8888 for "
        "a notebook there.",
    )
    device: Literal["auto", "cpu", "cuda"] = Field(
        default="auto", description="Where torch computes: cpu, cuda, or auto for CUDA where there is one."
    )
    torch_threads: int = Field(default=1, ge=1, description="Threads that torch uses within one run.")

    @field_validator("store_url")
    @classmethod
    def _names_a_store(cls, url: str) -> str:
        try:
            store_urls.parse(url)
        except ValueError as error:
            raise PydanticCustomError("store_url", "{sentence}", {"sentence": str(error)}) from None
        return url

    @field_validator("embed_origins")
    @classmethod
    def _names_origins(cls, origins: str) -> str:
        if not all(_ORIGIN.fullmatch(origin) for origin in origins.split()):
            raise PydanticCustomError("embed_origins", "Input should be origins such as http://localhost:8888")
        return origins


class BadSetting(ValueError):
    """A value that is legal by itself, and turns out not to work when the server starts."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(f"{variable(field)}: {sentence}")


def variable(field: str) -> str:
    """The environment variable that sets a field."""
    return PREFIX + field.upper()
