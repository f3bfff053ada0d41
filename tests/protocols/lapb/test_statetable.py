"""Every situation of a link, every kind of event: printed and compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from protocols.lapb.frames import (
    Address,
    Disc,
    Dm,
    Frame,
    Frmr,
    Info,
    Modulo,
    Reason,
    Rej,
    Rnr,
    Rr,
    Sabm,
    Sabme,
    Ua,
)
from protocols.lapb.link import Link
from protocols.lapb.primitives import (
    BusyRequest,
    DataRequest,
    EstablishRequest,
    Event,
    FrameReceived,
    FrameRejected,
    Ignored,
    LineDown,
    LineUp,
    Mode,
    Params,
    ReadyRequest,
    Refused,
    ReleaseRequest,
    Role,
    State,
    Timer,
    TimerExpired,
)
from tests.protocols.lapb.statetable import compare, show

OWN, PEER = Address.A, Address.B
PARAMS = Params(role=Role.DTE, k=2, n2=2, n1=8 * 8, t3=True)

T1 = TimerExpired(Timer.T1)
UP: list[Event] = [EstablishRequest(), FrameReceived(PEER, Ua(pf=True))]
I0 = FrameReceived(OWN, Info(0, 0, data=b"\xaa"))
BAD = FrameRejected(OWN, b"\xf3", Reason.W)

SITUATIONS: dict[str, list[Event]] = {
    "DISCONNECTED": [],
    "SETTING_UP": [EstablishRequest()],
    "SETTING_UP, last attempt": [EstablishRequest(), T1],
    "SETTING_UP, collision": [EstablishRequest(), FrameReceived(OWN, Sabm(pf=True))],
    "SETTING_UP, after an unexpected UA": [*UP, I0, FrameReceived(PEER, Ua(pf=True))],
    "DISCONNECTING": [*UP, ReleaseRequest()],
    "DISCONNECTING, last attempt": [*UP, ReleaseRequest(), T1],
    "DISCONNECTING, set-up wanted": [*UP, ReleaseRequest(), EstablishRequest()],
    "CONNECTED": UP,
    "CONNECTED, one I frame out": [*UP, DataRequest(b"\x01")],
    "CONNECTED, window closed, one waits": [*UP, *[DataRequest(b"\x01")] * 3],
    "CONNECTED, acknowledgement due": [*UP, I0],
    "CONNECTED, own busy": [*UP, BusyRequest()],
    "CONNECTED, own busy, I frame dropped": [*UP, BusyRequest(), I0],
    "CONNECTED, peer busy": [*UP, DataRequest(b"\x01"), FrameReceived(OWN, Rnr(0))],
    "CONNECTED, REJ sent": [*UP, FrameReceived(OWN, Info(1, 0))],
    "TIMER_RECOVERY": [*UP, *[DataRequest(b"\x01")] * 3, T1],
    "TIMER_RECOVERY, last attempt": [*UP, DataRequest(b"\x01"), T1, T1],
    "TIMER_RECOVERY, link tested": [*UP, TimerExpired(Timer.T4)],
    "FRAME_REJECT": [*UP, BAD],
    "FRAME_REJECT, last attempt": [*UP, BAD, T1],
}

NUMBERED: list[Frame] = [Info(0, 0), Info(0, 1), Info(1, 0), Rr(0), Rr(1), Rnr(0), Rej(0)]
SUPERVISORY: list[Frame] = [Rr(0), Rnr(0), Rej(0)]


def polled(frame: Frame) -> Frame:
    match frame:
        case Info(ns, nr):
            return Info(ns, nr, pf=True)
        case Rr(nr) | Rnr(nr) | Rej(nr):
            return type(frame)(nr, pf=True)
        case _:
            return frame


FRMR = Frmr(pf=False, control=b"\x00", vs=0, vr=0, response=False, reasons=Reason.Z)

EVENTS: list[Event] = [
    LineUp(),
    LineDown(),
    EstablishRequest(),
    ReleaseRequest(),
    DataRequest(b"\x02"),
    DataRequest(b"\x02" * 9),
    BusyRequest(),
    ReadyRequest(),
    *map(TimerExpired, Timer),
    *(FrameReceived(OWN, frame) for frame in NUMBERED),
    *(FrameReceived(OWN, polled(frame)) for frame in NUMBERED),
    FrameReceived(OWN, Info(0, 0, data=bytes(5))),
    FrameReceived(OWN, Rr(5)),
    *(FrameReceived(PEER, frame) for frame in SUPERVISORY),
    *(FrameReceived(PEER, polled(frame)) for frame in SUPERVISORY),
    FrameReceived(PEER, Info(0, 0)),
    *(FrameReceived(OWN, kind(pf)) for kind in (Sabm, Sabme, Disc) for pf in (False, True)),
    FrameReceived(PEER, Sabm(pf=True)),
    *(FrameReceived(PEER, kind(pf)) for kind in (Ua, Dm) for pf in (False, True)),
    FrameReceived(OWN, Ua(pf=True)),
    FrameReceived(PEER, FRMR),
    FrameRejected(OWN, b"\xe3", Reason.W),
    FrameRejected(OWN, b"\x11", Reason.W | Reason.X),
    FrameRejected(PEER, b"\x73", Reason.W | Reason.X),
    FrameReceived(Address.C, Rr(0, pf=True)),
]


def link_in(preamble: list[Event], params: Params = PARAMS) -> Link:
    link = Link(params)
    for event in preamble:
        assert not any(isinstance(act, Ignored | Refused) for act in link.handle(event))
    return link


def rows() -> list[str]:
    lines = []
    for name, preamble in SITUATIONS.items():
        lines.append(name)
        for event in EVENTS:
            link = link_in(preamble)
            before = link.state
            actions = link.handle(event)
            if actions == [Ignored(before, event)]:
                done = "ignored"
            elif actions == [Refused(before, event)]:
                done = "refused"
            else:
                done = ", ".join(map(show, actions)) or "noted"
            arrow = f" -> {link.state.name}" if link.state is not before else ""
            lines.append(f"  {show(event)}{arrow}: {done}")
    return lines


def test_golden_table() -> None:
    compare(Path(__file__).with_name("link.statetable.txt"), rows())


def test_every_state_is_in_the_table() -> None:
    assert {link_in(preamble).state for preamble in SITUATIONS.values()} == set(State)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("modulo", Modulo)
@pytest.mark.parametrize("mode", Mode)
def test_modes_roles_and_moduli_go_through_the_same_states(
    role: Role, modulo: Modulo, mode: Mode
) -> None:
    n1 = PARAMS.n1 + (8 if modulo is Modulo.M128 else 0)  # a control field of two octets
    params = Params(role=role, modulo=modulo, mode=mode, k=2, n2=2, n1=n1, t3=True)

    def mine(event: Event) -> Event:
        match event:
            case FrameReceived(address, frame):
                if modulo is Modulo.M128 and isinstance(frame, Sabm | Sabme):
                    frame = (Sabme if isinstance(frame, Sabm) else Sabm)(frame.pf)
                return FrameReceived(turn(address), frame)
            case FrameRejected(address, control, reasons):
                return FrameRejected(turn(address), control, reasons)
            case _:
                return event

    def turn(address: Address) -> Address:
        return {OWN: params.own, PEER: params.peer}.get(address, address)

    for preamble in SITUATIONS.values():
        for event in EVENTS:
            if mode is not Mode.ACTIVE and isinstance(event, LineUp):
                continue
            if mode is not Mode.ACTIVE and event == FrameReceived(PEER, Dm(pf=False)):
                continue
            reference, link = link_in(preamble), link_in(list(map(mine, preamble)), params)
            reference.handle(event)
            link.handle(mine(event))
            assert link.state is reference.state
