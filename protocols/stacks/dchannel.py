"""Message link over an ISDN D channel: LAPD with its TEI management, one connection of it.

Each read is a frame without flags and FCS, and each PDU a message of layer 3 in one I frame.
On the network side of a bus the link is with the terminal that set its connection up first;
others are released until that one is gone.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct
from typing_extensions import override

from protocols.errors import DecodeError
from protocols.lapd import layer
from protocols.lapd import primitives as dl
from protocols.lapd.frames import GROUP_TEI, Error, Info, Sabme, Ua, encode
from protocols.lapd.layer_primitives import (
    Action,
    Clock,
    ErrorIndication,
    Event,
    FrameReceived,
    GroupDataIndication,
    Ignored,
    LineDown,
    LineUp,
    Params,
    Refused,
    Requested,
    SendFrame,
    StartTimer,
    StopTimer,
    TeiAssigned,
    TeiFailed,
    TeiRemoved,
    TimerExpired,
    Told,
)
from protocols.lapd.primitives import TIMERS, Role, Timer
from protocols.stacks import options
from protocols.stacks import primitives as st

AGAIN: Final = "again"
"""Timer: the connection is set up once more when it expires."""

_CALM: Final = (Error.A, Error.C, Error.D, Error.G, Error.H)
"""Errors after which the connection is not set up anew. The others may cost messages, of
which LAPD tells only the side that sent them."""


class Keys(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Keys of ``dchannel``."""

    role: Literal["user", "network"] = "user"
    """Side of the D channel."""
    tei: Annotated[int, Meta(ge=0, le=63)] | Literal["automatic"] = "automatic"
    """Fixed TEI; or a terminal is given one, and a network serves a bus."""
    sapi: Annotated[int, Meta(ge=0, le=62)] = 0
    mode: Literal["active", "passive"] | None = None
    """``active`` sets the connection up, ``passive`` waits for it; left out, a terminal and a
    network with a fixed TEI are active."""
    k: Annotated[int, Meta(ge=1, le=127)] = 7
    """I frames that may be unacknowledged."""
    n200: Annotated[int, Meta(ge=1, le=100)] = 3
    """Times that an unanswered frame is sent again."""
    n201: Annotated[int, Meta(ge=1, le=4000)] = 260
    """Octets of the longest message."""
    n202: Annotated[int, Meta(ge=1, le=100)] = 3
    """Identity requests before a terminal gives up for now."""
    queue: Annotated[int, Meta(ge=1, le=100_000)] = 1000
    """Messages that wait to be sent."""
    ri: Annotated[int, Meta(ge=0, lt=1 << 32)] = 0
    """Begins a terminal's reference numbers: another for each terminal of a bus."""
    duplicating: bool = False
    """The line may deliver a frame twice, as UDP does."""
    again: Annotated[float, Meta(ge=1, le=3600)] = 10.0
    """Seconds before a connection that failed is set up once more."""
    timers: dict[str, float] = {}
    """Seconds of T200 to T203."""


class _Times(dict[Hashable, float]):
    """Seconds of all timers: those of a connection last as long whichever it is."""

    def __init__(self, again: float, seconds: Mapping[Timer, float]) -> None:
        super().__init__({AGAIN: again})
        self._seconds = seconds

    def __missing__(self, timer: Hashable) -> float:
        if isinstance(timer, Clock):
            return self._seconds[timer.timer]
        raise KeyError(timer)


