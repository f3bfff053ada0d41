"""A north that notes what it is told, in the order in which it is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cti.desk import Progress, Reply
from cti.model import events as ev
from cti.model.capabilities import Capabilities
from cti.mqtt.packets import Publish
from cti.northbound import envelope
from cti.northbound.topics import Topics

TOPICS = Topics("cti", "d1")


class Ear:
    """What a runner gives its output to."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def event(self, event: ev.Event, offset: int) -> Publish:
        return envelope.publication(TOPICS, event, offset)

    def copies(self, event: ev.Event, written: Publish) -> Sequence[Publish]:
        return ()

    def reply(self, reply: Reply | Progress) -> Sequence[Publish]:
        return ()

    def notice(self, link_id: str, name: str, detail: str) -> Publish:
        return Publish(TOPICS.alarm, detail.encode(), qos=1)

    def published(self, event: ev.Event) -> None:
        self.told.append(event)

    def replied(self, reply: Reply) -> None:
        self.told.append(reply)

    def refused(self, reply: Reply) -> None:
        self.told.append(reply)

    def capabilities(self, link_id: str, capabilities: Capabilities) -> None:
        self.told.append((link_id, capabilities))

    def alarm(self, link_id: str, name: str, detail: str) -> None:
        self.told.append((link_id, name, detail))
