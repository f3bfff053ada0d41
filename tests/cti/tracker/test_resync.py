"""What the switch tells when it is asked: each row of the resynchronisation, by name."""

from __future__ import annotations

from cti import facts as f
from cti.model import events as ev
from cti.model.causes import Cause
from cti.model.data import CallData
from cti.model.numbers import Number
from cti.model.objects import CallNumbers
from cti.model.states import AgentState, ConnectionState, LinkState, Origin
from tests.support.switchboard import Board, device

COUNTS = ("confirmed", "corrected", "discovered", "lost", "unverifiable")


def talking(board: Board) -> str:
    """201 talks to 202 on call 1."""
    board.link(LinkState.UP)
    board.on(f.Originated, "1", "201")
    board.on(f.Alerting, "1", "202")
    board.on(f.Connected, "1", "202")
    return board.tracker.calls[0].call_id


def back(board: Board) -> None:
    """The link was lost and is there again; the monitors are started, everything is asked."""
    board.lose()
    for number in ("201", "202", "203"):
        board.tell(f.MonitorStarted(monitor=f"m{number}", device=device(number)))
    board.tell(f.ResyncBegun(reason="connected"))


def over(board: Board, *, complete: bool = True) -> list[str]:
    return board.tell(f.ResyncEnded(complete=complete))


def counts(board: Board) -> dict[str, int]:
    """Give the counts of the last end that are not 0."""
    ends = [event for event in board.events if isinstance(event, ev.SnapshotEnd)]
    return {name: n for name in COUNTS if (n := getattr(ends[-1], name))}


def states(board: Board, place: int = 0) -> dict[str, str]:
    connections = board.tracker.calls[place].connections
    return {leg.device_id: leg.state.value for leg in connections}


def test_a_call_in_the_same_state_is_confirmed() -> None:
    board = Board()
    call = talking(board)
    back(board)
    assert board.tracker.calls[0].stale
    assert board.seen("201", "1:connected") == ["call.recovered [snapshot]"]
    assert board.seen("202", "1:connected") == []
    assert board.seen("203") == []
    assert board.call_seen("1", "201:connected", "202:connected") == []
    assert over(board) == ["snapshot.end [synthetic]"]
    assert counts(board) == {"confirmed": 1}
    assert board.events[-1].duration == 5.0
    assert board.events[-1].complete
    assert [one.call_id for one in board.tracker.calls] == [call]
    board.on(f.Cleared, "1", "202")
    board.on(f.Cleared, "1", "201")
    assert board.events[-1].summary.exact


def test_a_call_in_another_state_is_corrected() -> None:
    board = Board()
    talking(board)
    back(board)
    assert board.seen("201", "1:held") == [
        "call.recovered [snapshot]",
        "connection.held 201 held [snapshot]",
    ]
    board.seen("202", "1:connected")
    over(board)
    assert counts(board) == {"corrected": 1}
    held = board.tracker.calls[0].connections[0]
    assert held.since is None
    board.tell(f.CallEnded(call="1"))
    assert not board.events[-1].summary.exact


def test_states_are_told_by_the_event_that_fits() -> None:
    for before, now, event in [
        (f.Held, "connected", "connection.retrieved 201 connected [snapshot]"),
        (f.Initiated, "connected", "connection.originated 201 connected [snapshot]"),
        (f.Alerting, "connected", "connection.connected 201 connected [snapshot]"),
        (f.Connected, "failed", "connection.failed 201 failed [snapshot]"),
        (f.Connected, "alerting", "connection.alerting 201 alerting [snapshot]"),
        (f.Connected, "initiated", "connection.initiated 201 initiated [snapshot]"),
        (f.Connected, "queued", "connection.queued 201 201 queued [snapshot]"),
    ]:
        board = Board()
        board.on(before, "1", "201")
        assert board.seen("201", f"1:{now}")[0] == event
        assert board.tracker.counters["anomaly.unexpected_transition"] == 0


def test_a_trunk_that_is_listed_as_connected_is_no_answer() -> None:
    board = Board()
    board.link(LinkState.UP)
    board.on(f.Originated, "1", "201")
    board.tell(f.NetworkReached(call="1", device=device("=T1"), trunk="T1"))
    assert board.call_seen("1", "201:connected", "=T1:connected") == []
    assert board.call_seen("1", "201:connected", "=T1:held") == [
        "connection.held ext:1 held [snapshot]"
    ]


