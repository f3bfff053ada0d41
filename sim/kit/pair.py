"""A driver's Engine and a simulated switch on one still clock, joined octet by octet."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from cti import engine as en
from cti import moment
from cti.config.sections import RoutePoint
from cti.desk import Progress, Reply
from cti.driver import StopRequested, SwitchDriver
from cti.identity import StartingState
from cti.link import Link, stack
from cti.model import commands as cm
from cti.model.capabilities import Capabilities
from cti.model.commands import Command, Result
from protocols.stacks.primitives import OctetsReceived, TransportDown, TransportUp
from sim.exchange.verbs import Event
from sim.exchange.views import ExchangeView
from sim.face import Bench
from sim.kit import carried
from sim.kit.fold import Fold
from sim.plan import ExchangePlan
from sim.scenario import Scenario

BEGIN: Final = 1_700_000_000
SWITCH: Final = "hq"
LINK: Final = "main"
_MENDED: Final = 60.0
"""Seconds within which a link that was mended must be up."""

_LOOK: Final = 0.05
"""Seconds between two looks at a line that is busy."""


def monitored(plan: ExchangePlan) -> list[str]:
    """Give the devices of a plan that are monitored: stations and groups."""
    stations = [station.number for station in plan.stations]
    return stations + [group.number for group in plan.groups]


def route_points(scenario: Scenario) -> tuple[RoutePoint, ...]:
    """Give what the bridge is configured with for the route points of a scenario."""
    return msgspec.convert(scenario.route_points, tuple[RoutePoint, ...])


def engine(
    driver: type[SwitchDriver],
    options: Mapping[str, Any],
    devices: list[str],
    over: str = "",
    **more: Any,
) -> tuple[en.Engine, Link]:
    """Make an Engine with one live link; raise ``DriverError`` for bad options.

    ``over`` is another message link than the driver's own. ``more`` is what the configuration
    of a switch says beside that.
    """
    one = driver({**options, "devices": devices})
    link = Link(LINK, one, stack(over or one.stack, carried.KEYS.get(over, {})))
    start = StartingState("kit", {}, {})
    return en.Engine(SWITCH, [link], start, devices, **more), link


_MOMENT: Final = moment.SECOND
"""Longest time for which a driver may wait for what follows."""


class Pair:
    """Engine and switch; what either sends arrives at the other at once."""

    def __init__(
        self,
        driver: type[SwitchDriver],
        options: Mapping[str, Any],
        bench: Bench,
        devices: list[str],
        **more: Any,
    ) -> None:
        """``more`` goes to the Engine: see ``engine``."""
        self.bench = bench
        self.engine, self.link = engine(driver, options, devices, **more)
        self.devices: Final = devices
        self.fold = Fold()
        self.events: list[dict[str, Any]] = []
        """Everything published, in its JSON form."""
        self.replies: dict[str, Result] = {}
        self.progress: dict[str, list[str]] = {}
        """How far the commands were that wanted it told."""
        self.notes: list[str] = []
        """What was odd on the link."""
        self.record: list[bytes] | None = None
        """Gets what the switch sends, where it is a list."""
        self.sent = 0
        """Octets to the switch."""
        self.problems: list[str] = []
        """What a driver must not do, in words."""
        self._count = 0
        self._heard: deque[bytes] = deque()
        self._busy = False

    @property
    def at(self) -> int:
        """The moment, for the Engine."""
        return round((BEGIN + self.bench.now) * moment.SECOND)

    @property
    def state(self) -> str:
        """State of the link."""
        return self.link.state.value

    @property
    def standing(self) -> str:
        """State of the link, and the reason that was told with it."""
        told = [one for one in self.events if one["event"] == "link.state"]
        reason = told[-1].get("reason") if told else ""
        return f"{self.state} ({reason})" if reason else self.state

    @property
    def capabilities(self) -> Capabilities:
        """What the link can do, as far as is known."""
        return en.own(self.link.driver.capabilities)

    # The link.

    def connect(self) -> bool:
        """Open the link; say whether the switch let it stand."""
        if not self.bench.connect():
            self.give(TransportDown("refused"))
            return False
        self.give(TransportUp())
        return True

    def disconnect(self, reason: str = "cut") -> None:
        """Cut the link for both sides."""
        self.bench.disconnect()
        self.give(TransportDown(reason))

    def stop(self) -> None:
        """Have the driver release the link in order."""
        self.give(StopRequested())

    def give(self, event: Any) -> None:
        """Give the Engine something for its link."""
        self._perform(self.engine.handle(en.Input(LINK, event), self.at))
        self.hear()

    def _listen(self) -> None:
        """Take what the last move had the switch send, datagram by datagram."""
        self.hear(*self.bench.sent)

    def hear(self, *pieces: bytes) -> None:
        """Take what the switch sends, after what is being done."""
        self._heard.extend(pieces)
        if self.record is not None:
            self.record.extend(pieces)
        if self._busy:
            return
        self._busy = True
        try:
            while self._heard:
                event = en.Input(LINK, OctetsReceived(self._heard.popleft()))
                self._perform(self.engine.handle(event, self.at))
        finally:
            self._busy = False

    # The world.

    def do(self, event: Event) -> None:
        """Let something happen at the switch."""
        self.bench.do(event)
        self._listen()
        self._look()

    def operate(self, words: list[str]) -> dict[str, Any]:
        """Act on an operator's words, ``cut`` and ``mend`` of the link included."""
        match words:
            case ["cut"]:
                self.disconnect()
            case ["mend"]:
                return {"ok": self._mend(), "error": f"the link is {self.state}"}
            case _:
                answer, _ = self.bench.say(words)
                self._listen()
                self._look()
                return answer
        return {"ok": True}

    def _mend(self) -> bool:
        """Open the link until it is up; a switch that restarts refuses for a while."""
        end = self.bench.now + _MENDED
        while self.state not in ("up", "degraded") and self.bench.now < end:
            if not self.link.connected:
                self.connect()
            self.wait(1.0)
        return self.state == "up"

    def wait(self, seconds: float) -> None:
        """Let time pass on both sides, each timer at its own time."""
        end = self.bench.now + seconds
        while True:
            due = [end]
            if (theirs := self.engine.next_due) is not None:
                due.append(theirs / moment.SECOND - BEGIN)
            if (other := self.bench.next_due()) is not None:
                due.append(other)
            step = max(min(due) - self.bench.now, 0.0)
            self.bench.advance(step)
            self._listen()
            self._perform(self.engine.handle(en.Wake(), self.at))
            self.hear()
            self._look()
            if self.bench.now >= end - 1e-9:
                return

    def _look(self) -> None:
        """Tell the Engine of a link that the switch closed."""
        if self.link.connected and not self.bench.connected:
            self.give(TransportDown("closed by the switch"))

    def settle(self) -> None:
        """Let a line that takes its time carry what is under way."""
        while getattr(self.bench, "busy", False):
            self.wait(_LOOK)

    def later(self) -> bool:
        """Let the driver's next timer run out if it is one of a moment; say whether it did.

        A driver that has to see what follows, before it can say what happened, tells late.
        """
        due = self.engine.next_due
        if due is None or due > self.at + _MOMENT:
            return False
        self.wait(max((due - self.at) / moment.SECOND, 0.0))
        return True

    def view(self) -> ExchangeView:
        """Give the truth of the exchange."""
        return self.bench.view()

    # Commands.

    def send(self, verb: str, args: Mapping[str, Any], **more: Any) -> str:
        """Give a command; return its id. Raise ``ValueError`` for what is no command."""
        self._count += 1
        command_id = str(self._count)
        command = Command(
            command_id=command_id,
            verb=verb,
            switch_id=SWITCH,
            args=msgspec.convert(args, cm.VERBS[verb]),
            requester="app",
            **more,
        )
        self._perform(self.engine.handle(en.CommandArrived(command), self.at))
        self.hear()
        return command_id

    def reply(self, command_id: str) -> dict[str, Any] | None:
        """Give the end of a command as its reply tells it; None while it has none."""
        result = self.replies.get(command_id)
        if result is None:
            return None
        told: dict[str, Any] = {"status": result.status.value}
        if result.result is not msgspec.UNSET:
            told |= {"result": result.result}
        if result.error is not msgspec.UNSET:
            problem = result.error.problem(command_id)
            told |= {"error": msgspec.to_builtins(problem)}
        return told

    def ask(self, args: cm.Args, **more: Any) -> Result | None:
        """Give a command by its arguments; return its end if it has one by now."""
        verb = next(verb for verb, kind in cm.VERBS.items() if type(args) is kind)
        return self.replies.get(self.send(verb, msgspec.to_builtins(args), **more))

    def _perform(self, actions: list[en.Action]) -> None:
        was, self._busy = self._busy, True
        for action in actions:
            match action:
                case en.Publish(event):
                    told = msgspec.to_builtins(event)
                    self.fold.take(told)
                    self.events.append(told)
                case en.Transmit(_, octets):
                    self.sent += len(octets)
                    self.bench.feed(octets)
                    self._listen()
                case en.Close(_, reason):
                    self._heard.clear()
                    self.bench.disconnect()
                    self._perform(
                        self.engine.handle(en.Input(LINK, TransportDown(reason)), self.at)
                    )
                case Reply():
                    self._replied(action)
                case Progress(command_id=command_id, step=step):
                    self.progress.setdefault(command_id, []).append(step)
                case en.Note(_, note):
                    self.notes.append(f"{note.kind}: {note.detail}")
                case _:
                    pass
        self._busy = was

    def _replied(self, reply: Reply) -> None:
        """Keep the end of a command; a call that it names must have been told (rule O7)."""
        if reply.command_id in self.replies:
            self.problems.append(f"{reply.verb} {reply.command_id}: ended twice")
        self.replies[reply.command_id] = reply.result
        told = reply.result.result
        call = None if told is msgspec.UNSET else told.get("call")
        if call and call not in self.fold.calls and call not in self.fold.ended:
            self.problems.append(f"{reply.verb}: {call} is named before call.created")
