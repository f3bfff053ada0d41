"""Restart, routing and choice of channels."""

from __future__ import annotations

import pytest

from protocols.x25.layer import Layer, read
from protocols.x25.packets import (
    Call,
    CallAccepted,
    Clear,
    ClearConfirmation,
    DiagnosticPacket,
    Modulo,
    Packet,
    Restart,
    RestartConfirmation,
    Rr,
)
from protocols.x25.primitives import (
    Action,
    Allocated,
    ConnectRequest,
    ConnectResponse,
    DataRequest,
    DiagnosticIndication,
    DisconnectIndication,
    Event,
    Fault,
    Ignored,
    LayerDown,
    LayerReady,
    LinkDown,
    LinkUp,
    PacketInvalid,
    PacketReceived,
    Params,
    Range,
    Refused,
    ResetIndication,
    RestartIndication,
    RestartRequest,
    Role,
    SendPacket,
    StartTimer,
    StopTimer,
    Timer,
    TimerExpired,
)


def packets(actions: list[Action]) -> list[Packet]:
    return [action.packet for action in actions if isinstance(action, SendPacket)]


def ready(**params: object) -> Layer:
    layer = Layer(Params(**params))  # type: ignore[arg-type]
    layer.handle(LinkUp())
    layer.handle(PacketReceived(RestartConfirmation()))
    assert layer.ready
    return layer


def allocated(layer: Layer) -> list[int]:
    """Call until no channel is left."""
    found = []
    while isinstance(first := layer.handle(ConnectRequest(9))[0], Allocated):
        found.append(first.lcn)
    assert first == Refused(ConnectRequest(9))
    return found


def test_both_sides_restart_when_the_link_comes_up() -> None:
    dte, dce = Layer(Params(role=Role.DTE)), Layer(Params(role=Role.DCE))
    assert packets(dte.handle(LinkUp())) == [Restart(0, 0)]
    assert packets(dce.handle(LinkUp())) == [Restart(7, 0)]
    crossing = [StopTimer(Timer.T20), LayerReady()]
    assert dte.handle(PacketReceived(Restart(7, 0))) == crossing


def test_restart_while_ready_clears_calls_and_resets_circuits() -> None:
    layer = ready(permanent=(1,), two_way=Range(2, 3))
    layer.handle(PacketReceived(Call(2)))
    layer.handle(ConnectResponse(2))
    assert layer.handle(PacketReceived(Restart(3, 9))) == [
        RestartIndication(3, 9),
        ResetIndication(1, 3, 9),
        DisconnectIndication(2, 3, 9),
        SendPacket(RestartConfirmation()),
        LayerReady(),
    ]


def test_link_reset_restarts_under_open_calls() -> None:
    layer = ready()
    layer.handle(PacketReceived(Call(2)))
    actions = layer.handle(LinkUp())
    assert DisconnectIndication(2, 0, 0) in actions
    assert packets(actions) == [Restart(0, 0)]
    assert layer.handle(PacketReceived(Call(2))) == [Ignored(PacketReceived(Call(2)))]


def test_loss_of_the_link_takes_everything_away() -> None:
    layer = ready()
    layer.handle(PacketReceived(Call(2)))
    actions = layer.handle(LinkDown())
    assert DisconnectIndication(2, 3, 0) in actions
    assert actions[-1] == LayerDown()
    requests: list[Event] = [
        ConnectRequest(1),
        ConnectResponse(2),
        DataRequest(2, b"x"),
        RestartRequest(),
    ]
    for request in requests:
        assert layer.handle(request) == [Refused(request)]


def test_restart_that_nobody_confirms_is_repeated_and_reported() -> None:
    layer = Layer(Params(r20=2))
    sent = packets(layer.handle(LinkUp()))
    for _ in range(2):
        sent += packets(layer.handle(TimerExpired(Timer.T20)))
    assert sent == [Restart(0, 0)] * 3
    assert layer.handle(TimerExpired(Timer.T20)) == [Fault(0, 52), LayerDown()]
    actions = layer.handle(PacketReceived(Restart(7, 0)))
    assert actions[-1] == LayerReady()


def test_dce_goes_on_after_a_restart_that_nobody_confirmed() -> None:
    layer = Layer(Params(role=Role.DCE, r20=0))
    layer.handle(LinkUp())
    assert packets(layer.handle(TimerExpired(Timer.T10))) == [DiagnosticPacket(52)]
    assert layer.ready


def test_restart_on_a_channel_restarts() -> None:
    layer = ready(role=Role.DCE)
    assert packets(layer.handle(PacketReceived(Restart(0, 0, lcn=5)))) == [Restart(1, 41)]


def test_restart_by_the_user() -> None:
    layer = ready()
    assert layer.handle(RestartRequest(0, 9)) == [
        RestartIndication(0, 9),
        SendPacket(Restart(0, 9)),
        StartTimer(Timer.T20),
    ]
    assert layer.handle(RestartRequest()) == [Refused(RestartRequest())]


