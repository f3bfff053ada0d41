"""LAPB in the laboratory: frames below, link primitives above."""

from __future__ import annotations

import argparse
from collections.abc import Hashable, Mapping
from typing import Final

from protocols.errors import DecodeError
from protocols.lapb import frames, link
from protocols.lapb.frames import Modulo
from protocols.lapb.primitives import (
    TIMERS,
    Action,
    BusyRequest,
    DataIndication,
    DataRequest,
    EstablishConfirm,
    EstablishIndication,
    EstablishRequest,
    Event,
    Ignored,
    LineDown,
    LineUp,
    Mode,
    Params,
    ReadyRequest,
    Refused,
    ReleaseConfirm,
    ReleaseIndication,
    ReleaseRequest,
    ResetIndication,
    Role,
    SendFrame,
    StartTimer,
    StopTimer,
    Timer,
    TimerExpired,
)
from sim.lab import contract
from sim.lab.contract import Output, Say, Transmit, octets_of

WORDS: Final = {
    "establish": "set the link up, or reset it",
    "release": "take the link down",
    "data": "HEX: send octets of layer 3",
    "busy": "take no more data for now",
    "ready": "take data again",
}
_REQUESTS: Final[dict[str, Event]] = {
    "establish": EstablishRequest(),
    "release": ReleaseRequest(),
    "busy": BusyRequest(),
    "ready": ReadyRequest(),
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("--role", choices=[role.value for role in Role], default="dte")
    parser.add_argument(
        "--mode",
        choices=[mode.value for mode in Mode],
        default="passive",
        help="what the link does by itself when it begins",
    )
    parser.add_argument("--modulo", type=int, choices=[8, 128], default=8, help="of LAPB")
    parser.add_argument("--k", type=int, default=7, help="I frames that may be unacknowledged")
    parser.add_argument(
        "--n1", type=int, default=2104, help="least bits of the longest I frame"
    )
    parser.add_argument("--n2", type=int, default=10, help="transmissions that are tried")
    parser.add_argument("--t3", action="store_true", help="the link is lost after silent T3")


def params(options: argparse.Namespace) -> Params:
    """Make the parameters; raise ``ValueError``."""
    return Params(
        role=Role(options.role),
        mode=Mode(options.mode),
        modulo=Modulo(options.modulo),
        k=options.k,
        n1=options.n1,
        n2=options.n2,
        t3=options.t3,
    )


def make(options: argparse.Namespace) -> Lapb:
    """Make the layer; raise ``ValueError``."""
    specs = {timer.value: spec for timer, spec in TIMERS.items()}
    return Lapb(params(options), contract.lengths(options.timer, specs))


class Lapb:
    """One end of a LAPB link."""

    def __init__(self, params: Params, seconds: Mapping[str, float]) -> None:
        self.link: Final = link.Link(params)
        self._seconds = seconds

    @property
    def words(self) -> Mapping[str, str]:
        """The commands."""
        return WORDS

    def begin(self) -> list[Output]:
        """Let the line be up."""
        return self._handle(LineUp())

    def end(self) -> list[Output]:
        """Let the line be down."""
        return self._handle(LineDown())

    def received(self, octets: bytes) -> list[Output]:
        """Take a frame."""
        try:
            return self._handle(link.read(octets, self.link.params.modulo))
        except DecodeError as error:
            return [Say(f"dropped {octets.hex()}: {error}")]

    def expired(self, timer: Hashable) -> list[Output]:
        """Take a timer."""
        return self._handle(TimerExpired(Timer(timer)))

    def told(self, words: list[str]) -> list[Output]:
        """Take a command."""
        match words:
            case [word] if word in _REQUESTS:
                return self._handle(_REQUESTS[word])
            case ["data", octets]:
                return self._handle(DataRequest(octets_of(octets)))
            case _:
                raise ValueError(f"{' '.join(words)}: not understood")

    def _handle(self, event: Event) -> list[Output]:
        out: list[Output] = []
        for action in self.link.handle(event):
            match action:
                case SendFrame(address, frame):
                    out.append(Transmit(frames.encode(address, frame, self.link.params.modulo)))
                case StartTimer(timer):
                    seconds = self._seconds[timer.value]
                    out.append(contract.StartTimer(timer.value, seconds))
                case StopTimer(timer):
                    out.append(contract.StopTimer(timer.value))
                case _:
                    out += [Say(line) for line in said(action)]
        return out


def said(action: Action) -> list[str]:
    """Give the line that tells of a primitive, if one does."""
    match action:
        case EstablishIndication():
            return ["establish indication"]
        case EstablishConfirm():
            return ["establish confirm"]
        case ResetIndication(cause):
            return [f"reset indication cause={_word(cause.value)}"]
        case ReleaseIndication(cause):
            return [f"release indication cause={_word(cause.value)}"]
        case ReleaseConfirm():
            return ["release confirm"]
        case DataIndication(data):
            return [f"data indication {data.hex()}"]
        case Refused(state, event):
            word = type(event).__name__.removesuffix("Request").lower()
            return [f"refused {word} state={_word(state.value)}"]
        case Ignored() | SendFrame() | StartTimer() | StopTimer():
            return []


def _word(text: str) -> str:
    return text.replace(" ", "-").lower()
