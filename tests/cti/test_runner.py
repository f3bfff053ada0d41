"""The runner: order, time, faults, start and stop."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from structlog.testing import capture_logs
from twisted.internet import error

from cti import engine as en
from cti.clock import ClockWall
from cti.desk import Reply
from cti.ends import Port
from cti.link import Link, OctetsSent
from cti.model.commands import EndState
from cti.moment import SECOND
from cti.runner import Runner
from cti.transport import Cause, Loss, Transport
from protocols.stacks import primitives as st
from tests.cti.runner_bench import CAPABILITIES, COMMAND, Bench, PlainDriver, PlainStack
from tests.cti.test_transport import Endpoint


def test_needs_a_port_for_each_link():
    bench = Bench()
    with pytest.raises(ValueError, match="ports"):
        Runner(bench.engine, {}, bench, bench.clock, ClockWall(bench.clock))
    with pytest.raises(KeyError):
        bench.runner.feed(en.Input("c", st.TransportUp()))


def test_octets_in_and_out():
    bench = Bench()
    bench.runner.start()
    assert bench.log == [("a", "start"), ("b", "start")]
    bench.up()
    bench.say(b"uec")
    assert bench.log[2:] == [("a", b"E")]
    assert bench.states == ["connecting", "opening", "up"]
    assert ("a", en.own(CAPABILITIES)) in bench.told
    assert bench.runner.counters == {}


def test_events_carry_the_time_of_receipt():
    bench = Bench()
    bench.clock.advance(1.5)
    bench.up()
    event = bench.told[0]
    assert event.ts_received == "2023-11-14T22:13:21.500000000Z"


def test_commands_are_answered():
    bench = Bench()
    bench.up()
    bench.runner.feed(en.CommandArrived(COMMAND))
    (reply,) = [told for told in bench.told if isinstance(told, Reply)]
    assert reply.command_id == "c-1"
    assert reply.result.status is EndState.REJECTED  # no link that is up can do it


def test_a_fault_in_a_command_costs_no_link(monkeypatch):
    def fail(command: Any, at: int) -> Any:
        raise RuntimeError("planted")

    with capture_logs() as lines:
        bench = Bench()
        bench.up()
        monkeypatch.setattr(bench.engine.desk, "arrive", fail)
        bench.runner.feed(en.CommandArrived(COMMAND))
    assert bench.log == []
    assert bench.alarms == [("", "fault", "command c-1 login")]
    (fault,) = [line for line in lines if line["event"] == "fault"]
    assert "4711" not in fault["input"]


def test_a_fault_in_what_was_sent_shows_none_of_it(monkeypatch):
    """The octets that begin an association may have a password."""

    def fail(event: Any, at: int) -> Any:
        raise RuntimeError("planted")

    with capture_logs() as lines:
        bench = Bench()
        bench.up()
        monkeypatch.setattr(bench.engine, "handle", fail)
        bench.runner.feed(en.Input("a", OctetsSent(b"geheim")))
    (fault,) = [line for line in lines if line["event"] == "fault"]
    assert fault["input"] == "a OctetsSent 6"
    assert not [one for one in bench.alarms if b"geheim".hex() in str(one)]


def test_what_an_action_leads_to_waits_its_turn():
    """The peer answers at once, in the same call: the Engine is not entered twice."""
    bench = Bench()
    stream = bench.up()
    stream.on_send = lambda octets: bench.say(b"n") if octets == b"E" else None
    bench.say(b"eu")
    # Both octets of the first read come before the answer to its first.
    assert bench.runner.counters == {("a", "unexpected"): 1}
    assert bench.log == [("a", b"E")]
    kinds = [line[0] for line in bench.tapes["a"].lines]
    assert kinds == ["up", "in", "out", "in"]
    assert bench.tapes["a"].lines[-1] == ("in", 0, b"n")


def test_notes_are_counted_and_logged():
    bench = Bench()
    with capture_logs() as lines:
        bench = Bench()
        bench.up()
        bench.say(b"nn")
    assert bench.runner.counters["a", "unexpected"] == 2
    odd = [line for line in lines if line["event"] == "odd"]
    assert odd[0] == {
        "switch": "sw",
        "link": "a",
        "event": "odd",
        "kind": "unexpected",
        "detail": "odd PDU",
        "epoch": 1,
        "seq": 1,
        "offset": 3,
        "clause": "9.9",
        "log_level": "warning",
    }


def test_timers_wake_the_engine():
    bench = Bench()
    bench.up()
    bench.say(b"t")
    bench.clock.advance(4.9)
    assert bench.log == []
    bench.clock.advance(0.2)
    assert bench.log == [("a", b"T")]
    assert bench.clock.getDelayedCalls() == []


def test_a_timer_started_again_costs_no_new_call():
    bench = Bench()
    bench.up()
    for _ in range(20):
        bench.say(b"t")
        bench.clock.advance(1)
        assert len(bench.clock.getDelayedCalls()) == 1
    assert bench.log == []
    bench.clock.advance(4.1)
    assert bench.log == [("a", b"T")]


def test_what_is_due_comes_before_an_input():
    bench = Bench()
    bench.up()
    bench.say(b"t")
    bench.clock.rightNow += 6  # the reactor was busy: the timer did not run
    bench.say(b"e")
    assert bench.log == [("a", b"T"), ("a", b"E")]


def test_engine_closes_a_stream_that_is_of_no_use():
    bench = Bench()
    bench.up()
    bench.say(b"f")
    assert bench.log == [("a", "abort", "borders lost")]
    assert bench.runner.counters["a", "fault.framing"] == 1


def test_down_by_the_driver_closes_the_connection():
    bench = Bench()
    bench.up()
    bench.say(b"ud")
    assert bench.log == [("a", "abort", "association ended")]
    bench.streams["a"].lose(Loss(Cause.OURS, "association ended"))
    assert bench.log == [("a", "abort", "association ended")]


def test_blocked_by_the_driver():
    bench = Bench()
    bench.up()
    bench.say(b"b")
    assert bench.log == [("a", "block", "refused")]
    assert bench.alarms == [("a", "link_blocked", "refused")]


def test_losses_are_counted_and_logged_once_while_nothing_changes():
    refused = Loss(Cause.REFUSED, "connection refused")
    with capture_logs() as lines:
        bench = Bench()
        for _ in range(3):
            bench.streams["a"].ear.connecting()
            bench.streams["a"].lose(refused)
        bench.up()
        bench.streams["a"].lose()
    assert bench.runner.counters["a", "loss.refused"] == 3
    assert bench.runner.counters["a", "loss.closed"] == 1
    shown = [
        (line["state"], line.get("reason"), line.get("layer"), line.get("again_s"))
        for line in lines
        if line["log_level"] != "debug"
    ]
    assert shown == [
        ("down", "connection refused", "transport", 2.0),
        ("opening", None, None, None),
        ("down", "closed by the peer", "transport", 2.0),
    ]
    assert {line["event"] for line in lines} == {"link"}


def test_the_line_of_a_link_that_is_down_names_the_layer_at_fault():
    with capture_logs() as lines:
        bench = Bench()
        bench.up()
        bench.say(b"ud")  # the association ends, and with it the connection
        bench.streams["a"].lose(Loss(Cause.OURS, "association ended"))
        bench.up()
        bench.say(b"f")
        bench.streams["a"].lose(Loss(Cause.OURS, "borders lost"))
        bench.up()
        bench.say(b"!")
        bench.streams["a"].lose(Loss(Cause.OURS, "fault in the bridge"))
        bench.streams["a"].ear.connecting()
        bench.streams["a"].lose(Loss(Cause.UNKNOWN_HOST, "host name not found"))
        bench.up()
        bench.streams["a"].again = 300.0
        bench.say(b"b")
    shown = [
        (line["state"], line["reason"], line["layer"], line["again_s"])
        for line in lines
        if "layer" in line
    ]
    assert shown == [
        ("down", "released", "association", 2.0),
        ("down", "borders lost", "stack", 2.0),
        ("down", "fault in the bridge", "bridge", 2.0),
        ("down", "host name not found", "name", 2.0),
        ("blocked", "refused", "association", 300.0),
    ]


def test_a_fault_resets_its_link_only():
    with capture_logs() as lines:
        bench = Bench()
        bench.up("a")
        bench.up("b")
        bench.say(b"e!e", "a")
        bench.say(b"e", "b")
    assert bench.log == [("a", "abort", "fault in the bridge"), ("b", b"E")]
    assert bench.runner.counters == {("a", "fault"): 1}
    (fault,) = [line for line in lines if line["event"] == "fault"]
    assert fault["input"] == "a OctetsReceived 652165"
    assert fault["exc_info"]


def test_three_faults_in_a_minute_block_the_link():
    bench = Bench()
    bench.up()
    for wait in (0, 29, 30):
        bench.clock.advance(wait)
        bench.say(b"!")
    assert bench.log[-1] == ("a", "block", "3 faults in 60 s")
    assert bench.alarms == [("a", "link_blocked", "3 faults in 60 s")]
    bench.say(b"!")
    assert bench.log[-1] == ("a", "abort", "fault in the bridge")


def test_three_faults_in_more_than_a_minute_do_not():
    bench = Bench()
    bench.up()
    for wait in (0, 31, 30, 31, 30):
        bench.clock.advance(wait)
        bench.say(b"!")
    assert bench.log == [("a", "abort", "fault in the bridge")] * 5
    assert bench.alarms == []


def test_a_fault_in_a_timer_is_every_links():
    bench = Bench()
    bench.up("a")
    bench.up("b")
    bench.say(b"tx", "a")
    bench.clock.advance(5.1)
    assert bench.log == [(n, "abort", "fault in the bridge") for n in "ab"]


def test_a_fault_of_a_timer_is_not_blamed_on_an_input_of_that_moment():
    bench = Bench()
    bench.up("a")
    bench.up("b")
    bench.say(b"tx", "a")
    bench.clock.rightNow += 6
    bench.say(b"e", "b")
    assert bench.log[-1] == ("b", b"E")
    assert bench.runner.counters["a", "fault"] == 1


def test_stop_releases_in_order():
    bench = Bench()
    bench.up("a")
    bench.say(b"u", "a")
    done = bench.runner.stop()
    assert bench.log == [("a", b"bye"), ("a", "stop"), ("b", "stop")]
    again = bench.runner.stop()
    bench.clock.advance(0)
    assert done.called
    assert again.called
    assert bench.tapes["a"].lines[-1] == "closed"
    assert bench.tapes["a"].lines[-2][0] == "down"
    assert bench.clock.getDelayedCalls() == []


def test_stop_waits_a_bounded_time():
    bench = Bench()
    bench.up("a")
    bench.say(b"ut", "a")
    bench.drivers["a"].stops = False
    done: Any = bench.runner.stop(timeout=2.0)
    assert ("a", "stop") not in bench.log
    bench.clock.advance(1.9)
    assert not done.called
    bench.clock.advance(0.1)
    bench.clock.advance(0)
    assert done.called
    assert ("a", "stop") in bench.log
    assert bench.clock.getDelayedCalls() == []


def test_stop_with_a_connection_that_ends_meanwhile():
    bench = Bench()
    bench.up("a")
    bench.say(b"u", "a")
    bench.drivers["a"].stops = False
    done = bench.runner.stop()
    bench.streams["a"].lose()
    assert done.called
    assert bench.clock.getDelayedCalls() == []


def test_recorded_as_the_engine_got_it():
    bench = Bench()
    bench.streams["a"].lose(Loss(Cause.REFUSED, "connection refused"))  # no mark
    bench.up()
    bench.clock.advance(1)
    bench.say(b"e")
    bench.clock.advance(1)
    bench.streams["a"].lose()
    bench.streams["a"].lose()
    assert bench.tapes["a"].lines == [
        ("up", 0, b""),
        ("in", SECOND, b"e"),
        ("out", SECOND, b"E"),
        ("down", 2 * SECOND, b""),
    ]


def test_octets_that_did_not_leave_are_counted_and_not_recorded():
    bench = Bench()
    stream = bench.up()
    stream.is_up = False
    bench.say(b"e")
    assert bench.runner.counters["a", "unsent"] == 1
    assert [line[0] for line in bench.tapes["a"].lines] == ["up", "in"]


def test_octets_are_logged_only_where_asked_for():
    with capture_logs() as lines:
        bench = Bench()
        bench.up("a")
        bench.up("b")
        bench.runner.show_octets("a", on=True)
        bench.say(b"e", "a")
        bench.say(b"e", "b")
    shown = [(line["link"], line["dir"], line["hex"]) for line in lines if "hex" in line]
    assert shown == [("a", "in", "65"), ("a", "out", "45")]


def test_pauses_count_their_reasons():
    bench = Bench()
    bench.runner.pause("journal")
    bench.runner.pause("outbox")
    bench.runner.resume("journal")
    bench.runner.resume("never paused")
    assert bench.log == [("a", "pause"), ("b", "pause")]
    bench.runner.resume("outbox")
    assert bench.log[2:] == [("a", "resume"), ("b", "resume")]


def test_one_link_on_and_off():
    bench = Bench()
    bench.runner.disconnect("a", "asked to")
    bench.runner.connect("a")
    assert bench.log == [("a", "stop"), ("a", "start")]
    with pytest.raises(KeyError):
        bench.runner.connect("c")


def test_a_clock_that_was_set_is_told():
    with capture_logs() as lines:
        bench = Bench()
        bench.runner.jumped(-3600 * SECOND)
    assert lines[-1]["seconds"] == -3600
    assert bench.runner.counters["", "clock_jump"] == 1


def test_on_a_transport_as_the_daemon_has_it():
    """A fault costs one connection; the next one works; a stop says farewell."""
    bench = Bench()
    endpoint = Endpoint(bench.clock)

    def stream(listener: Any) -> Transport:
        return Transport(endpoint, listener, bench.clock, lambda: 0.0)

    driver = PlainDriver()
    engine = en.Engine("sw", [Link("a", driver, PlainStack)])
    wall = ClockWall(bench.clock, 0)
    runner = Runner(engine, {"a": Port(stream)}, bench, bench.clock, wall)
    with capture_logs():
        runner.start()
        first = endpoint.accept()
        first.protocol.dataReceived(b"u")
        first.protocol.dataReceived(b"!")
        bench.clock.advance(0)
        bench.clock.advance(1)
        second = endpoint.accept()
        second.protocol.dataReceived(b"ue")
        done = runner.stop()
        bench.clock.advance(0)
    assert first.ends == [error.ConnectionAborted]
    assert second.value() == b"Ebye"
    assert second.ends == [error.ConnectionDone]
    assert done.called
    assert bench.clock.getDelayedCalls() == []
    once = ["connecting", "opening", "up", "down"]
    assert bench.states == once * 2
    assert [told.epoch for told in bench.told if told.state.value == "up"] == [1, 2]


@given(
    some.lists(some.sampled_from(["up", "down", "e", "t", "!", "u", "d", "b", "f", 1.0, 7.0]))
)
def test_same_inputs_same_outputs_and_no_exception_leaves(steps):
    def run() -> str:
        bench = Bench()
        stream = bench.streams["a"]
        with capture_logs():
            for step in steps:
                if isinstance(step, float):
                    bench.clock.advance(step)
                elif step == "up":
                    stream.up()
                elif step == "down":
                    stream.lose()
                else:
                    bench.say(step.encode())
            done = bench.runner.stop()
            bench.clock.advance(0)
        assert done.called
        assert bench.clock.getDelayedCalls() == []
        return json.dumps([bench.log, bench.states, str(bench.runner.counters)], default=str)

    assert run() == run()
