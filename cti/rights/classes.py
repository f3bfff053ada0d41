"""Destination classes: what it may cost, and where it leads, to dial a number.

A number is judged as the switch takes it: behind the site's access code and prefixes. What
the site's plan does not explain is ``unknown``; without a plan that is everything but the
devices of the switch itself.
"""

from __future__ import annotations

import re
from collections.abc import Container
from enum import StrEnum
from typing import Any, Final, Protocol

import phonenumbers
from msgspec import Struct
from phonenumbers import PhoneNumberType, ShortNumberCost

from cti.model.numbers import Plan
from cti.numbering import Numbering


class DestinationClass(StrEnum):
    """Where a number leads."""

    INTERNAL = "internal"
    """A device, a queue or an extension of the site."""
    NATIONAL = "national"
    """The site's country, at an ordinary price or for nothing."""
    MOBILE = "mobile"
    """A mobile telephone of the site's country."""
    INTERNATIONAL = "international"
    """Another country."""
    PREMIUM = "premium"
    """At a price that the called party sets or shares, satellites, directory enquiries."""
    EMERGENCY = "emergency"
    """Police, fire brigade, ambulance."""
    FEATURE_CODE = "feature_code"
    """Not a number: digits with ``*``, ``#`` or A to D, which make the switch do something."""
    UNKNOWN = "unknown"
    """The numbering plan does not say."""


class Reached(Struct, frozen=True, gc=False):
    """What a number turned out to be."""

    kind: DestinationClass
    e164: str | None = None
    """With the plus sign, where it is known."""


class Site(Protocol):
    """Where a number is dialled."""

    @property
    def numbering(self) -> Numbering | None:
        """The numbering plan."""

    def own(self, name: str) -> bool:
        """Tell whether a name is one of a device or a queue of the switch."""


_C: Final = DestinationClass
_UNKNOWN: Final = Reached(_C.UNKNOWN)
_INTERNAL: Final = Reached(_C.INTERNAL)
_DIGITS: Final = re.compile(r"\+?[0-9]{1,32}")
_CODE: Final = re.compile(r"[0-9A-D*#]{1,32}")
_T = PhoneNumberType
_ORDINARY: Final[Container[int]] = frozenset(
    {_T.FIXED_LINE, _T.FIXED_LINE_OR_MOBILE, _T.TOLL_FREE, _T.VOIP, _T.UAN}
)
_MOBILE: Final[Container[int]] = frozenset({_T.MOBILE, _T.VOICEMAIL})
_EVERYWHERE: Final = "001"
"""Region of country codes that belong to no country."""
_FREE_EVERYWHERE: Final = 800


def classify(number: str, site: Site) -> Reached:
    """Tell where dialling a number leads. Total: whatever text it is."""
    if number[:1] in ("*", "#"):
        return Reached(_C.FEATURE_CODE)
    if site.own(number):
        return _INTERNAL
    if not _DIGITS.fullmatch(number):
        return Reached(_C.FEATURE_CODE if _CODE.fullmatch(number) else _C.UNKNOWN)
    numbering = site.numbering
    if numbering is None:
        return Reached(_C.UNKNOWN, number if number.startswith("+") else None)
    digits = numbering.dialable(number) if number.startswith("+") else number
    return _UNKNOWN if digits is None else _dialled(digits, numbering)


def _dialled(digits: str, numbering: Numbering) -> Reached:
    read = numbering.reached(digits)
    if read is not None and read.plan in (Plan.INTERNAL, Plan.PRIVATE):
        return Reached(_C.INTERNAL, read.e164)
    if read is not None and read.e164 is not None:
        kind = _priced(read.e164, numbering.country)
        if kind is _C.UNKNOWN:
            kind = _beginning(digits, numbering)
        return Reached(kind, read.e164)
    outward = numbering.outward(digits)
    if not outward:
        return _UNKNOWN
    short = _short(outward, numbering.country)
    return Reached(short or _beginning(digits, numbering))


def _beginning(digits: str, numbering: Numbering) -> DestinationClass:
    """Class digits that are no number: behind a whole one, networks ignore what follows."""
    for end in range(len(digits) - 1, 0, -1):
        read = numbering.reached(digits[:end])
        if read is None or read.e164 is None or read.plan is not Plan.E164:
            continue
        kind = _priced(read.e164, numbering.country)
        if kind is not _C.UNKNOWN:
            return _C.PREMIUM if kind is _C.PREMIUM else _C.UNKNOWN
    return _C.UNKNOWN


def _priced(e164: str, country: str) -> DestinationClass:
    number: Any = phonenumbers.parse(e164, None)
    kind = phonenumbers.number_type(number)
    region = phonenumbers.region_code_for_number(number)
    if kind == _T.UNKNOWN or region is None:
        return _C.UNKNOWN
    if region == _EVERYWHERE:
        free = number.country_code == _FREE_EVERYWHERE
        return _C.INTERNATIONAL if free else _C.PREMIUM
    if kind not in _ORDINARY and kind not in _MOBILE:
        return _C.PREMIUM
    if region != country:
        return _C.INTERNATIONAL
    return _C.MOBILE if kind in _MOBILE else _C.NATIONAL


def _short(digits: str, country: str) -> DestinationClass | None:
    """Class an emergency or another short number of the country; None for what is none."""
    if phonenumbers.connects_to_emergency_number(digits, country):
        return _C.EMERGENCY
    if len(digits) > 6 or not digits.isdecimal():
        return None
    number: Any = phonenumbers.PhoneNumber(
        country_code=phonenumbers.country_code_for_region(country),
        national_number=int(digits),
    )
    if not phonenumbers.is_valid_short_number_for_region(number, country):
        return None
    cost = phonenumbers.expected_cost_for_region(number, country)
    ordinary = cost in (ShortNumberCost.TOLL_FREE, ShortNumberCost.STANDARD_RATE)
    return _C.NATIONAL if ordinary else _C.PREMIUM
