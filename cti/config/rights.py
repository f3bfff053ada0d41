"""Sections and keys of ``[rights.NAME]``; ``docs/rights.md`` tells what they mean together."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from cti.config import words

_Pattern = Annotated[
    str,
    Meta(min_length=1, max_length=64, extra={"check": words.pattern}, description="Pattern."),
]
_Patterns = tuple[_Pattern, ...]
_Destination = Annotated[str, Meta(extra={"check": words.destination})]
_Hour = Annotated[str, Meta(extra={"check": words.hour})]
_MANY = 20_000


class Read(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a client may see beyond what it may act on."""

    devices: Annotated[
        _Patterns,
        Meta(
            max_length=_MANY,
            description="Devices, with their connections and calls; `*` shows all calls too.",
        ),
    ] = ()
    agents: Annotated[_Patterns, Meta(max_length=_MANY, description="Agents.")] = ()
    queues: Annotated[_Patterns, Meta(max_length=_MANY, description="Queues.")] = ()
    route_points: Annotated[
        _Patterns,
        Meta(max_length=_MANY, description="Route points; `*` is needed to see requests live."),
    ] = ()
    alarms: Annotated[bool, Meta(description="The alarms of the daemon.")] = False
    audit: Annotated[bool, Meta(description="Every decision on a command.")] = False


class Data(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Name spaces of call data; a client writes into that of its own name only."""

    read: Annotated[
        _Patterns,
        Meta(description="Name spaces it may see; its own without being listed."),
    ] = ("*",)
    write: Annotated[
        bool, Meta(description="Whether it may give data to calls, in its own name space.")
    ] = True


class Night(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hours in which other destinations hold than by day."""

    begins: Annotated[_Hour, Meta(description="First minute, such as `19:00`.")]
    ends: Annotated[_Hour, Meta(description="First minute after it, such as `07:00`.")]
    weekend: Annotated[
        bool, Meta(description="Whether all of Saturday and Sunday counts as night.")
    ] = True
    destinations: Annotated[
        tuple[_Destination, ...], Meta(description="What it may have dialled then.")
    ] = ("internal",)
    time_zone: Annotated[
        str,
        Meta(
            description="Such as `Europe/Berlin`; that of the machine when left out.",
            extra={"check": words.time_zone},
        ),
    ] = ""


class Budget(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much a client may ask for; 0 is nothing."""

    commands_per_second: Annotated[
        float, Meta(ge=0, le=100_000, description="Commands of all kinds, good and bad.")
    ] = 20.0
    commands_burst: Annotated[
        int, Meta(ge=0, le=1_000_000, description="Commands at once after a pause.")
    ] = 40
    calls_per_second: Annotated[
        float,
        Meta(
            ge=0,
            le=100_000,
            description="New calls: `make_call`, `make_predictive_call`, `consult`, and all "
            "else that dials a number outside.",
        ),
    ] = 2.0
    calls_burst: Annotated[
        int, Meta(ge=0, le=1_000_000, description="New calls at once after a pause.")
    ] = 5
    calls_per_minute: Annotated[
        int, Meta(ge=0, le=10_000_000, description="New calls in any minute.")
    ] = 30
    calls_per_day: Annotated[
        int, Meta(ge=0, le=100_000_000, description="New calls in any 24 hours.")
    ] = 500


class Right(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one client may do; nothing that is not listed.

    A pattern is a name, a range such as `201-299`, or has `?`, `*` and `[...]` in it.
    """

    verbs: Annotated[
        tuple[Annotated[str, Meta(extra={"check": words.verb})], ...],
        Meta(
            max_length=200,
            description="Commands it may give; `*` is every one but `private` and `observe`, "
            "which is silent listening: these have to be named.",
        ),
    ] = ()
    acts: Annotated[
        _Patterns, Meta(max_length=_MANY, description="Devices that it may have act.")
    ] = ()
    reaches: Annotated[
        _Patterns,
        Meta(
            max_length=_MANY,
            description="Devices whose calls it may reach into: pick up, intrude, join, "
            "monitor.",
        ),
    ] = ()
    agents: Annotated[
        _Patterns, Meta(max_length=_MANY, description="Agents it may log on, off and set.")
    ] = ()
    queues: Annotated[
        _Patterns, Meta(max_length=_MANY, description="Queues it may name in commands.")
    ] = ()
    route_points: Annotated[
        _Patterns, Meta(max_length=_MANY, description="Route points it may serve.")
    ] = ()
    destinations: Annotated[
        tuple[_Destination, ...],
        Meta(
            max_length=1_000,
            description="What it may have dialled: `internal`, `national`, `mobile`, "
            "`international`, `premium`, `emergency`, `unknown`, beginnings of numbers such as "
            "`+4930`, extensions such as `7xx`; `*` is all.",
        ),
    ] = ("internal",)
    feature_codes: Annotated[
        bool, Meta(description="Whether it may have digits with `*`, `#`, A to D dialled.")
    ] = False
    forward_outside: Annotated[
        bool, Meta(description="Whether it may forward devices to destinations outside.")
    ] = False
    join_outside: Annotated[
        bool, Meta(description="Whether it may leave two parties outside to themselves.")
    ] = False
    night: Annotated[Night | None, Meta(description="Other destinations at night.")] = None
    read: Annotated[Read, Meta(description="What it may see.")] = Read()
    data: Annotated[Data, Meta(description="Call data.")] = Data()
    budget: Annotated[Budget, Meta(description="How much it may ask for.")] = Budget()
