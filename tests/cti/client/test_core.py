"""The client without a network: each promise of docs/client.md by itself."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.client import (
    CommandCancelled,
    CommandError,
    CommandFailed,
    CommandRejected,
    CommandUnknown,
)
from cti.client import actions as a
from cti.client.asking import GRACE, SILENCE
from cti.client.core import SETTLED
from cti.client.filters import Filter
from cti.client.values import Changed
from cti.model import commands as c
from cti.model import events as ev
from cti.model import results as r
from cti.model.errors import ErrorClass
from cti.model.objects import Agent
from cti.model.states import AgentState, Basis, LinkState
from cti.northbound.documents import DaemonStatus, LinkStatus, ReplyStatus
from tests.cti.client.world import World, digits, hook

ALL = {"cti/v1/hq/event/#"}
CLOUD = {"specversion": "1.0"}


# Events.


def test_events_come_as_the_types_of_the_model() -> None:
    world = World()
    told = world.open()
    world.start()
    world.publish(hook(1))
    assert [one.event for one in told] == [hook(1)]
    assert world.ready == {1}


def test_a_repeat_is_told_once() -> None:
    world = World()
    world.open()
    world.start()
    world.publish(hook(1))
    world.send_event(1)
    assert world.numbers() == [1]


def test_a_hole_is_filled_before_what_follows_it() -> None:
    world = World()
    told = world.open()
    world.start()
    world.publish(hook(1))
    world.publish(hook(2), lose=True)
    world.publish(hook(3), lose=True)
    world.publish(hook(4))
    assert world.numbers() == [1, 2, 3, 4]
    assert [one.replayed for one in told] == [False, True, True, False]
    assert [json.loads(one.payload)["args"] for one in world.sent] == [{"from": 2, "to": 3}]
    assert not world.timers


def test_what_cannot_be_had_is_told_as_a_gap() -> None:
    world = World()
    world.open()
    world.start()
    world.publish(hook(1))
    world.first = 4
    world.publish(hook(2), lose=True)
    world.publish(hook(3))
    (gap,) = world.gaps()
    assert (gap.first, gap.last, gap.reason) == (2, 2, "gone")
    assert world.numbers() == [1, 3]
    assert world.core.lost == 1


def test_what_the_bridge_still_has_is_told_behind_the_gap() -> None:
    world = World()
    for number in range(1, 9):
        world.journal.append(hook(number))
    world.first = 5
    world.open(after=2)
    world.start()
    (gap,) = world.gaps()
    assert (gap.first, gap.last, gap.reason) == (3, 4, "gone")
    assert world.numbers() == [5, 6, 7, 8]


def test_a_long_range_is_asked_for_in_parts() -> None:
    world = World()
    for number in range(1, 9):
        world.journal.append(hook(number))
    world.open(after=1)
    world.start()
    assert world.numbers() == [2, 3, 4, 5, 6, 7, 8]
    asked = [json.loads(one.payload)["args"]["from"] for one in world.sent]
    assert asked == [2, 5, 8]
    assert not world.timers


def test_what_the_broker_drops_of_an_answer_is_asked_for_again() -> None:
    world = World()
    for number in range(1, 4):
        world.journal.append(hook(number))
    world.drops = 1
    world.open(after=0)
    world.start()
    assert world.numbers() == [1, 2]
    world.drops = 0
    world.advance(5)
    assert world.numbers() == [1, 2, 3]
    assert not world.gaps()


def test_a_broker_that_drops_always_is_a_gap() -> None:
    world = World()
    world.open()
    world.start()
    world.publish(hook(1))
    world.drops = 1
    world.publish(hook(2), lose=True)
    world.publish(hook(3))
    world.advance(60)
    assert [one.reason for one in world.gaps()] == ["dropped"]
    assert world.numbers() == [1, 3]


def test_a_bridge_that_does_not_answer_ends_the_wait_for_what_is_missing() -> None:
    world = World()
    world.open()
    world.start()
    world.publish(hook(1))
    world.answer = world.silent
    world.publish(hook(2), lose=True)
    world.publish(hook(3))
    assert world.numbers() == [1]
    world.advance(60)
    assert world.numbers() == [1, 3]
    assert [one.reason for one in world.gaps()] == ["timeout"]


def test_a_busy_bridge_is_asked_again() -> None:
    world = World()
    world.open()
    world.start()
    world.publish(hook(1))
    world.answer = lambda message: world.refuse(message, ErrorClass.RESOURCE_BUSY)
    world.publish(hook(2), lose=True)
    world.publish(hook(3))
    assert world.numbers() == [1]
    world.answer = world.carry_out
    world.advance(5)
    assert world.numbers() == [1, 2, 3]
    assert not world.gaps()


def test_what_a_client_may_not_read_is_no_gap() -> None:
    world = World()
    world.open()
    world.start()
    world.publish(hook(1))
    world.answer = lambda message: world.reply(message, {})
    world.publish(hook(2), lose=True)
    world.publish(hook(3))
    assert world.numbers() == [1, 3]
    assert not world.gaps()
    assert len(world.sent) == 1


def test_a_new_connection_asks_for_what_came_meanwhile() -> None:
    world = World()
    world.open(device="201")
    world.start()
    world.publish(hook(1))
    world.disconnect()
    world.publish(hook(2))
    world.publish(hook(3, "202"))
    world.publish(hook(4))
    world.connect(session=False)
    world.grant()
    assert world.numbers() == [1, 2, 4]
    world.publish(hook(5))
    assert world.numbers() == [1, 2, 4, 5]


def test_an_application_goes_on_where_it_was() -> None:
    world = World()
    for number in range(1, 6):
        world.journal.append(hook(number))
    world.open(after=3)
    world.start()
    assert world.numbers() == [4, 5]


def test_the_version_of_a_call_shows_a_loss_to_who_reads_that_call() -> None:
    world = World()
    world.open(call="c1")
    world.start()
    world.publish(digits(1, "c1", 1))
    world.publish(digits(2, "c2", 1))
    world.publish(digits(3, "c1", 2), lose=True)
    world.publish(digits(4, "c1", 3))
    assert world.numbers() == [1, 3, 4]


def test_versions_say_nothing_to_who_reads_a_part_of_a_call() -> None:
    world = World()
    world.open(kinds=(ev.CallDigits,))
    world.start()
    world.publish(digits(1, "c1", 1))
    world.publish(digits(2, "c1", 5))
    assert world.numbers() == [1, 2]
    assert not world.sent


def test_an_event_of_a_later_contract_is_no_hole() -> None:
    world = World()
    world.open()
    world.start()
    world.publish(hook(1))
    body = {**CLOUD, "id": "x", "type": "cti.coffee.ready.v1", "offset": 2, "data": {}}
    world.journal.append(hook(2))
    world.deliver("cti/v1/hq/event/coffee/1/ready", msgspec.json.encode(body))
    world.publish(hook(3))
    assert world.numbers() == [1, 3]
    assert not world.sent


def test_what_the_bridge_could_not_keep_is_told_as_a_gap() -> None:
    world = World()
    world.open()
    world.start()
    world.publish(hook(1))
    world.journal += [hook(2), hook(3)]
    gap = {"from_offset": 2, "to_offset": 3}
    body = {**CLOUD, "id": "x", "type": "cti.switch.gap.v1", "offset": 3, "data": gap}
    world.deliver("cti/v1/hq/event/switch/hq/gap", msgspec.json.encode(body))
    world.publish(hook(4))
    assert world.numbers() == [1, 4]
    assert [(one.first, one.last) for one in world.gaps()] == [(2, 3)]
    assert not world.sent


def test_an_event_that_arrives_late_is_told_all_the_same() -> None:
    world = World()
    world.open(device="201")
    world.start()
    world.journal += [hook(1), hook(2)]
    world.send_event(2)
    world.send_event(1)
    assert world.numbers() == [2, 1]


def test_a_stream_that_ends_is_unsubscribed_unless_another_reads_the_same() -> None:
    world = World()
    world.open(1, device="201")
    world.open(2, device="201")
    world.start()
    topics = set(Filter(device="201").topics("cti/v1/hq"))
    assert topics <= world.session
    world.feed(a.StreamClosed(1))
    assert topics <= world.session
    world.feed(a.StreamClosed(2))
    assert not topics & world.session
    world.feed(a.StreamClosed(2))


def test_a_subscription_that_is_refused_fails_its_stream_only() -> None:
    world = World()
    world.open(1)
    world.open(2, device="201")
    world.connect()
    world.grant("cti/v1/hq/event/#")
    assert world.failed == {1: "may not read cti/v1/hq/event/#"}
    assert world.ready == {2}


def test_a_filter_that_no_event_can_pass_is_told() -> None:
    world = World()
    world.open(kinds=(ev.SwitchStatus,), device="201")
    assert set(world.failed) == {1}


# Filters.


FILTERS = st.builds(
    Filter,
    kinds=st.lists(st.sampled_from([*ev.EVENTS.values(), ev.ConnectionEvent]), max_size=3).map(
        tuple
    ),
    device=st.sampled_from([None, "201", "2/0"]),
    call=st.sampled_from([None, "c1"]),
)


@given(FILTERS, st.sampled_from([hook(1), hook(2, "2/0"), digits(3, "c1", 1)]))
def test_the_broker_is_asked_for_all_that_a_filter_accepts(
    wanted: Filter, event: ev.Event
) -> None:
    world = World()
    world.told[1] = []
    world.feed(a.StreamOpened(1, wanted, "hq"))
    world.start()
    world.publish(event)
    assert bool(world.told[1]) == wanted.accepts(event)


@pytest.mark.parametrize(
    ("wanted", "topics"),
    [
        (Filter(), ["event/#"]),
        (Filter(kinds=(ev.ConnectionEvent,)), ["event/connection/+/+"]),
        (Filter(kinds=(ev.ConnectionAlerting,)), ["event/connection/+/alerting"]),
        (
            Filter(kinds=(ev.ConnectionAlerting,), device="2/0"),
            ["event/connection/2%2F0/alerting"],
        ),
        (Filter(kinds=(ev.CallEvent,), call="c1"), ["event/call/c1/+", "event/connection/+/+"]),
    ],
)
def test_the_narrowest_topics_are_asked_for(wanted: Filter, topics: list[str]) -> None:
    assert list(wanted.topics("cti/v1/hq")) == [f"cti/v1/hq/{topic}" for topic in topics]


# Commands.


def test_a_reply_comes_as_a_result() -> None:
    world = World()
    world.start()
    world.answer = lambda message: world.reply(message, {"call": "c1", "device": "201"})
    world.command(c.MakeCall(device="201", to="202"))
    assert world.ended == {"c1": r.CallMade(call="c1", device="201")}
    (sent,) = world.sent
    assert sent.topic == "cti/v1/hq/command/app/make_call"
    assert sent.qos == 0
    assert json.loads(sent.payload) == {
        "command_id": "c1",
        "deadline_ms": 10_000,
        "args": {"device": "201", "to": "202"},
    }
    assert not world.timers


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (ReplyStatus.REJECTED, CommandRejected),
        (ReplyStatus.FAILED, CommandFailed),
        (ReplyStatus.UNKNOWN, CommandUnknown),
    ],
)
def test_a_refusal_comes_as_an_error(status: ReplyStatus, kind: type[Exception]) -> None:
    world = World()
    world.start()
    world.answer = lambda message: world.refuse(message, ErrorClass.STATE_CONFLICT, status)
    world.command(c.Hold(device="201"))
    error = world.ended["c1"]
    assert type(error) is kind
    assert isinstance(error, CommandError)
    assert (error.kind, error.verb, error.command_id) == ("state_conflict", "hold", "c1")


def test_silence_is_answered_by_the_same_command_again() -> None:
    world = World()
    world.start()
    world.answer = world.silent
    world.command(c.Hold(device="201"))
    world.advance(SILENCE[0])
    world.answer = world.carry_out
    world.advance(SILENCE[1])
    assert len(world.sent) == 3
    assert len(set(world.sent)) == 1
    assert isinstance(world.ended["c1"], r.Done)


def test_a_command_without_any_reply_ends_unknown() -> None:
    world = World()
    world.start()
    world.answer = world.silent
    world.command(c.Hold(device="201"), seconds=5)
    world.advance(5 + GRACE)
    assert isinstance(world.ended["c1"], CommandUnknown)
    assert not world.timers


def test_a_command_that_was_never_sent_ends_rejected() -> None:
    world = World()
    world.command(c.Hold(device="201"), seconds=5)
    world.advance(5 + GRACE)
    assert isinstance(world.ended["c1"], CommandRejected)


def test_a_command_goes_on_over_a_lost_connection() -> None:
    world = World()
    world.start()
    world.answer = world.silent
    world.command(c.Hold(device="201"))
    world.disconnect()
    world.answer = world.carry_out
    world.connect(session=False)
    world.grant()
    assert isinstance(world.ended["c1"], r.Done)


def test_a_command_waits_for_the_streams_that_were_opened_before_it() -> None:
    world = World()
    world.start()
    world.open()
    world.command(c.Hold(device="201"))
    assert not world.sent
    world.grant()
    assert len(world.sent) == 1


def test_progress_is_not_the_end() -> None:
    world = World()
    world.start()
    accepted = ReplyStatus.ACCEPTED
    world.answer = lambda message: world.reply(
        message, {"step": "sent"}, status=accepted, final=False
    )
    world.command(c.Hold(device="201"), progress=True)
    assert not world.ended
    assert world.progress == [("c1", "sent")]
    world.reply(world.sent[0], {})
    assert isinstance(world.ended["c1"], r.Done)


def test_progress_that_cannot_be_read_is_no_end_either() -> None:
    world = World()
    world.start()
    world.answer = lambda message: world.reply(
        message, {"step": 7}, status=ReplyStatus.ACCEPTED, final=False
    )
    world.command(c.Hold(device="201"), progress=True)
    assert not world.ended
    assert world.progress == []


@pytest.mark.parametrize("confirm", [False, True])
def test_a_command_asks_for_what_its_caller_wants(confirm: bool) -> None:
    world = World()
    world.start()
    world.command(c.Hold(device="201"), confirm=confirm, progress=not confirm)
    body = json.loads(world.sent[0].payload)
    assert body.get("confirm", "reply") == ("event" if confirm else "reply")
    assert body.get("progress", False) is not confirm


def test_a_withdrawn_command_says_so() -> None:
    world = World()
    world.start()
    world.answer = lambda message: world.refuse(
        message, ErrorClass.WITHDRAWN, ReplyStatus.CANCELLED
    )
    world.command(c.Consult(device="201", to="202"))
    assert isinstance(world.ended["c1"], CommandCancelled)
    assert world.ended["c1"].kind is ErrorClass.WITHDRAWN


@pytest.mark.parametrize(
    "args",
    [
        c.MakeCall(device="2 1", to="202"),
        c.MakeCall(device="201", to="+"),
        c.SendDtmf(device="201", digits="x"),
        c.MakeCall(device=None, to="202"),  # type: ignore[arg-type]
    ],
)
def test_an_argument_that_is_none_is_told_before_it_is_sent(args: c.Args) -> None:
    world = World()
    world.start()
    world.command(args)
    assert isinstance(world.ended["c1"], ValueError)
    assert not world.sent


# States.


def link(state: LinkState = LinkState.UP, boot: str = "b") -> bytes:
    return msgspec.json.encode(LinkStatus(state, 1, "2026", "", boot))


def daemon(state: str = "online", boot: str = "b") -> bytes:
    return msgspec.json.encode({"state": state, "boot": boot, "since": "2026", "version": "1"})


def agent(state: AgentState) -> bytes:
    return msgspec.json.encode(
        Agent("hq", "4711", state, "201", None, None, (), Basis.UNKNOWN, None, 1)
    )


def test_the_mirror_shows_what_is_retained_and_what_changes() -> None:
    world = World()
    world.retained["cti/v1/hq/state/agent/4711"] = agent(AgentState.READY)
    world.retained["cti/v1/hq/link/main/status"] = link()
    world.retained["cti/v1/daemon/d1/status"] = daemon()
    world.feed(a.MirrorOpened("hq"))
    world.start()
    assert world.mirrored == 1
    mirror = world.core.mirror
    assert [one.state for one in mirror.agents.values()] == [AgentState.READY]
    assert mirror.usable("hq")
    world.deliver("cti/v1/hq/state/agent/4711", agent(AgentState.BUSY))
    assert world.shown[-1] == Changed("agent", "hq", "4711")
    assert [one.state for one in mirror.agents.values()] == [AgentState.BUSY]
    world.deliver("cti/v1/hq/state/agent/4711", b"")
    assert not mirror.agents
    assert isinstance(mirror.daemons["d1"], DaemonStatus)


def test_a_mirror_whose_mark_is_refused_is_ready_after_silence() -> None:
    world = World()
    world.answer = world.silent
    world.feed(a.MirrorOpened("hq"))
    world.start()
    assert world.mirrored == 0
    world.advance(SETTLED)
    assert world.mirrored == 1


def test_states_are_true_while_link_daemon_and_broker_are_there() -> None:
    world = World()
    world.feed(a.MirrorOpened("hq"))
    world.start()
    mirror = world.core.mirror
    assert not mirror.usable("hq")
    world.deliver("cti/v1/hq/link/main/status", link())
    world.deliver("cti/v1/daemon/d1/status", daemon())
    assert mirror.usable("hq")
    world.deliver("cti/v1/daemon/d1/status", daemon("lost"))
    assert not mirror.usable("hq")
    world.deliver("cti/v1/daemon/d1/status", daemon(boot="c"))
    assert not mirror.usable("hq")
    world.deliver("cti/v1/hq/link/main/status", link(LinkState.DEGRADED, "c"))
    assert mirror.usable("hq")
    assert not mirror.usable("other")
    world.disconnect()
    assert not mirror.usable("hq")


# Anything.


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                [
                    "cti/v1/hq/event/device/201/hook_changed",
                    "cti/v1/hq/reply/app/i/c1",
                    "cti/v1/hq/reply/app/i/mark",
                    "cti/v1/hq/state/device/201",
                    "cti/v1/hq/link/main/status",
                    "cti/v1/daemon/d1/status",
                    "cti/v1/hq/info",
                    "other",
                ]
            ),
            st.binary(max_size=40)
            | st.sampled_from([b"{}", b"[]", b'{"id":1}', b"\xff", b"1"]),
        ),
        max_size=8,
    )
)
def test_no_message_raises(messages: list[tuple[str, bytes]]) -> None:
    world = World()
    world.open()
    world.feed(a.MirrorOpened(None))
    world.start()
    world.answer = world.silent
    world.command(c.Hold(device="201"))
    for topic, payload in messages:
        world.feed(a.Arrived(topic, payload))
    world.publish(hook(1))
    assert world.numbers() == [1]
