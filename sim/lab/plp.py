"""The X.25 packet layer alone in the laboratory: one packet a frame, primitives above.

There is no data link that would repeat what is lost: the timers T24 and T25 run, and lost data
shows as a reset.
"""

from __future__ import annotations

import argparse
from collections import deque
from collections.abc import Hashable, Mapping
from typing import Final

from protocols.x25 import layer
from protocols.x25 import packets as x25_packets
from protocols.x25.primitives import (
    Event,
    LinkDown,
    LinkUp,
    Role,
    SendPacket,
    StartTimer,
    StopTimer,
    Timer,
    TimerExpired,
)
from sim.lab import contract, packets
from sim.lab.contract import Output, Say, Transmit

WORDS: Final = {
    "establish": "say that there is a data link: restart",
    "release": "say that the data link is gone",
    **packets.WORDS,
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    roles = [role.value for role in Role]
    parser.add_argument("--role", choices=roles, default="dte")
    packets.arguments(parser)


def make(options: argparse.Namespace) -> Plp:
    """Make the layer; raise ``ValueError``."""
    seconds = contract.lengths(options.timer, packets.SPECS)
    return Plp(layer.Layer(packets.params(options, t24=True)), packets.User(options), seconds)


class Plp:
    """One end of the packet layer and its user."""

    def __init__(
        self, core: layer.Layer, user: packets.User, seconds: Mapping[str, float]
    ) -> None:
        self.layer: Final = core
        self._user = user
        self._seconds = seconds

    @property
    def words(self) -> Mapping[str, str]:
        """The commands."""
        return WORDS

    def begin(self) -> list[Output]:
        """Wait for ``establish``, or for a restart of the other end."""
        return []

    def end(self) -> list[Output]:
        """Lose the data link."""
        return self._handle(LinkDown())

    def received(self, octets: bytes) -> list[Output]:
        """Take a packet."""
        return self._handle(layer.read(octets, self.layer.params.modulo))

    def expired(self, timer: Hashable) -> list[Output]:
        """Take a timer."""
        name, _, lcn = str(timer).partition(" ")
        return self._handle(TimerExpired(Timer(name), int(lcn)))

    def told(self, words: list[str]) -> list[Output]:
        """Take a command."""
        if words == ["establish"]:
            return self._handle(LinkUp())
        if words == ["release"]:
            return self._handle(LinkDown())
        event = self._user.event(words)
        return [] if event is None else self._handle(event)

    def _handle(self, event: Event) -> list[Output]:
        out: list[Output] = []
        waiting = deque([event])
        while waiting:
            for action in self.layer.handle(waiting.popleft()):
                match action:
                    case SendPacket(packet):
                        octets = x25_packets.encode(packet, self.layer.params.modulo)
                        out.append(Transmit(octets))
                    case StartTimer(timer, lcn):
                        seconds = self._seconds[timer.value]
                        out.append(contract.StartTimer(f"{timer.value} {lcn}", seconds))
                    case StopTimer(timer, lcn):
                        out.append(contract.StopTimer(f"{timer.value} {lcn}"))
                    case _:
                        lines, follow = self._user.heard(action)
                        out += [Say(line.rstrip()) for line in lines]
                        waiting += [] if follow is None else [follow]
        return out
