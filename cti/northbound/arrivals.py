"""Commands on their way in: each is judged once, and every judgement is told once.

What is told is one line of the log, and one message for those who watch the bridge (the
audit topic). A command that is refused is answered here; what is returned may be carried out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import structlog
from msgspec import UNSET

from cti import moment
from cti.model.commands import Command, Private
from cti.model.errors import Error, ErrorClass
from cti.mqtt.packets import Publish
from cti.northbound import envelope, requests
from cti.northbound.documents import Audit
from cti.northbound.masks import Mask
from cti.northbound.replies import Replies, Route, rejected
from cti.northbound.topics import Asked, Topics
from cti.overload import Level, shed
from cti.rights import Decision, Place, Rights, denial
from cti.safe import discreet

LONGEST_CORRELATION: Final = 256
"""Octets of correlation data."""

WINDOW: Final = 60 * moment.SECOND
"""How old a command may be that tells when it was given."""

_CLIENT: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
"""Form of a client's name. Any other could be read as somebody else's."""


class Gate:
    """What a switch lends to the judges of its commands."""

    __slots__ = ("known", "mask", "place", "since")

    def __init__(
        self,
        place: Place,
        known: Callable[[str, str, int], bool],
        mask: Mask,
        since: int = 0,
    ) -> None:
        """``known`` tells whether a client's command id was taken before a moment.

        What was taken before ``since`` is not known. ``mask`` is that of replies.
        """
        self.place = place
        self.known = known
        self.mask = mask
        self.since = since


class Arrivals:
    """Takes the messages on command topics."""

    def __init__(
        self,
        topics: Topics,
        rights: Rights,
        replies: Replies,
        counters: dict[str, int],
        put: Callable[[Publish], object],
        now: Callable[[], int],
        boot: str,
    ) -> None:
        """``counters`` has ``commands``, ``denied`` and ``bad``; ``put`` takes messages."""
        self.counters: Final = counters
        self.first: Callable[[str, str, str], object] = _nothing
        """Told of switch, client and class when a client reaches a class of destinations
        outside for the first time."""
        self.level = Level.NORMAL
        """How much the process is behind."""
        self._topics = topics
        self._rights = rights
        self._replies = replies
        self._put = put
        self._now = now
        self._boot = boot
        self._log: Any = structlog.get_logger("cti.audit")

    def take(self, asked: Asked, message: Publish, gate: Gate) -> tuple[Command, Route] | None:
        """Give the command of a message if it may be carried out, and how it is answered."""
        if message.retain:
            if not message.payload:
                return None  # somebody clears the topic
            self._put(Publish(message.topic, b"", qos=1, retain=True))
        self.counters["commands"] += 1
        at = self._now()
        route = self._replies.route(asked, message)
        read: Command | None = None
        if not _CLIENT.fullmatch(asked.client):
            error = Error(ErrorClass.NOT_PERMITTED, "no name of a client")
            self._tell(asked, "", denial("client", error), at)
            return None  # an answer would go to a topic of the sender's making
        command_id = ""
        if (error_ := self._rights.arrived(asked.client, at)) is not None:
            command_id = requests.command_id(message.payload)
            decision = denial("budget.commands_per_second", error_)
        elif message.retain:
            error_ = Error(ErrorClass.RETAINED, "commands must not be retained messages")
            decision = denial("retained", error_)
        else:
            try:
                read = requests.read(asked, message.payload)
            except requests.BadRequest as bad:
                self.counters["bad"] += 1
                command_id = bad.command_id
                decision = denial("request", bad.error)
            else:
                command_id = read.command_id
                decision = self._judge(read, route, message, gate, at)
        decision = gate.mask.of(decision)
        self._tell(asked, command_id, decision, at, read)
        for kind in decision.first:
            self.first(asked.switch_id, asked.client, kind.value)
        if decision.error is None and read is not None:
            self._replies.expect(asked.switch_id, asked.client, command_id, route)
            return read, route
        self._refuse(asked, route, command_id, decision)
        return None

    def _judge(
        self, command: Command, route: Route, message: Publish, gate: Gate, at: int
    ) -> Decision:
        if message.response_topic is not None and route.topic != message.response_topic:
            detail = "response topic outside the client's own reply branch"
            error = Error(ErrorClass.INVALID_ARGUMENT, detail, "response_topic")
            return denial("response_topic", error, command)
        if len(message.correlation_data or b"") > LONGEST_CORRELATION:
            detail = f"more than {LONGEST_CORRELATION} octets"
            error = Error(ErrorClass.INVALID_ARGUMENT, detail, "correlation_data")
            return denial("correlation_data", error, command)
        repeated = gate.known(command.requester, command.command_id, at)
        if not repeated and (error_ := _untimely(command, gate.since, at)) is not None:
            return denial("issued_at", error_, command)
        if not repeated and (error_ := shed(self.level, command.verb, at)) is not None:
            return denial("overload", error_, command)
        return self._rights.judge(command, gate.place, at, repeated=repeated)

    def _refuse(self, asked: Asked, route: Route, command_id: str, decision: Decision) -> None:
        error = decision.error
        if error is None:
            return
        if error.kind in (ErrorClass.NOT_PERMITTED, ErrorClass.RESOURCE_LIMIT):
            self.counters["denied"] += 1
        self._put(rejected(route, command_id, asked, error))

    def _tell(
        self,
        asked: Asked,
        command_id: str,
        decision: Decision,
        at: int,
        command: Command | None = None,
    ) -> None:
        error = decision.error
        payload: Any = UNSET
        if command is not None and isinstance(command.args, Private):
            payload = discreet(command.args.payload)
        told = Audit(
            at=moment.text(at),
            boot=self._boot,
            switch=asked.switch_id,
            principal=asked.client[:64],
            verb=asked.verb[:64],
            command_id=command_id,
            decision="allowed" if error is None else "denied",
            rule=decision.rule,
            devices=decision.devices,
            destinations=tuple(kind.value for kind in decision.destinations),
            error=UNSET if error is None else error.kind.value,
            reason=UNSET if error is None else error.detail,
            payload=payload,
        )
        self._put(envelope.document(self._topics.audit, told, retain=False))
        self._log.info(
            told.decision,
            switch=told.switch,
            client=told.principal,
            verb=told.verb,
            command=told.command_id,
            devices=list(told.devices),
            rule=told.rule,
            **({} if error is None else {"reason": error.detail}),
        )


def _untimely(command: Command, since: int, at: int) -> Error | None:
    """Tell whether a command is too old, if it tells how old it is."""
    issued = command.issued_at
    if issued is UNSET:
        return None
    seconds = abs(at - issued) / moment.SECOND
    if issued > at + WINDOW:
        detail = f"{seconds:.0f} s from now: is the clock right?"
        return Error(ErrorClass.INVALID_ARGUMENT, detail, "issued_at")
    if issued < max(at - WINDOW, since):
        detail = f"given {seconds:.0f} s ago: too late to carry it out"
        return Error(ErrorClass.TIMEOUT, detail, "issued_at")
    return None


def _nothing(*_: object) -> None:
    """Do nothing."""
