"""Playing a scenario: its steps on a ground, and what was told against what it expects.

A ground is a driver and a switch that work together: ``sim.kit.pair`` in one process on a
still clock, or processes joined by sockets and a broker.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

from cti.model.capabilities import Capabilities, Support
from sim.exchange.verbs import Event, Restart
from sim.exchange.views import ExchangeView
from sim.kit import truth
from sim.kit.fold import Fold
from sim.kit.patterns import Difference, Names, compare, short
from sim.scenario import Scenario, Step

_SUCCEEDED: Final = {"status": "succeeded"}


class Ground(Protocol):
    """Driver and switch, as a scenario needs them."""

    fold: Fold
    events: list[dict[str, Any]]

    @property
    def devices(self) -> list[str]:
        """Monitored devices."""

    @property
    def state(self) -> str:
        """State of the link."""

    def do(self, event: Event) -> None:
        """Let something happen at the switch."""

    def send(self, verb: str, args: Mapping[str, Any]) -> str:
        """Give a command; return its id."""

    def reply(self, command_id: str) -> dict[str, Any] | None:
        """Give the end of a command."""

    def operate(self, words: list[str]) -> dict[str, Any]:
        """Act on an operator's words."""

    def wait(self, seconds: float) -> None:
        """Let time pass at the switch."""

    def settle(self) -> None:
        """Wait until all is published that the switch told."""

    def later(self) -> bool:
        """Wait a moment; tell whether it makes sense to look again."""

    def view(self) -> ExchangeView:
        """Give the truth."""


def lacking(scenario: Scenario, capabilities: Capabilities) -> str:
    """Say what a link lacks to show a scenario; nothing when it has everything."""
    verbs = {str(step.command["verb"]) for step in scenario.steps if step.command}
    needs = sorted(verbs | set(scenario.needs))
    missing = [need for need in needs if not has(need, capabilities)]
    return f"the link has no {', '.join(missing)}" if missing else ""


def has(need: str, capabilities: Capabilities) -> bool:
    """Tell whether a link has a verb, an event or a member of ``resync``, by its name."""
    group, _, name = need.partition(".")
    if group == "resync":
        return bool(getattr(capabilities.resync, name))
    documents = capabilities.events if name else capabilities.commands
    document = documents.get(need)
    return document is not None and document.support is not Support.UNSUPPORTED


def conduct(
    scenario: Scenario,
    ground: Ground,
    tell: Callable[[int, Step, Sequence[Mapping[str, Any]]], None] | None = None,
) -> list[str]:
    """Play a scenario from a link that is up; say what went wrong, in words.

    ``tell`` hears of each step with the events it led to.
    """
    return _Performance(scenario, ground, tell).play()


class _Performance:
    """One scenario on one ground."""

    def __init__(self, scenario: Scenario, ground: Ground, tell: Any) -> None:
        self._scenario = scenario
        self._ground = ground
        self._tell = tell
        self._names = Names()
        self._seen = len(ground.events)
        """Events that were compared already."""
        self._shown = self._seen
        self._command_id = ""
        """The last command."""
        self._clean = True
        """Whether nothing has befallen the link so far."""
        self._problems: list[str] = []

    def play(self) -> list[str]:
        """Do all steps; a difference ends the play, since all that follows would differ."""
        for number, step in enumerate(self._scenario.steps, 1):
            what = f"step {number} ({named(step)})"
            try:
                found = self._step(step)
            except KeyError as error:
                found = [f"{error.args[0]} is not bound"]
            if self._tell is not None:
                self._tell(number, step, self._ground.events[self._shown :])
                self._shown = len(self._ground.events)
            found += [f"broke a rule: {one}" for one in self._ground.fold.problems]
            if found:
                self._problems += [f"{what}: {one}" for one in found]
                return self._problems
        return self._end()

    def _step(self, step: Step) -> list[str]:
        found: list[str] = []
        if step.do is not None:
            self._ground.do(step.do)
        if step.command is not None:
            args = self._names.filled(step.command)
            self._command_id = self._ground.send(args.pop("verb"), args)
        self._clean = self._clean and not step.fault and not isinstance(step.do, Restart)
        if step.fault:
            answer = self._ground.operate(step.fault.split())
            if not answer.get("ok"):
                found.append(f"{step.fault}: {answer.get('error')}")
        if step.wait:
            self._ground.wait(step.wait)
        self._ground.settle()
        if step.events is not None:
            found += self._compare(step)
        if step.command is not None or step.ends is not None:
            found += self._ended(self._command_id, step.ends or _SUCCEEDED)
        if (self._clean or step.truth) and not found:
            while (wrong := self._truth()) and self._ground.later():
                pass
            found += wrong
        return found

    def _compare(self, step: Step) -> list[str]:
        while True:
            told = self._ground.events[self._seen :]
            difference = compare(step.events or (), told, self._names)
            if difference is None or not (difference.more and self._ground.later()):
                break
        if difference is None:
            self._seen += len(told)
            return []
        return [_words(difference, told)]

    def _ended(self, command_id: str, expected: Mapping[str, Any]) -> list[str]:
        reply = self._ground.reply(command_id)
        if expected.get("status") == "outstanding":
            return [] if reply is None else [f"the command ended: {reply}"]
        while reply is None and self._ground.later():
            reply = self._ground.reply(command_id)
        if reply is None:
            return ["the command has not ended"]
        told = {"status": reply["status"], **(reply.get("result") or {})}
        error = reply.get("error")
        if error is not None:
            told |= {"class": str(error["type"]).rpartition(":")[2]}
        for name, wanted in expected.items():
            value = told.get(name)
            if isinstance(wanted, str) and wanted.startswith("$"):
                if wrong := self._names.fits(wanted, value):
                    return [f"the command's {name} is {wrong}"]
            elif isinstance(wanted, list) and value in wanted:
                continue
            elif value != wanted:
                detail = "" if error is None else f" ({error['detail']})"
                return [f"the command's {name} is {value}, not {wanted}{detail}"]
        return []

    def _truth(self) -> list[str]:
        ground = self._ground
        return truth.differences(ground.fold, ground.view(), ground.devices)

    def _end(self) -> list[str]:
        """Look whether everything is over and nothing was odd.

        A scenario that expects no events at all is about what is true in the end.
        """
        ground, found = self._ground, self._problems
        rest = compare((), ground.events[self._seen :], self._names)
        told = any(step.events is not None for step in self._scenario.steps)
        if told and rest is not None:
            found.append(f"at the end: {rest.told}")
        found += [f"at the end: {one}" for one in self._truth()]
        view = ground.view()
        if view.calls:
            found.append(f"at the end: calls {[call.call for call in view.calls]} go on")
        if not self._scenario.faults:
            found += [f"anomaly: {one}" for one in ground.fold.anomalies]
        return found


def named(step: Step) -> str:
    """Say what a step does."""
    if step.comment:
        return step.comment.rstrip(".")
    if step.do is not None:
        words = [getattr(step.do, name) for name in step.do.__struct_fields__]
        return " ".join([type(step.do).__name__, *(str(word) for word in words if word)])
    if step.command is not None:
        return " ".join(str(value) for value in step.command.values())
    return step.fault or f"{step.wait:g} s later"


def _words(difference: Difference, told: Sequence[Mapping[str, Any]]) -> str:
    lines = [f"expected {difference.expected}", f"told: {difference.told}", "all of it:"]
    return "\n    ".join([*lines, *(f"  {short(event)}" for event in told)])
