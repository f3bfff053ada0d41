"""Rights: which client may give which command on which devices. Default deny.

``Rights`` judges a command by the client that the topic names, and counts what it asks for.
Moments are given in, so that the same arrivals lead to the same decisions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from msgspec import UNSET, Struct

from cti.model.commands import Command
from cti.model.errors import Error, ErrorClass
from cti.rights.budgets import Excess, Purse
from cti.rights.classes import DestinationClass
from cti.rights.destinations import CALLS
from cti.rights.grants import Grant
from cti.rights.judging import Denied, Judgement, named, not_permitted
from cti.rights.place import Place
from cti.rights.reading import Reader

if TYPE_CHECKING:
    from cti.config.rights import Right

__all__ = ["Decision", "Place", "Reader", "Rights", "denial"]

NO_RIGHTS: Final = "rights"
"""Rule that refuses a client without a table."""

_INSIDE: Final = frozenset({DestinationClass.INTERNAL})


class Decision(Struct, frozen=True, gc=False):
    """What was decided on one command, and why."""

    error: Error | None
    """What the client is told; None where the command is allowed."""
    rule: str
    """Key that refused it, or what allowed it."""
    devices: tuple[str, ...] = ()
    """Devices, queues and agents that it is about."""
    destinations: tuple[DestinationClass, ...] = ()
    """Where its numbers lead."""
    first: tuple[DestinationClass, ...] = ()
    """Those outside that this client had never had dialled before."""


def denial(rule: str, error: Error, command: Command | None = None) -> Decision:
    """Make the decision on a command that is refused before anybody looks at rights."""
    return Decision(error, rule, () if command is None else tuple(named(command)))


class Rights:
    """The rights of all clients, and what they have used of their budgets."""

    def __init__(self, rights: Mapping[str, Right]) -> None:
        """Raise ``ValueError`` for rights that say something without meaning."""
        self._grants: dict[str, Grant] = {}
        self._purses: dict[str, Purse] = {}
        self._strangers: Purse | None = None
        self._dialled: dict[str, set[DestinationClass]] = {}
        self.replace(rights)

    def replace(self, rights: Mapping[str, Right]) -> None:
        """Judge by other rights from now on; what was used of an unchanged budget stays used.

        Raise ``ValueError``, and keep the rights that were, if these have no meaning.
        """
        grants = {client: Grant(right) for client, right in rights.items()}
        purses = {client: self._purse(client, right) for client, right in rights.items()}
        self._grants, self._purses = grants, purses
        self._dialled = {client: self._dialled.get(client, set()) for client in grants}

    def _purse(self, client: str, right: Right) -> Purse:
        known = self._purses.get(client)
        if known is not None and known.budget == right.budget:
            return known
        return Purse(right.budget)

    def reader(self, client: str) -> Reader:
        """Tell what a client may see, by the rights of this moment."""
        return Reader(client, self._grants.get(client))

    def arrived(self, client: str, at: int) -> Error | None:
        """Count a message of a client; tell why it is too much. All strangers are one."""
        purse = self._purses.get(client)
        if purse is None:
            purse = self._stranger()
        excess = purse.command(at)
        return None if excess is None else _too_much(client, excess)

    def _stranger(self) -> Purse:
        if self._strangers is None:
            from cti.config.rights import Budget

            self._strangers = Purse(Budget())
        return self._strangers

    def judge(
        self, command: Command, place: Place, at: int, *, repeated: bool = False
    ) -> Decision:
        """Decide on a command. One that was taken before begins no further call."""
        client = command.requester
        grant = self._grants.get(client)
        if grant is None:
            return denial(NO_RIGHTS, _stranger(client), command)
        judgement = Judgement(grant, command, place, at)
        try:
            judgement.check()
        except Denied as denied:
            return _decision(judgement, denied.rule, denied.error)
        outside = set(judgement.classes) - _INSIDE
        if not repeated and (command.verb in CALLS or outside):
            excess = self._purses[client].call(at)
            if excess is not None:
                return _decision(judgement, f"budget.{excess.key}", _too_much(client, excess))
        first = tuple(sorted(outside - self._dialled[client]))
        self._dialled[client] |= outside
        return _decision(judgement, " ".join(judgement.rules), first=first)

    def permits(self, command: Command, place: Place) -> Error | None:
        """Tell why a command that was allowed is not any more; None while it is.

        Nothing is paid for it, and the time of day does not matter.
        """
        grant = self._grants.get(command.requester)
        if grant is None:
            return _stranger(command.requester)
        try:
            Judgement(grant, command, place, None).check()
        except Denied as denied:
            return denied.error
        return None


def _decision(
    judgement: Judgement,
    rule: str,
    error: Error | None = None,
    first: tuple[DestinationClass, ...] = (),
) -> Decision:
    return Decision(error, rule, tuple(judgement.devices), tuple(judgement.classes), first)


def _stranger(client: str) -> Error:
    return not_permitted(f"client {client[:64]!r} has no rights here")


def _too_much(client: str, excess: Excess) -> Error:
    if excess.retry_after_ms is None:
        return not_permitted(f"{client} has a budget of 0: {excess.key}")
    return Error(
        ErrorClass.RESOURCE_LIMIT,
        f"{client[:64]} has used up {excess.key}",
        UNSET,
        UNSET,
        excess.retry_after_ms,
    )
