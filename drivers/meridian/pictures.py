"""Who is on which call, as far as the link told: what inference rests on.

The tracker keeps the truth; this is only what readings of one message need of those before.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cti.facts import DeviceForm, NativeDevice
from cti.model.states import ConnectionState

CALLS: Final = 20_000
"""Calls that are remembered; beyond that the oldest go."""


class Party:
    """One device on one call."""

    __slots__ = ("device", "order", "state")

    def __init__(self, device: NativeDevice, state: ConnectionState, order: int) -> None:
        self.device = device
        self.state = state
        self.order = order
        """Grows with every change of any party: a later change has the greater one."""

    @property
    def inside(self) -> bool:
        """Whether it is a set of the switch."""
        return self.device.form is DeviceForm.STATIC


class Pictures:
    """The calls of one link, in the order in which they were first heard of."""

    def __init__(self) -> None:
        self._calls: dict[str, dict[str, Party]] = {}
        self._at: dict[str, dict[str, None]] = {}
        """Calls of each device."""
        self._order = 0

    def forget(self) -> None:
        """Drop everything: nobody knows any more."""
        self._calls.clear()
        self._at.clear()

    def state(self, call: str, key: str) -> ConnectionState | None:
        """Tell the state of a device on a call; None where it is not known to be on it."""
        party = self._calls.get(call, {}).get(key)
        return None if party is None else party.state

    def parties(self, call: str) -> list[Party]:
        """Give everybody on a call."""
        return list(self._calls.get(call, {}).values())

    def calls(self, key: str, *states: ConnectionState) -> list[str]:
        """Give the calls of a device, only those in some states where any are named."""
        found = self._at.get(key, ())
        return [call for call in found if not states or self.state(call, key) in states]

    def others(self, call: str, key: str) -> Iterator[Party]:
        """Give everybody else on a call."""
        return (party for name, party in self._calls.get(call, {}).items() if name != key)

    def put(self, call: str, device: NativeDevice, state: ConnectionState) -> None:
        """Take that a device is on a call, in this state from now on."""
        self._order += 1
        parties = self._calls.setdefault(call, {})
        parties[device.key] = Party(device, state, self._order)
        self._at.setdefault(device.key, {})[call] = None
        if len(self._calls) > CALLS:
            self.end(next(iter(self._calls)))

    def drop(self, call: str, key: str) -> None:
        """Take that a device is off a call; one without any set left is forgotten."""
        parties = self._calls.get(call)
        if parties is None or parties.pop(key, None) is None:
            return
        self._leave(call, key)
        if not any(party.inside for party in parties.values()):
            self.end(call)

    def pass_on(self, call: str, key: str, device: NativeDevice) -> None:
        """Take that a call went on from one device to another, whoever else is on it."""
        if self.state(call, device.key) is None:
            self.put(call, device, ConnectionState.UNKNOWN)
        self.drop(call, key)

    def end(self, call: str) -> None:
        """Forget a call."""
        for key in self._calls.pop(call, {}):
            self._leave(call, key)

    def _leave(self, call: str, key: str) -> None:
        calls = self._at.get(key)
        if calls is not None:
            calls.pop(call, None)
            if not calls:
                del self._at[key]

    def join(self, primary: str, secondary: str, result: str) -> None:
        """Let two calls be one from now on, under the identifier that it has then."""
        parties = {**self._calls.get(secondary, {}), **self._calls.get(primary, {})}
        self.end(primary)
        self.end(secondary)
        for party in parties.values():
            self.put(result, party.device, party.state)
