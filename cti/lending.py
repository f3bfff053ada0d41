"""What applications want for a time, and what the switch was told of it.

The first application that wants something has the switch told, the last one that leaves has
it told again. A route point is served even where a switch has no word for that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from cti import moment
from cti.fair import share
from cti.leases import MONITOR, REGISTRATION, STARTS, STOPS, Lease, Leases, Wanted
from cti.model import commands as cm
from cti.model.capabilities import Support
from cti.model.commands import Args, Command, EndState, Result
from cti.model.errors import Error, ErrorClass

AGAIN: Final = 60 * moment.SECOND
"""Wait before something is asked for again that the switch refused."""
AT_ONCE: Final = 2_000
"""Leases that are out at once."""
Permits = Callable[[Command], Error | None]
"""Tells why a command is not permitted to its requester, None where it is."""
OURSELVES: Final = ""
"""Requester of what the bridge itself asks; nobody is told how it ended."""


def wanted(command: Command) -> Wanted | None:
    """Give what a command begins or ends for a time; None for other commands."""
    kind = STARTS.get(command.verb) or STOPS.get(command.verb)
    return None if kind is None else (kind, kind.name(command.args))


class Lending:
    """Leases of one switch."""

    def __init__(self, kept: Iterable[Wanted] = ()) -> None:
        self._leases = Leases(kept)
        self._due: int | None = None
        self._registered: dict[str, str] = {}
        """Route points to the link on which the switch was told that they are served."""

    def serves(self, point: str) -> bool:
        """Tell whether an application answers the requests of a route point."""
        return any(self._leases.holders((REGISTRATION, point)))

    def leased(self, device: str) -> bool:
        """Tell whether an application wants a device monitored."""
        return any(self._leases.holders((MONITOR, device)))

    def configure(self, kept: Iterable[Wanted], at: int) -> None:
        """Take what is to be kept from now on."""
        self._leases.keep(kept)
        for point in self._registered:
            if not self._leases.wanted((REGISTRATION, point)):
                self._leases.want((REGISTRATION, point), OURSELVES, at)

    # A command that begins or ends something.

    def refused(self, command: Command) -> Error | None:
        """Tell why nothing more can be wanted for a time."""
        what = wanted(command)
        if what is None or command.verb in STOPS:
            return None
        if self._leases.holds(what, command.requester):
            return None
        everyone = self._leases.everyone()
        own = sum(1 for _, holder in everyone if holder == command.requester)
        if share(own, len(everyone), AT_ONCE):
            return None
        detail = f"{len(everyone)} of {AT_ONCE} leases are out, {own} of them yours"
        return Error(ErrorClass.RESOURCE_LIMIT, detail)

    def released(self, command: Command) -> tuple[bool, Result | None]:
        """Take that a requester wants something no longer.

        Return whether it did until now, and the end of its command if the switch is not to be
        told: because another one wants it, or because it does not know.
        """
        what = wanted(command)
        if what is None or command.verb not in STOPS:
            return False, None
        held = self._leases.holds(what, command.requester)
        self._leases.release(what, command.requester)
        return held, self.needless(command, Support.NATIVE)

    def needless(self, command: Command, support: Support) -> Result | None:
        """End a command of which the switch need not be told; None where it must.

        ``support`` is how the link serves the verb.
        """
        what = wanted(command)
        if what is None:
            return None
        kind, name = what
        if command.verb in STOPS and self._leases.wanted(what):
            return _done({kind.word: True})
        if kind is not REGISTRATION:
            return None
        told = name in self._registered
        if command.verb in STOPS:
            return None if told else _done({kind.word: False})
        if told or support is Support.EMULATED:
            return _done({kind.word: True, "at_switch": told})
        return None

    def answered(self, command: Command, link_id: str, result: Result) -> Result:
        """Take what the switch said; one that knows no registration asks without it."""
        what = wanted(command)
        if what is None or what[0] is not REGISTRATION:
            return result
        succeeded = result.status is EndState.SUCCEEDED
        error = result.error
        if command.verb in STOPS:
            if succeeded:
                self._registered.pop(what[1], None)
                return _done({REGISTRATION.word: False})
        elif succeeded:
            self._registered[what[1]] = link_id
            return _done({REGISTRATION.word: True, "at_switch": True})
        elif isinstance(error, Error) and error.kind is ErrorClass.UNSUPPORTED:
            return _done({REGISTRATION.word: True, "at_switch": False})
        return result

    def ended(
        self,
        command: Command,
        at: int,
        result: Result,
        *,
        released: bool,
        withdrawn: bool = False,
    ) -> int | None:
        """Take how a command ended that arrived at ``at``.

        ``released`` tells that it ends what somebody wanted until now, ``withdrawn`` that its
        requester may not want this any more. Return when the route
        points are to be registered for again, if this was such an attempt and failed.
        """
        what = wanted(command)
        succeeded = result.status is EndState.SUCCEEDED
        if what is None:
            return None
        if command.verb in STOPS:
            if released and not succeeded:
                self.postpone(command, at)
        elif command.requester == OURSELVES:
            return None if succeeded else at + AGAIN
        elif succeeded:
            seconds = 0 if withdrawn else getattr(command.args, "ttl_s", 0)
            until = at + seconds * moment.SECOND
            self._leases.want(what, command.requester, until)
        return None

    def postpone(self, command: Command, at: int) -> None:
        """Want what a command was to end a little longer: the bridge ends it then."""
        if (what := wanted(command)) is not None:
            self._leases.want(what, OURSELVES, at + AGAIN)

    # Rights, time and links.

    def withdraw(self, permits: Permits, at: int) -> None:
        """Have the leases end at ``at`` that their holders may not begin any more."""
        for what, holder in self._leases.everyone():
            kind, name = what
            if holder != OURSELVES and permits(_renewal(kind, name, holder)) is not None:
                self._leases.want(what, holder, at)

    def over(self) -> Iterator[tuple[str, Args, int]]:
        """Give verb, arguments and time of what ends what nobody wants any more."""
        at, self._due = self._due or 0, None
        for kind, name in self._leases.over(at):
            if kind is not REGISTRATION or name in self._registered:
                yield kind.stop, kind.ending(name), at

    def due(self) -> tuple[bool, int | None]:
        """Tell whether the next lease ends at another time than before, and when."""
        before, self._due = self._due, self._leases.next
        return self._due != before, self._due

    def lost(self, link_id: str) -> None:
        """Take that a switch forgot what it was told on a link."""
        for point in [name for name, link in self._registered.items() if link == link_id]:
            del self._registered[point]

    def unregistered(self) -> Iterator[cm.RouteRegister]:
        """Give the registrations that the switch does not know of."""
        for point in self._leases.meant(REGISTRATION):
            if point not in self._registered:
                yield cm.RouteRegister(route_point=point, ttl_s=1)


def _renewal(kind: Lease, name: str, holder: str) -> Command:
    """Make the command that a holder would renew its lease with."""
    args = kind.beginning(name)
    return Command(
        command_id=kind.start, verb=kind.start, switch_id="", args=args, requester=holder
    )


def _done(result: dict[str, Any]) -> Result:
    return Result(EndState.SUCCEEDED, result=result)
