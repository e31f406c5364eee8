"""Test signals: each is a formula of the timestep t = 0, 1, ..., the same in every sample.

They are computed in float64 and rounded once to the dtype of the call, so that float32 and float64 get the same signal.
"""

from abc import abstractmethod
from math import pi
from typing import Annotated, Literal

import torch
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor

from .config import LSTMConfig, Size
from .errors import InvalidCall, Problem, problem
from .weights import MAX_SEED

#: Larger levels show nothing new about an LSTM; up to here each is a finite float32.
MAX_LEVEL = 1e6
#: Maximum length of a pattern.
MAX_PATTERN = 4096

Level = Annotated[float, Field(ge=-MAX_LEVEL, le=MAX_LEVEL)]
Period = Annotated[
    float, Field(ge=2.0, le=1e9, description="Timesteps of one wave: two at least, since none is between.")
]
Phase = Annotated[float, Field(ge=-1.0, le=1.0, description="Where in a wave t = 0 stands, in waves.")]


class Signal(BaseModel):
    """Common to all signals: T timesteps, N samples. `feature` alone has the signal, the others are 0; null: all have
    it."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)

    seq_len: Size = 32
    batch_size: Size = 1
    feature: int | None = Field(default=None, ge=0, description="The one feature that carries it; null: all of them.")

    def sizes(self, config: LSTMConfig) -> tuple[int, int | None]:
        """T and N. Raises InvalidCall for a feature or a timestep that is out of range."""
        if self.feature is not None and self.feature >= config.input_size:
            raise InvalidCall([_no_feature(config, "feature")])
        return self.seq_len, self.batch_size

    def make(self, config: LSTMConfig, dtype: torch.dtype) -> Tensor:
        """The input in the layout of the call: (T, N, I), or with batch_first (N, T, I)."""
        series = self.series(torch.arange(self.seq_len, dtype=torch.float64)).to(dtype)  # (T,)
        return _in_layout(series, self.feature, self.batch_size, config)

    @abstractmethod
    def series(self, t: Tensor) -> Tensor:
        """The signal at the timesteps t, both (T,) in float64."""


class _Placed(Signal):
    """A signal with an event at one timestep."""

    at: int = Field(default=4, ge=0, description="The timestep at which it begins.")

    def sizes(self, config: LSTMConfig) -> tuple[int, int | None]:
        if self.at >= self.seq_len:
            template = "Input should be below seq_len = {size}"
            raise InvalidCall([problem(("at",), "timestep_out_of_range", template, size=self.seq_len)])
        return super().sizes(config)


class ImpulseInput(_Placed):
    """x_t = amplitude for at <= t < at + width, else 0."""

    kind: Literal["impulse"]
    amplitude: Level = 1.0
    width: Size = 1

    def series(self, t: Tensor) -> Tensor:
        return ((t >= self.at) & (t < self.at + self.width)) * self.amplitude


class StepInput(_Placed):
    """x_t = low for t < at, high from t = at on."""

    kind: Literal["step"]
    low: Level = 0.0
    high: Level = 1.0

    def series(self, t: Tensor) -> Tensor:
        return torch.where(t < self.at, self.low, self.high).to(t.dtype)


class SineInput(Signal):
    """x_t = amplitude * sin(2 pi (t / period + phase))."""

    kind: Literal["sine"]
    amplitude: Level = 1.0
    period: Period = 12.0
    phase: Phase = 0.0

    def series(self, t: Tensor) -> Tensor:
        return self.amplitude * torch.sin(2 * pi * _wave(t, self.period, self.phase))


class SawtoothInput(Signal):
    """x_t = low + (high - low) * frac(t / period + phase): up from low in each wave, and back at its end."""

    kind: Literal["sawtooth"]
    low: Level = -1.0
    high: Level = 1.0
    period: Period = 12.0
    phase: Phase = 0.0

    def series(self, t: Tensor) -> Tensor:
        return self.low + (self.high - self.low) * _wave(t, self.period, self.phase)


class NoiseInput(BaseModel):
    """x = low + (high - low) * torch.rand of the call's shape, from a generator with that seed: uniform, below high."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)

    kind: Literal["noise"]
    seq_len: Size = 32
    batch_size: Size = 1
    low: Level = -1.0
    high: Level = 1.0
    seed: int = Field(default=0, ge=0, le=MAX_SEED)

    def sizes(self, config: LSTMConfig) -> tuple[int, int | None]:
        return self.seq_len, self.batch_size

    def make(self, config: LSTMConfig, dtype: torch.dtype) -> Tensor:
        batch_dims = (self.batch_size, self.seq_len) if config.batch_first else (self.seq_len, self.batch_size)
        generator = torch.Generator().manual_seed(self.seed)
        drawn = torch.rand(*batch_dims, config.input_size, generator=generator, dtype=dtype)
        return drawn.mul_(self.high - self.low).add_(self.low)


class OneHotInput(BaseModel):
    """x_t = amplitude at feature pattern[t mod length], else 0. pattern null is 0, 1, ..., input_size - 1."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)

    kind: Literal["one_hot"]
    seq_len: Size = 32
    batch_size: Size = 1
    amplitude: Level = 1.0
    pattern: list[Annotated[int, Field(ge=0)]] | None = Field(default=None, min_length=1, max_length=MAX_PATTERN)

    def sizes(self, config: LSTMConfig) -> tuple[int, int | None]:
        """T and N. Raises InvalidCall for an entry of the pattern that is out of range."""
        problems = [
            _no_feature(config, "pattern", k)
            for k, feature in enumerate(self.pattern or [])
            if feature >= config.input_size
        ]
        if problems:
            raise InvalidCall(problems)
        return self.seq_len, self.batch_size

    def make(self, config: LSTMConfig, dtype: torch.dtype) -> Tensor:
        t = torch.arange(self.seq_len)
        features = t % config.input_size if self.pattern is None else torch.tensor(self.pattern)[t % len(self.pattern)]
        rows = torch.zeros(self.seq_len, config.input_size, dtype=dtype)  # (T, I)
        rows[t, features] = self.amplitude
        return (
            rows.expand(self.batch_size, -1, -1).contiguous()
            if config.batch_first
            else _repeated(rows, self.batch_size)
        )


def _no_feature(config: LSTMConfig, *path: str | int) -> Problem:
    return problem(path, "feature_out_of_range", "Input should be below input_size = {size}", size=config.input_size)


def _wave(t: Tensor, period: float, phase: float) -> Tensor:
    """The phase of each timestep within its wave, in [0, 1)."""
    waves = t / period + phase
    return waves - torch.floor(waves)


def _repeated(rows: Tensor, batch_size: int) -> Tensor:
    """(T, I) as (T, N, I)."""
    return rows[:, None].expand(-1, batch_size, -1).contiguous()


def _in_layout(series: Tensor, feature: int | None, batch_size: int, config: LSTMConfig) -> Tensor:
    """A series (T,) in one feature, or in all, of all samples, in the layout of the call."""
    shape = (batch_size, len(series)) if config.batch_first else (len(series), batch_size)
    spread = series[None, :, None] if config.batch_first else series[:, None, None]
    x = series.new_zeros(*shape, config.input_size)
    x[..., slice(None) if feature is None else slice(feature, feature + 1)] = spread
    return x
