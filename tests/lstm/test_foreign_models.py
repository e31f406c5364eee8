"""Recording inside models that somebody else wrote, in every mode they run in, without a trace left in them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from itertools import product
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils import parametrizations
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

from lstm_lens.lstm import InvalidCall, Recorder, Trace, record

MODES: dict[str, Callable[[], AbstractContextManager[Any]]] = {
    "no_grad": torch.no_grad,
    "inference_mode": torch.inference_mode,
    "gradients": torch.enable_grad,
}


class EncoderDecoder(nn.Module):
    """A translator: the decoder starts from the encoder's states and takes its own last output, one step at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.LSTM(3, 6, num_layers=2, dropout=0.4, batch_first=True)
        self.decoder = nn.LSTM(2, 6, num_layers=2, dropout=0.4, batch_first=True, proj_size=0)
        self.out = nn.Linear(6, 2)

    def forward(self, x: Tensor) -> Tensor:
        _, states = self.encoder(x)
        token = x.new_zeros(x.shape[0], 1, 2)
        tokens = []
        for _ in range(3):
            decoded, states = self.decoder(token, states)
            token = self.out(decoded)
            tokens.append(token)
        return torch.cat(tokens, dim=1)


class Shared(nn.Module):
    """One LSTM under two names, called twice, among other layers, and another in a list."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(4, 4, bidirectional=True, proj_size=2)
        self.again = self.lstm
        self.others = nn.ModuleList([nn.LSTM(4, 3, num_layers=3, dropout=0.2)])

    def forward(self, x: Tensor) -> Tensor:
        once, states = self.lstm(x)
        twice, _ = self.again(torch.tanh(once), hx=states)
        return self.others[0](input=twice)[0].relu()


def inputs(model: nn.Module) -> Tensor:
    shape = (2, 7, 3) if isinstance(model, EncoderDecoder) else (7, 2, 4)
    return torch.randn(shape, generator=torch.Generator().manual_seed(4))


def run(model: nn.Module, mode: str, recording: bool) -> tuple[Tensor, Tensor, list[Tensor], dict[str, list[Trace]]]:
    """The output, the random state after it, the gradients, and what was recorded."""
    model.zero_grad()
    torch.manual_seed(7)
    recorder = Recorder(model)
    with MODES[mode]():
        if recording:
            with recorder:
                output = model(inputs(model))
        else:
            output = model(inputs(model))
    after = torch.get_rng_state()
    if mode == "gradients":
        output.square().sum().backward()
    gradients = [parameter.grad.clone() for parameter in model.parameters() if parameter.grad is not None]
    return output.detach().clone(), after, gradients, recorder.traces


@pytest.mark.parametrize(("kind", "mode", "training"), list(product((EncoderDecoder, Shared), MODES, (False, True))))
def test_outputs_gradients_and_random_state_are_those_without_recording(
    kind: type[nn.Module], mode: str, training: bool
) -> None:
    torch.manual_seed(1)
    model = kind().train(training)
    plain, recorded = run(model, mode, recording=False), run(model, mode, recording=True)
    assert torch.equal(plain[0], recorded[0])
    assert torch.equal(plain[1], recorded[1])
    assert len(plain[2]) == len(recorded[2])
    assert all(torch.equal(a, b) for a, b in zip(plain[2], recorded[2], strict=True))
    calls = {path: len(traces) for path, traces in recorded[3].items()}
    assert calls == ({"encoder": 1, "decoder": 3} if kind is EncoderDecoder else {"lstm": 2, "others.0": 1})
    for traces in recorded[3].values():
        for trace in traces:
            assert trace.parity.ok
            assert not any(value.requires_grad for cell in trace.cells for value in cell.quantities().values())
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())


def test_each_call_continues_from_the_states_that_it_was_given() -> None:
    torch.manual_seed(1)
    model = EncoderDecoder().eval()
    _, _, _, traces = run(model, "no_grad", recording=True)
    first, second = traces["decoder"][:2]
    for layer in range(2):
        start = first.cell(layer, "forward")
        assert torch.equal(start.h_0, traces["encoder"][0].cell(layer, "forward").h[-1])
        assert torch.equal(second.cell(layer, "forward").h_0, start.h[-1])


@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize(  # torch packs increasing lengths only where it may sort them
    ("lengths", "enforce_sorted"),
    [([6, 4, 1], False), ([6, 4, 1], True), ([5, 5, 5], False), ([5, 5, 5], True), ([2, 6, 4], False)],
)
@pytest.mark.parametrize("given", [False, True])
def test_packed_sequences_are_as_if_each_sample_were_run_alone(
    enforce_sorted: bool, batch_first: bool, lengths: list[int], given: bool
) -> None:
    torch.manual_seed(2)
    lstm = nn.LSTM(3, 4, num_layers=2, bidirectional=True, batch_first=batch_first, dtype=torch.float64)
    x = torch.randn(6, 3, 3, dtype=torch.float64)
    hx = (torch.randn(4, 3, 4, dtype=torch.float64), torch.randn(4, 3, 4, dtype=torch.float64)) if given else None
    source = x.transpose(0, 1) if batch_first else x
    packed = pack_padded_sequence(source, torch.tensor(lengths), batch_first, enforce_sorted)
    with torch.no_grad(), Recorder(lstm) as recorder:
        output, (h_n, c_n) = lstm(packed, hx)
    assert isinstance(output, PackedSequence)
    (trace,) = recorder.traces[""]
    assert trace.lengths == tuple(lengths)
    assert trace.parity.ok
    assert torch.equal(trace.output, pad_packed_sequence(output, batch_first)[0])
    assert torch.equal(trace.h_n, h_n)
    assert torch.equal(trace.c_n, c_n)
    for sample, length in enumerate(lengths):
        own = None if hx is None else (hx[0][:, sample], hx[1][:, sample])
        alone = record(lstm, x[:length, sample], own)
        for cell, expected in zip(trace.cells, alone.cells, strict=True):
            for name, value in cell.quantities().items():
                torch.testing.assert_close(value[:length, sample], expected.quantity(name)[:, 0], rtol=0, atol=1e-12)
                assert value[length:, sample].isnan().all()


PARAMETRIZATIONS: dict[str, Callable[[nn.Module], object]] = {
    "weight_norm": lambda lstm: parametrizations.weight_norm(lstm, "weight_hh_l0"),
    "orthogonal": lambda lstm: parametrizations.orthogonal(lstm, "weight_hh_l0"),
    "spectral_norm": lambda lstm: parametrizations.spectral_norm(lstm, "weight_hh_l0"),
    "two": lambda lstm: parametrizations.weight_norm(parametrizations.weight_norm(lstm, "weight_ih_l1"), "bias_ih_l0"),
}


@pytest.mark.parametrize("name", PARAMETRIZATIONS)
@pytest.mark.parametrize("training", [False, True])
def test_parametrized_weights_are_those_that_the_call_used(name: str, training: bool) -> None:
    def build() -> nn.Module:
        torch.manual_seed(5)
        model = nn.Sequential(nn.LSTM(3, 4, num_layers=2))
        PARAMETRIZATIONS[name](model[0])
        return model.train(training)

    x = torch.randn(6, 2, 3, generator=torch.Generator().manual_seed(3))
    plain, recorded = build(), build()
    expected = plain(x)[0]
    with Recorder(recorded) as recorder:
        output = recorded(x)[0]
    assert torch.equal(output, expected)
    assert all(
        torch.equal(a, b) for a, b in zip(plain.state_dict().values(), recorded.state_dict().values(), strict=True)
    )
    (trace,) = recorder.traces["0"]
    assert trace.parity.ok
    assert list(trace.parameters) == list(trace.config.parameter_shapes())
    assert {key: tuple(value.shape) for key, value in trace.parameters.items()} == trace.config.parameter_shapes()
    assert record(recorded[0].eval(), x).parity.ok


class Raises(nn.Module):
    """An LSTM whose model fails after it, before it or in a hook."""

    def __init__(self, where: str) -> None:
        super().__init__()
        self.outer = nn.LSTM(3, 4, num_layers=2)
        self.inner = nn.LSTM(4, 3, num_layers=2)
        self.where = where
        if where == "hook":
            self.outer.register_forward_hook(self.hook)

    def hook(self, module: nn.Module, args: object, output: tuple[Tensor, object]) -> None:
        self.inner(output[0])
        self.inner(torch.zeros(2, 2, 9))  # torch raises

    def forward(self, x: Tensor) -> Tensor:
        encoded, _ = self.outer(x)
        if self.where == "interrupt":
            self.inner.register_forward_pre_hook(interrupt)
        if self.where == "after":
            raise LookupError
        return self.inner(encoded)[0]


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("where", "error"), [("after", LookupError), ("hook", RuntimeError), ("interrupt", KeyboardInterrupt)]
)
def test_an_exception_passes_through_and_leaves_nothing_behind(where: str, error: type[BaseException]) -> None:
    model = Raises(where)
    x = torch.zeros(5, 2, 3)
    with pytest.raises(error), Recorder(model) as recorder:
        model(x)
    assert len(recorder.traces["outer"]) == 1
    assert not model.inner._forward_hooks
    assert not model.outer._forward_pre_hooks
    assert not torch.overrides._get_current_function_mode_stack()
    assert record(nn.LSTM(3, 4, num_layers=2), x).parity.ok


def test_an_exception_inside_one_call_leaves_the_recorder_working() -> None:
    lstm = nn.LSTM(3, 4, num_layers=2)
    with Recorder(lstm) as recorder:
        with pytest.raises(RuntimeError):
            lstm(torch.zeros(5, 2, 9))
        with pytest.raises(InvalidCall):
            lstm(pack_padded_sequence(torch.zeros(5, 2, 9), torch.tensor([5, 5])))
        lstm(torch.zeros(5, 2, 3))
    assert len(recorder.traces[""]) == 1


def test_recorders_within_one_another_record_the_same() -> None:
    lstm = nn.LSTM(3, 4, num_layers=2)
    with Recorder(lstm) as outer, Recorder(nn.Sequential(lstm)) as inner:
        lstm(torch.randn(5, 2, 3))
    assert torch.equal(outer.traces[""][0].cells[1].c, inner.traces["0"][0].cells[1].c)
    assert not torch.overrides._get_current_function_mode_stack()


def test_a_hook_that_changes_the_output_does_not_change_what_is_recorded() -> None:
    lstm = nn.LSTM(3, 4)
    lstm.register_forward_hook(lambda module, args, output: output[0] * 2)
    with torch.no_grad(), Recorder(lstm) as recorder:
        doubled = lstm(torch.randn(5, 2, 3))
    assert torch.equal(recorder.traces[""][0].output * 2, doubled)
    assert recorder.traces[""][0].parity.ok


def test_the_two_sides_of_a_weight_dropout_module_are_recorded() -> None:
    """fastai's WeightDropout keeps the raw weight beside the LSTM and sets a plain tensor before each call."""
    lstm = nn.LSTM(3, 4)
    raw = nn.Parameter(lstm.weight_hh_l0.detach().clone())
    del lstm._parameters["weight_hh_l0"]

    def drop(module: nn.Module, args: object) -> None:
        module.weight_hh_l0 = nn.functional.dropout(raw, 0.5)

    lstm.register_forward_pre_hook(drop)
    with Recorder(lstm) as recorder:
        lstm(torch.randn(5, 2, 3))
    (trace,) = recorder.traces[""]
    assert trace.parity.ok
    assert 0.0 in trace.parameters["weight_hh_l0"]


