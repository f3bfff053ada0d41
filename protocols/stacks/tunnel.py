"""Message link for ASAI over TCP: the tunnel of a DEFINITY LAN gateway (S1 chapter 7).

The client connects, asks for one link, and is accepted or refused; then messages, heartbeats
of either side, and link down. **How a link is asked for is not public:** ``opening`` is
``placeholder`` for this project's own messages, which a simulator knows, or ``none`` for a
gateway that is to take the connection itself for the link.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct
from typing_extensions import override

from protocols.asai import tunnel
from protocols.asai.tunnel import DownReason, Framer, Message, Refusal, Type
from protocols.errors import EncodeError
from protocols.stacks import options
from protocols.stacks import primitives as st

OPENING: Final = "opening"
"""Timer: the link was asked for, or is to be."""
BEAT: Final = "heartbeat"
"""Timer: the next heartbeat, or the end of the wait for its reply."""

_Link = Annotated[int, Meta(ge=1, le=8)]


class Keys(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Keys of ``tunnel``."""

    role: Literal["client", "gateway"] = "client"
    link: _Link = 1
    """Number of the link that the client asks for."""
    links: tuple[_Link, ...] = (1, 2, 3, 4, 5, 6, 7, 8)
    """Numbers that the gateway gives to this client; its address is the listener's business."""
    opening: Literal["placeholder", "none"] = "placeholder"
    heartbeat: Annotated[float, Meta(ge=0, le=3600)] = 30.0
    """Seconds between heartbeats, and for the reply to one; 0 sends none."""
    answer: Annotated[float, Meta(ge=1, le=600)] = 15.0
    """Seconds for the answer to the request of a link."""


