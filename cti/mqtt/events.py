"""What the session machine is told and what it wants done.

Tokens are the owner's: anything hashable, given back as it came. Durations are seconds.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from enum import Enum
from typing import TypeAlias

import msgspec

from cti.mqtt.outbound import Publication
from cti.mqtt.packets import ConnAck, Packet, Publish, Subscription, Will
from cti.mqtt.reasons import Reason, Retry


class State(Enum):
    """Phases of the connection between client and server."""

    DISCONNECTED = "disconnected"
    CONNECTING = "connecting"  # CONNECT sent, CONNACK not there
    CONNECTED = "connected"
    DISCONNECTING = "disconnecting"  # the transport is asked to close


class Timer(Enum):
    """What the session waits for."""

    CONNACK = "connack"
    KEEP_ALIVE = "keep alive"  # next PINGREQ
    PING_RESPONSE = "ping response"  # any packet after a PINGREQ


# Events: what the session is told.


class TransportUp(msgspec.Struct, frozen=True, gc=False):
    """Octets can be sent; ``will`` is the Will of this connection."""

    will: Will | None = None


class TransportDown(msgspec.Struct, frozen=True, gc=False):
    """The transport is closed, for a reason in words."""

    reason: str = ""


class PacketReceived(msgspec.Struct, frozen=True, gc=False):
    """The server sent a packet."""

    packet: Packet


class PacketMalformed(msgspec.Struct, frozen=True, gc=False):
    """The server sent octets that are no packet."""

    reason: Reason
    detail: str


class PublishRequest(msgspec.Struct, frozen=True, gc=False):
    """The owner wants messages published, in this order; at most ``Session.free`` go out."""

    publications: Sequence[Publication]


class SubscribeRequest(msgspec.Struct, frozen=True, gc=False):
    """The owner wants to be subscribed, on this session and on later ones."""

    token: Hashable
    subscriptions: tuple[Subscription, ...]


class UnsubscribeRequest(msgspec.Struct, frozen=True, gc=False):
    """The owner no longer wants these filters."""

    token: Hashable
    topic_filters: tuple[str, ...]


class AckInbound(msgspec.Struct, frozen=True, gc=False):
    """The owner has taken a message, or refuses it."""

    receipt: int
    reason: Reason = Reason.SUCCESS


class TimerExpired(msgspec.Struct, frozen=True, gc=False):
    """A timer that the session started ran out."""

    timer: Timer


class Paused(msgspec.Struct, frozen=True, gc=False):
    """The transport is full: no more messages for now."""


class Resumed(msgspec.Struct, frozen=True, gc=False):
    """The transport has room again."""


class DisconnectRequest(msgspec.Struct, frozen=True, gc=False):
    """The owner wants the connection ended, and the session with it if he says so."""

    reason: Reason = Reason.SUCCESS
    end_session: bool = False


Event: TypeAlias = (
    TransportUp
    | TransportDown
    | PacketReceived
    | PacketMalformed
    | PublishRequest
    | SubscribeRequest
    | UnsubscribeRequest
    | AckInbound
    | TimerExpired
    | Paused
    | Resumed
    | DisconnectRequest
)

# Actions: what the session wants done, in this order.


class Send(msgspec.Struct, frozen=True, gc=False):
    """Give octets to the transport; any number of whole packets."""

    octets: bytes


class StartTimer(msgspec.Struct, frozen=True, gc=False):
    """Start a timer, or start it again."""

    timer: Timer
    seconds: float


class StopTimer(msgspec.Struct, frozen=True, gc=False):
    """Stop a timer."""

    timer: Timer


class Delivered(msgspec.Struct, frozen=True, gc=False):
    """The server has taken over a QoS 1 message: Success or No matching subscribers."""

    token: Hashable
    reason: Reason


class Sent(msgspec.Struct, frozen=True, gc=False):
    """A QoS 0 message is with the transport, and nobody will say more about it."""

    token: Hashable


class Refused(msgspec.Struct, frozen=True, gc=False):
    """The server, or MQTT 5, does not take a message or filter; it stays the owner's."""

    token: Hashable
    reason: Reason
    detail: str = ""


class Postponed(msgspec.Struct, frozen=True, gc=False):
    """Publications that found no room or no connection; they stay the owner's."""

    publications: Sequence[Publication]


class PublishAgain(msgspec.Struct, frozen=True, gc=False):
    """The server lost the session: these were sent, never acknowledged, and are forgotten.

    The owner publishes them again, in this order, before anything newer.
    """

    publications: Sequence[Publication]


class Resent(msgspec.Struct, frozen=True, gc=False):
    """So many messages went out again with DUP."""

    count: int


class MessageReceived(msgspec.Struct, frozen=True, gc=False):
    """A message for the owner; with a receipt above 0 it waits for ``AckInbound``."""

    message: Publish
    receipt: int


class Subscribed(msgspec.Struct, frozen=True, gc=False):
    """The server answered a request to subscribe, one code per filter."""

    token: Hashable
    reasons: tuple[Reason, ...]


class Unsubscribed(msgspec.Struct, frozen=True, gc=False):
    """The server answered a request to unsubscribe, or lost the session with the filters."""

    token: Hashable
    reasons: tuple[Reason, ...]


class Connected(msgspec.Struct, frozen=True, gc=False):
    """The server accepted the connection; the CONNACK holds its limits."""

    connack: ConnAck


class StateChanged(msgspec.Struct, frozen=True, gc=False):
    """The session is in another state, for a reason in words."""

    state: State
    reason: str


class DropTransport(msgspec.Struct, frozen=True, gc=False):
    """Close the transport: after what is waiting to be sent if ``flush``, else at once."""

    reason: str
    retry: Retry
    flush: bool = False
    server_reference: str = ""


class Ignored(msgspec.Struct, frozen=True, gc=False):
    """An event that changes nothing, and why."""

    why: str


Action: TypeAlias = (
    Send
    | StartTimer
    | StopTimer
    | Delivered
    | Sent
    | Refused
    | Postponed
    | PublishAgain
    | Resent
    | MessageReceived
    | Subscribed
    | Unsubscribed
    | Connected
    | StateChanged
    | DropTransport
    | Ignored
)
