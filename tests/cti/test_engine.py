"""Link and Engine: numbers, epochs, timers and order, with a driver of the test's own."""

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from cti import driver as dr
from cti import engine as en
from cti import facts as f
from cti import moment
from cti.facts import NativeDevice
from cti.identity import StartingState
from cti.link import Connecting, Link, OctetsSent
from cti.model import commands as cm
from cti.model.capabilities import Capabilities, CommandSupport, Limits, Peer, Resync, Support
from cti.model.commands import Command, EndState
from cti.model.errors import ErrorClass
from cti.model.states import LinkState, Origin
from cti.tracker.times import NEVER, Times
from protocols.stacks import length16
from protocols.stacks.primitives import OctetsReceived, TransportDown, TransportUp

CAPABILITIES = Capabilities("test", "", Peer(), (), {}, {}, {}, Resync(), Limits())

NATIVE = CommandSupport(Support.NATIVE)
ASKABLE = msgspec.structs.replace(
    CAPABILITIES, commands={"snapshot_call": NATIVE}, resync=Resync(call_snapshot=True)
)


class Script(dr.SwitchDriver):
    """Does what its PDUs say: ``i201`` initiated, ``t5`` start a timer of 5 s, ``?`` odd.

    After ``r`` it can be asked for calls.
    """

    stack = "length16"
    protocol = "script"

    def __init__(self, config: Mapping[str, Any] | None = None, *, observing: bool = False):
        self.heard: list[dr.Event] = []

    @property
    def capabilities(self) -> Capabilities:
        return CAPABILITIES

    def begins_connection(self, pdu: bytes, *, sent: bool) -> bool:
        return pdu == b"begin"

    def handle(self, event: dr.Event) -> list[dr.Action]:
        self.heard.append(event)
        match event:
            case dr.LinkUp():
                return [dr.StateChanged(LinkState.UP)]
            case dr.PduReceived(pdu):
                return self._pdu(pdu.decode())
            case dr.TimerExpired(timer):
                device = NativeDevice(str(timer))
                return [dr.Report(f.DeviceFact(device=device, on_hook=True), "")]
            case _:
                return []

    def _pdu(self, text: str) -> list[dr.Action]:
        kind, rest = text[:1], text[1:]
        match kind:
            case "i":
                fact = f.Initiated(call=rest, device=NativeDevice(rest))
                return [dr.Report(fact, "initiated")]
            case "t":
                return [dr.StartTimer(rest, float(rest))]
            case "s":
                return [dr.StopTimer(rest)]
            case "r":
                return [dr.CapabilitiesChanged(ASKABLE)]
            case "x":
                return [dr.SendPdu(rest.encode())]
            case "?":
                return [dr.Anomaly(dr.AnomalyKind.UNDECODABLE, rest, 3, "clause")]
            case _:
                return []


class Bench:
    def __init__(
        self, *, start: StartingState | None = None, times: Times = NEVER, **options: Any
    ) -> None:
        self.driver = Script()
        start = start or StartingState("test", {}, {})
        options.setdefault("state", start.links.get("l", LinkState.DISABLED))
        epoch = start.epochs.get("l", 0)
        self.link = Link("l", self.driver, length16, epoch=epoch, **options)
        self.engine = en.Engine("hq", [self.link], start, times=times)

    def give(self, event, at: float = 0.0) -> list[Any]:
        return self.engine.handle(en.Input("l", event), round(at * moment.SECOND))

    def pdu(self, text: str, at: float = 0.0) -> list[Any]:
        octets = text.encode()
        return self.give(OctetsReceived(len(octets).to_bytes(2, "big") + octets), at)


def ids(actions: list[en.Action]) -> list[str]:
    return [
        f"{action.event.id} {action.event.__struct_config__.tag}"
        for action in actions
        if isinstance(action, en.Publish)
    ]


def due(bench: Bench) -> float | None:
    moment_ = bench.engine.next_due
    return None if moment_ is None else moment_ / moment.SECOND


