"""What the driver knows of calls: which party is whom, and where a call alerts.

Parties are numbers that live with a call. An extension is known by its digits everywhere; a
party outside by its call and party, because the switch often has no number for it (``#####``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from cti.facts import DeviceForm, Diverted, NativeDevice
from cti.model.numbers import NOT_KNOWN, Number, Plan, TypeOfNumber
from protocols.asai import values as v
from protocols.asai.messages import every, first
from protocols.asai.values import Element
from protocols.q931 import values as q

CALLS: Final = 20_000
"""Calls that are remembered; beyond that the oldest go."""
NOBODY: Final = ("#####", "*****")
"""Stand for a party outside, and for a set, without a number (S1 4-15)."""

_TON: Final = {
    1: TypeOfNumber.INTERNATIONAL,
    2: TypeOfNumber.NATIONAL,
    3: TypeOfNumber.NETWORK,
    4: TypeOfNumber.SUBSCRIBER,
}


def number_of(told: q.Number) -> Number:
    """Give a number as it was told; ``#####`` is none."""
    if not told.digits or told.digits in NOBODY:
        return NOT_KNOWN
    plan = Plan.E164 if told.plan == 1 else Plan.UNKNOWN
    return Number(told.digits, plan, _TON.get(told.type_of_number, TypeOfNumber.UNKNOWN))


def trunk_of(told: v.TrunkGroup) -> NativeDevice:
    """Give the trunk by which a call comes or goes."""
    return NativeDevice(f"{told.group}/{told.member}", DeviceForm.TRUNK)


class Moved(Struct, frozen=True, gc=False):
    """A party of a merged call, with whom it was before."""

    device: NativeDevice
    old_call: str | None
    old_device: NativeDevice | None


class _Call:
    """One call."""

    __slots__ = ("alerting", "control", "gone", "merge", "parties", "redirected", "waits")

    def __init__(self) -> None:
        self.parties: dict[int, NativeDevice] = {}
        self.gone: set[int] = set()
        """Parties that have left."""
        self.alerting: dict[str, NativeDevice] = {}
        """Where it alerts now, by key."""
        self.waits: dict[str, tuple[NativeDevice, bool]] = {}
        """Where it was offered or queued, by key, and whether it was queued there."""
        self.redirected: dict[str, Diverted] = {}
        """What is to be told of where it was taken away, by key, once it is known whither."""
        self.control: int | None = None
        """Call control association that this side has of it."""
        self.merge: tuple[object, list[Moved]] | None = None
        """The last merge that led to it, for when it is told again."""


