"""Replies: where the answer to a command goes, and what it looks like."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec
from msgspec import UNSET, Struct

from cti.desk import Reply
from cti.model.commands import Command, EndState
from cti.model.errors import Error
from cti.mqtt.packets import Publish
from cti.northbound.documents import ReplyBody
from cti.northbound.topics import Asked, Topics

ROUTES: Final = 20_000
"""Commands whose way back is remembered."""


class Route(Struct, frozen=True, gc=False):
    """Where the reply to a command goes."""

    topic: str
    qos: int
    correlation: bytes | None
    at: float
    """When the command arrived, on the clock that never goes back."""


class Replies:
    """The ways back of the commands of one daemon."""

    def __init__(
        self, topics: Topics, put: Callable[[Publish], object], seconds: Callable[[], float]
    ) -> None:
        """``put`` takes what is to be published; ``seconds`` is a clock."""
        self._topics = topics
        self._put = put
        self._seconds = seconds
        self._routes: dict[tuple[str, str, str], list[Route]] = {}

    def route(self, asked: Asked, message: Publish) -> Route:
        """Find the way back; a response topic counts only below the client's own branch."""
        topic = message.response_topic
        if topic is None or not self._topics.may_reply(topic, asked.switch_id, asked.client):
            topic = self._topics.reply(asked.switch_id, asked.client, asked.verb)
        return Route(topic, min(message.qos, 1), message.correlation_data, self._seconds())

    def expect(self, switch_id: str, command: Command, route: Route) -> None:
        """Remember the way back of a command that goes on."""
        key = (switch_id, command.requester, command.command_id)
        self._routes.setdefault(key, []).append(route)
        while len(self._routes) > ROUTES:
            del self._routes[next(iter(self._routes))]

    def ended(self, switch_id: str, reply: Reply) -> float:
        """Answer everybody who waits for this command; give the seconds that it took."""
        routes = self._routes.pop((switch_id, reply.requester, reply.command_id), [])
        if not routes:
            topic = self._topics.reply(switch_id, reply.requester, reply.verb)
            routes = [Route(topic, 1, None, self._seconds())]
        told = reply.result
        if told.error is not UNSET:
            body = _refusal(reply.command_id, reply.verb, told.status, told.error)
        else:
            result = {} if told.result is UNSET else told.result
            body = ReplyBody(reply.command_id, reply.verb, told.status, result=result)
        for route in routes:
            self._answer(route, body)
        return self._seconds() - routes[0].at

    def rejected(self, route: Route, command_id: str, asked: Asked, error: Error) -> None:
        """Answer a command that goes no further."""
        self._answer(route, _refusal(command_id, asked.verb, EndState.REJECTED, error))

    def _answer(self, route: Route, body: ReplyBody) -> None:
        failed = body.error is not UNSET
        self._put(
            Publish(
                route.topic,
                msgspec.json.encode(body),
                qos=route.qos,
                content_type="application/problem+json" if failed else "application/json",
                payload_format_indicator=1,
                correlation_data=route.correlation,
            )
        )


def _refusal(command_id: str, verb: str, status: EndState, error: Error) -> ReplyBody:
    return ReplyBody(command_id, verb, status, error=error.problem(command_id))
