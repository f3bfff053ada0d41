"""The procedures of X.25 section 2.4, a sentence each."""

from __future__ import annotations

import pytest

from protocols.errors import DecodeError
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
from protocols.lapb.link import Link, read
from protocols.lapb.primitives import (
    TIMERS,
    Action,
    BusyRequest,
    Cause,
    DataIndication,
    DataRequest,
    EstablishConfirm,
    EstablishIndication,
    EstablishRequest,
    FrameReceived,
    FrameRejected,
    Ignored,
    LineUp,
    Mode,
    Params,
    ReadyRequest,
    Refused,
    ReleaseConfirm,
    ReleaseIndication,
    ReleaseRequest,
    ResetIndication,
    Role,
    SendFrame,
    StartTimer,
    State,
    StopTimer,
    Timer,
    TimerExpired,
)

A, B = Address.A, Address.B
T1, T2 = Timer.T1, Timer.T2


def command(frame: Frame) -> FrameReceived:
    return FrameReceived(A, frame)


def response(frame: Frame) -> FrameReceived:
    return FrameReceived(B, frame)


def connected(params: Params | None = None) -> Link:
    """A DTE whose link is up and whose user has sent nothing."""
    link = Link(params or Params(t4=False))
    link.handle(EstablishRequest())
    link.handle(FrameReceived(link.params.peer, Ua(pf=True)))
    assert link.state is State.CONNECTED
    return link


def frames(actions: list[Action]) -> list[Frame]:
    return [action.frame for action in actions if isinstance(action, SendFrame)]


def test_dte_sends_commands_to_b_and_responses_to_a() -> None:
    assert Link(Params(role=Role.DTE)).handle(EstablishRequest())[0] == SendFrame(
        B, Sabm(pf=True)
    )
    assert Link(Params(role=Role.DCE)).handle(EstablishRequest())[0] == SendFrame(
        A, Sabm(pf=True)
    )
    answer = SendFrame(A, Dm(pf=True))
    assert Link(Params(role=Role.DTE)).handle(command(Disc(pf=True))) == [answer]


def test_modes_differ_in_what_line_up_does() -> None:
    assert frames(Link(Params(mode=Mode.ACTIVE)).handle(LineUp())) == [Sabm(pf=True)]
    assert frames(Link(Params(mode=Mode.INVITING)).handle(LineUp())) == [Dm(pf=False)]
    assert frames(Link(Params(mode=Mode.PASSIVE)).handle(LineUp())) == []
    assert frames(Link(Params(mode=Mode.PASSIVE)).handle(response(Dm(pf=False)))) == []


def test_extended_mode_is_set_up_with_sabme_and_refuses_sabm() -> None:
    link = Link(Params(modulo=Modulo.M128))
    assert frames(link.handle(EstablishRequest())) == [Sabme(pf=True)]
    assert frames(link.handle(command(Sabm(pf=True)))) == [Dm(pf=True)]
    assert link.state is State.SETTING_UP


def test_set_up_is_confirmed_by_ua() -> None:
    link = Link(Params(t4=False))
    link.handle(EstablishRequest())
    assert link.handle(response(Ua(pf=False)))[0].__class__.__name__ == "Ignored"
    assert link.handle(response(Ua(pf=True))) == [StopTimer(T1), EstablishConfirm()]


def test_set_up_gives_up_after_n2_transmissions() -> None:
    link = Link(Params(n2=3))
    sent = frames(link.handle(EstablishRequest()))
    for _ in range(2):
        sent += frames(link.handle(TimerExpired(T1)))
    assert sent == [Sabm(pf=True)] * 3
    assert link.handle(TimerExpired(T1)) == [ReleaseIndication(Cause.UNANSWERED)]


def test_peer_sets_the_link_up() -> None:
    link = Link(Params(t4=False))
    assert link.handle(command(Sabm(pf=True))) == [
        SendFrame(A, Ua(pf=True)),
        EstablishIndication(),
    ]


