"""The north side between an Engine and an outbox, without a broker."""

import json
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest
from twisted.internet.task import Clock

from cti import driver as dr
from cti import engine as en
from cti import facts as f
from cti import moment
from cti.client import wire
from cti.clock import ClockWall
from cti.config.rights import Right
from cti.ends import Port
from cti.facts import NativeDevice
from cti.identity import StartingState
from cti.link import Link
from cti.model.capabilities import (
    Capabilities,
    CommandSupport,
    Limits,
    Peer,
    Resync,
    Support,
)
from cti.model.commands import VERBS, EndState, Result
from cti.model.data import Forwarding, ForwardingKind
from cti.model.events import EVENTS, Event
from cti.model.states import LinkState, SystemStatus
from cti.mqtt.packets import Publish
from cti.mqtt.reasons import Reason
from cti.mqtt.service import MqttService
from cti.northbound import envelope
from cti.northbound.north import REFRESH, RETRY, Northbound
from cti.northbound.topics import Topics
from cti.rights import Rights
from cti.runner import Runner
from protocols.stacks import length16
from protocols.stacks.primitives import OctetsReceived, TransportUp
from tests.support.every import events

ALL = {verb: CommandSupport(Support.NATIVE) for verb in VERBS}


class Echo(dr.SwitchDriver):
    """Takes every command; a PDU ``i201`` is a device that gets dial tone.

    ``f201>030`` is one that is forwarded, ``sX`` a status of the switch.
    """

    stack = "length16"
    protocol = "echo"

    def __init__(self, config: Mapping[str, Any] | None = None, *, observing: bool = False):
        pass

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities("echo", "1", Peer(), (), ALL, {}, {}, Resync(), Limits())

    def begins_connection(self, pdu: bytes, *, sent: bool) -> bool:
        return False

    def handle(self, event: dr.Event) -> list[dr.Action]:
        match event:
            case dr.LinkUp():
                return [dr.StateChanged(LinkState.UP)]
            case dr.PduReceived(pdu) if pdu[:1] == b"s":
                told = f.SystemStatusTold(status=SystemStatus(pdu[1:].decode()))
                return [dr.Report(told, "systemStatus")]
            case dr.PduReceived(pdu):
                device = NativeDevice(pdu[1:].decode())
                if pdu[:1] == b"f":
                    device_id, _, to = device.key.partition(">")
                    forwarding = Forwarding(ForwardingKind.ALL, active=True, to=to)
                    fact = f.DeviceFact(device=NativeDevice(device_id), forwarding=forwarding)
                    return [dr.Report(fact, "forwarding")]
                if pdu[:1] == b"m":
                    return [dr.Report(f.MonitorStarted(monitor="1", device=device), "monitor")]
                kind = f.Cleared if pdu[:1] == b"c" else f.Initiated
                return [dr.Report(kind(call="1", device=device), "initiated")]
            case dr.CommandRequested(token, command):
                native = {"native": {"call": "7", "device": "201"}}
                if command.verb != "make_call":
                    return [dr.Outcome(token, Result(EndState.SUCCEEDED, result={}))]
                return [
                    dr.Report(f.CallMade(call="7"), "makeCall"),
                    dr.Outcome(token, Result(EndState.SUCCEEDED, result=native)),
                ]
            case _:
                return []


class Mute:
    """A stream that goes nowhere."""

    again = None

    def __getattr__(self, name: str) -> Any:
        return lambda *_: True


