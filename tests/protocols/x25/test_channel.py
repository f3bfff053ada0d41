"""The procedures of a logical channel, a sentence each."""

from __future__ import annotations

import pytest

from protocols.x25.channel import Channel, State
from protocols.x25.facilities import (
    CallOptions,
    Facility,
    FastSelect,
    Marker,
    PacketSize,
    RawFacility,
    WindowSize,
)
from protocols.x25.negotiation import agree, answer, offer
from protocols.x25.packets import (
    Call,
    CallAccepted,
    Clear,
    Data,
    InterruptConfirmation,
    Packet,
    Rej,
    Reset,
    ResetConfirmation,
    Rnr,
    Rr,
)
from protocols.x25.primitives import (
    TIMERS,
    Action,
    BusyRequest,
    Circuit,
    ConnectConfirm,
    ConnectIndication,
    ConnectRequest,
    ConnectResponse,
    DataIndication,
    DataRequest,
    DeliveryConfirm,
    DisconnectConfirm,
    DisconnectIndication,
    DisconnectRequest,
    Fault,
    InterruptConfirm,
    InterruptRequest,
    PacketReceived,
    Params,
    Range,
    ReadyRequest,
    Refused,
    ResetConfirm,
    ResetIndication,
    ResetRequest,
    Role,
    SendPacket,
    StartTimer,
    StopTimer,
    Timer,
    TimerExpired,
)

FAST = (CallOptions(FastSelect.UNRESTRICTED),)
RESTRICTED = (CallOptions(FastSelect.RESTRICTED),)


def packets(actions: list[Action]) -> list[Packet]:
    return [action.packet for action in actions if isinstance(action, SendPacket)]


def got(channel: Channel, packet: Packet) -> list[Action]:
    return channel.handle(PacketReceived(packet))


def connected(params: Params | None = None, accepted: CallAccepted | None = None) -> Channel:
    channel = Channel(1, params or Params())
    channel.handle(ConnectRequest(1, d_bit=True))
    got(channel, accepted or CallAccepted(1, d_bit=True))
    assert channel.state is State.FLOW_CONTROL_READY
    return channel


def test_call_is_connected() -> None:
    channel = Channel(1, Params())
    assert channel.handle(ConnectRequest(1, "5678", "1234", user_data=b"\xcc")) == [
        SendPacket(Call(1, "5678", "1234", user_data=b"\xcc")),
        StartTimer(Timer.T21, 1),
    ]
    assert got(channel, CallAccepted(1)) == [
        StopTimer(Timer.T21, 1),
        ConnectConfirm(1, CallAccepted(1), Circuit()),
    ]


def test_call_is_accepted_with_the_d_bit_it_came_with() -> None:
    channel = Channel(1, Params())
    call = Call(1, "5678", d_bit=True)
    assert got(channel, call) == [ConnectIndication(1, call)]
    assert channel.handle(ConnectResponse(1)) == [SendPacket(CallAccepted(1, d_bit=True))]


def test_call_that_nobody_answers_is_cleared() -> None:
    channel = Channel(1, Params())
    channel.handle(ConnectRequest(1))
    assert channel.handle(TimerExpired(Timer.T21, 1)) == [
        SendPacket(Clear(1, 0, 49)),
        StartTimer(Timer.T23, 1),
        DisconnectIndication(1, 0, 49),
    ]


def test_colliding_calls_leave_the_call_of_the_dte() -> None:
    dte, dce = Channel(1, Params(role=Role.DTE)), Channel(1, Params(role=Role.DCE))
    dte.handle(ConnectRequest(1))
    dce.handle(ConnectRequest(1))
    assert packets(got(dte, Call(1, "9"))) == []
    assert got(dce, Call(1, "8")) == [
        StopTimer(Timer.T11, 1),
        DisconnectIndication(1, 5, 72),
        ConnectIndication(1, Call(1, "8")),
    ]


def test_clear_is_repeated_and_then_given_up() -> None:
    channel = connected(Params(r23=2))
    sent = packets(channel.handle(DisconnectRequest(1, 0, 5)))
    for _ in range(2):
        sent += packets(channel.handle(TimerExpired(Timer.T23, 1)))
    assert sent == [Clear(1, 0, 5)] * 3
    actions = channel.handle(TimerExpired(Timer.T23, 1))
    assert actions == [DisconnectConfirm(1), Fault(1, 50)]
    assert channel.state is State.READY


