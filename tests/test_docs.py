"""README and docs/ stay true: their examples run, and the files, settings and addresses that they name exist."""

import importlib.util
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import pytest
import torch
from safetensors.torch import save_file
from starlette.testclient import TestClient

from lstm_lens import __version__
from lstm_lens.__main__ import main
from lstm_lens.core.settings import Settings, variable
from lstm_lens.main import create_app
from scripts.reliability_table import rows
from scripts.settings_table import with_table
from tests.soak import TABLE
from tests.test_imports import ROWS
from tests.web.server_process import serving

ROOT = Path(__file__).parent.parent
PAPERS = {
    path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
}
ALL = "\n".join(PAPERS.values())
SERVER = "http://127.0.0.1:8000"


def blocks(paper: str, language: str) -> list[str]:
    """The fenced blocks of one language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", paper, re.DOTALL | re.MULTILINE)


def prose(paper: str) -> str:
    """The text without its fenced blocks."""
    return re.sub(r"^```.*?^```$", "", paper, flags=re.DOTALL | re.MULTILINE)


def spans(paper: str) -> list[str]:
    """What stands between single backticks."""
    return re.findall(r"`([^`\n]+)`", prose(paper))


CODE = [*(span for paper in PAPERS.values() for span in spans(paper))]
CODE += [line for paper in PAPERS.values() for block in blocks(paper, "sh") for line in block.splitlines()]
CURLS = {name: [block for block in blocks(text, "sh") if "curl" in block] for name, text in PAPERS.items()}
SOURCES = {name: "\n".join(blocks(text, "python")) for name, text in PAPERS.items()}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(data_dir=tmp_path / "data", workers=0)), base_url=SERVER) as found:
        yield found


def curl(client: TestClient, command: str, folder: Path) -> httpx.Response:
    """The server's reply to one curl command, whose files lie in the folder."""
    words = shlex.split(command)
    assert words[:2] == ["curl", "-s"]
    method, content, headers, urls = "GET", None, {}, []
    rest = iter(words[2:])
    for word in rest:
        match word:
            case "-N":
                pass
            case "-o":
                next(rest)
            case "-H":
                name, value = next(rest).split(": ")
                headers[name] = value
            case "-d":
                method, content = "POST", next(rest).encode()
            case "--data-binary":
                method, content = "POST", (folder / next(rest).removeprefix("@")).read_bytes()
            case "-T":
                method, content = "PUT", (folder / next(rest)).read_bytes()
            case _:
                urls.append(word.removeprefix(SERVER))
    (url,) = urls
    assert url.startswith("/api/")
    return client.request(method, url, content=content, headers=headers)


def replies(client: TestClient, commands: list[str], folder: Path) -> list[httpx.Response]:
    """The replies to commands in their order. RUN and ID stand for the id in the latest reply that has one."""
    save_file(dict(torch.nn.LSTM(3, 5).state_dict()), folder / "model.safetensors")
    (folder / "data.csv").write_text("date,rain,flow\n2020-01-01,0.5,12\n2020-01-02,0,11\n2020-01-03,7.25,19\n")
    found: list[httpx.Response] = []
    known = ""
    for command in commands:
        reply = curl(client, re.sub(r"\b(RUN|ID)\b", known, command), folder)
        assert reply.status_code in (200, 201, 202), f"{command}\n{reply.text}"
        if reply.headers["content-type"] == "application/json":
            known = reply.json().get("id", known)
        found.append(reply)
    return found


def test_every_curl_command_is_a_block_of_its_own() -> None:
    commands = [command for found in CURLS.values() for command in found]
    assert len(commands) >= 10
    assert all(command.startswith("curl -s ") and command.count("curl") == 1 for command in commands)
    assert len(commands) == len(re.findall(r"\bcurl -", ALL))


@pytest.mark.parametrize("name", [name for name, commands in CURLS.items() if commands])
def test_every_curl_command_works(name: str, client: TestClient, tmp_path: Path) -> None:
    assert len(replies(client, CURLS[name], tmp_path)) == len(CURLS[name])


def test_the_three_calls_of_readme_answer_with_the_worked_example(client: TestClient, tmp_path: Path) -> None:
    trace, window, explanation = (reply.json() for reply in replies(client, CURLS["README.md"], tmp_path))
    printed = [0.0064, 0.1402, -0.0282, 0.02]  # the worked example's output for sample 1 at its first timestep
    assert trace["output"][0][1] == pytest.approx(printed, abs=1e-4)
    assert window["id"] == trace["id"]
    assert window["cells"][0]["h"] == [[trace["cells"][0]["h"][0][1]]]
    assert explanation["h"] == pytest.approx(trace["output"][0][1][1], abs=1e-7)