class Site:
    """A north with one switch ``hq`` whose Engine runs at once."""

    def __init__(self, **forms: Any) -> None:
        self.clock: Any = Clock()
        rights = {
            "app": Right(verbs=("*",), acts=("2*",), destinations=("*",)),
            "desk": Right(verbs=("answer",), acts=("201",)),
        }
        self.north = Northbound(
            Topics("cti", "d1"),
            Rights(rights),
            self.clock,
            self.now,
            boot="b1",
            version="1.0",
            **forms,
        )
        self.to = self.north.add("hq", "Acme")
        self.engine = en.Engine(
            "hq", [Link("main", Echo(), length16)], StartingState("test", {}, {})
        )
        wall = ClockWall(self.clock)
        port = Port(lambda _: Mute())
        self.runner = Runner(
            self.engine,
            {"main": port},
            self.to,
            self.clock,
            wall,
            stream=self.north.stream("hq"),
        )
        self.feed = self.runner.feed
        self.north.connect("hq", self.runner)
        self.sent: list[Publish] = []
        self.audits: list[Any] = []

    def now(self) -> int:
        return int(self.clock.seconds() * moment.SECOND)

    def pdu(self, text: str) -> None:
        octets = text.encode()
        framed = len(octets).to_bytes(2, "big") + octets
        self.feed(en.Input("main", OctetsReceived(framed)))

    def up(self) -> None:
        self.feed(en.Input("main", TransportUp()))

    def out(self) -> list[Publish]:
        """Give what was published since, but for decisions, which ``audits`` gathers."""
        batch = [publication.message for publication in self.north.outbox.next_batch(1000)]
        self.sent += batch
        self.audits += [shown(one) for one in batch if one.topic == self.north.topics.audit]
        return [message for message in batch if message.topic != self.north.topics.audit]

    def ask(
        self, verb: str, body: Any = None, client: str = "app", **more: Any
    ) -> list[Publish]:
        told = {"command_id": "c1", "args": {"device": "201"}} if body is None else body
        payload = told if isinstance(told, bytes) else json.dumps(told).encode()
        topic = more.pop("topic", f"cti/v1/hq/command/{client}/{verb}")
        self.out()
        self.north.message_received(Publish(topic, payload, **more), 0)
        return self.out()


def shown(message: Publish) -> Any:
    return msgspec.json.decode(message.payload)


def once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """Read an object that has no member twice."""
    found = dict(members)
    assert len(found) == len(members)
    return found


def by_topic(messages: list[Publish]) -> dict[str, Publish]:
    return {message.topic: message for message in messages}


def test_an_event_is_a_cloud_event_on_its_topic() -> None:
    site = Site()
    site.up()
    site.out()
    site.pdu("i201")
    created, initiated = site.out()
    told = shown(initiated)
    assert initiated.topic == "cti/v1/hq/event/connection/201/initiated"
    assert created.topic == f"cti/v1/hq/event/call/{told['data']['call_id']}/created"
    assert told["specversion"] == "1.0"
    assert told["id"] == told["data"]["id"] == "main:1:1:1"
    assert told["type"] == "cti.connection.initiated.v1"
    assert told["source"] == "/cti/hq/main"
    assert told["subject"] == "connection/201"
    assert told["callid"] == told["data"]["call_id"]
    assert told["epoch"] == 1
    assert (initiated.qos, initiated.retain) == (1, False)
    assert dict(initiated.user_properties) == {
        "id": told["id"],
        "type": told["type"],
        "offset": str(told["offset"]),
        "epoch": "1",
    }


def test_a_flat_event_has_its_members_at_the_top() -> None:
    clouds, flats = Site(), Site(flat=True)
    for site in (clouds, flats):
        site.up()
        site.out()
        site.pdu("i201")
    for cloud, flat in zip(clouds.out(), flats.out(), strict=True):
        told = shown(cloud)
        beside = {"offset": told["offset"], "subject": told["subject"]}
        read = json.loads(flat.payload, object_pairs_hook=once)
        assert read == {**told["data"], **beside}
        assert flat.content_type == "application/json"
        assert (flat.topic, flat.user_properties) == (cloud.topic, cloud.user_properties)
        item = wire.item(flat.payload)
        assert item.event is not None
        assert item == wire.item(cloud.payload)


@pytest.mark.parametrize("kind", EVENTS.values(), ids=EVENTS)
def test_no_event_has_a_member_of_the_name_of_what_stands_beside_it(
    kind: type[Event],
) -> None:
    assert not {"offset", "subject"} & set(kind.__struct_fields__)


def test_with_shards_every_event_comes_once_more_all_of_a_call_in_one() -> None:
    site = Site(shards=16)
    site.up()
    site.out()
    site.pdu("i201")
    site.pdu("c201")
    told = [one for one in site.out() if "/state/" not in one.topic]
    events, copies = told[::2], told[1::2]
    assert all(one.topic.startswith("cti/v1/hq/event/") for one in events)
    assert [one.payload for one in copies] == [one.payload for one in events]
    (feed,) = {one.topic for one in copies}
    assert feed in {f"cti/v1/hq/feed/{number}" for number in range(16)}
    assert [shown(one)["offset"] for one in events] == list(
        range(shown(events[0])["offset"], shown(events[0])["offset"] + len(events))
    )


