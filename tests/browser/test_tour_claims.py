"""What the pages of the tour claim, measured on the runs that they show, and on torch itself."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from playwright.sync_api import APIRequestContext, Playwright
from torch import nn

from tests.browser.tour import LANGUAGES, WORDS, Json


@pytest.fixture(scope="module")
def api(playwright: Playwright, server: str) -> Iterator[APIRequestContext]:
    context = playwright.request.new_context(base_url=server)
    yield context
    context.dispose()


@pytest.fixture(scope="module")
def run(api: APIRequestContext, tour_pages: dict[str, Json]) -> Callable[..., Json]:
    """The trace of what a page shows, with some settings changed."""
    presets = {preset["name"]: preset["request"] for preset in api.get("/api/presets").json()["presets"]}

    def answered(key: str, **changes: Any) -> Json:
        page = tour_pages[key]
        request = {**presets.get(page.get("preset"), {}), **page.get("request", {})}
        config = {**request["config"], **changes.pop("config", {})}
        reply = api.post("/api/traces", data={**request, **changes, "config": config})
        assert reply.ok, reply.text()
        found: Json = reply.json()
        return found

    return answered


def says(key: str, *parts: str) -> None:
    """Every part stands in the page's words, in each language."""
    for language in LANGUAGES:
        words = " ".join(WORDS[language][f"tour.{key}.{part}"] for part in ("text", "try"))
        for part in parts:
            assert part in words, (language, part)


def typographic(value: float, digits: int = 3) -> str:
    return f"{value:.{digits}f}".replace("-", "−")


def shape(value: Any) -> str:
    sizes = []
    while isinstance(value, list):
        sizes.append(len(value))
        value = value[0]
    return f"({', '.join(map(str, sizes))})"


def of_unit(trace: Json, quantity: str, unit: int, cell: int = 0) -> list[float]:
    return [row[0][unit] for row in trace["cells"][cell][quantity]]


def flat(value: Any) -> list[float]:
    return [number for inner in value for number in flat(inner)] if isinstance(value, list) else [value]


def test_a_forget_gate_of_one_keeps(run: Callable[..., Json]) -> None:
    trace = run("keep")
    f, c = of_unit(trace, "f", 3), of_unit(trace, "c", 3)
    assert min(f[2:9]) > 0.99
    says("keep", "t = 2", f"{c[2]:.2f}", f"{c[8]:.2f}", f"f = {f[11]:.2f}", f"c = {c[10]:.2f}")


def test_one_layer_serves_every_timestep(run: Callable[..., Json], tour_pages: dict[str, Json]) -> None:
    entry = tour_pages["one_layer"]
    short = run("one_layer")
    longer = run("one_layer", input={**entry["request"]["input"], "seq_len": entry["then"]["setting"]})
    assert short["parameters"] == longer["parameters"]
    count = sum(len(flat(parameter["values"])) for parameter in short["parameters"])
    lengths = [len(trace["output"]) for trace in (short, longer)]
    assert lengths[1] - lengths[0] == 4
    hidden, before = entry["request"]["config"]["hidden_size"], entry["at"]["timestep"] - 1
    says("one_layer", str(count), *map(str, lengths), "hidden_size", f" {hidden} ", f"t = {before}", "nn.LSTMCell")
    lstm, cell = nn.LSTM(4, hidden), nn.LSTMCell(4, hidden)
    cell.load_state_dict({name.removesuffix("_l0"): values for name, values in lstm.state_dict().items()})
    x = torch.randn(lengths[0], 1, 4)
    output, h, c = lstm(x)[0], torch.zeros(1, hidden), torch.zeros(1, hidden)
    for timestep in range(lengths[0]):
        h, c = cell(x[timestep], (h, c))
        torch.testing.assert_close(h, output[timestep])
    reads = torch.autograd.functional.jacobian(lambda past: cell(x[0], (past, c))[0], h)
    assert bool((reads.reshape(hidden, hidden) != 0).all())


