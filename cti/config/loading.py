"""Reading a configuration file, and checking it against the world around it."""

from __future__ import annotations

import os
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from cti import driver as dr
from cti.config import files, words
from cti.config.errors import ConfigError, Problem
from cti.config.places import placed
from cti.config.reader import IN_A_FILE, Reader
from cti.config.sections import (
    Calls,
    Config,
    Link,
    Log,
    Login,
    Monitor,
    Mqtt,
    NumberRule,
    Numbers,
    Reconnect,
    RoutePoint,
    Switch,
    Tls,
)
from cti.numbering import Numbering, wrong_template
from cti.safe import SECRETS
from protocols.stacks.primitives import OptionError

LARGEST: Final = 4_000_000
"""Octets of the longest file that is read."""

LoadDriver = Callable[[str], type[dr.SwitchDriver]]

_LINE: Final = re.compile(r"(.*) \(at line (\d+), column (\d+)\)")
_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.\[\]-]*")


def load(file: str | Path, environ: Mapping[str, str] | None = None) -> Config:
    """Read a file and check its form; raise ``ConfigError`` with everything that is wrong."""
    return _load(Path(file), environ, None)


def examine(file: str | Path, environ: Mapping[str, str] | None = None) -> Config:
    """Read a file and check it with drivers, stacks and files.

    Raise ``ConfigError`` with everything that is wrong.
    """
    return _load(Path(file), environ, dr.load)


def check(config: Config) -> list[Problem]:
    """Check drivers, stacks and files of a configuration that was read before."""
    parts = dict(_parts("", config))
    return [
        problem for key, part in parts.items() for problem in _around(key, part, parts, dr.load)
    ]


def _parts(key: str, value: Any) -> Iterator[tuple[str, Struct]]:
    if isinstance(value, Struct):
        yield key, value
        items: Iterable[tuple[str, Any]] = (
            (name, getattr(value, name)) for name in value.__struct_fields__
        )
    elif isinstance(value, dict):
        items = value.items()
    else:
        return
    for name, item in items:
        yield from _parts(f"{key}.{name}" if key else name, item)


def _load(
    file: Path, environ: Mapping[str, str] | None, load_driver: LoadDriver | None
) -> Config:
    text = _text(file)
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(str(file), [_syntax(str(error))]) from None
    except RecursionError:
        raise ConfigError(str(file), [Problem("", "nested too deeply")]) from None
    reader = Reader(file.absolute().parent, os.environ if environ is None else environ)
    config: Config | None = reader.read(raw, Config)
    problems = list(reader.problems)
    parts = dict(reader.values)
    for key, part in parts.items():
        problems += _within(key, part)
        if load_driver is not None:
            problems += _around(key, part, parts, load_driver)
    if config is None or problems:
        raise ConfigError(str(file), placed(problems, text))
    return config


