"""Arithmetic of printed numbers: each stands for all that rounds to it, so a row adds up, or does not."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# Beyond the rounding of print: that of float32 itself.
NOISE = 4e-6
# A letter with an index below it, which the page's reader writes as c_{t-1}, or without one; or a number.
TOKEN = re.compile(
    r"(?<![A-Za-z])(?P<letter>[Wbzifgochmx])(?:_\{(?P<below>[^}]*)\}|(?![A-Za-z_(]))"
    r"|(?P<number>\u2212?\d+(?:\.\d+)?(?:e\u2212?\d+)?)"
)


@dataclass(frozen=True)
class Interval:
    """The numbers from `low` to `high`."""

    low: float
    high: float

    def __add__(self, other: "Interval") -> "Interval":
        return Interval(self.low + other.low, self.high + other.high)

    def __mul__(self, other: "Interval") -> "Interval":
        products = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(products), max(products))

    def of(self, rising: Callable[[float], float]) -> "Interval":
        """What a rising function makes of them."""
        return Interval(rising(self.low), rising(self.high))

    def meets(self, other: "Interval") -> bool:
        room = NOISE * max(1, abs(self.low), abs(other.low))
        return self.low <= other.high + room and other.low <= self.high + room


def exactly(value: float) -> Interval:
    return Interval(value, value)


def printed(text: str) -> Interval:
    """All that is written so: half a unit of the last digit to either side. A bare 0 is 0."""
    mantissa, _, exponent = text.replace("\u2212", "-").partition("e")
    value = float(mantissa) * 10 ** int(exponent or 0)
    if mantissa == "0":
        return exactly(0)
    half = 0.5 * 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
    return Interval(value - half, value + half)


def sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value))


def evaluated(text: str, value_of: Callable[[str, str], Any], functions: dict[str, Any]) -> Any:
    """A term in the page's notation. value_of takes a letter and what stands below it."""

    def called(found: re.Match[str]) -> str:
        return f'N("{found["number"]}")' if found["number"] else f'V("{found["letter"]}","{found["below"] or ""}")'

    code = TOKEN.sub(called, text.replace("\u2061", ""))
    code = re.sub(r'(V\("W","\w+"\)) *V', r"\1@V", code)
    for sign, operator in {"\u2299": "*", "\u00b7": "*", "\u03c3(": "sigmoid("}.items():
        code = code.replace(sign, operator)
    return eval(code, {"__builtins__": {}, "V": value_of, "N": printed, **functions})  # noqa: S307 (the page's own words)


def check_row(row: str, value_of: Callable[[str, str], Interval]) -> None:
    """Every side of a row of arithmetic is the same number, within the rounding of what is printed."""
    functions = {"sigmoid": lambda one: one.of(sigmoid), "tanh": lambda one: one.of(math.tanh)}
    sides = [side for side in row.split("=") if "\u22ef" not in side]  # what is left out cannot be added up
    values = [evaluated(side, value_of, functions) for side in sides]
    for side, value in zip(sides, values, strict=True):
        assert all(map(value.meets, values)), f"{row!r} does not add up at {side!r}: {values}"
