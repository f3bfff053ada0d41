"""Commands on their way: sent, sent again on silence with the same id, ended once.

The bridge remembers each id with its reply, so sending again carries nothing out twice.
"""

from __future__ import annotations

from typing import Final

from msgspec import UNSET

from cti.client import actions as a
from cti.client import wire
from cti.client.errors import ended, unanswered
from cti.client.wire import Names
from cti.model.commands import EndState, Replay

SILENCE: Final = (1.0, 2.0, 4.0)
"""Seconds before a command is sent again; the last one goes on."""
GRACE: Final = 2.0
"""Seconds after the deadline in which the bridge tells how it ended."""


class _Asked:
    __slots__ = ("here", "payload", "request", "sent", "topic", "verb")

    def __init__(self, request: a.Requested, verb: str, topic: str, payload: bytes) -> None:
        self.request: Final = request
        self.verb: Final = verb
        self.topic: Final = topic
        self.payload: Final = payload
        self.sent = 0
        self.here = False
        """Whether it was sent on this connection."""


class Asking:
    """The commands of one client that have no reply yet."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._asked: dict[str, _Asked] = {}
        self._up = False

    def up(self) -> list[a.Action]:
        """Take that commands can be sent and replies heard; send what was not yet."""
        self._up = True
        waiting = [asked for asked in self._asked.values() if not asked.here]
        return [one for asked in waiting for one in self._send(asked)]

    def hold(self) -> None:
        """Send nothing until ``up``: a subscription comes first."""
        self._up = False

    def down(self) -> list[a.Action]:
        """Take that the connection is lost."""
        self._up = False
        for asked in self._asked.values():
            asked.here = False
        return [a.StopTimer(("silence", name)) for name in self._asked]

    def ask(self, request: a.Requested) -> list[a.Action]:
        """Give a command."""
        try:
            verb, payload = wire.request(
                request.command_id,
                request.args,
                max(1, round(request.seconds * 1000)),
                request.expect_version,
                confirm=request.confirm,
                progress=request.progress,
            )
        except ValueError as error:
            return [a.Ended(request.command_id, error)]
        topic = self._names.command(request.switch_id, verb)
        asked = self._asked[request.command_id] = _Asked(request, verb, topic, payload)
        deadline = a.StartTimer(("deadline", request.command_id), request.seconds + GRACE)
        return [deadline, *(self._send(asked) if self._up else ())]

    def forget(self, command_id: str) -> list[a.Action]:
        """Wait for a reply no longer."""
        if self._asked.pop(command_id, None) is None:
            return []
        return [a.StopTimer((word, command_id)) for word in ("deadline", "silence")]

    def answered(self, answer: wire.Answer) -> list[a.Action]:
        """Take a reply; one that nobody waits for is nothing."""
        asked = self._asked.get(answer.command_id)
        if asked is None:
            return []
        if not answer.final:
            told = a.Progressed(answer.command_id, wire.step(answer.result))
            return [a.StartTimer(("silence", answer.command_id), SILENCE[-1]), told]
        done: Exception | object
        status = EndState(answer.status.value)
        if status is EndState.SUCCEEDED:
            try:
                done = wire.result(asked.verb, answer.result)
            except wire.Unreadable as error:
                done = error
        else:
            problem = None if answer.error is UNSET else answer.error
            done = ended(asked.verb, answer.command_id, status, problem)
        stops = self.forget(answer.command_id)
        return [*stops, a.Ended(answer.command_id, done)]

    def goes_on(self, command_id: str) -> list[a.Action]:
        """Take that a part of a reply has come: wait for the rest anew."""
        asked = self._asked.get(command_id)
        if asked is None:
            return []
        return [a.StartTimer(("deadline", command_id), asked.request.seconds + GRACE)]

    def silent(self, command_id: str) -> list[a.Action]:
        """Send again what was not answered."""
        asked = self._asked.get(command_id)
        if asked is None:
            return []
        if not self._up:
            return [a.StartTimer(("silence", command_id), SILENCE[0])]
        return self._send(asked)

    def expired(self, command_id: str) -> list[a.Action]:
        """End what nobody answers."""
        asked = self._asked.get(command_id)
        if asked is None:
            return []
        seconds = asked.request.seconds + GRACE
        error = unanswered(asked.verb, command_id, seconds, sent=asked.sent > 0)
        return [*self.forget(command_id), a.Ended(command_id, error)]

    def _send(self, asked: _Asked) -> list[a.Action]:
        silence = SILENCE[min(asked.sent, len(SILENCE) - 1)]
        asked.sent += 1
        asked.here = True
        request = asked.request
        many = isinstance(request.args, Replay)
        send = a.Send(
            asked.topic,
            asked.payload,
            # Events that come as a reply must not be dropped where the reader is slow.
            qos=1 if many else 0,
            response_topic=self._names.reply(request.switch_id, request.command_id),
            expiry_s=max(1, round(request.seconds)),
        )
        if many:
            return [send]
        return [send, a.StartTimer(("silence", request.command_id), silence)]
