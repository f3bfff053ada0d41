"""Every situation of a connection and of the TEI machines, every kind of event: printed."""

from __future__ import annotations

from pathlib import Path

from protocols.lapd import tei_network, tei_user
from protocols.lapd.frames import (
    Disc,
    Dm,
    Error,
    Frame,
    Frmr,
    Info,
    Rej,
    Rnr,
    Rr,
    Sabme,
    Ua,
    Ui,
    Xid,
)
from protocols.lapd.link import Link
from protocols.lapd.primitives import (
    AssignRequest,
    BusyRequest,
    DataRequest,
    Deactivation,
    ErrorResponse,
    EstablishRequest,
    Event,
    FrameInvalid,
    FrameReceived,
    Ignored,
    Params,
    ReadyRequest,
    Refused,
    ReleaseRequest,
    RemoveRequest,
    State,
    Timer,
    TimerExpired,
    UnitDataRequest,
    XidRequest,
)
from protocols.lapd.tei import Kind, Message
from tests.protocols.lapb.statetable import compare, show

PARAMS = Params(k=2, n200=2, n201=4)

T200, T203 = TimerExpired(Timer.T200), TimerExpired(Timer.T203)
UP: list[Event] = [
    AssignRequest(),
    EstablishRequest(),
    FrameReceived(command=False, frame=Ua(pf=True)),
]
I0 = FrameReceived(command=True, frame=Info(0, 0, data=b"\xaa"))
DATA = DataRequest(b"\x01")
L = FrameInvalid(Error.L)

SITUATIONS: dict[str, list[Event]] = {
    "1 TEI_UNASSIGNED": [],
    "2 ASSIGN_AWAITING_TEI": [UnitDataRequest(b"\x01")],
    "3 ESTABLISH_AWAITING_TEI": [EstablishRequest()],
    "3 ESTABLISH_AWAITING_TEI, UI waits": [UnitDataRequest(b"\x01"), EstablishRequest()],
    "4 TEI_ASSIGNED": [AssignRequest()],
    "5 AWAITING_ESTABLISHMENT": UP[:2],
    "5 AWAITING_ESTABLISHMENT, last attempt": [*UP[:2], T200, T200],
    "5 AWAITING_ESTABLISHMENT, not asked for": [*UP, L],
    "5 AWAITING_ESTABLISHMENT, not asked for, I frame out": [*UP, DATA, L],
    "6 AWAITING_RELEASE": [*UP, ReleaseRequest()],
    "6 AWAITING_RELEASE, last attempt": [*UP, ReleaseRequest(), T200, T200],
    "6 AWAITING_RELEASE, set-up wanted": [*UP, ReleaseRequest(), EstablishRequest()],
    "7 MULTIPLE_FRAME_ESTABLISHED": UP,
    "7 MULTIPLE_FRAME_ESTABLISHED, one I frame out": [*UP, DATA],
    "7 MULTIPLE_FRAME_ESTABLISHED, window closed, one waits": [*UP, DATA, DATA, DATA],
    "7 MULTIPLE_FRAME_ESTABLISHED, own busy": [*UP, BusyRequest()],
    "7 MULTIPLE_FRAME_ESTABLISHED, own busy, I frame dropped": [*UP, BusyRequest(), I0],
    "7 MULTIPLE_FRAME_ESTABLISHED, peer busy":
        [*UP, DATA, FrameReceived(command=True, frame=Rnr(0))],
    "7 MULTIPLE_FRAME_ESTABLISHED, REJ sent":
        [*UP, FrameReceived(command=True, frame=Info(1, 0))],
    "8 TIMER_RECOVERY": [*UP, DATA, DATA, DATA, T200],
    "8 TIMER_RECOVERY, last attempt": [*UP, DATA, T200, T200],
    "8 TIMER_RECOVERY, link tested": [*UP, T203],
}  # fmt: skip

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


def command(frame: Frame) -> FrameReceived:
    return FrameReceived(command=True, frame=frame)


def response(frame: Frame) -> FrameReceived:
    return FrameReceived(command=False, frame=frame)


EVENTS: list[Event] = [
    EstablishRequest(),
    ReleaseRequest(),
    DataRequest(b"\x02"),
    DataRequest(b"\x02" * 5),
    UnitDataRequest(b"\x03"),
    UnitDataRequest(b"\x03" * 5),
    XidRequest(b"\x04"),
    BusyRequest(),
    ReadyRequest(),
    AssignRequest(),
    RemoveRequest(),
    ErrorResponse(),
    Deactivation(),
    *map(TimerExpired, Timer),
    *(command(frame) for frame in NUMBERED),
    *(command(polled(frame)) for frame in NUMBERED),
    command(Info(0, 0, data=bytes(5))),
    command(Rr(5)),
    *(response(frame) for frame in SUPERVISORY),
    *(response(polled(frame)) for frame in SUPERVISORY),
    response(Rr(5, pf=True)),
    response(Info(0, 0)),
    *(command(kind(pf)) for kind in (Sabme, Disc) for pf in (False, True)),
    response(Sabme(pf=True)),
    *(response(kind(pf)) for kind in (Ua, Dm) for pf in (False, True)),
    command(Ua(pf=True)),
    response(Frmr(pf=False, field=bytes(5))),
    command(Ui(data=b"\x05")),
    response(Ui(data=b"\x05")),
    command(Xid(pf=True, data=b"\x06")),
    response(Xid(data=b"\x06")),
    *map(FrameInvalid, (Error.L, Error.M, Error.N)),
]


