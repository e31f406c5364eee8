"""Recording: forward hooks on a real `nn.LSTM`, and every number inside computed from what it returned.

The hidden states that torch's fused kernel returns are the truth. Given them, h_{t-1} is known for every timestep, so
the pre-activations of all timesteps are one matrix product and the gates one elementwise pass; only the cell state
remains sequential, and that is elementwise too.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import replace
from threading import get_ident, local
from types import TracebackType
from typing import Any, Self

import torch
from torch import Generator, Tensor, nn
from torch.nn.modules.module import _has_any_global_hook
from torch.nn.utils.rnn import PackedSequence
from torch.utils.hooks import RemovableHandle

from ..config import LSTMConfig
from ..trace import CellTrace, Parity, Trace
from ..weights import cell_parameters, used_parameters
from .call import Call, State, check_call, check_hooked, packed
from .cell_run import CellRun
from .layers import LayerByLayer, LayerRun, values
from .open_cell import open_cell


@torch.no_grad()
def record(
    lstm: nn.LSTM,
    x: Tensor,
    hx: State | None = None,
    lengths: Sequence[int] | None = None,
    *,
    dropout_seed: int | None = None,
    pre_activations: bool = False,
) -> Trace:
    """Run `lstm` on `x` and return every number of the run.

    x: (T, I), (T, N, I), or with batch_first (N, T, I). hx: (h_0, c_0) in torch's shapes, zeros if None.
    lengths: valid timesteps of each sample, which makes the call one on a packed sequence; None means all T.
    dropout_seed: for an LSTM in training mode, draw the masks between its layers from this seed and leave the global
    generator alone; they are those of `torch.manual_seed(dropout_seed)` before the call.
    pre_activations: keep z_i, z_f, z_g and z_o of every cell too.
    The trace shares the memory of x, hx and the parameters: it is true as long as they are not changed in place.

    Raises InvalidCall for shapes, dtypes and lengths that do not fit, before torch sees them.
    """
    config = check_call(lstm, x, hx, lengths)
    seq_len = x.shape[1] if x.dim() == 3 and config.batch_first else x.shape[0]
    generator = None if dropout_seed is None else torch.Generator(x.device).manual_seed(dropout_seed)
    source = packed(config, x, lengths)
    if lstm._forward_pre_hooks or lstm._forward_hooks or _has_any_global_hook():
        recorder = Recorder(lstm, pre_activations=pre_activations, seq_len=seq_len, generator=generator)
        recorder._thread = get_ident()
        with recorder:
            lstm(source, hx)
        trace = recorder.traces[""][0]
    else:  # no other hook sees the call, or can change what it read and returned
        with _watched(lstm, generator) as layers:
            result = _hooked_call(lstm, source, hx)
        trace = _opened(lstm, Call.of(config, source, hx, seq_len), result, layers, pre_activations)
    if lengths is None:
        return trace
    return replace(trace, input=Call.of(config, x, None, None).x)  # with the padding as it was given


def _hooked_call(lstm: nn.LSTM, source: Tensor | PackedSequence, hx: State | None) -> Any:
    """The result of `lstm(source, hx)` as a forward hook sees it, in this thread."""
    found: list[Any] = []
    thread = get_ident()

    def after(module: nn.Module, args: Any, result: Any) -> None:
        if get_ident() == thread:
            found.append(result)

    handle = lstm.register_forward_hook(after)
    try:
        lstm(source, hx)
    finally:
        handle.remove()
    return found[0]


class Recorder:
    """Records every call of every `nn.LSTM` inside a module during the `with` block, in any thread.

    `traces` maps a module's path (`""` for the model itself) to the traces of its calls, in order. The outputs of the
    model, its gradients and its random state are unchanged, and all hooks are removed, also after an exception. A call
    on a packed sequence that does not fit, which torch would not notice, raises InvalidCall.

    pre_activations: keep z_i, z_f, z_g and z_o of every cell too.
    seq_len: the timesteps that packed sequences are padded to in the traces; those of the longest sample if None.
    generator: the source of dropout masks between layers; the global generator if None.
    """

    def __init__(
        self,
        model: nn.Module,
        *,
        pre_activations: bool = False,
        seq_len: int | None = None,
        generator: Generator | None = None,
    ) -> None:
        self.traces: dict[str, list[Trace]] = {}
        self._model = model
        self._pre_activations = pre_activations
        self._seq_len = seq_len
        self._generator = generator
        self._thread: int | None = None  # the only one whose calls are recorded
        self._parameters: dict[str, Mapping[str, Tensor]] = {}  # of the latest call, by path
        self._handles: list[RemovableHandle] = []
        self._calls = _Calls()

    def __enter__(self) -> Self:
        for path, module in self._model.named_modules():
            if isinstance(module, nn.LSTM):
                self._attach(path, module)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        while self._calls.running:  # calls whose hook did not run, as after a keyboard interrupt
            self._leave()
        for handle in self._handles:
            handle.remove()
        self._handles.clear()

    def _attach(self, path: str, lstm: nn.LSTM) -> None:
        # torch may leave kwargs out for another thread's call that starts while the hooks are registered.
        def before(module: nn.Module, args: tuple[Any, ...], *rest: Any) -> None:
            if self._thread not in (None, get_ident()):
                return
            (kwargs,) = rest
            check_hooked(lstm, *args, **kwargs)
            ending = ExitStack()
            self._calls.running.append((lstm, ending.enter_context(_watched(lstm, self._generator)), ending))

        def after(module: nn.Module, args: tuple[Any, ...], *rest: Any) -> None:
            running = self._calls.running
            if not running or running[-1][0] is not lstm:  # refused before it began, or another thread's
                return
            kwargs, result = rest
            layers = self._leave()
            if result is not None:  # else the call raised
                with torch.no_grad():
                    trace = self._trace(path, lstm, args, kwargs, result, layers)
                self.traces.setdefault(path, []).append(trace)

        self._handles.append(lstm.register_forward_pre_hook(before, with_kwargs=True))
        # before other hooks, which may return something else
        self._handles.append(lstm.register_forward_hook(after, with_kwargs=True, always_call=True, prepend=True))

    def _leave(self) -> LayerByLayer | None:
        """End the innermost call."""
        _, layers, ending = self._calls.running.pop()
        ending.close()
        return layers

    def _trace(
        self,
        path: str,
        lstm: nn.LSTM,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        result: Any,
        layers: LayerByLayer | None,
    ) -> Trace:
        call = Call.of(LSTMConfig.of(lstm), *_arguments(*args, **kwargs), self._seq_len)
        # the model may change its tensors in place
        call = replace(call, x=call.x.clone(), h_0=call.h_0.clone(), c_0=call.c_0.clone())
        trace = _opened(lstm, call, result, layers, self._pre_activations)
        self._parameters[path] = parameters = _copied(trace.parameters, self._parameters.get(path, {}))
        output, h_n, c_n = (value.clone() for value in (trace.output, trace.h_n, trace.c_n))
        return replace(trace, output=output, h_n=h_n, c_n=c_n, parameters=parameters)


class _Calls(local):
    """The active calls of a thread: one, except for nested calls."""

    def __init__(self) -> None:
        self.running: list[tuple[nn.LSTM, LayerByLayer | None, ExitStack]] = []


def _copied(parameters: Mapping[str, Tensor], earlier: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
    """Copies of parameters, which training may change; those of an earlier call if they are still equal."""

    def same(name: str, value: Tensor) -> bool:
        found = earlier.get(name)
        return found is not None and found.device == value.device and torch.equal(found, value)

    return {name: earlier[name] if same(name, value) else value.clone() for name, value in parameters.items()}


def _arguments(input: Any, hx: State | None = None) -> tuple[Any, State | None]:  # named as in nn.LSTM.forward
    return input, hx


def _watched(lstm: nn.LSTM, generator: Generator | None) -> AbstractContextManager[LayerByLayer | None]:
    """The context that a call of `lstm` runs in; with one layer there is nothing between layers to record."""
    return LayerByLayer(generator) if lstm.num_layers > 1 else nullcontext()


def _opened(lstm: nn.LSTM, call: Call, result: Any, layers: LayerByLayer | None, pre_activations: bool) -> Trace:
    """The trace of a call, computed outside of autocast."""
    device = call.x.device.type
    if torch.amp.is_autocast_available(device) and torch.is_autocast_enabled(device):
        with torch.autocast(device, enabled=False):
            return _open(lstm, call, result, layers, pre_activations, torch.get_autocast_dtype(device))
    return _open(lstm, call, result, layers, pre_activations)


def _open(
    lstm: nn.LSTM,
    call: Call,
    result: Any,
    layers: LayerByLayer | None,
    pre_activations: bool,
    autocast: torch.dtype | None = None,
) -> Trace:
    """Open every cell of every layer. autocast: the dtype that torch computed in, if not that of the parameters."""
    config = call.config
    returned, (h_n, c_n) = result
    output, h_n, c_n = values(call.padded(returned)), values(h_n), values(c_n)
    if layers is None:
        runs = [LayerRun(call.x, call.time_major(output), None)]
    else:
        runs = [call.padded_run(run) for run in layers.runs]
    parameters = used_parameters(lstm)
    states = (call.h_0, call.c_0, call.batched(h_n), call.batched(c_n))  # (L*D, N, size)
    first_h, first_c, last_h, last_c = (state.unbind(0) for state in states)
    lengths = None if call.lengths is None else torch.tensor(call.lengths, device=call.x.device)
    cells: list[CellTrace] = []
    parities: list[Parity] = []
    for layer, run in enumerate(runs):
        of_layer = []
        for d, direction in enumerate(config.directions):
            own = cell_parameters(parameters, layer, direction)
            hidden = run.output
            if config.bidirectional:
                hidden = hidden.narrow(-1, d * config.h_size, config.h_size)
            k = len(cells)
            around = first_h[k], first_c[k], last_h[k], last_c[k]
            of_cell = CellRun(layer, direction, own, run.x, hidden, *around, lengths)
            if autocast is not None:
                of_cell = of_cell.widened(autocast)
            found, parity = open_cell(of_cell, pre_activations=pre_activations)
            cells.append(found)
            of_layer.append(parity)
        parities.append(Parity.worst(of_layer))
    return Trace(
        config=config,
        input=call.x,
        cells=tuple(cells),
        output=output,
        h_n=h_n,
        c_n=c_n,
        parameters=parameters,
        layer_parities=tuple(parities),
        lengths=call.lengths,
        dropout_masks={layer: run.mask for layer, run in enumerate(runs) if run.mask is not None},
    )
