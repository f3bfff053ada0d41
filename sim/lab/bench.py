"""The rim of the laboratory: a layer on the reactor, its timers, and standard input."""

from __future__ import annotations

import random
import sys
import threading
from collections import deque
from collections.abc import Callable, Hashable, Iterable
from typing import Any, Final

from cti.clock import Delayed
from sim.lab.attach import Attachment
from sim.lab.contract import Layer, Output, Say, StartTimer, StopTimer, Transmit


class Weather:
    """What happens to frames on the way out; calm unless told otherwise."""

    def __init__(self, loss: float, duplicate: float, reorder: float, seed: int) -> None:
        for name, share in (("loss", loss), ("duplicate", duplicate), ("reorder", reorder)):
            if not 0.0 <= share < 1.0:
                raise ValueError(f"--{name} {share}: a share from 0 up to 1 is expected")
        self._loss, self._duplicate, self._reorder = loss, duplicate, reorder
        self._dice: Final = random.Random(seed)  # noqa: S311 - weather, not a secret
        self._held: bytes | None = None

    def carry(self, octets: bytes) -> list[bytes]:
        """Give what goes out when a frame is sent; one that is late follows the next."""
        out = [] if self._dice.random() < self._loss else [octets]
        if out and self._dice.random() < self._duplicate:
            out.append(octets)
        if out and self._held is None and self._dice.random() < self._reorder:
            self._held = out.pop()
        elif self._held is not None and out:
            out.append(self._held)
            self._held = None
        return out


class Bench:
    """A layer, what carries its frames, and who commands it."""

    def __init__(
        self,
        layer: Layer,
        attachment: Attachment,
        weather: Weather,
        reactor: Any,
        say: Callable[[str], None],
        *,
        verbose: bool = False,
        first: Iterable[str] = (),
    ) -> None:
        self._layer = layer
        self._attachment = attachment
        self._weather = weather
        self._reactor = reactor
        self._say = say
        self._verbose = verbose
        self._commands = deque(first)
        self._timers: dict[Hashable, Delayed] = {}
        self._open = False
        self._waits = False
        self._ended = False
        self.status = 0
        """Exit status."""

    # The command lines.

    def take(self, line: str) -> None:
        """Take a line of standard input; it is done when those before it are."""
        self._commands.append(line)
        self._go_on()

    def ended(self) -> None:
        """Learn that standard input ended: the last thing to be done is to stop."""
        self.take("quit")

    def _go_on(self) -> None:
        while self._open and self._commands and not self._waits and not self._ended:
            words = self._commands.popleft().partition("#")[0].split()
            try:
                self._command(words)
            except ValueError as error:
                self._say(f"error {error}")

    def _command(self, words: list[str]) -> None:
        match words:
            case []:
                pass
            case ["quit"]:
                self._ended = True
                self._reactor.callLater(0.05, self._reactor.stop)
            case ["wait", seconds]:
                length = float(seconds)  # a ValueError says what was wrong
                self._waits = True
                self._reactor.callLater(max(length, 0.0), self._waited)
            case ["help"]:
                for word, meaning in {**self._layer.words, **OWN_WORDS}.items():
                    self._say(f"help {word} {meaning}")
            case _:
                self._perform(self._layer.told(words))

    def _waited(self) -> None:
        self._waits = False
        self._go_on()

    # The attachment.

    def listening(self, port: int) -> None:
        """Say where another may connect."""
        self._say(f"listening port={port}")

    def opened(self) -> None:
        """Let the layer begin."""
        self._open = True
        self._say("open")
        self._perform(self._layer.begin())
        self._reactor.callLater(0, self._go_on)

    def received(self, octets: bytes) -> None:
        """Give a frame to the layer."""
        self._note("<", octets)
        self._perform(self._layer.received(octets))

    def lost(self, reason: str) -> None:
        """Stop: there is nothing to attach to any more."""
        self._say(f"closed {reason}")
        if self._open:
            self._perform(self._layer.end())
        elif not self._ended:
            self.status = 1
        if not self._ended:
            self._ended = True
            self._reactor.callLater(0, self._reactor.stop)

    # Outputs.

    def _perform(self, outputs: list[Output]) -> None:
        for output in outputs:
            match output:
                case Transmit(octets):
                    self._note(">", octets)
                    for one in self._weather.carry(octets):
                        self._attachment.send(one)
                case StartTimer(timer, seconds):
                    self._stop(timer)
                    call = self._reactor.callLater(seconds, self._expire, timer)
                    self._timers[timer] = call
                case StopTimer(timer):
                    self._stop(timer)
                case Say(text):
                    self._say(text)

    def _stop(self, timer: Hashable) -> None:
        running = self._timers.pop(timer, None)
        if running is not None and running.active():
            running.cancel()

    def _expire(self, timer: Hashable) -> None:
        self._timers.pop(timer, None)
        self._perform(self._layer.expired(timer))

    def _note(self, way: str, octets: bytes) -> None:
        if self._verbose:
            sys.stderr.write(f"{way} {octets.hex()}\n")
            sys.stderr.flush()


OWN_WORDS: Final = {
    "wait": "SECONDS: let time pass before the next line",
    "help": "tell the commands",
    "quit": "end; so does the end of standard input",
}


def read_lines(reactor: Any, take: Callable[[str], None], ended: Callable[[], None]) -> None:
    """Read standard input, whatever it is, in a thread that keeps nobody from ending."""

    def read() -> None:
        for line in sys.stdin:
            reactor.callFromThread(take, line)
        reactor.callFromThread(ended)

    threading.Thread(target=read, daemon=True).start()
