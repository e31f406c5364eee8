"""What the image installs: what pyproject.toml asks for and what that needs, each by its hashes, and nothing else."""

import re
import tomllib
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from lstm_lens import __version__

ROOT = Path(__file__).parent.parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
DEPENDENCIES = [Requirement(line) for line in PROJECT["dependencies"]]
LOCKS = ("requirements.lock", "requirements-cuda.lock")
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")


def entries(lock: str) -> list[str]:
    """Each package with all its lines."""
    lines = [line for line in (ROOT / lock).read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return "\n".join(lines).replace("\\\n", "").splitlines()


def pinned(lock: str) -> dict[str, Version]:
    found = [re.match(r"([\w.-]+)==(\S+) ", entry) for entry in entries(lock)]
    return {canonicalize_name(match[1]): Version(match[2]) for match in found if match}


def needed(roots: list[Requirement]) -> set[str]:
    """The packages that these need in this environment, with all that those need, by what is installed."""
    found: set[str] = set()
    waiting = [(canonicalize_name(root.name), extra) for root in roots for extra in ("", *root.extras)]
    seen = set(waiting)
    while waiting:
        name, extra = waiting.pop()
        found.add(name)
        for requirement in map(Requirement, requires(name) or []):
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                following = {(canonicalize_name(requirement.name), more) for more in ("", *requirement.extras)} - seen
                seen |= following
                waiting += following
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_held_to_one_version_by_hashes(lock: str) -> None:
    for entry in entries(lock):
        assert re.fullmatch(r"[\w.-]+==[\w.+!]+(\s+--hash=sha256:[0-9a-f]{64})+", entry.strip())


@pytest.mark.parametrize("lock", LOCKS)
def test_it_names_no_host_and_no_folder(lock: str) -> None:
    assert re.findall(r"https?:|index-url|find-links|trusted-host|/", (ROOT / lock).read_text("utf-8")) == []


def test_the_lock_is_what_the_project_asks_for_and_what_that_needs() -> None:
    locked = pinned("requirements.lock")
    assert {*locked} == needed(DEPENDENCIES) - {"torch"}
    asked = {canonicalize_name(wanted.name): wanted.specifier for wanted in DEPENDENCIES if wanted.name != "torch"}
    assert [name for name, range_ in asked.items() if locked[name] not in range_] == []


def test_the_build_with_cuda_agrees_with_the_rest() -> None:
    cuda, rest = pinned("requirements-cuda.lock"), pinned("requirements.lock")
    (torch,) = [wanted for wanted in DEPENDENCIES if wanted.name == "torch"]
    assert cuda.pop("torch") in torch.specifier
    cudas_own = {name for name in cuda if name.startswith(("nvidia-", "cuda-")) or name == "triton"}
    assert cudas_own
    assert {name: cuda[name] for name in cuda.keys() - cudas_own} == {
        name: rest[name] for name in needed([torch]) - {"torch"}
    }


def test_the_image_installs_by_the_locks_alone() -> None:
    installs = re.findall(r"pip install ([^&;}|\n]*)", DOCKERFILE.replace("\\\n", ""))
    assert len(installs) == 5
    assert [options for options in installs if "--no-deps" not in options and "$TORCH_INDEX_URL" not in options] == []
    locked = [options.strip() for options in installs if "--requirement" in options]
    assert locked == [f"--no-deps --require-hashes --requirement {lock}" for lock in reversed(LOCKS)]
    assert "pip check" in DOCKERFILE


def test_the_version_is_the_one_of_the_package() -> None:
    assert f'image.version="{__version__}"' in DOCKERFILE
    for path in (ROOT / "compose.yaml", *(ROOT / "deploy/kubernetes").glob("*.yaml")):
        assert {*re.findall(r"image: lstm-lens:(\S+)|newTag: (\S+)", path.read_text())} <= {
            (__version__, ""),
            ("", __version__),
        }
