"""What a client's core is told, and what it wants done."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from msgspec import Struct

from cti.client.filters import Filter
from cti.client.values import Changed, Gap, Told
from cti.model.commands import Args
from cti.model.results import Done

# Events.


class Connected(Struct, frozen=True):
    """The session with the broker is there."""


class Disconnected(Struct, frozen=True):
    """The session with the broker is lost."""


class Subscribed(Struct, frozen=True):
    """The broker has answered for some filters."""

    topics: tuple[str, ...]
    refused: tuple[str, ...] = ()


class Arrived(Struct, frozen=True, gc=False):
    """A message."""

    topic: str
    payload: bytes


class StreamOpened(Struct, frozen=True):
    """Somebody wants events."""

    stream: int
    filter: Filter
    switch_id: str | None
    """None for every switch."""
    after: int | None = None


class StreamClosed(Struct, frozen=True):
    """Somebody wants no more events."""

    stream: int


class MirrorOpened(Struct, frozen=True):
    """Somebody wants to see states."""

    switch_id: str | None


class Requested(Struct, frozen=True):
    """A command is to be given."""

    command_id: str
    switch_id: str
    args: Args
    seconds: float
    """How long a reply is waited for."""
    expect_version: int | None = None
    confirm: bool = False
    """Whether it counts as done only when the switch reports what it did."""
    progress: bool = False
    """Whether it is to be told how far it is."""


class Withdrawn(Struct, frozen=True):
    """Nobody waits for a command any more."""

    command_id: str


class Expired(Struct, frozen=True):
    """A timer ran out."""

    timer: Hashable


Event = (
    Connected
    | Disconnected
    | Subscribed
    | Arrived
    | StreamOpened
    | StreamClosed
    | MirrorOpened
    | Requested
    | Withdrawn
    | Expired
)

# Actions.


class Subscribe(Struct, frozen=True):
    """Subscribe with QoS 1, and say ``Subscribed``."""

    topics: tuple[str, ...]


class Unsubscribe(Struct, frozen=True):
    """Give filters up."""

    topics: tuple[str, ...]


class Send(Struct, frozen=True):
    """Publish a message."""

    topic: str
    payload: bytes
    qos: int
    response_topic: str | None = None
    expiry_s: int | None = None


class StartTimer(Struct, frozen=True):
    """Say ``Expired`` after some time; a timer of that name begins anew."""

    timer: Hashable
    seconds: float


class StopTimer(Struct, frozen=True):
    """Forget a timer."""

    timer: Hashable


class Deliver(Struct, frozen=True):
    """Give an event, or what was lost, to whoever opened a stream."""

    stream: int
    value: Told[Any] | Gap


class StreamFailed(Struct, frozen=True):
    """The broker lets a stream have nothing."""

    stream: int
    detail: str


class StreamReady(Struct, frozen=True):
    """From now on no event of a stream is missed."""

    stream: int


class Progressed(Struct, frozen=True):
    """A command has come a step further."""

    command_id: str
    step: str


class Ended(Struct, frozen=True):
    """A command has come to its end."""

    command_id: str
    result: Done | Exception


class Show(Struct, frozen=True):
    """An object of the mirror changed."""

    changed: Changed


class MirrorReady(Struct, frozen=True):
    """The mirror shows all that the broker holds."""


class Note(Struct, frozen=True):
    """Something that the log should have."""

    text: str
    warning: bool = False


Action = (
    Subscribe
    | Unsubscribe
    | Send
    | StartTimer
    | StopTimer
    | Deliver
    | StreamFailed
    | StreamReady
    | Progressed
    | Ended
    | Show
    | MirrorReady
    | Note
)