class TunnelStack(st.Stack):
    """Message link in a tunnel, one connection of it."""

    def __init__(self, keys: Keys) -> None:
        self._keys: Final = keys
        self._gateway: Final = keys.role == "gateway"
        self._framer: Framer | None = None
        self._up = False
        self._beat = 0
        """Identifier of the last heartbeat."""
        self._waiting = False
        """Whether a heartbeat waits for its reply."""

    @property
    @override
    def timers(self) -> Mapping[Hashable, float]:
        return {OPENING: self._keys.answer, BEAT: self._keys.heartbeat}

    @property
    def _open(self) -> bool:
        """Whether there is a connection that is of use."""
        return self._framer is not None

    @override
    def handle(self, event: st.Event) -> list[st.Action]:
        return st.user_last(self._handle(event))

    def _handle(self, event: st.Event) -> list[st.Action]:
        match event:
            case st.OctetsReceived(octets):
                return self._octets(octets)
            case st.Send(pdu):
                return self._send(pdu)
            case st.TransportUp():
                return self._connected()
            case st.TransportDown(reason):
                return self._lost(reason)
            case st.TimerExpired(timer):
                return self._expired(timer) if self._open else []
            case st.Release():
                return self._release()
            case st.Reset(reason):  # a stream cannot be found into again
                return self._fail("reset", reason) if self._open else []

    def _say(self, kind: Type, second: int = 0, data: bytes = b"") -> st.Action:
        return st.Transmit(tunnel.encode(Message(kind, second, data)))

    # The connection.

    def _connected(self) -> list[st.Action]:
        self._framer = Framer()
        self._up = self._waiting = False
        if self._keys.opening == "none":
            return self._established()
        wait = st.StartTimer(OPENING)
        if self._gateway:
            return [wait]
        return [wait, self._say(Type.CONNECTION_REQUEST, data=bytes((self._keys.link,)))]

    def _established(self) -> list[st.Action]:
        self._up = True
        beats = [st.StartTimer(BEAT)] if self._keys.heartbeat else []
        return [st.StopTimer(OPENING), *beats, st.Established()]

    def _released(self, reason: str) -> list[st.Action]:
        was_up, self._up = self._up, False
        return [st.Released(reason)] if was_up else []

    def _lost(self, reason: str) -> list[st.Action]:
        if self._framer is None:
            return []
        held = self._framer.held
        cut = f"connection ended inside a message, {held} octets lost"
        faults: list[st.Action] = [st.Fault("cut", cut)] if held else []
        self._up = False
        return [*self._stop(), *faults, st.Released(reason)]

    def _stop(self) -> list[st.Action]:
        self._framer, self._waiting = None, False
        return [st.StopTimer(OPENING), st.StopTimer(BEAT)]

    def _fail(self, kind: str, reason: str) -> list[st.Action]:
        """Give the connection up: it is of no more use."""
        self._up = False
        return [*self._stop(), st.Fault(kind, reason, fatal=True), st.Released(reason)]

    def _release(self) -> list[st.Action]:
        """Take the link down; only the gateway has a message for it."""
        if not self._up or not self._gateway:
            return []
        down = self._say(Type.LINK_DOWN, data=bytes((DownReason.SWITCH_DOWN,)))
        return [down, *self._released("link down as asked for")]

    def _expired(self, timer: Hashable) -> list[st.Action]:
        if timer == OPENING and not self._up:
            seconds = self._keys.answer
            what = "no request of a link" if self._gateway else "no answer to the request"
            return self._fail("refused", f"{what} within {seconds:g} s")
        if timer != BEAT:
            return []
        if self._waiting:
            return self._fail("silent", "no reply to a heartbeat of the tunnel")
        self._waiting = True
        self._beat = (self._beat + 1) % 256
        return [self._say(Type.HEARTBEAT, self._beat), st.StartTimer(BEAT)]

    # Messages.

    def _send(self, pdu: bytes) -> list[st.Action]:
        if not self._up:
            return [st.Fault("unsent", "the link is not established")]
        try:
            return [self._say(Type.ASAI_DATA, data=pdu)]
        except EncodeError as error:
            return [st.Fault("unsent", str(error))]

    def _octets(self, octets: bytes) -> list[st.Action]:
        if self._framer is None:
            return [st.Fault("late", f"{len(octets)} octets without a connection")]
        messages, wrong = self._framer.feed(octets)
        actions: list[st.Action] = []
        for message in messages:
            if self._open:
                actions += self._message(message)
        if wrong is not None and self._open:
            actions += self._fail("framing", str(wrong))
        return actions

    def _message(self, message: Message) -> list[st.Action]:
        match message:
            case Message(Type.ASAI_DATA, _, data):
                late = f"message of {len(data)} octets before the link is up"
                return [st.Received(data) if self._up else st.Fault("late", late)]
            case Message(Type.HEARTBEAT, identifier):
                return [self._say(Type.HEARTBEAT_REPLY, identifier)]
            case Message(Type.HEARTBEAT_REPLY, identifier):
                self._waiting = self._waiting and identifier != self._beat
                return []
            case Message(Type.CONNECTION_REQUEST, _, data) if self._gateway:
                return self._asked(data)
            case Message(Type.CONNECTION_ACCEPT | Type.LINK_UP) if not self._gateway:
                return [] if self._up else self._established()
            case Message(Type.LINK_DOWN, _, data) if not self._gateway:
                return self._released(f"link down: {_words(DownReason, data[:1])}")
            case Message(Type.ERROR_NOTIFICATION, reason) if not self._gateway:
                words = _words(Refusal, bytes((reason,)))
                return self._fail("refused", f"the gateway refuses the link: {words}")
            case Message(kind):
                return [st.Fault("tunnel", f"message of type {kind} is not for us")]

    def _asked(self, data: bytes) -> list[st.Action]:
        """Give the link that a client asks for, or refuse it."""
        if self._up or len(data) != 1 or data[0] not in self._keys.links:
            refusal = Refusal.LINK_IN_USE if self._up else Refusal.INVALID_CLIENT
            words = _words(Refusal, bytes((refusal,)))
            refused = self._say(Type.ERROR_NOTIFICATION, refusal)
            return [refused, *self._fail("refused", f"link {data.hex()} refused: {words}")]
        return [self._say(Type.CONNECTION_ACCEPT), *self._established()]


def _words(kind: type[DownReason] | type[Refusal], octet: bytes) -> str:
    number = octet[0] if octet else 0
    known = {int(one): one.name.lower().replace("_", " ") for one in kind}
    return known.get(number, f"reason {number}")


class TunnelTap(st.Stack):
    """One direction of somebody else's tunnel: messages out, nothing sent."""

    def __init__(self) -> None:
        self._framer = Framer()

    @property
    @override
    def timers(self) -> Mapping[Hashable, float]:
        return {}

    @override
    def handle(self, event: st.Event) -> list[st.Action]:
        match event:
            case st.TransportUp():
                self._framer = Framer()
                return [st.Established()]
            case st.TransportDown(reason):
                return [st.Released(reason)]
            case st.OctetsReceived(octets):
                messages, wrong = self._framer.feed(octets)
                told: list[st.Action] = [
                    st.Received(one.data) for one in messages if one.kind == Type.ASAI_DATA
                ]
                if wrong is None:
                    return told
                return [*told, st.Fault("framing", str(wrong), fatal=True)]
            case st.Send() | st.TimerExpired() | st.Release() | st.Reset():
                return []


def tunnel_stack(given: Mapping[str, Any] = {}, *, observing: bool = False) -> st.Stack:
    """Make a message link in the tunnel of ASAI over TCP."""
    keys: Keys = options.read(given, Keys)
    return TunnelTap() if observing else TunnelStack(keys)
