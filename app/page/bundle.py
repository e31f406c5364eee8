"""A bundler: many modules as one script, so that a page needs one request instead of a hundred, or none in a file.

It relies on a convention: imports and exports are at the start of a line, by name; imported JSON is inlined. Anything
else is refused, so that tests notice a module that breaks the convention.
"""

import re
from collections.abc import Callable
from posixpath import dirname, join, normpath, relpath
from typing import NamedTuple, Protocol

_IMPORT = re.compile(r'^import (\* as \w+|\{[^}]*\}) from "(\.[^"]+)";$', re.MULTILINE)
_DATA = re.compile(r'^import (\w+) from "(\.[^"]+\.json)" with \{ type: "json" \};$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:(?:async )?function\*? ?|class |const )(\w+)\b)", re.MULTILINE)
_REEXPORT = re.compile(r'^export \{([^}]*)\} from "(\.[^"]+)";$', re.MULTILINE)
_LAZY = re.compile(r'(?:(?<=await )|(?<==> ))import\("(\.[^"]+)"\)')
_UNSUPPORTED = re.compile(r'^(?:export |import (?:[{*"]|\w+ from ")).*|^import\.meta.*', re.MULTILINE)

#: The global in which a script keeps its modules for later ones.
_STORE = "lensModules"
_REJECTED = 'Promise.reject(new Error("this file does not hold it"))'


class Sources(Protocol):
    """Returns the text of the module at a path."""

    def __call__(self, path: str) -> str: ...


class _Module(NamedTuple):
    """A module as the statement `const name = (() => {...})();`, with the names that it exports."""

    script: str
    exports: list[str]


#: Returns the expression that replaces a lazy import, by its path.
_Lazy = Callable[[str], str]


def bundle(entries: list[str], read: Sources, instead: dict[str, str]) -> str:
    """One script that runs the entries in their order, and can fetch nothing.

    entries: paths of modules. instead: replacements of some modules, by path; each may itself import what it replaces.
    Lazy imports are left out, and their promises rejected. Raises ValueError for a circular import, and for code that
    breaks the convention.
    """
    return "\n".join(module.script for module in _sorted(entries, read, instead, lambda _: _REJECTED).values())


def served(entry: str, read: Sources) -> dict[str, str]:
    """What to serve at the path of an entry and of each module that it imports, so that one file brings all of them.

    The entry's path has all of them, as a classic script: Chromium caches compiled code only for those. Each other path
    has two lines that re-export the script's values, so that lazily imported modules share them. Raises ValueError as
    bundle does.
    """
    modules = _sorted([entry], read, {}, lambda path: f'import("{_relative(path, entry)}")')
    held = f"globalThis.{_STORE} = {{ {', '.join(map(_name, modules))} }};"
    script = "\n".join(["(() => {", '"use strict";', *(module.script for module in modules.values()), held, "})();\n"])
    return {path: script if path == entry else _shim(path, module) for path, module in modules.items()}


def _shim(path: str, module: _Module) -> str:
    return (
        f"const module = globalThis.{_STORE}.{_name(path)};\nexport const {{ {', '.join(module.exports)} }} = module;\n"
    )


def _sorted(entries: list[str], read: Sources, instead: dict[str, str], lazy: _Lazy) -> dict[str, _Module]:
    """The entries and all that they import by path, each after its imports."""
    ordered: dict[str, _Module] = {}

    def visit(path: str, importing: tuple[str, ...]) -> None:
        if path in ordered:
            return
        if path in importing:
            raise ValueError(f"{path} needs itself, by way of {', '.join(importing)}")
        module, needed = _module_of(path, read, instead, lazy)
        for other in needed:
            visit(other, (*importing, path))
        ordered[path] = module

    for entry in entries:
        visit(entry, ())
    return ordered


def _module_of(path: str, read: Sources, instead: dict[str, str], lazy: _Lazy) -> tuple[_Module, list[str]]:
    """A module, and the paths of its imports."""
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

    def reexported(match: re.Match[str]) -> str:
        names, specifier = match.groups()
        value = target(specifier)
        exported.update({name: f"{value}.{name}" for name in re.findall(r"\w+", names)})
        return ""

    def declared(match: re.Match[str]) -> str:
        exported[match[1]] = match[1]
        return ""

    text = _EXPORT.sub(declared, _REEXPORT.sub(reexported, _IMPORT.sub(imported, _DATA.sub(data, read(path)))))
    text = _LAZY.sub(lambda match: lazy(normpath(join(path, "..", match[1]))), text)
    unsupported = _UNSUPPORTED.search(text)
    if unsupported:
        raise ValueError(f"{path} has a line that cannot be bundled: {unsupported[0]}")
    returned = ", ".join(f"{name}: {value}" for name, value in exported.items())
    script = f"// {path}\nconst {_name(path)} = (() => {{\n{text}\nreturn {{ {returned} }};\n}})();"
    return _Module(script, list(exported)), needed


def _name(path: str) -> str:
    return re.sub(r"\W", "_", f"module {path.removesuffix('.js')}")


def _relative(path: str, importing: str) -> str:
    found = relpath(path, dirname(importing))
    return found if found.startswith(".") else f"./{found}"