class DChannelStack(st.Stack):
    """Message link over one connection of a D channel."""

    def __init__(self, keys: Keys) -> None:
        fixed = None if keys.tei == "automatic" else keys.tei
        connection = dl.Params(
            k=keys.k,
            n200=keys.n200,
            n201=keys.n201,
            queue=keys.queue,
            duplicating=keys.duplicating,
        )
        role = Role(keys.role)
        params = Params(
            role=role,
            tei=fixed,
            sapis={keys.sapi: connection},
            n202=keys.n202,
            seed=keys.ri,
        )
        if keys.mode == "active" and role is Role.NETWORK and fixed is None:
            raise st.OptionError("mode", "a network of a bus waits for its terminals")
        usual = "active" if role is Role.USER or fixed is not None else "passive"
        self._active: Final = (keys.mode or usual) == "active"
        self._sapi: Final = keys.sapi
        self._layer: Final = layer.Layer(params)
        self._times: Final = _Times(keys.again, options.lengths("timers", keys.timers, TIMERS))
        self._bus: Final = role is Role.NETWORK and fixed is None
        self._up = False
        self._peer: int | None = None if self._bus else GROUP_TEI if fixed is None else fixed
        """TEI of the terminal that the link is with; on the user side any will do."""

    @property
    @override
    def timers(self) -> Mapping[Hashable, float]:
        return self._times

    @override
    def handle(self, event: st.Event) -> list[st.Action]:
        return st.user_last(self._handle(event))

    def _handle(self, event: st.Event) -> list[st.Action]:
        match event:
            case st.OctetsReceived(octets):
                try:
                    heard = layer.read(octets)
                except DecodeError as error:
                    return [st.Fault("dropped", str(error))]
                return self._ask(heard)
            case st.Send(pdu):
                return self._send(pdu)
            case st.TimerExpired(timer) if isinstance(timer, Clock):
                return self._ask(TimerExpired(timer))
            case st.TimerExpired(timer) if timer == AGAIN:
                return [] if self._up else self._set_up()
            case st.TimerExpired():
                return []
            case st.TransportUp():
                return [*self._ask(LineUp()), *self._set_up()]
            case st.TransportDown(reason):
                return self._line_down(reason)
            case st.Release():
                return self._request(dl.ReleaseRequest()) if self._up else []
            case st.Reset():  # frames keep their borders
                return []

    def _line_down(self, reason: str) -> list[st.Action]:
        """Forget the connection; what it says of that is less than the transport knows."""
        kept: list[st.Action] = [
            action
            for action in self._ask(LineDown())
            if not isinstance(action, st.Released | st.StartTimer | st.Fault)
        ]
        if self._active:
            kept.append(st.StopTimer(AGAIN))
        return [*kept, st.Released(reason)]

    def _set_up(self) -> list[st.Action]:
        return self._request(dl.EstablishRequest()) if self._active else []

    def _send(self, pdu: bytes) -> list[st.Action]:
        if not self._up:
            return [st.Fault("unsent", "the connection is not established")]
        longest = self._layer.params.sapis[self._sapi].n201
        if len(pdu) > longest:
            return [st.Fault("unsent", f"message of {len(pdu)} octets, N201 is {longest}")]
        return self._request(dl.DataRequest(pdu))

    def _request(self, request: dl.Request) -> list[st.Action]:
        peer = GROUP_TEI if self._peer is None else self._peer
        return self._ask(Requested(request, self._sapi, peer))

    def _ask(self, event: Event) -> list[st.Action]:
        """Give layer 2 an event."""
        out: list[st.Action] = []
        for action in self._layer.handle(event):
            match action:
                case SendFrame(address, frame):
                    out.append(st.Transmit(encode(address, frame)))
                case StartTimer(clock):
                    out.append(st.StartTimer(clock))
                case StopTimer(clock):
                    out.append(st.StopTimer(clock))
                case Told(indication, _, tei):
                    out += self._told(indication, tei)
                case _:
                    out += self._noted(action)
        return out

    def _told(self, indication: dl.Indication, tei: int) -> list[st.Action]:
        established = isinstance(indication, dl.EstablishIndication | dl.EstablishConfirm)
        if self._bus and self._peer is None and established:
            self._peer = tei
        if not self._is_ours(tei):
            if not established:
                return []
            away = self._ask(Requested(dl.ReleaseRequest(), self._sapi, tei))
            return [*away, st.Fault("stranger", f"TEI {tei} is another terminal")]
        match indication:
            case dl.EstablishIndication() | dl.EstablishConfirm() if self._up:
                return [st.Fault(st.LOST, "LAPD was set up anew")]
            case dl.EstablishIndication() | dl.EstablishConfirm():
                self._up = True
                stop: list[st.Action] = [st.StopTimer(AGAIN)] if self._active else []
                return [*stop, st.Established()]
            case dl.ReleaseIndication(cause):
                return self._released(f"LAPD released: {cause.value}")
            case dl.ReleaseConfirm():
                return self._released("LAPD released as asked for")
            case dl.DataIndication(data):
                return [st.Received(data)]
            case dl.UnitDataIndication() | dl.XidIndication():
                return []

    def _is_ours(self, tei: int) -> bool:
        """Tell whether the link is with this terminal."""
        return not self._bus or tei == self._peer

    def _released(self, reason: str) -> list[st.Action]:
        """Note that the connection is gone, or could not be set up."""
        was_up, self._up = self._up, False
        if self._bus:
            self._peer = None
        again: list[st.Action] = [st.StartTimer(AGAIN)] if self._active else []
        told = st.Released(reason) if was_up else st.Fault("link", reason)
        return [*again, told]

    def _noted(self, action: Action) -> list[st.Action]:
        """Tell what is worth a count."""
        match action:
            case ErrorIndication(error, _, tei):
                detail = f"TEI {tei}: {error.value}"
                kind = f"mdl_{error.name.lower()}"
                lost = self._up and error not in _CALM and self._is_ours(tei)
                return [st.Fault(kind, detail), *([st.Fault(st.LOST, detail)] if lost else [])]
            case Refused(dl.DataRequest()):
                return [st.Fault("unsent", "the data link takes no more messages")]
            case TeiFailed():
                return [st.Fault("tei", "the network gives no TEI")]
            case TeiAssigned() | TeiRemoved() | GroupDataIndication():
                return []
            case Ignored() | Refused() | SendFrame() | StartTimer() | StopTimer() | Told():
                return []


