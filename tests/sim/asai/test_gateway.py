"""The LAN tunnel as the gateway treats it (S1 chapter 7), one test for each rule."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as s

from protocols.asai.tunnel import DownReason, Refusal
from protocols.stacks import primitives as st
from sim.asai.gateway import Gateway, LinkTable

ASK_1 = bytes.fromhex("0100000101")
MESSAGE = bytes.fromhex("0801804e790187")


def sent(actions: list[st.Action]) -> str:
    return b"".join(one.octets for one in actions if isinstance(one, st.Transmit)).hex()


def told(actions: list[st.Action]) -> list[Any]:
    kinds = (st.Established, st.Released, st.Received, st.Fault)
    return [one for one in actions if isinstance(one, kinds)]


def opened(table: LinkTable | None = None, client: str = "10.0.0.7") -> Gateway:
    gateway = Gateway(table or LinkTable(), client)
    gateway.handle(st.TransportUp())
    assert st.Established() in gateway.handle(st.OctetsReceived(ASK_1))
    return gateway


def test_a_heartbeat_is_answered_at_once_with_its_identifier() -> None:
    gateway = opened()
    for number in (0, 42, 255):
        beat = bytes((6, number, 0, 0))
        assert sent(gateway.handle(st.OctetsReceived(beat))) == f"07{number:02x}0000"


def test_a_heartbeat_is_answered_before_a_link_is_asked_for() -> None:
    gateway = Gateway(LinkTable(), "10.0.0.7")
    gateway.handle(st.TransportUp())
    assert sent(gateway.handle(st.OctetsReceived(bytes.fromhex("06050000")))) == "07050000"


def test_data_is_one_message_with_its_length_in_network_order() -> None:
    gateway = opened()
    assert sent(gateway.handle(st.Send(MESSAGE))) == "08000007" + MESSAGE.hex()
    data = bytes.fromhex("08000007") + MESSAGE
    assert told(gateway.handle(st.OctetsReceived(data + data))) == [st.Received(MESSAGE)] * 2


def test_what_passes_inside_is_not_looked_at() -> None:
    gateway = opened()
    data = bytes.fromhex("08000002ffff")
    assert told(gateway.handle(st.OctetsReceived(data))) == [st.Received(b"\xff\xff")]


def test_a_message_may_come_in_any_pieces() -> None:
    data = bytes.fromhex("08000007") + MESSAGE
    for cut in range(len(data)):
        gateway = opened()
        assert told(gateway.handle(st.OctetsReceived(data[:cut]))) == []
        rest = gateway.handle(st.OctetsReceived(data[cut:]))
        assert told(rest) == [st.Received(MESSAGE)]


def test_a_client_that_is_not_administered_gets_an_error_notification() -> None:
    gateway = Gateway(LinkTable((("10.0.0.7", 1),)), "10.0.0.8")
    actions = gateway.handle(st.TransportUp())
    assert sent(actions) == f"03{Refusal.INVALID_CLIENT:02x}0000"
    (fault,) = told(actions)
    assert (fault.kind, fault.fatal) == ("refused", True)


def test_a_link_of_another_client_is_refused() -> None:
    gateway = Gateway(LinkTable((("10.0.0.7", 2), ("10.0.0.8", 1))), "10.0.0.7")
    assert sent(gateway.handle(st.TransportUp())) == ""
    refused = sent(gateway.handle(st.OctetsReceived(ASK_1)))
    assert refused == f"03{Refusal.INVALID_CLIENT:02x}0000"


def test_one_connection_is_one_link() -> None:
    table = LinkTable()
    first = opened(table)
    second = Gateway(table, "10.0.0.7")
    second.handle(st.TransportUp())
    refused = sent(second.handle(st.OctetsReceived(ASK_1)))
    assert refused == f"03{Refusal.LINK_IN_USE:02x}0000"
    first.handle(st.TransportDown("closed"))
    opened(table)


def test_a_link_out_of_service_is_refused() -> None:
    table = LinkTable()
    table.offline.add(1)
    gateway = Gateway(table, "10.0.0.7")
    gateway.handle(st.TransportUp())
    refused = sent(gateway.handle(st.OctetsReceived(ASK_1)))
    assert refused == f"03{Refusal.LINK_OFFLINE:02x}0000"


@pytest.mark.parametrize("reason", DownReason)
def test_link_down_says_why_in_one_octet(reason: DownReason) -> None:
    gateway = opened()
    actions = gateway.down(reason)
    assert sent(actions) == f"0b000001{reason:02x}"
    assert [type(one) for one in told(actions)] == [st.Released]
    assert [type(one) for one in told(gateway.up())] == [st.Established]


def test_data_without_a_link_is_not_carried() -> None:
    gateway = opened()
    gateway.down(DownReason.LAYER_2_DOWN)
    data = bytes.fromhex("08000007") + MESSAGE
    (fault,) = told(gateway.handle(st.OctetsReceived(data)))
    assert (fault.kind, fault.fatal) == ("unexpected", False)
    (fault,) = told(gateway.handle(st.Send(MESSAGE)))
    assert fault.kind == "unsent"


def test_the_table_has_at_most_eight_entries() -> None:
    LinkTable(tuple(("*", link) for link in range(1, 9)))
    with pytest.raises(ValueError, match="8 entries"):
        LinkTable(tuple(("*", link) for link in range(1, 10)))
    with pytest.raises(ValueError, match="once"):
        LinkTable((("10.0.0.7", 1), ("10.0.0.8", 1)))


def test_a_client_that_answers_no_heartbeat_is_cut() -> None:
    gateway = opened()
    assert sent(gateway.handle(st.TimerExpired("beat"))) == "06010000"
    gateway.handle(st.OctetsReceived(bytes.fromhex("07010000")))
    assert sent(gateway.handle(st.TimerExpired("beat"))) == "06020000"
    silent = told(gateway.handle(st.TimerExpired("beat")))
    assert [type(one) for one in silent] == [st.Fault, st.Released]


def test_a_message_that_cannot_be_ends_the_connection() -> None:
    gateway = opened()
    actions = told(gateway.handle(st.OctetsReceived(bytes.fromhex("0800ffff"))))
    assert [type(one) for one in actions] == [st.Fault, st.Released]
    assert actions[0].fatal


@given(s.lists(s.binary(max_size=40) | s.just(ASK_1), max_size=8))
def test_whatever_octets_arrive_nothing_is_raised(pieces: list[bytes]) -> None:
    gateway = Gateway(LinkTable(), "10.0.0.7")
    gateway.handle(st.TransportUp())
    for piece in pieces:
        gateway.handle(st.OctetsReceived(piece))
    gateway.handle(st.TransportDown("closed"))
    assert gateway.handle(st.TimerExpired("beat")) == []