def test_clear_that_crosses_confirms() -> None:
    channel = connected()
    channel.handle(DisconnectRequest(1))
    assert got(channel, Clear(1)) == [StopTimer(Timer.T23, 1), DisconnectConfirm(1)]


def test_dce_clears_and_resets_with_causes_of_its_own() -> None:
    channel = Channel(1, Params(role=Role.DCE))
    assert packets(got(channel, ResetConfirmation(1))) == [Clear(1, 0x13, 20)]
    channel = connected(Params(role=Role.DCE))
    assert packets(got(channel, ResetConfirmation(1))) == [Reset(1, 5, 27)]


@pytest.mark.parametrize(("role", "calling", "called"), [("DTE", 21, 22), ("DCE", 22, 21)])
def test_diagnostics_follow_the_numbers_of_the_states(
    role: str, calling: int, called: int
) -> None:
    out, in_ = (Channel(1, Params(role=Role[role])) for _ in range(2))
    out.handle(ConnectRequest(1))
    got(in_, Call(1))
    for channel, diagnostic in ((out, calling), (in_, called)):
        clear = packets(got(channel, Rr(1, 0)))[0]
        assert isinstance(clear, Clear)
        assert clear.diagnostic == diagnostic


def test_fast_select_carries_user_data_all_the_way() -> None:
    channel = Channel(1, Params())
    call = Call(1, facilities=FAST, user_data=bytes(128))
    got(channel, call)
    sent = packets(channel.handle(ConnectResponse(1, user_data=bytes(128))))
    assert sent == [CallAccepted(1, user_data=bytes(128))]
    cleared = packets(channel.handle(DisconnectRequest(1, user_data=b"bye")))
    assert cleared == [Clear(1, user_data=b"bye")]


def test_user_data_without_fast_select_is_refused() -> None:
    assert isinstance(
        Channel(1, Params()).handle(ConnectRequest(1, user_data=bytes(17)))[0], Refused
    )
    channel = Channel(1, Params())
    got(channel, Call(1))
    for request in (ConnectResponse(1, user_data=b"x"), DisconnectRequest(1, user_data=b"x")):
        assert channel.handle(request) == [Refused(request)]


def test_user_data_beyond_128_octets_is_refused() -> None:
    channel = Channel(1, Params())
    got(channel, Call(1, facilities=FAST))
    for request in (
        ConnectResponse(1, user_data=bytes(129)),
        DisconnectRequest(1, user_data=bytes(129)),
    ):
        assert channel.handle(request) == [Refused(request)]


def test_restricted_response_can_only_be_cleared() -> None:
    channel = Channel(1, Params())
    got(channel, Call(1, facilities=RESTRICTED))
    assert channel.handle(ConnectResponse(1)) == [Refused(ConnectResponse(1))]
    channel = Channel(1, Params())
    channel.handle(ConnectRequest(1, facilities=RESTRICTED))
    assert packets(got(channel, CallAccepted(1))) == [Clear(1, 0, 42)]


def test_message_is_cut_into_full_packets() -> None:
    channel = connected()
    message = bytes(range(256)) + b"tail"
    sent = packets(channel.handle(DataRequest(1, message)))
    sent += packets(got(channel, Rr(1, 2)))
    assert sent == [
        Data(1, 0, 0, message[:128], m_bit=True),
        Data(1, 1, 0, message[128:256], m_bit=True),
        Data(1, 2, 0, b"tail"),
    ]


def test_message_of_exactly_one_packet_and_of_none() -> None:
    channel = connected()
    assert packets(channel.handle(DataRequest(1, bytes(128)))) == [Data(1, 0, 0, bytes(128))]
    assert packets(channel.handle(DataRequest(1, b""))) == [Data(1, 1, 0, b"")]


def test_message_is_put_together() -> None:
    channel = connected()
    assert DataIndication(1, bytes(128)) not in got(channel, Data(1, 0, 0, bytes(128), True))
    assert DataIndication(1, bytes(130)) in got(channel, Data(1, 1, 0, b"\0\0"))


