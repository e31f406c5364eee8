"""Which folders are the package `lstm_lens`, and its parts: setuptools has no other place to compute that."""

from setuptools import find_packages, setup

PACKAGE = "lstm_lens"
BESIDE = ("static", "templates")

setup(
    packages=[PACKAGE, *(f"{PACKAGE}.{name}" for name in (*find_packages("app"), *BESIDE))],
    package_dir={PACKAGE: "app", **{f"{PACKAGE}.{name}": name for name in BESIDE}},
)
