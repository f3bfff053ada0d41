"""One side of a D channel, a sentence each: TEIs, terminals of a bus, broadcasts, layer 1."""

from __future__ import annotations

from typing import Any

import pytest

from protocols.lapd import primitives as dl
from protocols.lapd.frames import PACKET, Address, Error, Sabme, Ua, Ui, encode
from protocols.lapd.layer import Layer, read
from protocols.lapd.layer_primitives import (
    CheckRequest,
    ErrorIndication,
    GroupDataRequest,
    Ignored,
    LineDown,
    LineUp,
    Params,
    Refused,
    RemoveRequest,
    Requested,
    SendFrame,
    TeiAssigned,
    TeiFailed,
    TeiRemoved,
    TimerExpired,
    Told,
)
from protocols.lapd.primitives import TIMERS, Cause, Role, State, Timer
from tests.protocols.lapd.wire import Side, Wire

USER, NETWORK = Role.USER, Role.NETWORK
ESTABLISH = dl.EstablishRequest()


def bus(terminals: int = 1, **params: Any) -> Wire:
    users = [Params(USER, seed=seed, **params) for seed in range(terminals)]
    wire = Wire(Params(NETWORK, **params), *users)
    wire.drain()
    return wire


def told(side: Side, kind: type) -> list[Told]:
    return [
        action
        for action in side.seen
        if isinstance(action, Told) and isinstance(action.indication, kind)
    ]


def test_a_terminal_sets_up_its_link_as_real_ones_do() -> None:
    """Identity request, assigned, SABME, UA: the octets are those of libpri and Linux."""
    wire = bus()
    terminal = wire.terminals[0]
    terminal.request(ESTABLISH)
    ri = terminal.line[0][4:6].hex()
    assert terminal.line.popleft().hex() == f"fcff030f{ri}01ff"
    terminal.take(bytes.fromhex(f"feff030f{ri}0281"))
    assert terminal.line.popleft().hex() == "00817f"
    terminal.take(bytes.fromhex("008173"))
    assert told(terminal, dl.EstablishConfirm) == [Told(dl.EstablishConfirm(), 0, 64)]


def test_several_terminals_have_each_their_link_to_the_network() -> None:
    wire = bus(3)
    for terminal in wire.terminals:
        terminal.request(ESTABLISH)
    wire.settle()
    assert [terminal.layer.tei for terminal in wire.terminals] == [64, 65, 66]
    assert wire.network.layer.assigned == {64, 65, 66}
    for tei in (64, 65, 66):
        wire.network.send(tei=tei)
    for terminal in wire.terminals:
        terminal.send()
    wire.settle()
    for tei, terminal in zip((64, 65, 66), wire.terminals, strict=True):
        assert wire.network.user(tei=tei).received == [(1, 0)]
        assert terminal.user().received == [(1, 0)]


def test_sapis_of_one_terminal_share_its_tei() -> None:
    wire = bus(sapis={0: dl.Params(k=1), PACKET: dl.Params(k=3)})
    terminal = wire.terminals[0]
    terminal.request(ESTABLISH)
    terminal.request(ESTABLISH, PACKET)
    wire.settle()
    assert {(t.sapi, t.tei) for t in told(terminal, dl.EstablishConfirm)} == {(0, 64), (16, 64)}


def test_terminals_with_fixed_teis_need_no_assignment() -> None:
    wire = Wire(Params(NETWORK), Params(USER, tei=5), Params(USER))
    wire.drain()
    wire.network.request(ESTABLISH, tei=5)
    wire.terminals[1].request(ESTABLISH)
    wire.settle()
    assert wire.network.user(tei=5).up
    assert wire.network.user(tei=64).up
    assert wire.network.layer.assigned == {64}


def test_a_network_reaches_all_terminals_with_one_unnumbered_message() -> None:
    wire = bus(2)
    wire.network.handle(GroupDataRequest(b"\x08\x01\x01\x05"))
    assert wire.network.line[0].hex() == "02ff0308010105"
    wire.drain()
    assert [terminal.broadcasts for terminal in wire.terminals] == [[b"\x08\x01\x01\x05"]] * 2


def test_a_terminal_asks_for_a_tei_to_send_an_unnumbered_message() -> None:
    wire = bus()
    wire.terminals[0].request(dl.UnitDataRequest(b"\x01"))
    wire.drain()
    assert told(wire.network, dl.UnitDataIndication) == [
        Told(dl.UnitDataIndication(b"\x01"), 0, 64)
    ]


