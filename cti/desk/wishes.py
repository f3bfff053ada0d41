"""What is wanted for a time: the desk's side of leases and registrations."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from cti.desk.actions import Action, Out, StartTimer, StopTimer
from cti.desk.admission import Admission
from cti.desk.turns import Turns
from cti.leases import MONITOR, REGISTRATION, Wanted
from cti.lending import OURSELVES, Lending
from cti.model.commands import Args, Command, Result
from cti.targets import Refusal

LEASES: Final = 0
"""Token of the timer of what is wanted for a time; commands count from 1."""
REGISTER: Final = -1
"""Token of the timer after which route points are registered for again."""


class Wishes:
    """What applications and the configuration want of one switch for a time."""

    def __init__(
        self,
        admission: Admission,
        turns: Turns,
        ask: Callable[[Command, int], list[Action]],
        kept: Iterable[str],
        registered: Iterable[str],
    ) -> None:
        """``ask`` gives a command of the bridge's own, or raises ``Refusal``."""
        self._admission = admission
        self._turns = turns
        self._ask = ask
        self._register_due = 0
        self.lending: Final = Lending(_kept(kept, registered))

    def expired(self, token: int) -> list[Action]:
        """Take that one of the timers ran out."""
        return self._over() if token == LEASES else self.register(self._register_due)

    def serves(self, point: str) -> bool:
        """Tell whether an application answers the requests of a route point."""
        return self.lending.serves(point)

    def leased(self, device: str) -> bool:
        """Tell whether an application wants a device monitored for a time."""
        return self.lending.leased(device)

    def configure(
        self, kept: Iterable[str], registered: Iterable[str], at: int
    ) -> list[Action]:
        """Take what the configuration wants from now on."""
        self.lending.configure(_kept(kept, registered), at)
        return [*self.register(at), *self.timer()]

    def register(self, at: int) -> list[Action]:
        """Tell the switch which route points are served, as far as it does not know."""
        actions: list[Action] = []
        for args in self.lending.unregistered():
            if not self._turns.busy("route_point", args.route_point):
                try:
                    actions += self._ask(own(REGISTRATION.start, args), at)
                except Refusal:
                    break  # there is no link, or it has no routes
        return actions

    def _over(self) -> list[Action]:
        """End what nobody wants any more."""
        actions: list[Action] = []
        for verb, args, at in self.lending.over():
            try:
                actions += self._ask(own(verb, args), at)
            except Refusal:
                self.lending.postpone(own(verb, args), at)
        return [*actions, *self.timer()]

    def lease(self, out: Out, result: Result) -> list[Action]:
        """Take what became of a command that begins or ends something for a time."""
        again = self.lending.ended(
            *(out.command, out.at, result),
            released=out.released,
            withdrawn=self._admission.forbidden(out.command) is not None,
        )
        if again is not None:
            self._register_due = again
            return [StartTimer(REGISTER, again)]
        return self.timer()

    def timer(self) -> list[Action]:
        """Keep the timer of the next lease that ends."""
        changed, due = self.lending.due()
        if not changed:
            return []
        return [StopTimer(LEASES)] if due is None else [StartTimer(LEASES, due)]


def own(verb: str, args: Args) -> Command:
    """Make a command of the bridge's own."""
    return Command(command_id=verb, verb=verb, switch_id="", args=args, requester=OURSELVES)


def _kept(devices: Iterable[str], points: Iterable[str]) -> list[Wanted]:
    return [
        *((MONITOR, device) for device in devices),
        *((REGISTRATION, point) for point in points),
    ]
