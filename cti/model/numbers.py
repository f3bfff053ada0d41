"""Telephone numbers as told, with what is known about them."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Plan(StrEnum):
    """Numbering plan."""

    E164 = "e164"
    PRIVATE = "private"
    INTERNAL = "internal"
    UNKNOWN = "unknown"


class TypeOfNumber(StrEnum):
    """Type of number (ITU-T Q.931 4.5.10)."""

    INTERNATIONAL = "international"
    NATIONAL = "national"
    SUBSCRIBER = "subscriber"
    ABBREVIATED = "abbreviated"
    NETWORK = "network"
    UNKNOWN = "unknown"


class Presentation(StrEnum):
    """Whether the number may be shown."""

    ALLOWED = "allowed"
    RESTRICTED = "restricted"
    UNAVAILABLE = "unavailable"


class NumberStatus(StrEnum):
    """Whether there is a number at all (ECMA-269)."""

    PROVIDED = "provided"
    NOT_KNOWN = "not_known"
    NOT_REQUIRED = "not_required"


class Number(Struct, frozen=True, gc=False, omit_defaults=True):
    """One telephone number. It is an attribute of a party, never its key."""

    raw: str = ""
    """Digits as the switch sent them; empty when there are none."""
    plan: Plan = Plan.UNKNOWN
    ton: TypeOfNumber = TypeOfNumber.UNKNOWN
    e164: str | None = None
    """Canonical form with the plus sign; None where the plan does not say how to make it."""
    presentation: Presentation = Presentation.ALLOWED
    status: NumberStatus = NumberStatus.PROVIDED
    name: str | None = None
    """Name that came with the number."""


NOT_KNOWN = Number(status=NumberStatus.NOT_KNOWN, presentation=Presentation.UNAVAILABLE)
NOT_REQUIRED = Number(status=NumberStatus.NOT_REQUIRED, presentation=Presentation.UNAVAILABLE)
RESTRICTED = Number(status=NumberStatus.NOT_KNOWN, presentation=Presentation.RESTRICTED)
