"""Facts with their numbers in canonical form: the one place where a site's plan is applied."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from typing import Any, Final, TypeVar

import msgspec
from msgspec import UNSET

from cti import facts as f
from cti.calls import Call, CallIndex
from cti.facts import DeviceForm, NativeDevice
from cti.model.numbers import Number, Plan
from cti.model.objects import CallNumbers
from cti.model.states import Direction
from cti.numbering import REMEMBERED, Numbering, Role

_AnyFact = TypeVar("_AnyFact", bound=f.Fact)


class Caller(Enum):
    """Who began a call."""

    OUTSIDE = "outside"
    INSIDE = "inside"
    UNKNOWN = "unknown"


_CALLING: Final = {
    Caller.OUTSIDE: Role.CALLER,
    Caller.INSIDE: Role.ANY,
    Caller.UNKNOWN: Role.STRANGER,
}
_CALLED: Final = {
    Caller.OUTSIDE: Role.CALLED,
    Caller.INSIDE: Role.DIALLED,
    Caller.UNKNOWN: Role.ANY,
}
_DIRECTIONS: Final = {
    Direction.INBOUND: Caller.OUTSIDE,
    Direction.OUTBOUND: Caller.INSIDE,
    Direction.INTERNAL: Caller.INSIDE,
}


class NumberedFacts:
    """Reads the numbers in facts by the plan of a site.

    What a number means depends on who calls: of a caller outside the network gives the
    number, of a called party it is what was dialled at a set. That is known from the
    direction of the call, from a trunk, or from an extension that calls; where it is not
    known, only what needs no such knowledge is read.
    """

    def __init__(self, numbering: Numbering, calls: CallIndex) -> None:
        self._numbering = numbering
        self._calls = calls
        self._numbers = lru_cache(REMEMBERED)(self._numbers_once)

    def read(self, fact: _AnyFact) -> _AnyFact:
        """Give a fact with what the plan says of its numbers."""
        if isinstance(fact, f.CallFact):
            return self._replaced(fact, self._call(fact))
        if isinstance(fact, f.RouteAsked | f.CallSeen):
            numbers = self._numbers(fact.numbers, self._caller(fact, None))
            return self._replaced(fact, {"numbers": numbers})
        return fact

    def _call(self, fact: f.CallFact) -> dict[str, Any]:
        call = self._calls.live(fact.call)
        caller = self._caller(fact, call)
        numbers = self._numbers(fact.numbers, caller)
        news: dict[str, Any] = {"numbers": numbers}
        if isinstance(fact, f.ConnectionFact):
            known = [numbers] if call is None else [numbers, call.numbers]
            for member in ("device", "calling"):
                device: NativeDevice | None = getattr(fact, member)
                if device is not None and device.number is not None:
                    role = self._role(member, device, caller)
                    number = _known(device.number, known)
                    number = number or self._numbering.canonical(device.number, role)
                    if number is not device.number:
                        news[member] = msgspec.structs.replace(device, number=number)
        return news

    def _replaced(self, fact: _AnyFact, news: dict[str, Any]) -> _AnyFact:
        changed = {name: value for name, value in news.items() if value != getattr(fact, name)}
        return msgspec.structs.replace(fact, **changed) if changed else fact

    def _caller(self, fact: Any, call: Call | None) -> Caller:
        """Tell whether the caller is outside."""
        told = getattr(fact, "direction", UNSET)
        direction = call.direction if call is not None and told in _UNTOLD else told
        if direction in _DIRECTIONS:
            return _DIRECTIONS[direction]
        calling: NativeDevice | None = getattr(fact, "calling", None)
        if isinstance(fact, f.Initiated | f.Originated):
            calling = fact.device
        if calling is not None and calling.form is DeviceForm.TRUNK:
            return Caller.OUTSIDE
        numbers = [fact.numbers] if call is None else [fact.numbers, call.numbers]
        digits = [one.calling.raw for one in numbers if one.calling is not UNSET]
        if calling is not None and calling.form is DeviceForm.STATIC:
            digits.append(calling.key)
        if any(self._numbering.inside(one) for one in digits):
            return Caller.INSIDE
        return Caller.UNKNOWN

    def _role(self, member: str, device: NativeDevice, caller: Caller) -> Role:
        if member == "calling":
            return self._stranger(_CALLING[caller])
        if device.form is DeviceForm.TRUNK and caller is Caller.INSIDE:
            return Role.DIALLED
        return Role.ANY

    def _numbers_once(self, told: CallNumbers, caller: Caller) -> CallNumbers:
        roles = {
            "calling": self._stranger(_CALLING[caller]),
            "called": _CALLED[caller],
            "dialled": _CALLED[caller],
            "redirecting": Role.ANY,
            "network_calling": Role.CALLER,
            "network_called": Role.CALLED if caller is not Caller.INSIDE else Role.ANY,
        }
        news = {}
        for name, role in roles.items():
            number = getattr(told, name)
            if number is not UNSET:
                read = self._numbering.canonical(number, role)
                if read is not number:
                    news[name] = read
        return msgspec.structs.replace(told, **news) if news else told

    def _stranger(self, role: Role) -> Role:
        """Let who calls be outside if it is no extension, where these are known."""
        if role is Role.STRANGER and not self._numbering.knows_extensions:
            return Role.ANY
        return role


_UNTOLD: Final = (UNSET, Direction.UNKNOWN)


def _known(number: Number, known: list[CallNumbers]) -> Number | None:
    """Find the same digits among the numbers of the call: they mean the same."""
    for numbers in known:
        for name in ("calling", "called", "dialled"):
            other = getattr(numbers, name)
            if (
                other is not UNSET
                and other.raw == number.raw
                and other.plan is not Plan.UNKNOWN
            ):
                return msgspec.structs.replace(
                    number, plan=other.plan, ton=other.ton, e164=other.e164
                )
    return None