def test_colliding_sabms_end_in_one_link() -> None:
    link = Link(Params(t4=False))
    link.handle(EstablishRequest())
    assert frames(link.handle(command(Sabm(pf=True)))) == [Ua(pf=True)]
    assert link.handle(response(Ua(pf=True))) == [StopTimer(T1), EstablishConfirm()]


def test_collision_without_the_peers_ua_ends_with_t1() -> None:
    link = Link(Params(t4=False))
    link.handle(EstablishRequest())
    link.handle(command(Sabm(pf=True)))
    assert link.handle(TimerExpired(T1)) == [EstablishConfirm()]


def test_sabm_against_disc_leaves_both_disconnected() -> None:
    link = Link()
    link.handle(EstablishRequest())
    assert frames(link.handle(command(Disc(pf=True)))) == [Dm(pf=True)]
    assert link.state is State.DISCONNECTED
    link = connected()
    link.handle(ReleaseRequest())
    assert frames(link.handle(command(Sabm(pf=True)))) == [Dm(pf=True)]
    assert link.state is State.DISCONNECTED


def test_disc_against_disc_is_answered_and_waited_for() -> None:
    link = connected()
    link.handle(ReleaseRequest())
    assert frames(link.handle(command(Disc(pf=True)))) == [Ua(pf=True)]
    assert link.handle(response(Ua(pf=True))) == [StopTimer(T1), ReleaseConfirm()]


def test_set_up_wanted_while_disconnecting_comes_after_it() -> None:
    link = connected()
    link.handle(ReleaseRequest())
    assert link.handle(EstablishRequest()) == []
    actions = link.handle(response(Ua(pf=True)))
    assert ReleaseConfirm() in actions
    assert frames(actions) == [Sabm(pf=True)]


def test_poll_while_disconnected_is_answered_by_dm() -> None:
    for frame in (Rr(0, pf=True), Rnr(0, pf=True), Rej(0, pf=True), Info(0, 0, pf=True)):
        assert Link().handle(command(frame)) == [SendFrame(A, Dm(pf=True))]
    assert frames(Link().handle(command(Rr(0)))) == []
    assert frames(Link().handle(response(Rr(0, pf=True)))) == []


def test_window_closes_after_k_frames() -> None:
    link = connected(Params(k=3, t4=False))
    sent = [frame for n in range(5) for frame in frames(link.handle(DataRequest(bytes([n]))))]
    assert sent == [Info(n, 0, data=bytes([n])) for n in range(3)]
    assert frames(link.handle(command(Rr(2)))) == [
        Info(3, 0, data=b"\x03"),
        Info(4, 0, data=b"\x04"),
    ]
    assert (link.va, link.vs, link.queued) == (2, 5, 3)


def test_queue_is_bounded_and_long_packets_are_refused() -> None:
    link = connected(Params(k=1, queue=2, n1=8 * 8))
    assert isinstance(link.handle(DataRequest(bytes(5)))[0], Refused)
    link.handle(DataRequest(bytes(4)))
    link.handle(DataRequest(b""))
    assert isinstance(link.handle(DataRequest(b""))[0], Refused)
    link.handle(TimerExpired(T1))
    assert isinstance(link.handle(DataRequest(b""))[0], Refused)


def test_i_frame_is_acknowledged_after_t2() -> None:
    link = connected()
    assert link.handle(command(Info(0, 0, data=b"x"))) == [
        DataIndication(b"x"),
        StartTimer(T2),
    ]
    assert link.handle(TimerExpired(T2)) == [SendFrame(A, Rr(1))]


def test_i_frame_going_out_acknowledges() -> None:
    link = connected()
    link.handle(command(Info(0, 0)))
    assert link.handle(DataRequest(b"y")) == [
        SendFrame(B, Info(0, 1, data=b"y")),
        StopTimer(T2),
        StartTimer(T1),
    ]


def test_used_up_window_is_acknowledged_at_once() -> None:
    link = connected(Params(k=2, t4=False))
    link.handle(command(Info(0, 0)))
    assert frames(link.handle(command(Info(1, 0)))) == [Rr(2)]


def test_without_t2_every_i_frame_is_acknowledged_at_once() -> None:
    link = connected(Params(t2=False, t4=False))
    assert frames(link.handle(command(Info(0, 0)))) == [Rr(1)]


