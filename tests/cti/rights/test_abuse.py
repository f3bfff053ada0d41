"""Every abuse case has a test with its number; what is not there yet is said here."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest
from twisted.internet.testing import MemoryReactorClock

from cti import facts as f
from cti.model.commands import VERBS
from cti.mqtt.addresses import Address, Tls, servers_for
from tests.support.switchboard import Board

TESTS = Path(__file__).resolve().parents[2]

MISSING = {
    12: "there is no export and no page here",
    18: "no redirect is followed",
}
"""What of a case cannot be tested here, and why."""


def test_every_case_has_a_test_with_its_number() -> None:
    text = "".join(path.read_text() for path in TESTS.rglob("test_*.py"))
    names = re.findall(r"def test_((?:a\d+_)+)", text)
    numbers = {int(number) for name in names for number in re.findall(r"a(\d+)_", name)}
    assert {*range(1, 25), 26} <= numbers


def test_a5_who_joins_a_call_is_seen_by_the_parties_of_it() -> None:
    board = Board()
    board.on(f.Originated, "1", "201")
    board.on(f.Alerting, "1", "202")
    board.on(f.Connected, "1", "202")
    board.events.clear()
    board.on(f.Connected, "1", "203")
    (event,) = [one for one in board.events if getattr(one, "device_id", "") == "203"]
    assert {party.device_id for party in event.parties} == {"201", "202", "203"}


@pytest.mark.parametrize("content", [b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nx"])
def test_a18_a_bad_ca_file_is_no_connection(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "ca.pem"
    file.write_bytes(content)
    reactor = MemoryReactorClock()
    with pytest.raises(ValueError, match="ca_file"):
        servers_for(reactor, [Address("h", 8883, tls=True)], Tls(ca_file=str(file)))
    assert reactor.tcpClients == []


WORDS = {"file", "path", "url", "uri", "host", "address", "template", "code", "script", "regex"}


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_a24_no_verb_takes_a_path_an_address_or_a_program(verb: str) -> None:
    members = {field.name for field in msgspec.structs.fields(VERBS[verb])}
    assert not [one for one in members if WORDS & set(one.split("_"))]
