"""The client without I/O: messages in, typed values out.

Subscriptions come before commands: a command is not sent before the broker has answered for
every stream that was opened before it, so that its events are not missed.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from cti.client import actions as a
from cti.client import wire
from cti.client.asking import Asking
from cti.client.flows import Flows
from cti.client.mirror import Mirror
from cti.client.values import Changed
from cti.client.wire import Names, Place
from cti.northbound.documents import StateTold

SETTLED: Final = 1.0
"""Seconds without a retained state after which they are taken to be all."""
_MARK: Final = "mark"


class Core:
    """One application's view of one or all switches."""

    def __init__(self, names: Names) -> None:
        self.names: Final = names
        self.mirror: Final = Mirror()
        self.unreadable = 0
        """Messages that are none of the contract, or of a later one."""
        self._asking = Asking(names)
        self._flows = Flows(names)
        self._topics: Counter[str] = Counter({names.replies: 1})
        self._unanswered: set[str] = set()
        """Filters that the broker has not answered for."""
        self._up = False
        self._mirrored: tuple[str | None] | None = None
        self._settled = False

    @property
    def lost(self) -> int:
        """Ranges of events that could not be had."""
        return self._flows.lost

    def handle(self, event: a.Event) -> list[a.Action]:
        """Take one event and give what is to be done, in order. Raises nothing."""
        match event:
            case a.Arrived(topic, payload):
                return self._arrived(topic, payload)
            case a.Requested():
                return self._asking.ask(event)
            case a.Withdrawn(command_id):
                return self._asking.forget(command_id)
            case a.StreamOpened():
                return self._opened(event)
            case a.StreamClosed(stream):
                return self._closed(stream)
            case a.MirrorOpened(switch_id):
                return self._mirror(switch_id)
            case a.Connected():
                return self._connected()
            case a.Disconnected():
                return self._disconnected()
            case a.Subscribed():
                return self._subscribed(event)
            case a.Expired(timer):
                return self._expired(timer)

    # The connection.

    def _connected(self) -> list[a.Action]:
        self._up = True
        self._unanswered = set(self._topics)
        for flow in self._flows:
            flow.waiting = set(flow.topics)
        return [a.Subscribe(tuple(sorted(self._topics)))]

    def _disconnected(self) -> list[a.Action]:
        self._up = False
        self._unanswered.clear()
        actions = self._asking.down()
        for command_id in self._flows.disconnected():
            actions += self._asking.forget(command_id)
        if self._mirrored is not None:
            self.mirror.connected = False
            actions += [a.StopTimer(_MARK), a.Show(Changed("broker", "", ""))]
        return actions

    def _subscribed(self, event: a.Subscribed) -> list[a.Action]:
        if not self._up:
            return []
        actions: list[a.Action] = [
            a.Note(f"the broker refuses to let us read {topic}", warning=True)
            for topic in event.refused
        ]
        for flow in list(self._flows):
            if refused := flow.waiting & set(event.refused):
                actions.append(a.StreamFailed(flow.stream, f"may not read {min(refused)}"))
                actions += self._closed(flow.stream)
            elif flow.waiting and not (flow.waiting - set(event.topics)):
                actions.append(a.StreamReady(flow.stream))
            flow.waiting -= set(event.topics)
        return actions + self._answered(set(event.topics))

    def _answered(self, topics: set[str]) -> list[a.Action]:
        before = bool(self._unanswered)
        self._unanswered -= topics
        if not before or self._unanswered:
            return []
        actions = self._marked()
        actions += self._asking.up()
        return actions + self._all(self._flows.subscribed())

    def _subscribe(self, topics: tuple[str, ...]) -> list[a.Action]:
        self._topics.update(topics)
        if not self._up:
            return []
        self._unanswered |= set(topics)
        self._asking.hold()
        return [a.Subscribe(topics)]

    def _unsubscribe(self, topics: tuple[str, ...]) -> list[a.Action]:
        self._topics.subtract(topics)
        gone = tuple(topic for topic in topics if self._topics[topic] <= 0)
        for topic in gone:
            del self._topics[topic]
        if not gone or not self._up:
            return []
        return [a.Unsubscribe(gone), *self._answered(set(gone))]

    # Streams.

    def _opened(self, event: a.StreamOpened) -> list[a.Action]:
        flow = self._flows.open(event)
        if not flow.topics:
            self._flows.close(event.stream)
            return [a.StreamFailed(event.stream, "no event is of that kind")]
        if self._up:
            flow.waiting = set(flow.topics)
        return self._subscribe(flow.topics)

    def _closed(self, stream: int) -> list[a.Action]:
        flow, commands = self._flows.close(stream)
        actions = [one for command_id in commands for one in self._asking.forget(command_id)]
        return actions if flow is None else actions + self._unsubscribe(flow.topics)

    # Messages.

    def _arrived(self, topic: str, payload: bytes) -> list[a.Action]:
        place = self.names.place(topic)
        if place is None:
            return []
        try:
            match place.kind:
                case "event":
                    return self._all(self._flows.arrived(place.switch_id, wire.item(payload)))
                case "reply":
                    return self._reply(place, payload)
                case _:
                    return self._state(place, payload)
        except wire.Unreadable as error:
            self.unreadable += 1
            return [a.Note(f"unreadable message on {topic}: {error}")]

    def _reply(self, place: Place, payload: bytes) -> list[a.Action]:
        if place.id == _MARK:
            return self._shown()
        if not self._flows.replays(place.id):
            if (state := wire.told(payload)) is not None:
                return [*self._asking.goes_on(state.command_id), *self._sent_again(state)]
            return self._asking.answered(wire.answer(payload))
        try:
            item = wire.item(payload)
        except wire.Unreadable:
            return self._ends(self._asking.answered(wire.answer(payload)))
        told = self._all(self._flows.replayed(place.id, item))
        return [*self._asking.goes_on(place.id), *told]

    def _all(self, actions: list[a.Action | a.Requested]) -> list[a.Action]:
        """Give the commands among actions to where commands go."""
        told: list[a.Action] = []
        for action in actions:
            if isinstance(action, a.Requested):
                told += self._asking.ask(action)
            else:
                told.append(action)
        return told

    def _ends(self, actions: list[a.Action]) -> list[a.Action]:
        """Take the ends of replays; those of commands go on to whoever waits."""
        told: list[a.Action] = []
        for action in actions:
            if isinstance(action, a.Ended) and self._flows.replays(action.command_id):
                told += self._all(self._flows.ended(action.command_id, action.result))
            else:
                told.append(action)
        return told

    # States.

    def _mirror(self, switch_id: str | None) -> list[a.Action]:
        if self._mirrored is not None:
            return [a.MirrorReady()] if self._settled else []
        self._mirrored = (switch_id,)
        return self._subscribe(self.names.states(switch_id))

    def _marked(self) -> list[a.Action]:
        """Ask to be told when all retained states have come: a message of our own follows."""
        if self._mirrored is None or self.mirror.connected:
            return []
        self.mirror.connected = True
        mark = self.names.reply(self._mirrored[0] or "any", _MARK)
        return [
            a.Show(Changed("broker", "", "")),
            a.Send(mark, b"", 1),
            a.StartTimer(_MARK, SETTLED),
        ]

    def _shown(self) -> list[a.Action]:
        if self._mirrored is None or not self.mirror.connected or self._settled:
            return []
        self._settled = True
        return [a.StopTimer(_MARK), a.MirrorReady()]

    def _state(self, place: Place, payload: bytes) -> list[a.Action]:
        changed = self.mirror.take(place, wire.state(place.kind, payload) if payload else None)
        actions: list[a.Action] = [] if changed is None else [a.Show(changed)]
        if not self._settled and self.mirror.connected:
            actions.append(a.StartTimer(_MARK, SETTLED))
        return actions

    def _sent_again(self, told: StateTold) -> list[a.Action]:
        """Take a state out of a ``snapshot``: for brokers that retain nothing for wildcards."""
        place = self.names.place(told.topic)
        if place is None or place.kind in ("event", "reply") or self._mirrored is None:
            return []
        return self._state(place, bytes(told.state))

    # Time.

    def _expired(self, timer: object) -> list[a.Action]:
        match timer:
            case ("silence", str(command_id)):
                return self._asking.silent(command_id)
            case ("deadline", str(command_id)):
                return self._ends(self._asking.expired(command_id))
            case ("again", int(stream), str(switch_id)) if self._up:
                return self._all(self._flows.again(stream, switch_id))
            case "mark":
                return self._shown()
            case _:
                return []