def test_channels_are_picked_from_opposite_ends() -> None:
    ranges = {
        "permanent": (1,),
        "incoming": Range(2, 3),
        "two_way": Range(4, 6),
        "outgoing": Range(7, 8),
    }
    assert allocated(ready(role=Role.DTE, **ranges)) == [8, 7, 6, 5, 4]
    assert allocated(ready(role=Role.DCE, **ranges)) == [2, 3, 4, 5, 6]


def test_channel_that_is_free_again_is_used_again() -> None:
    layer = ready(two_way=Range(1, 1))
    layer.handle(ConnectRequest(1))
    layer.handle(PacketReceived(Clear(1, 9, 0)))
    assert layer.handle(ConnectRequest(2))[0] == Allocated(2, 1)


def test_call_that_cannot_be_made_takes_no_channel() -> None:
    request = ConnectRequest(1, user_data=bytes(17))
    assert ready().handle(request) == [Refused(request)]


def test_call_on_a_one_way_channel_is_cleared() -> None:
    dte = ready(two_way=Range(1, 2), outgoing=Range(3, 4))
    assert packets(dte.handle(PacketReceived(Call(3)))) == [Clear(3, 0, 34)]
    dce = ready(role=Role.DCE, incoming=Range(1, 2), two_way=Range(3, 4))
    assert packets(dce.handle(PacketReceived(Call(1)))) == [Clear(1, 0x13, 34)]


WRONG = [  # octets to a DCE with channels 1 to 32, the diagnostic packet that answers
    pytest.param("", 38, "", id="nothing"),
    pytest.param("1001", 38, "1001", id="no type"),
    pytest.param("00010b0000", 40, "00010b", id="GFI"),
    pytest.param("110001", 36, "110001", id="unassigned channel"),
    pytest.param("1100ef", 36, "1100ef", id="unknown type on an unassigned channel"),
    pytest.param("100001", 36, "100001", id="flow control on channel 0"),
    pytest.param("1000ef", 33, "1000ef", id="unknown type on channel 0"),
    pytest.param("1000fb", 38, "1000fb", id="restart without cause"),
    pytest.param("1000f300", 33, "1000f3", id="registration"),
]


@pytest.mark.parametrize(("octets", "diagnostic", "head"), WRONG)
def test_errors_before_a_channel_are_answered_by_the_dce_only(
    octets: str, diagnostic: int, head: str
) -> None:
    event = read(bytes.fromhex(octets))
    expected = DiagnosticPacket(diagnostic, bytes.fromhex(head))
    assert ready(role=Role.DCE).handle(event) == [SendPacket(expected)]
    assert ready(role=Role.DTE).handle(event) == [Ignored(event)]


def test_error_on_a_channel_goes_to_the_channel() -> None:
    layer = ready()
    assert packets(layer.handle(read(bytes.fromhex("1002ef")))) == [Clear(2, 0, 33)]


def test_diagnostic_packet_is_told_to_the_user_of_a_dte() -> None:
    event = PacketReceived(DiagnosticPacket(36, b"\x10\x01\x01"))
    assert ready().handle(event) == [DiagnosticIndication(event.packet)]  # type: ignore[arg-type]
    assert ready(role=Role.DCE).handle(event) == [Ignored(event)]


def test_nothing_is_taken_before_restart_is_complete() -> None:
    layer = Layer()
    for event in (PacketReceived(Rr(1, 0)), PacketInvalid(1, 33, b"\x10\x01\xef")):
        assert layer.handle(event) == [Ignored(event)]


def test_timers_go_to_their_channel() -> None:
    layer = ready(two_way=Range(1, 1))
    stray = TimerExpired(Timer.T21, 9)
    assert layer.handle(stray) == [Ignored(stray)]
    layer.handle(ConnectRequest(1))
    assert packets(layer.handle(TimerExpired(Timer.T21, 1))) == [Clear(1, 0, 49)]


def test_link_up_and_two_calls_on_octets() -> None:
    """A DTE that calls and is called, octet by octet as the Linux kernel writes them."""
    layer = Layer(Params(two_way=Range(1, 2)))
    layer.handle(LinkUp())
    layer.handle(read(bytes.fromhex("1000fb0700")))
    layer.handle(ConnectRequest(1))
    connected = read(bytes.fromhex("10020f0006420707430202"))
    assert "ConnectConfirm" in repr(layer.handle(connected))
    incoming = read(bytes.fromhex("10010b445678123408420808430404000fc0ffee"))
    assert "ConnectIndication" in repr(layer.handle(incoming))
    accepted = packets(layer.handle(ConnectResponse(1)))
    assert isinstance(accepted[0], CallAccepted)
    assert read(b"\x10\x01\x17", Modulo.M8) == PacketReceived(ClearConfirmation(1))
