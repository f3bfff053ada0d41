"""Layer 2 of one side of a D channel: its data link connections and their TEIs.

A terminal has one TEI, fixed or assigned by the network, and a connection for each SAPI in
use. A network has a connection for each SAPI and TEI on the bus, or for TEI 0 alone on a
point-to-point access; those of a bus are made when they are first used. MDL primitives pass
between the connections and the TEI machines here and are not seen from outside.

MDL-ERROR leads to more than a report where the peer seems to be gone or doubled: a terminal
has its TEI verified, a network checks it (appendix II). A network takes the TEI away from a
terminal that it does not know.
"""

from __future__ import annotations

from typing import Final

from protocols.errors import DecodeError
from protocols.lapd import primitives as dl
from protocols.lapd import tei_network, tei_user
from protocols.lapd.frames import (
    GROUP_TEI,
    MANAGEMENT,
    Address,
    Disc,
    Error,
    Frame,
    InvalidError,
    Sabme,
    Ui,
    decode,
)
from protocols.lapd.layer_primitives import (
    Action,
    CheckRequest,
    Clock,
    ErrorIndication,
    Event,
    FrameInvalid,
    FrameReceived,
    GroupDataIndication,
    GroupDataRequest,
    Ignored,
    LineDown,
    LineUp,
    Params,
    Refused,
    RemoveRequest,
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
from protocols.lapd.link import Link
from protocols.lapd.primitives import Role, Timer
from protocols.lapd.tei import FIRST, Kind, Message
from protocols.lapd.tei import decode as decode_message
from protocols.lapd.tei import encode as encode_message

_GONE: Final = (Error.G, Error.H)
_DOUBLED: Final = (Error.C, Error.D, Error.G, Error.H)


def read(octets: bytes) -> FrameReceived | FrameInvalid:
    """Make the event of a frame; raise ``DecodeError`` if the frame is to be dropped."""
    try:
        address, frame = decode(octets)
    except InvalidError as error:
        return FrameInvalid(error.address, error.error)
    return FrameReceived(address, frame)


class Layer:
    """Layer 2 of one side of a D channel."""

    __slots__ = ("_network", "_user", "links", "params", "up")

    def __init__(self, params: Params | None = None) -> None:
        self.params = params or Params()
        self.up = False
        """Whether layer 1 is active."""
        self.links: dict[tuple[int, int], Link] = {}
        """Connections by SAPI and TEI; a terminal's stand under TEI 127."""
        self._user: tei_user.TeiUser | None = None
        self._network: tei_network.TeiNetwork | None = None
        if self.params.role is Role.USER:
            fixed = self.params.tei
            self._user = tei_user.TeiUser(fixed, seed=self.params.seed, n202=self.params.n202)
            for sapi, connection in self.params.sapis.items():
                self.links[sapi, GROUP_TEI] = Link(connection)
        elif self.params.tei is None:
            self._network = tei_network.TeiNetwork()

    @property
    def tei(self) -> int:
        """TEI of this terminal, 127 while it has none; of a network, that of its access."""
        if self._user is not None:
            return self._user.tei
        return GROUP_TEI if self.params.tei is None else self.params.tei

    @property
    def assigned(self) -> frozenset[int]:
        """TEIs that this network gave out."""
        return frozenset(self._network.assigned if self._network is not None else ())

    def handle(self, event: Event) -> list[Action]:
        """Take one event and return what is to be done about it, in order.

        Total: no event raises, whoever sent it and whatever the state.
        """
        match event:
            case LineUp():
                return self._line_up(event)
            case LineDown():
                return self._line_down(event)
            case FrameReceived(address, frame):
                return self._received(event, address, frame) if self.up else [Ignored(event)]
            case FrameInvalid(address, error):
                key = self._key(address.sapi, address.tei)
                if not self.up or key is None:
                    return [Ignored(event)]
                return self._feed(key, dl.FrameInvalid(error))
            case Requested(request, sapi, number):
                key = self._key(sapi, self.tei if self._user is not None else number)
                if not self.up or key is None:
                    return [Refused(event)]
                return self._feed(key, request)
            case GroupDataRequest(data, sapi):
                return self._group(event, data, sapi)
            case CheckRequest(number) if self._network is not None and self.up:
                return self._manage(tei_network.CheckRequest(number))
            case RemoveRequest(number) if self._network is not None and self.up:
                return self._manage(tei_network.RemoveRequest(number))
            case CheckRequest() | RemoveRequest():
                return [Refused(event)]
            case TimerExpired(clock):
                return self._expired(event, clock)

    # Layer 1.

    def _line_up(self, event: Event) -> list[Action]:
        if self.up:
            return [Ignored(event)]
        self.up = True
        if self.params.role is Role.USER and self.params.tei is not None:
            return self._ask(tei_user.Wanted())
        return self._manage(tei_network.Started())

    def _line_down(self, event: Event) -> list[Action]:
        if not self.up:
            return [Ignored(event)]
        self.up = False
        actions: list[Action] = []
        for key in list(self.links):
            actions += self._feed(key, dl.Deactivation())
        actions += self._ask(tei_user.Deactivation())
        actions += self._manage(tei_network.Deactivation())
        return [action for action in actions if not isinstance(action, Ignored)]

    # Frames.

    def _received(self, event: Event, address: Address, frame: Frame) -> list[Action]:
        command = address.cr != self.params.role.command()
        if address.tei == GROUP_TEI:
            return self._received_by_all(event, address.sapi, frame, command=command)
        key = self._key(address.sapi, address.tei)
        if key is None:
            return self._unknown(event, address, frame)
        return self._feed(key, dl.FrameReceived(command, frame))

    def _received_by_all(
        self, event: Event, sapi: int, frame: Frame, *, command: bool
    ) -> list[Action]:
        """Take a frame with TEI 127: only UI has one."""
        if not isinstance(frame, Ui) or not command:
            return [Ignored(event)]
        if sapi != MANAGEMENT:
            known = self._user is not None and sapi in self.params.sapis
            return [GroupDataIndication(frame.data, sapi)] if known else [Ignored(event)]
        try:
            message = decode_message(frame.data)
        except DecodeError:
            return [Ignored(event)]
        if self._user is not None:
            return self._ask(tei_user.MessageReceived(message))
        return self._manage(tei_network.MessageReceived(message)) or [Ignored(event)]

    def _unknown(self, event: Event, address: Address, frame: Frame) -> list[Action]:
        """Take a frame that belongs to no connection."""
        known = address.sapi in self.params.sapis and address.tei >= FIRST
        if self._network is None or not known or not isinstance(frame, Sabme | Disc):
            return [Ignored(event)]
        return [self._message(Message(Kind.REMOVE, address.tei))]

    def _key(self, sapi: int, number: int) -> tuple[int, int] | None:
        """Find the connection of an address, made on first use; ``None`` if there is none."""
        if sapi not in self.params.sapis:
            return None
        if self._user is not None:
            return (sapi, GROUP_TEI) if number == self._user.tei else None
        if self._network is None:
            known = number == self.params.tei
        else:  # terminals with a fixed TEI need no leave
            known = 0 <= number < FIRST or number in self._network.assigned
        if not known:
            return None
        if (sapi, number) not in self.links:
            self.links[sapi, number] = Link(self.params.sapis[sapi], assigned=True)
        return sapi, number

    # Connections.

    def _feed(self, key: tuple[int, int], event: dl.Event) -> list[Action]:
        """Give a connection an event, and MDL primitives their effect."""
        sapi, number = key
        own = self.tei if self._user is not None else number
        actions: list[Action] = []
        for action in self.links[key].handle(event):
            match action:
                case dl.SendFrame(command, frame):
                    cr = command == self.params.role.command()
                    actions.append(SendFrame(Address(sapi, own, cr), frame))
                case dl.StartTimer(timer):
                    actions.append(StartTimer(Clock(timer, sapi, number)))
                case dl.StopTimer(timer):
                    actions.append(StopTimer(Clock(timer, sapi, number)))
                case dl.AssignIndication():
                    actions += self._ask(tei_user.Wanted())
                case dl.ErrorIndication(error):
                    actions.append(ErrorIndication(error, sapi, own))
                    actions += self._doubt(own, error)
                case dl.Ignored(_, ignored):
                    actions.append(Ignored(ignored))
                case dl.Refused(_, refused):
                    actions.append(Refused(refused))
                case _:
                    actions.append(Told(action, sapi, own))
        return actions

    def _feed_all(self, number: int, event: dl.Event) -> list[Action]:
        """Give an event to every connection of a TEI."""
        actions: list[Action] = []
        for key in [key for key in self.links if key[1] == number]:
            actions += self._feed(key, event)
        return [action for action in actions if not isinstance(action, Ignored)]

    # TEIs.

    def _doubt(self, number: int, error: Error) -> list[Action]:
        """Have a TEI verified or checked whose connection reports an error."""
        if self._user is not None:
            doubted = tei_user.Doubted(silent=error in _GONE)
            return self._ask(doubted) if error in _DOUBLED else []
        if error in _DOUBLED and self._network is not None:
            return self._manage(tei_network.CheckRequest(number))
        return []

    def _ask(self, event: tei_user.Event) -> list[Action]:
        """Let the terminal's TEI machine work."""
        actions: list[Action] = []
        for action in self._user.handle(event) if self._user is not None else ():
            match action:
                case tei_user.SendMessage(message):
                    actions.append(self._message(message))
                case tei_user.StartTimer(timer):
                    actions.append(StartTimer(Clock(timer, MANAGEMENT, GROUP_TEI)))
                case tei_user.StopTimer(timer):
                    actions.append(StopTimer(Clock(timer, MANAGEMENT, GROUP_TEI)))
                case tei_user.Assigned(number):
                    actions.append(TeiAssigned(number))
                    actions += self._feed_all(GROUP_TEI, dl.AssignRequest())
                case tei_user.Removed(number):
                    actions.append(TeiRemoved(number))
                    actions += self._feed_all(GROUP_TEI, dl.RemoveRequest())
                case tei_user.Failed():
                    actions.append(TeiFailed())
                    actions += self._feed_all(GROUP_TEI, dl.ErrorResponse())
                case tei_user.Ignored(_, ignored):
                    actions.append(Ignored(ignored))
        return actions

    def _manage(self, event: tei_network.Event) -> list[Action]:
        """Let the network's TEI machine work."""
        actions: list[Action] = []
        for action in self._network.handle(event) if self._network is not None else ():
            match action:
                case tei_network.SendMessage(message):
                    actions.append(self._message(message))
                case tei_network.StartTimer(number, timer):
                    actions.append(StartTimer(Clock(timer, MANAGEMENT, number)))
                case tei_network.StopTimer(number, timer):
                    actions.append(StopTimer(Clock(timer, MANAGEMENT, number)))
                case tei_network.Assigned(number):
                    actions.append(TeiAssigned(number))
                case tei_network.Removed(number):
                    actions.append(TeiRemoved(number))
                    actions += self._feed_all(number, dl.RemoveRequest())
                    for key in [key for key in self.links if key[1] == number]:
                        del self.links[key]
                case tei_network.Ignored(ignored):
                    actions.append(Ignored(ignored))
        return actions

    def _message(self, message: Message) -> SendFrame:
        address = Address(MANAGEMENT, GROUP_TEI, self.params.role.command())
        return SendFrame(address, Ui(data=encode_message(message)))

    # The rest.

    def _group(self, event: Event, data: bytes, sapi: int) -> list[Action]:
        """Send to all terminals of the bus: only a network does (5.2.2)."""
        params = self.params.sapis.get(sapi)
        network = self.params.role is Role.NETWORK and self.up
        if params is None or not network or len(data) > params.n201:
            return [Refused(event)]
        cr = self.params.role.command()
        return [SendFrame(Address(sapi, GROUP_TEI, cr), Ui(data=data))]

    def _expired(self, event: Event, clock: Clock) -> list[Action]:
        match clock.timer:
            case Timer.T201 if self._network is not None:
                return self._manage(tei_network.TimerExpired(clock.tei))
            case Timer.T202 if self._user is not None:
                return self._ask(tei_user.TimerExpired())
            case Timer.T200 | Timer.T203 if (clock.sapi, clock.tei) in self.links:
                return self._feed((clock.sapi, clock.tei), dl.TimerExpired(clock.timer))
            case _:
                return [Ignored(event)]
