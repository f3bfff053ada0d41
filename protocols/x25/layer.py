"""The packet layer of one interface: routes between restart, channels and user.

Channels of calls are made when they are first used and picked from opposite ends, so that
calls seldom collide: a DTE takes the highest free channel, a DCE the lowest (X.25 annex A).
What is wrong in the first two octets of a packet is answered by a diagnostic packet of the
DCE and dropped by a DTE, never by a clear (table C.1).
"""

from __future__ import annotations

from protocols.x25.causes import Diagnostic
from protocols.x25.channel import Channel, State
from protocols.x25.errors import PacketError
from protocols.x25.packets import (
    Call,
    DiagnosticPacket,
    Modulo,
    Packet,
    Registration,
    Restart,
    RestartConfirmation,
    channel_of,
    decode,
    encode,
)
from protocols.x25.primitives import (
    Action,
    Allocated,
    BusyRequest,
    ConnectRequest,
    ConnectResponse,
    DataRequest,
    DiagnosticIndication,
    DisconnectRequest,
    Event,
    Ignored,
    InterruptRequest,
    LayerReady,
    LinkDown,
    LinkUp,
    PacketInvalid,
    PacketReceived,
    Params,
    ReadyRequest,
    Refused,
    Request,
    ResetRequest,
    RestartIndication,
    RestartRequest,
    Role,
    SendPacket,
    TimerExpired,
)
from protocols.x25.restart import Restarter
from protocols.x25.restart import State as RestartState


def read(octets: bytes, modulo: Modulo = Modulo.M8) -> PacketReceived | PacketInvalid:
    """Make the event of what the data link delivered; never raises."""
    try:
        return PacketReceived(decode(octets, modulo))
    except PacketError as error:
        lcn = channel_of(octets) if len(octets) >= 2 else 0
        return PacketInvalid(lcn, error.diagnostic, octets[:3])


class Layer:
    """The packet layer of one DTE/DCE interface."""

    __slots__ = ("_permanent", "_restarter", "channels", "params")

    def __init__(self, params: Params | None = None) -> None:
        self.params = params or Params()
        self._restarter = Restarter(self.params)
        self._permanent = frozenset(self.params.permanent)
        self.channels: dict[int, Channel] = {
            lcn: Channel(lcn, self.params, permanent=True) for lcn in self._permanent
        }

    @property
    def state(self) -> RestartState:
        """What the layer as a whole is doing."""
        return self._restarter.state

    @property
    def ready(self) -> bool:
        """Whether channels may be used."""
        return self._restarter.state is RestartState.READY

    def handle(self, event: Event) -> list[Action]:
        """Take one event and return what is to be done about it, in order.

        Total: no event raises, whoever sent it and whatever the state.
        """
        match event:
            case LinkUp() | LinkDown() | RestartRequest():
                return self._restart(event)
            case PacketReceived(Restart() | RestartConfirmation()):
                return self._restart(event)
            case TimerExpired(_, 0):
                return self._restart(event)
            case PacketReceived(packet):
                return self._received(packet, event) if self.ready else [Ignored(event)]
            case PacketInvalid():
                return self._invalid(event) if self.ready else [Ignored(event)]
            case ConnectRequest():
                return self._connect(event) if self.ready else [Refused(event)]
            case TimerExpired(_, lcn):
                channel = self.channels.get(lcn)
                return channel.handle(event) if channel else [Ignored(event)]
            case ConnectResponse() | DisconnectRequest() | ResetRequest():
                return self._request(event)
            case DataRequest() | InterruptRequest() | BusyRequest() | ReadyRequest():
                return self._request(event)

    def _restart(
        self, event: LinkUp | LinkDown | RestartRequest | PacketReceived | TimerExpired
    ) -> list[Action]:
        """Let the restart machine work, and drop calls where it says that they are gone."""
        actions: list[Action] = []
        for action in self._restarter.handle(event):
            actions.append(action)
            if isinstance(action, RestartIndication):
                for lcn in sorted(self.channels):
                    dropped = self.channels[lcn].drop(action.cause, action.diagnostic)
                    actions += dropped
            elif isinstance(action, LayerReady):
                for lcn in sorted(self._permanent):
                    actions += self.channels[lcn].begin()
        return actions

    def _received(self, packet: Packet, event: PacketReceived) -> list[Action]:
        """Hand a packet to its channel."""
        if isinstance(packet, DiagnosticPacket):
            if self.params.role is Role.DTE and not packet.lcn:
                return [DiagnosticIndication(packet)]
            return [Ignored(event)]
        if isinstance(packet, Registration):
            return self._object(event, Diagnostic.UNIDENTIFIABLE)
        channel = self._channel(packet.lcn)
        if channel is None:
            return self._object(event, Diagnostic.UNASSIGNED_CHANNEL)
        dte = self.params.role is Role.DTE
        barred = self.params.outgoing if dte else self.params.incoming
        if isinstance(packet, Call) and packet.lcn in barred:
            one_way = Diagnostic.CALL_ON_ONE_WAY_CHANNEL
            return channel.handle(PacketInvalid(packet.lcn, one_way, b""))
        return channel.handle(event)

    def _invalid(self, event: PacketInvalid) -> list[Action]:
        """Hand octets that are no packet to their channel, if they tell one."""
        early = event.diagnostic == Diagnostic.INVALID_GFI or len(event.head) < 3
        channel = None if early else self._channel(event.lcn)
        if channel is not None:
            return channel.handle(event)
        if self.params.role is Role.DTE:
            return [Ignored(event)]
        code = event.diagnostic
        if not early and event.lcn:
            code = Diagnostic.UNASSIGNED_CHANNEL
        return [SendPacket(DiagnosticPacket(code, event.head))]

    def _object(self, event: PacketReceived, diagnostic: int) -> list[Action]:
        """Answer a packet that belongs nowhere: the DCE says so, a DTE drops it."""
        if self.params.role is Role.DTE:
            return [Ignored(event)]
        head = encode(event.packet, self.params.modulo)[:3]
        return [SendPacket(DiagnosticPacket(diagnostic, head))]

    def _request(self, event: Request) -> list[Action]:
        """Hand a request of the user to its channel."""
        channel = self.channels.get(event.lcn)
        return channel.handle(event) if channel and self.ready else [Refused(event)]

    def _connect(self, request: ConnectRequest) -> list[Action]:
        """Pick a channel for a call of ours and set it up."""
        dte = self.params.role is Role.DTE
        one_way = self.params.outgoing if dte else self.params.incoming
        # One-way channels lie at the end from which this side picks.
        for span in (one_way, self.params.two_way):
            numbers = range(span.low, span.high + 1)
            for lcn in reversed(numbers) if dte else numbers:
                known = self.channels.get(lcn)
                if known is None or known.state is State.READY:
                    return self._set_up(lcn, request)
        return [Refused(request)]

    def _set_up(self, lcn: int, request: ConnectRequest) -> list[Action]:
        channel = self._channel(lcn)
        actions: list[Action] = channel.handle(request) if channel else [Refused(request)]
        if actions == [Refused(request)]:
            return actions
        return [Allocated(request.token, lcn), *actions]

    def _channel(self, lcn: int) -> Channel | None:
        """Give the channel of a number, made on first use; ``None`` if it is not assigned."""
        channel = self.channels.get(lcn)
        params = self.params
        assigned = lcn in params.incoming or lcn in params.two_way or lcn in params.outgoing
        if channel is None and assigned:
            channel = self.channels[lcn] = Channel(lcn, params)
        return channel
