"""Commands known by their ids: each client within its share, and over a restart."""

from __future__ import annotations

from cti import moment
from cti.kept import KeptCommand
from cti.model import commands as cm
from cti.model.commands import Command, EndState, Result
from cti.remembered import REMEMBERED, Remembered, digest, interrupted, result_of

DONE = Result(EndState.SUCCEEDED, result={"call": "c"})


def command(client: str, name: str) -> Command:
    return Command(
        command_id=name,
        verb="query_dnd",
        switch_id="hq",
        args=cm.QueryDnd(device="201"),
        requester=client,
    )


def test_an_id_is_known_with_its_end_for_a_day() -> None:
    known = Remembered()
    assert known.again(command("app", "1"), 0) is None
    found = known.again(command("app", "1"), 1)
    assert found is not None
    assert result_of(found) is None
    known.ended("app", "1", DONE)
    found = known.again(command("app", "1"), REMEMBERED)
    assert found is not None
    assert result_of(found) == DONE
    assert known.knows("app", "1", REMEMBERED)
    assert not known.knows("ben", "1", REMEMBERED)
    assert known.again(command("app", "1"), REMEMBERED + 1) is None


def test_a21_a_client_with_very_many_ids_forgets_its_own_and_nobody_elses() -> None:
    known = Remembered(per_client=100, at_once=250)
    for number in range(10):
        known.again(command(f"honest{number}", "1"), number)
    for number in range(1000):
        known.again(command("hostile", str(number)), 10 + number)
    assert len(known) == 110
    assert all(known.knows(f"honest{number}", "1", 2000) for number in range(10))
    assert not known.knows("hostile", "0", 2000)
    assert known.knows("hostile", "999", 2000)


def test_a21_many_clients_take_from_who_has_most() -> None:
    known = Remembered(per_client=100, at_once=150)
    known.again(command("honest", "1"), 0)
    for number in range(100):
        known.again(command("hostile", str(number)), 1 + number)
    for number in range(100):
        known.again(command("hostile2", str(number)), 200 + number)
    assert len(known) == 150
    assert known.knows("honest", "1", 1000)
    gone = {(one.client, one.command_id) for one in known.changes() if one.result is None}
    assert ("hostile", "0") in gone
    assert not [client for client, _ in gone if client == "honest"]


def test_what_was_not_ended_in_an_earlier_life_is_known_as_such() -> None:
    asked = command("app", "1")
    kept = KeptCommand("app", "1", asked.verb, digest(asked), moment.SECOND)
    old = KeptCommand("app", "0", asked.verb, digest(asked), 0)
    known = Remembered()
    known.restore([old, kept], REMEMBERED + moment.SECOND // 2)
    assert list(known.unended()) == [("app", "1", "query_dnd")]
    assert [(one.command_id, one.result) for one in known.changes()] == [("0", None)]
    known.ended("app", "1", interrupted("query_dnd"))
    found = known.again(asked, REMEMBERED)
    assert found is not None
    told = result_of(found)
    assert told is not None
    assert told.status is EndState.UNKNOWN
