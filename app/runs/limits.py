"""Limits on the cost of runs and replies: estimates from sizes alone, compared with settings before anything starts."""

from ..core.errors import TooLarge
from ..core.settings import Settings, variable
from ..lstm import LSTMConfig, Trace, problem
from ..lstm.cost import Cost, Sent, bytes_sent, estimate
from ..lstm.recording.streaming import chunk_length
from ..schemas import TraceRequest, Window

#: Estimated multiply-adds that a worker does in a second: measured on one core with nine runs of 0.02 to 8.5 s, of 1 to
#: 64 samples and 8 to 1024 units, which did 0.8 to 1.7 times that many.
WORK_PER_SECOND = 10_000_000_000

Sizes = dict[tuple[str, ...], int]  # by their path in the request


def check_cost(request: TraceRequest, settings: Settings, sent: Sent) -> None:
    """Raise TooLarge for a run above a limit, with what is needed to correct it.

    The problems are at each size above its own limit, or at the size that contributes most to an estimate above a
    limit.
    """
    sizes = _sizes(request)
    _check_sizes(request, sizes, settings)
    cost = cost_of(request, sent)
    place = _place(request, _largest(request, sizes, sent))
    problems = []
    if cost.memory > settings.max_trace_bytes:
        values = _estimate(cost.memory, settings, "max_trace_bytes")
        if sent != "nothing" and can_stream(request):
            template = (
                "This run is estimated at {needed} of memory, above the limit of {limit}. Fewer timesteps, samples, "
                "units or layers make it smaller; {setting} raises the limit; with the header 'Prefer: respond-async' "
                "a long trace is recorded to disk and read in windows"
            )
            problems.append(problem(place, "memory_above_limit_at_once", template, **values))
        else:
            template = (
                "This run is estimated at {needed} of memory, above the limit of {limit}. Fewer timesteps, samples, "
                "units or layers make it smaller; {setting} raises the limit"
            )
            problems.append(problem(place, "memory_above_limit", template, **values))
    if cost.work > settings.max_work:
        template = (
            "This run is estimated at {needed} multiply-adds, above the limit of {limit}. Fewer timesteps, samples, "
            "units or layers make it smaller; {setting} raises the limit"
        )
        problems.append(problem(place, "work_above_limit", template, **_estimate(cost.work, settings, "max_work", "")))
    if cost.disk > settings.max_store_bytes:
        template = (
            "This run is estimated at {needed} of disk, above the limit of {limit}. Fewer timesteps, samples, "
            "units or layers make it smaller; {setting} raises the limit"
        )
        values = _estimate(cost.disk, settings, "max_store_bytes")
        problems.append(problem(place, "disk_above_limit", template, **values))
    if problems:
        raise TooLarge(*problems)


def cost_of(request: TraceRequest, sent: Sent) -> Cost:
    """The estimated cost of a run and its reply."""
    return _cost(request, _sizes(request), sent)


def _check_sizes(request: TraceRequest, sizes: Sizes, settings: Settings) -> None:
    limits: dict[tuple[str, ...], int | None] = {path: getattr(settings, f"max_{path[1]}") for path in sizes}
    template = "This run has {name} = {size}, above the limit of {limit}; {setting} raises it"
    problems = [
        problem(
            _place(request, path),
            "size_above_limit",
            template,
            name=path[1],
            size=size,
            limit=limit,
            setting=variable(f"max_{path[1]}"),
        )
        for (path, limit), size in zip(limits.items(), sizes.values(), strict=True)
        if limit is not None and size > limit
    ]
    if problems:
        raise TooLarge(*problems)


def estimated_seconds(request: TraceRequest) -> float:
    """Estimated seconds that a worker of an ordinary machine takes for a run, within a factor of about two."""
    return _cost(request, _sizes(request), "nothing").work / WORK_PER_SECOND


def check_reply(trace: Trace, window: Window, settings: Settings) -> None:
    """Raise TooLarge for a window whose reply takes more memory than a run may. It must lie in the trace."""
    config = trace.config
    cells = (1 if window.layer is not None else config.num_layers) * (1 if window.direction else len(config.directions))
    of_cell = sum(
        min(len(window.units), size) if window.units else size
        for name in window.quantity or config.quantities
        for size in (config.quantity_size(name),)
    )
    tiles = ((window.stop or trace.seq_len) - window.start) * (1 if window.sample is not None else trace.batch_size)
    numbers = tiles * (cells * of_cell + config.input_size + config.output_size)
    numbers += sum(parameter.numel() for parameter in trace.parameters.values())
    needed = 2 * numbers * bytes_sent(trace.dtype, window.encoding.value)
    if needed > settings.max_trace_bytes:
        template = (
            "This reply is estimated at {needed} of memory, above the limit of {limit}. Narrow it with start, stop, "
            "layer, direction, quantity, units and sample, or ask for an overview; {setting} raises the limit"
        )
        values = _estimate(needed, settings, "max_trace_bytes")
        raise TooLarge(problem(("query",), "reply_above_limit", template, **values))


