"""Numbers of one site: what the digits that a switch shows mean, and what to dial for a number.

The plan comes from the configuration. What it does not say stays unknown: digits are never
read by their shape alone, but by the type that the switch told, by the prefixes of the site,
and by where they came from: the network, or a set of the site.

Which numbers exist, and what a country dials in front of them, is known to ``phonenumbers``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, Protocol

import msgspec
import phonenumbers
from msgspec import Struct
from phonenumbers import PhoneMetadata, PhoneNumberFormat

from cti.model.numbers import Number, Plan, TypeOfNumber

REMEMBERED: Final = 20_000
"""Readings that are kept."""

_DIGITS: Final = re.compile(r"[0-9]{1,32}")
_NANP: Final = 1
"""Country code of plans whose national prefix may be left out."""
_T = TypeOfNumber


class Role(StrEnum):
    """Where digits came from."""

    CALLER = "caller"
    """The network gave them as who calls."""
    CALLED = "called"
    """The network gave them as who is called at this site."""
    DIALLED = "dialled"
    """Somebody at this site dialled them."""
    STRANGER = "stranger"
    """Who calls is none of this site's extensions; nobody said that the network gave it."""
    ANY = "any"
    """Nothing is known."""


_SHOWN: Final = {
    Role.CALLER: "calling",
    Role.STRANGER: "calling",
    Role.DIALLED: "dialled",
}
"""Roles in which the access code may stand in front, as the configuration names them."""


class Rule(Protocol):
    """One rule of a site, for digits that its prefixes do not explain."""

    @property
    def match(self) -> str:
        """Regular expression for all of the digits."""

    @property
    def plan(self) -> str:
        """Plan of the number."""

    @property
    def e164(self) -> str | None:
        """Canonical form, with groups of ``match`` by number; None where there is none."""


class Numbers(Protocol):
    """What is configured of a site."""

    @property
    def country(self) -> str:
        """ISO 3166 code."""

    @property
    def area(self) -> str:
        """Area code without prefix."""

    @property
    def access_code(self) -> str:
        """What a set dials for an outside line."""

    @property
    def shown_with_access_code(self) -> Sequence[str]:
        """``calling`` and ``dialled`` as far as the switch shows the access code in them."""

    @property
    def international_prefix(self) -> str | None:
        """In front of a country code; None for what the country has."""

    @property
    def national_prefix(self) -> str | None:
        """In front of an area code; None for what the country has."""

    @property
    def extensions(self) -> Sequence[str]:
        """Patterns of the site's own numbers."""

    @property
    def direct_dial(self) -> str:
        """E.164 number in front of an extension; empty where there is none."""

    @property
    def rule(self) -> Sequence[Rule]:
        """Rules, the first that matches counts."""


def extension(pattern: str) -> re.Pattern[str]:
    """Read a pattern of extensions: ``2xx`` or ``7001-7099``; raise ``ValueError``."""
    low, dash, high = pattern.partition("-")
    if dash:
        if not (_DIGITS.fullmatch(low) and _DIGITS.fullmatch(high) and len(low) == len(high)):
            raise ValueError(f"{pattern!r}: both ends of a range are digits, equally many")
        if int(low) > int(high) or int(high) - int(low) > REMEMBERED:
            raise ValueError(f"{pattern!r} runs backwards or is too long")
        numbers = (str(one).zfill(len(low)) for one in range(int(low), int(high) + 1))
        return re.compile("|".join(numbers))
    if not re.fullmatch(r"[0-9*#]*[xX]*[0-9*#xX]*", pattern) or not 1 <= len(pattern) <= 32:
        raise ValueError(f"{pattern!r} is neither digits with x for any digit nor a range")
    return re.compile(re.sub("[xX]", "[0-9]", pattern.replace("*", r"\*")))


def wrong_template(match: str, template: str) -> str | None:
    """Tell what is wrong with the canonical form that a rule gives; None for nothing."""
    try:
        made = re.sub(r"\\\d", "", template)
        re.compile(match)
        groups = {int(one) for one in re.findall(r"\\(\d)", template)}
    except re.error as error:
        return str(error)
    if not re.fullmatch(r"\+[0-9]*", made):
        return f"{template!r} is not a plus sign with digits and groups"
    most = re.compile(match).groups
    missing = sorted(one for one in groups if not 1 <= one <= most)
    return f"match has no group {missing[0]}" if missing else None