class Calls:
    """The calls of one link."""

    def __init__(self, extension_digits: int) -> None:
        self._longest: Final = extension_digits
        self._calls: dict[str, _Call] = {}
        self._held: dict[str, set[str]] = {}
        """Calls that a device holds, by its key."""

    def forget(self) -> None:
        """Know nothing any more."""
        self._calls.clear()
        self._held.clear()

    def _call(self, call: str) -> _Call:
        found = self._calls.get(call)
        if found is None:
            found = self._calls[call] = _Call()
            if len(self._calls) > CALLS:
                del self._calls[next(iter(self._calls))]
        return found

    # Who is who.

    def inside(self, told: q.Number) -> bool:
        """Tell whether a number is an extension: short, and of no public plan."""
        plain = not told.type_of_number and told.plan in (0, 9)
        return plain and 0 < len(told.digits) <= self._longest and told.digits not in NOBODY

    def device(self, call: str, told: q.Number, party: int | None) -> NativeDevice | None:
        """Give the device of a party; None for one outside without number and party."""
        if self.inside(told):
            return NativeDevice(told.digits, DeviceForm.STATIC, Number(told.digits))
        if party is None:
            return None
        return NativeDevice(f"{call}.{party}", DeviceForm.DYNAMIC, number_of(told))

    def caller(self, call: str, elements: Iterable[Element]) -> NativeDevice | None:
        """Give who calls: by number, by trunk, or as the first party of the call.

        That party 1 is who began the call is inferred.
        """
        elements = tuple(elements)
        told = first(elements, q.CallingPartyNumber)
        trunk = first(elements, v.TrunkGroup)
        if told is not None and self.inside(told):
            return NativeDevice(told.digits, DeviceForm.STATIC, Number(told.digits))
        if told is not None and told.digits and told.digits not in NOBODY:
            number = number_of(told)
            return NativeDevice(told.digits, DeviceForm.STATIC, number)
        if trunk is not None:
            return trunk_of(trunk)
        if told is None:
            return None
        return NativeDevice(f"{call}.1", DeviceForm.DYNAMIC, NOT_KNOWN)

    # Parties.

    def learn(self, call: str, party: int, device: NativeDevice) -> None:
        """Take that a party of a call is this device."""
        parties = self._call(call).parties
        for other in [one for one, told in parties.items() if told.key == device.key]:
            del parties[other]
        parties[party] = device
        self._call(call).gone.discard(party)

    def listed(self, call: str, elements: Iterable[Element]) -> list[NativeDevice]:
        """Take a list of connected numbers with their parties, in the same order."""
        elements = tuple(elements)
        numbers = every(elements, v.ConnectedNumber)
        parties = every(elements, v.PartyIdentifier)
        devices: list[NativeDevice] = []
        for number, told in zip(numbers, parties, strict=False):
            device = self.device(call, number, told.party)
            if device is not None:
                self.learn(call, told.party, device)
                devices.append(device)
        return devices

    def party(self, call: str, device: str) -> int | None:
        """Give the party that a device is on a call."""
        found = self._calls.get(call)
        parties = {} if found is None else found.parties
        return next((party for party, told in parties.items() if told.key == device), None)

    def at(self, call: str, party: int) -> NativeDevice | None:
        """Give the device of a party."""
        found = self._calls.get(call)
        return None if found is None else found.parties.get(party)

    def other(self, call: str, device: str) -> NativeDevice | None:
        """Give the one other party of a call; None where there is none, or several are."""
        found = self._calls.get(call)
        parties = [] if found is None else list(found.parties.values())
        others = [one for one in parties if one.key != device]
        return others[0] if len(others) == 1 else None

    def left(self, call: str, device: NativeDevice) -> None:
        """Take that a device is off a call."""
        found = self._calls.get(call)
        if found is None:
            return
        found.alerting.pop(device.key, None)
        found.waits.pop(device.key, None)
        found.redirected.pop(device.key, None)
        self.retrieves(call, device)
        party = self.party(call, device.key)
        if party is not None:
            del found.parties[party]
            found.gone.add(party)

    def alone(self, call: str) -> bool:
        """Tell whether one party is left at most.

        Reports name all parties but the first, who may have called before anybody listened.
        """
        found = self._calls.get(call)
        if found is None or found.control is not None:
            return False
        unnamed = 1 not in found.parties and 1 not in found.gone
        return bool(found.parties or found.gone) and len(found.parties) + unnamed <= 1

    def known(self, call: str) -> bool:
        """Tell whether anything is known of a call."""
        return call in self._calls

    def ended(self, call: str) -> None:
        """Take the end of a call."""
        self._calls.pop(call, None)
        self._let_go(call)

    def merged(self, result: str, other: str, elements: Iterable[Element]) -> list[Moved]:
        """Take two calls that became one, with the list of their parties."""
        elements = tuple(elements)
        told = self._call(result).merge
        if told is not None and told[0] == (other, _people(elements)):
            return told[1]
        before = {call: dict(self._call(call).parties) for call in (result, other)}
        control = self._call(result).control
        if control is None:
            control = self._call(other).control
        numbers = list(every(elements, v.ConnectedNumber))
        parties = [one.party for one in every(elements, v.PartyIdentifier)]
        olds: list[int | None] = [one.party for one in every(elements, v.OldPartyIdentifier)]
        olds += [None] * len(parties)
        self.ended(other)
        self._let_go(result)
        call = self._call(result)
        call.parties, call.control = {}, control
        call.gone = set(range(1, max(parties, default=0))) - set(parties)
        call.alerting, call.waits, call.redirected = {}, {}, {}
        moved: list[Moved] = []
        for number, party, old in zip(numbers, parties, olds, strict=False):
            device = self.device(result, number, party)
            if device is None:
                continue
            old_call, was = _before(before, device, old)
            self.learn(result, party, device)
            moved.append(Moved(device, old_call, was))
        call.merge = (other, _people(elements)), moved
        return moved

    # Calls on hold: one that begins meanwhile is a consultation.

    def holds(self, call: str, device: NativeDevice) -> None:
        """Take that a device holds a call."""
        self._held.setdefault(device.key, set()).add(call)

    def retrieves(self, call: str, device: NativeDevice) -> None:
        """Take that a device holds a call no more."""
        held = self._held.get(device.key, set())
        held.discard(call)
        if not held:
            self._held.pop(device.key, None)

    def _let_go(self, call: str) -> None:
        """Take that nobody holds a call any more."""
        for key in [key for key, calls in self._held.items() if call in calls]:
            self.retrieves(call, NativeDevice(key))

    def consults(self, call: str, device: NativeDevice) -> bool:
        """Tell whether a device holds another call that goes on."""
        return any(one != call and one in self._calls for one in self._held.get(device.key, ()))

    # Call control associations.

    def controlled(self, call: str, association: int) -> None:
        """Take that this side controls a call."""
        self._call(call).control = association

    def control(self, call: str) -> int | None:
        """Give the association that controls a call."""
        found = self._calls.get(call)
        return None if found is None else found.control

    def released(self, association: int) -> str | None:
        """Take the end of a call control association; give its call."""
        for call, known in self._calls.items():
            if known.control == association:
                known.control = None
                return call
        return None

    # Where a call alerts or waits: the switch does not report every diversion (S2 ch. 3).

    def waits(self, call: str, place: NativeDevice, *, queued: bool) -> list[NativeDevice]:
        """Take that a call waits somewhere; give where it was and is no more.

        A call can wait in several queues, and is in the vector of one VDN.
        """
        known = self._call(call)
        waits, taken = known.waits, known.redirected
        left = [one for key, (one, stays) in waits.items() if key in taken or not stays]
        left += [one for key, one in known.alerting.items() if key in taken]
        left = [one for one in left if one.key != place.key]
        for one in left:
            self.left(call, one)
        taken.clear()
        waits[place.key] = (place, queued or waits.get(place.key, (place, False))[1])
        return left

    def alerts(self, call: str, device: NativeDevice) -> list[NativeDevice]:
        """Take that a call alerts; give where it waited or alerted until now."""
        known = self._call(call)
        left = [*(one for one, _ in known.waits.values()), *known.alerting.values()]
        left = [one for one in left if one.key != device.key]
        for one in left:
            self.left(call, one)
        known.waits, known.alerting, known.redirected = {}, {device.key: device}, {}
        return left

    def alerts_elsewhere(self, call: str, device: NativeDevice) -> bool:
        """Tell whether a call alerts, and not at this device."""
        found = self._calls.get(call)
        if found is None or device.key in found.alerting:
            return False
        return any(key not in found.redirected for key in found.alerting)

    def answers(self, call: str, device: NativeDevice) -> list[NativeDevice]:
        """Take that a device answered; give where the call waited or alerted until now."""
        left = self.alerts(call, device)
        self._call(call).alerting.clear()
        return left

    # Where a call was taken away, as long as nobody said whither.

    def redirects(self, told: Diverted) -> bool:
        """Take that a call was taken away; tell whether a report can say whither.

        None can where nothing is known of the call, or where it already is elsewhere.
        """
        found = self._calls.get(told.call)
        key = told.device.key
        if found is None:
            return False
        if key not in found.alerting and key not in found.waits:
            if found.alerting or found.waits:
                return False
            found.alerting[key] = told.device  # it rang before anybody listened
        found.redirected.setdefault(key, told)
        return True

    def redirected(self, call: str) -> dict[str, Diverted]:
        """Give what is to be told of where a call was taken away, by key."""
        found = self._calls.get(call)
        return {} if found is None else dict(found.redirected)

    def nowhere(self, call: str) -> list[Diverted]:
        """Take that nobody says whither a call was taken; give what is to be told."""
        told = list(self.redirected(call).values())
        for one in told:
            self.left(call, one.device)
        return told


def _people(elements: tuple[Element, ...]) -> tuple[Element, ...]:
    kinds = v.ConnectedNumber | v.PartyIdentifier
    return tuple(one for one in elements if isinstance(one, kinds))


def _before(
    before: dict[str, dict[int, NativeDevice]], device: NativeDevice, old: int | None
) -> tuple[str | None, NativeDevice | None]:
    """Find who a party was before a merge: the same extension, or the old party's number.

    Which of the two calls an old party belongs to is not said: the same number decides, and
    each old party is taken once.
    """
    for call, parties in before.items():
        for party, told in parties.items():
            same = told.key == device.key and device.form is DeviceForm.STATIC
            outside = DeviceForm.STATIC not in (device.form, told.form)
            if same or (outside and party == old and told.number == device.number):
                del parties[party]
                return call, told
    if old is not None and device.form is not DeviceForm.STATIC:
        for call, parties in before.items():
            if old not in parties:  # somebody whom no report has named yet
                return call, NativeDevice(f"{call}.{old}", device.form, device.number)
    return None, None
