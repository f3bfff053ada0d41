"""What the driver is configured with, checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct
from typing_extensions import override

from cti.driver import DriverError
from drivers.meridian.dialects import DIALECTS, USUAL, Dialect
from drivers.meridian.mapping import tn_of
from protocols.meridian.formats import DIGITS, TEXT
from protocols.meridian.profile import DEFAULT, Profile, ProfileError, read
from protocols.meridian.values import Service

DEVICES: Final = 20_000
"""Devices that one link monitors at most."""
TRANSPORTS: Final = {
    "tcp": "meridian",
    "xot": "xot",
    "x25_serial": "x25_serial",
    "x25_hdlc": "x25_hdlc",
}
"""Message link of each transport."""


class Timers(Struct, frozen=True, gc=False):
    """Seconds."""

    response: float
    """For the answer to a request."""
    poll: float
    """Quiet before a poll."""
    flow: float
    """After a stop, until requests are sent again without a resume."""
    release: float
    """For an orderly end."""
    retry: float
    """Between two attempts at devices that were refused."""
    unring: float
    """After a set stopped ringing, for the call to turn up elsewhere."""
    consult: float
    """After a set held its call, for a second call that makes it a consultation."""
    transfer: float
    """After a transfer was told by one end, for the other end to tell of it."""


class Settings(Struct, frozen=True, gc=False):
    """Configuration of one link; its text shows no password."""

    profile: Profile
    dialect: Dialect
    stack: str
    longest: int
    """Octets of the longest message on this transport."""
    machine: str
    """Name of the module or server."""
    host: str
    """Name of this host; empty sends none."""
    application: str
    password: str
    """Empty sends none."""
    services: tuple[Service, ...]
    customer: int
    event_group: int | None
    """Event group that devices are registered with; None leaves it to the switch."""
    devices: tuple[str, ...]
    acd_dns: tuple[str, ...]
    """ACD DNs and controlled DNs, whether or not they stand among the devices."""
    trunks: tuple[str, ...]
    """Supervised trunks, by their terminal numbers."""
    outstanding: int
    """Requests at once."""
    timers: Timers

    @override
    def __repr__(self) -> str:
        return f"Settings(machine={self.machine!r}, application={self.application!r})"

    __str__ = __repr__


_KEYS: Final = frozenset(
    {
        *("profile", "dialect", "transport", "machine", "host", "login", "services"),
        *("customer", "event_group", "devices", "acd_dns", "trunks", "outstanding", "timers"),
    }
)
_TIMERS: Final[dict[str, tuple[str | float, float, float]]] = {
    "response": ("t_response", 0.5, 120.0),
    "poll": ("t_poll", 1.0, 3600.0),
    "flow": ("t_flow", 1.0, 3600.0),
    "release": (3.0, 0.1, 30.0),
    "retry": (300.0, 5.0, 86_400.0),
    "unring": (0.3, 0.0, 10.0),
    "consult": (2.0, 0.1, 30.0),
    "transfer": (0.3, 0.0, 10.0),
}
"""Default, minimum and maximum; a name is that of the profile's time."""
_SERVICES: Final = ("inbound", "outbound", "routing")


def settings_of(config: Mapping[str, Any]) -> Settings:
    """Check a configuration; raise ``DriverError`` that begins with the wrong key."""
    unknown = sorted(str(key) for key in config if key not in _KEYS)
    if unknown:
        raise DriverError(f"{unknown[0]}: no such key")
    name = config.get("dialect", USUAL.name)
    dialect = DIALECTS.get(name) if isinstance(name, str) else None
    if dialect is None:
        raise DriverError(f"dialect: {name!r} is none of {', '.join(DIALECTS)}")
    transport = config.get("transport", "tcp")
    if not isinstance(transport, str) or transport not in TRANSPORTS:
        raise DriverError(f"transport: {transport!r} is none of {', '.join(TRANSPORTS)}")
    profile = _profile(config.get("profile"))
    limits = profile.limits
    application, password = _login(config.get("login"))
    group = config.get("event_group")
    return Settings(
        profile=profile,
        dialect=dialect,
        stack=TRANSPORTS[transport],
        longest=limits.max_message_tcp if transport == "tcp" else limits.max_message_x25,
        machine=_text(config.get("machine", "SL16"), "machine", 8),
        host=_text(config.get("host", ""), "host", 32, shortest=0),
        application=application,
        password=password,
        services=_services(config.get("services", _SERVICES)),
        customer=_whole(config.get("customer", 0), "customer", 0, 99),
        event_group=None if group is None else _whole(group, "event_group", 0, 255),
        devices=_devices(config.get("devices", ()), "devices"),
        acd_dns=_devices(config.get("acd_dns", ()), "acd_dns"),
        trunks=_trunks(config.get("trunks", ()), dialect),
        outstanding=_whole(config.get("outstanding", 30), "outstanding", 1, 1000),
        timers=_timers(config.get("timers", {}), profile),
    )


