"""Retained states: what changed is written again, at most a tenth of a second late.

A state is written after the events that changed it. It carries the offset of the last event
that it includes: events up to there need not be added to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final, Protocol, TypeAlias

import msgspec

from cti import engine as en
from cti import moment
from cti.model import events as ev
from cti.model.objects import Agent, Device, Queue
from cti.model.states import LinkState
from cti.mqtt.application import Clock, Delayed
from cti.mqtt.packets import Publish
from cti.northbound import envelope
from cti.northbound.documents import LinkInfo, LinkStatus, SwitchInfo
from cti.northbound.masks import Mask
from cti.northbound.topics import Topics
from cti.store.stream import Stream
from cti.tracker import pictures

Picture: TypeAlias = Device | Agent | Queue

COALESCE: Final = 0.1
"""Seconds a retained state may lag behind its events."""
RARELY: Final = 1.0
"""Seconds where the process is behind with its work."""
EXPIRY: Final = 86_400
"""Seconds after which the broker forgets a retained state that nobody refreshed."""
SLICE: Final = 500
"""States that are written at once: more follow after ``pace``."""


class Feed(Protocol):
    """The runner of a switch, as the north uses it."""

    @property
    def engine(self) -> en.Engine:
        """The Engine that it runs."""

    def feed(self, event: en.Event) -> None:
        """Give the Engine an input, now."""

    def settled(self, then: Callable[[], object]) -> None:
        """Call when all that the Engine did until now may be told."""


class States:
    """The retained states of one switch."""

    def __init__(
        self,
        feed: Feed,
        vendor: str,
        topics: Topics,
        clock: Clock,
        stream: Stream,
        now: Callable[[], int],
        boot: str,
        mask: Mask,
    ) -> None:
        self.engine: Final = feed.engine
        self.pace = COALESCE
        """Seconds a state may lag behind now."""
        self._feed = feed
        self._vendor = vendor
        self._topics = topics
        self._clock = clock
        self._stream = stream
        self._put = stream.state
        self._now = now
        self._boot = boot
        self._mask = mask
        self._links: dict[str, LinkStatus] = {}
        self._dirty: dict[tuple[str, str], None] = {}
        """Kind and id of what changed, in order."""
        self._timer: Delayed | None = None
        for link in self.engine.links.values():
            self._put(self._link(link.link_id, link.state, link.epoch, ""))

    # What changes.

    def changed(self, event: ev.Event) -> None:
        """Mark the states that an event changes; a link's is written at once."""
        match event:
            case ev.LinkStateChanged(link_id=link_id, state=state, epoch=epoch, reason=reason):
                self._put(self._link(link_id, state, epoch, reason))
            case ev.ConnectionEvent():
                self._touch_call(event.call_id, event.device_id)
            case ev.CallEvent():
                self._touch_call(event.call_id)
            case ev.AgentEvent(agent_id=agent_id, device_id=device_id):
                self._touch("agent", agent_id)
                if device_id is not None:
                    self._touch("device", device_id)
            case (
                ev.DeviceEvent(device_id=device_id) | ev.MonitorEvent(device_id=str(device_id))
            ):
                self._touch("device", device_id)
            case ev.QueueUpdated(queue_id=queue_id):
                self._touch("queue", queue_id)
            case _:
                pass

    def informed(self) -> None:
        """Write what the switch is and can do."""
        self._put(self._info())

    def forget_link(self, link_id: str) -> None:
        """Take the status of a link back that is no more."""
        if self._links.pop(link_id, None) is not None:
            topic = self._topics.link_status(self.engine.switch_id, link_id)
            self._feed.settled(partial(self._put, Publish(topic, b"", qos=1, retain=True)))
        self.informed()

    def refresh(self) -> None:
        """Write all states again, before the broker forgets them."""
        for kind, object_id in self.objects():
            self._touch(kind, object_id)

    def everything(self) -> None:
        """Write all that is retained, for a broker that may know nothing."""
        self._feed.settled(self._everything)

    def _everything(self) -> None:
        for message in self.standing():
            self._put(message)
        self.refresh()

    def standing(self) -> Iterator[Publish]:
        """Give what is retained besides the states of objects."""
        yield self._info()
        for link_id, status in self._links.items():
            yield self._status(link_id, status)

    def flush(self, most: int | None = None) -> None:
        """Write what changed, or the first so many of it."""
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        self._timer = None
        going = list(self._dirty)[:most]
        for one in going:
            del self._dirty[one]
        if self._dirty:
            self._timer = self._clock.callLater(self.pace, self.flush, SLICE)
        if going:
            self.show(going, self._put_all)

    def show(
        self, objects: Sequence[tuple[str, str]], then: Callable[[list[Publish]], object]
    ) -> None:
        """Write the states of objects as they are now, when all that they include is told."""
        shown = [(*one, self.picture(*one)) for one in objects]
        self._feed.settled(lambda: then(self._documents(shown)))

    def _documents(self, shown: list[tuple[str, str, Picture | None]]) -> list[Publish]:
        return [
            self.document(kind, object_id, picture)
            for kind, object_id, picture in shown
            if picture is not None
        ]

    def _put_all(self, states: list[Publish]) -> None:
        for message in states:
            self._put(message)

    def document(self, kind: str, object_id: str, picture: Picture) -> Publish:
        """Make the message of a state that is true at all that is told."""
        picture = msgspec.structs.replace(picture, offset=self._stream.released)
        topic = self._topics.state(self.engine.switch_id, kind, object_id)
        return envelope.document(topic, self._mask.of(picture), expiry=EXPIRY)

    # How it is told.

    def _touch_call(self, call_id: str, device_id: str | None = None) -> None:
        book = self.engine.tracker.book
        touched = set() if device_id is None else {device_id}
        call = book.calls.by_id(call_id)
        if call is not None:
            touched |= {leg.device_id for leg in call.legs.values()}
        for device in sorted(touched):
            if device in book.devices:
                self._touch("device", device)

    def _touch(self, kind: str, object_id: str) -> None:
        self._dirty[kind, object_id] = None
        if self._timer is None:
            self._timer = self._clock.callLater(self.pace, self.flush, SLICE)

    def objects(self) -> Iterator[tuple[str, str]]:
        """Give kind and id of everything that has a state."""
        book = self.engine.tracker.book
        yield from (("device", one) for one in list(book.devices))
        yield from (("agent", one) for one in list(book.agents))
        yield from (("queue", one) for one in list(book.queues))

    def topics(self) -> Iterator[str]:
        """Give every topic on which something is retained."""
        switch_id = self.engine.switch_id
        yield self._topics.info(switch_id)
        yield from (self._topics.link_status(switch_id, one) for one in self._links)
        yield from (self._topics.state(switch_id, *one) for one in self.objects())

    def picture(self, kind: str, object_id: str) -> Picture | None:
        """Show an object as the Engine knows it now."""
        book = self.engine.tracker.book
        match kind:
            case "device":
                views = self.engine.desk.links.values()
                capabilities = next((view.capabilities for view in views), None)
                return pictures.device(book, object_id, capabilities)
            case "agent":
                return pictures.agent(book, object_id)
            case _:
                return pictures.queue(book, object_id)

    def _link(self, link_id: str, state: LinkState, epoch: int, reason: str) -> Publish:
        since = moment.text(self._now())
        status = self._links[link_id] = LinkStatus(state, epoch, since, reason, self._boot)
        return self._status(link_id, status)

    def _status(self, link_id: str, status: LinkStatus) -> Publish:
        topic = self._topics.link_status(self.engine.switch_id, link_id)
        return envelope.document(topic, status)

    def _info(self) -> Publish:
        views = self.engine.desk.links
        info = SwitchInfo(
            switch=self.engine.switch_id,
            vendor=self._vendor,
            schema="v1",
            links={name: LinkInfo(view.capabilities) for name, view in views.items()},
        )
        return envelope.document(self._topics.info(self.engine.switch_id), info)
