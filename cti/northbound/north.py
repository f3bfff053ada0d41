"""The northbound side of the daemon: one MQTT session for all switches.

What comes out of an Engine is written here and published out of the stream of its switch, in
order, when it is stored; what arrives on the command topics goes through rights to the Engine.
Retained states are written after the events that changed them, at most a tenth of a second
late. What nothing depends on passes by in memory: replies with QoS 0, the refusal of what was
never taken, and alarms about the store itself.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final, Literal

import msgspec
import structlog
from msgspec import structs
from twisted.internet.defer import Deferred
from typing_extensions import override

from cti import engine as en
from cti import moment
from cti.config.rights import Right
from cti.config.sections import Mask
from cti.desk import Progress, Reply
from cti.kept import KeptCommand
from cti.model import events as ev
from cti.model.capabilities import Capabilities
from cti.model.commands import Command, Replay, Snapshot
from cti.model.errors import Error, ErrorClass
from cti.model.states import Origin
from cti.mqtt.application import Application, Clock, Delayed
from cti.mqtt.merged import MergedOutbox
from cti.mqtt.outbound import Publication
from cti.mqtt.outbox import MemoryOutbox
from cti.mqtt.packets import Publish, Subscription, Will
from cti.mqtt.reasons import Reason
from cti.mqtt.service import MqttService
from cti.northbound import envelope
from cti.northbound.arrivals import Arrivals, Gate
from cti.northbound.documents import Alarm, DaemonStatus
from cti.northbound.masks import Masks
from cti.northbound.pages import Pages, ReplayPages, SnapshotPages
from cti.northbound.replies import Replies, Route, rejected
from cti.northbound.retained import STATUS, TOKEN, OwnStatus, Sweep
from cti.northbound.retelling import AGAIN, Retellings
from cti.northbound.states import COALESCE, EXPIRY, RARELY, Feed, States
from cti.northbound.topics import Asked, Topics
from cti.overload import Level, Load
from cti.rights import Place, Reader, Rights
from cti.store.stream import Stream, body

REFRESH: Final = EXPIRY / 2
"""Seconds between two times that all states are written again."""
RETRY: Final = 60.0
"""Seconds after which what the broker refused is offered again."""
LAST: Final = 2.0
"""Seconds that a stop waits for the broker."""
PASSING: Final = 10_000
"""Messages in memory that pass by; the oldest go."""
PASSING_OCTETS: Final = 20_000_000

_COMMANDS: Final = "commands"


class _Switch:
    """One switch, as the north sees it."""

    def __init__(self, switch_id: str, vendor: str, stream: Stream) -> None:
        self.switch_id: Final = switch_id
        self.vendor: Final = vendor
        self.stream: Final = stream
        self._joined: tuple[Feed, States, Gate, Masks] | None = None

    def join(self, feed: Feed, states: States, gate: Gate, masks: Masks) -> None:
        """Take what is made once its runner is there."""
        self._joined = (feed, states, gate, masks)

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

    @property
    def masks(self) -> Masks:
        """What is hidden of its numbers."""
        assert self._joined is not None  # noqa: S101 - joined before anything runs
        return self._joined[3]


class SwitchNorth:
    """What the runner of one switch gives its output to."""

    def __init__(self, north: Northbound, switch: _Switch) -> None:
        self._north = north
        self._switch = switch

    def event(self, event: ev.Event, offset: int) -> Publish:
        """Write an event."""
        return self._north.event(self._switch.masks.events.of(event), offset)

    def copies(self, event: ev.Event, written: Publish) -> Sequence[Publish]:
        """Write a written event for its other topics; never raises."""
        return self._north.copies(event, written)

    def reply(self, reply: Reply | Progress) -> Sequence[Publish]:
        """Write the end of a command, or how far it is."""
        return self._north.reply(self._switch, reply)

    def notice(self, link_id: str, name: str, detail: str) -> Publish:
        """Write an alarm."""
        return self._north.notice(self._switch, link_id, name, detail)

    def gap(self, first: int, last: int, at: int) -> bytes:
        """Write what stands for events that were lost; called in any thread."""
        switch_id = self._switch.switch_id
        event = ev.SwitchGap(
            switch_id=switch_id,
            link_id="",
            epoch=0,
            seq=0,
            sub=0,
            id=f"{switch_id}:gap:{first}:{last}",
            ts_received=moment.text(at),
            origin=Origin.SYNTHETIC,
            from_offset=first,
            to_offset=last,
        )
        return body(self._north.event(event, last))

    def published(self, event: ev.Event) -> None:
        """Learn that an event is told."""
        self._north.published(self._switch, event)

    def replied(self, reply: Reply) -> None:
        """Learn that the end of a command is told."""
        self._north.replied(self._switch, reply)

    def refused(self, reply: Reply) -> None:
        """Tell the end of a command that was never taken."""
        self._north.refused(self._switch, reply)

    def capabilities(self, link_id: str, capabilities: Capabilities) -> None:
        """Publish what a link can do."""
        del link_id, capabilities  # the Engine has them by now
        self._switch.states.informed()

    def alarm(self, link_id: str, name: str, detail: str) -> None:
        """Publish an alarm at once."""
        self._north.put(self.notice(link_id, name, detail))


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
        flat: bool = False,
        shards: int = 0,
        mask: Mask = Mask(),  # noqa: B008 - frozen
    ) -> None:
        """Take how it is told.

        ``flat`` events have no envelope; with ``shards`` each is published twice; ``mask`` says
        what is hidden.
        """
        self.topics = topics
        self._flat = flat
        self._shards = shards
        self._mask = mask
        self.outbox: Final = MergedOutbox(
            MemoryOutbox(PASSING, PASSING_OCTETS, dropped=self._dropped, refused=self._refused)
        )
        self.service: MqttService | None = None
        self.log: Any = structlog.get_logger("cti.northbound")
        self.measure: Callable[[str, str, str, float], object] = _nothing
        """Told of each command that ended: switch, verb, status, seconds."""
        self._replies = Replies(topics, clock.seconds)
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
            *(topics, rights, self._replies, self.counters, self.put, now, boot)
        )
        self._arrivals.first = self._new_class
        self._again = Retellings(clock, self._wake, self._told_again)
        self.outbox.add(self._again)
        self._sweep = Sweep(self._retained_filters, self._retained, self.put, clock)
        self._own_status = OwnStatus(self._online, self.put, clock)
        self._swept = False

    def stream(self, switch_id: str) -> Stream:
        """Give the stream of a switch."""
        return self._switches[switch_id].stream

    def informed(self, switch_id: str) -> None:
        """Publish what a switch is and can do."""
        self._switches[switch_id].states.informed()

    def forget_link(self, switch_id: str, link_id: str) -> None:
        """Take back what is retained of a link that is no more."""
        self._switches[switch_id].states.forget_link(link_id)

    def offset(self, switch_id: str) -> int:
        """Give the offset of the last event of a switch that is stored."""
        return self._switches[switch_id].stream.released

    # Rights.

    def change_rights(self, rights: Mapping[str, Right]) -> None:
        """Judge by other rights from now on, and end what they do not permit any more.

        Raise ``ValueError``, and keep the rights that were, if these have no meaning.
        """
        self.rights.replace(rights)
        detail = "rights were changed meanwhile: ask again"
        self._again.interrupt(Error(ErrorClass.RESOURCE_BUSY, detail, retry_after_ms=AGAIN))
        for switch in self._switches.values():
            switch.feed.feed(en.RightsChanged())

    # Overload.

    def overload(self, level: Level, before: Level, load: Load) -> None:
        """Do less from now on, or more again; a person is told of what others notice."""
        self._arrivals.level = level
        for switch in self._switches.values():
            switch.states.pace = COALESCE if level is Level.NORMAL else RARELY
        self.log.warning("overload", level=level.value, was=before.value, load=str(load))
        noticed = max(level, before) >= Level.STRAINED
        if noticed and (level > before or level < Level.STRAINED):
            name = "overload" if level > before else "overload_over"
            detail = f"level {level.value}, {level.name.lower()}: {load}"
            self.put(self._alarm("", "", name, detail))

    def _new_class(self, switch_id: str, client: str, kind: str) -> None:
        detail = f"{client} has a number dialled that is {kind}, for the first time"
        self.put(self.notice(self._switches[switch_id], "", "destination_class", detail))

    # Set-up.

    def add(
        self, switch_id: str, vendor: str = "", stream: Stream | None = None
    ) -> SwitchNorth:
        """Make a switch known, before its runner is made.

        What it publishes goes through ``stream``; without one it stays in memory.
        """
        stream = Stream(switch_id) if stream is None else stream
        stream.wake = self._wake
        stream.passing = self.put
        stream.refusing = self._refused
        self.outbox.add(stream)
        switch = self._switches[switch_id] = _Switch(switch_id, vendor, stream)
        return SwitchNorth(self, switch)

    def connect(self, switch_id: str, feed: Feed, since: int = 0) -> None:
        """Join a switch with the runner of its Engine.

        Commands that were given before ``since`` may have been carried out, and forgotten.
        """
        switch = self._switches[switch_id]
        engine = feed.engine
        place = Place(engine.tracker.book, engine.numbering, lambda: engine.devices)
        masks = Masks(place, self._mask)
        states = States(
            *(feed, switch.vendor, self.topics, self._clock),
            *(switch.stream, self._now, self._boot, masks.states),
        )
        gate = Gate(place, engine.desk.knows, masks.replies, since)
        switch.join(feed, states, gate, masks)
        engine.desk.admission.permits = partial(self.rights.permits, place=place)

    def recall(self, switch_id: str, commands: Iterable[KeptCommand]) -> None:
        """Know again how the commands of an earlier life that have no end are answered."""
        for one in commands:
            if one.result is None and one.way:
                self._replies.recall(switch_id, one.client, one.command_id, one.way)

    def use(self, service: MqttService) -> None:
        """Publish through a service; call before it is started."""
        self.service = service
        command = Subscription(
            self.topics.commands, qos=1, no_local=True, retain_as_published=True
        )
        service.subscribe(_COMMANDS, command)
        service.subscribe(STATUS, Subscription(self.topics.status, qos=1))
        self._refresh = self._clock.callLater(REFRESH, self._refreshed)

    def stop(self) -> Deferred[None]:
        """Write the states that changed last, and let the broker take all, for a short time."""
        for timer in (self._refresh, self._retry):
            if timer is not None and timer.active():
                timer.cancel()
        for switch in self._switches.values():
            switch.states.flush()
        self._again.close()
        self._sweep.stop()
        self._own_status.stop()
        done: Deferred[None] = Deferred()
        if self.service is None or self.service.status.state != "connected":
            done.callback(None)
            return done
        late = self._clock.callLater(LAST, self._stopped, done)
        self.outbox.settled = partial(self._taken, done, late)
        self._taken(done, late)
        return done

    def _taken(self, done: Deferred[None], late: Delayed) -> None:
        if self.outbox.idle and not done.called:
            late.cancel()
            self._stopped(done)

    def _stopped(self, done: Deferred[None]) -> None:
        if not self.outbox.idle:
            self.log.warning("stopped before the broker took all", waiting=len(self.outbox))
        done.callback(None)

    # Out: events, states, replies.

    def published(self, switch: _Switch, event: ev.Event) -> None:
        """Mark the states that an event changes."""
        self.counters["events"] += 1
        self.log.debug(
            "event",
            switch=switch.switch_id,
            id=event.id,
            name=event.__struct_config__.tag,
            offset=switch.stream.released,
        )
        switch.states.changed(event)

    def event(self, event: ev.Event, offset: int) -> Publish:
        """Write an event."""
        return envelope.publication(self.topics, event, offset, flat=self._flat)

    def copies(self, event: ev.Event, written: Publish) -> list[Publish]:
        """Write a written event for its shard."""
        if not self._shards:
            return []
        shard = envelope.shard(event, self._shards)
        return [structs.replace(written, topic=self.topics.feed(event.switch_id, shard))]

    def reply(self, switch: _Switch, reply: Reply | Progress) -> list[Publish]:
        """Write the end of a command, or how far it is, to whoever waits for it."""
        if isinstance(reply, Progress):
            return self._replies.goes_on(switch.switch_id, reply)
        told = structs.replace(reply, result=switch.masks.replies.of(reply.result))
        return self._replies.ended(switch.switch_id, told)

    def replied(self, switch: _Switch, reply: Reply) -> None:
        """Log the end of a command."""
        seconds = self._replies.took(switch.switch_id, reply)
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

    def refused(self, switch: _Switch, reply: Reply) -> None:
        """Answer a command that was never taken."""
        for message in self.reply(switch, reply):
            self.put(message)
        self.replied(switch, reply)

    def notice(self, switch: _Switch, link_id: str, name: str, detail: str) -> Publish:
        """Write an alarm for operations."""
        return self._alarm(switch.switch_id, link_id, name, detail)

    def _alarm(self, switch_id: str, link_id: str, name: str, detail: str) -> Publish:
        told = Alarm(name, switch_id, link_id, detail, moment.text(self._now()))
        return envelope.document(self.topics.alarm, told, retain=False)

    def put(self, message: Publish) -> None:
        """Publish what is in memory only."""
        self.outbox.own.put(message)
        self._wake()

    def _wake(self) -> None:
        if self.service is not None:
            self.service.wake()

    def _refreshed(self) -> None:
        """Write all states again before the broker forgets them."""
        self._refresh = self._clock.callLater(REFRESH, self._refreshed)
        for switch in self._switches.values():
            switch.states.refresh()

    def _dropped(self, lost: list[Publication]) -> None:
        """Tell what had to go of that which is in memory only."""
        self.counters["lost"] += len(lost)
        self.log.error("passing messages dropped", dropped=len(lost))

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
        self._wake()

    # The session.

    def _daemon(self, state: Literal["online", "offline", "lost"]) -> DaemonStatus:
        return DaemonStatus(state, self._boot, self._since, self._version)

    @override
    def will(self) -> Will:
        payload = msgspec.json.encode(self._daemon("lost"))
        return Will(self.topics.status, payload, qos=1, retain=True, will_delay_interval=5)

    @override
    def birth(self, *, session_present: bool) -> Iterable[Publish]:
        for switch in self._switches.values():
            switch.states.everything()
        if self.service is not None and not (self._swept and session_present):
            self._swept = True
            self._clock.callLater(0, self._sweep.begin, self.service)
        return [self._online()]

    def _online(self) -> Publish:
        return envelope.document(self.topics.status, self._daemon("online"))

    @override
    def farewell(self) -> Iterable[Publish]:
        yield envelope.document(self.topics.status, self._daemon("offline"))

    @override
    def subscribed(self, token: Hashable, reasons: Any) -> None:
        refused = any(reason.value >= 0x80 for reason in reasons)
        if token == TOKEN:
            self._sweep.subscribed(refused=refused)
        elif refused:
            names = [reason.name for reason in reasons]
            self.log.error("subscription refused", wanted=token, reasons=names)

    # What the broker retains.

    def _retained_filters(self) -> list[str]:
        return [one for switch_id in self._switches for one in self.topics.retained(switch_id)]

    def _retained(self) -> set[str]:
        every = [switch.states.topics() for switch in self._switches.values()]
        return {topic for topics in every for topic in topics}

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
            if message.topic == self.topics.status:
                self._own_status.take(message)
            else:
                self._sweep.take(message)
            return
        switch = self._switches.get(asked.switch_id)
        if switch is None:
            return  # another daemon's
        taken = self._arrivals.take(asked, message, switch.gate)
        if taken is None:
            return
        command, route = taken
        match command.args:
            case Replay() as args:
                self._tell_again(
                    *(command, route),
                    lambda reader: ReplayPages(args, switch.stream, reader),
                )
            case Snapshot():
                self._tell_again(
                    *(command, route),
                    lambda reader: SnapshotPages(
                        command.command_id, switch.states, switch.stream, reader
                    ),
                )
            case _:
                switch.feed.feed(en.CommandArrived(command, route.kept))

    def _tell_again(
        self, command: Command, route: Route, pages: Callable[[Callable[[], Reader]], Pages]
    ) -> None:
        """Send what a client may see of what was told, or refuse to."""
        reader = partial(self.rights.reader, command.requester)
        error = self._again.begin(command, route, lambda: pages(reader))
        if error is None:
            return
        client, command_id = command.requester, command.command_id
        self._replies.withdraw(command.switch_id, client, command_id, route)
        self.put(
            rejected(route, command_id, Asked(command.switch_id, client, command.verb), error)
        )

    def _told_again(self, switch_id: str, reply: Reply) -> list[Publish]:
        switch = self._switches[switch_id]
        told = self.reply(switch, reply)
        self.replied(switch, reply)
        return told


def _nothing(*_: object) -> None:
    """Do nothing."""


def _why(reply: Reply) -> dict[str, str]:
    error = reply.result.error
    return {} if error is msgspec.UNSET else {"reason": error.detail}