def test_chain_of_packets_without_end_is_reset_and_the_next_message_is_whole() -> None:
    channel = connected(Params(max_message=1000))
    sent: list[Packet] = []
    number = 0
    while not any(isinstance(packet, Reset) for packet in sent):
        sent += packets(got(channel, Data(1, number % 8, 0, bytes(128), m_bit=True)))
        assert channel.flow.partial <= 1000
        number += 1
    assert number == 8
    got(channel, ResetConfirmation(1))
    assert DataIndication(1, b"short") in got(channel, Data(1, 0, 0, b"short"))


def test_d_bit_is_acknowledged_at_once_and_confirmed() -> None:
    channel = connected()
    assert packets(got(channel, Data(1, 0, 0, b"x", d_bit=True))) == [Rr(1, 1)]
    message = DataRequest(1, bytes(200), d_bit=True)
    assert [packet.d_bit for packet in packets(channel.handle(message))
            if isinstance(packet, Data)] == [False, True]  # fmt: skip
    assert got(channel, Rr(1, 1)) == []
    assert got(channel, Rr(1, 2)) == [DeliveryConfirm(1)]


def test_d_bit_is_refused_unless_both_ends_said_it() -> None:
    request = DataRequest(1, b"x", d_bit=True)
    assert connected(None, CallAccepted(1)).handle(request) == [Refused(request)]
    for asked in (False, True):
        channel = Channel(1, Params())
        got(channel, Call(1, d_bit=asked))
        channel.handle(ConnectResponse(1))
        assert bool(packets(channel.handle(request))) == asked


def test_part_of_a_message_with_the_d_bit_need_not_be_full() -> None:
    channel = connected()
    got(channel, Data(1, 0, 0, b"x", m_bit=True, d_bit=True))
    assert DataIndication(1, b"xy") in got(channel, Data(1, 1, 0, b"y"))


def test_q_bit_is_told() -> None:
    channel = connected()
    assert DataIndication(1, b"x", q_bit=True) in got(channel, Data(1, 0, 0, b"x", q_bit=True))
    sent = packets(channel.handle(DataRequest(1, b"y", q_bit=True)))
    assert sent == [Data(1, 0, 1, b"y", q_bit=True)]


def test_acknowledgement_waits_for_t2_unless_the_window_is_used_up() -> None:
    channel = connected()
    assert got(channel, Data(1, 0, 0)) == [DataIndication(1, b""), StartTimer(Timer.T2, 1)]
    assert packets(got(channel, Data(1, 1, 0))) == [Rr(1, 2)]
    got(channel, Data(1, 2, 0))
    assert packets(channel.handle(TimerExpired(Timer.T2, 1))) == [Rr(1, 3)]
    at_once = connected(Params(t2=False))
    assert packets(got(at_once, Data(1, 0, 0))) == [Rr(1, 1)]


def test_packet_beyond_the_window_resets() -> None:
    channel = connected(Params(window=1))
    got(channel, Data(1, 0, 0))
    assert packets(got(channel, Data(1, 2, 0))) == [Reset(1, 0, 1)]


def test_invalid_p_r_of_a_data_packet_resets() -> None:
    assert packets(got(connected(), Data(1, 0, 1))) == [Reset(1, 0, 2)]


def test_busy_peer_stops_data_and_not_interrupts() -> None:
    channel = connected()
    got(channel, Rnr(1, 0))
    assert packets(channel.handle(DataRequest(1, b"x"))) == []
    assert len(packets(channel.handle(InterruptRequest(1, b"!")))) == 1
    assert packets(got(channel, Rr(1, 0))) == [Data(1, 0, 0, b"x")]


def test_own_busy_condition_is_told_and_outlives_a_reset() -> None:
    channel = connected()
    assert packets(channel.handle(BusyRequest(1))) == [Rnr(1, 0)]
    assert packets(got(channel, Reset(1, 0, 9)))[1] == Rnr(1, 0)
    assert packets(channel.handle(ReadyRequest(1))) == [Rr(1, 0)]


