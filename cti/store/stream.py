"""The stream of one switch: all that it publishes, in one order.

Messages get place and offset when they are made, and are handed to the session with the broker
when they are stored. A few of them are in memory; what does not find room there is read from
the store when its turn comes. So the broker may be away for as long as the disk has room.

Retained states are in memory only, the last one of each topic: a state is handed out when
everything is that was stored before it, so it is never ahead of its events. After a restart
all of them are published anew.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Sequence
from typing import Final, Protocol

import msgspec
from msgspec import Struct
from typing_extensions import override

from cti.kept import KeptMessage, Mark
from cti.mqtt.outbound import Publication
from cti.mqtt.outbox import Source
from cti.mqtt.packets import Publish
from cti.mqtt.reasons import Reason
from cti.store.messages import NOTHING, Gone, Outbox

WINDOW: Final = 2_000
"""Messages of a switch in memory that are not handed out."""
REFUSED: Final = 1_000
"""Messages that the broker refused; with so many nothing more is handed out."""

_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = msgspec.msgpack.Decoder(Publish)

Read = Callable[[list[KeptMessage] | Exception], object]


def body(message: Publish) -> bytes:
    """Write a message for the store."""
    return _ENCODER.encode(message)


def message(stored: bytes) -> Publish:
    """Read a message from the store."""
    return _DECODER.decode(stored)


class Entry(Struct, frozen=True, gc=False):
    """A message with its place in the stream; with place 0 it passes by, and is not stored."""

    place: int
    offset: int | None
    message: Publish

    @property
    def kept(self) -> KeptMessage:
        """How it is stored."""
        return KeptMessage(self.place, self.offset, body(self.message))


class Shelf(Protocol):
    """Where stored messages are read."""

    def ahead(self, after: int, most: int, done: Read) -> None:
        """Read the messages behind a place, at most so many."""

    def events(self, first: int, last: int, most: int, done: Read) -> None:
        """Read events of a range of offsets, at most so many; ``Gone`` is an answer too."""


class Stream(Source):
    """The messages of one switch.

    Tokens are pairs of the stream's name and the place, or a number below 0 for a state.
    """

    def __init__(
        self,
        name: str,
        start: Outbox = NOTHING,
        shelf: Shelf | None = None,
        held: Sequence[KeptMessage] = (),
        window: int = WINDOW,
    ) -> None:
        """Begin where an earlier life came to; ``held`` are the messages of its mark.

        Without a ``shelf`` everything stays in memory.
        """
        self.name: Final = name
        self.wake: Callable[[], object] = _nothing
        """Called when there is something to hand out."""
        self.passing: Callable[[Publish], object] = _nothing
        """Takes messages that are not stored."""
        self.refusing: Callable[[Publication, Reason], object] = _nothing
        """Told of what the broker refuses."""
        self.place = start.place
        """Place of the last message that was made."""
        self.offset = start.offset
        """Offset of the last event that was made."""
        self.released = start.offset
        """Offset of the last event that is stored."""
        self.handed = start.handed
        """Offset of the last event that was handed out."""
        self.unreadable = 0
        """Messages that were read from the store, and are none."""
        self._window: Final = window if shelf is not None else 1 << 62
        self._shelf = shelf
        self._stored = start.place
        self._loaded = start.mark.through
        """Place of the last message that is or was in memory."""
        self._handed = start.mark.through
        """Highest place that was handed out."""
        self._asked = 0
        """How many messages are being read."""
        self._waiting: deque[tuple[int, int | None, Publication]] = deque()
        """Place, offset and message."""
        self._states: dict[str, tuple[int, Publication]] = {}
        """Topic to place behind which it goes, and message; places grow."""
        self._out: dict[int, Publication] = {}
        """What is handed out, by place or number of the state."""
        self._refused: dict[int, Publication] = {}
        self._held: set[int] = set()
        """Places of what was refused, until the broker takes it."""
        self._state_tokens = 0
        self._marked = start.mark
        self._load(held)
        self._held.update(place for place, _, _ in self._waiting)

    def __len__(self) -> int:
        """Count what the broker has not taken over, about: lost places count too."""
        behind = self._stored - self._loaded
        return behind + len(self._waiting) + len(self._out) + len(self._refused)

    @property
    def idle(self) -> bool:
        """Whether there is nothing that the broker has not."""
        return not len(self) and not self._states

    # What is made.

    def event(self, make: Callable[[int], Publish]) -> Entry:
        """Make an event with its offset; where making it fails, no offset is used."""
        made = make(self.offset + 1)
        self.offset += 1
        self.place += 1
        return Entry(self.place, self.offset, made)

    def note(self, made: Publish) -> Entry:
        """Give a message that is no event its place; QoS 0 passes by."""
        if made.qos == 0:
            return Entry(0, None, made)
        self.place += 1
        return Entry(self.place, None, made)

    # What is stored.

    def release(self, entry: Entry) -> None:
        """Take a message that is stored, each in its order."""
        if not entry.place:
            self.passing(entry.message)
            return
        if entry.offset is not None:
            self.released = entry.offset
        if self._loaded == self._stored and len(self._waiting) < self._window:
            publication = Publication((self.name, entry.place), entry.message)
            self._waiting.append((entry.place, entry.offset, publication))
            self._loaded = entry.place
        self._stored = entry.place
        self.wake()

    def state(self, made: Publish) -> None:
        """Take a retained state that is true at all that is stored."""
        self._states.pop(made.topic, None)
        self._state_tokens -= 1
        token = (self.name, self._state_tokens)
        self._states[made.topic] = (self._stored, Publication(token, made))
        self.wake()

    def start(self) -> None:
        """Read what there is room for; call again where that failed."""
        if self._shelf is None or self._asked or self._loaded >= self._stored:
            return
        room = self._window - len(self._waiting)
        if room >= self._window // 2:
            self._asked = room
            self._shelf.ahead(self._loaded, room, self._read)

    def mark(self) -> Mark | None:
        """Tell what the broker has taken over; None if that is what ``marked`` was told."""
        first = next((place for place in self._out if place > 0 and place not in self._held), 0)
        through = first - 1 if first else self._handed
        held = tuple(sorted(place for place in self._held if place <= through))
        mark = Mark(through, held)
        return None if mark == self._marked else mark

    def marked(self, mark: Mark) -> None:
        """Learn that a mark is stored."""
        self._marked = mark

    def events(self, first: int, last: int, most: int, done: Read) -> None:
        """Read stored events of a range of offsets: see ``Messages.events``."""
        if self._shelf is None:
            done(Gone(self.released + 1))
        else:
            self._shelf.events(first, last, most, done)

    @property
    def beyond(self) -> int:
        """Place up to which messages are or were in memory."""
        return self._loaded

    # What is handed out.

    @override
    def next_batch(self, n: int) -> list[Publication]:
        batch: list[Publication] = []
        while len(batch) < n:
            if self._states and self._ripe():
                batch.append(self._hand_state())
            elif self._waiting and len(self._refused) < REFUSED:
                place, offset, publication = self._waiting.popleft()
                self._handed = max(self._handed, place)
                self.handed = max(self.handed, offset or 0)
                self._out[place] = publication
                batch.append(publication)
            else:
                break
        self.start()
        return batch

    @override
    def acknowledged(self, token: Hashable) -> None:
        place = _place(token)
        self._out.pop(place, None)
        self._held.discard(place)

    @override
    def refused(self, token: Hashable, reason: Reason) -> None:
        place = _place(token)
        publication = self._out.pop(place, None)
        if publication is not None:
            self._refused[place] = publication
            if place > 0:
                self._held.add(place)
            self.refusing(publication, reason)

    def retry_refused(self) -> int:
        """Hand out again what was refused, and give its number."""
        again, self._refused = sorted(self._refused.items()), {}
        self._waiting.extendleft(
            (place, None, one) for place, one in reversed(again) if place > 0
        )
        for place, publication in again:
            if place < 0:  # a newer state of this topic is as good
                self._states.setdefault(publication.message.topic, (0, publication))
        return len(again)

    # Inside.

    def _ripe(self) -> bool:
        """Tell whether all is handed out that was stored before the first state."""
        if not self._waiting:
            return self._loaded >= self._stored or self._handed >= self._first_after
        refused_before = self._waiting[0][0] <= self._handed
        return self._handed >= self._first_after and not refused_before

    @property
    def _first_after(self) -> int:
        return next(iter(self._states.values()))[0]

    def _hand_state(self) -> Publication:
        topic, (_, publication) = next(iter(self._states.items()))
        del self._states[topic]
        self._out[_place(publication.token)] = publication
        return publication

    def _read(self, answer: list[KeptMessage] | Exception) -> None:
        asked, self._asked = self._asked, 0
        if isinstance(answer, Exception):
            return  # the disk fails: ``start`` is called again
        self._load(answer)
        # Answers come in the order of commits: what is not among it is released later.
        self._loaded = self._stored if len(answer) < asked else answer[-1].place
        self.wake()

    def _load(self, stored: Sequence[KeptMessage]) -> None:
        for one in stored:
            try:
                publication = Publication((self.name, one.place), message(one.body))
            except (msgspec.MsgspecError, UnicodeError):
                self.unreadable += 1
                continue
            self._waiting.append((one.place, one.offset, publication))


def _place(token: Hashable) -> int:
    return token[1] if isinstance(token, tuple) else 0


def _nothing(*_: object) -> None:
    """Do nothing."""