def test_messages_are_numbered_within_an_epoch_and_epochs_grow() -> None:
    bench = Bench()
    assert ids(bench.give(TransportUp())) == ["l:1:0:0 link.state"]
    assert ids(bench.pdu("i201")) == ["l:1:1:0 call.created", "l:1:1:1 connection.initiated"]
    assert ids(bench.pdu("i202")) == ["l:1:2:0 call.created", "l:1:2:1 connection.initiated"]
    assert ids(bench.give(TransportDown("cut"))) == ["l:1:2:2 link.state"]
    assert ids(bench.give(TransportUp())) == ["l:2:0:0 link.state"]
    assert bench.engine.state.epochs == {"l": 2}


def test_epochs_go_on_from_the_starting_state() -> None:
    bench = Bench(start=StartingState("test", {"l": 7}, {}))
    assert ids(bench.give(TransportUp())) == ["l:8:0:0 link.state"]


def test_a_connection_that_begins_while_one_is_up_replaces_it() -> None:
    bench = Bench()
    bench.give(TransportUp())
    assert ids(bench.give(TransportUp())) == ["l:1:0:1 link.state", "l:2:0:0 link.state"]


def test_timers_fire_at_their_due_time_before_a_later_input() -> None:
    bench = Bench()
    bench.give(TransportUp())
    bench.pdu("t5", 10)
    bench.pdu("t3", 10)
    assert due(bench) == 13
    actions = bench.pdu("i201", 60)
    times = [
        (action.event.__struct_config__.tag, action.event.ts_received[17:19])
        for action in actions
        if isinstance(action, en.Publish)
    ]
    assert times[:2] == [("device.hook_changed", "13"), ("device.hook_changed", "15")]
    assert times[2][1] == "00"  # a minute
    assert due(bench) is None


def test_a_wake_fires_what_is_due_and_nothing_else() -> None:
    bench = Bench()
    bench.give(TransportUp())
    bench.pdu("t5", 10)
    assert bench.engine.handle(en.Wake(), 14 * moment.SECOND) == []
    assert len(bench.engine.handle(en.Wake(), 15 * moment.SECOND)) == 1


def test_a_stopped_or_restarted_timer_does_not_fire_early() -> None:
    bench = Bench()
    bench.give(TransportUp())
    bench.pdu("t5", 10)
    bench.pdu("t5", 12)
    assert due(bench) == 17
    bench.pdu("s5", 13)
    assert due(bench) is None
    assert bench.engine.handle(en.Wake(), 99 * moment.SECOND) == []


def test_time_never_goes_back() -> None:
    bench = Bench()
    bench.give(TransportUp(), 100)
    actions = bench.pdu("i201", 50)
    assert all(
        action.event.ts_received.startswith("1970-01-01T00:01:40")
        for action in actions
        if isinstance(action, en.Publish)
    )


def test_what_a_driver_sends_goes_through_the_stack() -> None:
    bench = Bench()
    bench.give(TransportUp())
    assert bench.pdu("xabc") == [en.Transmit("l", b"\x00\x03abc")]


def test_an_observer_frames_both_sides_and_sends_nothing() -> None:
    bench = Bench(observing=True)
    bench.give(TransportUp())
    assert bench.pdu("xabc") == []
    bench.give(OctetsSent(b"\x00\x02h"))
    bench.give(OctetsSent(b"i"))
    assert bench.driver.heard[-1] == dr.PduSent(b"hi")
    assert bench.link.messages == 2
    assert bench.link.seq == 1


def test_without_marks_the_driver_knows_what_begins_a_connection() -> None:
    bench = Bench(observing=True, marked=False)
    assert ids(bench.pdu("i201"))[0] == "l:1:0:0 link.state"
    told = ids(bench.pdu("begin"))
    assert told == ["l:1:1:2 link.state", "l:2:0:0 link.state"]
    assert bench.link.seq == 1
    assert ids(bench.pdu("i202"))[0] == "l:2:2:0 call.created"


def test_odd_things_are_notes_with_their_place() -> None:
    bench = Bench()
    bench.give(TransportUp())
    (note,) = bench.pdu("?broken")
    assert isinstance(note, en.Note)
    assert (note.note.kind, note.note.detail) == ("undecodable", "broken")
    assert (note.note.epoch, note.note.seq, note.note.offset) == (1, 1, 3)