class DChannelTap(st.Stack):
    """One direction of somebody else's D channel: messages out, nothing sent.

    What is repeated on the line is taken once: I frames count. Connections are told apart by
    their addresses.
    """

    def __init__(self, sapi: int) -> None:
        self._sapi = sapi
        self._expected: dict[int, int] = {}
        """N(S) of the next I frame, by TEI."""

    @property
    @override
    def timers(self) -> Mapping[Hashable, float]:
        return {}

    @override
    def handle(self, event: st.Event) -> list[st.Action]:
        match event:
            case st.TransportUp():
                self._expected.clear()
                return [st.Established()]
            case st.TransportDown(reason):
                return [st.Released(reason)]
            case st.OctetsReceived(octets):
                return self._heard(octets)
            case st.Send() | st.TimerExpired() | st.Release() | st.Reset():
                return []

    def _heard(self, octets: bytes) -> list[st.Action]:
        try:
            heard = layer.read(octets)
        except DecodeError as error:
            return [st.Fault("dropped", str(error))]
        if not isinstance(heard, FrameReceived) or heard.address.sapi != self._sapi:
            return []
        tei = heard.address.tei
        match heard.frame:
            case Sabme() | Ua():
                self._expected[tei] = 0
                return []
            case Info(ns, data=data):
                gap = (ns - self._expected.get(tei, ns)) % 128
                if gap > 64:  # a repetition
                    return []
                self._expected[tei] = (ns + 1) % 128
                told: list[st.Action] = [st.Received(data)]
                return (
                    [st.Fault(st.LOST, f"{gap} messages are missing"), *told] if gap else told
                )
            case _:
                return []


def dchannel(given: Mapping[str, Any] = {}, *, observing: bool = False) -> st.Stack:
    """Make a message link over an ISDN D channel."""
    keys: Keys = options.read(given, Keys)
    stack = DChannelStack(keys)
    return DChannelTap(keys.sapi) if observing else stack
