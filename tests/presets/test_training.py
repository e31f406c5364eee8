"""What training each preset keeps to: one recipe, one result; the global generator untouched; measured, then saved."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from lstm_lens.presets import FOLDER, preset, presets
from lstm_lens.presets.training import Model, Recipe, Task, tasks
from scripts.train_preset import as_json, save

TRAINED = [shown.name for shown in presets() if shown.trained]
each_trained = pytest.mark.parametrize("name", TRAINED)


def briefly(name: str, **changes: int) -> tuple[Task, Recipe]:
    task = tasks()[name]
    return task, replace(task.recipe, steps=3, **changes)


def test_a_preset_has_a_task_if_it_is_trained() -> None:
    assert set(tasks()) == set(TRAINED)


@each_trained
def test_the_same_seed_trains_the_same_weights_and_another_does_not(name: str) -> None:
    task, recipe = briefly(name)
    once, again, other = (task.train(replace(recipe, seed=seed)).state_dict() for seed in (5, 5, 6))
    assert all(torch.equal(once[key], again[key]) for key in once)
    assert not any(torch.equal(once[key], other[key]) for key in once)


@each_trained
def test_training_leaves_the_global_generator_alone(name: str) -> None:
    task, recipe = briefly(name)
    before = torch.get_rng_state()
    task.train(recipe)
    assert torch.equal(torch.get_rng_state(), before)


@each_trained
def test_the_recipe_is_of_the_lstm_that_the_preset_runs(name: str) -> None:
    recipe, config = tasks()[name].recipe, preset(name).request["config"]
    assert (recipe.inputs, recipe.hidden) == (config["input_size"], config["hidden_size"])
    assert recipe.bidirectional == config["bidirectional"]


@each_trained
def test_the_script_writes_weights_and_states_what_it_measured(name: str, tmp_path: Path) -> None:
    task = tasks()[name]
    (tmp_path / "preset.json").write_text(json.dumps({"name": "kept as it is"}), "utf-8")
    model = Model(task.recipe, torch.Generator().manual_seed(1))
    save(model, task.measure(model, 20), tmp_path)
    facts = json.loads((tmp_path / "preset.json").read_text("utf-8"))
    assert facts["name"] == "kept as it is"
    assert facts["accuracy"] == facts["evaluation"]["held_out"].get("accuracy")
    assert facts["accuracy"] is None or facts["accuracy"] < 0.6
    assert {path.name for path in tmp_path.iterdir()} == {"preset.json", "weights.safetensors", "readout.safetensors"}


@each_trained
def test_the_evaluation_says_what_how_on_how_much_and_after_which_training(name: str) -> None:
    evaluation = json.loads((FOLDER / name / "preset.json").read_text("utf-8"))["evaluation"]
    assert {"what", "how", "seed", "sequences", "trained_on", "held_out"} <= set(evaluation)
    assert evaluation["trained_on"]["seed"] == tasks()[name].recipe.seed != evaluation["seed"]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*/preset.json")), ids=lambda path: path.parent.name)
def test_a_preset_file_is_laid_out_as_the_script_would(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text == as_json(json.loads(text)) + "\n"
