"""A DTE and a DCE against each other: nothing lost, doubled or reordered on any channel."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from protocols.x25.channel import Channel, State
from protocols.x25.layer import Layer, read
from protocols.x25.packets import Modulo, Packet
from protocols.x25.primitives import (
    BusyRequest,
    DisconnectRequest,
    LinkUp,
    PacketReceived,
    Params,
    Range,
    ReadyRequest,
    RestartRequest,
    Role,
    Timer,
)
from tests.protocols.x25.test_packets import packets
from tests.protocols.x25.test_statetable import EVENTS
from tests.protocols.x25.wire import WATCHING, Link

STEPS = [
    "carry", "send", "call", "answer", "T2", "busy", "ready", "clear", "reset", "refuse",
    "restart", "link", "T21", "T11", "T25",
]  # fmt: skip


def link(dice: Random, modulo: Modulo) -> Link:
    common = {"modulo": modulo, "permanent": (1,), "two_way": Range(2, 4)}
    sides = []
    for role in Role:
        window = dice.randint(1, 7)
        sides.append(
            Params(
                role=role,
                window=2,
                max_window=max(window, 2),
                max_packet_size=dice.choice([128, 256, 512]),
                negotiate=dice.random() < 0.5,
                t2=dice.random() < 0.5,
                **common,  # type: ignore[arg-type]
            )
        )
    return Link(*sides)


def perform(pair: Link, step: str, which: int, dice: Random) -> None:
    side = pair.sides[which]
    channels = sorted(side.layer.channels)
    lcn = dice.choice(channels)
    match step:
        case "carry":
            pair.carry(which)
        case "send":
            side.send(dice.choice(sorted(side.open) or channels), dice.choice([0, 100, 700]))
        case "call":
            side.call()
        case "answer":
            for waiting in sorted(side.calls):
                side.answer(waiting)
        case "refuse":
            for waiting in sorted(side.calls)[:1]:
                side.handle(DisconnectRequest(waiting, 0, 9))
        case "busy":
            side.handle(BusyRequest(lcn))
        case "ready":
            side.handle(ReadyRequest(lcn))
        case "clear":
            side.handle(DisconnectRequest(lcn))
        case "reset":
            side.reset(lcn)
        case "restart":
            side.handle(RestartRequest())
        case "link":
            pair.up()
        case _:
            pair.expire(which, Timer[step])


def run(seed: int, modulo: Modulo) -> Link:
    dice = Random(seed)  # noqa: S311 - any sequence that can be had again will do
    pair = link(dice, modulo)
    pair.up()
    weights = [6.0, 3.0, 0.7, 0.7, 0.7, *(dice.random() ** 4 for _ in STEPS[5:])]
    for step in dice.choices(STEPS, weights, k=250):
        perform(pair, step, dice.randint(0, 1), dice)
    pair.drain()
    for side in pair.sides:
        for lcn in sorted(side.layer.channels):
            side.handle(ReadyRequest(lcn))
        for waiting in sorted(side.calls):
            side.answer(waiting)
    pair.settle()
    return pair


@given(st.integers(0, 2**32), st.sampled_from(Modulo))
def test_both_sides_agree_and_nothing_is_lost(seed: int, modulo: Modulo) -> None:
    pair = run(seed, modulo)
    dte, dce = (side.layer for side in pair.sides)
    assert dte.ready
    assert dce.ready
    for lcn in dte.channels.keys() | dce.channels.keys():
        states = {
            layer.channels.get(lcn, Channel(lcn, layer.params)).state for layer in (dte, dce)
        }
        assert states in ({State.READY}, {State.FLOW_CONTROL_READY})
    assert pair.sides[0].open == pair.sides[1].open
    pair.check_received()


@given(st.lists(packets(), max_size=30), st.sampled_from(Role))
def test_any_packets_in_any_order_are_taken(
    drawn: list[tuple[Packet, Modulo]], role: Role
) -> None:
    layer = Layer(Params(role=role, permanent=(1,), two_way=Range(2, 4095)))
    layer.handle(LinkUp())
    for packet, modulo in drawn:
        if modulo is Modulo.M8:
            layer.handle(PacketReceived(packet))


@given(st.lists(st.binary(max_size=9), max_size=30), st.sampled_from(Role))
def test_any_octets_in_any_order_are_taken(octets: list[bytes], role: Role) -> None:
    layer = Layer(Params(role=role))
    layer.handle(LinkUp())
    layer.handle(read(bytes.fromhex("1000ff")))
    for each in octets:
        layer.handle(read(each))
        layer.handle(read(b"\x10\x01" + each))


@given(st.lists(st.sampled_from(EVENTS), max_size=40), st.sampled_from(Role), st.booleans())
def test_any_events_in_any_order_are_taken(
    events: list[object], role: Role, permanent: bool
) -> None:
    channel = Channel(1, Params(role=role, queue=4, max_message=300), permanent=permanent)
    for event in events:
        channel.handle(event)  # type: ignore[arg-type]
        assert channel.flow.partial <= 300
        assert channel.flow.queued <= 4
        waits = channel.state in (State.CALLING, State.RESETTING, State.CLEARING)
        assert bool(channel.running & WATCHING) == waits
