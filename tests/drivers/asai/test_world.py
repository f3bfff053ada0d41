"""The whole path: switch, line, stack, driver, tracker; what a site would see of it."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from cti import engine as en
from cti.identity import StartingState
from cti.link import Link, OctetsSent
from cti.model import commands as cm
from cti.model.commands import EndState
from cti.model.events import CallTransferred, ConnectionAlerting, RouteRequested
from cti.model.states import LinkState
from drivers.asai import AsaiDriver
from protocols.asai import primitives as p
from protocols.asai import values as v
from protocols.asai.names import EventName, LocalState, Operation
from protocols.stacks import dchannel, tunnel_stack
from protocols.stacks import primitives as st
from tests.drivers.asai.script import (
    NORMAL,
    call,
    called,
    calling,
    connected,
    split,
    state,
    vdn,
)
from tests.drivers.asai.switch import CONFIG, World

OP, E = Operation, EventName
NOTIFY, CONTROL = OP.EVENT_NOTIFICATION_REQUEST, OP.DOMAIN_CONTROL
LINES: dict[str, tuple[Any, dict[str, Any], dict[str, Any]]] = {
    "tunnel": (tunnel_stack, {"link": 3}, {"role": "gateway"}),
    "D channel": (dchannel, {"tei": 0}, {"role": "network", "tei": 0}),
    "bus": (dchannel, {}, {"role": "network"}),
}
CALLER = calling("3035550142")


@pytest.fixture(params=LINES)
def world(request: pytest.FixtureRequest) -> World:
    make, here, there = LINES[request.param]
    world = World(make, here, there).up()
    assert world.engine.links["l"].state is LinkState.UP
    world.names()
    return world


def calm(world: World) -> None:
    """Nothing odd was seen, no step was against the model's rules."""
    assert not world.notes
    counters = world.engine.tracker.counters
    assert not [name for name in counters if name.startswith("anomaly")], counters


def arrive(world: World) -> None:
    """Somebody outside calls the VDN, waits in the split, and 7102 answers."""
    ucid = v.UniversalCallId(bytes.fromhex("0001007b2ee0a2c5"))
    world.report(
        NOTIFY, "7300", E.CALL_OFFERED, *call(0x204), CALLER, called("7300"), vdn("7300"), ucid
    )
    world.report(
        NOTIFY, "7600", E.QUEUED, *call(0x204), called("7300"), v.QueryCounter(1), split("7600")
    )
    alerting = (connected("7102"), *call(0x204, 2), CALLER, called("7300"), split("7600"))
    answer = (connected("7102"), *call(0x204, 2), CALLER, called("7300"))
    for told in ((NOTIFY, "7300"), (NOTIFY, "7600"), (CONTROL, "7102")):
        world.report(*told, E.ALERTING, *alerting)
    for told in ((NOTIFY, "7300"), (NOTIFY, "7600"), (CONTROL, "7102")):
        world.report(*told, E.CONNECTED, *answer)


def test_a_caller_from_outside_is_followed_to_the_end(world: World) -> None:
    arrive(world)
    assert world.names() == [
        "call.created", "connection.originated ext:1", "connection.queued 7300",
        "connection.dequeued 7300", "connection.diverted 7300", "connection.queued 7600",
        "queue.updated", "connection.dequeued 7600", "connection.diverted 7600",
        "queue.updated", "connection.alerting 7102", "connection.connected 7102",
    ]  # fmt: skip
    (one,) = world.engine.tracker.calls
    assert one.global_ref == "00001001230786473669"
    for told in ((NOTIFY, "7300"), (CONTROL, "7102")):
        world.report(*told, E.DROP, NORMAL, connected("#####"), *call(0x204, 1))
    world.report(NOTIFY, "7300", E.CALL_ENDED, NORMAL, *call(0x204))
    assert world.names()[0] == "connection.cleared ext:1"
    assert not world.engine.tracker.calls
    calm(world)


