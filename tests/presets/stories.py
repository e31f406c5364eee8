"""What a story and a summary must say, compared with the catalogs."""

import json
from typing import Any

from torch import Tensor

from lstm_lens.presets import FOLDER, preset
from tests.presets.test_presets import words


def evaluation_of(name: str) -> dict[str, Any]:
    """How good the preset says it is, and how that was measured."""
    return json.loads((FOLDER / name / "preset.json").read_text("utf-8"))["evaluation"]


def shown(value: Tensor | float, decimals: int) -> str:
    """A number as the stories write it; no zero has a minus."""
    return f"{float(value):z.{decimals}f}".replace("-", "−")


def assert_told(name: str, language: str, told: list[list[str]]) -> None:
    """Each sentence of the story says its facts."""
    assert len(told) == len(preset(name).cursors)
    for number, facts in enumerate(told):
        sentence = words(language)[f"preset.{name}.story.{number}"]
        assert [fact for fact in facts if fact not in sentence] == []


def assert_summed_up(name: str, language: str, facts: list[str]) -> None:
    """The summary says what was measured, and on how many sequences."""
    summary = words(language)[f"preset.{name}.summary"]
    expected = [*facts, f"{evaluation_of(name)['sequences']:,}"]
    assert [fact for fact in expected if fact not in summary] == []