def test_untrained_gates_are_half_open(run: Callable[..., Json]) -> None:
    gates = [value for gate in "ifo" for value in flat(run("half_open")["cells"][0][gate])]
    assert min(gates) >= 0.22
    assert max(gates) <= 0.72
    trained = run("half_open", weights={"kind": "preset", "name": "recall"})
    gates = [value for gate in "ifo" for value in flat(trained["cells"][0][gate])]
    says("half_open", "0.22", "0.72", f"{min(gates):.4f}", f"{max(gates):.4f}")
    biases = dict(nn.LSTM(3, 4).named_parameters())
    bound = 1 / 4**0.5
    assert all(-bound <= value <= bound for name, row in biases.items() for value in row.flatten().tolist())


def test_the_hidden_state_is_not_the_cell_state(run: Callable[..., Json]) -> None:
    trace = run("hidden_and_cell")
    o, c, h = (of_unit(trace, quantity, 3) for quantity in "och")
    says("hidden_and_cell", f"c = {c[8]:.2f}", f"h = {h[8]:.3f}", f"{c[10]:.2f}", f"o = {o[9]:.2f}", f"h = {h[9]:.2f}")
    assert o[8] < 0.02
    assert max(map(abs, flat(trace["cells"][0]["h"]))) < 1 < max(map(abs, flat(trace["cells"][0]["c"])))
    output, (h_n, c_n) = nn.LSTM(3, 4, proj_size=2)(torch.randn(5, 1, 3))
    assert (output.shape, h_n.shape, c_n.shape) == ((5, 1, 2), (1, 1, 2), (1, 1, 4))


def test_only_the_sum_of_the_biases_acts(run: Callable[..., Json], api: APIRequestContext) -> None:
    where = "layer=0&direction=forward&timestep=0&sample=0&unit=0"
    with_bias, without = (run("biases", config={"bias": bias}) for bias in (True, False))
    opened, bare = (
        api.get(f"/api/traces/{one['id']}/explanation?{where}").json()["gates"]["f"] for one in (with_bias, without)
    )
    total = opened["bias_ih"] + opened["bias_hh"]
    says("biases", *(typographic(value) for value in (opened["bias_ih"], opened["bias_hh"], total)))
    says("biases", typographic(opened["value"]), typographic(bare["value"]))
    rows = {parameter["name"]: parameter["values"] for parameter in with_bias["parameters"]}
    for name in ("bias_ih", "bias_hh"):
        assert rows[f"{name}_l0"][4] == pytest.approx(opened[name])
        says("biases", f"{name}_l0[4]")
    assert with_bias["parameters"][:2] == without["parameters"][:2]
    lstm, x = nn.LSTM(3, 4), torch.randn(5, 2, 3)
    before = lstm(x)[0]
    with torch.no_grad():
        lstm.bias_ih_l0 += lstm.bias_hh_l0
        lstm.bias_hh_l0.zero_()
    torch.testing.assert_close(lstm(x)[0], before)


def test_output_and_h_n_share_one_row(run: Callable[..., Json]) -> None:
    trace = run("output_and_h_n")
    says("output_and_h_n", shape(trace["output"]), shape(trace["h_n"]), "output[4, 0]", "h_n[1, 0]", "h_n[0, 0]")
    assert trace["output"][4][0] == trace["h_n"][1][0]
    assert trace["h_n"][0][0] == trace["cells"][0]["h"][4][0]
    assert trace["h_n"][0][0] not in [row[0] for row in trace["output"]]


def test_h_n_ends_with_the_reverse_direction_and_output_only_with_its_start(run: Callable[..., Json]) -> None:
    trace = run("order_of_h_n")
    output, h_n, reverse = trace["output"], trace["h_n"], trace["cells"][3]
    places = [(0, "forward", 4), (0, "reverse", 0), (1, "forward", 4), (1, "reverse", 0)]
    for row, cell, (layer, direction, timestep) in zip(h_n, trace["cells"], places, strict=True):
        assert (cell["layer"], cell["direction"]) == (layer, direction)
        assert row == cell["h"][timestep]
    assert [sample[6:] for sample in output[0]] == h_n[-1]
    assert [sample[:6] for sample in output[-1]] == h_n[-2]
    assert all(sample[6:] != last for sample, last in zip(output[-1], h_n[-1], strict=True))
    # One timestep from zero states: without a bias, o * tanh(i * g) of that timestep alone.
    first = zip(*(torch.tensor(reverse[quantity][4]) for quantity in "iogh"), strict=True)
    for i, o, g, h in first:
        torch.testing.assert_close(o * torch.tanh(i * g), h)
    says("order_of_h_n", "h_n[-1]", "h_n[-2]", "output[-1, :, 6:]", "output[0, :, 6:]", "h_n[3, 0]", "t = 4")
    says("order_of_h_n", f"h = {typographic(output[4][0][6])}", f"h = {typographic(h_n[3][0][0])}")


