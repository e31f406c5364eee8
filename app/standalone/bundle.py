"""The page's modules as one script. A browser loads no module from a disk, so that each becomes a function's value.

The modules are written in one manner: imports and exports stand at the start of a line, by name. What is written
otherwise is refused, so that a change of manner is seen by the tests and not by a reader.
"""

import re
from posixpath import join, normpath
from typing import Protocol

_IMPORT = re.compile(r'^import (\* as \w+|\{[^}]*\}) from "(\.[^"]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:(?:async )?function\*? ?|class |const )(\w+)\b)", re.MULTILINE)
_PASSED_ON = re.compile(r'^export \{([^}]*)\} from "(\.[^"]+)";$', re.MULTILINE)
_LAZY = re.compile(r'(?:(?<=await )|(?<==> ))import\("\.[^"]+"\)')
_LEFT = re.compile(r'^(?:export |import (?:[{*"]|\w+ from ")).*|^import\.meta.*', re.MULTILINE)

_NOT_HERE = 'Promise.reject(new Error("this file does not hold it"))'


class Sources(Protocol):
    """Where the text of a module is found by its path."""

    def __call__(self, path: str) -> str: ...


def bundle(entries: list[str], read: Sources, instead: dict[str, str]) -> str:
    """One script that does what the entries do, in their order.

    entries: paths of modules. instead: for some modules the path of another that takes its place for all but itself.
    What is imported lazily is left out, and its promise rejected. Raises ValueError for two modules that need each
    other, and for what is not written in the manner of the page.
    """
    placed: dict[str, str] = {}

    def place(path: str, importing: tuple[str, ...]) -> None:
        if path in placed:
            return
        if path in importing:
            raise ValueError(f"{path} needs itself, by way of {', '.join(importing)}")
        script, needed = _value_of(path, read(path), instead)
        for other in needed:
            place(other, (*importing, path))
        placed[path] = script

    for entry in entries:
        place(entry, ())
    return "\n".join(placed.values())


def _value_of(path: str, source: str, instead: dict[str, str]) -> tuple[str, list[str]]:
    """A module as the statement `const name = (() => {...})();`, and the paths of those that it imports."""
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

    def passed_on(match: re.Match[str]) -> str:
        names, specifier = match.groups()
        value = target(specifier)
        exported.update({name: f"{value}.{name}" for name in re.findall(r"\w+", names)})
        return ""

    def declared(match: re.Match[str]) -> str:
        exported[match[1]] = match[1]
        return ""

    text = _EXPORT.sub(declared, _PASSED_ON.sub(passed_on, _IMPORT.sub(imported, source)))
    text = _LAZY.sub(_NOT_HERE, text)
    left = _LEFT.search(text)
    if left:
        raise ValueError(f"{path} has a line that cannot be bundled: {left[0]}")
    returned = ", ".join(f"{name}: {value}" for name, value in exported.items())
    return f"// {path}\nconst {_name(path)} = (() => {{\n{text}\nreturn {{ {returned} }};\n}})();", needed


def _name(path: str) -> str:
    return re.sub(r"\W", "_", f"module {path.removesuffix('.js')}")
