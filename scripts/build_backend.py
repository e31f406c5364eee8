"""Building the package: setuptools, and before it the compiler for `app/lstm/recording/kernel.c`.

The kernel is compiled beside its source by the machine's own C compiler, or where there is none by `ziglang`, which is
a C compiler in a wheel and is asked for only then. Without a kernel everything works, and recording takes longer.
A wheel with a kernel is for this platform, one without for any.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from setuptools import build_meta
from setuptools.build_meta import (
    build_sdist,
    get_requires_for_build_sdist,
    prepare_metadata_for_build_editable,
    prepare_metadata_for_build_wheel,
)

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
    "prepare_metadata_for_build_editable",
    "prepare_metadata_for_build_wheel",
]

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "app" / "lstm" / "recording" / "kernel.c"
LIBRARY = SOURCE.with_name("libkernel.so")  # not kernel.so, which Python would take for kernel.py
ZIG = "ziglang==0.17.1"
FLAGS = ("-std=c11", "-O3", "-fPIC", "-fvisibility=hidden", "-fno-math-errno", "-fno-trapping-math", "-Wall", "-Wextra")


def variants() -> dict[str, tuple[str, ...]]:
    """The names under which the kernel is compiled, each with the options for its set of instructions."""
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return {"open_cell": ()}
    return {"open_cell": (), "open_cell_avx2": ("-mavx2", "-mfma")}


def compilers() -> Iterator[list[str]]:
    """The commands that may compile C, the machine's own first."""
    for name in (os.environ.get("CC"), "cc", "gcc", "clang"):
        if name and shutil.which(name):
            yield [name]
    yield [sys.executable, "-m", "ziglang", "cc"]


def compile_kernel() -> bool:
    """Compile the kernel with the first compiler that can; whether one could."""
    LIBRARY.unlink(missing_ok=True)
    reasons = []
    for compiler in compilers():
        try:
            _compile(compiler)
        except subprocess.CalledProcessError as error:
            reasons.append(f"{' '.join(compiler)}: {error.stderr.strip()}")
        else:
            return True
    sys.stderr.write("The kernel was not compiled, so that recording takes longer.\n" + "\n".join(reasons) + "\n")
    return False


def _compile(compiler: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        objects = []
        source = hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:16]  # by which kernel.py knows that it is this one
        for variant, options in variants().items():
            name = f"{variant}_{source}"
            objects.append(str(Path(folder) / f"{name}.o"))
            _run([*compiler, *FLAGS, *options, f"-DNAME={name}", "-c", str(SOURCE), "-o", objects[-1]])
        built = Path(folder) / LIBRARY.name
        _run([*compiler, "-shared", *objects, "-o", str(built), *(() if os.name == "nt" else ("-lm",))])
        beside = LIBRARY.with_name(f"{LIBRARY.name}.tmp")  # a process may have the old one open: it is not written over
        shutil.copyfile(built, beside)
        beside.replace(LIBRARY)


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)


def _compiler_in_a_wheel() -> list[str]:
    return [ZIG] if len(list(compilers())) == 1 else []


def get_requires_for_build_editable(config_settings: Any = None) -> list[str]:
    return [*build_meta.get_requires_for_build_editable(config_settings), *_compiler_in_a_wheel()]


def get_requires_for_build_wheel(config_settings: Any = None) -> list[str]:
    return [*build_meta.get_requires_for_build_wheel(config_settings), *_compiler_in_a_wheel()]


def build_editable(wheel_directory: str, config_settings: Any = None, metadata_directory: Any = None) -> str:
    compile_kernel()
    return str(build_meta.build_editable(wheel_directory, config_settings, metadata_directory))


def build_wheel(wheel_directory: str, config_settings: Any = None, metadata_directory: Any = None) -> str:
    if compile_kernel():
        platform_tag = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        config_settings = {**(config_settings or {}), "--build-option": ["--plat-name", platform_tag]}
    return str(build_meta.build_wheel(wheel_directory, config_settings, metadata_directory))


if __name__ == "__main__":
    compile_kernel()