def _text(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            octets = opened.read(LARGEST + 1)
    except OSError as error:
        raise ConfigError(str(file), [Problem("", str(error.strerror))]) from None
    if len(octets) > LARGEST:
        raise ConfigError(str(file), [Problem("", f"longer than {LARGEST} octets")])
    try:
        return octets.decode()
    except UnicodeDecodeError as error:
        line = octets.count(b"\n", 0, error.start) + 1
        raise ConfigError(str(file), [Problem("", "not UTF-8", line)]) from None


def _syntax(message: str) -> Problem:
    found = _LINE.fullmatch(message)
    if found is None:
        return Problem("", f"no TOML: {message}")
    return Problem("", f"no TOML: {found[1]}, column {found[3]}", int(found[2]))


# What one section must be in itself.


def _within(key: str, part: Struct) -> Iterator[Problem]:
    match part:
        case Config():
            yield from _linked(part)
        case Switch(link=links, route_point=points):
            if not links:
                yield Problem(f"{key}.link", "a switch needs a link")
            for name, count in Counter(point.device for point in points).items():
                if count > 1:
                    reason = f"{name!r} stands there {count} times"
                    yield Problem(f"{key}.route_point", reason)
        case Numbers():
            try:
                Numbering(part)
            except ValueError as error:
                yield Problem(key, str(error))
        case NumberRule(match=match, e164=str(template)):
            if (wrong := wrong_template(match, template)) is not None:
                yield Problem(f"{key}.e164", wrong)
        case RoutePoint(deadline_s=deadline, switch_timer_s=float(timer)):
            if deadline >= timer:
                reason = f"{deadline:g} is not shorter than the switch's timer, {timer:g}"
                yield Problem(f"{key}.deadline_s", reason)
        case Link():
            if part.tls is not None and not isinstance(
                words.link_address(part.address), words.Tcp
            ):
                yield Problem(f"{key}.tls", "there is TLS on a TCP address only")
            for place in _secrets(f"{key}.options", part.options):
                yield Problem(place, IN_A_FILE)
            if not isinstance(part.stack.get("name", ""), str):
                yield Problem(f"{key}.stack.name", "must be a text")
        case Mqtt():
            if part.tls is not None and not any(words.broker(b).tls for b in part.brokers):
                yield Problem(f"{key}.tls", "none of the brokers is an mqtts:// address")
        case Tls():
            if (part.certificate_file is None) != (part.key_file is None):
                yield Problem(key, "certificate_file and key_file belong together")
        case Calls(idle_verify=verify, idle_clear=clear):
            if 0 < clear <= verify:
                yield Problem(key, f"idle_clear {clear:g} is not above idle_verify {verify:g}")
        case Reconnect(minimum=minimum, maximum=maximum):
            if minimum > maximum:
                yield Problem(key, f"minimum {minimum:g} is above maximum {maximum:g}")
        case Log(areas=areas):
            if part.octets and part.numbers == "masked":
                yield Problem(f"{key}.octets", "octets hold numbers: not with masked numbers")
            for area in areas:
                if not re.fullmatch(r"[a-z][a-z0-9_]*(\.[a-z0-9_-]+)*", area):
                    yield Problem(f"{key}.areas", f"{area!r} is no area, such as cti.mqtt")
        case Monitor(file=None):
            try:
                files.devices(part)
            except ValueError as error:
                yield Problem(f"{key}.devices", str(error))
        case _:
            pass


def _secrets(key: str, value: Any) -> Iterator[str]:
    """Find the keys of secrets in what is handed on to a driver."""
    if isinstance(value, dict):
        for name, item in value.items():
            if name in SECRETS:
                yield f"{key}.{name}"
            else:
                yield from _secrets(f"{key}.{name}", item)
    elif isinstance(value, list):
        for item in value:
            yield from _secrets(key, item)


def _linked(config: Config) -> Iterator[Problem]:
    """Check what one section says of another."""
    links = [f"{name}/{link}" for name, switch in config.switch.items() for link in switch.link]
    for place, link in enumerate(config.log.octets):
        if link not in links:
            yield Problem(f"log.octets[{place}]", f"no link {link!r}; there are {_list(links)}")


def _list(names: list[str]) -> str:
    shown = ", ".join(names[:10])
    return shown + ", ..." if len(names) > 10 else shown


# What one section needs of the world.


def _around(
    key: str, part: Struct, parts: Mapping[str, Struct], load_driver: LoadDriver
) -> Iterator[Problem]:
    """Check one section; ``parts`` are all that could be read, by their places."""
    match part:
        case Link():
            if part.profile is not None:
                yield from _said(f"{key}.profile", files.readable, part.profile)
            monitor = parts.get(key.rpartition(".link.")[0] + ".monitor")
            yield from _driver(
                key, part, monitor if isinstance(monitor, Monitor) else Monitor(), load_driver
            )
        case Login(password_file=path):
            yield from _said(f"{key}.password_file", files.secret, path)
        case Mqtt(password_file=str(path)):
            yield from _said(f"{key}.password_file", files.secret, path)
        case Tls():
            for name in ("ca_file", "certificate_file", "key_file"):
                if (path := getattr(part, name)) is not None:
                    yield from _said(f"{key}.{name}", files.readable, path)
        case Monitor(file=str()):
            yield from _said(f"{key}.file", files.devices, part)
        case _:
            pass


def _said(key: str, check: Callable[[Any], object], subject: Any) -> Iterator[Problem]:
    try:
        check(subject)
    except ValueError as error:
        yield Problem(key, str(error))


def _driver(
    key: str, link: Link, monitor: Monitor, load_driver: LoadDriver
) -> Iterator[Problem]:
    from cti.link import stack

    try:
        kind = load_driver(link.driver)
    except (dr.DriverError, ImportError, AttributeError) as error:
        yield Problem(f"{key}.driver", str(error))
        return
    try:
        config = files.driver_config(link, monitor)
    except ValueError:  # told where the file is named
        config = link.driver_config()
        config["devices"] = []
        if link.login is not None:
            config["login"] = {"name": link.login.name, "password": "unknown"}
    try:
        driver = kind(config)
    except dr.DriverError as error:
        yield _refused(key, str(error))
        return
    name, options = link.message_link(driver.stack)
    try:
        stack(str(name), options)
    except OptionError as error:
        yield Problem(f"{key}.stack.{error.key}", error.reason)
    except (dr.DriverError, ImportError, AttributeError) as error:
        if "name" in link.stack:
            yield Problem(f"{key}.stack.name", str(error))
        else:
            yield Problem(f"{key}.driver", f"{link.driver}: {error}")


def _refused(key: str, reason: str) -> Problem:
    """Find the key that a driver names in front of its reason."""
    name, colon, rest = reason.partition(": ")
    if not colon or not _KEY.fullmatch(name):
        return Problem(f"{key}.driver", reason)
    match name.partition(".")[0]:
        case "dialect" | "timers" | "login" | "profile":
            return Problem(f"{key}.{name}", rest)
        case "devices":
            return Problem(f"{key.rpartition('.link.')[0]}.monitor.{name}", rest)
        case _:
            return Problem(f"{key}.options.{name}", rest)