def test_gap_is_answered_by_one_rej() -> None:
    link = connected()
    assert frames(link.handle(command(Info(1, 0)))) == [Rej(0)]
    assert frames(link.handle(command(Info(2, 0)))) == []
    assert frames(link.handle(command(Info(3, 0, pf=True)))) == [Rr(0, pf=True)]
    link.handle(command(Info(0, 0)))
    assert frames(link.handle(command(Info(2, 0)))) == [Rej(1)]


def test_rej_sends_again_from_its_number() -> None:
    link = connected()
    for n in range(4):
        link.handle(DataRequest(bytes([n])))
    again = frames(link.handle(response(Rej(2))))
    assert again == [Info(n, 0, data=bytes([n])) for n in (2, 3)]
    answered = frames(link.handle(command(Rej(3, pf=True))))
    assert answered == [Rr(0, pf=True), Info(3, 0, data=b"\x03")]


def test_acknowledgement_beyond_a_lowered_vs_is_valid() -> None:
    link = connected(Params(k=2, t4=False))
    link.handle(DataRequest(b"a"))
    link.handle(DataRequest(b"b"))
    link.handle(TimerExpired(T1))
    link.handle(response(Rnr(0, pf=True)))
    assert (link.va, link.vs) == (0, 0)
    link.handle(response(Rr(2)))
    assert (link.state, link.va, link.vs) == (State.CONNECTED, 2, 2)


def test_lost_acknowledgement_is_asked_for_and_only_what_is_missing_sent_again() -> None:
    link = connected()
    for n in range(3):
        link.handle(DataRequest(bytes([n])))
    assert frames(link.handle(TimerExpired(T1))) == [Rr(0, pf=True)]
    assert link.state is State.TIMER_RECOVERY
    assert frames(link.handle(DataRequest(b"\x03"))) == []
    assert frames(link.handle(response(Rr(2, pf=True)))) == [
        Info(2, 0, data=b"\x02"),
        Info(3, 0, data=b"\x03"),
    ]


def test_timer_recovery_resets_the_link_after_n2_enquiries() -> None:
    link = connected(Params(n2=2, t4=False))
    link.handle(DataRequest(b"a"))
    assert frames(link.handle(TimerExpired(T1))) == [Rr(0, pf=True)]
    assert frames(link.handle(TimerExpired(T1))) == [Rr(0, pf=True)]
    assert frames(link.handle(TimerExpired(T1))) == [Sabm(pf=True)]
    assert link.handle(response(Ua(pf=True))) == [
        StopTimer(T1),
        ResetIndication(Cause.UNANSWERED),
    ]
    assert link.queued == 0


def test_busy_peer_is_asked_until_it_is_ready() -> None:
    link = connected()
    assert link.handle(response(Rnr(0))) == [StartTimer(T1)]
    assert frames(link.handle(DataRequest(b"a"))) == []
    for _ in range(30):
        assert frames(link.handle(TimerExpired(T1))) == [Rr(0, pf=True)]
        assert link.handle(response(Rnr(0, pf=True))) == [StartTimer(T1)]
    assert frames(link.handle(response(Rr(0)))) == [Info(0, 0, data=b"a")]


def test_own_busy_condition_ends_with_rej_when_it_cost_a_frame() -> None:
    link = connected()
    assert frames(link.handle(BusyRequest())) == [Rnr(0)]
    assert frames(link.handle(ReadyRequest())) == [Rr(0)]
    link.handle(BusyRequest())
    assert frames(link.handle(command(Info(0, 0, pf=True)))) == [Rnr(0, pf=True)]
    assert frames(link.handle(ReadyRequest())) == [Rej(0)]


def test_busy_condition_outlives_a_reset() -> None:
    link = connected()
    link.handle(BusyRequest())
    assert frames(link.handle(command(Sabm(pf=True)))) == [Ua(pf=True), Rnr(0)]