def test_a_link_that_is_lost_gives_up_its_calls_after_the_grace() -> None:
    bench = Bench()
    bench.give(TransportUp())
    bench.pdu("i201", 10)
    bench.give(TransportDown("cut"), 20)
    assert due(bench) == 20 + 900
    told = ids(bench.engine.handle(en.Wake(), 1000 * moment.SECOND))
    assert [text.split()[1] for text in told] == ["call.lost", "call.cleared"]
    assert due(bench) is None


def test_a_call_that_is_idle_is_told_asked_for_and_given_up() -> None:
    bench = Bench(times=Times(idle_notify=60, idle_verify=120, idle_clear=600))
    bench.give(TransportUp())
    bench.pdu("i201", 10)
    assert due(bench) == 70
    (told,) = bench.engine.handle(en.Wake(), 70 * moment.SECOND)
    assert isinstance(told, en.Publish)
    assert (told.event.anomaly, told.event.origin) == ("idle", Origin.SYNTHETIC)
    assert due(bench) is None  # this link cannot be asked, so nothing is given up
    bench.pdu("r", 100)  # now it can
    assert due(bench) == 130
    bench.engine.handle(en.Wake(), 130 * moment.SECOND)
    asked = [one for one in bench.driver.heard if isinstance(one, dr.CommandRequested)]
    assert [one.command.verb for one in asked] == ["snapshot_call"]
    assert asked[0].native == dr.NativeTarget(call="201")
    told_ = ids(bench.engine.handle(en.Wake(), 610 * moment.SECOND))
    assert [text.split()[1] for text in told_] == ["call.lost", "call.cleared"]
    asked = [one for one in bench.driver.heard if isinstance(one, dr.CommandRequested)]
    assert len(asked) == 4  # every two minutes
    bench.engine.handle(en.Wake(), 700 * moment.SECOND)
    assert due(bench) is None


def test_idle_calls_are_asked_for_a_few_at_a_time() -> None:
    bench = Bench(times=Times(idle_notify=0, idle_verify=120, idle_clear=0))
    bench.give(TransportUp())
    bench.pdu("r", 1)
    for number in range(25):
        bench.pdu(f"i{200 + number}", 10)
    counts = []
    for second in (130, 131, 132, 133):
        bench.engine.handle(en.Wake(), second * moment.SECOND)
        counts.append(
            sum(1 for one in bench.driver.heard if isinstance(one, dr.CommandRequested))
        )
    assert counts == [10, 20, 25, 25]


def test_a_report_puts_off_what_would_be_done_about_an_idle_call() -> None:
    bench = Bench(times=Times(idle_notify=60, idle_verify=0, idle_clear=0))
    bench.give(TransportUp())
    bench.pdu("i201", 10)
    bench.pdu("i201", 50)
    assert bench.engine.handle(en.Wake(), 109 * moment.SECOND) == []
    assert len(bench.engine.handle(en.Wake(), 110 * moment.SECOND)) == 1
    assert bench.engine.handle(en.Wake(), 9999 * moment.SECOND) == []
    bench.pdu("i201", 10_000)
    assert len(bench.engine.handle(en.Wake(), 10_060 * moment.SECOND)) == 1


def test_somebody_forgets_a_call() -> None:
    bench = Bench()
    bench.give(TransportUp())
    bench.pdu("i201", 10)
    (call,) = bench.engine.tracker.calls
    lost, cleared, reply = command(bench, "forget_call", cm.ForgetCall(call=call.call_id))
    assert lost.event.reason == "forgotten by ops"
    assert cleared.event.origin is Origin.SYNTHETIC
    assert reply.result.result == {"call": call.call_id}
    (reply,) = command(bench, "forget_call", cm.ForgetCall(call=call.call_id), "2")
    assert reply.result.error.field == "args.call"


def test_somebody_asks_for_everything_again() -> None:
    bench = Bench()
    (reply,) = command(bench, "resync", cm.Resync(link="l"))
    assert reply.result.error.kind is ErrorClass.LINK_DOWN
    bench.give(TransportUp())
    (reply,) = command(bench, "resync", cm.Resync(link="l"), "2")
    assert reply.result.status is EndState.SUCCEEDED
    assert bench.driver.heard[-1] == dr.ResyncRequested("asked")
    (reply,) = command(bench, "resync", cm.Resync(link="other"), "3")
    assert reply.result.error.kind is ErrorClass.INVALID_OBJECT
    assert reply.result.error.field == "args.link"


