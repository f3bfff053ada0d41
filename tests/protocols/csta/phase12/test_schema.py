"""The declared types and the tables of phases I and II."""

import pytest
from pyasn1.type import univ

from protocols.csta.phase12.codec import PHASE1, PHASE2, Operation
from protocols.csta.phase12.schema import OPERATIONS
from protocols.csta.phase12.schema import PHASE1 as FIRST
from protocols.csta.phase12.schema import PHASE2 as SECOND
from protocols.csta.phase12.schema.events import EVENT_TYPES
from tests.protocols.rose.values import reachable

TYPES = reachable(
    *(one.argument() for one in OPERATIONS if one.argument),
    *(one.result() for one in OPERATIONS if one.result),
    *(body() for _, body in EVENT_TYPES.values()),
)
CONSTRUCTED = (univ.Sequence, univ.SequenceOf, univ.Choice, univ.Enumerated)


@pytest.mark.parametrize("name", TYPES)
def test_every_type_is_declared_by_name_and_says_where_it_stands(name):
    kind = TYPES[name]
    if kind.__module__.startswith("pyasn1"):
        assert not issubclass(kind, CONSTRUCTED)
        return
    assert kind.__doc__ != kind.__mro__[1].__doc__
    if issubclass(kind, CONSTRUCTED):
        assert kind.clause.startswith(("ECMA-180 ", "ECMA-218 ", "ECMA-285 ", "Alcatel "))


@pytest.mark.parametrize("table", [FIRST, SECOND], ids=["I", "II"])
def test_codes_and_names_of_operations_are_unique(table):
    codes = [one.code for one in table]
    assert codes == sorted(set(codes))
    assert len({one.name for one in table}) == len(codes)


def test_operations_are_named():
    assert {*PHASE1.rose.names, *PHASE2.rose.names} == set(Operation)


def test_phase_two_has_what_phase_one_has():
    ours = {one.code: one for one in SECOND}
    for one in FIRST:
        if one.code != Operation.EVENT_REPORT:
            assert ours[one.code] == one


def test_events_that_no_phase_three_has():
    numbers = {name: number for number, (name, _) in EVENT_TYPES.items()}
    assert numbers["callCleared"] == 1
    assert numbers["transferred"] == 14
    assert len(numbers) == len(EVENT_TYPES) == 27