def _profile(told: object) -> Profile:
    """Read the text of a profile."""
    if told is None:
        return DEFAULT
    if not isinstance(told, str):
        raise DriverError("profile: the text of a profile is expected; name a file for it")
    try:
        return read(told)
    except ProfileError as error:
        raise DriverError(f"profile: {error}") from None


def _login(told: object) -> tuple[str, str]:
    """Read the name of the application and its password."""
    if told is None:
        return "CTI", ""
    if not isinstance(told, Mapping):
        raise DriverError("login: a table with name and password is expected")
    for key in told:
        if key not in ("name", "password"):
            raise DriverError(f"login.{key}: no such key")
    name = _text(told.get("name", "CTI"), "login.name", 32)
    return name, _text(told.get("password", ""), "login.password", 32, shortest=0)


def _text(told: object, key: str, longest: int, *, shortest: int = 1) -> str:
    good = isinstance(told, str) and shortest <= len(told) <= longest
    if not good or not isinstance(told, str) or not set(told.encode()) <= set(TEXT):
        raise DriverError(
            f"{key}: ASCII text of {shortest} to {longest} characters is expected"
        )
    return told


def _services(told: object) -> tuple[Service, ...]:
    words = {one.value: one for one in Service}
    if not isinstance(told, list | tuple) or not told:
        raise DriverError(f"services: a list of {', '.join(words)} is expected")
    for one in told:
        if not isinstance(one, str) or one not in words:
            raise DriverError(f"services: {one!r} is none of {', '.join(words)}")
    return tuple(dict.fromkeys(words[one] for one in told))


def valid_device(told: object) -> bool:
    """Tell whether this can be a DN: 1 to 31 digits, stars and hashes."""
    return isinstance(told, str) and 0 < len(told) <= 31 and set(told.encode()) <= set(DIGITS)


def _devices(told: object, key: str) -> tuple[str, ...]:
    if not isinstance(told, list | tuple):
        raise DriverError(f"{key}: a list of DNs is expected")
    for one in told:
        if not valid_device(one):
            raise DriverError(f"{key}: {one!r} is no DN")
    devices = tuple(dict.fromkeys(told))
    if len(devices) > DEVICES:
        raise DriverError(f"{key}: {len(devices)} are more than {DEVICES}")
    return devices


def _trunks(told: object, dialect: Dialect) -> tuple[str, ...]:
    if not isinstance(told, list | tuple):
        raise DriverError("trunks: a list of terminal numbers is expected")
    for one in told:
        if not isinstance(one, str) or tn_of(f"tn:{one}") is None:
            raise DriverError(f"trunks: {one!r} is no LOOP-SHELF-CARD-UNIT")
    if told and not dialect.trunk_functions:
        raise DriverError(f"trunks: dialect {dialect.name} has no trunk functions")
    return tuple(f"tn:{one}" for one in dict.fromkeys(told))


def _timers(told: object, profile: Profile) -> Timers:
    if not isinstance(told, Mapping):
        raise DriverError("timers: a table of seconds is expected")
    for key in told:
        if key not in _TIMERS:
            raise DriverError(f"timers.{key}: no such timer")
    seconds = {}
    for key, (usual, low, high) in _TIMERS.items():
        default = getattr(profile.timers_s, usual) if isinstance(usual, str) else usual
        seconds[key] = float(_number(told.get(key, default), f"timers.{key}", low, high))
    return Timers(**seconds)


def _whole(told: object, key: str, low: int, high: int) -> int:
    if isinstance(told, float):
        raise DriverError(f"{key}: {told!r} is no whole number")
    return int(_number(told, key, low, high))


def _number(told: object, key: str, low: float, high: float) -> float:
    if isinstance(told, bool) or not isinstance(told, int | float):
        raise DriverError(f"{key}: {told!r} is no number")
    if not low <= told <= high:
        raise DriverError(f"{key}: {told:g} is not between {low:g} and {high:g}")
    return told
