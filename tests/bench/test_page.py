"""How quick the page is in a real browser: its first figure, its frames while it plays, a changed setting."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests.support.chromium import launch_options
from tests.web.server_process import Server, serving

FRAMES = 200
ROUNDS = 5
#: Milliseconds between frames, for as long as the page plays.
MEASURE = """frames => new Promise(resolve => {
  const taken = []; let last;
  const frame = now => {
    if (last !== undefined) taken.push(now - last);
    last = now;
    taken.length < frames ? requestAnimationFrame(frame) : resolve(taken);
  };
  requestAnimationFrame(frame);
})"""
#: Sets `data-painted`, in milliseconds since the navigation began, once the frame is out with which the page is ready.
PAINTED = """document.addEventListener("DOMContentLoaded", () => {
  const bench = document.getElementById("bench");
  if (!bench) return;
  new MutationObserver((_, observer) => {
    if (bench.dataset.phase !== "ready") return;
    observer.disconnect();
    const channel = new MessageChannel();
    channel.port1.onmessage = () => { bench.dataset.painted = performance.now(); };
    channel.port2.postMessage(null);
  }).observe(bench, { attributes: true, attributeFilter: ["data-phase"] });
})"""
DRAWN = "#maps .heatmaplayer image, #maps .hm"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("page"), fresh=True) as found:
        assert found.ask("GET", "/api/health")[0] == 200
        yield found


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    found = playwright.chromium.launch(**launch_options())
    yield found
    found.close()


def address(server: Server, hidden_size: int, seq_len: int, num_layers: int, bidirectional: bool) -> str:
    request: dict[str, Any] = {
        "config": {
            "input_size": 8,
            "hidden_size": hidden_size,
            "num_layers": num_layers,
            "bidirectional": bidirectional,
        },
        "input": {"kind": "random", "seq_len": seq_len, "batch_size": 1, "seed": 0},
    }
    packed = urlsafe_b64encode(json.dumps(request).encode()).decode().rstrip("=")
    return f"http://127.0.0.1:{server.port}/?lang=en#request={packed}"


def opened(page: Page, url: str) -> tuple[float, float]:
    """Milliseconds until network, cell and maps are painted, and until Plotly has drawn maps and curves, too."""
    page.goto(url, wait_until="commit")
    page.wait_for_selector("#bench[data-painted]")
    page.wait_for_selector(DRAWN, state="attached")
    page.wait_for_selector("#curves-plot[data-drawn=true]")
    return page.evaluate("Number(document.getElementById('bench').dataset.painted)"), page.evaluate("performance.now()")


def test_the_first_figure(server: Server, playwright: Playwright, tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{server.port}/?lang=en"
    taken: dict[str, list[tuple[float, float]]] = {"first visit": [], "a new browser's first page": [], "later": []}
    for k in range(ROUNDS):
        for visits in (3, 1):  # a browser keeps compiled scripts from the third visit on
            context = playwright.chromium.launch_persistent_context(tmp_path / str(k), **launch_options())
            page = context.new_page()
            page.add_init_script(PAINTED)
            taken["first visit" if visits == 3 else "a new browser's first page"].append(opened(page, url))
            for _ in range(2):
                page.wait_for_timeout(1500)
                page.goto("about:blank")
                again = opened(page, url)
                if visits == 1:
                    taken["later"].append(again)
            page.wait_for_timeout(1500)
            context.close()
    print("\n\nmedian ms until the first figures are painted (goal: 2000 cold, 500 warm), and all of Plotly's")
    for visit, times in taken.items():
        first, everything = (median(column) for column in zip(*times, strict=True))
        print(f"{visit:28} {first:6.0f} {everything:6.0f}")


@pytest.mark.parametrize(
    ("hidden_size", "seq_len", "num_layers", "bidirectional", "goal"),
    [(64, 200, 2, True, 16.7), (512, 4000, 1, False, 33.4)],
)
def test_frames_while_it_plays(
    server: Server, browser: Browser, hidden_size: int, seq_len: int, num_layers: int, bidirectional: bool, goal: float
) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.add_init_script(PAINTED)
    opened(page, address(server, hidden_size, seq_len, num_layers, bidirectional))
    page.select_option("#speed", "4")
    page.click("#play")
    page.wait_for_timeout(300)
    taken = sorted(page.evaluate(MEASURE, FRAMES))
    page.close()
    print(
        f"H = {hidden_size}, T = {seq_len}: frame, 95th percentile {taken[int(0.95 * FRAMES)]:.1f} ms (goal {goal}), "
        f"median {median(taken):.1f}, longest {taken[-1]:.1f}"
    )


def test_a_changed_setting(server: Server, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.add_init_script(PAINTED)
    opened(page, address(server, 64, 200, 1, False))
    taken = []
    for seed in range(1, 12):
        field = page.locator("[name='input.seed'], [data-path='input.seed']").first
        taken.append(page.evaluate(CHANGE, [field.element_handle(), str(seed)]))
        page.wait_for_timeout(400)
    page.close()
    first, curves, maps = (median(times) for times in zip(*taken, strict=True))
    print(
        f"a changed seed at H = 64, T = 200, median ms: network, cell, tables and maps {first:.0f} (goal 150), "
        f"the curves {curves:.0f}, Plotly's maps {maps:.0f}"
    )


#: The page is painted at the end of the frame in which it becomes ready, its sketch of the maps too; Plotly follows.
CHANGE = """async ([field, value]) => {
  const bench = document.getElementById("bench");
  const start = performance.now();
  const ready = new Promise(resolve => {
    let asked = false;
    new MutationObserver((_, observer) => {
      asked ||= bench.dataset.phase !== "ready";
      if (!asked || bench.dataset.phase !== "ready") return;
      observer.disconnect();
      resolve(performance.now() - start);
    }).observe(bench, { attributes: true, attributeFilter: ["data-phase"] });
  });
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
  const first = await ready;
  const drawn = async (id) => {
    while (document.getElementById(id).dataset.drawn !== "true") await new Promise((soon) => setTimeout(soon, 1));
    return performance.now() - start;
  };
  return [first, await drawn("curves-plot"), await drawn("maps-plot")];
}"""