def test_the_second_layer_reads_both_directions(run: Callable[..., Json]) -> None:
    both, one = run("joined"), run("joined", config={"bidirectional": False})
    counts = [sum(len(flat(parameter["values"])) for parameter in trace["parameters"]) for trace in (both, one)]
    assert counts[0] > 2 * counts[1]
    shapes = [
        next(tuple(parameter["shape"]) for parameter in trace["parameters"] if parameter["name"] == "weight_ih_l1")
        for trace in (both, one)
    ]
    says("joined", f"{counts[0]:,}", f"{counts[1]:,}", *map(str, shapes))
    lstm, x = nn.LSTM(3, 6, bidirectional=True), torch.randn(5, 1, 3)
    with torch.no_grad():
        states, turned = (lstm(one)[1][0] for one in (x, x.flip(0)))
    assert not torch.allclose(states.flip(0), turned, atol=1e-3)


def test_batch_first_leaves_the_states(run: Callable[..., Json]) -> None:
    first, second = run("batch_first"), run("batch_first", config={"batch_first": False})
    says("batch_first", "(7, 5, 3)", shape(first["output"]), shape(first["h_n"]), shape(second["output"]))
    assert shape(first["h_n"]) == shape(first["c_n"]) == shape(second["h_n"]) == shape(second["c_n"])
    lstm = nn.LSTM(3, 6, num_layers=2, bidirectional=True, batch_first=True)
    state = torch.zeros(4, 7, 6)
    assert lstm(torch.zeros(7, 5, 3), (state, state))[0].shape == (7, 5, 12)
    with pytest.raises(RuntimeError, match=re.escape("Expected hidden[0] size (4, 7, 6)")):
        lstm(torch.zeros(7, 5, 3), (state.transpose(0, 1), state.transpose(0, 1)))
    x = torch.randn(7, 5, 3)
    first_call, second_call, from_zeros = lstm(x)[0], lstm(x)[0], lstm(x, (state, state))[0]
    assert first_call.equal(second_call)
    assert first_call.equal(from_zeros)


def test_a_wrong_order_of_axes_mixes_samples(run: Callable[..., Json]) -> None:
    trace = run("axes")
    assert shape(trace["output"]) == "(4, 10, 6)"
    lstm, x = nn.LSTM(3, 6), torch.randn(4, 10, 3)
    changed = x.clone()
    changed[0] += 1
    with torch.no_grad():
        difference = (lstm(x)[0] - lstm(changed)[0]).abs().amax(dim=(1, 2))
    assert bool((difference > 0).all())
    says("axes", "(4, 10, 3)", "nn.LSTM(3, 6)", "batch_first=True")


def test_padding_changes_all_but_the_forward_output(run: Callable[..., Json]) -> None:
    packed, padded = run("padding"), run("padding", lengths=None)
    length = 4

    def largest(name: str, rows: list[int], columns: range) -> float:
        return max(abs(packed[name][row][1][k] - padded[name][row][1][k]) for row in rows for k in columns)

    forward, reverse = (largest("output", list(range(length)), half) for half in (range(6), range(6, 12)))
    states = [largest("h_n", [row], range(6)) for row in (0, 1)]
    assert forward < 1e-6 < min(reverse, *states)
    says("padding", f"{reverse:.2f}", f"{max(states):.2f}")


def test_dropout_acts_between_layers_and_in_training_only(run: Callable[..., Json]) -> None:
    trace, evaluated = run("dropout"), run("dropout", training=False)
    (mask,) = trace["dropout_masks"]
    assert mask["layer"] == 0
    assert set(flat(mask["values"])) == {0.0, 2.0}
    assert len({str(row) for row in mask["values"]}) > 1
    assert trace["output"] == trace["cells"][1]["h"]
    assert [rows[0] for rows in trace["h_n"]] == [trace["cells"][layer]["h"][-1][0] for layer in (0, 1)]
    assert not evaluated.get("dropout_masks")
    assert evaluated["cells"][0]["h"] == trace["cells"][0]["h"]
    assert evaluated["output"] != trace["output"]
