"""Whose turn it is: devices and calls one at a time, links at their pace, lines with an end."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cti import desk as dk
from cti.desk.turns import BUSY, NEW_WORK, Turn, Turns
from cti.model import commands as cm
from cti.model.capabilities import Limits
from cti.model.errors import Error, ErrorClass
from cti.moment import SECOND
from tests.cti.desk.test_desk import Office, capabilities, done, error, reply, sent

UNLIMITED = Limits()


class Line:
    """Turns on links of one kind, at a clock."""

    def __init__(self, limits: Limits = UNLIMITED, **pace: Any) -> None:
        self.turns = Turns(lambda _: limits, dk.Pace(**pace))
        self.at = 1_700_000_000 * SECOND
        self.count = 0

    def enter(self, *names: str, verb: str = "hold", who: str = "a", link: str = "l") -> Turn:
        self.count += 1
        objects = frozenset(("device", name) for name in names)
        turn = Turn(self.count, who, verb, link, objects)
        self.turns.enter(turn)
        return turn

    def ready(self) -> list[int]:
        return self.turns.ready(self.at)


def test_one_for_a_device_is_out_and_the_next_waits() -> None:
    line = Line()
    first, second, other = line.enter("1"), line.enter("1", "2"), line.enter("2")
    assert line.ready() == [first.token], "the third is behind the second"
    line.turns.leave(first.token, line.at)
    assert line.ready() == [second.token]
    line.turns.leave(second.token, line.at)
    assert line.ready() == [other.token]


def test_a_link_gets_so_many_in_a_second() -> None:
    line = Line(per_second=2.0, burst=3)
    tokens = [line.enter(str(n)).token for n in range(6)]
    assert line.ready() == tokens[:3]
    assert line.turns.due == line.at + SECOND // 2
    line.at += SECOND // 2
    assert line.ready() == tokens[3:4]
    line.at += SECOND
    assert line.ready() == tokens[4:]
    assert line.turns.due is None


def test_the_slower_of_link_and_configuration_counts() -> None:
    for limits, per_second in ((Limits(messages_per_s=1.0), None), (UNLIMITED, 1.0)):
        line = Line(limits, per_second=per_second, burst=1)
        line.enter("1")
        line.enter("2")
        assert len(line.ready()) == 1
    line = Line(Limits(messages_per_s=1.0), per_second=100.0, burst=1)
    line.enter("1")
    line.enter("2")
    line.ready()
    assert line.turns.due == line.at + SECOND


def test_links_do_not_wait_for_each_other() -> None:
    line = Line(per_second=1.0, burst=1)
    one, two = line.enter("1", link="l"), line.enter("2", link="m")
    assert line.ready() == [one.token, two.token]


def test_clears_and_answers_to_routes_go_first() -> None:
    line = Line(per_second=1.0, burst=1)
    line.enter("1")
    line.ready()
    waits = line.enter("2")
    clear = line.enter("1", verb="clear_connection")
    select = line.enter(verb="route_select")
    line.at += SECOND
    assert line.ready() == [clear.token]
    line.at += SECOND
    assert line.ready() == [select.token]
    line.at += SECOND
    assert line.ready() == [waits.token]


def test_a_link_has_so_many_out_but_for_what_overtakes() -> None:
    line = Line(Limits(outstanding=2))
    tokens = [line.enter(str(n)).token for n in range(3)]
    assert line.ready() == tokens[:2]
    clear = line.enter("9", verb="clear_call")
    assert line.ready() == [clear.token]
    line.turns.leave(tokens[0], line.at)
    assert line.ready() == []
    line.turns.leave(tokens[1], line.at)
    assert line.ready() == tokens[2:]


def test_an_object_rests_between_two_commands() -> None:
    line = Line(gap=SECOND // 4)
    first, second = line.enter("1"), line.enter("1")
    assert line.ready() == [first.token]
    line.turns.leave(first.token, line.at)
    assert line.ready() == []
    assert line.turns.due == line.at + SECOND // 4
    line.at += SECOND // 4
    assert line.ready() == [second.token]


def test_new_work_is_refused_first() -> None:
    line = Line(per_second=0.001, burst=1)
    for n in range(BUSY + 1):
        line.enter(str(n), who=str(n))
    line.ready()
    for verb in ("make_call", "answer"):
        turn = line.enter("x", verb=verb, who="x")
        crowded = line.turns.crowded(turn)
        if verb in NEW_WORK:
            assert isinstance(crowded, Error)
            assert (crowded.kind, crowded.retry.value) == (ErrorClass.OVERLOAD, "later")
            assert isinstance(crowded.retry_after_ms, int)
            line.turns.leave(turn.token, line.at)
        else:
            assert crowded is None


def test_a_line_has_an_end_for_everything() -> None:
    line = Line(per_second=0.001, burst=1)
    line.enter("0")
    line.ready()
    kept = 0
    for n in range(2 * dk.PER_LINK):
        turn = line.enter(str(n), who=str(n))
        if line.turns.crowded(turn) is None:
            kept += 1
        else:
            line.turns.leave(turn.token, line.at)
    assert kept == dk.PER_LINK
    clear = line.enter("0", verb="clear_connection", who="late")
    assert line.turns.crowded(clear) is None


def test_a21_one_client_fills_no_line_with_clears_either() -> None:
    line = Line(per_second=0.001, burst=1)
    line.enter("0")
    line.ready()
    for n in range(4 * dk.PER_LINK):
        turn = line.enter(str(n), verb="clear_connection", who="hostile")
        if line.turns.crowded(turn) is not None:
            line.turns.leave(turn.token, line.at)
    honest = line.enter("9", verb="clear_connection", who="honest")
    assert line.turns.crowded(honest) is None
    assert len(line.turns) <= dk.PER_LINK + 1


OPERATIONS = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(["hold", "make_call", "clear_connection"]),
            st.sampled_from(["1", "2", "3"]),
            st.sampled_from(["l", "m"]),
        ),
        st.tuples(st.just("leave"), st.integers(0, 30), st.just("")),
        st.tuples(st.just("pass"), st.integers(0, 3 * SECOND), st.just("")),
    ),
    max_size=60,
)


@given(OPERATIONS, st.sampled_from([None, 0.5, 4.0]), st.sampled_from([0, SECOND // 2]))
def test_whoever_waits_goes_once_and_in_order(
    operations: list[Any], rate: float | None, gap: int
) -> None:
    line = Line(per_second=rate, burst=2, gap=gap)
    waiting: dict[int, Turn] = {}
    out: dict[int, Turn] = {}
    went: list[tuple[int, str]] = []

    def look() -> None:
        for token in line.ready():
            turn = waiting.pop(token)
            if not turn.urgent:
                busy = {one for other in out.values() for one in other.objects}
                assert busy.isdisjoint(turn.objects)
                earlier = (one for one in waiting.values() if one.token < token)
                assert all(
                    one.urgent or one.objects.isdisjoint(turn.objects) for one in earlier
                )
            out[token] = turn
            went.append((line.at, turn.link_id))

    for kind, what, link in operations:
        match kind:
            case "leave":
                if out.pop(what, None) is None:
                    continue
                line.turns.leave(what, line.at)
            case "pass":
                line.at += what
            case _:
                turn = line.enter(what, verb=kind, link=link)
                waiting[turn.token] = turn
        look()
    for _ in range(300):
        for token in list(out):
            del out[token]
            line.turns.leave(token, line.at)
        look()
        if line.turns.due is not None:
            assert line.turns.due > line.at
            line.at = line.turns.due
    assert not waiting, "everybody's turn comes"
    if rate is not None:
        for link in ("l", "m"):
            times = [at for at, one in went if one == link]
            for begin in range(len(times) - 3):
                passed = times[begin + 3] - times[begin]
                assert passed >= SECOND / rate * 0.99, "four in a row are more than a burst"


# At the desk.


def slow(office: Office, **pace: Any) -> None:
    office.desk = dk.Desk(office.board.tracker.book, pace=dk.Pace(**pace))
    office.desk.links["l"] = dk.LinkView(dk.USABLE[0], capabilities())


def test_a_command_waits_for_its_link_and_its_deadline_ends_it() -> None:
    office = Office()
    slow(office, per_second=0.1, burst=1)
    assert sent(office.ask(cm.SetDnd(device="201", on=True)))
    waits = office.ask(cm.SetDnd(device="202", on=True), deadline_ms=3_000)
    assert not sent(waits)
    pace = next(one for one in waits if isinstance(one, dk.StartTimer) and one.token == dk.PACE)
    assert pace.due == office.at + 10 * SECOND
    deadline = next(one for one in waits if isinstance(one, dk.StartTimer) and one.token > 0)
    office.at = deadline.due
    ended = office.desk.expired(deadline.token, office.at)
    told = reply(ended)
    assert told.status.value == "rejected"
    assert error(ended).kind is ErrorClass.TIMEOUT
    assert dk.StopTimer(dk.PACE) in ended
    third = office.ask(cm.SetDnd(device="203", on=True))
    assert not sent(third)
    office.at = pace.due
    (send,) = sent(office.desk.expired(dk.PACE, office.at))
    assert send.request.command.args == cm.SetDnd(device="203", on=True)


def test_a_command_that_waits_can_be_withdrawn() -> None:
    office = Office()
    slow(office, per_second=0.1, burst=1)
    office.ask(cm.SetDnd(device="201", on=True), "first")
    office.ask(cm.SetDnd(device="202", on=True), "second")
    told = office.ask(cm.Cancel(command="second"), "cancel")
    ends = {one.command_id: one.result for one in told if isinstance(one, dk.Reply)}
    assert ends["second"].status.value == "cancelled"
    assert ends["cancel"].result == {"ended": True}
    again = office.ask(cm.SetDnd(device="202", on=True), "second")
    assert reply(again).status.value == "cancelled", "its end is remembered"
    others = office.ask(cm.Cancel(command="first"), requester="somebody else")
    assert error(others).kind is ErrorClass.INVALID_OBJECT
    ended = office.ask(cm.Cancel(command="second"), "cancel again")
    assert error(ended).kind is ErrorClass.STATE_CONFLICT


def test_progress_tells_what_waits_and_what_is_sent() -> None:
    office = Office()
    office.talk()
    first = office.ask(cm.Hold(device="201"), progress=True)
    assert [one.step for one in first if isinstance(one, dk.Progress)] == ["sent"]
    (send,) = sent(first)
    second = office.ask(cm.SendDtmf(device="202", digits="1"), progress=True)
    assert [one.step for one in second if isinstance(one, dk.Progress)] == ["queued"]
    ended = office.desk.ended(send.request.token, done(), office.at)
    assert [one.step for one in ended if isinstance(one, dk.Progress)] == ["sent"]
