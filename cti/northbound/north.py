"""The northbound side of the daemon: one MQTT session for all switches.

What comes out of the Engines is published in order through one outbox; what arrives on the
command topics goes through rights to the Engine of its switch. Retained states are written
after the events that changed them, at most a tenth of a second late.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import partial
from typing import Any, Final, Literal

import msgspec
import structlog
from typing_extensions import override

from cti import engine as en
from cti import moment
from cti.config.rights import Right
from cti.desk import Reply
from cti.model import events as ev
from cti.model.capabilities import Capabilities
from cti.mqtt.application import Application, Clock, Delayed
from cti.mqtt.outbound import Publication
from cti.mqtt.outbox import MemoryOutbox
from cti.mqtt.packets import Publish, Subscription, Will
from cti.mqtt.reasons import Reason
from cti.mqtt.service import MqttService
from cti.northbound import envelope
from cti.northbound.arrivals import Arrivals, Gate
from cti.northbound.documents import Alarm, DaemonStatus
from cti.northbound.replies import Replies
from cti.northbound.states import EXPIRY, Feed, States
from cti.northbound.topics import Topics
from cti.rights import Place, Rights

REFRESH: Final = EXPIRY / 2
"""Seconds between two times that all states are written again."""
RETRY: Final = 60.0
"""Seconds after which what the broker refused is offered again."""

_COMMANDS: Final = "commands"


class _Switch:
    """One switch, as the north sees it."""

    def __init__(self, switch_id: str, vendor: str) -> None:
        self.switch_id: Final = switch_id
        self.vendor: Final = vendor
        self.offset = 0
        self._joined: tuple[Feed, States, Gate] | None = None

    def join(self, feed: Feed, states: States, gate: Gate) -> None:
        """Take what is made once its runner is there."""
        self._joined = (feed, states, gate)

    @property
    def feed(self) -> Feed:
        """Its runner."""
        assert self._joined is not None  # noqa: S101 - joined before anything runs
        return self._joined[0]

    @property
    def states(self) -> States:
        """Its retained states."""
        assert self._joined is not None  # noqa: S101 - joined before anything runs
        return self._joined[1]

    @property
    def gate(self) -> Gate:
        """What it lends to the judges of its commands."""
        assert self._joined is not None  # noqa: S101 - joined before anything runs
        return self._joined[2]


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
        self._switch.states.informed()

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
        self.measure: Callable[[str, str, str, float], object] = _nothing
        """Told of each command that ended: switch, verb, status, seconds."""
        self._replies = Replies(topics, self._put, clock.seconds)
        self.rights: Final = rights
        self._clock = clock
        self._now = now
        self._boot = boot
        self._version = version
        self._since = moment.text(now())
        self._switches: dict[str, _Switch] = {}
        self._refresh: Delayed | None = None
        self._retry: Delayed | None = None
        self.counters = {"commands": 0, "denied": 0, "bad": 0, "events": 0, "lost": 0}
        self._arrivals = Arrivals(
            *(topics, rights, self._replies, self.counters, self._put, now, boot)
        )
        self._arrivals.first = self._new_class

    def informed(self, switch_id: str) -> None:
        """Publish what a switch is and can do."""
        self._switches[switch_id].states.informed()

    def forget_link(self, switch_id: str, link_id: str) -> None:
        """Take back what is retained of a link that is no more."""
        self._switches[switch_id].states.forget_link(link_id)

    def offset(self, switch_id: str) -> int:
        """Give the number of events of a switch that were published."""
        return self._switches[switch_id].offset

    # Rights.

    def change_rights(self, rights: Mapping[str, Right]) -> None:
        """Judge by other rights from now on, and end what they do not permit any more.

        Raise ``ValueError``, and keep the rights that were, if these have no meaning.
        """
        self.rights.replace(rights)
        for switch in self._switches.values():
            switch.feed.feed(en.RightsChanged())

    def _new_class(self, switch_id: str, client: str, kind: str) -> None:
        detail = f"{client} has a number dialled that is {kind}, for the first time"
        self.alarm(self._switches[switch_id], "", "destination_class", detail)

    # Set-up.

    def add(self, switch_id: str, vendor: str = "") -> SwitchNorth:
        """Make a switch known, before its runner is made."""
        switch = self._switches[switch_id] = _Switch(switch_id, vendor)
        return SwitchNorth(self, switch)

    def connect(self, switch_id: str, feed: Feed) -> None:
        """Join a switch with the runner of its Engine."""
        switch = self._switches[switch_id]
        states = States(
            *(feed, switch.vendor, self.topics, self._clock),
            *(self._put, self._now, self._boot),
        )
        engine = feed.engine
        place = Place(engine.tracker.book, engine.numbering, lambda: engine.devices)
        switch.join(feed, states, Gate(place, engine.desk.knows))
        engine.desk.permits = partial(self.rights.permits, place=place)

    def use(self, service: MqttService) -> None:
        """Publish through a service; call before it is started."""
        self.service = service
        command = Subscription(
            self.topics.commands, qos=1, no_local=True, retain_as_published=True
        )
        service.subscribe(_COMMANDS, command)
        self._refresh = self._clock.callLater(REFRESH, self._refreshed)

    def stop(self) -> None:
        """Write the states that changed last."""
        for timer in (self._refresh, self._retry):
            if timer is not None and timer.active():
                timer.cancel()
        for switch in self._switches.values():
            switch.states.flush()

    # Out: events, states, replies.

    def published(self, switch: _Switch, event: ev.Event) -> None:
        """Publish an event and mark the states it changes."""
        switch.offset += 1
        self.counters["events"] += 1
        self.log.debug(
            "event",
            switch=switch.switch_id,
            id=event.id,
            name=event.__struct_config__.tag,
            offset=switch.offset,
        )
        self._put(envelope.publication(self.topics, event, switch.offset))
        switch.states.changed(event)

    def replied(self, switch: _Switch, reply: Reply) -> None:
        """Send the end of a command to whoever waits for it."""
        seconds = self._replies.ended(switch.switch_id, reply)
        self.measure(switch.switch_id, reply.verb, reply.result.status.value, seconds)
        self.log.info(
            "command",
            switch=switch.switch_id,
            client=reply.requester,
            verb=reply.verb,
            command=reply.command_id,
            status=reply.result.status.value,
            seconds=round(seconds, 3),
            **_why(reply),
        )

    def alarm(self, switch: _Switch, link_id: str, name: str, detail: str) -> None:
        """Publish an alarm for operations."""
        told = Alarm(name, switch.switch_id, link_id, detail, moment.text(self._now()))
        self._put(envelope.document(self.topics.alarm, told, retain=False))

    def _put(self, message: Publish) -> None:
        self.outbox.put(message)
        if self.service is not None:
            self.service.wake()

    def _refreshed(self) -> None:
        """Write all states again before the broker forgets them."""
        self._refresh = self._clock.callLater(REFRESH, self._refreshed)
        for switch in self._switches.values():
            switch.states.refresh()

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

    def _daemon(self, state: Literal["online", "offline", "lost"]) -> DaemonStatus:
        return DaemonStatus(state, self._boot, self._since, self._version)

    @override
    def will(self) -> Will:
        payload = msgspec.json.encode(self._daemon("lost"))
        return Will(self.topics.status, payload, qos=1, retain=True, will_delay_interval=5)

    @override
    def birth(self, *, session_present: bool) -> Iterable[Publish]:
        yield envelope.document(self.topics.status, self._daemon("online"))
        for switch in self._switches.values():
            yield from switch.states.everything()

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
        command = self._arrivals.take(asked, message, switch.gate)
        if command is not None:
            switch.feed.feed(en.CommandArrived(command))


def _nothing(*_: object) -> None:
    """Do nothing."""


def _why(reply: Reply) -> dict[str, str]:
    error = reply.result.error
    return {} if error is msgspec.UNSET else {"reason": error.detail}