def test_threads_that_share_an_lstm_record_their_own_calls() -> None:
    lstm = nn.LSTM(3, 8, num_layers=2)
    inputs = [torch.full((20, 2, 3), float(k)) for k in range(100)]
    with torch.no_grad():
        expected = [lstm(x)[0] for x in inputs]
    with ThreadPoolExecutor(4) as pool:
        traces = list(pool.map(lambda x: record(lstm, x), inputs))
    for x, output, trace in zip(inputs, expected, traces, strict=True):
        assert torch.equal(trace.input, x)
        assert torch.equal(trace.output, output)
        assert trace.parity.ok
    assert not lstm._forward_hooks


def test_calls_in_several_threads_are_all_recorded() -> None:
    lstm = nn.LSTM(3, 8, num_layers=2)
    inputs = [torch.full((20, 2, 3), float(k)) for k in range(50)]
    with Recorder(lstm) as recorder, ThreadPoolExecutor(4) as pool:
        list(pool.map(lstm, inputs))
    traces = {int(trace.input[0, 0, 0]): trace for trace in recorder.traces[""]}
    assert len(traces) == len(recorder.traces[""]) == 50
    for k, x in enumerate(inputs):
        assert torch.equal(traces[k].output, lstm(x)[0])
        assert traces[k].parity.ok


