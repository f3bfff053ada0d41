"""A ground of processes: daemon, broker and simulated switch, joined by sockets.

The switch's clock stands still but for ``wait``, so that a scenario is as exact here as in one
process and takes no time; what the daemon does by its own clock is waited for.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Final, Protocol

import msgspec

from sim.exchange.verbs import Event
from sim.exchange.views import ExchangeView
from sim.kit.fold import Fold

_PATIENCE: Final = 15.0
"""Seconds for what must come by sockets."""
_AT_ONCE: Final = 2.0
"""Seconds that a command is waited for before the play goes on."""
_QUERIES: Final = ("query_forwarding", "query_dnd", "query_agent", "snapshot_device")
"""Verbs that change nothing and whose reply comes behind all that was told before."""


class Application(Protocol):
    """An application on MQTT."""

    def told(self) -> list[dict[str, Any]]:
        """Give all events so far, in the order of arrival, without their envelopes."""

    def ask(self, verb: str, **args: Any) -> dict[str, Any]:
        """Give a command and wait for its reply."""


class Switch(Protocol):
    """A simulated switch with a clock that stands still, by its operator's words."""

    def say(self, *words: str) -> dict[str, Any]:
        """Say words and give the answer."""


class Site:
    """Driver and switch as processes; the link is up."""

    def __init__(self, switch: Switch, application: Application, devices: list[str]) -> None:
        self.devices: Final = devices
        self.fold = Fold()
        self.events: list[dict[str, Any]] = []
        self._switch = switch
        self._application = application
        self._asked: dict[str, Future[dict[str, Any]]] = {}
        self._pool = ThreadPoolExecutor(max_workers=8)
        self._taken = 0
        self._ids: set[str] = set()
        self._until = 0.0
        self._stalled = False
        self._pull()

    def close(self) -> None:
        """End what waits for replies."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    @property
    def state(self) -> str:
        """State of the link, as it was published."""
        self._pull()
        return next(iter(self.fold.links.values()), "down")

    def do(self, event: Event) -> None:
        """Let something happen at the switch."""
        self._move()
        self._switch.say("act", msgspec.json.encode(event).decode())

    def send(self, verb: str, args: Mapping[str, Any]) -> str:
        """Give a command; wait for its end as long as usual ones take."""
        self._move()
        command_id = str(len(self._asked))
        asked = self._asked[command_id] = self._pool.submit(self._application.ask, verb, **args)
        with suppress(TimeoutError):  # it is out as long as the scenario wants it to be
            asked.result(_AT_ONCE)
        return command_id

    def reply(self, command_id: str) -> dict[str, Any] | None:
        """Give the end of a command."""
        asked = self._asked[command_id]
        return asked.result() if asked.done() else None

    def operate(self, words: list[str]) -> dict[str, Any]:
        """Act on an operator's words, ``cut`` and ``mend`` of the link included."""
        self._move()
        match words:
            case ["cut"]:
                self._switch.say("refuse", "on")
                self._switch.say("cut")
                return {"ok": self._comes({"down", "connecting"}), "error": "the link stays"}
            case ["mend"]:
                self._switch.say("refuse", "off")
                return {"ok": self._comes({"up"}), "error": f"the link is {self.state}"}
            case ["stall", word]:
                self._stalled = word == "on"
            case _:
                pass
        return self._switch.say(*words)

    def wait(self, seconds: float) -> None:
        """Let time pass at the switch, once the bridge has said what it has to say."""
        self.settle()
        self._switch.say("pass", str(seconds))

    def settle(self) -> None:
        """Wait until all is published that the switch told, if it can tell anything now."""
        if self.state == "up" and not self._stalled:
            for verb in _QUERIES:
                if (
                    self._application.ask(verb, device=self.devices[-1])["status"]
                    == "succeeded"
                ):
                    break
        self._pull()

    def later(self) -> bool:
        """Wait a moment; tell whether patience lasts since the last move."""
        time.sleep(0.02)  # between two looks
        self._pull()
        return time.monotonic() < self._until

    def view(self) -> ExchangeView:
        """Give the truth."""
        told = self._switch.say("show")["state"]["exchange"]
        return msgspec.convert(told, ExchangeView)

    def _move(self) -> None:
        self._until = time.monotonic() + _PATIENCE

    def _comes(self, states: set[str]) -> bool:
        self._move()
        while self.state not in states:
            if not self.later():
                return False
        return True

    def _pull(self) -> None:
        """Take what arrived; a repeat of an event is none (rule O9)."""
        told = self._application.told()
        for event in told[self._taken :]:
            if event["id"] not in self._ids:
                self._ids.add(event["id"])
                self.fold.take(event)
                self.events.append(event)
        self._taken = len(told)
