"""Every limit and option of the server: name, default, one sentence. Read once, from LSTM_LENS_* variables."""

import os
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from . import store_url as store_urls

PREFIX = "LSTM_LENS_"
MIB = 2**20
#: An origin: scheme, host and optional port; nothing that could end a directive of the content security policy.
_ORIGIN = re.compile(r"https?://(?:[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(?::\d{1,5})?")
#: A host name or address, without port; a name may begin with a wildcard.
_HOST = re.compile(r"\*|(?:\*\.)?[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?|\[[0-9a-fA-F:.]+\]")
_TOKEN = re.compile(r"[!-~]{16,}")
GIB = 2**30
#: The defaults of the public profile, for a server on the internet.
PUBLIC: Mapping[str, Any] = {
    "max_store_bytes": 2 * GIB,
    "max_body_bytes": MIB,
    "max_upload_bytes": 32 * MIB,
    "max_upload_seconds": 10.0,
    "max_input_numbers": 500_000,
    "max_input_size": 512,
    "max_hidden_size": 512,
    "max_num_layers": 8,
    "max_seq_len": 2000,
    "max_batch_size": 64,
    "max_trace_bytes": 256 * MIB,
    "max_work": 20_000_000_000,
    "max_page_bytes": 32 * MIB,
    "max_export_bytes": 256 * MIB,
    "max_worker_bytes": GIB,
    "max_run_seconds": 10.0,
    "max_long_run_seconds": 60.0,
    "max_corpus_runs": 100,
    "log_format": "json",
    "drain_seconds": 3.0,
}