def test_reject_sends_again_where_it_is_subscribed() -> None:
    channel = connected(Params(reject=True))
    channel.handle(DataRequest(1, b"a"))
    channel.handle(DataRequest(1, b"b"))
    again = packets(got(channel, Rej(1, 1)))
    assert again == [Data(1, 1, 0, b"b")]
    got(channel, Rr(1, 2))
    assert channel.flow.queued == 0


def test_interrupt_is_confirmed_before_the_next() -> None:
    channel = connected()
    channel.handle(InterruptRequest(1, b"!"))
    second = InterruptRequest(1, b"?")
    assert channel.handle(second) == [Refused(second)]
    assert got(channel, InterruptConfirmation(1)) == [
        StopTimer(Timer.T26, 1),
        InterruptConfirm(1),
    ]
    assert len(packets(channel.handle(second))) == 1


def test_interrupt_and_data_without_answer_reset() -> None:
    channel = connected(Params(t25=True))
    channel.handle(InterruptRequest(1, b"!"))
    assert packets(channel.handle(TimerExpired(Timer.T26, 1))) == [Reset(1, 0, 145)]
    channel = connected(Params(t25=True))
    for _ in range(3):
        channel.handle(DataRequest(1, b"x"))
    progress = got(channel, Rr(1, 1))
    assert progress[0] == StartTimer(Timer.T25, 1)
    assert packets(channel.handle(TimerExpired(Timer.T25, 1))) == [Reset(1, 0, 146)]


def test_window_status_is_repeated_with_t24() -> None:
    channel = connected(Params(t24=True))
    assert channel.handle(TimerExpired(Timer.T24, 1)) == [
        SendPacket(Rr(1, 0)),
        StartTimer(Timer.T24, 1),
    ]


def test_reset_by_the_user_is_confirmed() -> None:
    channel = connected()
    assert packets(channel.handle(ResetRequest(1, 0, 9))) == [Reset(1, 0, 9)]
    assert got(channel, ResetConfirmation(1)) == [StopTimer(Timer.T22, 1), ResetConfirm(1)]


def test_reset_of_a_call_ends_in_a_clear_when_nobody_confirms() -> None:
    channel = connected(Params(r22=1))
    channel.handle(ResetRequest(1))
    assert packets(channel.handle(TimerExpired(Timer.T22, 1))) == [Reset(1)]
    assert packets(channel.handle(TimerExpired(Timer.T22, 1))) == [Clear(1, 0, 51)]


def test_reset_of_a_permanent_circuit_is_reported_when_nobody_confirms() -> None:
    channel = Channel(1, Params(r22=0, permanent=(1,), two_way=Range(2, 3)), permanent=True)
    channel.handle(ResetRequest(1))
    assert channel.handle(TimerExpired(Timer.T22, 1)) == [Fault(1, 51)]
    assert channel.state is State.FLOW_CONTROL_READY


def test_permanent_circuit_takes_no_calls() -> None:
    channel = Channel(1, Params(), permanent=True)
    assert packets(got(channel, Call(1))) == [Reset(1, 0, 35)]
    request = ConnectRequest(1)
    assert Channel(1, Params(), permanent=True).handle(request) == [Refused(request)]


def test_restart_takes_calls_away() -> None:
    assert connected().drop(7, 0) == [DisconnectIndication(1, 7, 0)]
    clearing = connected()
    clearing.handle(DisconnectRequest(1))
    assert clearing.drop(7, 0) == [StopTimer(Timer.T23, 1), DisconnectConfirm(1)]
    assert Channel(1, Params()).drop(7, 0) == []
    permanent = Channel(1, Params(), permanent=True)
    assert permanent.drop(7, 0) == [ResetIndication(1, 7, 0)]


def test_lost_request_does_not_count_as_progress() -> None:
    channel = connected()
    full = DataRequest(1, bytes(128 * 513))
    assert channel.handle(full) == [Refused(full)]
    assert channel.flow.queued == 0


SIZES = (PacketSize(256, 512), WindowSize(3, 7))