def test_a_state_that_the_answer_does_not_tell_confirms_what_is_believed() -> None:
    board = Board()
    talking(board)
    back(board)
    assert board.seen("201", "1:unknown") == ["call.recovered [snapshot]"]
    assert states(board)["201"] == "connected"


def test_a_call_that_no_device_lists_is_lost() -> None:
    board = Board()
    call = talking(board)
    back(board)
    assert board.seen("201") == []
    assert board.seen("202") == []
    assert over(board) == [
        "call.lost [snapshot]",
        "call.cleared [snapshot]",
        "snapshot.end [synthetic]",
    ]
    assert counts(board) == {"lost": 1}
    cleared = board.events[-2]
    assert (cleared.call_id, cleared.cause) == (call, Cause.UNKNOWN)
    assert not cleared.summary.exact


def test_a_call_that_the_switch_does_not_know_is_lost() -> None:
    board = Board()
    talking(board)
    back(board)
    assert board.call_seen("1") == ["call.lost [snapshot]", "call.cleared [snapshot]"]
    over(board)
    assert counts(board) == {"lost": 1}
    assert board.call_seen("1") == []


def test_a_call_that_was_not_known_is_discovered() -> None:
    board = Board()
    back(board)
    assert board.seen("201", "7:connected") == [
        "call.created [snapshot]",
        "connection.connected 201 connected [snapshot]",
    ]
    created = next(event for event in board.events if isinstance(event, ev.CallCreated))
    assert created.partial
    told = board.call_seen(
        "7",
        "201:connected",
        "~x:030:held",
        numbers=CallNumbers(calling=Number(raw="030")),
        data=CallData(uui=b"u"),
    )
    assert told == ["call.data_changed [snapshot]", "connection.held ext:1 held [snapshot]"]
    over(board)
    assert counts(board) == {"discovered": 1}
    assert board.tracker.calls[0].data.uui == b"u"


def test_a_call_on_which_nobody_is_monitored_is_not_discovered() -> None:
    board = Board()
    assert board.seen("500", "7:connected") == []
    assert board.call_seen("7", "500:connected", "~x:030:failed") == []
    assert board.tracker.calls == []
    assert board.call_seen("7", "500:connected", "~x:201:connected")[0] == (
        "call.created [snapshot]"
    )


def test_who_is_listed_without_a_state_is_found() -> None:
    board = Board()
    assert board.call_seen("7", "201:unknown") == [
        "call.created [snapshot]",
        "connection.found 201 unknown [snapshot]",
    ]
    assert board.on(f.Held, "7", "201") == ["connection.held 201 held"]


def test_an_identifier_that_belongs_to_another_call_by_now() -> None:
    board = Board()
    old = talking(board)
    back(board)
    assert board.seen("201") == []
    assert board.seen("202") == []
    assert board.seen("203", "1:connected") == []
    assert board.call_seen("1", "203:connected", "~x:connected") == [
        "call.lost [snapshot]",
        "call.cleared [snapshot]",
        "call.created [snapshot]",
        "connection.connected 203 connected [snapshot]",
        "connection.connected ext:1 connected [snapshot]",
    ]
    assert over(board) == ["snapshot.end [synthetic]"]
    assert counts(board) == {"discovered": 1, "lost": 1}
    assert board.tracker.calls[0].call_id != old


def test_an_identifier_that_belongs_to_another_call_where_calls_cannot_be_asked_for() -> None:
    board = Board()
    old = talking(board)
    back(board)
    for number, legs in [("203", ["1:connected"]), ("201", []), ("202", [])]:
        assert board.seen(number, *legs) == []
    assert over(board) == [
        "call.lost [snapshot]",
        "call.cleared [snapshot]",
        "call.created [snapshot]",
        "connection.connected 203 connected [snapshot]",
        "snapshot.end [synthetic]",
    ]
    assert board.tracker.calls[0].call_id != old


