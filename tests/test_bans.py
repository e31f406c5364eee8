"""What no file of the app or the page may do, however it is spelt."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# They run code that comes with the data.
BANNED_MODULES = re.compile(r"^(pickle|cPickle|_pickle|cloudpickle|dill|joblib|marshal|shelve)(\.|$)")
# The global generator, dtype and device belong to the whole process: two requests would race for them.
BANNED_NAMES = re.compile(
    r"^torch\.(\w+\.)*(load|save|manual_seed|manual_seed_all|seed|fork_rng|set_rng_state|set_default_\w+)$"
)
# The command that converts files of torch.save where their owner has them, which no server runs.
ALLOWED = {"app/client/convert.py": ["torch.load"]}
# They turn text into markup or code; the page builds its document from nodes.
BANNED_JS = re.compile(
    r"\.(?:innerHTML|outerHTML|srcdoc)\s*=|insertAdjacentHTML|document\.write"
    r"|(?<![.\w])eval\(|new Function\(|\bon\w+=[\"']"
)


def python_faults(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Attribute):
            names = [ast.unparse(node)]
        elif isinstance(node, ast.keyword):
            names = ["pickle"] if node.arg == "allow_pickle" else []
        else:
            continue
        yield from (name for name in names if BANNED_MODULES.match(name) or BANNED_NAMES.match(name))


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from pickle import loads",
        "import torch\ntorch.load('weights.pt')",
        "from torch import manual_seed",
        "from torch.random import fork_rng",
        "torch.cuda.manual_seed(1)",
        "numpy.load('a.npy', allow_pickle=True)",
    ],
)
def test_the_ban_sees(source: str) -> None:
    assert list(python_faults(source))


@pytest.mark.parametrize(
    "source",
    ["torch.Generator().manual_seed(3)", "generator.manual_seed(3)", "from safetensors.torch import load, save"],
)
def test_the_ban_lets_pass(source: str) -> None:
    assert not list(python_faults(source))


@pytest.mark.parametrize("path", sorted(ROOT.glob("app/**/*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_app_reads_no_pickle_and_leaves_global_state_alone(path: Path) -> None:
    assert list(python_faults(path.read_text("utf-8"))) == ALLOWED.get(str(path.relative_to(ROOT)), [])


def test_the_one_torch_load_takes_weights_only() -> None:
    calls = [
        node
        for node in ast.walk(ast.parse((ROOT / "app/client/convert.py").read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "torch.load"
    ]
    assert ["weights_only=True" in ast.unparse(call) for call in calls] == [True]


@pytest.mark.parametrize("path", sorted(ROOT.glob("static/js/**/*.js")), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_page_makes_no_markup_or_code_from_text(path: Path) -> None:
    assert BANNED_JS.findall(path.read_text("utf-8")) == []