def link_in(preamble: list[Event], params: Params = PARAMS) -> Link:
    link = Link(params)
    for event in preamble:
        assert not any(isinstance(act, Ignored | Refused) for act in link.handle(event))
    return link


def link_rows() -> list[str]:
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


def test_golden_table_of_a_connection() -> None:
    compare(Path(__file__).with_name("link.statetable.txt"), link_rows())


def test_every_state_is_in_the_table() -> None:
    found = {link_in(preamble).state for preamble in SITUATIONS.values()}
    assert found == set(State)
    for name, preamble in SITUATIONS.items():
        assert name.startswith(f"{link_in(preamble).state.value} ")


MESSAGES = [
    Message(Kind.IDENTITY_REQUEST, 127, 1),
    *(Message(Kind.IDENTITY_ASSIGNED, tei, ri) for tei in (64, 65) for ri in (0, 1)),
    Message(Kind.IDENTITY_DENIED, 127, 0),
    Message(Kind.IDENTITY_DENIED, 127, 1),
    *(Message(Kind.CHECK_REQUEST, tei) for tei in (64, 65, 127)),
    Message(Kind.CHECK_RESPONSE, 64, 9),
    *(Message(Kind.REMOVE, tei) for tei in (5, 64, 65, 127)),
    Message(Kind.VERIFY, 64),
]


def user_rows() -> list[str]:
    wanted, t202 = tei_user.Wanted(), tei_user.TimerExpired()
    doubted, odd = tei_user.Doubted(silent=True), tei_user.Doubted(silent=False)
    own = "own Ri"  # an Ri of 1 below stands for that of the last request
    situations: dict[str, list[tei_user.Event | str]] = {
        "UNASSIGNED": [],
        "UNASSIGNED, fixed": [],
        "REQUESTING": [wanted],
        "REQUESTING, last attempt": [wanted, t202],
        "ASSIGNED": [wanted, own],
        "ASSIGNED, fixed": [wanted],
        "VERIFYING": [wanted, own, doubted],
        "VERIFYING, last attempt": [wanted, own, doubted, t202],
        "VERIFYING, not silent, last attempt": [wanted, own, odd, t202],
    }
    events: list[tei_user.Event] = [
        wanted,
        doubted,
        odd,
        *map(tei_user.MessageReceived, MESSAGES),
        tei_user.Deactivation(),
        t202,
    ]
    lines = []
    for name, preamble in situations.items():
        lines.append(name)
        for event in events:
            machine = tei_user.TeiUser(5 if "fixed" in name else None, n202=2)
            for step in preamble:
                done = (
                    tei_user.MessageReceived(Message(Kind.IDENTITY_ASSIGNED, 64, machine.ri))
                    if isinstance(step, str)
                    else step
                )
                machine.handle(done)
            given = event
            if isinstance(event, tei_user.MessageReceived) and event.message.ri == 1:
                message = event.message
                given = tei_user.MessageReceived(Message(message.kind, message.tei, machine.ri))
            before = machine.state
            actions = machine.handle(given)
            ignored = actions == [tei_user.Ignored(before, given)]
            shown = "ignored" if ignored else ", ".join(map(show, actions)) or "noted"
            arrow = f" -> {machine.state.name}" if machine.state is not before else ""
            lines.append(f"  {show(event)}{arrow}: {shown}")
    return lines


def test_golden_table_of_a_terminals_tei() -> None:
    compare(Path(__file__).with_name("tei_user.statetable.txt"), user_rows())


def network_rows() -> list[str]:
    def request(tei: int = 127) -> tei_network.Event:
        return tei_network.MessageReceived(Message(Kind.IDENTITY_REQUEST, tei, 1))

    def answer(tei: int) -> tei_network.Event:
        return tei_network.MessageReceived(Message(Kind.CHECK_RESPONSE, tei, 9))

    check, t201 = tei_network.CheckRequest(64), tei_network.TimerExpired(64)
    every = [request()] * 63
    situations: dict[str, list[tei_network.Event]] = {
        "no TEI assigned": [],
        "64 assigned": [request()],
        "64 checked": [request(), check],
        "64 checked, answered": [request(), check, answer(64)],
        "64 checked, answered twice": [request(), check, answer(64), answer(64)],
        "64 checked again": [request(), check, t201],
        "all assigned": every,
        "all assigned, all checked, one asks": [*every, request()],
    }
    events: list[tei_network.Event] = [
        request(),
        request(64),
        request(70),
        request(5),
        *map(tei_network.MessageReceived, MESSAGES[1:]),
        check,
        tei_network.CheckRequest(),
        tei_network.CheckRequest(5),
        tei_network.RemoveRequest(64),
        tei_network.Deactivation(),
        t201,
        tei_network.TimerExpired(127),
    ]
    lines = []
    for name, preamble in situations.items():
        lines.append(name)
        for event in events:
            machine = tei_network.TeiNetwork()
            for step in preamble:
                machine.handle(step)
            actions = machine.handle(event)
            ignored = actions == [tei_network.Ignored(event)]
            shown = "ignored" if ignored else ", ".join(map(show, actions)) or "noted"
            if len(shown) > 600:
                shown = f"{len(actions)} actions: {shown[:300]} ..."
            lines.append(f"  {show(event)}: {shown}")
    return lines


def test_golden_table_of_a_networks_teis() -> None:
    compare(Path(__file__).with_name("tei_network.statetable.txt"), network_rows())
