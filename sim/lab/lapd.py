"""LAPD in the laboratory: frames of a D channel below, link primitives above, Q.931 if wanted.

On the network side of a bus the commands mean the terminal that ``tei`` chose, or else the
one that was heard of last.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Hashable, Mapping
from typing import Any, Final

import msgspec

from protocols.errors import DecodeError, EncodeError
from protocols.lapd import layer
from protocols.lapd import primitives as dl
from protocols.lapd.frames import CALL_CONTROL, GROUP_TEI, encode
from protocols.lapd.layer_primitives import (
    Action,
    CheckRequest,
    Clock,
    ErrorIndication,
    Event,
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
from protocols.lapd.primitives import TIMERS, Role
from protocols.q931 import messages, text
from sim.lab import contract
from sim.lab.contract import Output, Say, Transmit, octets_of

WORDS: Final = {
    "establish": "set the link up, or set it up anew",
    "release": "take the link down",
    "data": "HEX: send octets of layer 3, acknowledged",
    "unitdata": "HEX: send octets in UI; a network of a bus sends them to all terminals",
    "q931": "JSON or HEX: send a Q.931 message, acknowledged",
    "xid": "HEX: send XID as a command",
    "busy": "take no more data for now",
    "ready": "take data again",
    "tei": "N: choose the terminal that commands mean",
    "sapi": "N: choose the SAPI that commands mean",
    "check": "[TEI]: check a TEI, or all",
    "remove": "[TEI]: take a TEI away, or all",
}
_REQUESTS: Final[dict[str, dl.Request]] = {
    "establish": dl.EstablishRequest(),
    "release": dl.ReleaseRequest(),
    "busy": dl.BusyRequest(),
    "ready": dl.ReadyRequest(),
}
_WORDS: Final[dict[type[Any], str]] = {
    dl.EstablishIndication: "establish indication",
    dl.EstablishConfirm: "establish confirm",
    dl.ReleaseIndication: "release indication",
    dl.ReleaseConfirm: "release confirm",
    dl.DataIndication: "data indication",
    dl.UnitDataIndication: "unitdata indication",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("--role", choices=[role.value for role in Role], default="user")
    parser.add_argument(
        "--tei",
        default="auto",
        metavar="auto|N",
        help="a terminal's TEI, 0 to 63, or assigned; a network with N serves a "
        "point-to-point access, else a bus",
    )
    parser.add_argument(
        "--sapi", action="append", type=int, metavar="N", help="a SAPI in use; 0 if none given"
    )
    parser.add_argument("--k", type=int, default=7, help="I frames that may be unacknowledged")
    parser.add_argument("--n200", type=int, default=3, help="repetitions of a frame")
    parser.add_argument("--n201", type=int, default=260, help="octets of the longest field")
    parser.add_argument("--n202", type=int, default=3, help="identity requests")
    parser.add_argument("--ri", type=int, help="begins the reference numbers; random if none")
    parser.add_argument("--no-t203", action="store_true", help="idle links are not tested")
    parser.add_argument(
        "--duplicating", action="store_true", help="the line may deliver a frame twice"
    )
    parser.add_argument("--q931", action="store_true", help="show messages of Q.931 as JSON")


def make(options: argparse.Namespace) -> Lapd:
    """Make the layer; raise ``ValueError``."""
    if options.tei != "auto" and not options.tei.isdecimal():
        raise ValueError(f"--tei {options.tei}: auto or a number is expected")
    connection = dl.Params(
        k=options.k,
        n200=options.n200,
        n201=options.n201,
        t203=not options.no_t203,
        duplicating=options.duplicating,
    )
    seed = random.getrandbits(32) if options.ri is None else options.ri
    params = Params(
        role=Role(options.role),
        tei=None if options.tei == "auto" else int(options.tei),
        sapis=dict.fromkeys(options.sapi or [CALL_CONTROL], connection),
        n202=options.n202,
        seed=seed,
    )
    specs = {timer.value: spec for timer, spec in TIMERS.items()}
    return Lapd(params, contract.lengths(options.timer, specs), q931=options.q931)


class Lapd:
    """One side of a D channel."""

    def __init__(self, params: Params, seconds: Mapping[str, float], *, q931: bool) -> None:
        self.layer: Final = layer.Layer(params)
        self._seconds = seconds
        self._q931 = q931
        self._sapi = min(params.sapis)
        self._tei = GROUP_TEI if params.tei is None else params.tei
        self._chosen = False

    @property
    def words(self) -> Mapping[str, str]:
        """The commands."""
        return WORDS

    def begin(self) -> list[Output]:
        """Let layer 1 be active."""
        return self._handle(LineUp())

    def end(self) -> list[Output]:
        """Let layer 1 be inactive."""
        return self._handle(LineDown())

    def received(self, octets: bytes) -> list[Output]:
        """Take a frame."""
        try:
            return self._handle(layer.read(octets))
        except DecodeError as error:
            return [Say(f"dropped {octets.hex()}: {error}")]

    def expired(self, timer: Hashable) -> list[Output]:
        """Take a timer."""
        return self._handle(TimerExpired(timer)) if isinstance(timer, Clock) else []

    def told(self, words: list[str]) -> list[Output]:
        """Take a command."""
        match words:
            case [word] if word in _REQUESTS:
                return self._request(_REQUESTS[word])
            case ["data", octets]:
                return self._request(dl.DataRequest(octets_of(octets)))
            case ["unitdata", octets]:
                params = self.layer.params
                if params.role is Role.NETWORK and params.tei is None:
                    return self._handle(GroupDataRequest(octets_of(octets), self._sapi))
                return self._request(dl.UnitDataRequest(octets_of(octets)))
            case ["q931", *told] if told:
                return self._request(dl.DataRequest(_message(" ".join(told))))
            case ["xid", octets]:
                return self._request(dl.XidRequest(octets_of(octets)))
            case ["tei", number]:
                self._tei, self._chosen = _number(number), True
                return []
            case ["sapi", number]:
                self._sapi = _number(number)
                return []
            case ["check", *number] if len(number) < 2:
                return self._handle(CheckRequest(_number(number[0]) if number else GROUP_TEI))
            case ["remove", *number] if len(number) < 2:
                return self._handle(RemoveRequest(_number(number[0]) if number else GROUP_TEI))
            case _:
                raise ValueError(f"{' '.join(words)}: not understood")

    def _request(self, request: dl.Request) -> list[Output]:
        return self._handle(Requested(request, self._sapi, self._tei))

    def _handle(self, event: Event) -> list[Output]:
        out: list[Output] = []
        for action in self.layer.handle(event):
            match action:
                case SendFrame(address, frame):
                    out.append(Transmit(encode(address, frame)))
                case StartTimer(clock):
                    seconds = self._seconds[clock.timer.value]
                    out.append(contract.StartTimer(clock, seconds))
                case StopTimer(clock):
                    out.append(contract.StopTimer(clock))
                case _:
                    self._hear(action)
                    out += [Say(line) for line in self._said(action)]
        return out

    def _hear(self, action: Action) -> None:
        """Mean the terminal that was heard of, unless one was chosen."""
        if self.layer.params.tei is None and not self._chosen:
            match action:
                case Told(tei=tei) | TeiAssigned(tei):
                    self._tei = tei
                case _:
                    pass

    def _said(self, action: Action) -> list[str]:
        """Give the lines that tell of a primitive."""
        match action:
            case Told(dl.ReleaseIndication(cause), sapi, tei):
                why = cause.value.replace(" ", "-").lower()
                return [f"release indication sapi={sapi} tei={tei} cause={why}"]
            case Told(dl.DataIndication(data) | dl.UnitDataIndication(data) as told, sapi, tei):
                line = f"{_WORDS[type(told)]} sapi={sapi} tei={tei} {data.hex()}"
                return [line, *self._shown(data, sapi)]
            case Told(dl.XidIndication(command, data), sapi, tei):
                kind = "indication" if command else "confirm"
                return [f"xid {kind} sapi={sapi} tei={tei} {data.hex()}".rstrip()]
            case Told(told, sapi, tei):
                return [f"{_WORDS[type(told)]} sapi={sapi} tei={tei}"]
            case GroupDataIndication(data, sapi):
                line = f"unitdata indication sapi={sapi} tei={GROUP_TEI} {data.hex()}"
                return [line, *self._shown(data, sapi)]
            case TeiAssigned(tei):
                return [f"tei assigned tei={tei}"]
            case TeiRemoved(tei):
                return [f"tei removed tei={tei}"]
            case TeiFailed():
                return ["tei failed"]
            case ErrorIndication(error, sapi, tei):
                return [f"mdl-error indication sapi={sapi} tei={tei} error={error.name}"]
            case Refused(event):
                inner = event.request if isinstance(event, Requested) else event
                word = type(inner).__name__.removesuffix("Request").lower()
                return [f"refused {word} state={self._state()}"]
            case Ignored() | SendFrame() | StartTimer() | StopTimer():
                return []

    def _shown(self, data: bytes, sapi: int) -> list[str]:
        if not self._q931 or sapi != CALL_CONTROL:
            return []
        try:
            shown = text.to_json(messages.decode(data))
        except DecodeError as error:
            return [f"q931 dropped {data.hex()}: {error}"]
        return [f"q931 {msgspec.json.encode(shown).decode()}"]

    def _state(self) -> str:
        """Give the state of the connection that commands mean."""
        key = GROUP_TEI if self.layer.params.role is Role.USER else self._tei
        link = self.layer.links.get((self._sapi, key))
        state = dl.State.TEI_UNASSIGNED if link is None else link.state
        return state.name.lower().replace("_", "-")


def _message(told: str) -> bytes:
    """Take a message as JSON or in hexadecimal; raise ``ValueError``."""
    if not told.startswith("{"):
        return octets_of(told)
    try:
        return text.Q931.from_json(msgspec.json.decode(told))
    except (EncodeError, msgspec.MsgspecError) as error:
        raise ValueError(str(error)) from None


def _number(word: str) -> int:
    if not word.isdecimal() or int(word) > GROUP_TEI:
        raise ValueError(f"{word!r} is not a number of 0 to {GROUP_TEI}")
    return int(word)