class Settings(BaseSettings):
    """The settings of one server. Raises `pydantic.ValidationError` naming the invalid one.

    A setting that is not given has the default of the profile: the field's own, or that of PUBLIC.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", hide_input_in_errors=True)

    profile: Literal["local", "public"] = Field(
        default="local",
        description="Which defaults apply: local, generous, for your own machine; or public, strict, for a server on "
        "the internet.",
    )
    allowed_hosts: str = Field(
        default="localhost 127.0.0.1 [::1]",
        description="Host names that the server answers to, separated by spaces: lens.example.org, *.example.org, or * "
        "for any; it always answers to the IP address of a connection.",
    )
    access_token: SecretStr = Field(
        default=SecretStr(""),
        description="Secret of at least 16 characters that every request but health checks needs: as a bearer token, "
        "or typed into the login page.",
    )
    embed_origins: str = Field(
        default="",
        description="Origins whose pages may show this one in a frame, separated by spaces: http://localhost:8888 for "
        "a notebook there.",
    )

    data_dir: Path = Field(default=Path("data"), description="Folder for traces and their requests.")
    store_url: str = Field(
        default="",
        description=f"Where traces and their requests are kept, as a URL: {store_urls.FORMS}.",
    )
    max_store_bytes: int = Field(
        default=8 * GIB,
        ge=MIB,
        description="Disk that the data folder may take; the traces used least recently go first, requests never.",
    )

    max_body_bytes: int = Field(default=32 * MIB, ge=1024, description="Largest request body, in bytes.")
    max_body_seconds: float = Field(
        default=15.0,
        gt=0,
        description="Seconds that the headers of a request may take to arrive, and then its body, plus one second for "
        "each `LSTM_LENS_MIN_BODY_RATE` bytes received.",
    )
    min_body_rate: int = Field(
        default=16 * 1024, ge=1, description="Slowest upload allowed, in bytes a second over the whole body."
    )
    max_upload_bytes: int = Field(
        default=256 * MIB, ge=1024, description="Largest file of weights that can be uploaded, in bytes."
    )
    max_upload_seconds: float = Field(
        default=30.0, gt=0, description="Seconds after which reading an uploaded file stops."
    )
    max_input_numbers: int = Field(
        default=2_000_000, ge=1, description="Most numbers that a table, an array or a text may become."
    )

    max_input_size: int | None = Field(default=None, ge=1, description="Largest input_size of a run.")
    max_hidden_size: int | None = Field(default=None, ge=1, description="Largest hidden_size of a run.")
    max_num_layers: int | None = Field(default=None, ge=1, description="Most layers of a run.")
    max_seq_len: int | None = Field(default=None, ge=1, description="Most timesteps of a run.")
    max_batch_size: int | None = Field(default=None, ge=1, description="Most samples of a run.")
    max_trace_bytes: int = Field(
        default=GIB, ge=MIB, description="Largest estimated peak memory of one run and its reply, in bytes."
    )
    max_work: int = Field(
        default=1_000_000_000_000, ge=10**6, description="Largest estimated work of one run, in multiply-adds."
    )
    max_page_bytes: int = Field(
        default=64 * MIB, ge=MIB, description="Largest page in one file, with its trace inside, in bytes."
    )
    max_export_bytes: int = Field(
        default=4 * GIB, ge=1024, description="Largest estimated file of numbers that is exported, in bytes."
    )

    workers: int = Field(
        default_factory=lambda: os.cpu_count() or 1,
        ge=0,
        description="Processes that compute runs (one for each core), and half as many more for long runs; with 0 the "
        "server computes them itself, without a deadline or a memory limit.",
    )
    max_worker_bytes: int = Field(
        default=4 * GIB,
        ge=64 * MIB,
        description="Memory that a worker may use for one run, beyond what it uses at its start, in bytes (Linux).",
    )
    max_run_seconds: float = Field(
        default=600.0, gt=0, description="Seconds after which a run is ended while its client waits for the reply."
    )
    max_long_run_seconds: float = Field(default=86_400.0, gt=0, description="Seconds after which a long run is ended.")
    max_waiting: int = Field(default=32, ge=1, description="Runs that may wait for a worker; one more is answered 503.")
    max_waiting_runs: int = Field(
        default=32, ge=1, description="Long runs that may run and wait at the same time; one more is answered 503."
    )
    max_corpus_runs: int = Field(
        default=1000,
        ge=1,
        le=1000,
        description="Runs of corpora that may run and wait at the same time, in addition; also the largest corpus.",
    )
    device: Literal["auto", "cpu", "cuda"] = Field(
        default="auto", description="Where torch computes: cpu, cuda, or auto for CUDA where there is one."
    )
    torch_threads: int = Field(default=1, ge=1, description="Threads that torch uses within one run.")

    broker_url: str = Field(
        default="",
        description="Redis in which long runs wait for the workers of `lstm-lens work`, as "
        "redis://HOST:PORT/NUMBER; without it the server computes them itself.",
    )
    queue_seconds: float = Field(
        default=2.0,
        gt=0,
        description="Estimated seconds from which on a run goes to the workers of the broker, if there is one.",
    )

    log_format: Literal["text", "json"] = Field(
        default="text", description="The log as plain lines, or as one JSON object a line."
    )
    drain_seconds: float = Field(
        default=0.0,
        ge=0,
        le=10,
        description="Seconds between SIGTERM, when /api/ready starts to answer 503, and the moment when the server "
        "stops accepting connections.",
    )

    @model_validator(mode="before")
    @classmethod
    def _takes_the_profile(cls, given: dict[str, Any]) -> dict[str, Any]:
        return {**PUBLIC, **given} if given.get("profile") == "public" else given

    @field_validator("allowed_hosts")
    @classmethod
    def _names_hosts(cls, hosts: str) -> str:
        if not hosts.split() or not all(_HOST.fullmatch(host) for host in hosts.split()):
            raise PydanticCustomError("allowed_hosts", "Input should be names without port, such as lens.example.org")
        return hosts

    @field_validator("broker_url")
    @classmethod
    def _names_a_broker(cls, url: str) -> str:
        if url and not re.match(r"rediss?://[^/]+", url):
            raise PydanticCustomError("broker_url", "Input should be nothing, or redis://HOST:PORT/NUMBER")
        return url

    @field_validator("access_token")
    @classmethod
    def _is_hard_to_guess(cls, token: SecretStr) -> SecretStr:
        if token.get_secret_value() and not _TOKEN.fullmatch(token.get_secret_value()):
            raise PydanticCustomError("access_token", "Input should be at least 16 printable characters, no space")
        return token

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
    """A setting that is valid by itself, but does not work at startup."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(f"{variable(field)}: {sentence}")


def exit_status(command: Callable[[], int]) -> int:
    """The exit status of a command; for invalid settings 2, and a line on stderr for each."""
    try:
        return command()
    except ValidationError as error:
        for fault in error.errors():
            sys.stderr.write(f"{variable(str(fault['loc'][0]))}: {fault['msg']}\n")
    except BadSetting as error:
        sys.stderr.write(f"{error}\n")
    return 2


def variable(field: str) -> str:
    """The environment variable that sets a field."""
    return PREFIX + field.upper()