def test_a_transfer_that_was_missed_keeps_the_call() -> None:
    board = Board()
    call = talking(board)
    back(board)
    board.seen("201")
    board.seen("203", "1:connected")
    board.seen("202", "1:connected")
    assert over(board)[:-1] == [
        "connection.cleared 201 null [snapshot]",
        "connection.connected 203 connected [snapshot]",
    ]
    assert counts(board) == {"corrected": 1}
    assert board.tracker.calls[0].call_id == call
    assert states(board) == {"202": "connected", "203": "connected"}


def test_who_joins_a_call_that_another_listed_is_told_at_once() -> None:
    board = Board()
    talking(board)
    back(board)
    board.seen("201", "1:connected")
    told = board.seen("203", "1:alerting")
    assert told == ["connection.alerting 203 alerting [snapshot]"]


def test_a_call_that_nobody_can_tell_of_stays_stale_and_the_grace_is_over() -> None:
    board = Board()
    talking(board)
    back(board)
    board.tell(f.NotSeen(device=device("201"), error="x"))
    board.tell(f.NotSeen(device=device("202"), error="x"))
    board.tell(f.NotSeen(call="1", error="x"))
    assert over(board, complete=False) == ["snapshot.end [synthetic]"]
    assert counts(board) == {"unverifiable": 1}
    assert not board.events[-1].complete
    assert board.tracker.calls[0].stale
    assert board.look(3500)[-1:] == []  # beyond the grace
    assert board.look(200) == ["call.data_changed [synthetic] !"]
    assert board.look(43_200) == ["call.lost [synthetic]", "call.cleared [synthetic]"]


def test_a_call_that_was_only_partly_told_of_is_not_verified() -> None:
    board = Board()
    talking(board)
    back(board)
    board.seen("201")
    board.tell(f.NotSeen(device=device("202"), error="x"))
    assert over(board)[:-1] == ["connection.cleared 201 null [snapshot]"]
    assert counts(board) == {"unverifiable": 1}
    assert board.tracker.calls[0].stale


def test_a_live_report_in_between_is_never_an_illegal_step() -> None:
    board = Board()
    talking(board)
    back(board)
    told = board.on(f.Retrieved, "1", "201")
    assert told == ["call.recovered"]  # it was connected before, as far as was told
    assert board.on(f.Failed, "1", "202") == ["connection.failed 202 failed"]
    assert board.on(f.Connected, "1", "202") == ["connection.connected 202 connected !"]


def test_a_live_report_after_the_answer_is_newer() -> None:
    board = Board()
    talking(board)
    back(board)
    board.seen("201", "1:held")
    assert board.on(f.Retrieved, "1", "201") == ["connection.retrieved 201 connected"]
    board.seen("202", "1:connected")
    over(board)
    assert states(board) == {"201": "connected", "202": "connected"}


def test_who_comes_back_after_its_device_did_not_list_it_is_there() -> None:
    board = Board()
    talking(board)
    back(board)
    board.seen("201")
    board.on(f.Held, "1", "201")
    board.seen("202", "1:connected")
    over(board)
    assert states(board) == {"201": "held", "202": "connected"}


def test_who_left_after_its_device_listed_it_is_gone() -> None:
    board = Board()
    talking(board)
    back(board)
    board.seen("203", "1:alerting")
    board.on(f.Cleared, "1", "203")
    board.seen("201", "1:connected")
    board.seen("202", "1:connected")
    over(board)
    assert states(board) == {"201": "connected", "202": "connected"}


def test_a_call_that_begins_meanwhile_counts_nowhere() -> None:
    board = Board()
    back(board)
    board.on(f.Initiated, "9", "203")
    assert board.seen("203", "9:initiated") == []
    over(board)
    assert counts(board) == {}


def test_outside_a_resynchronisation_a_device_is_corrected_at_once() -> None:
    board = Board()
    talking(board)
    assert board.seen("201") == ["connection.cleared 201 null [snapshot]"]
    assert board.seen("202") == [
        "connection.cleared 202 null [snapshot]",
        "call.cleared [snapshot]",
    ]


def test_the_one_party_outside_that_is_left_on_both_sides_is_the_same() -> None:
    board = Board()
    board.on(f.Alerting, "1", "201", calling="~c1:030")
    board.on(f.Connected, "1", "201")
    back(board)
    assert board.call_seen("1", "201:connected", "~d9:connected") == [
        "call.recovered [snapshot]"
    ]
    over(board)
    assert counts(board) == {"confirmed": 1}
    assert board.on(f.Cleared, "1", "~d9") == ["connection.cleared ext:1 null"]


