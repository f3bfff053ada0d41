"""The northbound side of the daemon: one MQTT session for all switches.

What comes out of the Engines is published in order through one outbox; what arrives on the
command topics goes through rights to the Engine of its switch. Retained states are written
after the events that changed them, at most a tenth of a second late.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any, Final, Protocol

import msgspec
import structlog
from msgspec import UNSET, Struct
from typing_extensions import override

from cti import engine as en
from cti import moment
from cti.desk import Reply
from cti.model import events as ev
from cti.model.capabilities import Capabilities
from cti.model.commands import Command, EndState
from cti.model.errors import Error, ErrorClass
from cti.model.states import LinkState
from cti.mqtt.application import Application, Clock, Delayed
from cti.mqtt.outbound import Publication
from cti.mqtt.outbox import MemoryOutbox
from cti.mqtt.packets import Publish, Subscription, Will
from cti.mqtt.reasons import Reason
from cti.mqtt.service import MqttService
from cti.northbound import envelope, requests
from cti.northbound.topics import Asked, Topics
from cti.rights import Rights
from cti.tracker import pictures

COALESCE: Final = 0.1
"""Seconds a retained state may lag behind its events."""
EXPIRY: Final = 86_400
"""Seconds after which the broker forgets a retained state that nobody refreshed."""
REFRESH: Final = EXPIRY / 2
"""Seconds between two times that all states are written again."""
RETRY: Final = 60.0
"""Seconds after which what the broker refused is offered again."""
ROUTES: Final = 20_000
"""Commands whose way back is remembered."""

_COMMANDS: Final = "commands"


class Feed(Protocol):
    """The runner of a switch, as the north uses it."""

    @property
    def engine(self) -> en.Engine:
        """The Engine that it runs."""

    def feed(self, event: en.Event) -> None:
        """Give the Engine an input, now."""


class LinkStatus(Struct, frozen=True, gc=False):
    """Retained status of a link."""

    state: LinkState
    epoch: int
    since: str
    reason: str
    boot: str


class _Route(Struct, frozen=True, gc=False):
    """Where the reply to a command goes."""

    topic: str
    qos: int
    correlation: bytes | None


class _Switch:
    """One switch, as the north sees it."""

    def __init__(self, switch_id: str, vendor: str) -> None:
        self.switch_id: Final = switch_id
        self.vendor: Final = vendor
        self.feed: Feed | None = None
        self.offset = 0
        self.links: dict[str, LinkStatus] = {}
        self.dirty: dict[tuple[str, str], None] = {}
        """Kind and id of the states that changed, in order."""
        self.versions: dict[str, int] = {}
        """Published versions of device states."""

    @property
    def engine(self) -> en.Engine:
        """The Engine of the switch, once its runner is there."""
        assert self.feed is not None  # noqa: S101 - set before anything runs
        return self.feed.engine


class SwitchNorth:
    """What the runner of one switch gives its output to."""

    def __init__(self, north: Northbound, switch: _Switch) -> None:
        self._north = north
        self._switch = switch

    def published(self, event: ev.Event) -> None:
        """Publish an event."""
        self._north.published(self._switch, event)

    def replied(self, reply: Reply) -> None:
        """Send a reply."""
        self._north.replied(self._switch, reply)

    def capabilities(self, link_id: str, capabilities: Capabilities) -> None:
        """Publish what a link can do."""
        del link_id, capabilities  # the Engine has them by now
        self._north.inform(self._switch)

    def alarm(self, link_id: str, name: str, detail: str) -> None:
        """Publish an alarm."""
        self._north.alarm(self._switch, link_id, name, detail)


class Northbound(Application):
    """Topics, states and commands of all switches of one daemon."""

    def __init__(
        self,
        topics: Topics,
        rights: Rights,
        clock: Clock,
        now: Callable[[], int],
        *,
        boot: str,
        version: str,
        max_messages: int = 100_000,
        max_octets: int = 200_000_000,
    ) -> None:
        self.topics = topics
        self.outbox = MemoryOutbox(
            max_messages, max_octets, dropped=self._dropped, refused=self._refused
        )
        self.service: MqttService | None = None
        self.log: Any = structlog.get_logger("cti.northbound")
        self._rights = rights
        self._clock = clock
        self._now = now
        self._boot = boot
        self._version = version
        self._since = moment.text(now())
        self._switches: dict[str, _Switch] = {}
        self._routes: dict[tuple[str, str, str], list[_Route]] = {}
        self._timer: Delayed | None = None
        self._refresh: Delayed | None = None
        self._retry: Delayed | None = None
        self.counters = {"commands": 0, "denied": 0, "bad": 0, "events": 0, "lost": 0}

    # Set-up.

    def add(self, switch_id: str, vendor: str = "") -> SwitchNorth:
        """Make a switch known, before its runner is made."""
        switch = self._switches[switch_id] = _Switch(switch_id, vendor)
        return SwitchNorth(self, switch)

    def connect(self, switch_id: str, feed: Feed) -> None:
        """Join a switch with the runner of its Engine."""
        switch = self._switches[switch_id]
        switch.feed = feed
        for link in feed.engine.links.values():
            self._link(switch, link.link_id, link.state, link.epoch, "")

    def use(self, service: MqttService) -> None:
        """Publish through a service; call before it is started."""
        self.service = service
        command = Subscription(
            self.topics.commands, qos=1, no_local=True, retain_as_published=True
        )
        service.subscribe(_COMMANDS, command)
        self._refresh = self._clock.callLater(REFRESH, self._refreshed)

    # Out: events, states, replies.

    def published(self, switch: _Switch, event: ev.Event) -> None:
        """Publish an event and mark the states it changes."""
        switch.offset += 1
        self.counters["events"] += 1
        self._put(envelope.publication(self.topics, event, switch.offset))
        match event:
            case ev.LinkStateChanged(link_id=link_id, state=state, epoch=epoch, reason=reason):
                self._link(switch, link_id, state, epoch, reason)
            case ev.ConnectionEvent():
                self._touch_call(switch, event.call_id, event.device_id)
            case ev.CallEvent():
                self._touch_call(switch, event.call_id)
            case ev.AgentEvent(agent_id=agent_id, device_id=device_id):
                self._touch(switch, "agent", agent_id)
                if device_id is not None:
                    self._touch(switch, "device", device_id)
            case ev.DeviceEvent(device_id=device_id):
                self._touch(switch, "device", device_id)
            case ev.MonitorEvent(device_id=str(device_id)):
                self._touch(switch, "device", device_id)
            case ev.QueueUpdated(queue_id=queue_id):
                self._touch(switch, "queue", queue_id)
            case _:
                pass

    def _refreshed(self) -> None:
        """Write all states again before the broker forgets them."""
        self._refresh = self._clock.callLater(REFRESH, self._refreshed)
        for switch in self._switches.values():
            for kind, ids in _objects(switch):
                for object_id in ids:
                    self._touch(switch, kind, object_id)

    def _touch_call(self, switch: _Switch, call_id: str, device_id: str | None = None) -> None:
        book = switch.engine.tracker.book
        touched = set() if device_id is None else {device_id}
        call = book.calls.by_id(call_id)
        if call is not None:
            touched |= {leg.device_id for leg in call.legs.values()}
        for device in sorted(touched):
            if device in book.devices:
                self._touch(switch, "device", device)

    def _touch(self, switch: _Switch, kind: str, object_id: str) -> None:
        switch.dirty[kind, object_id] = None
        if self._timer is None:
            self._timer = self._clock.callLater(COALESCE, self._flush)

    def _flush(self) -> None:
        self._timer = None
        for switch in self._switches.values():
            dirty, switch.dirty = switch.dirty, {}
            for kind, object_id in dirty:
                if (message := self._state(switch, kind, object_id)) is not None:
                    self._put(message)

    def _state(self, switch: _Switch, kind: str, object_id: str) -> Publish | None:
        book = switch.engine.tracker.book
        picture: Any
        match kind:
            case "device":
                capabilities = next(
                    (view.capabilities for view in switch.engine.desk.links.values()), None
                )
                picture = pictures.device(book, object_id, capabilities)
                version = switch.versions.get(object_id, 0) + 1
                switch.versions[object_id] = version
                picture = msgspec.structs.replace(picture, version=version)
            case "agent":
                picture = pictures.agent(book, object_id)
            case _:
                picture = pictures.queue(book, object_id)
        if picture is None:
            return None
        topic = self.topics.state(switch.switch_id, kind, object_id)
        return envelope.document(topic, picture, expiry=EXPIRY)

    def replied(self, switch: _Switch, reply: Reply) -> None:
        """Send the end of a command to whoever waits for it."""
        key = (switch.switch_id, reply.requester, reply.command_id)
        routes = self._routes.pop(key, [])
        if not routes:
            topic = self.topics.reply(switch.switch_id, reply.requester, reply.verb)
            routes = [_Route(topic, 1, None)]
        body = self._body(reply.command_id, reply.verb, reply.result.status)
        if reply.result.error is not UNSET:
            body["error"] = reply.result.error.problem(reply.command_id)
        else:
            body["result"] = {} if reply.result.result is UNSET else reply.result.result
        for route in routes:
            self._answer(route, body)
        self.log.info(
            "command",
            switch=switch.switch_id,
            client=reply.requester,
            verb=reply.verb,
            command=reply.command_id,
            status=reply.result.status.value,
        )

    def _body(self, command_id: str, verb: str, status: EndState) -> dict[str, Any]:
        return {
            "command_id": command_id,
            "verb": verb,
            "status": status.value,
            "final": True,
        }

    def _answer(self, route: _Route, body: dict[str, Any]) -> None:
        content = "application/problem+json" if "error" in body else "application/json"
        self._put(
            Publish(
                route.topic,
                msgspec.json.encode(body),
                qos=route.qos,
                content_type=content,
                payload_format_indicator=1,
                correlation_data=route.correlation,
            )
        )

    def _put(self, message: Publish) -> None:
        self.outbox.put(message)
        if self.service is not None:
            self.service.wake()

    def _link(
        self, switch: _Switch, link_id: str, state: LinkState, epoch: int, reason: str
    ) -> None:
        since = moment.text(self._now())
        status = LinkStatus(state, epoch, since, reason, self._boot)
        switch.links[link_id] = status
        topic = self.topics.link_status(switch.switch_id, link_id)
        self._put(envelope.document(topic, status))

    def inform(self, switch: _Switch) -> None:
        """Publish what a switch is and can do."""
        self._put(self._info(switch))

    def _info(self, switch: _Switch) -> Publish:
        views = switch.engine.desk.links
        info = {
            "switch": switch.switch_id,
            "vendor": switch.vendor,
            "schema": "v1",
            "links": {
                name: {"capabilities": view.capabilities} for name, view in views.items()
            },
        }
        return envelope.document(self.topics.info(switch.switch_id), info)

    def alarm(self, switch: _Switch, link_id: str, name: str, detail: str) -> None:
        """Publish an alarm for operations."""
        told = {
            "alarm": name,
            "switch": switch.switch_id,
            "link": link_id,
            "detail": detail,
            "since": moment.text(self._now()),
        }
        self._put(envelope.document(self.topics.alarm, told, retain=False))

    def _dropped(self, lost: list[Publication]) -> None:
        """Tell what had to go because the broker was away too long."""
        self.counters["lost"] += len(lost)
        self.log.error("outbox full", dropped=len(lost), total=self.outbox.dropped)

    def _refused(self, publication: Publication, reason: Reason) -> None:
        """Keep what the broker did not take, and offer it again later."""
        self.log.error(
            "refused by the broker", topic=publication.message.topic, reason=reason.name
        )
        if self._retry is None:
            self._retry = self._clock.callLater(RETRY, self._retried)

    def _retried(self) -> None:
        self._retry = None
        self.outbox.retry_refused()
        if self.service is not None:
            self.service.wake()

    # The session.

    def _daemon(self, state: str) -> dict[str, str]:
        return {
            "state": state,
            "boot": self._boot,
            "since": self._since,
            "version": self._version,
        }

    @override
    def will(self) -> Will:
        payload = msgspec.json.encode(self._daemon("lost"))
        return Will(self.topics.status, payload, qos=1, retain=True, will_delay_interval=5)

    @override
    def birth(self, *, session_present: bool) -> Iterable[Publish]:
        yield envelope.document(self.topics.status, self._daemon("online"))
        for switch in self._switches.values():
            yield self._info(switch)
            for link_id, status in switch.links.items():
                topic = self.topics.link_status(switch.switch_id, link_id)
                yield envelope.document(topic, status)
            for kind, ids in _objects(switch):
                for object_id in ids:
                    if (message := self._state(switch, kind, object_id)) is not None:
                        yield message

    @override
    def farewell(self) -> Iterable[Publish]:
        yield envelope.document(self.topics.status, self._daemon("offline"))

    @override
    def subscribed(self, token: Hashable, reasons: Any) -> None:
        if any(reason.value >= 0x80 for reason in reasons):
            names = [reason.name for reason in reasons]
            self.log.error("subscription refused", filter=self.topics.commands, reasons=names)

    # In: commands.

    @override
    def message_received(self, message: Publish, receipt: int) -> None:
        try:
            self._command(message)
        finally:
            if receipt and self.service is not None:
                self.service.acknowledge(receipt)

    def _command(self, message: Publish) -> None:
        asked = self.topics.command(message.topic)
        if asked is None:
            return
        switch = self._switches.get(asked.switch_id)
        if switch is None:
            return  # another daemon's
        self.counters["commands"] += 1
        route = self._route(asked, message)
        if message.retain:
            if message.payload:
                self._put(Publish(message.topic, b"", qos=1, retain=True))
                error = Error(ErrorClass.RETAINED, "commands must not be retained messages")
                self._reject(route, "", asked, error)
            return
        try:
            command = requests.read(asked, message.payload)
        except requests.BadRequest as bad:
            self.counters["bad"] += 1
            self._reject(route, bad.command_id, asked, bad.error)
            return
        if message.response_topic is not None and route.topic != message.response_topic:
            detail = "response topic outside the client's own reply branch"
            error = Error(ErrorClass.INVALID_ARGUMENT, detail, "response_topic")
            self._reject(route, command.command_id, asked, error)
            return
        if (denied := self._rights.judge(command, _route_point(switch, command))) is not None:
            self.counters["denied"] += 1
            self._reject(route, command.command_id, asked, denied)
            return
        self._take(switch, command, route)

    def _take(self, switch: _Switch, command: Command, route: _Route) -> None:
        key = (switch.switch_id, command.requester, command.command_id)
        self._routes.setdefault(key, []).append(route)
        while len(self._routes) > ROUTES:
            del self._routes[next(iter(self._routes))]
        assert switch.feed is not None  # noqa: S101 - connected before anything runs
        switch.feed.feed(en.CommandArrived(command))

    def _route(self, asked: Asked, message: Publish) -> _Route:
        topic = message.response_topic
        if topic is None or not self.topics.may_reply(topic, asked.switch_id, asked.client):
            topic = self.topics.reply(asked.switch_id, asked.client, asked.verb)
        return _Route(topic, min(message.qos, 1), message.correlation_data)

    def _reject(self, route: _Route, command_id: str, asked: Asked, error: Error) -> None:
        body = self._body(command_id, asked.verb, EndState.REJECTED)
        body["error"] = error.problem(command_id)
        self._answer(route, body)
        self.log.info(
            "command rejected",
            client=asked.client,
            verb=asked.verb,
            command=command_id,
            reason=error.detail,
        )

    def stop(self) -> None:
        """Write the states that changed last."""
        for timer in (self._timer, self._refresh, self._retry):
            if timer is not None and timer.active():
                timer.cancel()
        self._flush()


def _route_point(switch: _Switch, command: Command) -> str | None:
    """Give the route point of the request that a command answers."""
    route_id = getattr(command.args, "route", None)
    if not isinstance(route_id, str):
        return None
    route = switch.engine.tracker.book.routes.live(route_id)
    return None if route is None else route.point


def _objects(switch: _Switch) -> list[tuple[str, list[str]]]:
    """List what has a retained state, by kind."""
    book = switch.engine.tracker.book
    return [
        ("device", list(book.devices)),
        ("agent", list(book.agents)),
        ("queue", list(book.queues)),
    ]
