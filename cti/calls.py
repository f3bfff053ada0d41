"""Calls as the tracker holds them, and the index from native identifiers to calls.

These are the only mutable records of the model. ``picture`` makes the frozen form that is
published.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Container, Iterable, Iterator
from typing import Any, Final

import msgspec
from msgspec import UNSET

from cti import moment
from cti.facts import DeviceForm, NativeDevice
from cti.model.causes import Cause
from cti.model.data import CallData
from cti.model.numbers import Number
from cti.model.objects import Call as CallPicture
from cti.model.objects import CallNumbers, Connection, Party
from cti.model.states import CallState, ConnectionState, Direction

LINGER: Final = 60 * moment.SECOND
"""How long an ended call still takes late reports (data lives as long)."""
HANDLE: Final = "ext:"
"""Begin of the handles of parties outside."""
PARTIES: Final = 64
"""Connections of one call, gone ones included; beyond that reports are refused."""


class Leg:
    """Connection of one device to one call."""

    __slots__ = (
        "agent_id",
        "cause",
        "device_id",
        "leg",
        "moved_from",
        "number",
        "queue_id",
        "since",
        "state",
        "sure",
        "trunk",
    )

    def __init__(self, device_id: str, leg: int, agent_id: str | None) -> None:
        self.device_id = device_id
        self.leg = leg
        self.state = ConnectionState.NULL
        self.since: int | None = None
        self.cause: Cause | None = None
        self.agent_id = agent_id
        self.number: Number | None = None
        self.trunk: str | None = None
        self.moved_from: str | None = None
        self.queue_id: str | None = None
        """Queue that the connection waits at, or waited at last."""
        self.sure = True
        """False when messages may be missing since the state was told last."""

    @property
    def outside(self) -> bool:
        """Whether this is a party outside the switch, known by a handle."""
        return self.device_id.startswith(HANDLE)

    @property
    def live(self) -> bool:
        """Whether the device is on the call."""
        return self.state is not ConnectionState.NULL

    def party(self) -> Party:
        """Show the connection in short."""
        return Party(
            self.device_id, self.state, self.leg, self.number, self.trunk, self.agent_id
        )

    def picture(self, call_id: str) -> Connection:
        """Show the connection whole."""
        return Connection(
            call_id=call_id,
            device_id=self.device_id,
            leg=self.leg,
            state=self.state,
            since=None if self.since is None else moment.text(self.since),
            cause=self.cause,
            agent_id=self.agent_id,
            number=self.number,
            trunk=self.trunk,
            moved_from=self.moved_from,
            allowed=(),
        )


class Call:
    """One incarnation of a native call."""

    __slots__ = (
        "_externals",
        "_unnamed",
        "aliases",
        "asked",
        "asked_at",
        "bound_for",
        "call_id",
        "caller",
        "connected_at",
        "created_at",
        "data",
        "direction",
        "due",
        "ended_at",
        "given_until",
        "global_ref",
        "heard_at",
        "idle_told",
        "legs",
        "link_id",
        "merge",
        "natives",
        "numbers",
        "partial",
        "serial",
        "stale_since",
        "state",
        "story_at",
        "thread_aliases",
        "thread_id",
        "unverified",
        "version",
        "went_on",
    )

    def __init__(self, call_id: str, thread_id: str, native: str, at: int) -> None:
        self.call_id = call_id
        self.thread_id = thread_id
        self.thread_aliases: list[str] = []
        self.story_at = at
        """When the oldest call of the story was created."""
        self.serial = 0
        """Order among the calls of the switch."""
        self.link_id = ""
        """Link that the last event of the call came by."""
        self.natives = [native]
        """Native identifiers this call had, and last the one it has now."""
        self.state = CallState.ACTIVE
        self.direction = Direction.UNKNOWN
        self.created_at = at
        self.heard_at = at
        self.connected_at: int | None = None
        """When two parties were connected for the first time."""
        self.ended_at: int | None = None
        self.numbers = CallNumbers()
        self.data = CallData()
        self.global_ref: str | None = None
        self.version = 0
        self.partial = False
        self.stale_since: int | None = None
        """When the link was lost, until something confirms the call."""
        self.given_until: int | None = None
        """When a stale call is given up, if nothing was asked by then."""
        self.unverified = False
        """True when a resynchronisation could not tell of the stale call."""
        self.asked = False
        """True when part of the call was learned by asking: its times are not exact."""
        self.asked_at: int | None = None
        """When the switch was asked last whether the call is still there."""
        self.idle_told = False
        """True when it was told that nothing is heard of the call."""
        self.due: int | None = None
        """When the call is looked at, if nothing is heard of it."""
        self.went_on = False
        """True when the call was sent on to a device that nobody monitors."""
        self.merge: tuple[str, ...] | None = None
        """What the last merge joined and who did it, to know its repeats."""
        self.legs: dict[tuple[str, int], Leg] = {}
        self.aliases: dict[str, str] = {}
        """Native device key to ``device_id`` where they differ."""
        self.caller: str | None = None
        """``device_id`` of who began the call, once it is known."""
        self.bound_for: str | None = None
        """Monitored device the call was sent to and has not reached yet."""
        self._externals = 0
        self._unnamed: dict[str, str] = {}
        """Handles of callers whom no connection named yet, with their numbers."""

    def device_id(self, device: NativeDevice, inside: Container[str] = ()) -> str:
        """Give the ``device_id`` of a device on this call; a party outside gets a handle.

        ``inside`` holds the devices that are known to belong to the switch: a party that is
        named for the length of the call only goes by its number if that is one of them. A
        handle that was given before the switch named the party is kept.
        """
        known = self.aliases.get(device.key)
        if known is not None:
            return known
        raw = "" if device.number is None else device.number.raw
        static = device.form is DeviceForm.STATIC
        if static and self.leg(device.key) is not None:
            return device.key
        for handle, number in self._unnamed.items():
            if number and number == raw:
                self.name(device.key, handle)
                return handle
        if static:
            return device.key
        by_number = device.form is DeviceForm.DYNAMIC and raw in inside
        self.aliases[device.key] = raw if by_number else self.handle()
        return self.aliases[device.key]

    def known(self, device: NativeDevice, inside: Container[str] = ()) -> str | None:
        """Give the ``device_id`` under which a device is or was on this call, or None."""
        if (alias := self.aliases.get(device.key)) is not None:
            return alias
        raw = "" if device.number is None else device.number.raw
        if device.form is DeviceForm.STATIC:
            if self.leg(device.key) is not None:
                return device.key
        elif device.form is DeviceForm.DYNAMIC and raw in inside and self.leg(raw) is not None:
            return raw
        named = (handle for handle, number in self._unnamed.items() if raw and number == raw)
        return next(named, None)

    def name(self, key: str, device_id: str) -> None:
        """Know a party by a native key too; one with a key is no longer found by its number.

        Two parties outside may have the same number.
        """
        self.aliases[key] = device_id
        self._unnamed.pop(device_id, None)

    @property
    def native(self) -> str:
        """The native identifier that the switch uses for the call now."""
        return self.natives[-1]

    def native_device(self, device_id: str) -> str:
        """Give the native key of a device on this call."""
        for key, known in self.aliases.items():
            if known == device_id:
                return key
        return device_id

    def caller_id(self, device: NativeDevice, inside: Container[str]) -> str:
        """Give the ``device_id`` of a caller of whom no connection was told yet."""
        if device.key in self.aliases or device.form is DeviceForm.DYNAMIC:
            return self.device_id(device, inside)
        if device.form is DeviceForm.TRUNK:
            self.aliases[device.key] = handle = self.handle()
            self._unnamed[handle] = ""
            return handle
        if device.key in inside or self.leg(device.key) is not None:
            return device.key
        handle = self.handle()
        self._unnamed[handle] = device.key
        return handle

    def recognise(self, device: NativeDevice, inside: Container[str]) -> None:
        """Take a party that was there before, and that the switch names for the first time.

        It is the one caller whom no connection named yet, if there is one. Its number does
        not matter: some switches tell that of the line here.
        """
        if device.form is DeviceForm.STATIC or device.key in self.aliases:
            return
        raw = "" if device.number is None else device.number.raw
        if raw not in inside and len(self._unnamed) == 1:
            handle, _ = self._unnamed.popitem()
            self.aliases[device.key] = handle

    def handle(self) -> str:
        """Give a handle for one more party outside."""
        self._externals += 1
        return f"{HANDLE}{self._externals}"

    @property
    def handles(self) -> tuple[int, dict[str, str]]:
        """How many handles were given, and those of callers whom no connection named yet."""
        return self._externals, self._unnamed

    def restore_handles(self, count: int, unnamed: dict[str, str]) -> None:
        """Go on from the handles of an earlier life."""
        self._externals, self._unnamed = count, dict(unnamed)

    def leg(self, device_id: str) -> Leg | None:
        """Find the connection of a device: a live one before one that is gone."""
        found: Leg | None = None
        for leg in self.legs.values():
            if leg.device_id == device_id:
                if leg.live:
                    return leg
                found = leg
        return found

    def add(self, device_id: str, agent_id: str | None) -> Leg:
        """Begin a connection of a device; a second one gets the next leg number."""
        number = sum(1 for known, _ in self.legs if known == device_id)
        leg = Leg(device_id, number, agent_id)
        self.legs[device_id, number] = leg
        return leg

    def doubt(self) -> None:
        """Take the states of the connections as not certain until they are told again."""
        for leg in self.legs.values():
            leg.sure = False

    @property
    def stale(self) -> bool:
        """Whether the link was lost and nothing confirmed the call since."""
        return self.stale_since is not None

    @property
    def live(self) -> list[Leg]:
        """The connections that are not null."""
        return [leg for leg in self.legs.values() if leg.live]

    def parties(self) -> tuple[Party, ...]:
        """Show everybody on the call in short."""
        return tuple(leg.party() for leg in self.legs.values() if leg.live)

    def learn_numbers(self, told: CallNumbers) -> bool:
        """Take numbers that were not known; return whether there was news."""
        news: dict[str, Any] = {}
        for name in CallNumbers.__struct_fields__:
            number = getattr(told, name)
            if number is UNSET:
                continue
            known = getattr(self.numbers, name)
            if known is UNSET or (number.raw and not known.raw) or _better(number, known):
                news[name] = number
        if news:
            self.numbers = msgspec.structs.replace(self.numbers, **news)
        return bool(news)

    def learn_data(self, told: CallData) -> CallData | None:
        """Take data that is new or changed; return what changed, or None."""
        news: dict[str, Any] = {}
        for name in CallData.__struct_fields__:
            value = getattr(told, name)
            if value is not UNSET and value != getattr(self.data, name):
                news[name] = value
        if not news:
            return None
        self.data = msgspec.structs.replace(self.data, **news)
        return CallData(**news)

    def picture(self, switch_id: str) -> CallPicture:
        """Show the call whole."""
        return CallPicture(
            call_id=self.call_id,
            thread_id=self.thread_id,
            thread_aliases=tuple(self.thread_aliases),
            switch_id=switch_id,
            link_id=self.link_id,
            native_ids=tuple(self.natives),
            state=self.state,
            direction=self.direction,
            created_at=moment.text(self.created_at),
            ended_at=None if self.ended_at is None else moment.text(self.ended_at),
            numbers=self.numbers,
            data=self.data,
            global_ref=self.global_ref,
            version=self.version,
            partial=self.partial,
            stale=self.stale,
            connections=tuple(leg.picture(self.call_id) for leg in self.live),
        )


def _better(told: Number, known: Number) -> bool:
    """Tell whether the same digits are understood now."""
    return told.raw == known.raw and known.e164 is None and told.e164 is not None


class CallIndex:
    """All calls of one switch, by their identifiers and by the devices on them.

    Whoever looks up a call by its native identifier may change it: ``touched`` remembers it
    for the store. Who changes a call that was found in another way calls ``touch``.
    """

    def __init__(self) -> None:
        self._by_native: dict[str, Call] = {}
        self._by_id: dict[str, Call] = {}
        self._at: dict[str, dict[str, Call]] = {}
        """Device to the calls it is or was on, by ``call_id``."""
        self._by_ref: dict[str, dict[str, Call]] = {}
        self._ended: OrderedDict[str, Call] = OrderedDict()
        self._serial = 0
        self._lately: OrderedDict[str, Call] = OrderedDict()
        """Calls that ended just now, by their ``call_id``."""
        self._touched: dict[str, Call] = {}

    def __len__(self) -> int:
        return len(self._by_id)

    def __iter__(self) -> Iterator[Call]:
        return iter(self._by_id.values())

    def live(self, native: str) -> Call | None:
        """Find the call that has this native identifier now."""
        call = self._by_native.get(native)
        if call is not None:
            self.touch(call)
        return call

    def by_id(self, call_id: str) -> Call | None:
        """Find a live call by its ``call_id``."""
        return self._by_id.get(call_id)

    def at(self, device_id: str) -> list[tuple[Call, Leg]]:
        """List the live connections of a device, those of the oldest call first."""
        calls = sorted(self._at.get(device_id, {}).values(), key=lambda call: call.serial)
        return [
            (call, leg) for call in calls for leg in call.live if leg.device_id == device_id
        ]

    def has_ended(self, call_id: str) -> bool:
        """Whether a call ended just now."""
        return call_id in self._lately

    def lately(self, call_id: str, at: int) -> Call | None:
        """Find a call that ended just now, by its ``call_id``."""
        self._forget_old(at)
        return self._lately.get(call_id)

    def _forget_old(self, at: int) -> None:
        while self._lately:
            oldest, call = next(iter(self._lately.items()))
            if at - (call.ended_at or 0) <= LINGER:
                break
            del self._lately[oldest]

    def ended(self, native: str, at: int) -> Call | None:
        """Find the last call that had this native identifier, if it ended just now."""
        while self._ended:
            oldest, call = next(iter(self._ended.items()))
            if call.ended_at is not None and at - call.ended_at <= LINGER:
                break
            self._forget(oldest)
        found = self._ended.get(native)
        if found is not None:
            self.touch(found)
        return found

    def add(self, call: Call) -> None:
        """Take a new call under its native identifier."""
        self.touch(call)
        self._enter(call)
        self._by_native[call.natives[-1]] = call
        self._forget(call.natives[-1])

    def _enter(self, call: Call) -> None:
        """Find a live call by its devices and its global reference too."""
        self._serial += 1
        call.serial = self._serial
        self._by_id[call.call_id] = call
        for leg in call.legs.values():
            self._at.setdefault(leg.device_id, {})[call.call_id] = call
        if call.global_ref is not None:
            self.refer(call, call.global_ref)

    def join(self, call: Call, device_id: str, agent_id: str | None) -> Leg:
        """Begin a connection of a device to a call."""
        self.touch(call)
        self._at.setdefault(device_id, {})[call.call_id] = call
        return call.add(device_id, agent_id)

    def of_ref(self, ref: str) -> Call | None:
        """Find the oldest live call with this global reference."""
        calls = self._by_ref.get(ref, {}).values()
        return min(calls, key=lambda call: (call.story_at, call.serial), default=None)

    def refer(self, call: Call, ref: str) -> None:
        """Let a call have this global reference."""
        self._unrefer(call)
        call.global_ref = ref
        self._by_ref.setdefault(ref, {})[call.call_id] = call

    def _unrefer(self, call: Call) -> None:
        if call.global_ref is not None:
            _discard(self._by_ref, call.global_ref, call)

    def bind(self, native: str, call: Call) -> None:
        """Give a call a further native identifier, which another may have had until now."""
        self.live(native)  # touches the other one
        self.touch(call)
        self._by_native[native] = call
        if native in call.natives:
            call.natives.remove(native)
        call.natives.append(native)
        self._forget(native)

    def unbind(self, native: str, call: Call) -> None:
        """Take a native identifier from a call; its late reports still find the call."""
        self.touch(call)
        if self._by_native.get(native) is call:
            del self._by_native[native]

    def end(self, call: Call) -> None:
        """Take a call that ended out of the live ones."""
        self.touch(call)
        self._by_id.pop(call.call_id, None)
        for device_id, _ in call.legs:
            _discard(self._at, device_id, call)
        self._unrefer(call)
        self._forget_old(call.ended_at or 0)
        self._lately[call.call_id] = call
        for native in call.natives:
            if self._by_native.get(native) is call:
                del self._by_native[native]
            if native not in self._by_native:
                self._forget(native)
                self._ended[native] = call

    def _forget(self, native: str) -> None:
        """Know the late reports of an ended call no more."""
        call = self._ended.pop(native, None)
        if call is not None:
            self.touch(call)

    # For the store.

    def touch(self, call: Call) -> None:
        """Note that a call may have changed."""
        self._touched[call.call_id] = call

    def touched(self) -> list[Call]:
        """Give the calls that may have changed since the last time, first touched first."""
        touched, self._touched = list(self._touched.values()), {}
        return touched

    def everyone(self) -> list[Call]:
        """Give the live calls and those whose late reports are still known, oldest first."""
        ended = {id(call): call for call in self._ended.values()}
        every = [*self._by_id.values(), *ended.values()]
        return sorted(every, key=lambda call: call.created_at)

    def bound(self, call: Call) -> tuple[str, ...]:
        """Give the native identifiers by which a live call is found."""
        return tuple(one for one in call.natives if self._by_native.get(one) is call)

    def lingering(self, call: Call) -> tuple[str, ...]:
        """Give the native identifiers by which late reports of an ended call are known."""
        return tuple(one for one in call.natives if self._ended.get(one) is call)

    def restore(self, call: Call, bound: Iterable[str], lingering: Iterable[str]) -> None:
        """Take a call of an earlier life; of two that ended, first the one that ended first."""
        if call.ended_at is None:
            self._enter(call)
        else:
            self._lately[call.call_id] = call
        for native in bound:
            self._by_native[native] = call
        for native in lingering:
            self._ended[native] = call


def _discard(index: dict[str, dict[str, Call]], key: str, call: Call) -> None:
    """Take a call out of an index, and its place with the last one."""
    calls = index.get(key)
    if calls is not None:
        calls.pop(call.call_id, None)
        if not calls:
            del index[key]
