"""The published contract on real brokers: every message that a daemon sends keeps to it.

The AsyncAPI document is the judge: each topic is that of one channel, each payload has a
schema of that channel, and what the document says of QoS and retaining is so.
"""

from __future__ import annotations

import json
import re
import signal
import threading
from contextlib import ExitStack
from functools import cache, partial
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from jsonschema import Draft202012Validator
from msgspec import Struct
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from cti.contract import asyncapi
from tests.integration.conftest import Site
from tests.integration.site import PATIENCE, Broker, wait_for

pytestmark = pytest.mark.slow

BROKERS = ("mosquitto", "iotcore")
DOCUMENT = asyncapi.document()
CHANNELS = {
    name: re.compile("/".join("[^/]+" if level[0] == "{" else level for level in levels))
    for name, one in DOCUMENT["channels"].items()
    for levels in [one["address"].split("/")]
}


class Heard(Struct):
    """One message as it came."""

    topic: str
    payload: bytes
    retained: bool
    qos: int
    properties: Any

    @property
    def told(self) -> Any:
        return json.loads(self.payload)


class Listener:
    """A plain client that keeps all that it hears."""

    def __init__(self, port: int, protocol: int = mqtt.MQTTv5) -> None:
        self.heard: list[Heard] = []
        self._ready = threading.Event()
        self.client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            f"listener-{protocol}",
            protocol=protocol,  # type: ignore[arg-type]
        )
        self.client.on_message = self._message
        self.client.on_connect = lambda client, *_: client.subscribe("cti/v1/#", qos=1)
        self.client.on_subscribe = lambda *_: self._ready.set()
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        assert self._ready.wait(PATIENCE)

    def _message(self, _client: Any, _data: Any, message: Any) -> None:
        properties = getattr(message, "properties", None)
        self.heard.append(
            Heard(message.topic, message.payload, message.retain, message.qos, properties)
        )

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def of(self, part: str) -> list[Heard]:
        return [one for one in self.heard if part in one.topic]

    def ask(self, topic: str, body: Any, **options: Any) -> None:
        payload = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.client.publish(f"cti/v1/hq/command/{topic}", payload, **options)

    def reply(self, topic: str) -> Heard:
        found: Heard = wait_for(
            lambda: next((one for one in self.heard if one.topic == topic), None), topic
        )
        return found


