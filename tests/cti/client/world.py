"""A broker and a bridge in memory around the core of a client, on a clock of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable
from typing import Any

import msgspec
from paho.mqtt.client import topic_matches_sub as matches

from cti.client import actions as a
from cti.client.core import Core
from cti.client.filters import Filter
from cti.client.values import Gap, Told
from cti.client.wire import Names
from cti.model import events as ev
from cti.model.commands import Args, Replay
from cti.model.errors import Error, ErrorClass
from cti.model.states import DeviceType, Origin
from cti.northbound import envelope
from cti.northbound.documents import ReplyBody, ReplyStatus
from cti.northbound.topics import Topics

TOPICS = Topics("cti", "d1")
BRANCH = "cti/v1/hq/reply/app/i/"


def hook(number: int, device: str = "201") -> ev.DeviceHookChanged:
    """Make an event that is told apart by a number."""
    return ev.DeviceHookChanged(
        switch_id="hq",
        link_id="main",
        epoch=1,
        seq=number,
        sub=0,
        id=f"main:1:{number}:0",
        ts_received="2026-01-01T00:00:00Z",
        origin=Origin.REPORTED,
        device_id=device,
        version=number,
        type=DeviceType.STATION,
        on_hook=True,
    )


def digits(number: int, call: str, version: int) -> ev.CallDigits:
    """Make an event of a call."""
    return ev.CallDigits(
        switch_id="hq",
        link_id="main",
        epoch=1,
        seq=number,
        sub=0,
        id=f"main:1:{number}:0",
        ts_received="2026-01-01T00:00:00Z",
        origin=Origin.REPORTED,
        call_id=call,
        thread_id="t",
        call_version=version,
        device_id=None,
        digits="1",
    )


class World:
    """A client without a network. What the bridge answers is chosen by ``answer``."""

    def __init__(self) -> None:
        self.core = Core(Names("cti", "app", "i"))
        self._inputs: list[a.Event] = []
        self.up = False
        self.session: set[str] = set()
        """Filters that the broker knows."""
        self.asked: list[tuple[str, ...]] = []
        """Subscriptions without an answer."""
        self.retained: dict[str, bytes] = {}
        self.journal: list[ev.Event] = []
        """Everything that was published; the offset is the place, from 1."""
        self.told: dict[int, list[Any]] = {}
        self.ready: set[int] = set()
        self.failed: dict[int, str] = {}
        self.ended: dict[str, Any] = {}
        self.sent: list[a.Send] = []
        self.notes: list[str] = []
        self.shown: list[Any] = []
        self.mirrored = 0
        self.now = 0.0
        self.progress: list[tuple[str, str]] = []
        self.timers: dict[Hashable, float] = {}
        self.answer: Callable[[a.Send], None] = self.carry_out
        self.first = 1
        """First offset that the journal still has."""
        self.most = 3
        """Events that one replay sends."""
        self.drops = 0
        """Events of a replay that the broker drops."""

    # The client.

    def feed(self, event: a.Event) -> None:
        self._inputs.append(event)
        if len(self._inputs) > 1:
            return  # what an action leads to comes after all actions
        while self._inputs:
            for action in self.core.handle(self._inputs[0]):
                self._perform(action)
            del self._inputs[0]

    def open(self, stream: int = 1, after: int | None = None, **wanted: Any) -> list[Any]:
        self.told[stream] = []
        self.feed(a.StreamOpened(stream, Filter(**wanted), "hq", after))
        return self.told[stream]

    def command(
        self, args: Args, command_id: str = "c1", seconds: float = 10.0, **more: bool
    ) -> None:
        self.feed(a.Requested(command_id, "hq", args, seconds, **more))

    def numbers(self, stream: int = 1) -> list[int]:
        """Give the offsets of what a stream was told."""
        return [one.offset for one in self.told[stream] if isinstance(one, Told)]

    def gaps(self, stream: int = 1) -> list[Gap]:
        return [one for one in self.told[stream] if isinstance(one, Gap)]

    def _perform(self, action: a.Action) -> None:
        match action:
            case a.Subscribe(topics):
                assert self.up
                self.asked.append(topics)
            case a.Unsubscribe(topics):
                self.session -= set(topics)
            case a.Send():
                assert self.up
                self.sent.append(action)
                self.answer(action)
            case a.Progressed(command_id, step):
                self.progress.append((command_id, step))
            case a.StartTimer(timer, seconds):
                self.timers[timer] = self.now + seconds
            case a.StopTimer(timer):
                self.timers.pop(timer, None)
            case a.Deliver(stream, value):
                self.told[stream].append(value)
            case a.StreamReady(stream):
                self.ready.add(stream)
            case a.StreamFailed(stream, detail):
                self.failed[stream] = detail
            case a.Ended(command_id, result):
                assert command_id not in self.ended
                self.ended[command_id] = result
            case a.Show(changed):
                self.shown.append(changed)
            case a.MirrorReady():
                self.mirrored += 1
            case a.Note(text):
                self.notes.append(text)

    # The broker.

    def connect(self, *, session: bool = True) -> None:
        if not session:
            self.session.clear()
        self.up = True
        self.feed(a.Connected())

    def disconnect(self) -> None:
        self.up = False
        self.asked.clear()
        self.feed(a.Disconnected())

    def grant(self, *refused: str) -> None:
        """Answer the oldest subscription, and send what is retained."""
        if not self.asked:
            return
        topics = self.asked.pop(0)
        self.session |= set(topics) - set(refused)
        self.feed(a.Subscribed(topics, tuple(one for one in topics if one in refused)))
        for topic, payload in list(self.retained.items()):
            if any(matches(one, topic) for one in topics):
                self.feed(a.Arrived(topic, payload))

    def start(self) -> None:
        self.connect()
        while self.asked:
            self.grant()

    def deliver(self, topic: str, payload: bytes) -> None:
        if self.up and any(matches(one, topic) for one in self.session):
            self.feed(a.Arrived(topic, payload))

    def send_event(self, offset: int) -> None:
        message = envelope.publication(TOPICS, self.journal[offset - 1], offset)
        self.deliver(message.topic, message.payload)

    def publish(self, event: ev.Event, *, lose: bool = False) -> int:
        self.journal.append(event)
        offset = len(self.journal)
        if not lose:
            self.send_event(offset)
        return offset

    # The bridge.

    def carry_out(self, message: a.Send) -> None:
        """Answer a command: replay from the journal, everything else with success."""
        if message.topic.endswith("/mark") or message.response_topic is None:
            self.deliver(message.topic, message.payload)
            return
        verb = message.topic.rpartition("/")[2]
        body = json.loads(message.payload)
        if verb == "replay":
            self._replay(message, msgspec.convert(body["args"], Replay))
            return
        self.reply(message, {})

    def _replay(self, message: a.Send, args: Replay) -> None:
        if args.from_ < self.first:
            error = Error(ErrorClass.GONE, "gone", first_offset=self.first)
            self.reply(message, error=error, status=ReplyStatus.REJECTED)
            return
        assert message.response_topic is not None
        newest = len(self.journal)
        last = min(args.to, newest, args.from_ + self.most - 1)
        going = range(args.from_, last + 1)
        for offset in list(going)[: len(going) - self.drops]:
            told = envelope.publication(TOPICS, self.journal[offset - 1], offset)
            self.deliver(message.response_topic, told.payload)
        sent = {"from": args.from_, "to": last, "events": len(going), "newest": newest}
        self.reply(message, sent)

    def reply(
        self,
        message: a.Send,
        result: dict[str, Any] | None = None,
        error: Error | None = None,
        status: ReplyStatus = ReplyStatus.SUCCEEDED,
        *,
        final: bool = True,
    ) -> None:
        """Reply to a command."""
        body = json.loads(message.payload)
        verb = message.topic.rpartition("/")[2]
        told = ReplyBody(
            body["command_id"],
            verb,
            status,
            final,
            result=msgspec.UNSET if result is None else result,
            error=msgspec.UNSET if error is None else error.problem(body["command_id"]),
        )
        assert message.response_topic is not None
        self.deliver(message.response_topic, msgspec.json.encode(told))

    def refuse(
        self, message: a.Send, kind: ErrorClass, status: ReplyStatus = ReplyStatus.REJECTED
    ) -> None:
        self.reply(message, error=Error(kind, "no"), status=status)

    def silent(self, message: a.Send) -> None:
        """Say nothing."""

    # Time.

    def advance(self, seconds: float) -> None:
        end = self.now + seconds
        while due := [one for one in self.timers.items() if one[1] <= end]:
            timer, at = min(due, key=lambda one: one[1])
            self.now = max(self.now, at)
            del self.timers[timer]
            self.feed(a.Expired(timer))
        self.now = end
