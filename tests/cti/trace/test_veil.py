"""The veil: no password in a trace, and a trace that replays all the same."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cti.driver import Secret, load
from cti.identity import StartingState
from cti.link import Link, Transmit, stack
from cti.trace.recorder import Recorder
from cti.trace.records import Header, Kind
from cti.trace.records import load as read_trace
from cti.trace.replay import Replay
from cti.trace.veil import Veil
from protocols.stacks.primitives import TransportUp
from protocols.stacks.x25_line import LineFraming

PASSWORD = "Geheim-4711"  # noqa: S105 # nobody's
LOGIN = {"login": {"name": "AMHOST", "password": PASSWORD}}
SECRET = Secret(bytes((4, 11)), PASSWORD.encode())
LINKS = [
    ("csta", {"dialect": "hipath3000", **LOGIN}),
    ("meridian", LOGIN),
]


def packets(octets: bytes, size: int, headers: int) -> list[bytes]:
    """Cut a message as a packet layer does."""
    return [
        bytes(range(0x80, 0x80 + headers)) + octets[at : at + size]
        for at in range(0, len(octets), size)
    ]


@given(
    some.binary(max_size=40),
    some.binary(min_size=1, max_size=40),
    some.integers(1, 128),
    some.integers(16, 80),
    some.integers(0, 9),
)
def test_a_password_is_hidden_however_its_message_is_cut(
    before: bytes, after: bytes, length: int, size: int, headers: int
) -> None:
    password = (b"Geheimnis" * 15)[:length]
    secret = Secret(bytes((4, length)), password)
    sent = packets(before + secret.before + password + after, size, headers)
    veil = Veil([secret])
    shown = [veil.hide(one) for one in sent]
    assert [len(one) for one in shown] == [len(one) for one in sent]
    told = b"".join(one[headers:] for one in shown)
    assert told[len(before) + 2 :][:length] == b"*" * length
    assert told.startswith(before + secret.before)
    assert told.endswith(after)


def test_a_packet_that_is_sent_again_is_hidden_again() -> None:
    veil = Veil([SECRET])
    first, second = packets(SECRET.before + SECRET.octets + b"and more", 11, 5)
    shown = [veil.hide(one) for one in (first, second, b"other", second)]
    assert shown[1] == shown[3] == second[:5] + b"**and more"


@given(some.binary(max_size=80))
def test_what_has_no_password_is_shown_as_it_is(octets: bytes) -> None:
    assert Veil([SECRET]).hide(octets) == octets
    assert not Veil([Secret(b"\x05\x00", b"")])


@given(some.binary(max_size=20), some.binary(max_size=20))
def test_a_frame_with_a_hidden_password_is_a_good_frame(before: bytes, after: bytes) -> None:
    line = LineFraming(0, 200)
    octets = b"\x01\x00" + before + SECRET.before + SECRET.octets + after
    shown = line.altered(line.frame(octets), Veil([SECRET]).hide)
    assert PASSWORD.encode() not in shown
    (frame,) = LineFraming(0, 200).feed(shown)
    assert frame == octets.replace(SECRET.octets, b"*" * 11)


@pytest.mark.parametrize(("name", "config"), LINKS, ids=[name for name, _ in LINKS])
def test_a15_no_trace_has_the_password_of_an_association_and_it_replays(
    tmp_path: Path, name: str, config: Mapping[str, Any]
) -> None:
    driver = load(name)(config)
    link = Link("main", driver, stack(driver.stack, {}))
    shown = {key: value for key, value in config.items() if key != "login"}
    start = StartingState("test", {}, {})
    recorder = Recorder(tmp_path, lambda: Header("hq", "main", name, shown, start))
    recorder.record(Kind.UP, 0)
    sent = [one.octets for one in link.handle(TransportUp()) if isinstance(one, Transmit)]
    assert any(PASSWORD.encode() in one for one in sent)
    for one in sent:
        recorder.record(Kind.OUT, 0, link.shown(one))
    recorder.close()
    (file,) = tmp_path.iterdir()
    assert PASSWORD.encode().hex() not in file.read_text()
    assert b"*********".hex() in file.read_text()
    header, records = read_trace(file.read_text().splitlines())
    assert header is not None
    replay = Replay(header.driver, header.config)
    list(replay.run(records))
    assert replay.summary["messages"] == len(sent)
    assert replay.unreadable == replay.summary["anomalies"] == 0