def prefixes(country: str) -> tuple[int, str | None, str | None]:
    """Give country code, international and national prefix; raise ``ValueError``.

    None where the country has none of one form.
    """
    known = PhoneMetadata.metadata_for_region(country)
    if known is None or not known.country_code:
        raise ValueError(f"{country!r} is no country, such as DE")
    international = known.preferred_international_prefix or known.international_prefix or ""
    return (
        known.country_code,
        international if _DIGITS.fullmatch(international) else None,
        known.national_prefix or "",
    )


class Reading(Struct, frozen=True, gc=False):
    """What digits turned out to be."""

    plan: Plan
    ton: TypeOfNumber
    e164: str | None


class Numbering:
    """The numbering plan of one site."""

    def __init__(self, site: Numbers) -> None:
        """Raise ``ValueError`` for a plan that says nothing or contradicts itself."""
        self._country = site.country
        self.country_code, international, national = prefixes(site.country)
        self._international = site.international_prefix or international or ""
        if not self._international:
            raise ValueError(f"{site.country} needs international_prefix")
        given = site.national_prefix
        self._national = (national or "") if given is None else given
        self._area = site.area
        self._access = site.access_code
        self._shown = frozenset(site.shown_with_access_code)
        self._direct = site.direct_dial.removeprefix("+")
        self._extensions = [extension(pattern) for pattern in site.extensions]
        self._rules = [(re.compile(one.match), Plan(one.plan), one.e164) for one in site.rule]
        self._read = lru_cache(REMEMBERED)(self._read_once)

    # From digits to numbers.

    def canonical(self, number: Number, role: Role) -> Number:
        """Give a number with plan, type and E.164 form, as far as the plan tells them.

        ``raw``, presentation, status and name stay; what a driver knew already stays too.
        """
        if not number.raw or number.e164 is not None or len(number.raw) > 64:
            return number
        found = self._read(number.raw, number.ton, number.plan, role)
        if found is None:
            return number
        return msgspec.structs.replace(
            number,
            plan=found.plan,
            ton=number.ton if number.ton is not _T.UNKNOWN else found.ton,
            e164=found.e164,
        )

    def inside(self, digits: str) -> bool:
        """Tell whether digits are an extension of the site."""
        return any(pattern.fullmatch(digits) for pattern in self._extensions)

    @property
    def knows_extensions(self) -> bool:
        """Whether the plan says which extensions there are."""
        return bool(self._extensions)

    def _read_once(self, raw: str, ton: TypeOfNumber, plan: Plan, role: Role) -> Reading | None:
        for pattern, rule_plan, template in self._rules:
            if (found := pattern.fullmatch(raw)) is not None:
                return Reading(rule_plan, ton, _filled(found, template))
        if raw.startswith("+"):
            return self._outside(raw[1:], _T.INTERNATIONAL, valid=False)
        told = ton in (_T.INTERNATIONAL, _T.NATIONAL, _T.SUBSCRIBER)
        if not told and role is not Role.CALLER and self.inside(raw):
            return Reading(Plan.INTERNAL, ton, self._own(raw))
        if plan in (Plan.PRIVATE, Plan.INTERNAL) or not _DIGITS.fullmatch(raw):
            return None
        if told:
            return self._typed(raw, ton)
        return None if ton is not _T.UNKNOWN else self._prefixed(raw, role)

    def _typed(self, digits: str, ton: TypeOfNumber) -> Reading | None:
        """Read digits whose type the switch told: they have no prefix."""
        match ton:
            case _T.INTERNATIONAL:
                return self._outside(digits, ton, valid=False)
            case _T.NATIONAL:
                return self._outside(f"{self.country_code}{digits}", ton, valid=False)
            case _:
                return self._local(digits)

    def _prefixed(self, digits: str, role: Role) -> Reading | None:
        """Read digits by the prefixes of the site."""
        if role is Role.ANY:
            return None
        if _SHOWN.get(role) in self._shown:
            if not digits.startswith(self._access):
                return None
            digits = digits[len(self._access) :]
        return self._outward(digits, doubtful=role is Role.STRANGER)

    def _outward(self, digits: str, *, doubtful: bool = False) -> Reading | None:
        """Read digits as the network takes them; doubtful ones only if they have a prefix."""
        if digits.startswith(self._international):
            rest = digits[len(self._international) :]
            return self._outside(rest, _T.INTERNATIONAL, valid=doubtful)
        if self._national and digits.startswith(self._national):
            rest = digits[len(self._national) :]
            return self._outside(f"{self.country_code}{rest}", _T.NATIONAL, valid=doubtful)
        if doubtful:
            return None
        if self._national and self.country_code != _NANP:
            return self._local(digits)
        national = self._outside(f"{self.country_code}{digits}", _T.NATIONAL, valid=True)
        local = self._local(digits) if self._national else None
        return None if national and local else national or local

    def _local(self, digits: str) -> Reading | None:
        if not digits or not self._area or self._short(digits):
            return None
        whole = f"{self.country_code}{self._area}{digits}"
        return self._outside(whole, _T.SUBSCRIBER, valid=True)

    def _short(self, digits: str) -> bool:
        """Tell whether digits are an emergency or another short number of the country."""
        number = phonenumbers.PhoneNumber(
            country_code=self.country_code, national_number=int(digits)
        )
        return phonenumbers.is_valid_short_number_for_region(number, self._country)

    def _outside(self, digits: str, ton: TypeOfNumber, *, valid: bool) -> Reading | None:
        """Take an international number if it can be one, or only if there is such a one."""
        number = _parsed(digits)
        if number is None or (valid and not phonenumbers.is_valid_number(number)):
            return None
        return Reading(Plan.E164, ton, _e164(number))

    def _own(self, digits: str) -> str | None:
        if not self._direct or not _DIGITS.fullmatch(digits):
            return None
        return f"+{self._direct}{digits}"

    # Where dialling leads.

    @property
    def country(self) -> str:
        """ISO 3166 code of the country."""
        return self._country

    def outward(self, dialled: str) -> str | None:
        """Give what the network gets when a set dials digits; None if it gets nothing."""
        if self.inside(dialled) or not dialled.startswith(self._access):
            return None
        return dialled[len(self._access) :]

    def reached(self, dialled: str) -> Reading | None:
        """Tell what a set of the site reaches by dialling digits, as far as the plan says.

        Short numbers of the country, such as those for emergencies, are none of these.
        """
        for pattern, plan, template in self._rules:
            if (found := pattern.fullmatch(dialled)) is not None:
                return Reading(plan, _T.UNKNOWN, _filled(found, template))
        if self.inside(dialled):
            return Reading(Plan.INTERNAL, _T.UNKNOWN, self._own(dialled))
        outward = self.outward(dialled)
        if not outward or not _DIGITS.fullmatch(outward) or self._short(outward):
            return None
        return self._outward(outward)

    # From numbers to digits.

    def dialable(self, e164: str) -> str | None:
        """Give what a set of this site dials for a number with a plus sign; None if nothing."""
        digits = e164.removeprefix("+")
        if self._direct and digits.startswith(self._direct):
            own = digits[len(self._direct) :]
            if self.inside(own):
                return own
        number = _parsed(digits) if _DIGITS.fullmatch(digits) else None
        if number is None:
            return None
        if number.country_code == self.country_code:
            national = phonenumbers.national_significant_number(number)
            return f"{self._access}{self._national}{national}"
        return f"{self._access}{self._international}{_e164(number)[1:]}"


def _filled(found: re.Match[str], template: str | None) -> str | None:
    """Fill the groups of a rule in; what comes out has to be a number."""
    made = "" if template is None else found.expand(template)
    return made if re.fullmatch(r"\+[0-9]{1,15}", made) else None


def _parsed(digits: str) -> Any:
    """Give an international number that can be one; else None."""
    try:
        number = phonenumbers.parse(f"+{digits}", None)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None


def _e164(number: Any) -> str:
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))