def test_every_event_has_a_shard_and_they_are_spread() -> None:
    found = {
        envelope.shard(event, 4)
        for name in ("201", "c7", "", "\udc80")
        for event in events(name)
    }
    assert found == {0, 1, 2, 3}


def test_offsets_grow_by_one_per_event_of_the_switch() -> None:
    site = Site()
    site.up()
    for number in range(5):
        site.pdu(f"i20{number}")
    events = [message for message in site.out() if "/event/" in message.topic]
    assert [shown(message)["offset"] for message in events] == list(range(1, len(events) + 1))


def test_link_status_is_retained_and_truthful() -> None:
    site = Site()
    (before,) = [message for message in site.out() if message.topic.endswith("/status")]
    assert (before.retain, shown(before)["state"]) == (True, "disabled")
    site.up()
    after = by_topic(site.out())["cti/v1/hq/link/main/status"]
    assert shown(after) == {
        "state": "up",
        "epoch": 1,
        "since": "1970-01-01T00:00:00.000000000Z",
        "reason": "",
        "boot": "b1",
    }


def test_the_state_of_a_monitored_device_follows_its_events_within_a_tenth_of_a_second() -> (
    None
):
    site = Site()
    site.up()
    site.pdu("m201")
    site.pdu("i201")
    assert not [message for message in site.out() if "/state/" in message.topic]
    site.clock.advance(0.1)
    (state,) = [message for message in site.out() if "/state/" in message.topic]
    assert (state.topic, state.retain) == ("cti/v1/hq/state/device/201", True)
    assert state.message_expiry_interval == 86_400
    told = shown(state)
    (call,) = told["calls"]
    assert call["connections"][0]["state"] == "initiated"
    assert "clear_connection" in call["connections"][0]["allowed"]
    site.pdu("c201")
    site.clock.advance(0.1)
    (after,) = [message for message in site.out() if "/state/" in message.topic]
    assert shown(after)["calls"] == []
    assert shown(after)["offset"] > told["offset"] > 0


def test_every_connection_to_the_broker_begins_with_what_is_retained() -> None:
    site = Site()
    site.up()
    site.pdu("m201")
    site.out()
    (first,) = site.north.birth(session_present=True)
    site.clock.advance(0.1)
    born = by_topic([first, *site.out()])
    assert shown(born["cti/v1/daemon/d1/status"])["state"] == "online"
    assert shown(born["cti/v1/hq/info"])["links"]["main"]["capabilities"]["protocol"] == "echo"
    assert shown(born["cti/v1/hq/link/main/status"])["state"] == "up"
    assert "cti/v1/hq/state/device/201" in born
    assert all(message.retain for message in born.values())
    will = site.north.will()
    assert msgspec.json.decode(will.payload)["state"] == "lost"
    (last,) = site.north.farewell()
    assert shown(last)["state"] == "offline"


def test_a_command_is_answered_on_the_default_reply_topic() -> None:
    site = Site()
    site.up()
    site.pdu("i201")
    (reply,) = site.ask("clear_connection", qos=1)
    assert reply.topic == "cti/v1/hq/reply/app/clear_connection"
    assert reply.qos == 1
    assert shown(reply) == {
        "command_id": "c1",
        "verb": "clear_connection",
        "status": "succeeded",
        "final": True,
        "result": {},
    }


def test_a_response_topic_and_correlation_data_are_honoured() -> None:
    site = Site()
    site.up()
    site.pdu("i201")
    mine = "cti/v1/hq/reply/app/clear/7"
    (reply,) = site.ask(
        "clear_connection", response_topic=mine, correlation_data=b"\x00\xff", qos=0
    )
    assert (reply.topic, reply.qos, reply.correlation_data) == (mine, 0, b"\x00\xff")


def test_a_response_topic_elsewhere_is_refused_on_the_clients_own_topic() -> None:
    site = Site()
    site.up()
    (reply,) = site.ask("clear_connection", response_topic="cti/v1/hq/state/device/201")
    assert reply.topic == "cti/v1/hq/reply/app/clear_connection"
    assert shown(reply)["error"]["field"] == "response_topic"


def test_a_retained_command_is_refused_and_its_topic_cleared() -> None:
    site = Site()
    site.up()
    clear, reply = site.ask("clear_connection", retain=True)
    assert (clear.topic, clear.payload, clear.retain) == (
        "cti/v1/hq/command/app/clear_connection",
        b"",
        True,
    )
    assert shown(reply)["error"]["class"] == "retained"
    assert site.ask("clear_connection", b"", retain=True) == []


