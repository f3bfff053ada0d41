"""One link of a runner: the listener of its stream, and what is known of it.

It writes the one line of a change of state: how the link is, why, which layer is at fault,
and when it is tried again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, Final, Protocol

from msgspec import Struct
from twisted.internet.defer import Deferred

from cti import engine as en
from cti.clock import Wall
from cti.link import Connecting
from cti.model.states import LinkState
from cti.moment import SECOND
from cti.trace.records import Kind
from cti.transport import Cause, Listener, Loss
from protocols.stacks.primitives import OctetsReceived, TransportDown, TransportUp

FAULTS: Final = 3
"""Exceptions out of the Engine within ``WITHIN`` after which a link is blocked."""
WITHIN: Final = 60.0
"""Seconds."""

_AWAY: Final = (LinkState.DOWN, LinkState.CONNECTING)
_POOR: Final = (LinkState.DOWN, LinkState.BLOCKED, LinkState.DEGRADED)
_LAYERS: Final = {
    Cause.UNKNOWN_HOST: "name",
    Cause.TLS: "tls",
    Cause.DEVICE: "device",
}
"""What is at fault, where it is not the transport as a whole."""


class Stream(Protocol):
    """The transport of a link, as the runner uses it: see ``cti.transport.Transport``."""

    @property
    def again(self) -> float | None:
        """Seconds from the last loss to the next attempt; None when none follows."""

    def start(self) -> None:
        """Connect, and keep connected."""

    def stop(self, reason: str = "stopped") -> Deferred[None]:
        """Close, and connect no more."""

    def send(self, octets: bytes) -> bool:
        """Give octets to the peer."""

    def abort(self, reason: str) -> None:
        """Cut the connection; the next follows."""

    def block(self, reason: str) -> None:
        """Cut the connection; the next follows after a long time."""

    def pause(self) -> None:
        """Read no more."""

    def resume(self) -> None:
        """Read again."""


class Recorder(Protocol):
    """Who keeps what a link said. No method raises."""

    def record(self, kind: Kind, at: int, octets: bytes = b"") -> None:
        """Keep one line."""

    def close(self) -> None:
        """Keep no more."""


class Port(Struct, frozen=True):
    """What belongs to one link beside its core."""

    make_stream: Callable[[Listener], Stream]
    """Called once, with who is told of the stream."""
    recorder: Recorder | None = None
    octets: bool = False
    """Whether octets are logged."""


class Owner(Protocol):
    """Whom an end works for: the runner."""

    def feed(self, event: en.Event) -> None:
        """Give the Engine something that happens now."""

    def lost(self, link_id: str, loss: Loss) -> None:
        """Count a loss."""


class End:
    """One link: the listener of its stream."""

    def __init__(self, link_id: str, port: Port, owner: Owner, wall: Wall, log: Any) -> None:
        self.link_id: Final = link_id
        self.recorder: Final = port.recorder
        self.octets = port.octets
        self.log: Final = log.bind(link=link_id)
        self.state = LinkState.DISABLED
        self.since = wall.now()
        """Moment at which that state began."""
        self.connected = False
        self.why = ""
        """Why the link is in its state, as it was published."""
        self.trouble = ""
        """Why it was down last; empty since it was up."""
        self.layer = ""
        """What was at fault then: ``name``, ``transport``, ``tls``, ``device``, ``stack``,
        ``association`` or ``bridge``."""
        self.octets_in = self.octets_out = 0
        self.faults: deque[float] = deque(maxlen=FAULTS)
        self.stopped: Deferred[None] | None = None
        """Fires when the stream is closed for good; None before that is wanted."""
        self.reason = ""
        """Why it is to be closed."""
        self.closing = False
        self._marked_up = False
        """True while the recorder's last mark is that a connection began."""
        self._ours = ""
        """Layer for whose sake we cut the connection."""
        self._shown: tuple[LinkState, str] = (self.state, "")
        """State and reason of the last line that was no mere attempt."""
        self._was: LinkState | None = None
        """State before one whose line waits for the end of the connection."""
        self._owner = owner
        self._wall = wall
        self.stream: Final = port.make_stream(self)

    # From the stream.

    def connecting(self) -> None:
        """Pass it on."""
        self._owner.feed(en.Input(self.link_id, Connecting()))

    def up(self) -> None:
        """Pass it on."""
        self.connected = True
        self._owner.feed(en.Input(self.link_id, TransportUp()))

    def received(self, octets: bytes) -> None:
        """Pass them on."""
        self._owner.feed(en.Input(self.link_id, OctetsReceived(octets)))

    def down(self, loss: Loss) -> None:
        """Pass it on, and say what was at fault."""
        self._owner.lost(self.link_id, loss)
        ours, self._ours = self._ours, ""
        self.layer = ours or self.layer if loss.cause is Cause.OURS else _layer(loss)
        self.connected = False
        self._owner.feed(en.Input(self.link_id, TransportDown(loss.reason)))
        if self._was is not None:  # the association ended before its connection
            was, self._was = self._was, None
            self.tell(was)

    # From the runner.

    def abort(self, reason: str, layer: str) -> None:
        """Cut the connection for the sake of a layer; the next follows."""
        self._ours = self._ours or layer
        self.stream.abort(reason)

    def block(self, reason: str, layer: str) -> None:
        """Cut the connection; the next follows after a long time."""
        self.layer = self._ours = layer
        self.stream.block(reason)

    def note(self, kind: Kind, at: int, octets: bytes = b"") -> None:
        """Record, count and log what passed."""
        match kind:
            case Kind.IN:
                self.octets_in += len(octets)
            case Kind.OUT:
                self.octets_out += len(octets)
            case Kind.DOWN if not self._marked_up:
                return  # there was no connection that could end
            case Kind.UP | Kind.DOWN:
                self._marked_up = kind is Kind.UP
        if self.recorder is not None:
            self.recorder.record(kind, at, octets)
        if self.octets:
            self.log.info("octets", dir=kind.value, hex=octets.hex())

    def changed(self, state: LinkState) -> LinkState:
        """Take a new state, and give the one before: ``tell`` says so in the log."""
        before, self.state = self.state, state
        self.since = self._wall.now()
        if state in _POOR:
            self.trouble = self.why
            if self.connected:
                self.layer = self._ours or "association"
        elif state is LinkState.UP:
            self.trouble = self.layer = ""
        return before

    def tell_later(self, before: LinkState) -> None:
        """Say it when the connection is gone and it is known when the next attempt follows."""
        self._was = before

    def tell(self, before: LinkState) -> None:
        """Say how the link is, why, who is at fault, and what happens next."""
        state = self.state
        # Attempt after attempt that fails alike is not news.
        attempt = state is LinkState.CONNECTING or before is LinkState.CONNECTING
        if (
            attempt and state in _AWAY and self._shown == (LinkState.DOWN, self.why)
        ) or state is LinkState.CONNECTING:
            log = self.log.debug
        else:
            self._shown = (state, self.why)
            poor = state in _POOR and self.stopped is None
            log = self.log.warning if poor else self.log.info
        more: dict[str, Any] = {}
        if self.why:
            more["reason"] = self.why
        if state in _POOR:
            more["layer"] = self.layer
        if state in (LinkState.DOWN, LinkState.BLOCKED) and self.stream.again is not None:
            more["again_s"] = round(self.stream.again, 1)
        log("link", state=state.value, was=before.value, **more)

    @property
    def since_s(self) -> float:
        """Seconds since 1970 at which the state began."""
        return self.since / SECOND


def _layer(loss: Loss) -> str:
    return _LAYERS.get(loss.cause, "transport")
