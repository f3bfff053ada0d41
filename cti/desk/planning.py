"""How a command is carried out: by itself, or by several steps and what is to be seen."""

from __future__ import annotations

from typing import Final

from msgspec import UNSET, structs

from cti.desk.actions import Out
from cti.desk.admission import Admission, Aim
from cti.driver import NativeTarget
from cti.model import commands as cm
from cti.model.capabilities import CommandSupport, Support
from cti.model.commands import Command, Confirm, MakeCallMode
from cti.model.errors import ErrorClass
from cti.recipes import composed, compositions, native
from cti.recipes.confirming import confirmation
from cti.recipes.plans import Calls, compose, withdrawal
from cti.recipes.sight import Sight
from cti.recipes.steps import Plan, Step
from cti.targets import refuse
from cti.tracker.book import Book

_MAKES: Final = ("make_call", "consult")
"""Verbs whose device begins a call."""


class Planning:
    """Makes the plans of one switch."""

    def __init__(self, book: Book, admission: Admission) -> None:
        self._book = book
        self._admission = admission
        self.sight: Final = Sight(book)

    def plan(self, command: Command, aim: Aim) -> Plan | None:
        """Give the plan of a command; None for one that is sent as it is.

        Raise ``Refusal`` for what cannot be composed or confirmed.
        """
        mode = self._mode(command, aim)
        calls = self._calls(aim.target)
        goal = None
        if command.confirm is Confirm.EVENT:
            goal = confirmation(command.args, calls)
            if goal is None:
                detail = f"no event confirms {command.verb}"
                raise refuse(ErrorClass.INVALID_ARGUMENT, detail, "confirm")
        if composed(aim.support, mode):
            plan = self._composed(command, aim, calls)
            return plan if plan.goal is not None else structs.replace(plan, goal=goal)
        if goal is None:
            return None
        device = getattr(command.args, "device", "")
        step = Step(
            command.verb,
            lambda _: command.args,
            makes=device if command.verb in _MAKES else "",
            instead=self._instead(command, aim, calls),
        )
        named = tuple(dict.fromkeys(one for one in (calls.call, calls.active) if one))
        return Plan(device, named, (step,), goal)

    def withdrawal(self, out: Out) -> Plan | None:
        """Give the plan to take a command back that was sent; None for one that cannot be.

        A call that is being made is cleared unless somebody answers it meanwhile.
        """
        if not native(self._commands(out.link_id), "clear_connection"):
            return None
        return withdrawal(out.command.args, self._calls(out.target).call)

    def _composed(self, command: Command, aim: Aim, calls: Calls, without: str = "") -> Plan:
        """Compose a command of what its link has."""
        commands = self._commands(aim.link_id)
        modes = commands["make_call"].modes if "make_call" in commands else UNSET
        rings = modes is UNSET or MakeCallMode.PROMPT in modes
        return compose(
            structs.replace(command, args=aim.args),
            *(calls, self.sight, lambda one: one != without and native(commands, one)),
            MakeCallMode.PROMPT if rings else UNSET,
        )

    def _instead(self, command: Command, aim: Aim, calls: Calls) -> tuple[Step, ...]:
        """Give what does the same, should the link turn out not to have the verb."""
        others = {
            **self._commands(aim.link_id),
            command.verb: CommandSupport(Support.UNSUPPORTED),
        }
        support = compositions(others).get(command.verb)
        if support is None or not composed(support):
            return ()
        return self._composed(command, aim, calls, without=command.verb).steps

    def _commands(self, link_id: str) -> dict[str, CommandSupport]:
        return self._admission.links[link_id].capabilities.commands

    def _mode(self, command: Command, aim: Aim) -> object:
        """Give the mode of a call to make; raise ``Refusal`` for one that the link lacks."""
        args = command.args
        if not isinstance(args, cm.MakeCall):
            return UNSET
        if args.via is not UNSET and args.mode is not MakeCallMode.TWO_LEGS:
            raise refuse(ErrorClass.INVALID_ARGUMENT, "via is for two_legs only", "args.via")
        modes = aim.support.modes
        if args.mode is not UNSET and modes is not UNSET and args.mode not in modes:
            known = ", ".join(modes)
            detail = f"link {aim.link_id} has no mode {args.mode.value}, but {known}"
            raise refuse(ErrorClass.UNSUPPORTED, detail, "args.mode")
        return args.mode

    def _calls(self, target: NativeTarget) -> Calls:
        """Name the calls of a target by their ids."""
        return Calls(self._id(target.call), self._id(target.held), self._id(target.active))

    def _id(self, native_id: str | None) -> str:
        call = None if native_id is None else self._book.calls.live(native_id)
        return "" if call is None else call.call_id
