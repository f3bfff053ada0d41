"""Whether a command may be sent now, by which link, and what it aims at there."""

from __future__ import annotations

from typing import Any, Final

from msgspec import UNSET, Struct, structs

from cti.calldata import attached, excess
from cti.desk.turns import NEW_WORK
from cti.driver import NativeTarget
from cti.lending import OURSELVES, Permits
from cti.model.capabilities import Capabilities, CommandSupport, Limits, Support
from cti.model.commands import Args, Command
from cti.model.data import CallData
from cti.model.errors import Error, ErrorClass
from cti.model.states import LinkState
from cti.numbering import Numbering
from cti.targets import Refusal, Targets, refuse
from cti.tracker.book import Book

USABLE: Final = (LinkState.UP, LinkState.DEGRADED)
"""States of a link that can take commands."""
_NAMED: Final = ("device", "route_point", "via")
_NO_LIMITS: Final = Limits()
_LATER_MS: Final = 5_000


class LinkView(Struct, gc=False):
    """What the desk knows of a link."""

    state: LinkState
    capabilities: Capabilities
    overloaded: bool = False
    """Whether the switch says that it has too much to do."""


class Aim(Struct, frozen=True, gc=False):
    """A command that may be sent: how, and at what."""

    link_id: str
    support: CommandSupport
    target: NativeTarget
    args: Args
    """As the switch is to have them: numbers are what a set dials."""

    @property
    def objects(self) -> frozenset[tuple[str, str]]:
        """What one command at a time may be out for: devices, route points and calls."""
        named = ((one, getattr(self.args, one, None)) for one in _NAMED)
        target = self.target
        calls = {("call", one) for one in (target.call, target.held, target.active) if one}
        things = {
            ("device" if kind == "via" else kind, one)
            for kind, one in named
            if isinstance(one, str)
        }
        return frozenset(things | calls)


class Admission:
    """Checks commands against rights, links and calls."""

    def __init__(self, book: Book, numbering: Numbering | None) -> None:
        self._numbering = numbering
        self.targets: Final = Targets(book)
        self.links: Final[dict[str, LinkView]] = {}
        """Links by their id, kept current by the Engine."""
        self.permits: Permits = _everything
        """Asked again before a command is sent: rights and calls may have changed."""

    def forbidden(self, command: Command) -> Error | None:
        """Tell why a requester may not give a command; the bridge itself may give any."""
        return None if command.requester == OURSELVES else self.permits(command)

    def permit(self, command: Command) -> None:
        """Raise ``Refusal`` for a command that its requester may not give."""
        if (error := self.forbidden(command)) is not None:
            raise Refusal(error)

    def check(self, command: Command) -> Aim:
        """Give how to send a command; raise ``Refusal`` if it must not be, or ``Already``."""
        self.permit(command)
        link_id = self._link(command)
        support = self._supported(command.verb, link_id)
        if command.verb in NEW_WORK and self.links[link_id].overloaded:
            detail = f"{command.verb}: the switch at link {link_id} says that it is overloaded"
            raise Refusal(Error(ErrorClass.OVERLOAD, detail, retry_after_ms=_LATER_MS))
        self.expect(command)
        aim = self._aim(command, link_id, support)
        data = getattr(command.args, "data", UNSET)
        if isinstance(data, dict):
            call = self.targets.call_of_route(command.args)
            fits(CallData() if call is None else call.data, command.requester, data)
        return aim

    def step(self, command: Command, link_id: str) -> Aim:
        """Give how to send a part of a command that was permitted as a whole.

        Raise ``Refusal`` or ``Already``.
        """
        return self._aim(command, link_id, self._supported(command.verb, link_id))

    def expect(self, command: Command) -> None:
        """Raise ``Refusal`` unless the calls of a command have the version that it expects."""
        expected = command.expect_version
        if expected is UNSET:
            return
        for call in self.targets.calls_of(command):
            if call.version != expected:
                detail = f"call {call.call_id} has version {call.version}, not {expected}"
                raise refuse(ErrorClass.STALE, detail, "expect_version")

    def reach(self, verb: str, link_id: str) -> None:
        """Raise ``Refusal`` for a link that is not there, or cannot be asked anything now."""
        view = self.links.get(link_id)
        if view is None:
            detail = f"no link {link_id!r}; there is {', '.join(self.links)}"
            raise refuse(ErrorClass.INVALID_OBJECT, detail, "args.link")
        if not self.usable(link_id):
            detail = f"{verb}: link {link_id} is {view.state.value}"
            raise refuse(ErrorClass.LINK_DOWN, detail)

    def usable(self, link_id: str) -> bool:
        """Tell whether a link can take commands."""
        view = self.links.get(link_id)
        return view is not None and view.state in USABLE

    def limits(self, link_id: str) -> Limits:
        """Give what a link takes."""
        view = self.links.get(link_id)
        return _NO_LIMITS if view is None else view.capabilities.limits

    def _aim(self, command: Command, link_id: str, support: CommandSupport) -> Aim:
        target = self.targets.of(command)
        return Aim(link_id, support, target, self._dialled(command.args))

    def _supported(self, verb: str, link_id: str) -> CommandSupport:
        support = self.links[link_id].capabilities.commands.get(verb)
        if support is None or support.support is Support.UNSUPPORTED:
            note = "" if support is None or support.note is UNSET else f": {support.note}"
            detail = f"{verb} is not supported by link {link_id}{note}"
            raise refuse(ErrorClass.UNSUPPORTED, detail, "verb")
        return support

    def _link(self, command: Command) -> str:
        route_id = getattr(command.args, "route", None)
        if isinstance(route_id, str):
            return self.targets.route(route_id).link_id
        for link_id, view in self.links.items():
            if view.state in USABLE:
                return link_id
        states = ", ".join(f"{name} {view.state.value}" for name, view in self.links.items())
        detail = f"{command.verb}: no link is up ({states})"
        raise refuse(ErrorClass.LINK_DOWN, detail)

    def _dialled(self, args: Args) -> Args:
        """Put what a set dials in the place of a number with a plus sign."""
        to = getattr(args, "to", UNSET)
        if self._numbering is None or not isinstance(to, str) or not to.startswith("+"):
            return args
        digits = self._numbering.dialable(to)
        if digits is None:
            detail = f"{to} is no number that this site can dial"
            raise refuse(ErrorClass.INVALID_ARGUMENT, detail, "args.to")
        return structs.replace(args, to=digits)


def fits(known: CallData, namespace: str, delta: dict[str, Any]) -> None:
    """Raise ``Refusal`` for data that is more than a call may have."""
    if (reason := excess(attached(known, namespace, delta))) is not None:
        raise refuse(ErrorClass.RESOURCE_LIMIT, reason, "args.data")


def _everything(_: Command) -> None:
    """Permit a command."""
