"""The profile: every number of the link, and its limits and times, as data (section 9).

``read`` makes a profile of the JSON text and checks it; reading files is somebody else's.
The profile of this package, ``DEFAULT``, is part of its code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from importlib import resources
from typing import Annotated, Any, Final, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from protocols.meridian import values as v
from protocols.meridian.table import ELEMENTS

Octet = Annotated[int, Meta(ge=0, le=255)]
Mark = Literal["C", "I", "U", "A"]
"""Confirmed, inferred, unverified, assigned by this project."""
_Seconds = Annotated[float, Meta(gt=0, le=86_400)]
_Release = Annotated[int, Meta(ge=1, le=255)]

_N = TypeVar("_N", bound=StrEnum)


class ProfileError(ValueError):
    """A profile cannot be used; says where and why."""


class Times(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Seconds, but for ``n_poll``."""

    t_response: _Seconds
    """For the answer to a request."""
    t_poll: _Seconds
    """Quiet before a poll."""
    n_poll: Annotated[int, Meta(ge=1, le=100)]
    """Polls that go unanswered before the link is given up."""
    t_flow: _Seconds
    """After a stop, until sending goes on without a resume."""
    t_retry: _Seconds
    """Before a refused registration is tried again."""
    t_route_default: _Seconds
    """Before the switch treats a call by itself."""


class Limits(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Sizes."""

    max_message_x25: Annotated[int, Meta(ge=16, le=65_535)]
    max_message_tcp: Annotated[int, Meta(ge=16, le=65_535)]
    dn_digits: Literal[4, 7]


class Profile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of a profile, in the words of its JSON."""

    profile: str
    """Name of the profile."""
    codes_are: str
    """Where the codes come from, in words."""
    protocol: Octet
    version: Octet
    kinds: dict[v.Kind, Octet]
    messages: dict[v.MessageType, tuple[Octet, Mark]]
    aml_names: dict[str, str]
    """Names of link 0 for those of the host link, to be shown."""
    ies: dict[str, tuple[Octet, str, Mark]]
    """Number and format of each element."""
    events: dict[v.StatusEvent, Octet]
    event_min_release: dict[str, _Release]
    """First X11 release with an event, by the event's number."""
    features: dict[v.Feature, tuple[Octet, Mark]]
    feature_state: dict[v.FeatureState, Octet]
    flow_state: dict[v.FlowState, Octet]
    link_state: dict[v.LinkState, Octet]
    call_types: dict[v.CallType, Octet]
    services: dict[v.Service, Octet]
    causes: dict[v.Reason, Octet]
    timers_s: Times
    limits: Limits
    trunk_far_end_answer_event: Octet
    trunk_far_end_disconnect_event: Octet
    event_groups: dict[str, Literal["all"] | tuple[Octet, ...]]
    """Events of a group, by the group's number."""
    tcp_port: Annotated[int, Meta(ge=1, le=65_535)]
    tcp_port_mark: Mark
    x25: dict[str, Any]
    """The circuit as the switch's module has it, in the words of its listing."""

    def numbers(self) -> dict[str, int]:
        """Give the number of each element by its name."""
        return {name: row[0] for name, row in self.ies.items()}

    def codes(self, names: type[_N]) -> Mapping[_N, int]:
        """Give the code of each member of an enumeration."""
        table: Mapping[Any, Any] = getattr(self, _TABLES[names])
        return {
            name: code[0] if isinstance(code, tuple) else code for name, code in table.items()
        }

    def event(self, code: int) -> v.StatusEvent:
        """Give the event with this number; one of the profile's."""
        return next(event for event, number in self.events.items() if number == code)

    def first_release(self, event: v.StatusEvent) -> int:
        """Give the first X11 release that tells of an event; 0 where all do."""
        return self.event_min_release.get(str(self.events[event]), 0)

    def group(self, number: int) -> frozenset[v.StatusEvent]:
        """Give the events of an event group; a group that is not defined has none."""
        told = self.event_groups.get(str(number), ())
        if told == "all":
            return frozenset(v.StatusEvent)
        return frozenset(self.event(int(code)) for code in told)


_TABLES: Final[dict[type[StrEnum], str]] = {
    v.Kind: "kinds",
    v.MessageType: "messages",
    v.StatusEvent: "events",
    v.Feature: "features",
    v.FeatureState: "feature_state",
    v.FlowState: "flow_state",
    v.LinkState: "link_state",
    v.CallType: "call_types",
    v.Service: "services",
    v.Reason: "causes",
}
"""Where the profile has the codes of an enumeration."""


def read(text: str | bytes) -> Profile:
    """Make a profile of its JSON; raise ``ProfileError`` that names what is wrong."""
    try:
        profile = msgspec.json.decode(text, type=Profile)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise ProfileError(str(error)) from None
    for wrong in _problems(profile):
        raise ProfileError(wrong)
    return profile


def _problems(profile: Profile) -> Iterator[str]:
    for names, table in _TABLES.items():
        codes = profile.codes(names)
        yield from (f"{table}: {name.value} is missing" for name in names if name not in codes)
        yield from _doubles(table, codes)
    yield from _elements(profile)
    known = {str(code) for code in profile.events.values()}
    for code in profile.event_min_release:
        if code not in known:
            yield f"event_min_release: {code} is the number of no event"
    for key in ("trunk_far_end_answer_event", "trunk_far_end_disconnect_event"):
        if str(getattr(profile, key)) not in known:
            yield f"{key}: {getattr(profile, key)} is the number of no event"
    for group, told in profile.event_groups.items():
        if not group.isdecimal() or int(group) > 255:
            yield f"event_groups: {group!r} is no number of 0 to 255"
        if told != "all":
            for number in told:
                if str(number) not in known:
                    yield f"event_groups.{group}: {number} is the number of no event"


def _elements(profile: Profile) -> Iterator[str]:
    for name in profile.ies.keys() - ELEMENTS.keys():
        yield f"ies: {name} is no element"
    for name, element in ELEMENTS.items():
        if name not in profile.ies:
            yield f"ies: {name} is missing"
        elif (told := profile.ies[name][1]) != element.format:
            yield (
                f"ies.{name}: format {told}, but the codec reads {element.format}; "
                "formats are changed in protocols/meridian/table.py"
            )
    yield from _doubles("ies", profile.numbers())


def _doubles(table: str, codes: Mapping[Any, int]) -> Iterator[str]:
    seen: dict[int, str] = {}
    for name, code in codes.items():
        if code in seen:
            yield f"{table}: {seen[code]} and {name} both have {code}"
        seen[code] = str(name)


DEFAULT_TEXT: Final = (
    resources.files(__package__).joinpath("meridian_profile.json").read_text(encoding="utf-8")
)
"""The profile of this package, as text to begin another one from."""
DEFAULT: Final = read(DEFAULT_TEXT)