def command(bench: Bench, verb: str, args: cm.Args, command_id: str = "1") -> list[Any]:
    asked = Command(
        command_id=command_id, verb=verb, switch_id="hq", args=args, requester="ops"
    )
    return bench.engine.handle(en.CommandArrived(asked), 20 * moment.SECOND)


def test_a_link_that_is_not_there_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError):
        Bench().engine.handle(en.Input("other", TransportUp()), 0)


def test_a_link_that_connects_says_so_and_why_it_did_not() -> None:
    bench = Bench()
    (told,) = bench.give(Connecting())
    assert told.event.state is LinkState.CONNECTING
    (told,) = bench.give(TransportDown("refused"))
    assert (told.event.state, told.event.reason) == (LinkState.DOWN, "refused")
    assert bench.give(TransportDown("refused")) == []
    up = [bench.link.connected]
    bench.give(TransportUp())
    up.append(bench.link.connected)
    assert up == [False, True]
    assert bench.give(Connecting()) == []


def test_octets_without_a_connection_change_nothing_but_a_note() -> None:
    bench = Bench()
    (note,) = bench.pdu("i201")
    assert isinstance(note, en.Note)
    assert note.note.kind == "fault.late"


def test_a_live_link_that_sends_nothing_but_garbage_is_closed() -> None:
    bench = Bench()
    bench.give(TransportUp())
    read = b"".join(b"\x00\x02?%d" % (number % 10) for number in range(5000))
    actions = bench.give(OctetsReceived(read))
    assert sum(isinstance(action, en.Note) for action in actions) == 100
    assert actions[-1] == en.Close("l", "100 undecodable messages in a row")
    assert bench.pdu("i201") == []
    bench.give(TransportUp())
    assert bench.pdu("i201")


def test_an_observer_goes_on_through_garbage() -> None:
    bench = Bench(observing=True)
    bench.give(TransportUp())
    actions = bench.give(OctetsReceived(b"\x00\x02?1" * 5000))
    assert len(actions) == 5000


# What survives.


def test_what_changed_is_given_once() -> None:
    bench = Bench()
    assert bench.engine.changes().epochs == {"l": 0}
    assert not bench.engine.changes()
    bench.give(TransportUp(), 1)
    bench.pdu("i201", 2)
    changes = bench.engine.changes()
    assert (changes.at, changes.epochs, changes.incarnations) == (
        2 * moment.SECOND,
        {"l": 1},
        {"201": 1},
    )
    assert [row.kind.value for row in changes.rows] == ["call"]
    assert not bench.engine.changes()


def test_a_new_life_goes_on_with_its_calls_and_never_goes_back_in_time() -> None:
    before = Bench()
    before.give(TransportUp(), 100)
    before.pdu("i201", 110)
    again = Bench(start=before.engine.state, state=LinkState.DISABLED)
    again.engine.restarted(50 * moment.SECOND)
    assert due(again) == 110 + 900
    (call,) = again.engine.tracker.calls
    assert (call.stale, call.version) == (True, 2)
    assert again.engine.changes().rows  # that it is stale
    again.link.epoch += 1
    told = again.give(TransportUp(), 60) + again.pdu("i201", 70)
    assert ids(told) == ["l:3:0:0 link.state", "l:3:1:0 call.recovered"]
    assert again.engine.state.at == 110 * moment.SECOND
    again.engine.handle(en.Wake(), 2000 * moment.SECOND)
    assert again.engine.next_due is None
    assert len(again.engine.tracker.calls) == 1


def test_a_trace_that_goes_on_gives_the_numbers_that_were() -> None:
    whole = Bench(observing=True)
    whole.give(TransportUp(), 1)
    whole.pdu("i201", 2)
    whole.pdu("i202", 3)
    state = whole.engine.state
    state = msgspec.structs.replace(state, epochs={"l": state.epochs["l"] - 1})
    part = Bench(start=state, seq=whole.link.seq, observing=True)
    assert part.give(TransportUp(), 4) == []
    assert part.pdu("i203", 4) == whole.pdu("i203", 4)
    assert part.give(TransportDown("cut"), 5) == whole.give(TransportDown("cut"), 5)
    assert part.give(TransportUp(), 6) == whole.give(TransportUp(), 6)
    assert part.engine.state == whole.engine.state