def test_two_parties_outside_are_told_apart_by_the_switchs_names_only() -> None:
    board = Board()
    board.on(f.Connected, "1", "201")
    board.on(f.Connected, "1", "~a:030")
    board.on(f.Connected, "1", "~b:031")
    assert board.call_seen("1", "201:connected", "~b:031:connected", "~c:connected") == []
    assert states(board) == {"201": "connected", "ext:1": "connected", "ext:2": "connected"}
    assert board.call_seen("1", "201:connected", "~d:connected", "~e:connected") == [
        "connection.cleared ext:1 null [snapshot]",
        "connection.cleared ext:2 null [snapshot]",
        "connection.connected ext:3 connected [snapshot]",
        "connection.connected ext:4 connected [snapshot]",
    ]


def test_a_device_that_is_on_a_call_twice_is_matched_connection_by_connection() -> None:
    board = Board()
    board.tell(
        f.CallSeen(
            call="1",
            legs=(
                f.SeenLeg("1", device("201"), ConnectionState.HELD),
                f.SeenLeg("1", device("201"), ConnectionState.CONNECTED),
            ),
        )
    )
    legs = [(leg.leg, leg.state.value) for leg in board.tracker.calls[0].connections]
    assert legs == [(0, "held"), (1, "connected")]
    assert board.seen("201", "1:connected", "1:held") == []
    assert board.seen("201", "1:connected", "1:alerting") == [
        "connection.alerting 201 alerting [snapshot]"
    ]
    assert board.seen("201", "1:connected") == ["connection.cleared 201 null [snapshot]"]


def test_r1_a_link_that_is_lost_in_the_middle_ends_it_without_an_end() -> None:
    board = Board()
    talking(board)
    back(board)
    board.seen("201")
    board.lose()
    assert board.tell(f.ResyncEnded(complete=True)) == []
    assert [call.stale for call in board.tracker.calls] == [True]
    names = [event.__struct_config__.tag for event in board.events]
    assert "snapshot.end" not in names


def test_r3_one_that_begins_while_one_runs_counts_anew_and_both_end_as_one() -> None:
    board = Board()
    talking(board)
    back(board)
    board.seen("201", "1:held")
    assert board.tell(f.ResyncBegun(reason="messages lost")) == []
    board.seen("201", "1:held")
    board.seen("202", "1:connected")
    over(board)
    assert counts(board) == {"confirmed": 1}


def test_only_the_calls_of_the_link_that_is_lost_are_stale() -> None:
    board = Board()
    board.on(f.Connected, "1", "201")
    board.by = "hq-2"
    board.on(f.Connected, "2", "202")
    board.link(LinkState.DOWN, "cut")
    assert [call.stale for call in board.tracker.calls] == [False, True]
    board.by = "hq-1"
    assert board.on(f.Held, "2", "202") == [
        "call.recovered",
        "connection.held 202 held",
    ]


def test_what_is_confirmed_is_not_given_up_when_the_grace_is_over() -> None:
    board = Board()
    talking(board)
    back(board)
    board.seen("201", "1:connected")
    board.seen("202", "1:connected")
    over(board)
    assert board.look(1000) == []
    assert len(board.tracker.calls) == 1


def test_the_grace_waits_for_the_answers() -> None:
    board = Board()
    talking(board)
    back(board)
    assert board.look(1000) == []
    board.seen("201", "1:connected")
    assert len(board.tracker.calls) == 1


def test_attempts_to_connect_that_fail_do_not_prolong_the_grace() -> None:
    board = Board()
    talking(board)
    board.link(LinkState.DOWN, "cut")
    for _ in range(8):
        assert board.look(100) == []
        board.link(LinkState.OPENING)
        board.link(LinkState.DOWN, "cut")
    assert board.look(101) == ["call.lost [synthetic]", "call.cleared [synthetic]"]


def test_monitors_that_are_not_started_again_yet_count_as_there() -> None:
    board = Board()
    talking(board)
    board.lose()
    board.tell(f.MonitorStarted(monitor="m201", device=device("201")))
    assert board.on(f.Cleared, "1", "201") == [
        "call.recovered",
        "connection.cleared 201 null",
    ]
    assert states(board) == {"202": "connected"}