AGREED = [  # X.25 6.12: towards 128 and 2, never away; from the caller's side
    pytest.param((), (), Circuit(128, 128, 2, 2), id="nothing said"),
    pytest.param(SIZES, (), Circuit(512, 256, 7, 3), id="offer stands"),
    pytest.param(SIZES, (PacketSize(128, 256), WindowSize(2, 4)), Circuit(256, 128, 4, 2),
                 id="lowered"),
    pytest.param(SIZES, (PacketSize(512, 512),), None, id="raised"),
    pytest.param(SIZES, (PacketSize(64, 512),), None, id="lowered too far"),
    pytest.param(SIZES, (WindowSize(1, 7),), None, id="window lowered too far"),
    pytest.param((PacketSize(64, 64), WindowSize(1, 1)),
                 (PacketSize(128, 64), WindowSize(2, 1)), Circuit(64, 128, 1, 2),
                 id="raised towards the standard"),
    pytest.param((WindowSize(100, 100),), (WindowSize(20, 20),), None, id="beyond modulo 8"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "accepted", "circuit"), AGREED)
def test_caller_agrees(
    call: tuple[Facility, ...], accepted: tuple[Facility, ...], circuit: Circuit | None
) -> None:
    assert agree(call, accepted, Params()) == circuit


ANSWERED = [  # what the called side answers, and its circuit
    pytest.param((), (), (), Circuit(128, 128, 2, 2), id="nothing said"),
    pytest.param(SIZES, (), SIZES, Circuit(256, 512, 3, 7), id="offer taken"),
    pytest.param((PacketSize(2048, 4096),), (), (PacketSize(1024, 1024),),
                 Circuit(1024, 1024, 2, 2), id="lowered to the limit"),
    pytest.param(SIZES, (PacketSize(128, 128),), (PacketSize(128, 128), WindowSize(3, 7)),
                 Circuit(128, 128, 3, 7), id="user's wish"),
    pytest.param((), (PacketSize(256, 256),), None, None, id="user's wish away from 128"),
    pytest.param((), (WindowSize(3, 3),), None, None, id="user's wish away from 2"),
    pytest.param((), (Marker(0x0F), RawFacility(0xC9, b"")), (Marker(0x0F),
                 RawFacility(0xC9, b"")), Circuit(), id="other facilities"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "wanted", "told", "circuit"), ANSWERED)
def test_called_side_answers(
    call: tuple[Facility, ...],
    wanted: tuple[Facility, ...],
    told: tuple[Facility, ...] | None,
    circuit: Circuit | None,
) -> None:
    chosen = answer(call, wanted, Params())
    assert chosen == (None if told is None else (told, circuit))


def test_answer_always_tells_both_sizes() -> None:
    chosen = answer((), (), Params(answer_always=True))
    assert chosen == ((PacketSize(128, 128), WindowSize(2, 2)), Circuit())


def test_offer_adds_what_the_user_did_not_choose() -> None:
    params = Params(negotiate=True, max_packet_size=256, max_window=5)
    assert offer((), params) == (PacketSize(256, 256), WindowSize(5, 5))
    assert offer(SIZES, params) == SIZES
    assert offer((), Params()) == ()


def test_sizes_that_were_agreed_are_used() -> None:
    accepted = CallAccepted(1, facilities=(PacketSize(256, 256), WindowSize(3, 3)))
    channel = connected(Params(negotiate=True), accepted)
    sent = packets(channel.handle(DataRequest(1, bytes(1000))))
    assert [len(packet.data) for packet in sent if isinstance(packet, Data)] == [256] * 3


def test_every_timer_has_a_row() -> None:
    assert set(TIMERS) == set(Timer)
    for spec in TIMERS.values():
        assert spec.minimum <= spec.default <= spec.maximum


@pytest.mark.parametrize(
    "wrong",
    [
        {"window": 0},
        {"max_window": 8},
        {"packet_size": 8},
        {"max_packet_size": 8192},
        {"permanent": (1, 2)},
        {"incoming": Range(1, 3)},
        {"outgoing": Range(30, 40)},
        {"outgoing": Range(40, 4096)},
        {"two_way": Range(), "permanent": (0,)},
    ],
    ids=str,
)
def test_parameters_are_checked(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"window|packet_size|channels"):
        Params(**wrong)  # type: ignore[arg-type]
