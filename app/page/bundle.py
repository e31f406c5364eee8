"""Many modules as one script: one request of a page instead of a hundred, or none where a page is a file.

The modules are written in one manner: imports and exports stand at the start of a line, by name; JSON that is imported
is written into its module. What is written otherwise is refused, so that a change of manner is seen by the tests and
not by a reader.
"""

import re
from collections.abc import Callable
from posixpath import dirname, join, normpath, relpath
from typing import NamedTuple, Protocol

_IMPORT = re.compile(r'^import (\* as \w+|\{[^}]*\}) from "(\.[^"]+)";$', re.MULTILINE)
_DATA = re.compile(r'^import (\w+) from "(\.[^"]+\.json)" with \{ type: "json" \};$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:(?:async )?function\*? ?|class |const )(\w+)\b)", re.MULTILINE)
_PASSED_ON = re.compile(r'^export \{([^}]*)\} from "(\.[^"]+)";$', re.MULTILINE)
_LAZY = re.compile(r'(?:(?<=await )|(?<==> ))import\("(\.[^"]+)"\)')
_LEFT = re.compile(r'^(?:export |import (?:[{*"]|\w+ from ")).*|^import\.meta.*', re.MULTILINE)

#: Where a script leaves its modules for those that come later.
_HELD = "lensModules"
_NOT_HERE = 'Promise.reject(new Error("this file does not hold it"))'


class Sources(Protocol):
    """Where the text of a module is found by its path."""

    def __call__(self, path: str) -> str: ...


class _Module(NamedTuple):
    """A module as the statement `const name = (() => {...})();`, with the names that it exports."""

    script: str
    exports: list[str]


#: What stands in place of a lazy import, by the path that it asks for.
_Lazy = Callable[[str], str]


def bundle(entries: list[str], read: Sources, instead: dict[str, str]) -> str:
    """One script that does what the entries do, in their order, and can fetch nothing.

    entries: paths of modules. instead: for some modules the path of another that takes its place for all but itself.
    What is imported lazily is left out, and its promise rejected. Raises ValueError for two modules that need each
    other, and for what is not written in the manner of the page.
    """
    return "\n".join(module.script for module in _placed(entries, read, instead, lambda _: _NOT_HERE).values())


def served(entry: str, read: Sources) -> dict[str, str]:
    """What to serve at the path of an entry and of each module that it imports, so that one file brings all of them.

    At the entry's path stand all of them, as a script that is no module: Chromium keeps what it compiled of those
    alone. At each other's path stand two lines that pass on what the script holds, so that a module that is imported
    lazily, and imports these, gets the very same values. Raises ValueError as bundle does.
    """
    modules = _placed([entry], read, {}, lambda path: f'import("{_relative(path, entry)}")')
    held = f"globalThis.{_HELD} = {{ {', '.join(map(_name, modules))} }};"
    script = "\n".join(["(() => {", '"use strict";', *(module.script for module in modules.values()), held, "})();\n"])
    return {path: script if path == entry else _shim(path, module) for path, module in modules.items()}


def _shim(path: str, module: _Module) -> str:
    return (
        f"const module = globalThis.{_HELD}.{_name(path)};\nexport const {{ {', '.join(module.exports)} }} = module;\n"
    )


def _placed(entries: list[str], read: Sources, instead: dict[str, str], lazy: _Lazy) -> dict[str, _Module]:
    """The entries and all that they import by their paths, each after what it needs."""
    placed: dict[str, _Module] = {}

    def place(path: str, importing: tuple[str, ...]) -> None:
        if path in placed:
            return
        if path in importing:
            raise ValueError(f"{path} needs itself, by way of {', '.join(importing)}")
        module, needed = _module_of(path, read, instead, lazy)
        for other in needed:
            place(other, (*importing, path))
        placed[path] = module

    for entry in entries:
        place(entry, ())
    return placed


def _module_of(path: str, read: Sources, instead: dict[str, str], lazy: _Lazy) -> tuple[_Module, list[str]]:
    """A module, and the paths of those that it imports."""
    needed: list[str] = []
    exported: dict[str, str] = {}

    def target(specifier: str) -> str:
        found = normpath(join(path, "..", specifier))
        replaced = instead.get(found, found)
        found = found if replaced == path else replaced
        needed.append(found)
        return _name(found)

    def imported(match: re.Match[str]) -> str:
        names, specifier = match.groups()
        pattern = names[5:] if names.startswith("*") else re.sub(r"(\w+) as (\w+)", r"\1: \2", names)
        return f"const {pattern} = {target(specifier)};"

    def data(match: re.Match[str]) -> str:
        return f"const {match[1]} = {read(normpath(join(path, '..', match[2])))};"

    def passed_on(match: re.Match[str]) -> str:
        names, specifier = match.groups()
        value = target(specifier)
        exported.update({name: f"{value}.{name}" for name in re.findall(r"\w+", names)})
        return ""

    def declared(match: re.Match[str]) -> str:
        exported[match[1]] = match[1]
        return ""

    text = _EXPORT.sub(declared, _PASSED_ON.sub(passed_on, _IMPORT.sub(imported, _DATA.sub(data, read(path)))))
    text = _LAZY.sub(lambda match: lazy(normpath(join(path, "..", match[1]))), text)
    left = _LEFT.search(text)
    if left:
        raise ValueError(f"{path} has a line that cannot be bundled: {left[0]}")
    returned = ", ".join(f"{name}: {value}" for name, value in exported.items())
    script = f"// {path}\nconst {_name(path)} = (() => {{\n{text}\nreturn {{ {returned} }};\n}})();"
    return _Module(script, list(exported)), needed


def _name(path: str) -> str:
    return re.sub(r"\W", "_", f"module {path.removesuffix('.js')}")


def _relative(path: str, importing: str) -> str:
    found = relpath(path, dirname(importing))
    return found if found.startswith(".") else f"./{found}"