def test_what_a_model_changes_in_place_after_a_call_does_not_change_its_trace() -> None:
    lstm = nn.LSTM(3, 3, batch_first=True)
    x, h, c = torch.ones(2, 5, 3), torch.zeros(1, 2, 3), torch.zeros(1, 2, 3)
    before = {name: value.detach().clone() for name, value in lstm.named_parameters()}
    with torch.no_grad(), Recorder(lstm) as recorder:
        output, (h_n, c_n) = lstm(x, (h, c))
        h.copy_(h_n)  # states that live in a buffer
        c.copy_(c_n)
        x += output  # a residual connection
        lstm.bias_ih_l0.data += 1.0  # training
        lstm.weight_hh_l0.mul_(2.0)
        lstm(x, (h, c))
    first, second = recorder.traces[""]
    assert torch.equal(first.input, torch.ones(5, 2, 3))
    assert not first.cells[0].h_0.any()
    assert not first.cells[0].c_0.any()
    assert all(torch.equal(first.parameters[name], value) for name, value in before.items())
    assert all(torch.equal(second.parameters[name], value) for name, value in lstm.named_parameters())
    assert first.parameters["weight_ih_l0"] is second.parameters["weight_ih_l0"]  # one copy of what stays


def test_a_hook_that_changes_the_output_in_place_does_not_change_what_is_recorded() -> None:
    lstm = nn.LSTM(3, 4)
    lstm.register_forward_hook(lambda module, args, output: output[0].mul_(2))
    trace = record(lstm, torch.randn(5, 2, 3))
    assert torch.equal(trace.output, trace.cells[0].h)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("options", [{}, {"num_layers": 2, "dropout": 0.5}, {"bidirectional": True}])
def test_a_model_under_autocast_runs_as_without_recording(dtype: torch.dtype, options: dict[str, Any]) -> None:
    lstm = nn.LSTM(3, 64, proj_size=8, **options)  # with projection, since oneDNN needs processors that have the dtype
    x = torch.randn(30, 2, 3)

    def output() -> Tensor:
        torch.manual_seed(3)
        with torch.autocast("cpu", dtype=dtype):
            found: Tensor = lstm(x)[0]
        return found

    plain = output()
    with Recorder(lstm) as recorder:
        recorded = output()
    assert recorded.dtype is dtype
    assert torch.equal(plain, recorded)
    (trace,) = recorder.traces[""]
    assert trace.parity.ok
    assert trace.cells[0].c.dtype is torch.float32


def test_sizes_that_torch_takes_as_numpy_has_them_are_taken() -> None:
    lstm = nn.LSTM(3, 4, num_layers=np.int64(2))  # type: ignore[arg-type]
    assert record(lstm, torch.randn(5, 2, 3)).parity.ok