@pytest.fixture(params=BROKERS)
def broker(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def place(broker: str, tmp_path: Path, stack: ExitStack) -> Site:
    return Site(tmp_path, stack, partial(Broker, name=broker))


def open_listener(place: Site, stack: ExitStack, protocol: int = mqtt.MQTTv5) -> Listener:
    listener = Listener(place.broker.port, protocol)
    stack.callback(listener.close)
    return listener


def up(listener: Listener) -> None:
    def look() -> bool:
        states = listener.of("/link/main/status")
        return bool(states) and states[-1].told["state"] == "up"

    wait_for(look, "the link is up")


def channels(topic: str) -> list[str]:
    return [name for name, pattern in CHANNELS.items() if pattern.fullmatch(topic)]


@cache
def validators(channel: str) -> list[Draft202012Validator]:
    return [
        Draft202012Validator({**message["payload"], "components": DOCUMENT["components"]})
        for name in DOCUMENT["channels"][channel]["messages"]
        for message in [DOCUMENT["components"]["messages"][name]]
    ]


def judge(one: Heard) -> None:
    """Fail unless a message keeps to the contract."""
    found = channels(one.topic)
    assert found, f"{one.topic} is on no channel"
    judges = [judge for name in found for judge in validators(name)]
    assert any(judge.is_valid(one.told) for judge in judges), (one.topic, one.told)


def test_all_that_is_sent_keeps_to_the_contract(place: Site, stack: ExitStack) -> None:
    listener = open_listener(place, stack)
    switch = place.switch()
    place.daemon(switch.port)
    up(listener)
    switch("dial", "201", "202")
    switch("answer", "202")
    switch("hold", "202")
    switch("retrieve", "202")
    switch("hang-up", "201")
    wait_for(lambda: listener.of("/cleared"), "cleared")
    listener.ask("app/make_call", {"command_id": "1", "args": {"device": "203", "to": "204"}})
    listener.ask("app/make_call", {"command_id": "2", "args": {"device": "203"}})
    wait_for(lambda: len(listener.of("/reply/")) == 2, "replies")
    wait_for(lambda: listener.of("/state/"), "states: they may lag behind the events")
    sent = [one for one in listener.heard if "/command/" not in one.topic]
    assert {one.topic.split("/")[3] for one in sent} >= {"event", "state", "reply", "info"}
    for one in sent:
        judge(one)
    events = [one for one in sent if "/event/" in one.topic]
    assert all((one.qos, one.retained) == (1, False) for one in events)
    offsets = [one.told["offset"] for one in events]
    assert offsets == list(range(offsets[0], offsets[0] + len(offsets)))
    for one in events:
        assert one.properties.ContentType == "application/cloudevents+json"
        copied = dict(one.properties.UserProperty)
        assert copied == {key: str(one.told[key]) for key in ("id", "type", "offset", "epoch")}


def test_who_comes_late_finds_all_that_is_retained(place: Site, stack: ExitStack) -> None:
    first = open_listener(place, stack)
    switch = place.switch()
    daemon = place.daemon(switch.port)
    up(first)
    switch("dial", "201", "202")
    wait_for(
        lambda: [one for one in first.of("/state/device/202") if one.told["calls"]], "ringing"
    )
    late = Listener(place.broker.port)
    stack.callback(late.close)
    topics = ("daemon/d1/status", "hq/info", "hq/link/main/status", "hq/state/device/202")
    for topic in topics:
        one = late.reply(f"cti/v1/{topic}")
        assert one.retained
        judge(one)
    (call,) = late.reply("cti/v1/hq/state/device/202").told["calls"]
    states = {leg["device_id"]: leg["state"] for leg in call["connections"]}
    assert states["202"] == "alerting"
    daemon.end()
    wait_for(lambda: first.of("d1/status")[-1].told["state"] == "offline", "offline")


def test_a_daemon_that_dies_is_told_lost(place: Site, stack: ExitStack) -> None:
    listener = open_listener(place, stack)
    switch = place.switch()
    daemon = place.daemon(switch.port)
    up(listener)
    daemon.end(signal.SIGKILL)
    wait_for(lambda: listener.of("d1/status")[-1].told["state"] == "lost", "lost")


def test_replies_go_where_they_may(place: Site, stack: ExitStack) -> None:
    listener = open_listener(place, stack)
    switch = place.switch()
    place.daemon(switch.port)
    up(listener)
    asked: Any = Properties(PacketTypes.PUBLISH)
    asked.ResponseTopic = "cti/v1/hq/reply/app/mine"
    asked.CorrelationData = b"\x00\xff7"
    body = {"command_id": "1", "args": {"device": "201", "to": "202"}}
    listener.ask("app/make_call", body, properties=asked, qos=1)
    reply = listener.reply("cti/v1/hq/reply/app/mine")
    assert reply.properties.CorrelationData == b"\x00\xff7"
    assert (reply.told["status"], reply.told["command_id"]) == ("succeeded", "1")
    listener.ask("app/make_call", body, properties=asked, qos=1)  # again: not carried out
    wait_for(lambda: len(listener.of("/reply/app/mine")) == 2, "the same answer")
    assert listener.of("/reply/app/mine")[1].told == reply.told
    assert len(switch.calls()) == 1
    asked.ResponseTopic = "cti/v1/hq/reply/boss/mine"
    listener.ask(
        "app/query_dnd", {"command_id": "2", "args": {"device": "201"}}, properties=asked
    )
    refused = listener.reply("cti/v1/hq/reply/app/query_dnd")
    assert refused.told["status"] == "rejected"
    listener.ask("app/clear_call", b'{"command_id": "3"', qos=1)
    listener.ask("app/hold", {"command_id": "4", "args": {"device": 7}}, qos=1)
    assert listener.reply("cti/v1/hq/reply/app/clear_call").told["status"] == "rejected"
    wrong = listener.reply("cti/v1/hq/reply/app/hold")
    assert wrong.told["error"]["field"] == "args.device"
    assert not listener.of("/reply/boss/")


def nobody_finds(place: Site, filter_: str) -> bool:
    late = Listener(place.broker.port)
    late.client.subscribe(filter_)
    late.reply("cti/v1/daemon/d1/status")
    late.close()
    return not late.of("/command/")


def test_a_retained_command_that_waits_is_refused_and_cleared(
    place: Site, stack: ExitStack
) -> None:
    listener = open_listener(place, stack)
    body = {"command_id": "1", "args": {"device": "201", "to": "202"}}
    listener.ask("app/make_call", body, qos=1, retain=True)
    wait_for(lambda: listener.of("/command/"), "the command is there")
    switch = place.switch()
    place.daemon(switch.port)
    up(listener)
    reply = listener.reply("cti/v1/hq/reply/app/make_call")
    assert (reply.told["status"], reply.told["error"]["class"]) == ("rejected", "retained")
    wait_for(partial(nobody_finds, place, "cti/v1/hq/command/#"), "the command is gone")
    assert switch.calls() == []


def test_a_retained_command_is_refused_at_once(tmp_path: Path, stack: ExitStack) -> None:
    """Not on rumqttd: it does not tell a live subscriber that a message is retained."""
    place = Site(tmp_path, stack, partial(Broker, name="mosquitto"))
    listener = open_listener(place, stack)
    switch = place.switch()
    place.daemon(switch.port)
    up(listener)
    body = {"command_id": "1", "args": {"device": "201", "to": "202"}}
    listener.ask("app/make_call", body, qos=1, retain=True)
    reply = listener.reply("cti/v1/hq/reply/app/make_call")
    assert (reply.told["status"], reply.told["error"]["class"]) == ("rejected", "retained")
    wait_for(partial(nobody_finds, place, "cti/v1/hq/command/#"), "the command is gone")
    assert switch.calls() == []


def test_a_client_of_mqtt_3_1_1_sees_all_it_needs(tmp_path: Path, stack: ExitStack) -> None:
    place = Site(tmp_path, stack, partial(Broker, name="mosquitto"))
    new, old = open_listener(place, stack), open_listener(place, stack, mqtt.MQTTv311)
    switch = place.switch()
    place.daemon(switch.port)
    up(old)
    switch("dial", "201", "202")
    switch("hang-up", "201")
    wait_for(lambda: old.of("/cleared"), "cleared")
    old.ask("app/query_dnd", {"command_id": "1", "args": {"device": "201"}})
    old.reply("cti/v1/hq/reply/app/query_dnd")
    new.reply("cti/v1/hq/reply/app/query_dnd")
    for part in ("/event/", "/state/", "/reply/", "/status", "/info"):
        seen = wait_for(partial(contents, new, part), part)
        wait_for(partial(covers, old, part, seen), part)


def contents(listener: Listener, part: str) -> set[tuple[str, bytes]]:
    return {(one.topic, one.payload) for one in listener.of(part)}


def covers(listener: Listener, part: str, seen: set[tuple[str, bytes]]) -> bool:
    return contents(listener, part) >= seen