@pytest.mark.parametrize("event", [GroupDataRequest(b""), CheckRequest(), RemoveRequest(64)])
def test_what_only_a_network_does_is_refused_by_a_terminal(event: Any) -> None:
    wire = bus()
    assert wire.terminals[0].handle(event) == [Refused(event)]


def test_requests_are_refused_without_layer_1_and_for_strangers() -> None:
    layer = Layer(Params(NETWORK))
    for request in (Requested(ESTABLISH, tei=5), GroupDataRequest(b"")):
        assert layer.handle(request) == [Refused(request)]
    layer.handle(LineUp())
    for request in (Requested(ESTABLISH, tei=64), Requested(ESTABLISH, sapi=7, tei=5)):
        assert layer.handle(request) == [Refused(request)]
    long = GroupDataRequest(bytes(261))
    assert layer.handle(long) == [Refused(long)]


def test_a_terminal_without_an_answer_gives_up_for_now() -> None:
    wire = bus()
    terminal = wire.terminals[0]
    terminal.request(ESTABLISH)
    for _ in range(3):
        terminal.line.clear()
        terminal.expire(Timer.T202)
    assert TeiFailed() in terminal.seen
    assert told(terminal, dl.ReleaseIndication)[0].indication == dl.ReleaseIndication(
        Cause.NO_TEI
    )
    assert not terminal.running


@pytest.mark.parametrize("tei", [64, 127])
def test_removal_takes_the_link_down_at_both_ends(tei: int) -> None:
    wire = bus()
    terminal = wire.terminals[0]
    terminal.request(ESTABLISH)
    wire.settle()
    wire.network.handle(RemoveRequest(tei))
    wire.settle()
    assert not terminal.user().up
    assert not wire.network.user(tei=64).up
    assert not wire.network.layer.links
    terminal.request(ESTABLISH)
    wire.settle()
    assert terminal.layer.tei == 65


def test_a_network_that_began_anew_takes_strange_teis_away() -> None:
    wire = bus()
    terminal = wire.terminals[0]
    terminal.request(ESTABLISH)
    wire.settle()
    wire.network.layer = Layer(wire.network.layer.params)
    wire.network.running.clear()
    wire.network.layer.handle(LineUp())  # its removal of all TEIs is lost
    terminal.request(ESTABLISH)
    wire.drain()
    assert terminal.layer.tei == 127
    assert TeiRemoved(64) in terminal.seen


def test_management_of_a_network_checks_its_terminals() -> None:
    wire = bus(2)
    for terminal in wire.terminals:
        terminal.request(ESTABLISH)
    wire.settle()
    wire.sides.remove(wire.terminals.pop())
    wire.network.handle(CheckRequest())
    wire.settle()
    assert wire.network.layer.assigned == {64}
    assert wire.network.layer.tei == 127
    wire.network.handle(CheckRequest(64))
    wire.network.handle(LineDown())
    assert not wire.network.running


def test_an_idle_link_is_left_alone_without_t203() -> None:
    params = {0: dl.Params(t203=False)}
    wire = Wire(Params(NETWORK, tei=0, sapis=params), Params(USER, tei=0, sapis=params))
    wire.network.request(ESTABLISH, tei=0)
    wire.settle()
    wire.network.send(tei=0)
    wire.settle()
    assert not wire.network.running
    assert wire.network.layer.tei == 0
    assert wire.terminals[0].layer.links[0, 127].vr == 1


def test_a_terminal_that_went_away_loses_its_tei() -> None:
    wire = bus(2)
    terminal = wire.terminals[0]
    terminal.request(ESTABLISH)
    wire.settle()
    wire.terminals.remove(terminal)
    wire.sides.remove(terminal)
    wire.network.request(dl.ReleaseRequest(), tei=64)
    wire.settle()
    assert ErrorIndication(Error.H, 0, 64) in wire.network.seen
    assert wire.network.layer.assigned == frozenset()


