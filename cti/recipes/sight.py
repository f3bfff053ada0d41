"""What a composed command looks at: calls and connections as they are now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cti.calls import Call, Leg
from cti.model.causes import Cause
from cti.model.errors import CallNow
from cti.model.states import AgentState, ConnectionState
from cti.tracker.book import Book

_S = ConnectionState

Seen = bool | Cause
"""True when it is so, False while it is not, a cause when it will not be."""
Until = Callable[["Sight", tuple[str, ...]], Seen]
"""What is waited for, by the calls that were made so far."""


class Sight:
    """The calls of one switch."""

    def __init__(self, book: Book) -> None:
        self._book: Final = book

    def calls(self, device: str) -> list[str]:
        """Give the calls of a device, the oldest first."""
        return list(dict.fromkeys(call.call_id for call, _ in self._book.calls.at(device)))

    def state(self, call_id: str, device: str) -> ConnectionState:
        """Give the state of a device on a call; null when it has none."""
        leg = self.leg(call_id, device)
        return _S.NULL if leg is None else leg.state

    def leg(self, call_id: str, device: str) -> Leg | None:
        """Find the connection of a device; one that is gone as long as its call is known."""
        call = self._call(call_id) or self._book.calls.lately(call_id, 0)
        return None if call is None else call.leg(device)

    def others(self, call_id: str, device: str) -> list[Leg]:
        """Give the other parties of a call."""
        call = self._call(call_id)
        return [] if call is None else [leg for leg in call.live if leg.device_id != device]

    def inside(self, call_id: str) -> list[str]:
        """Give the devices of a call that the switch can take off it."""
        call = self._call(call_id)
        return [] if call is None else [leg.device_id for leg in call.live if not leg.outside]

    def there(self, call_id: str) -> bool:
        """Tell whether a call goes on."""
        return self._call(call_id) is not None

    def talks(self, device: str) -> bool:
        """Tell whether a device is connected to anybody."""
        return any(leg.state is _S.CONNECTED for _, leg in self._book.calls.at(device))

    def now(self, device: str, calls: tuple[str, ...]) -> tuple[CallNow, ...]:
        """Show calls as a device has them now; null for one that it is not on."""
        return tuple(CallNow(call_id, device, self.state(call_id, device)) for call_id in calls)

    def agent(self, device: str) -> AgentState | None:
        """Give the state of the agent at a device; None where nobody told of one."""
        agent_id = self._book.agent_at.get(device)
        record = None if agent_id is None else self._book.agents.get(agent_id)
        return None if record is None else record.state

    def feature(self, device: str, name: str) -> object:
        """Give what was told of a feature of a device, such as ``dnd``."""
        record = self._book.devices.get(device)
        return None if record is None else getattr(record, name)

    def _call(self, call_id: str) -> Call | None:
        return self._book.calls.by_id(call_id)


def at(device: str, call: int | str, *states: ConnectionState) -> Until:
    """Wait until a device has one of these states on a call: one by its id, or one made.

    A device that left the call, or failed on it, will not have them.
    """

    def seen(sight: Sight, made: tuple[str, ...]) -> Seen:
        leg = _leg(sight, call, made, device)
        if leg is None or leg.state in states:
            return leg is not None
        return False if leg.live and leg.state is not _S.FAILED else _why(leg)

    return seen


def off(device: str, *calls: int | str) -> Until:
    """Wait until a device has left calls."""

    def seen(sight: Sight, made: tuple[str, ...]) -> Seen:
        legs = [_leg(sight, call, made, device) for call in calls]
        return all(leg is not None and not leg.live for leg in legs)

    return seen


def over(call_id: str) -> Until:
    """Wait until a call has ended."""
    return lambda sight, _: not sight.there(call_id)


def reached(device: str, call: int, *states: ConnectionState) -> Until:
    """Wait until somebody whom a device called is in one of these states.

    A busy or dead end is told by a connection that failed, or by the end of the call.
    """

    def seen(sight: Sight, made: tuple[str, ...]) -> Seen:
        own = _leg(sight, call, made, device)
        if own is None:
            return False
        others = sight.others(made[call], device)
        failed = [leg for leg in (own, *others) if leg.state is _S.FAILED]
        if failed or not own.live:
            return _why(failed[0] if failed else own)
        return own.state is not _S.INITIATED and any(leg.state in states for leg in others)

    return seen


def begun(device: str, call: int) -> Until:
    """Wait until a call that a device makes is known."""
    return lambda sight, made: _leg(sight, call, made, device) is not None


def both(*parts: Until) -> Until:
    """Wait for several things at once; what will not be ends it."""

    def seen(sight: Sight, made: tuple[str, ...]) -> Seen:
        told = [part(sight, made) for part in parts]
        never = [one for one in told if not isinstance(one, bool)]
        return never[0] if never else all(told)

    return seen


def _leg(sight: Sight, call: int | str, made: tuple[str, ...], device: str) -> Leg | None:
    call_id = _named(call, made)
    return None if call_id is None else sight.leg(call_id, device)


def _why(leg: Leg) -> Cause:
    return leg.cause or Cause.UNKNOWN


def _named(call: int | str, made: tuple[str, ...]) -> str | None:
    """Give a call by its place among those that were made; None until it is known."""
    if isinstance(call, str):
        return call
    return made[call] if call < len(made) else None
