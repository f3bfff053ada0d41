"""What the ASAI driver is configured with, checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from cti.driver import DriverError
from drivers.asai.dialects import DIALECTS, R6, Dialect
from protocols.asai import primitives as p
from protocols.asai.codes import LABORATORY, Profile
from protocols.asai.primitives import Timer

DEVICES: Final = 20_000
"""Devices that one link monitors at most."""
_NUMBER: Final = re.compile(r"[0-9*#]{1,15}", re.ASCII)


class Timers(Struct, frozen=True, gc=False):
    """Seconds."""

    request: float
    """For the answer to any request."""
    monitor_retry: float
    """Between two attempts at monitors that were refused."""
    agent_poll: float
    """Between two rounds of questions for the states of agents."""
    route: float
    """After a route select, which has no answer, until it counts as taken."""
    whither: float
    """After a Call Redirected, for a report that says where the call is now."""
    restart: float
    """T316."""
    heartbeat: float
    """Silence before a heartbeat."""
    heartbeat_answer: float


class Settings(Struct, frozen=True, gc=False):
    """Configuration of one link."""

    dialect: Dialect
    profile: Profile
    devices: tuple[str, ...]
    vdns: frozenset[str]
    splits: frozenset[str]
    crv_octets: int
    extension_digits: int
    """Digits of the longest extension: longer numbers are outside."""
    outstanding: int
    """Associations that are being opened for monitors at once."""
    stack: str
    timers: Timers

    @property
    def strict(self) -> bool:
        """Whether no assigned code is used."""
        return self.profile.strict

    @property
    def protocol(self) -> str:
        """Name of the protocol; it says so where placeholders are in use."""
        return "asai" if self.strict else "asai-laboratory"

    @property
    def seconds(self) -> dict[Timer, float]:
        """Give the seconds of the link's timers."""
        timers = self.timers
        return {
            Timer.T316: timers.restart,
            Timer.PERIOD: timers.heartbeat,
            Timer.ANSWER: timers.heartbeat_answer,
        }


TIMERS: Final[dict[str, tuple[float, float, float]]] = {
    "request": (15.0, 1.0, 120.0),
    "monitor_retry": (300.0, 5.0, 86_400.0),
    "agent_poll": (10.0, 1.0, 3600.0),
    "route": (2.0, 0.1, 30.0),
    "whither": (1.0, 0.1, 10.0),
    **{
        name: (p.TIMERS[timer].default, p.TIMERS[timer].minimum, p.TIMERS[timer].maximum)
        for name, timer in (
            ("restart", Timer.T316),
            ("heartbeat", Timer.PERIOD),
            ("heartbeat_answer", Timer.ANSWER),
        )
    },
}
"""Default, minimum and maximum."""
_NUMBERS: Final[dict[str, tuple[int, int, int]]] = {
    "crv_octets": (1, 1, 2),
    "extension_digits": (5, 1, 15),
    "outstanding": (8, 1, 1000),
}
KEYS: Final = frozenset(
    {"dialect", "codes", "known", "devices", "vdns", "splits", "stack", "timers"}
    | set(_NUMBERS)
)
_CODES: Final = ("strict", "laboratory")
_STACKS: Final = ("tunnel", "dchannel")


def settings_of(config: Mapping[str, Any]) -> Settings:
    """Check a configuration; raise ``DriverError`` that begins with the wrong key."""
    for key in sorted(str(key) for key in config):
        if key not in KEYS:
            raise DriverError(f"{key}: no such key; there are {', '.join(sorted(KEYS))}")
    vdns = frozenset(_devices(config.get("vdns", ()), "vdns"))
    splits = frozenset(_devices(config.get("splits", ()), "splits"))
    if both := sorted(vdns & splits):
        raise DriverError(f"splits: {both[0]} is a VDN too")
    return Settings(
        dialect=DIALECTS[_choice(config, "dialect", R6.name, tuple(DIALECTS))],
        profile=_profile(config),
        devices=_devices(config.get("devices", ()), "devices"),
        vdns=vdns,
        splits=splits,
        stack=_choice(config, "stack", "tunnel", _STACKS),
        timers=_timers(config.get("timers", {})),
        **{
            name: int(_number(config.get(name, default), name, low, high, whole=True))
            for name, (default, low, high) in _NUMBERS.items()
        },
    )


def _choice(config: Mapping[str, Any], key: str, default: str, known: tuple[str, ...]) -> str:
    told = config.get(key, default)
    if not isinstance(told, str) or told not in known:
        raise DriverError(f"{key}: {told!r} is none of {', '.join(known)}")
    return told


def _profile(config: Mapping[str, Any]) -> Profile:
    strict = _choice(config, "codes", "strict", _CODES) == "strict"
    known = config.get("known", {})
    if not isinstance(known, Mapping):
        raise DriverError("known: tables of numbers are expected, one for each kind")
    for kind, numbers in known.items():
        if not isinstance(numbers, Mapping):
            raise DriverError(f"known.{kind}: a table of numbers is expected")
        for name, number in numbers.items():
            if not isinstance(number, int) or isinstance(number, bool):
                raise DriverError(f"known.{kind}.{name}: {number!r} is no whole number")
    try:
        return LABORATORY.with_codes(known, strict=strict)
    except ValueError as error:
        raise DriverError(f"known: {error}") from None


def _devices(told: object, key: str) -> tuple[str, ...]:
    if not isinstance(told, list | tuple):
        raise DriverError(f"{key}: a list of numbers is expected")
    for one in told:
        if not valid_device(one):
            raise DriverError(f"{key}: {one!r} is no number of 1 to 15 digits, * and #")
    devices = tuple(dict.fromkeys(told))
    if len(devices) > DEVICES:
        raise DriverError(f"{key}: {len(devices)} are more than {DEVICES}")
    return devices


def valid_device(told: object) -> bool:
    """Tell whether this can be an extension, a VDN or a split."""
    return isinstance(told, str) and _NUMBER.fullmatch(told) is not None


def _timers(told: object) -> Timers:
    if not isinstance(told, Mapping):
        raise DriverError("timers: a table of seconds is expected")
    for key in told:
        if key not in TIMERS:
            raise DriverError(f"timers.{key}: no such timer; there are {', '.join(TIMERS)}")
    return Timers(
        **{
            key: _number(told.get(key, default), f"timers.{key}", low, high)
            for key, (default, low, high) in TIMERS.items()
        }
    )


def _number(value: object, name: str, low: float, high: float, *, whole: bool = False) -> float:
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
        raise DriverError(f"{name}: {value!r} is no {'whole ' if whole else ''}number")
    if not low <= value <= high:
        raise DriverError(f"{name}: {value:g} is not between {low:g} and {high:g}")
    return float(value)
