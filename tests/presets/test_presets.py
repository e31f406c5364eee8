"""What every preset keeps to, whatever it shows."""

import json
from pathlib import Path

import pytest
import torch

from lstm_lens.presets import Preset, preset, presets
from tests.presets.plain import cells_of, input_of, lstm_of

CATALOGS = Path(__file__).parent.parent.parent / "static" / "i18n"
TRAINED = ["brackets", "adding", "sine", "letters", "sides"]
FIRST = ["worked_example", "article_bidirectional", "recall"]
each_preset = pytest.mark.parametrize("shown", presets(), ids=lambda shown: shown.name)


def words(language: str) -> dict[str, str]:
    return json.loads((CATALOGS / language / "presets.json").read_text("utf-8"))


def test_the_page_opens_on_the_worked_example() -> None:
    assert [shown.name for shown in presets()] == [*FIRST, *TRAINED]


def test_an_unknown_name_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        preset("no_such_preset")


@each_preset
def test_a_preset_is_found_by_its_name(shown: Preset) -> None:
    assert preset(shown.name) is shown


@each_preset
def test_a_request_is_plain_json_with_every_argument_of_the_lstm(shown: Preset) -> None:
    assert json.loads(json.dumps(shown.request)) == shown.request
    assert list(shown.request["config"]) == [
        "input_size",
        "hidden_size",
        "num_layers",
        "bias",
        "batch_first",
        "dropout",
        "bidirectional",
        "proj_size",
    ]


@each_preset
def test_weights_are_kept_exactly_where_the_request_names_the_preset(shown: Preset) -> None:
    by_name = shown.request["weights"] == {"kind": "preset", "name": shown.name}
    assert by_name == (shown.weights_path is not None) == bool(shown.tensors())


@each_preset
def test_weights_have_the_names_and_shapes_and_dtype_of_the_lstm(shown: Preset) -> None:
    parameters = {name: tuple(value.shape) for name, value in lstm_of(shown).named_parameters()}
    assert shown.weights_path is None or {k: v.shape for k, v in shown.tensors().items()} == parameters
    assert {str(array.dtype) for array in shown.tensors().values()} <= {shown.request["dtype"]}


@each_preset
def test_the_lstm_gives_finite_numbers_and_the_equations_give_the_same(shown: Preset) -> None:
    lstm, x = lstm_of(shown), input_of(shown)
    output, _ = lstm(x)
    cells = cells_of(lstm, x)
    top = torch.cat([gates.h for (layer, _), gates in cells.items() if layer == lstm.num_layers - 1], dim=-1)
    assert output.isfinite().all()
    torch.testing.assert_close(top, output, atol=1e-6, rtol=0)


@each_preset
def test_labels_name_every_timestep(shown: Preset) -> None:
    seq_len = len(input_of(shown))
    assert all(labels is None or len(labels) == seq_len for labels in (shown.tokens, shown.targets))


@each_preset
def test_only_a_trained_preset_has_a_readout_and_may_state_an_accuracy(shown: Preset) -> None:
    assert shown.trained == bool(shown.readout())
    assert shown.trained or shown.accuracy is None


@each_preset
def test_each_sentence_looks_at_a_place_on_the_trace(shown: Preset) -> None:
    cells = cells_of(lstm_of(shown), input_of(shown))
    assert 3 <= len(shown.cursors) <= 6
    for cursor in filter(None, shown.cursors):
        values = getattr(cells[cursor["layer"], cursor["direction"]], cursor["quantity"])
        place = (cursor["timestep"], cursor["sample"], cursor["unit"])
        assert all(0 <= at < size for at, size in zip(place, values.shape, strict=True))
        assert len(cursor) == 6


@each_preset
@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_language_has_title_summary_and_one_sentence_per_cursor(shown: Preset, language: str) -> None:
    root = f"preset.{shown.name}"
    own = {key for key, text in words(language).items() if key.startswith(f"{root}.") and text}
    labels = {f"{root}.{what}" for what in ("tokens", "targets") if getattr(shown, what)}
    story = {f"{root}.story.{k}" for k in range(len(shown.cursors))}
    assert own == {f"{root}.title", f"{root}.summary"} | story | labels


def test_no_words_are_left_of_a_preset_that_is_gone() -> None:
    assert {key.split(".")[1] for key in words("en")} == {shown.name for shown in presets()}
    assert list(words("en")) == list(words("zh"))
