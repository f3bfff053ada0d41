"""What a layer in the laboratory is: the contract of each module that holds one.

Such a module has two functions::

    def arguments(parser: argparse.ArgumentParser) -> None    # what the command line may say
    def make(options: argparse.Namespace) -> Layer            # raises ValueError if it is wrong

and stands in the table of ``sim.lab.command`` under its name.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Protocol

from msgspec import Struct

from protocols.timers import TimerSpec


class Transmit(Struct, frozen=True, gc=False):
    """Send a frame or packet, as it is without flags and FCS."""

    octets: bytes


class StartTimer(Struct, frozen=True, gc=False):
    """Start a timer, or start it again."""

    timer: Hashable
    seconds: float


class StopTimer(Struct, frozen=True, gc=False):
    """Stop a timer; it may not be running."""

    timer: Hashable


class Say(Struct, frozen=True, gc=False):
    """Print a line."""

    text: str


Output = Transmit | StartTimer | StopTimer | Say


class Layer(Protocol):
    """One end of a link, as far up as the module goes."""

    @property
    def words(self) -> Mapping[str, str]:
        """The first words of commands, and what they do."""

    def begin(self) -> list[Output]:
        """Learn that frames can pass."""

    def end(self) -> list[Output]:
        """Learn that frames pass no more."""

    def received(self, octets: bytes) -> list[Output]:
        """Take what arrived in one frame; never raises."""

    def expired(self, timer: Hashable) -> list[Output]:
        """Learn that a timer ran out."""

    def told(self, words: list[str]) -> list[Output]:
        """Take a command; raise ``ValueError`` that says what is wrong with it."""


def octets_of(word: str) -> bytes:
    """Read octets in hexadecimal; raise ``ValueError``."""
    try:
        return bytes.fromhex(word)
    except ValueError:
        raise ValueError(f"{word!r} is not octets in hexadecimal") from None


def lengths(texts: list[str], specs: Mapping[str, TimerSpec]) -> dict[str, float]:
    """Give the seconds of all timers; raise ``ValueError`` for an unknown one."""
    seconds = {name: spec.default for name, spec in specs.items()}
    for text in texts:
        name, _, value = text.partition("=")
        if name not in seconds:
            raise ValueError(f"--timer {text}: the timers are {', '.join(seconds)}")
        try:
            seconds[name] = float(value)
        except ValueError:
            raise ValueError(f"--timer {text}: NAME=SECONDS is expected") from None
        if not 0 < seconds[name] < 1e6:
            raise ValueError(f"--timer {text}: more than no time is expected")
    return seconds
