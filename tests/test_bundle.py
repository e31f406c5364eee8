"""The page's modules as one script: each after what it needs, and nothing that a browser could not read from a disk."""

import re

import pytest

from lstm_lens.page.assets import ENTRY, STATIC, page_modules
from lstm_lens.page.bundle import bundle, served
from lstm_lens.page.standalone.file import ENTRIES, INSTEAD


def source(path: str) -> str:
    return (STATIC / path).read_text("utf-8")


def bundled(modules: dict[str, str], entry: str = "js/a.js", instead: dict[str, str] | None = None) -> str:
    return bundle([entry], lambda path: modules[path], instead or {})


def test_a_module_stands_after_those_that_it_imports_once_each() -> None:
    script = bundled(
        {
            "js/a.js": 'import { x } from "./b.js";\nimport * as c from "./c.js";\nx(c);',
            "js/b.js": 'import { y as z } from "./c.js";\nexport const x = z;',
            "js/c.js": "export function y() {}",
        }
    )
    places = [script.index(f"// js/{name}.js") for name in "cba"]
    assert places == sorted(places)
    assert script.count("// js/c.js") == 1
    assert "const { y: z } = module_js_c;" in script
    assert "return { x: x };" in script


def test_another_module_takes_a_place_but_may_itself_import_the_first() -> None:
    script = bundled(
        {
            "js/a.js": 'import { ask } from "./api.js";\nask();',
            "js/api.js": "export const ask = 1;",
            "js/other.js": 'export { ask } from "./api.js";',
        },
        instead={"js/api.js": "js/other.js"},
    )
    assert "const { ask } = module_js_other;" in script
    assert "return { ask: module_js_api.ask };" in script


def test_json_is_written_into_the_module_that_imports_it() -> None:
    script = bundled({"js/a.js": 'import X from "./x/y.json" with { type: "json" };\nX.z;', "js/x/y.json": '{"z": 1}'})
    assert 'const X = {"z": 1};' in script


def test_words_that_only_look_like_imports_stay() -> None:
    source = (
        "const python = `\nimport torch\nfrom torch import nn\n`;\n/** @type {import('./types.js').State} */\nlet x;"
    )
    assert source in bundled({"js/a.js": source})


@pytest.mark.parametrize(
    "source",
    [
        'import "./b.js";',
        'import x from "./b.js";',
        "export default 1;",
        "export let x = 1;",
        "const x = 1;\nexport { x };",
        'export * from "./b.js";',
    ],
)
def test_what_is_written_in_another_manner_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match=r"js/a\.js has a line that cannot be bundled"):
        bundled({"js/a.js": source, "js/b.js": ""})


def test_modules_that_need_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match=r"js/a\.js needs itself"):
        bundled({"js/a.js": 'import { b } from "./b.js";', "js/b.js": 'import { a } from "./a.js";'})


def test_only_the_module_that_another_takes_the_place_of_asks_a_server() -> None:
    paths = re.findall(r"(?m)^// (js/[\w/.-]+)$", bundle(ENTRIES, source, INSTEAD))
    assert {*ENTRIES, *INSTEAD, *INSTEAD.values()} <= set(paths)
    asking = re.compile(r"(?m)^(?!.*\$\{origin\}).*(?:\bfetch\(|\bEventSource\(|\bXMLHttpRequest\b|\bsendBeacon\b)")
    assert {path for path in paths if asking.search(source(path))} == {"js/server/api.js"}


MODULES = {
    "js/a.js": 'import { x } from "./deep/b.js";\nasync function load() { return await import("./late/c.js"); }',
    "js/deep/b.js": (
        'import { y } from "../y.js";\nexport const x = y;\nexport class Z {}\n'
        'const late = () => import("../late/c.js");'
    ),
    "js/y.js": "export async function y() {}",
}


def test_all_modules_are_served_at_the_path_of_the_entry_and_passed_on_at_their_own() -> None:
    found = served("js/a.js", lambda path: MODULES[path])
    assert found.keys() == MODULES.keys()
    held = "globalThis.lensModules = { module_js_y, module_js_deep_b, module_js_a };\n})();\n"
    assert found["js/a.js"].endswith(held)
    assert found["js/a.js"].count('import("./late/c.js")') == 2  # of a module elsewhere, too
    assert found["js/deep/b.js"].splitlines() == [
        "const module = globalThis.lensModules.module_js_deep_b;",
        "export const { x, Z } = module;",
    ]


def test_what_is_needed_later_is_not_in_the_page_s_script() -> None:
    late = re.compile(r"js/(?:standalone/|features/(?:data|export)/(?!open\.js))")
    assert not [path for path in page_modules() if late.match(path)]
    assert "js/views/network/network.js" in page_modules()
    assert page_modules()[ENTRY].count('import("./features/export/dialog.js")') == 1
