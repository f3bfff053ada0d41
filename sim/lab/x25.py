"""X.25 in the laboratory: frames below, LAPB, the packet layer, primitives above.

Lines of LAPB begin with ``link``. A timer of LAPB is set by its name, one of the packet layer
by its name behind ``x25.``: ``--timer T1=0.5 --timer x25.T21=5``.
"""

from __future__ import annotations

import argparse
from collections import deque
from collections.abc import Hashable, Mapping
from typing import Final

from protocols.lapb import primitives as lapb
from protocols.stacks.interface import Dropped, Event, FrameOctets, Interface, frame_bits
from protocols.stacks.primitives import Transmit as FrameOut
from protocols.x25 import primitives as x25
from sim.lab import contract, packets
from sim.lab import lapb as lab_lapb
from sim.lab.contract import Output, Say, Transmit

WORDS: Final = {
    "establish": "set the link up, or reset it; restart follows",
    "release": "take the link down",
    **packets.WORDS,
}
_SPECS: Final = {timer.value: spec for timer, spec in lapb.TIMERS.items()} | {
    f"x25.{name}": spec for name, spec in packets.SPECS.items()
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    lab_lapb.arguments(parser)
    packets.arguments(parser)


def make(options: argparse.Namespace) -> X25:
    """Make the layers; raise ``ValueError``."""
    upper = packets.params(options)
    options.n1 = max(options.n1, frame_bits(upper.max_packet_size))
    core = Interface(lab_lapb.params(options), upper)
    return X25(core, packets.User(options), contract.lengths(options.timer, _SPECS))


class X25:
    """One end of an X.25 interface and its user."""

    def __init__(
        self, core: Interface, user: packets.User, seconds: Mapping[str, float]
    ) -> None:
        self.core: Final = core
        self._user = user
        self._seconds = seconds

    @property
    def words(self) -> Mapping[str, str]:
        """The commands."""
        return WORDS

    def begin(self) -> list[Output]:
        """Let the line be up."""
        return self._handle(lapb.LineUp())

    def end(self) -> list[Output]:
        """Let the line be down."""
        return self._handle(lapb.LineDown())

    def received(self, octets: bytes) -> list[Output]:
        """Take a frame."""
        return self._handle(FrameOctets(octets))

    def expired(self, timer: Hashable) -> list[Output]:
        """Take a timer."""
        name, _, lcn = str(timer).partition(" ")
        if lcn:
            return self._handle(x25.TimerExpired(x25.Timer(name), int(lcn)))
        return self._handle(lapb.TimerExpired(lapb.Timer(name)))

    def told(self, words: list[str]) -> list[Output]:
        """Take a command."""
        if words == ["establish"]:
            return self._handle(lapb.EstablishRequest())
        if words == ["release"]:
            return self._handle(lapb.ReleaseRequest())
        event = self._user.event(words)
        return [] if event is None else self._handle(event)

    def _handle(self, event: Event) -> list[Output]:
        out: list[Output] = []
        waiting: deque[Event] = deque([event])
        while waiting:
            for action in self.core.handle(waiting.popleft()):
                match action:
                    case FrameOut(octets):
                        out.append(Transmit(octets))
                    case Dropped(reason):
                        out.append(Say(f"dropped {reason}"))
                    case lapb.StartTimer(timer):
                        seconds = self._seconds[timer.value]
                        out.append(contract.StartTimer(timer.value, seconds))
                    case lapb.StopTimer(timer):
                        out.append(contract.StopTimer(timer.value))
                    case x25.StartTimer(timer, lcn):
                        seconds = self._seconds[f"x25.{timer.value}"]
                        out.append(contract.StartTimer(f"{timer.value} {lcn}", seconds))
                    case x25.StopTimer(timer, lcn):
                        out.append(contract.StopTimer(f"{timer.value} {lcn}"))
                    case (
                        lapb.SendFrame()
                        | lapb.EstablishIndication()
                        | lapb.EstablishConfirm()
                        | lapb.ResetIndication()
                        | lapb.ReleaseIndication()
                        | lapb.ReleaseConfirm()
                        | lapb.DataIndication()
                        | lapb.Refused()
                        | lapb.Ignored()
                    ):
                        out += [Say(f"link {line}") for line in lab_lapb.said(action)]
                    case _:
                        lines, follow = self._user.heard(action)
                        out += [Say(line.rstrip()) for line in lines]
                        waiting += [] if follow is None else [follow]
        return out
