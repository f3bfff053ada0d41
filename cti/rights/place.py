"""The switch where a command would act, as far as rights have to know it."""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import Final

from cti.calls import Call, Leg
from cti.model import commands as cm
from cti.model.commands import Command
from cti.numbering import Numbering
from cti.rights.classes import DestinationClass, classify
from cti.routes import Route
from cti.targets import Already, Refusal, Targets
from cti.tracker.book import Book

_OUTSIDE: Final = "ext:"


class Place:
    """One switch: its calls, its own devices, its numbering plan."""

    def __init__(
        self,
        book: Book,
        numbering: Numbering | None = None,
        devices: Callable[[], Container[str]] = tuple,
    ) -> None:
        """``devices`` gives those that the configuration names."""
        self._book = book
        self.numbering: Final = numbering
        self._devices = devices

    def own(self, name: str) -> bool:
        """Tell whether a name is one of a device or a queue of the switch."""
        book = self._book
        return (
            name in self._devices()
            or name in book.devices
            or name in book.queues
            or book.monitored[name] > 0
        )

    def call(self, call_id: str) -> Call | None:
        """Find a call that is live or ended just now."""
        return self._book.calls.by_id(call_id) or self._book.calls.lately(call_id, 0)

    def route(self, route_id: str) -> Route | None:
        """Find a route request that is open or ended just now."""
        return self._book.routes.live(route_id) or self._book.routes.ended(route_id)

    def agent_at(self, device: str) -> str | None:
        """Give the agent who is logged on at a device."""
        agent: str | None = self._book.agent_at.get(device)
        return agent

    def call_at(self, command: Command) -> Call | None:
        """Give the call that a command is about; None where that is not settled."""
        try:
            native = Targets(self._book).of(command).call
        except (Refusal, Already):
            return None
        return self._native(native)

    def leaves_outsiders(self, command: Command) -> bool:
        """Tell whether a transfer or a call in two legs leaves nobody of the site on it."""
        args = command.args
        if isinstance(args, cm.MakeCall):
            return not (self._leads_inside(args.device) or self._leads_inside(args.to))
        if isinstance(args, cm.BlindTransfer) and self._leads_inside(args.to):
            return False
        try:
            target = Targets(self._book).of(command)
        except (Refusal, Already):
            return False  # the desk says what is wrong, and asks again before it is sent
        natives = dict.fromkeys((target.call, target.held, target.active))
        others = [
            leg
            for native in natives
            if native is not None and (call := self._native(native)) is not None
            for leg in call.live
            if leg.device_id != target.device
        ]
        return bool(others) and not any(self._stays(leg) for leg in others)

    def _native(self, native: str | None) -> Call | None:
        return next((call for call in self._book.calls if call.native == native), None)

    def _stays(self, leg: Leg) -> bool:
        """Tell whether a party is one of the site."""
        outside = leg.device_id.startswith(_OUTSIDE) or leg.trunk is not None
        kind = classify(leg.device_id, self).kind
        return not outside and kind in (DestinationClass.INTERNAL, DestinationClass.UNKNOWN)

    def _leads_inside(self, number: str) -> bool:
        """Tell whether a number is one of the site; without a plan any other may be."""
        kind = classify(number, self).kind
        unknown = kind is DestinationClass.UNKNOWN and self.numbering is None
        return kind is DestinationClass.INTERNAL or unknown


def devices_of(call: Call) -> list[str]:
    """Give the devices on a call; of one that ended, those that were."""
    return [leg.device_id for leg in call.live or call.legs.values()]