def test_an_agent_who_logged_off_while_away() -> None:
    board = Board()
    board.tell(f.AgentLoggedOn(agent="7", device=device("201"), group=device("300")))
    back(board)
    off = f.AgentStateTold(
        agent=None, device=device("201"), state=AgentState.LOGGED_OFF, origin=Origin.SNAPSHOT
    )
    assert board.tell(off)[0] == "agent.logged_off 201 7 logged_off [snapshot]"
    assert board.tell(off) == []
    assert [event.version for event in board.events if isinstance(event, ev.AgentEvent)] == [
        1,
        2,
    ]


def test_an_agent_who_logged_off_is_unknown_where_agents_cannot_be_asked_for() -> None:
    board = Board()
    board.link(LinkState.UP)
    board.tell(f.AgentLoggedOn(agent="7", device=device("201")))
    board.tell(f.AgentLoggedOff(agent="7", device=device("201")))
    board.tell(f.ResyncBegun(reason="messages lost"))
    told = board.tell(f.ResyncEnded(complete=True))
    assert told[0] == "agent.state_changed 7 unknown [synthetic]"


def test_an_agent_who_logged_off_stays_so_where_no_device_answers_with_him() -> None:
    board = Board()
    board.link(LinkState.UP)
    board.tell(f.AgentLoggedOn(agent="7", device=device("201")))
    board.tell(f.AgentLoggedOff(agent="7", device=device("201")))
    board.tell(f.ResyncBegun(reason="messages lost"))
    off = f.AgentStateTold(
        agent=None, device=device("201"), state=AgentState.LOGGED_OFF, origin=Origin.SNAPSHOT
    )
    board.tell(off)
    assert board.tell(f.ResyncEnded(complete=True)) == ["snapshot.end [synthetic]"]


def test_an_agent_who_is_at_another_device_by_now() -> None:
    board = Board()
    board.tell(f.AgentLoggedOn(agent="7", device=device("201")))
    back(board)
    there = f.AgentStateTold(
        agent="7", device=device("202"), state=AgentState.READY, origin=Origin.SNAPSHOT
    )
    assert board.tell(there) == [
        "agent.logged_off 201 7 logged_off [snapshot]",
        "agent.logged_on 202 7 not_ready [snapshot]",
        "agent.state_changed 202 7 ready [snapshot]",
    ]
    assert board.tracker.book.agents["7"].since is None
    assert board.tracker.book.agent_at == {"202": "7"}


def test_a_queue_that_is_asked_for_its_agents_does_not_tell_where_they_are() -> None:
    board = Board()
    board.tell(f.AgentLoggedOn(agent="7", device=device("201"), group=device("300")))
    back(board)
    for group in (device("300"), None):
        told = f.AgentStateTold(
            agent="7",
            device=device("300"),
            group=group,
            state=AgentState.READY,
            origin=Origin.SNAPSHOT,
        )
        board.tell(f.AgentLoggedOn(agent="7", device=device("300"), group=device("300")))
        board.tell(told)
    assert board.tracker.book.agents["7"].device_id == "201"
    board.tell(f.AgentLoggedOn(agent="8", device=device("300"), group=device("300")))
    assert board.tracker.book.agents["8"].device_id is None
    assert board.tell(f.AgentLoggedOn(agent="8", device=device("202"))) == [
        "agent.logged_on 202 8 not_ready"
    ]


def test_an_agent_who_works_otherwise_by_now() -> None:
    board = Board()
    board.tell(f.AgentLoggedOn(agent="7", device=device("201")))
    back(board)
    busy = f.AgentStateTold(
        agent="7", device=device("201"), state=AgentState.BUSY, origin=Origin.SNAPSHOT
    )
    assert board.tell(busy) == ["agent.state_changed 201 7 busy [snapshot]"]
    assert board.tell(busy) == []


def test_t5_a_link_that_is_down_tells_no_end() -> None:
    board = Board()
    talking(board)
    board.link(LinkState.DOWN, "cut")
    assert board.on(f.Cleared, "1", "201") == []
    assert board.tell(f.CallEnded(call="1")) == []
    assert board.tracker.counters["refused"] == 2