def test_invalid_nr_is_rejected_with_the_variables_of_this_end() -> None:
    link = connected()
    for n in range(2):
        link.handle(DataRequest(bytes([n])))
    for n in range(3):
        link.handle(command(Info(n, 0)))
    actions = link.handle(command(Info(3, 3)))  # as the Linux kernel answers the same
    frmr = Frmr(pf=False, control=b"\x66", vs=2, vr=3, response=False, reasons=Reason.Z)
    assert frames(actions) == [frmr]
    assert frames(link.handle(command(Rr(0, pf=True))))[0].pf


def test_invalid_nr_in_the_answer_to_an_enquiry_is_rejected() -> None:
    link = connected()
    link.handle(DataRequest(b"a"))
    link.handle(TimerExpired(T1))
    assert isinstance(frames(link.handle(response(Rr(2, pf=True))))[0], Frmr)
    assert link.state is State.FRAME_REJECT


def test_frmr_is_repeated_n2_times_before_the_link_is_reset() -> None:
    link = connected(Params(n2=2, t4=False))
    link.handle(FrameRejected(B, b"\xe7", Reason.W))
    assert isinstance(frames(link.handle(TimerExpired(T1)))[0], Frmr)
    assert frames(link.handle(TimerExpired(T1))) == [Sabm(pf=True)]
    assert link.handle(response(Ua(pf=True)))[1] == ResetIndication(Cause.FRAME_REJECT)


def test_frmr_resets_the_link() -> None:
    link = connected()
    frmr = Frmr(pf=False, control=b"\x66", vs=2, vr=3, response=False, reasons=Reason.Z)
    assert frames(link.handle(response(frmr))) == [Sabm(pf=True)]


def test_unexpected_ua_resets_the_link_when_late_frames_are_gone() -> None:
    link = connected()
    assert link.handle(response(Ua(pf=True))) == [
        Ignored(State.CONNECTED, response(Ua(pf=True)))
    ]
    link.handle(DataRequest(b"a"))
    link.handle(response(Rr(1)))
    assert link.handle(response(Ua(pf=True))) == [StartTimer(T1)]
    assert frames(link.handle(response(Ua(pf=True)))) == []
    assert frames(link.handle(TimerExpired(T1))) == [Sabm(pf=True)]
    assert ResetIndication(Cause.UNEXPECTED_UA) in link.handle(response(Ua(pf=True)))


def test_sabm_resets_a_link_that_is_up() -> None:
    link = connected()
    link.handle(DataRequest(b"a"))
    assert link.handle(command(Sabm(pf=True))) == [
        SendFrame(A, Ua(pf=True)),
        StopTimer(T1),
        ResetIndication(Cause.PEER),
    ]
    assert (link.vs, link.va, link.vr, link.queued) == (0, 0, 0, 0)


def test_silent_link_is_tested_by_t4_and_lost_after_t3() -> None:
    link = connected(Params(t3=True))
    assert frames(link.handle(TimerExpired(Timer.T4))) == [Rr(0, pf=True)]
    back = link.handle(response(Rr(0, pf=True)))
    assert back == [StopTimer(T1), StartTimer(Timer.T4), StartTimer(Timer.T3)]
    lost = link.handle(TimerExpired(Timer.T3))
    assert lost == [StopTimer(Timer.T4), ReleaseIndication(Cause.SILENCE)]


def test_frames_that_cannot_have_arrived_are_rejected_all_the_same() -> None:
    link = connected()
    assert isinstance(frames(link.handle(command(Info(0, 99))))[0], Frmr)


def test_every_timer_has_a_row() -> None:
    assert set(TIMERS) == set(Timer)
    for spec in TIMERS.values():
        assert spec.minimum <= spec.default <= spec.maximum


@pytest.mark.parametrize(
    "wrong", [{"k": 0}, {"k": 8}, {"n2": 0}, {"n1": 39}, {"queue": 0}], ids=str
)
def test_parameters_are_checked(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Params(**wrong)  # type: ignore[arg-type]


def test_octets_become_events() -> None:
    assert read(bytes.fromhex("0173")) == response(Ua(pf=True))
    assert read(bytes.fromhex("01e3")) == FrameRejected(B, b"\xe3", Reason.W)
    with pytest.raises(DecodeError):
        read(b"\x0d\x01")
