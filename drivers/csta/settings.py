"""What the CSTA driver is configured with, checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct
from typing_extensions import override

from cti.driver import DriverError
from drivers.csta.dialects import DIALECTS, STANDARD, Dialect, LoginForm
from drivers.csta.exchange import Kind

DEVICES: Final = 20_000
"""Devices that one link monitors at most."""


class Login(Struct, frozen=True, gc=False):
    """Who the computing function says it is; its text shows no password."""

    name: str
    password: str

    @override
    def __repr__(self) -> str:
        return f"Login(name={self.name!r})"

    __str__ = __repr__


class Timers(Struct, frozen=True, gc=False):
    """Seconds."""

    association: float
    """For the answer to the AARQ."""
    request: float
    """For the answer to any request."""
    heartbeat: float
    """Between two beats."""
    silence: float
    """Without any message, until the association is taken for dead."""
    monitor_retry: float
    """Between two attempts at monitors that were refused."""
    release: float
    """For an orderly end."""
    route: float
    """After a route select, which has no answer, until it counts as taken."""


class Resync(Struct, frozen=True, gc=False):
    """How the state of the switch is learned by asking."""

    kinds: frozenset[Kind]
    """What is asked."""
    rate: float | None
    """Requests per second; None is as fast as the switch answers."""
    gap: float
    """Seconds between the end of one resynchronisation and the next."""


class Settings(Struct, frozen=True, gc=False):
    """Configuration of one link."""

    dialect: Dialect
    login: Login | None
    devices: tuple[str, ...]
    timers: Timers
    outstanding: int
    """Requests at once."""
    outstanding_monitors: int
    """Starts and stops of monitors at once."""
    outstanding_resync: int
    """Questions of a resynchronisation at once; the rest is left to commands."""
    resync: Resync
    version_bits: str


_KEYS: Final = frozenset(
    {"dialect", "login", "devices", "timers", "outstanding", "resync", "version_bits"}
)
_TIMERS: Final[dict[str, tuple[float | None, float, float]]] = {
    "association": (15.0, 1.0, 120.0),
    "request": (10.0, 1.0, 120.0),
    "heartbeat": (None, 5.0, 3600.0),
    "silence": (None, 10.0, 7200.0),
    "monitor_retry": (300.0, 5.0, 86_400.0),
    "release": (3.0, 0.1, 30.0),
    "route": (2.0, 0.1, 30.0),
}
"""Default, minimum and maximum; the dialect has the default where there is None."""
_OUTSTANDING: Final[dict[str, tuple[int, int, int]]] = {
    "all": (30, 1, 1000),
    "monitors": (8, 1, 1000),
}
_RESYNC: Final[dict[str, tuple[bool, frozenset[Kind]]]] = {
    "devices": (True, frozenset({Kind.DEVICE})),
    "calls": (True, frozenset({Kind.CALL})),
    "agents": (True, frozenset({Kind.AGENT})),
    "features": (False, frozenset({Kind.FORWARDING, Kind.DND, Kind.MWI})),
}
"""What can be asked: whether it is by default, and by which questions."""


def settings_of(config: Mapping[str, Any], *, observing: bool) -> Settings:
    """Check a configuration; raise ``DriverError`` that begins with the wrong key.

    An observer needs no login.
    """
    unknown = sorted(str(key) for key in config if key not in _KEYS)
    if unknown:
        raise DriverError(f"{unknown[0]}: no such key")
    name = config.get("dialect", STANDARD.name)
    dialect = DIALECTS.get(name) if isinstance(name, str) else None
    if dialect is None:
        raise DriverError(f"dialect: {name!r} is none of {', '.join(sorted(DIALECTS))}")
    everything, monitors = _outstanding(config.get("outstanding", {}))
    return Settings(
        dialect=dialect,
        login=_login(config.get("login"), dialect, observing=observing),
        devices=_devices(config.get("devices", ())),
        timers=_timers(config.get("timers", {}), dialect),
        outstanding=everything,
        outstanding_monitors=min(monitors, everything),
        outstanding_resync=max(1, everything - (everything + 3) // 4),
        resync=_resync(config.get("resync", {})),
        version_bits=_version_bits(config.get("version_bits", dialect.version_bits)),
    )


def _login(told: object, dialect: Dialect, *, observing: bool) -> Login | None:
    if told is None:
        if dialect.login is LoginForm.SENDER and not observing:
            raise DriverError(f"login: dialect {dialect.name} needs a name and a password")
        return None
    if dialect.login is LoginForm.NONE:
        raise DriverError(f"login: dialect {dialect.name} takes none")
    if not isinstance(told, Mapping):
        raise DriverError("login: a table with name and password is expected")
    for key in told:
        if key not in ("name", "password"):
            raise DriverError(f"login.{key}: no such key")
    words = {}
    for key in ("name", "password"):
        word = told.get(key)
        if not isinstance(word, str) or not word or len(word) > 128 or not word.isascii():
            raise DriverError(f"login.{key}: ASCII text of 1 to 128 characters is expected")
        words[key] = word
    return Login(**words)


def _devices(told: object) -> tuple[str, ...]:
    if not isinstance(told, list | tuple):
        raise DriverError("devices: a list of device numbers is expected")
    for one in told:
        if not valid_device(one):
            raise DriverError(f"devices: {one!r} is no device number")
    devices = tuple(dict.fromkeys(told))
    if len(devices) > DEVICES:
        raise DriverError(f"devices: {len(devices)} are more than {DEVICES}")
    return devices


def valid_device(told: object) -> bool:
    """Tell whether this can be a device number: printable ASCII, 1 to 64 characters."""
    return (
        isinstance(told, str) and 0 < len(told) <= 64 and all("!" <= one <= "~" for one in told)
    )


def _timers(told: object, dialect: Dialect) -> Timers:
    if not isinstance(told, Mapping):
        raise DriverError("timers: a table of seconds is expected")
    for key in told:
        if key not in _TIMERS:
            raise DriverError(f"timers.{key}: no such timer")
    own = {"heartbeat": dialect.heartbeat.period, "silence": dialect.heartbeat.silence}
    seconds: dict[str, float] = {}
    for key, (default, low, high) in _TIMERS.items():
        value = told.get(key, own[key] if default is None else default)
        seconds[key] = float(_number(value, f"timers.{key}", low, high))
    if "heartbeat" in told and "silence" not in told:
        ratio = dialect.heartbeat.silence / dialect.heartbeat.period
        seconds["silence"] = seconds["heartbeat"] * ratio
    if seconds["silence"] < seconds["heartbeat"]:
        raise DriverError("timers.silence: is shorter than timers.heartbeat")
    return Timers(**seconds)


def _outstanding(told: object) -> tuple[int, int]:
    """Read the number of all requests, or a table with ``all`` and ``monitors``."""
    given = told if isinstance(told, Mapping) else {"all": told}
    for key in given:
        if key not in _OUTSTANDING:
            raise DriverError(f"outstanding.{key}: no such key")
    numbers = {}
    for key, (default, low, high) in _OUTSTANDING.items():
        value = given.get(key, default)
        name = f"outstanding.{key}" if isinstance(told, Mapping) else "outstanding"
        if isinstance(value, float):
            raise DriverError(f"{name}: {value!r} is no whole number")
        numbers[key] = int(_number(value, name, low, high))
    return numbers["all"], numbers["monitors"]


def _resync(told: object) -> Resync:
    if not isinstance(told, Mapping):
        raise DriverError("resync: a table is expected")
    for key in told:
        if key not in _RESYNC and key not in ("rate", "gap"):
            raise DriverError(f"resync.{key}: no such key")
    kinds: set[Kind] = set()
    for key, (default, which) in _RESYNC.items():
        wanted = told.get(key, default)
        if not isinstance(wanted, bool):
            raise DriverError(f"resync.{key}: {wanted!r} is neither true nor false")
        if wanted:
            kinds |= which
    rate = told.get("rate")
    if rate is not None:
        rate = float(_number(rate, "resync.rate", 0.1, 10_000.0))
    gap = float(_number(told.get("gap", 10.0), "resync.gap", 1.0, 3600.0))
    return Resync(frozenset(kinds), rate, gap)


def _number(value: object, name: str, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise DriverError(f"{name}: {value!r} is no number")
    if not low <= value <= high:
        raise DriverError(f"{name}: {value:g} is not between {low:g} and {high:g}")
    return value


def _version_bits(told: object) -> str:
    if not isinstance(told, str) or not 0 < len(told) <= 32 or set(told) - {"0", "1"}:
        raise DriverError(f"version_bits: {told!r} is no text of 1 to 32 zeros and ones")
    if "1" not in told:
        raise DriverError("version_bits: offers no version")
    return told