def test_a_long_run_is_followed_to_its_end(client: TestClient, tmp_path: Path) -> None:
    started, events, overview, window, corpus = replies(client, CURLS["docs/growing.md"], tmp_path)
    assert started.status_code == 202
    assert '"status":"done"' in events.text.replace(" ", "")
    assert overview.json()["time_edges"][-1] == 20000
    assert set(window.json()["cells"][0]) >= {"c", "z_f"}
    assert len(corpus.json()["runs"]) == 2


@pytest.mark.parametrize("name", [name for name, source in SOURCES.items() if source])
def test_the_python_blocks_run(name: str, tmp_path: Path) -> None:
    def run(source: str) -> str:
        done = subprocess.run([sys.executable, "-W", "error", "-c", source], cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    if SERVER not in SOURCES[name]:
        said = run(SOURCES[name])
        assert name != "README.md" or "True" in said
        return
    with serving(tmp_path) as server:
        assert server.ask("GET", "/api/health")[0] == 200
        address, difference = run(SOURCES[name].replace(SERVER, f"http://127.0.0.1:{server.port}")).split()
        assert address.startswith(f"http://127.0.0.1:{server.port}/")
        assert float(difference) <= 1e-6


def test_every_fenced_block_is_of_a_language_that_is_checked() -> None:
    assert set(re.findall(r"^```(\w*)$", ALL, re.MULTILINE)) == {"", "sh", "python", "text"}


def test_readme_is_short() -> None:
    assert len(PAPERS["README.md"].splitlines()) <= 150


def test_the_table_of_settings_is_that_of_the_code() -> None:
    paper = PAPERS["docs/settings.md"]
    assert with_table(paper) == paper, "run `make settings`"


def test_every_setting_says_what_it_sets() -> None:
    assert all((field.description or "").endswith(".") for field in Settings.model_fields.values())


def test_the_variables_that_are_named_exist() -> None:
    read_by_others = (ROOT / "compose.yaml").read_text("utf-8")
    known = {variable(name) for name in Settings.model_fields} | set(re.findall(r"LSTM_LENS_[A-Z_]+", read_by_others))
    assert set(re.findall(r"LSTM_LENS_[A-Z][A-Z_]*", ALL)) <= known


def test_the_metrics_that_are_named_exist(client: TestClient) -> None:
    listed = client.get("/metrics").text
    named = set(re.findall(r"\blstm_lens_\w+", ALL))
    assert "lstm_lens_worker_deaths_total" in named
    assert [name for name in named if f"# TYPE {name} " not in listed] == []


def test_the_addresses_that_are_named_exist(client: TestClient) -> None:
    def form(path: str) -> str:
        return re.sub(r"\{\w+\}|\*|\b[0-9a-f]{32}\b|\b(RUN|ID)\b", "{}", path)

    described = client.get("/openapi.json").json()["paths"]
    known = {form(path): {method.upper() for method in methods} for path, methods in described.items()}
    named = re.findall(r"(?:\b(GET|POST|PUT|DELETE) )?(/api/[\w/{}.*]*[\w}])", ALL)
    assert len(named) > 30
    unknown = [
        path for method, path in named if {method} - {""} - known.get(form(path), set()) or form(path) not in known
    ]
    assert unknown == []


def test_the_make_targets_that_are_named_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = {target for code in CODE for target in re.findall(r"^make ([a-z-]+)", code)}
    assert {"run", "test", "up-cluster"} <= named <= targets


def test_the_commands_that_are_named_have_their_options(capsys: pytest.CaptureFixture[str]) -> None:
    used = [found for code in CODE for found in re.findall(r"\blstm-lens (\w+)([^#`]*)", code)]
    assert {command for command, _ in used} == {"serve", "open", "convert", "work"}
    for command, rest in used:
        with pytest.raises(SystemExit, match="0"):
            main([command, "--help"])
        assert set(re.findall(r"--[a-z-]+", rest)) <= set(re.findall(r"--[a-z-]+", capsys.readouterr().out))


def test_the_modules_that_are_named_exist() -> None:
    named = {name for code in CODE for name in re.findall(r"^python -m ([\w.]+)", code)}
    assert "scripts.up_cluster" in named
    assert [name for name in named if importlib.util.find_spec(name.removesuffix(".NAME")) is None] == []


@pytest.mark.parametrize("name", PAPERS)
def test_the_files_that_are_named_exist(name: str) -> None:
    """Any path from the root into a folder of the repository, and any name of a file of code or configuration."""
    inside = rf"(?:{'|'.join(re.escape(path.name) for path in ROOT.iterdir() if path.is_dir())})/[\w./*-]*"
    named = [
        span
        for span in spans(PAPERS[name])
        if re.fullmatch(rf"{inside}|[\w.-]+\.(py|c|js|css|toml|conf|yaml|lock)", span)
    ]
    assert [path for path in named if not list(ROOT.glob(path.rstrip("/.")))] == []


def anchors(paper: str) -> set[str]:
    """The addresses of headings, as GitHub forms them."""
    headings = re.findall(r"^#+ (.+)$", prose(paper), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", [*PAPERS, "CHANGELOG.md"])
def test_the_links_lead_somewhere(name: str) -> None:
    text = prose((ROOT / name).read_text("utf-8"))
    links = re.findall(r'\]\(([^)\s]+)\)|src="([^"]+)"', text)
    for target in filter(None, (link for pair in links for link in pair)):
        if target.startswith(("https://", "http://")):
            continue
        path, _, anchor = target.partition("#")
        file = (ROOT / name).parent / path if path else ROOT / name
        assert file.is_file(), target
        assert not anchor or anchor in anchors(file.read_text("utf-8")), target


def test_readme_links_to_every_page() -> None:
    assert {name for name in PAPERS if f"]({name}" not in PAPERS["README.md"]} == {"README.md"}


def folders(root: str) -> set[str]:
    """Every folder with modules, as `app/lstm/`; presets, of which each is a folder, count as one."""
    found = {path.parent for path in (ROOT / root).rglob("*") if path.suffix in (".py", ".js")}
    names = {f"{path.relative_to(ROOT).as_posix()}/" for path in found} - {f"{root}/"}
    return {name for name in names if not re.fullmatch(r"app/presets/\w+/", name)}


def test_the_tables_of_rooms_name_every_folder() -> None:
    paper = PAPERS["docs/architecture.md"]
    rooms = {span for span in spans(paper) if span.endswith("/")}
    assert folders("app") | folders("static/js") <= rooms


def test_the_drawing_names_what_exists() -> None:
    (drawing,) = blocks(PAPERS["docs/architecture.md"], "text")
    named = re.findall(r"(?<![\w/])(\w+/|\w+\.(?:js|py))(?!\w)", drawing.split("\n", 1)[1])
    roots = [ROOT / root for root in ("app", "app/runs", "static/js")]
    assert len(named) > 20
    assert [name for name in named if not any((root / name).exists() for root in roots)] == []


def test_the_tables_of_rooms_stand_in_the_order_of_imports() -> None:
    first = re.findall(r"^\| `(app|static/js)/([\w./-]+?)(?:\.py|/)?` \|", PAPERS["docs/architecture.md"], re.MULTILINE)
    assert [name.replace("/", ".") for root, name in first if root == "app"] == list(ROWS)
    rooms = re.search(r'const ROOMS = "([^"]+)"', (ROOT / "tests/js/imports.test.js").read_text("utf-8"))
    assert rooms is not None
    assert [name for root, name in first if root == "static/js"] == rooms[1].split()


def test_torch_is_asked_for_as_the_package_needs_it() -> None:
    needed = next(line for line in dependencies() if line.startswith("torch"))
    assert f"'{needed}'" in PAPERS["docs/install.md"]


def dependencies() -> list[str]:
    found: list[str] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    return found


def test_the_version_is_told_once() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == __version__
    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_reliability_tells_of_every_program_its_goal_met_its_command_and_a_date() -> None:
    found = rows(PAPERS["docs/reliability.md"])
    assert list(found) == [row.name for row in TABLE]
    for row in TABLE:
        line = found[row.name]
        assert line.startswith(f"| {row.name} | {row.goal} | ")
        assert re.search(rf" \| pass \| `python -m tests\.soak\.{row.name}` \| ", line)
        assert re.search(r"\| \d{4}-\d\d-\d\d \|$", line)
