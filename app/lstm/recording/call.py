"""One call of an `nn.LSTM`: validated before torch gets it, and brought to one layout."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

from ..config import LSTMConfig
from ..errors import InvalidCall, Problem, problem, wrong_shape
from .layers import LayerRun, values

State = tuple[Tensor, Tensor]


def check_call(lstm: nn.LSTM, x: Tensor, hx: State | None = None, lengths: Sequence[int] | None = None) -> LSTMConfig:
    """Raise InvalidCall unless `lstm(x, hx)` is a call that `nn.LSTM` documents; returns its configuration.

    torch checks some of this itself, but not for packed sequences, nor the parameters, and then crashes the process
    or returns plausible but wrong numbers.
    """
    config = LSTMConfig.of(lstm)
    problems = _parameter_problems(lstm, config) or _input_problems(lstm, config, x)
    if not problems:
        batch_size = None if x.dim() == 2 else x.shape[0 if config.batch_first else 1]
        seq_len = x.shape[1] if x.dim() == 3 and config.batch_first else x.shape[0]
        problems = _hx_problems(lstm, config, batch_size, hx) + length_problems(seq_len, batch_size, lengths)
    if problems:
        raise InvalidCall(problems)
    return config


def check_hooked(lstm: nn.LSTM, input: object, hx: State | None = None) -> None:  # named as in nn.LSTM.forward
    """Check only what torch does not: the parameters, and everything about a call on a packed sequence."""
    config = LSTMConfig.of(lstm)
    problems = _parameter_problems(lstm, config)
    if isinstance(input, PackedSequence) and not problems:
        problems = _input_problems(lstm, config, input.data)
        problems = problems or _hx_problems(lstm, config, int(input.batch_sizes[0]), hx)
    if problems:
        raise InvalidCall(problems)


def _hx_problems(lstm: nn.LSTM, config: LSTMConfig, batch_size: int | None, hx: object) -> list[Problem]:
    if hx is None:
        return []
    if not isinstance(hx, tuple | list) or len(hx) != 2 or not all(isinstance(state, Tensor) for state in hx):
        return [problem(("hx",), "pair", "Expected two tensors, h_0 and c_0")]
    states = dict(zip(("h_0", "c_0"), hx, strict=True))
    problems = state_problems(config, batch_size, {name: tuple(state.shape) for name, state in states.items()})
    return problems + [p for name, state in states.items() for p in _dtype_problems(lstm, (name,), state)]


@lru_cache
def _expected_shapes(config: LSTMConfig) -> dict[str, tuple[int, ...]]:
    return config.parameter_shapes()


def _parameter_problems(lstm: nn.LSTM, config: LSTMConfig) -> list[Problem]:
    """Problems of the parameters, except parametrized ones, since reading one computes it."""
    parametrizations = lstm._modules.get("parametrizations")
    computed = parametrizations if isinstance(parametrizations, nn.ModuleDict) else ()
    problems = []
    for name, shape in _expected_shapes(config).items():
        found = lstm._parameters.get(name)
        if (found is not None and found.shape == shape) or name in computed:
            continue
        found = getattr(lstm, name, None) if found is None else found  # a hook may keep a tensor there
        if not isinstance(found, Tensor) or found.shape != shape:
            problems.append(wrong_shape((name,), shape, found.shape if isinstance(found, Tensor) else ()))
    return problems


def _input_problems(lstm: nn.LSTM, config: LSTMConfig, x: Tensor) -> list[Problem]:
    if x.dim() not in (2, 3):
        return [problem(("input",), "rank", "Expected 2 axes (unbatched) or 3 (a batch), found {found}", found=x.dim())]
    if x.shape[-1] != config.input_size:
        sizes = {"expected": config.input_size, "found": x.shape[-1]}
        return [problem(("input",), "features", "Expected {expected} features, found {found}", **sizes)]
    if 0 in x.shape:
        return [problem(("input",), "empty_call", "Expected at least one timestep and one sample")]
    return _dtype_problems(lstm, ("input",), x)


def _dtype_problems(lstm: nn.LSTM, path: tuple[str, ...], tensor: Tensor) -> list[Problem]:
    expected = lstm._flat_weights[0]
    assert isinstance(expected, Tensor)
    if tensor.dtype != expected.dtype:
        dtypes = {"expected": str(expected.dtype), "found": str(tensor.dtype)}
        return [problem(path, "dtype", "Expected dtype {expected}, found {found}", **dtypes)]
    if tensor.device != expected.device:
        devices = {"expected": str(expected.device), "found": str(tensor.device)}
        return [problem(path, "device", "Expected device {expected}, found {found}", **devices)]
    return []


def state_problems(config: LSTMConfig, batch_size: int | None, shapes: Mapping[str, tuple[int, ...]]) -> list[Problem]:
    """Problems with the shapes of the given ones of h_0 and c_0. They are never batch-first."""
    return [
        wrong_shape((name,), shape, shapes[name])
        for name, shape in config.state_shapes(batch_size).items()
        if name in shapes and tuple(shapes[name]) != shape
    ]


def length_problems(seq_len: int, batch_size: int | None, lengths: Sequence[int] | None) -> list[Problem]:
    """Problems with the valid timesteps per sample; torch compares none of them with the data."""
    if lengths is None:
        return []
    if batch_size is None:
        return [problem(("lengths",), "unbatched", "Lengths need a batch; this input is unbatched")]
    if len(lengths) != batch_size:
        template = "Expected one length for each of the {expected} samples, found {found}"
        return [problem(("lengths",), "length_count", template, expected=batch_size, found=len(lengths))]
    return [
        problem(("lengths", k), "length", "Expected 1 to {most} timesteps", most=seq_len)
        for k, length in enumerate(lengths)
        if not 1 <= length <= seq_len
    ]


def packed(config: LSTMConfig, x: Tensor, lengths: Sequence[int] | None) -> Tensor | PackedSequence:
    """The argument for `nn.LSTM` of a call with `lengths`; `x` itself without."""
    if lengths is None:
        return x
    return pack_padded_sequence(x, torch.tensor(lengths), batch_first=config.batch_first, enforce_sorted=False)


@dataclass(frozen=True)
class Call:
    """A call in one layout, always batched: x (T, N, I) time-major, h_0 (L*D, N, R), c_0 (L*D, N, H)."""

    config: LSTMConfig
    x: Tensor
    h_0: Tensor
    c_0: Tensor
    lengths: tuple[int, ...] | None
    unbatched: bool
    packed: PackedSequence | None

    @classmethod
    def of(cls, config: LSTMConfig, source: Tensor | PackedSequence, hx: State | None, seq_len: int | None) -> "Call":
        """The call `lstm(source, hx)`. A packed source is padded to `seq_len`, or to its longest sample."""
        lengths, original = None, None
        if isinstance(source, PackedSequence):
            original = source
            source, found = pad_packed_sequence(source, config.batch_first, total_length=seq_len)
            lengths = tuple(found.tolist())
        unbatched = source.dim() == 2
        source = values(source)
        x = source.unsqueeze(1) if unbatched else source.transpose(0, 1) if config.batch_first else source
        if hx is None:
            cells = config.num_layers * len(config.directions)
            c_0 = x.new_zeros(cells, x.shape[1], config.hidden_size)
            h_0 = c_0[..., : config.proj_size] if config.proj_size else c_0
        else:
            h_0, c_0 = (values(state).unsqueeze(1) if unbatched else values(state) for state in hx)
        return cls(config, x, h_0, c_0, lengths, unbatched, original)

    def padded(self, output: Tensor | PackedSequence) -> Tensor:
        """torch's output, a packed one padded with zeros as `pad_packed_sequence` does."""
        if isinstance(output, PackedSequence):
            return pad_packed_sequence(output, self.config.batch_first, total_length=self.x.shape[0])[0]
        return output

    def time_major(self, output: Tensor) -> Tensor:
        """torch's output as (T, N, size)."""
        return self.batched(output) if self.unbatched or not self.config.batch_first else output.transpose(0, 1)

    def batched(self, state: Tensor) -> Tensor:
        """torch's h_n or c_n with a batch axis."""
        return state.unsqueeze(1) if self.unbatched else state

    def padded_run(self, run: LayerRun) -> LayerRun:
        """A layer's run with tensors (T, N, size), also for a packed sequence, padded with zeros."""
        if self.packed is None:
            return run
        tensors = (run.x, run.output, run.mask)
        return LayerRun(*(None if data is None else self._padded_data(data) for data in tensors))  # type: ignore[arg-type]

    def _padded_data(self, data: Tensor) -> Tensor:
        assert self.packed is not None
        return pad_packed_sequence(self.packed._replace(data=data), total_length=self.x.shape[0])[0]
