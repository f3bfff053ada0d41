"""What clients have told again, at their own pace: ``replay`` and ``snapshot``.

A further page is read when the broker has taken over half of the last one, so that a client
has no more than two pages in memory, whatever it asks for. All of them together are one source
among those that share the session: live events go on.

These commands do nothing to a switch, and are not remembered: the same id again while the
first is under way is the same command, and later another one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable
from functools import partial
from typing import Final

import msgspec
import structlog
from typing_extensions import override

from cti.desk import Reply, rejected
from cti.fair import share
from cti.model.commands import Command, Result
from cti.model.errors import Error, ErrorClass
from cti.mqtt.application import Clock
from cti.mqtt.outbound import Publication
from cti.mqtt.outbox import Source
from cti.mqtt.packets import Publish
from cti.mqtt.reasons import Reason
from cti.northbound.pages import PAGE, Page, Pages
from cti.northbound.replies import Route
from cti.remembered import digest

AT_ONCE: Final = 32
"""Commands that may be under way."""
PER_CLIENT: Final = 4
AGAIN: Final = 2_000
"""Milliseconds after which a client may ask again what was too much."""

_REFUSED: Final = Error(ErrorClass.NOT_PERMITTED, "the broker refuses the reply")

Key = tuple[str, str, str]
"""Switch, client and command id."""


class _Retelling:
    """One command under way."""

    __slots__ = (
        *("command", "out", "pages", "reading"),
        *("replied", "result", "route", "until", "waiting"),
    )

    def __init__(self, command: Command, route: Route, pages: Pages) -> None:
        self.command: Final = command
        self.route: Final = route
        self.pages: Final = pages
        self.until: Final = route.at + command.deadline_ms / 1000
        self.waiting: deque[Publish] = deque()
        self.out = 0
        """Messages that the broker has not taken over."""
        self.reading = False
        self.result: Result | None = None
        """How it ends, when all that waits is handed out."""
        self.replied = False


class Retellings(Source):
    """All commands of this kind that are under way."""

    def __init__(
        self,
        clock: Clock,
        wake: Callable[[], object],
        ended: Callable[[str, Reply], list[Publish]],
    ) -> None:
        """Wake the session for news; ``ended`` writes the end of a command of a switch."""
        self.name: Final = "/again"
        self._clock = clock
        self._wake = wake
        self._ended = ended
        self._log = structlog.get_logger("cti.northbound")
        self._going: dict[Key, _Retelling] = {}
        self._out: dict[int, Key] = {}
        """What is handed out, by its number."""
        self._number = 0

    def begin(self, command: Command, route: Route, pages: Callable[[], Pages]) -> Error | None:
        """Begin to tell, or give why not. What is under way already is begun once."""
        client = command.requester
        key = (command.switch_id, client, command.command_id)
        if (known := self._going.get(key)) is not None:
            if digest(known.command) == digest(command):
                return None
            detail = f"command_id {command.command_id!r} is used for another command"
            return Error(ErrorClass.ID_REUSED, detail, "command_id")
        own = sum(1 for _, other, _ in self._going if other == client)
        if own >= PER_CLIENT or not share(own, len(self._going), AT_ONCE):
            detail = f"{command.verb}: too many are under way"
            return Error(ErrorClass.RESOURCE_BUSY, detail, retry_after_ms=AGAIN)
        self._going[key] = _Retelling(command, route, pages())
        self._next(key)
        return None

    def interrupt(self, error: Error) -> None:
        """End everything, since it is not as it was: what waits is not sent."""
        for one in self._going.values():
            if not one.replied:
                one.waiting.clear()
                self._end(one, rejected(error))

    def close(self) -> None:
        """Forget everything: the bridge stops."""
        self._going.clear()

    # Reading.

    def _next(self, key: Key) -> None:
        """Read a page in a turn of its own."""
        self._going[key].reading = True
        self._clock.callLater(0, self._read, key, self._going[key])

    def _read(self, key: Key, one: _Retelling) -> None:
        if self._going.get(key) is not one or one.result is not None:
            return
        if self._clock.seconds() > one.until:
            self._end(one, one.pages.cut())
            return
        one.pages.read(partial(self._page, key, one))

    def _page(self, key: Key, one: _Retelling, page: Page) -> None:
        if self._going.get(key) is not one or one.result is not None:
            return
        one.reading = False
        one.waiting.extend(self._addressed(one, told) for told in page.messages)
        if page.result is not None:
            self._end(one, page.result)
        else:
            self._go_on(key, one)
            self._wake()

    def _addressed(self, one: _Retelling, told: Publish) -> Publish:
        route = one.route
        return msgspec.structs.replace(
            told, topic=route.topic, qos=route.qos, correlation_data=route.correlation
        )

    def _end(self, one: _Retelling, result: Result) -> None:
        one.result = result
        self._wake()

    def _hungry(self, one: _Retelling) -> bool:
        """Tell whether there is something to hand out; the reply comes behind all else."""
        if not one.waiting and one.result is not None and not one.replied:
            one.replied = True
            asked = one.command
            reply = Reply(asked.requester, asked.command_id, asked.verb, one.result)
            one.waiting.extend(self._ended(asked.switch_id, reply))
        return bool(one.waiting) and one.out < PAGE

    def _go_on(self, key: Key, one: _Retelling) -> None:
        if one.result is not None:
            if one.replied and not one.waiting and not one.out:
                del self._going[key]
        elif not one.reading and not one.waiting and one.out <= PAGE // 2:
            self._next(key)

    # What is handed out.

    def __len__(self) -> int:
        return sum(len(one.waiting) + one.out for one in self._going.values())

    @property
    def idle(self) -> bool:
        """Whether nothing is under way."""
        return not self._going

    def retry_refused(self) -> int:
        """Hand nothing out again: who is refused asks again."""
        return 0

    @override
    def next_batch(self, n: int) -> list[Publication]:
        batch: list[Publication] = []
        hungry = deque(self._going.items())
        while hungry and len(batch) < n:
            key, one = hungry.popleft()
            if not self._hungry(one):
                continue
            self._number += 1
            self._out[self._number] = key
            one.out += 1
            batch.append(Publication((self.name, self._number), one.waiting.popleft()))
            hungry.append((key, one))
        return batch

    @override
    def acknowledged(self, token: Hashable) -> None:
        self._left(token, None)

    @override
    def refused(self, token: Hashable, reason: Reason) -> None:
        """Tell no more where the broker takes nothing."""
        self._left(token, reason)

    def _left(self, token: Hashable, refused: Reason | None) -> None:
        number = token[1] if isinstance(token, tuple) else 0
        key = self._out.pop(number, None)
        one = None if key is None else self._going.get(key)
        if key is None or one is None:
            return
        one.out -= 1
        if refused is not None:
            topic = one.route.topic
            self._log.warning("refused by the broker", topic=topic, reason=refused.name)
            one.waiting.clear()
            one.result, one.replied = rejected(_REFUSED), True
        self._go_on(key, one)
