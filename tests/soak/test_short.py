"""The small form of every program, in which nothing is judged that depends on the speed of the machine."""

from collections.abc import Iterator
from importlib import import_module

import pytest

from tests.soak import TABLE, Row
from tests.soak.faults import FAULTS, ROOT
from tests.soak.support.program import Findings, failures, report, verdict
from tests.soak.support.server import end_shared


@pytest.fixture(scope="module", autouse=True)
def _shared_server() -> Iterator[None]:
    yield
    end_shared()


@pytest.mark.parametrize(
    "row",
    [row for row in TABLE if row.name != "cluster"],  # tests/cluster has that one, on a cluster which is there anyway
    ids=lambda row: row.name,
)
def test_the_small_form_holds(row: Row) -> None:
    found: Findings = import_module(f"tests.soak.{row.name}").measure(True)
    assert failures(found, short=True) == []
    assert found.figures


def test_a_figure_beyond_its_bound_fails_the_long_form_alone() -> None:
    found = Findings()
    found.goal("p99 ms", 501, most=500)
    found.goal("requests a second", 299, least=300)
    assert len(failures(found, short=False)) == 2
    assert failures(found, short=True) == []
    assert verdict(report("load", found, short=False)) == "load: p99 ms 501, requests a second 299 FAIL"


def test_what_must_hold_fails_every_form() -> None:
    found = Findings()
    found.expect(True, "nothing")
    found.expect(False, "a wrong body")
    assert failures(found, short=True) == failures(found, short=False) == ["a wrong body"]


def test_every_program_has_a_fault_to_notice_and_its_place_is_still_there() -> None:
    assert [fault.program for fault in FAULTS] == [row.name for row in TABLE]
    for fault in FAULTS:
        assert (ROOT / fault.file).read_text("utf-8").count(fault.sound) == 1, fault.program
