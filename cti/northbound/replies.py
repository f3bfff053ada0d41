"""Replies: where the answer to a command goes, and what it looks like."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec
from msgspec import UNSET, Struct

from cti.desk import Progress, Reply
from cti.model.commands import EndState
from cti.model.errors import Error
from cti.mqtt.packets import Publish
from cti.northbound.documents import ReplyBody, ReplyStatus
from cti.northbound.topics import Asked, Topics

_KEPT: Final = msgspec.msgpack.Decoder(tuple[str, int, bytes | None])
ROUTES: Final = 20_000
"""Commands whose way back is remembered."""


class Route(Struct, frozen=True, gc=False):
    """Where the reply to a command goes."""

    topic: str
    qos: int
    correlation: bytes | None
    at: float
    """When the command arrived, on the clock that never goes back."""

    @property
    def kept(self) -> bytes:
        """How it is stored with the command."""
        return msgspec.msgpack.encode((self.topic, self.qos, self.correlation))


class Replies:
    """The ways back of the commands of one daemon."""

    def __init__(self, topics: Topics, seconds: Callable[[], float]) -> None:
        """``seconds`` is a clock."""
        self._topics = topics
        self._seconds = seconds
        self._took: dict[tuple[str, str, str], float] = {}
        self._routes: dict[tuple[str, str, str], list[Route]] = {}

    def route(self, asked: Asked, message: Publish) -> Route:
        """Find the way back; a response topic counts only below the client's own branch."""
        topic = message.response_topic
        if topic is None or not self._topics.may_reply(topic, asked.switch_id, asked.client):
            topic = self._topics.reply(asked.switch_id, asked.client, asked.verb)
        return Route(topic, min(message.qos, 1), message.correlation_data, self._seconds())

    def expect(self, switch_id: str, client: str, command_id: str, route: Route) -> None:
        """Remember the way back of a command that goes on."""
        self._routes.setdefault((switch_id, client, command_id), []).append(route)
        while len(self._routes) > ROUTES:
            del self._routes[next(iter(self._routes))]

    def withdraw(self, switch_id: str, client: str, command_id: str, route: Route) -> None:
        """Forget one way back: its sender is answered otherwise."""
        routes = self._routes.get((switch_id, client, command_id), [])
        if route in routes:
            routes.remove(route)

    def recall(self, switch_id: str, client: str, command_id: str, kept: bytes) -> None:
        """Remember a way back that an earlier life stored."""
        try:
            topic, qos, correlation = _KEPT.decode(kept)
        except msgspec.MsgspecError:
            return  # the reply goes where it goes when nothing is asked for
        route = Route(topic, qos, correlation, self._seconds())
        self.expect(switch_id, client, command_id, route)

    def took(self, switch_id: str, reply: Reply) -> float:
        """Give the seconds from the arrival of a command to its written end, once."""
        return self._took.pop((switch_id, reply.requester, reply.command_id), 0.0)

    def goes_on(self, switch_id: str, told: Progress) -> list[Publish]:
        """Tell everybody who waits for a command how far it is."""
        routes = self._routes.get((switch_id, told.requester, told.command_id), ())
        body = ReplyBody(
            *(told.command_id, told.verb, ReplyStatus.ACCEPTED),
            final=False,
            result={"step": told.step},
        )
        return [answer(route, body) for route in routes]

    def ended(self, switch_id: str, reply: Reply) -> list[Publish]:
        """Give the answers to everybody who waits for this command."""
        routes = self._routes.pop((switch_id, reply.requester, reply.command_id), [])
        if not routes:
            topic = self._topics.reply(switch_id, reply.requester, reply.verb)
            routes = [Route(topic, 1, None, self._seconds())]
        key = (switch_id, reply.requester, reply.command_id)
        self._took[key] = self._seconds() - routes[0].at
        told = reply.result
        if told.error is not UNSET:
            body = _refusal(reply.command_id, reply.verb, told.status, told.error)
        else:
            result = {} if told.result is UNSET else told.result
            status = ReplyStatus(told.status.value)
            body = ReplyBody(reply.command_id, reply.verb, status, result=result)
        return [answer(route, body) for route in routes]


def rejected(route: Route, command_id: str, asked: Asked, error: Error) -> Publish:
    """Make the answer to a command that goes no further."""
    return answer(route, _refusal(command_id, asked.verb, EndState.REJECTED, error))


def answer(route: Route, body: ReplyBody) -> Publish:
    """Make an answer."""
    failed = body.error is not UNSET
    return Publish(
        route.topic,
        msgspec.json.encode(body),
        qos=route.qos,
        content_type="application/problem+json" if failed else "application/json",
        payload_format_indicator=1,
        correlation_data=route.correlation,
    )


def _refusal(command_id: str, verb: str, status: EndState, error: Error) -> ReplyBody:
    problem = error.problem(command_id)
    return ReplyBody(command_id, verb, ReplyStatus(status.value), error=problem)
