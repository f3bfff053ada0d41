"""TEI management: messages, and the machines of terminal and network, a sentence each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.errors import DecodeError, EncodeError
from protocols.lapd import tei_network as net
from protocols.lapd import tei_user as user
from protocols.lapd.tei import FIRST, LAST, Kind, Message, decode, encode

VECTORS = [  # seen from who is named, or worked out by hand from table 8
    pytest.param("0fb0f201ff", Message(Kind.IDENTITY_REQUEST, 127, 0xB0F2), id="libpri asks"),
    pytest.param("0fb0f20281", Message(Kind.IDENTITY_ASSIGNED, 64, 0xB0F2), id="Linux gives"),
    pytest.param("0f000103ff", Message(Kind.IDENTITY_DENIED, 127, 1), id="denied"),
    pytest.param("0f000004ff", Message(Kind.CHECK_REQUEST, 127), id="check all"),
    pytest.param("0f12340581", Message(Kind.CHECK_RESPONSE, 64, 0x1234), id="check response"),
    pytest.param("0f000105808285", Message(Kind.CHECK_RESPONSE, 64, 1, (65, 66)),
                 id="check response of three TEIs"),
    pytest.param("0f000006ff", Message(Kind.REMOVE, 127), id="remove all"),
    pytest.param("0f000007fd", Message(Kind.VERIFY, 126), id="verify"),
]  # fmt: skip


@pytest.mark.parametrize(("octets", "message"), VECTORS)
def test_vector(octets: str, message: Message) -> None:
    assert decode(bytes.fromhex(octets)) == message
    assert encode(message) == bytes.fromhex(octets)


@pytest.mark.parametrize(
    ("octets", "offset"),
    [("", 0), ("0e000001ff", 0), ("0f000001", 4), ("0f000008ff", 3), ("0f000000ff", 3),
     ("0f000005fe", 5), ("0f0000058183", 5)],
)  # fmt: skip
def test_octets_that_are_no_message(octets: str, offset: int) -> None:
    with pytest.raises(DecodeError) as caught:
        decode(bytes.fromhex(octets))
    assert caught.value.offset == offset


@pytest.mark.parametrize("message", [Message(Kind.VERIFY, 128), Message(Kind.REMOVE, 1, 65536)])
def test_numbers_without_room(message: Message) -> None:
    with pytest.raises(EncodeError):
        encode(message)


@given(st.binary(max_size=9))
def test_any_octets_decode_or_raise_decode_error(octets: bytes) -> None:
    for whole in (octets, b"\x0f" + octets):
        try:
            message = decode(whole)
        except DecodeError:
            continue
        assert encode(message) == whole


# The terminal.


def assigned(tei: int = 64) -> user.TeiUser:
    machine = user.TeiUser()
    machine.handle(user.Wanted())
    machine.handle(user.MessageReceived(Message(Kind.IDENTITY_ASSIGNED, tei, machine.ri)))
    assert machine.tei == tei
    return machine


def test_a_terminal_asks_n202_times_with_an_ri_of_its_own_each() -> None:
    machine = user.TeiUser(n202=3)
    seen = []
    actions = machine.handle(user.Wanted())
    while user.Failed() not in actions:
        assert actions == [
            user.SendMessage(Message(Kind.IDENTITY_REQUEST, 127, machine.ri)),
            user.StartTimer(),
        ]
        seen.append(machine.ri)
        actions = machine.handle(user.TimerExpired())
    assert actions == [user.Failed()]
    assert len(set(seen)) == 3
    assert machine.state is user.State.UNASSIGNED


def test_terminals_with_other_seeds_draw_other_ris() -> None:
    def ris(seed: int) -> list[int]:
        machine = user.TeiUser(seed=seed, n202=50)
        machine.handle(user.Wanted())
        drawn = [machine.ri]
        for _ in range(49):
            machine.handle(user.TimerExpired())
            drawn.append(machine.ri)
        return drawn

    assert ris(1) == ris(1)
    for seed in range(2, 50):
        assert not any(a == b for a, b in zip(ris(1), ris(seed), strict=True))


def test_a_denied_terminal_asks_again_with_a_new_ri() -> None:
    machine = user.TeiUser(n202=2)
    machine.handle(user.Wanted())
    first = machine.ri
    actions = machine.handle(user.MessageReceived(Message(Kind.IDENTITY_DENIED, 127, first)))
    assert actions[-1] == user.StartTimer()
    assert machine.ri != first
    actions = machine.handle(
        user.MessageReceived(Message(Kind.IDENTITY_DENIED, 127, machine.ri))
    )
    assert actions == [user.StopTimer(), user.Failed()]


@pytest.mark.parametrize("tei", [0, 63, 127])
def test_a_tei_that_no_network_assigns_is_not_taken(tei: int) -> None:
    machine = user.TeiUser()
    machine.handle(user.Wanted())
    machine.handle(user.MessageReceived(Message(Kind.IDENTITY_ASSIGNED, tei, machine.ri)))
    assert machine.state is user.State.REQUESTING


def test_a_terminal_gives_its_tei_up_when_another_gets_it() -> None:
    machine = assigned()
    other = Message(Kind.IDENTITY_ASSIGNED, 64, machine.ri ^ 1)
    assert machine.handle(user.MessageReceived(other)) == [user.Removed(64)]


def test_the_assignment_that_comes_twice_does_no_harm() -> None:
    machine = assigned()
    again = user.MessageReceived(Message(Kind.IDENTITY_ASSIGNED, 64, machine.ri))
    assert machine.handle(again) == [user.Ignored(user.State.ASSIGNED, again)]


@pytest.mark.parametrize("tei", [64, 127])
def test_a_terminal_answers_checks_and_obeys_removal(tei: int) -> None:
    machine = assigned()
    (answer,) = machine.handle(user.MessageReceived(Message(Kind.CHECK_REQUEST, tei)))
    assert isinstance(answer, user.SendMessage)
    assert (answer.message.kind, answer.message.tei) == (Kind.CHECK_RESPONSE, 64)
    removed = machine.handle(user.MessageReceived(Message(Kind.REMOVE, tei)))
    assert removed == [user.Removed(64)]
    assert machine.tei == 127


def test_a_doubted_tei_is_verified_and_dropped_when_nobody_knows_it() -> None:
    machine = assigned()
    verify = [user.SendMessage(Message(Kind.VERIFY, 64)), user.StartTimer()]
    assert machine.handle(user.Doubted(silent=True)) == verify
    assert machine.handle(user.TimerExpired()) == verify
    assert machine.handle(user.TimerExpired()) == [user.Removed(64)]


def test_a_tei_in_use_is_kept_when_the_network_verifies_nothing() -> None:
    machine = assigned()
    machine.handle(user.Doubted(silent=False))
    machine.handle(user.TimerExpired())
    assert machine.handle(user.TimerExpired()) == []
    assert (machine.state, machine.tei) == (user.State.ASSIGNED, 64)


def test_a_fixed_tei_is_removed_by_its_number_only() -> None:
    machine = user.TeiUser(5)
    machine.handle(user.Wanted())
    machine.handle(user.MessageReceived(Message(Kind.REMOVE, 127)))
    assert machine.tei == 5
    removed = machine.handle(user.MessageReceived(Message(Kind.REMOVE, 5)))
    assert removed == [user.Removed(5)]
    assert machine.handle(user.Wanted()) == [user.Assigned(5)]


def test_a_check_ends_the_doubt() -> None:
    machine = assigned()
    machine.handle(user.Doubted(silent=True))
    actions = machine.handle(user.MessageReceived(Message(Kind.CHECK_REQUEST, 64)))
    assert actions[0] == user.StopTimer()
    assert machine.state is user.State.ASSIGNED


USER_EVENTS: st.SearchStrategy[user.Event] = st.one_of(
    st.sampled_from(
        [user.Wanted(), user.Doubted(silent=True), user.Doubted(silent=False),
         user.Deactivation(), user.TimerExpired()]
    ),
    st.builds(
        user.MessageReceived,
        st.builds(
            Message, st.sampled_from(Kind), st.sampled_from([5, 64, 65, 127]),
            st.sampled_from([0, 7934, 13148]),
        ),
    ),
)  # fmt: skip


@given(st.lists(USER_EVENTS, max_size=40), st.sampled_from([None, 5]))
def test_a_terminal_has_a_tei_or_asks_with_t202_running_or_rests(
    events: list[user.Event], fixed: int | None
) -> None:
    machine = user.TeiUser(fixed)
    running, tei = False, 127
    for event in events:
        if isinstance(event, user.TimerExpired):
            if not running:
                continue
            running = False
        for action in machine.handle(event):
            match action:
                case user.StartTimer():
                    running = True
                case user.StopTimer():
                    assert running
                    running = False
                case user.Assigned(given_tei):
                    assert tei == 127
                    tei = given_tei
                case user.Removed(gone):
                    assert tei == gone
                    tei = 127
                case user.SendMessage(message):
                    assert decode(encode(message)) == message
                case user.Failed():
                    assert tei == 127
                case user.Ignored():
                    pass
        assert machine.tei == tei
        awaiting = machine.state in (user.State.REQUESTING, user.State.VERIFYING)
        assert running == awaiting


# The network.


def ask(machine: net.TeiNetwork, ri: int, tei: int = 127) -> list[net.Action]:
    return machine.handle(net.MessageReceived(Message(Kind.IDENTITY_REQUEST, tei, ri)))


def answer(machine: net.TeiNetwork, *teis: int) -> None:
    for tei in teis:
        machine.handle(net.MessageReceived(Message(Kind.CHECK_RESPONSE, tei, 9)))


def full() -> net.TeiNetwork:
    machine = net.TeiNetwork()
    for tei in range(FIRST, LAST + 1):
        assert ask(machine, tei) == [
            net.SendMessage(Message(Kind.IDENTITY_ASSIGNED, tei, tei)),
            net.Assigned(tei),
        ]
    return machine


def sent(actions: list[net.Action]) -> list[Message]:
    return [action.message for action in actions if isinstance(action, net.SendMessage)]


def test_a_network_begins_by_removing_all_twice() -> None:
    remove = net.SendMessage(Message(Kind.REMOVE, 127))
    assert net.TeiNetwork().handle(net.Started()) == [remove, remove]


def test_63_teis_are_given_out_and_then_all_are_checked() -> None:
    machine = full()
    assert ask(machine, 1) == [
        net.SendMessage(Message(Kind.CHECK_REQUEST, 127)),
        net.StartTimer(127),
    ]


def test_who_asks_when_all_teis_are_used_is_denied_after_the_check() -> None:
    machine = full()
    ask(machine, 1)
    answer(machine, *range(FIRST, LAST + 1))
    actions = machine.handle(net.TimerExpired(127))
    assert actions == [net.SendMessage(Message(Kind.IDENTITY_DENIED, 127, 1))]


def test_who_asks_gets_the_tei_that_twice_nobody_answered_for() -> None:
    machine = full()
    ask(machine, 1)
    ask(machine, 2)
    answer(machine, *range(FIRST, LAST))  # all but the last
    again = machine.handle(net.TimerExpired(127))
    assert sent(again) == [Message(Kind.CHECK_REQUEST, 127)]
    actions = machine.handle(net.TimerExpired(127))
    assert sent(actions) == [
        Message(Kind.REMOVE, LAST),
        Message(Kind.REMOVE, LAST),
        Message(Kind.IDENTITY_ASSIGNED, LAST, 1),
        Message(Kind.IDENTITY_DENIED, 127, 2),
    ]
    assert [type(a) for a in actions if not isinstance(a, net.SendMessage)] == [
        net.Removed,
        net.Assigned,
    ]


def test_more_askers_than_may_wait_are_denied_at_once() -> None:
    machine = full()
    for ri in range(net.WAITING):
        ask(machine, ri)
    assert sent(ask(machine, 99)) == [Message(Kind.IDENTITY_DENIED, 127, 99)]


def test_a_wanted_tei_is_given_if_it_is_free() -> None:
    machine = net.TeiNetwork()
    assert sent(ask(machine, 1, 100)) == [Message(Kind.IDENTITY_ASSIGNED, 100, 1)]
    assert sent(ask(machine, 2, 100)) == [Message(Kind.IDENTITY_DENIED, 100, 2)]
    assert sent(ask(machine, 3, 12)) == [Message(Kind.IDENTITY_DENIED, 12, 3)]


def test_teis_are_given_in_turn() -> None:
    machine = net.TeiNetwork()
    ask(machine, 1)
    machine.handle(net.RemoveRequest(64))
    assert net.Assigned(65) in ask(machine, 2)


def test_a_tei_with_two_terminals_is_removed() -> None:
    machine = net.TeiNetwork()
    ask(machine, 1)
    machine.handle(net.MessageReceived(Message(Kind.VERIFY, 64)))
    answer(machine, 64, 64)
    actions = machine.handle(net.TimerExpired(64))
    assert sent(actions) == [Message(Kind.REMOVE, 64)] * 2
    assert net.Removed(64) in actions


def test_a_response_of_several_teis_answers_each_check() -> None:
    machine = net.TeiNetwork()
    ask(machine, 1)
    ask(machine, 2)
    machine.handle(net.CheckRequest(65))
    response = Message(Kind.CHECK_RESPONSE, 64, 9, (65,))
    machine.handle(net.MessageReceived(response))
    assert machine.handle(net.TimerExpired(65)) == []
    assert machine.assigned == {64, 65}


def test_a_terminal_from_before_the_start_is_adopted_by_a_check() -> None:
    machine = net.TeiNetwork()
    machine.handle(net.CheckRequest(70))
    answer(machine, 70)
    assert machine.handle(net.TimerExpired(70)) == [net.Assigned(70)]
    assert machine.assigned == {70}


NETWORK_EVENTS: st.SearchStrategy[net.Event] = st.one_of(
    st.sampled_from([net.Started(), net.Deactivation()]),
    st.builds(net.CheckRequest, st.sampled_from([5, 64, 65, 127])),
    st.builds(net.RemoveRequest, st.sampled_from([5, 64, 65, 127])),
    st.builds(net.TimerExpired, st.sampled_from([64, 65, 127])),
    st.builds(
        net.MessageReceived,
        st.builds(Message, st.sampled_from(Kind), st.sampled_from([5, 64, 65, 126, 127])),
    ),
)


@given(st.lists(NETWORK_EVENTS, max_size=60), st.booleans())
def test_a_network_never_gives_a_tei_twice_and_ends_every_check(
    events: list[net.Event], crowded: bool
) -> None:
    machine = full() if crowded else net.TeiNetwork()
    running: set[int] = set()
    held = set(machine.assigned)
    for event in events:
        if isinstance(event, net.TimerExpired):
            if event.tei not in running:
                continue
            running.discard(event.tei)
        for action in machine.handle(event):
            match action:
                case net.StartTimer(tei):
                    assert tei not in running
                    running.add(tei)
                case net.StopTimer(tei):
                    assert tei in running
                    running.discard(tei)
                case net.Assigned(tei):
                    assert FIRST <= tei <= LAST
                    assert tei not in held
                    held.add(tei)
                case net.Removed(tei):
                    held.remove(tei)
                case net.SendMessage() | net.Ignored():
                    pass
        assert machine.assigned == held
    for _ in range(4):
        for tei in sorted(running):
            running.discard(tei)
            for action in machine.handle(net.TimerExpired(tei)):
                if isinstance(action, net.StartTimer):
                    running.add(action.tei)
    assert not running