def test_an_application_calls_and_the_call_is_transferred(world: World) -> None:
    arrive(world)
    (first,) = world.engine.tracker.calls
    world.switch.answers = {OP.AUTO_DIAL: call(0x301, 1)}
    hold = (connected("7102"), *call(0x204, 2))
    world.command("consult", cm.Consult(device="7102", to="7101"))
    asked = len(world.switch.asked)
    world.report(CONTROL, "7102", E.HOLD, *hold)  # then the bridge goes on: it composes this
    steps = [one.operation for one in world.switch.asked[asked - 1 :]]
    assert steps == [OP.SELECTIVE_HOLD, OP.AUTO_DIAL]
    assert world.replies[-1].status is EndState.SUCCEEDED
    there = (calling("7102"), called("7101"))
    world.report(CONTROL, "7102", E.CALL_ORIGINATED, *call(0x301, 1), *there)
    for domain in ("7101", "7102"):
        world.report(CONTROL, domain, E.ALERTING, connected("7101"), *call(0x301, 2), *there)
    for domain in ("7101", "7102"):
        world.report(CONTROL, domain, E.CONNECTED, connected("7101"), *call(0x301, 2), *there)
    people = (
        connected("3035550142"), connected("7101"), v.PartyIdentifier(1), v.PartyIdentifier(2),
        v.OldPartyIdentifier(1), v.OldPartyIdentifier(2),
    )  # fmt: skip
    world.switch.answers = {OP.MERGE: (*call(0x301), *people)}
    world.events.clear()
    world.command("transfer", cm.Transfer(device="7102"))
    world.run(1.0)
    assert world.replies[-1].status is EndState.SUCCEEDED
    merged = (*there, *call(0x204), *call(0x301), *people)
    world.report(CONTROL, "7101", E.TRANSFERRED, *merged)
    world.report(NOTIFY, "7300", E.TRANSFERRED, *merged)
    told = [one for one in world.events if isinstance(one, CallTransferred)]
    assert len(told) == 1
    assert (told[0].call_id, told[0].controller) == (first.call_id, "7102")
    (one,) = world.engine.tracker.calls
    live = {leg.device_id for leg in one.connections}
    assert live == {"ext:1", "7101"}
    world.report(CONTROL, "7101", E.DROP, NORMAL, connected("3035550142"), *call(0x301, 1))
    assert not world.engine.tracker.calls
    calm(world)


def test_a_route_is_answered_by_an_application(world: World) -> None:
    world.command("route_register", cm.RouteRegister(route_point="7300", ttl_s=60))
    world.route(*call(0x401), CALLER, called("7300"), vdn("7300"))
    (asked,) = (one for one in world.events if isinstance(one, RouteRequested))
    world.command("route_select", cm.RouteSelect(route=asked.route_id, to="7102"))
    (selected,) = (one for one in world.switch.asked if one.operation is OP.ROUTE_SELECT)
    assert selected.elements == (called("7102"),)
    end = p.Ask(selected.association, "end", OP.ROUTE_END, (NORMAL,))
    world.do(end)
    assert world.replies[-1].status is EndState.SUCCEEDED
    assert world.names()[-2:] == ["route.used", "route.ended"]
    calm(world)


def test_a_route_that_nobody_serves_goes_on_in_the_vector(world: World) -> None:
    world.route(*call(0x402), CALLER, called("7300"), vdn("7300"))
    assert world.switch.asked[-1].operation is OP.ROUTE_END
    assert world.names()[-1] == "route.ended"
    calm(world)


def test_after_a_restart_of_the_switch_calls_are_found_again(world: World) -> None:
    arrive(world)
    world.switch.answers = {
        OP.DOMAIN_CONTROL: (*call(0x204, 2), state(LocalState.CONNECTED)),
        OP.VALUE_QUERY: (
            connected("3035550142"), connected("7102"), v.PartyIdentifier(1),
            v.PartyIdentifier(2), state(LocalState.CONNECTED), state(LocalState.CONNECTED),
        ),
    }  # fmt: skip
    (before,) = world.engine.tracker.calls
    world.names()
    world.do(p.Restart())
    world.run(2.0)
    assert world.engine.links["l"].state is LinkState.UP
    assert not [one for one in world.names() if one.startswith("connection.alerting")]
    after = {one.call_id for one in world.engine.tracker.calls}
    assert before.call_id in after


def test_nothing_is_left_when_the_line_is_cut(world: World) -> None:
    arrive(world)
    world.cut()
    assert world.engine.links["l"].state is LinkState.DOWN
    assert world.engine.tracker.calls[0].stale
    assert not [one for one in world.events if isinstance(one, ConnectionAlerting)][1:]


def test_an_observer_of_the_same_line_sees_the_same_calls(
    world: World, request: pytest.FixtureRequest
) -> None:
    arrive(world)
    world.command("hold", cm.Hold(device="7102"))
    world.report(CONTROL, "7102", E.HOLD, connected("7102"), *call(0x204, 2))
    world.route(*call(0x402), CALLER, called("7300"), vdn("7300"))
    world.report(NOTIFY, "7300", E.CALL_ENDED, NORMAL, *call(0x204))
    make, here, _ = LINES[request.node.callspec.params["world"]]
    driver = AsaiDriver(CONFIG, observing=True)
    tap = Link("l", driver, partial(make, here, observing=True), observing=True)
    engine = en.Engine("hq", [tap], StartingState("test", {}, {}), CONFIG["devices"])
    told: list[str] = []
    sent: list[Any] = [st.TransportUp()]
    sent += [
        st.OctetsReceived(octets) if by_switch else OctetsSent(octets)
        for _, by_switch, octets in world.wire
    ]
    for event in sent:
        for action in engine.handle(en.Input("l", event), 0):
            assert not isinstance(action, en.Transmit | en.Note), action
            if isinstance(action, en.Publish):
                told.append(str(action.event.__struct_config__.tag))
    live = [name.partition(" ")[0] for name in world.names()]
    seen, known = (
        [one for one in names if one.startswith(("call.", "connection.", "route."))]
        for names in (told, live)
    )
    assert seen == known
    assert "monitor.started" in told