def check_page(trace: Trace, frame_bytes: int, settings: Settings) -> None:
    """Raise TooLarge if a trace makes a standalone page too large. frame_bytes: the size of the page without its
    numbers."""
    config = trace.config
    cells = config.num_layers * len(config.directions)
    of_cell = sum(config.quantity_size(name) for name in config.quantities) + 13 * config.hidden_size
    numbers = trace.seq_len * trace.batch_size * (cells * of_cell + config.input_size + config.output_size)
    numbers += sum(parameter.numel() for parameter in trace.parameters.values())
    needed = frame_bytes + numbers * bytes_sent(trace.dtype, "base64")
    if needed > settings.max_page_bytes:
        template = (
            "This page is estimated at {needed}, above the limit of {limit}. Fewer timesteps, samples, units or layers "
            "make it smaller; {setting} raises the limit"
        )
        values = _estimate(needed, settings, "max_page_bytes")
        raise TooLarge(problem(("path", "trace_id"), "page_above_limit", template, **values))


def check_export(needed: int, settings: Settings) -> None:
    """Raise TooLarge for an exported file whose estimated size is above the limit."""
    if needed > settings.max_export_bytes:
        template = (
            "This file is estimated at {needed}, above the limit of {limit}. Narrow it with start, stop, layer, "
            "direction, quantity, units and sample, or take npz or parquet; {setting} raises the limit"
        )
        values = _estimate(needed, settings, "max_export_bytes")
        raise TooLarge(problem(("query",), "export_above_limit", template, **values))


def _estimate(needed: int, settings: Settings, name: str, unit: str = "B") -> dict[str, str]:
    """The values of a message about an estimate above the limit that the setting `name` holds."""
    limit: int = getattr(settings, name)
    return {"needed": _readable(needed, unit), "limit": _readable(limit, unit), "setting": variable(name)}


def _sizes(request: TraceRequest) -> Sizes:
    seq_len, batch_size = request.input.sizes(request.config)
    config = request.config
    return {
        ("input", "seq_len"): seq_len,
        ("input", "batch_size"): batch_size or 1,
        ("config", "input_size"): config.input_size,
        ("config", "hidden_size"): config.hidden_size,
        ("config", "num_layers"): config.num_layers,
    }


def _cost(request: TraceRequest, sizes: Sizes, sent: Sent) -> Cost:
    of_config = {path[1]: size for path, size in sizes.items() if path[0] == "config"}
    proj_size = min(request.config.proj_size, of_config["hidden_size"])
    config = LSTMConfig.model_construct(**(dict(request.config) | of_config | {"proj_size": proj_size}))
    seq_len, batch_size = sizes["input", "seq_len"], sizes["input", "batch_size"]
    hidden_size = of_config["hidden_size"]
    chunk = chunk_length(hidden_size, batch_size, request.torch_dtype) if can_stream(request) else seq_len
    piece = chunk if chunk < seq_len else None
    return estimate(config, seq_len, batch_size, request.torch_dtype, sent, piece, training=request.training)


def can_stream(request: TraceRequest) -> bool:
    """Whether a run can be recorded in chunks: dropout is drawn, and padding is skipped, only for the whole."""
    dropout = request.training and request.config.dropout > 0 and request.config.num_layers > 1
    return request.lengths is None and not dropout


def is_streamed(request: TraceRequest) -> bool:
    """Whether a run is recorded in chunks: it has more timesteps than one chunk."""
    seq_len, batch_size = request.input.sizes(request.config)
    chunk = chunk_length(request.config.hidden_size, batch_size or 1, request.torch_dtype)
    return can_stream(request) and seq_len > chunk


def _largest(request: TraceRequest, sizes: Sizes, sent: Sent) -> tuple[str, ...]:
    """The size that contributes most: setting it to 1 makes the run cheapest."""
    return min(sizes, key=lambda path: sum(vars(_cost(request, sizes | {path: 1}, sent)).values()))


def _place(request: TraceRequest, path: tuple[str, ...]) -> tuple[str, ...]:
    """The path of a size in the request, or of the values whose shape has it."""
    if path[0] == "input" and request.input.kind == "values":
        return ("body", "input", "values")
    return ("body", *path)


def _readable(number: int, unit: str) -> str:
    """A number to three digits: bytes in powers of 1024, anything else in powers of 1000."""
    base, prefixes = (1024, ("", "Ki", "Mi", "Gi", "Ti", "Pi")) if unit else (1000, ("", "k", "M", "G", "T", "P"))
    scaled, prefix = float(number), ""
    for prefix in prefixes:  # noqa: B007 (used after the loop)
        if scaled < base:
            break
        scaled /= base
    else:
        return f"more than 1 {'Ei' if unit else 'E'}{unit}"
    return f"{scaled:.0f} {prefix}{unit}".rstrip() if scaled >= 100 else f"{scaled:.3g} {prefix}{unit}".rstrip()
