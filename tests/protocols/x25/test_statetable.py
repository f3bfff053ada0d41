"""Every situation of channel and restart, every kind of event: printed and compared."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from protocols.x25.channel import Channel
from protocols.x25.channel import State as ChannelState
from protocols.x25.facilities import CallOptions, FastSelect, PacketSize, WindowSize
from protocols.x25.packets import (
    Call,
    CallAccepted,
    Clear,
    ClearConfirmation,
    Data,
    Interrupt,
    InterruptConfirmation,
    Packet,
    Rej,
    Reset,
    ResetConfirmation,
    Restart,
    RestartConfirmation,
    Rnr,
    Rr,
)
from protocols.x25.primitives import (
    Action,
    BusyRequest,
    ChannelEvent,
    ConnectRequest,
    ConnectResponse,
    DataRequest,
    DisconnectRequest,
    Event,
    Ignored,
    InterruptRequest,
    LinkDown,
    LinkUp,
    PacketInvalid,
    PacketReceived,
    Params,
    ReadyRequest,
    Refused,
    ResetRequest,
    RestartRequest,
    Role,
    Timer,
    TimerExpired,
)
from protocols.x25.restart import Restarter, RestartEvent
from protocols.x25.restart import State as RestartState
from tests.protocols.lapb.statetable import compare, show

FAST = (CallOptions(FastSelect.UNRESTRICTED),)
RESTRICTED = (CallOptions(FastSelect.RESTRICTED),)


def params(role: Role) -> Params:
    return Params(role=role, t24=True, t25=True, max_message=300, queue=4)


def got(packet: Packet) -> PacketReceived:
    return PacketReceived(packet)


OUT = ConnectRequest(7, "12", "34", d_bit=True)
UP: list[ChannelEvent] = [OUT, got(CallAccepted(1, d_bit=True))]


def preambles(role: Role) -> dict[str, list[ChannelEvent]]:
    """Events that lead into each situation of a virtual call."""
    dte = role is Role.DTE
    reset_timer, clear_timer = (Timer.T22, Timer.T23) if dte else (Timer.T12, Timer.T13)
    reset: list[ChannelEvent] = [*UP, ResetRequest(1)]
    clear: list[ChannelEvent] = [*UP, DisconnectRequest(1)]
    return {
        "READY p1": [],
        f"CALLING {'p2' if dte else 'p3'}": [OUT],
        f"CALLED {'p3' if dte else 'p2'}": [got(Call(1))],
        "FLOW_CONTROL_READY p4 d1": UP,
        "FLOW_CONTROL_READY, window closed": [*UP, DataRequest(1, bytes(300))],
        "FLOW_CONTROL_READY, one packet taken": [*UP, got(Data(1, 0, 0, bytes(128), True))],
        "FLOW_CONTROL_READY, peer busy, interrupt out": [
            *UP,
            got(Rnr(1, 0)),
            DataRequest(1, b"a"),
            InterruptRequest(1, b"!"),
        ],
        "FLOW_CONTROL_READY, own busy": [*UP, BusyRequest(1)],
        f"RESETTING {'d2' if dte else 'd3'}": reset,
        "RESETTING, last attempt": [*reset, TimerExpired(reset_timer, 1)],
        f"CLEARING {'p6' if dte else 'p7'}": clear,
        "CLEARING, last attempt": [*clear, TimerExpired(clear_timer, 1)],
    }


PACKETS: list[Packet] = [
    Call(1, "34", "12"),
    Call(1, user_data=bytes(17)),
    Call(1, facilities=FAST, user_data=bytes(17)),
    Call(1, facilities=FAST * 2),
    CallAccepted(1),
    CallAccepted(1, d_bit=True),
    CallAccepted(1, facilities=(PacketSize(256, 128), WindowSize(2, 2))),
    CallAccepted(1, user_data=b"x"),
    Clear(1, 9, 3),
    ClearConfirmation(1),
    Data(1, 0, 0, b"x"),
    Data(1, 0, 0, b"x", d_bit=True),
    Data(1, 0, 0, bytes(128), m_bit=True),
    Data(1, 1, 0, bytes(128), m_bit=True),
    Data(1, 1, 0, b"x", q_bit=True),
    Data(1, 0, 0, b"x", m_bit=True),
    Data(1, 0, 0, bytes(129)),
    Data(1, 0, 1, b"x"),
    Data(1, 3, 0, b"x"),
    Rr(1, 0),
    Rr(1, 1),
    Rr(1, 3),
    Rnr(1, 0),
    Rej(1, 0),
    Interrupt(1, b"?"),
    InterruptConfirmation(1),
    Reset(1, 5, 1),
    ResetConfirmation(1),
]

EVENTS: list[ChannelEvent] = [
    *map(got, PACKETS),
    PacketInvalid(1, 33, b"\x10\x01\xef"),
    OUT,
    ConnectRequest(7, user_data=bytes(17)),
    ConnectRequest(7, facilities=FAST, user_data=bytes(17)),
    ConnectResponse(1),
    ConnectResponse(1, (PacketSize(64, 64),)),
    ConnectResponse(1, user_data=b"x"),
    DisconnectRequest(1, 0, 5),
    DisconnectRequest(1, user_data=b"x"),
    ResetRequest(1, 0, 6),
    DataRequest(1, b"a"),
    DataRequest(1, bytes(256), q_bit=True, d_bit=True),
    DataRequest(1, bytes(4 * 128 + 1)),
    InterruptRequest(1, b"!"),
    InterruptRequest(1, b""),
    BusyRequest(1),
    ReadyRequest(1),
    *(TimerExpired(timer, 1) for timer in Timer),
]


def channel_in(role: Role, preamble: list[ChannelEvent], *, permanent: bool) -> Channel:
    channel = Channel(1, params(role), permanent=permanent)
    for event in preamble:
        actions = channel.handle(event)
        assert not any(isinstance(action, Ignored | Refused) for action in actions)
    return channel


def row(event: Event, before: str, after: str, actions: list[Action]) -> str:
    if actions == [Ignored(event)]:
        done = "ignored"
    elif actions == [Refused(event)]:
        done = "refused"
    else:
        done = ", ".join(map(show, actions)) or "noted"
    data = "00" * 128
    arrow = f" -> {after}" if after != before else ""
    return f"  {show(event)}{arrow}: {done}".replace(data, "(128)")


def channel_rows() -> list[str]:
    lines: list[str] = []
    for role in Role:
        for name, preamble in preambles(role).items():
            lines += situation(f"{role.name} {name}", role, preamble, permanent=False)
        for name, preamble in preambles(role).items():
            if name.startswith(("FLOW", "RESETTING")):
                lines += situation(
                    f"{role.name} PVC {name}", role, preamble[2:], permanent=True
                )
    return lines


def situation(
    name: str, role: Role, preamble: list[ChannelEvent], *, permanent: bool
) -> list[str]:
    lines = [name]
    for event in EVENTS:
        channel = channel_in(role, preamble, permanent=permanent)
        before = channel.state.name
        actions = channel.handle(event)
        lines.append(row(event, before, channel.state.name, actions))
    return lines


def test_golden_table_of_channels() -> None:
    compare(Path(__file__).with_name("channel.statetable.txt"), channel_rows())


def test_every_state_of_a_channel_is_in_the_table() -> None:
    for role in Role:
        situations = preambles(role).values()
        reached = {channel_in(role, each, permanent=False).state for each in situations}
        assert reached == set(ChannelState)


RESTARTS: list[RestartEvent] = [
    LinkUp(),
    LinkDown(),
    RestartRequest(0, 9),
    got(Restart(7, 0)),
    got(Restart(7, None)),
    got(Restart(7, 0, lcn=3)),
    got(RestartConfirmation()),
    got(RestartConfirmation(3)),
    TimerExpired(Timer.T10),
    TimerExpired(Timer.T20),
]


def restart_preambles(role: Role) -> dict[str, list[RestartEvent]]:
    timer = Timer.T20 if role is Role.DTE else Timer.T10
    return {
        "DOWN": [],
        "READY r1": [LinkUp(), got(RestartConfirmation())],
        f"RESTARTING {'r2' if role is Role.DTE else 'r3'}": [LinkUp()],
        "RESTARTING, last attempt": [LinkUp(), TimerExpired(timer)],
    }


def test_golden_table_of_restart() -> None:
    lines = []
    for role in Role:
        for name, preamble in restart_preambles(role).items():
            lines.append(f"{role.name} {name}")
            for event in RESTARTS:
                restarter = Restarter(params(role))
                for step in preamble:
                    restarter.handle(step)
                before = restarter.state.name
                actions = restarter.handle(event)
                lines.append(row(cast(Event, event), before, restarter.state.name, actions))
    compare(Path(__file__).with_name("restart.statetable.txt"), lines)
    assert {line.split()[1].rstrip(",") for line in lines if not line.startswith(" ")} == {
        state.name for state in RestartState
    }