def test_who_has_no_right_is_told_so() -> None:
    site = Site()
    site.up()
    for client, verb, device, field in (
        ("nobody", "answer", "201", None),
        ("desk", "hold", "201", None),
        ("desk", "answer", "202", "args.device"),
        ("app", "hold", "300", "args.device"),
    ):
        body = {"command_id": "x", "args": {"device": device}}
        (reply,) = site.ask(verb, body, client)
        error = shown(reply)["error"]
        assert (error["class"], error["status"]) == ("not_permitted", 403)
        assert error.get("field") == field
    assert site.north.counters["denied"] == 4


def test_a_wrong_command_is_answered_with_the_field_at_fault() -> None:
    site = Site()
    site.up()
    (reply,) = site.ask("make_call", {"command_id": "x", "args": {"device": "201", "to": "²"}})
    told = shown(reply)
    assert (told["status"], told["error"]["field"]) == ("rejected", "args.to")
    assert told["error"]["instance"] == "urn:cti:command:x"
    assert reply.content_type == "application/problem+json"


def test_the_call_a_command_made_is_published_before_the_reply_that_names_it() -> None:
    site = Site()
    site.up()
    body = {"command_id": "x", "args": {"device": "201", "to": "030", "data": {"crm": 5}}}
    alarm, created, data, reply = site.ask("make_call", body, qos=1)
    assert shown(alarm)["alarm"] == "destination_class"
    call = shown(created)["data"]["call_id"]
    assert created.topic.endswith("/created")
    assert shown(data)["data"]["delta"]["app"] == {"app": {"crm": 5}}
    assert shown(reply)["result"] == {"call": call, "device": "201"}


def test_the_same_command_again_gets_the_same_reply() -> None:
    site = Site()
    site.up()
    site.pdu("i201")
    (first,) = site.ask("clear_connection")
    (second,) = site.ask("clear_connection")
    assert shown(first) == shown(second)


def test_data_is_attached_to_a_call_without_asking_the_switch() -> None:
    site = Site()
    site.up()
    site.pdu("i201")
    call = site.engine.tracker.calls[0].call_id
    body = {"command_id": "x", "args": {"call": call, "data": {"ticket": 7}}}
    event, reply = site.ask("attach_data", body, qos=1)
    assert shown(event)["data"]["delta"]["app"] == {"app": {"ticket": 7}}
    assert shown(reply)["status"] == "succeeded"
    body = {"command_id": "y", "args": {"call": call, "data": {"ticket": None}}}
    site.ask("attach_data", body)
    assert site.engine.tracker.calls[0].data.app == {"app": {}}


def test_commands_of_other_switches_and_stray_topics_are_left_alone() -> None:
    site = Site()
    site.up()
    assert site.ask("hold", topic="cti/v1/other/command/app/hold") == []
    assert site.ask("hold", topic="cti/v1/hq/command/app") == []
    assert site.ask("hold", topic="nothing") == []


def test_states_are_written_again_before_the_broker_forgets_them() -> None:
    site = Site()

    class Service:
        status = SimpleNamespace(state="waiting")

        def subscribe(self, *_: object) -> None: ...

        def wake(self) -> None: ...

    site.north.use(cast(MqttService, Service()))
    site.up()
    site.pdu("m201")
    site.clock.advance(1)
    site.out()
    site.clock.advance(REFRESH - 2)
    for _ in range(3):
        assert site.out() == []
        site.clock.advance(1)  # it is time
        site.clock.advance(1)  # and a tenth of a second has passed
        (state,) = site.out()
        assert state.topic == "cti/v1/hq/state/device/201"
        assert state.message_expiry_interval is not None
        assert state.message_expiry_interval > REFRESH
        site.clock.advance(REFRESH - 2)
    site.north.stop()
    assert site.clock.getDelayedCalls() == []


def test_what_the_broker_refuses_is_offered_again() -> None:
    site = Site()
    site.up()
    publications = site.north.outbox.next_batch(1000)
    for publication in publications:
        site.north.outbox.refused(publication.token, Reason.QUOTA_EXCEEDED)
    site.clock.advance(RETRY - 1)
    assert site.out() == []
    site.clock.advance(1)
    assert site.out() == [publication.message for publication in publications]
    assert site.clock.getDelayedCalls() == []