def test_two_terminals_with_one_tei_lose_it() -> None:
    wire = bus(2)
    first, second = wire.terminals
    first.request(ESTABLISH)
    wire.settle()
    second.request(ESTABLISH)
    ri = second.line.popleft()[4:6]
    second.take(bytes.fromhex("feff030f") + ri + b"\x02\x81")
    assert first.layer.tei == second.layer.tei == 64
    wire.settle()  # the UA for the second is not expected by the first: it has this verified
    assert ErrorIndication(Error.C, 0, 64) in first.seen
    assert TeiRemoved(64) in wire.network.seen
    assert first.layer.tei == second.layer.tei == 127


def test_a_terminal_nobody_answers_has_its_tei_verified_and_asks_for_another() -> None:
    wire = bus()
    terminal = wire.terminals[0]
    terminal.request(ESTABLISH)
    wire.settle()
    for _ in range(4):
        terminal.request(ESTABLISH)
        for _ in range(4):
            terminal.line.clear()
            terminal.expire(Timer.T200)
    terminal.line.clear()
    for _ in range(2):
        terminal.expire(Timer.T202)
        terminal.line.clear()
    assert TeiRemoved(64) in terminal.seen
    terminal.request(ESTABLISH)
    wire.settle()
    assert terminal.layer.tei == 65


def test_layer_1_going_down_releases_and_keeps_the_tei() -> None:
    wire = bus()
    terminal = wire.terminals[0]
    terminal.request(ESTABLISH)
    wire.settle()
    actions = terminal.handle(LineDown())
    assert Told(dl.ReleaseIndication(Cause.LINE), 0, 64) in actions
    assert not terminal.running
    assert terminal.handle(LineDown()) == [Ignored(LineDown())]
    terminal.handle(LineUp())
    assert terminal.layer.tei == 64


def test_layer_1_going_down_ends_a_request_for_a_tei() -> None:
    wire = bus()
    terminal = wire.terminals[0]
    terminal.request(ESTABLISH)
    assert TeiFailed() in terminal.handle(LineDown())
    assert told(terminal, dl.ReleaseIndication)
    assert not terminal.running


def test_frames_of_other_terminals_and_late_ones_are_ignored() -> None:
    layer = Layer(Params(USER, tei=3))
    event = read(encode(Address(0, 3, cr=True), Sabme(pf=True)))
    assert layer.handle(event) == [Ignored(event)]
    assert layer.handle(LineUp()) == [TeiAssigned(3)]
    assert layer.handle(LineUp()) == [Ignored(LineUp())]
    for address in (Address(0, 4, cr=True), Address(1, 3, cr=True), Address(0, 127, cr=True)):
        event = read(encode(address, Sabme(pf=True)))
        assert layer.handle(event) == [Ignored(event)]
    assert SendFrame(Address(0, 3, cr=True), Ua(pf=True)) in layer.handle(
        read(encode(Address(0, 3, cr=True), Sabme(pf=True)))
    )
    assert layer.links[0, 127].state is State.MULTIPLE_FRAME_ESTABLISHED


@pytest.mark.parametrize("tei", [None, 0])
def test_octets_of_no_tei_message_are_ignored(tei: int | None) -> None:
    layer = Layer(Params(NETWORK, tei=tei))
    layer.handle(LineUp())
    for data in (b"", b"\x0e\x00", b"\x0f\x00\x00\x09\xff"):
        event = read(encode(Address(63, 127, cr=False), Ui(data=data)))
        assert layer.handle(event) == [Ignored(event)]


def test_timers_of_nobody_are_ignored() -> None:
    wire = bus()
    wire.terminals[0].request(ESTABLISH)
    (clock,) = wire.terminals[0].running
    for layer in (Layer(Params(NETWORK)), Layer(Params(USER))):
        for timer in Timer:
            event = TimerExpired(type(clock)(timer, 5, 5))
            (ignored,) = layer.handle(event)
            assert isinstance(ignored, Ignored)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        (lambda: Params(tei=64), "tei = 64"),
        (lambda: Params(tei=-1), "tei = -1"),
        (lambda: Params(sapis={63: dl.Params()}), "sapi = 63"),
        (lambda: Params(n202=0), "n202 = 0"),
        (lambda: dl.Params(k=0), "k = 0"),
        (lambda: dl.Params(k=128), "k = 128"),
        (lambda: dl.Params(n200=0), "n200 = 0"),
    ],
)
def test_parameters_out_of_range_are_named(params: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        params()


def test_every_timer_has_a_row() -> None:
    assert set(TIMERS) == set(Timer)
    for spec in TIMERS.values():
        assert spec.minimum <= spec.default <= spec.maximum
