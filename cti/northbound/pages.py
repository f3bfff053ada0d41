"""What ``replay`` and ``snapshot`` send, page by page, as far as the client may see it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, Protocol

import msgspec
from msgspec import Struct

from cti.desk import rejected, succeeded
from cti.kept import KeptMessage
from cti.model.commands import Replay, Result
from cti.model.errors import Error, ErrorClass
from cti.mqtt.packets import Publish
from cti.northbound import envelope
from cti.northbound.documents import StateTold
from cti.northbound.states import States
from cti.rights import Reader
from cti.store.messages import Gone
from cti.store.stream import Stream, message

PAGE: Final = 100
"""Messages that are read at once."""
MOST: Final = 500
"""Events that one ``replay`` sends. A broker keeps some 1,000 messages for a slow client and
drops what is more; so a client asks on when it has read these."""
SCANNED: Final = 20_000
"""Events that one ``replay`` looks at."""
AGAIN: Final = 2_000
"""Milliseconds after which a client may ask again where the disk fails."""


class Page(Struct, frozen=True):
    """Messages, without where they go, and the end if they are the last ones."""

    messages: list[Publish]
    result: Result | None = None


Done = Callable[[Page], object]


class Pages(Protocol):
    """What a command has sent."""

    def read(self, done: Done) -> None:
        """Read the next page, which may be there at once."""

    def cut(self) -> Result:
        """End before the last page: the deadline has come."""


class ReplayPages:
    """The events of a range, octet by octet as they were published."""

    def __init__(self, args: Replay, stream: Stream, reader: Callable[[], Reader]) -> None:
        """``reader`` gives what the client may see at this moment."""
        self._stream = stream
        self._reader = reader
        self._newest: Final = stream.handed
        self._first: Final = max(args.from_, 1)
        self._last: Final = min(args.to, self._newest)
        self._through = self._first - 1
        self._sent = 0

    def read(self, done: Done) -> None:
        """Read the next page."""
        if self._through >= self._last:
            done(Page([], self._result()))
            return
        most = min(PAGE, MOST - self._sent)
        self._stream.events(self._through + 1, self._last, most, partial(self._read, done))

    def cut(self) -> Result:
        """Tell how far it came."""
        if self._through >= self._first:
            return self._result()
        return rejected(Error(ErrorClass.TIMEOUT, "replay: nothing was read in time"))

    def _read(self, done: Done, answer: list[KeptMessage] | Exception) -> None:
        match answer:
            case Gone(first=first) if self._through < self._first:
                detail = f"events before {first} are not kept any more"
                error = Error(ErrorClass.GONE, detail, "args.from", first_offset=first)
                done(Page([], rejected(error)))
            case Gone():
                done(Page([], self._result()))
            case Exception():
                detail = "replay: the store cannot be read at present"
                error = Error(ErrorClass.RESOURCE_BUSY, detail, retry_after_ms=AGAIN)
                done(Page([], rejected(error)))
            case _:
                self._told(done, answer)

    def _told(self, done: Done, found: list[KeptMessage]) -> None:
        reader = self._reader()
        seen = [told for one in found if (told := _seen(one, reader)) is not None]
        self._sent += len(seen)
        last = found[-1].offset if found else None
        self._through = self._last if last is None else last
        over = (
            self._through >= self._last
            or self._sent >= MOST
            or self._through - self._first >= SCANNED
        )
        done(Page(seen, self._result() if over else None))

    def _result(self) -> Result:
        told = {"from": self._first, "to": self._through, "events": self._sent}
        return succeeded({**told, "newest": self._newest})


def _seen(one: KeptMessage, reader: Reader) -> Publish | None:
    """Give an event as a client may see it; None if it may not."""
    try:
        published = message(one.body)
        if reader.everything and reader.all_data:
            return published
        event = envelope.event(envelope.head(published.payload))
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    if event is None or not reader.event(event):
        return None
    return msgspec.structs.replace(published, payload=_pruned(published.payload, reader))


def _pruned(payload: bytes, reader: Reader) -> bytes:
    if reader.all_data or b'"app":' not in payload:
        return payload
    return msgspec.json.encode(reader.pruned(msgspec.json.decode(payload)))


class SnapshotPages:
    """What is retained of a switch, each with its topic."""

    def __init__(
        self, command_id: str, states: States, stream: Stream, reader: Callable[[], Reader]
    ) -> None:
        """``reader`` gives what the client may see at this moment."""
        self._command_id = command_id
        self._states = states
        self._stream = stream
        self._reader = reader
        self._objects = list(states.objects())
        self._sent = 0
        self._begun = False

    def read(self, done: Done) -> None:
        """Read the next page."""
        reader = self._reader()
        going, self._objects = self._objects[:PAGE], self._objects[PAGE:]
        standing = [] if self._begun else list(self._states.standing())
        self._begun = True
        seen = [one for one in going if reader.state(*one)]
        self._states.show(seen, lambda told: self._shown(done, [*standing, *told], reader))

    def cut(self) -> Result:
        """Tell that it is not whole."""
        detail = f"snapshot: only {self._sent} states were sent in time"
        return rejected(Error(ErrorClass.TIMEOUT, detail))

    def _shown(self, done: Done, retained: list[Publish], reader: Reader) -> None:
        self._sent += len(retained)
        told = [self._told(one, reader) for one in retained]
        over = None if self._objects else self._result()
        done(Page(told, over))

    def _told(self, one: Publish, reader: Reader) -> Publish:
        state = msgspec.Raw(_pruned(one.payload, reader))
        body = msgspec.json.encode(StateTold(self._command_id, one.topic, state))
        return Publish("", body, content_type=one.content_type, payload_format_indicator=1)

    def _result(self) -> Result:
        return succeeded({"states": self._sent, "offset": self._stream.released})
