"""Records as JSON and back, driven by the schema.

Names are those of ASN.1. Octets are ``{"octets": hex}``, bit strings ``{"bits": "0101"}``,
times ``{"time": text}``, a CHOICE ``{"choice": name, "value": ...}``, an ENUMERATED the name
of its value or the number where none is listed, NULL is null. Absent fields are left out.
A time with a two-digit year (UTCTime) is shown in UTC with all four; one of another form than
YYMMDDhhmmssZ is ``{"utc": text}``. Elements that the schema does not know stand under
``"unknown"`` as pairs of place and hex.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Mapping
from typing import Any, Final

from protocols.ber.model import Definition, Kind, Use
from protocols.ber.reader import member
from protocols.ber.writer import primitive, raw
from protocols.errors import EncodeError


def to_json(use: Use, value: Any) -> Any:
    """Show a value that a decoder has made of the type."""
    definition = use.definition
    match definition.kind:
        case Kind.SEQUENCE | Kind.SET:
            shown: dict[str, Any] = {}
            for field in definition.fields:
                component = getattr(value, field.attribute)
                if component is not None or not field.optional:
                    use = field.use
                    if field.by >= 0:
                        use = field.told(getattr(value, definition.fields[field.by].attribute))
                    shown[field.name] = to_json(use, component)
            if value.unknown:
                shown["unknown"] = [[place, octets.hex()] for place, octets in value.unknown]
            return shown
        case Kind.CHOICE:
            name, chosen = value
            for field in definition.fields:
                if field.name == name:
                    inner = to_json(field.use, chosen)
                    bare = name == definition.bare
                    return inner if bare else {"choice": name, "value": inner}
            return {"choice": "unknown", "value": {"octets": chosen.hex()}}
        case Kind.SEQUENCE_OF:
            element = definition.element
            return [to_json(element, one) for one in value]
        case Kind.OCTETS | Kind.ANY:
            return {"octets": value.hex()}
        case Kind.BITS:
            return {"bits": value}
        case Kind.TIME:
            return _time(definition, value)
        case Kind.ENUMERATED:
            return label(definition, value)
        case _:
            return value


_UTC: Final = re.compile(r"[0-9]{12}Z", re.ASCII)
_FULL: Final = re.compile(r"(?:19[5-9]|20[0-4])[0-9]{11}", re.ASCII)
"""What a two-digit year can mean (X.509 4.1.2.5.1): 1950 to 2049."""


def full_year(told: str) -> str | None:
    """Give ``YYYYMMDDhhmmss`` for a UTCTime of the usual form; None for another."""
    if not _UTC.fullmatch(told):
        return None
    return ("19" if told[0] > "4" else "20") + told[:-1]


def _time(definition: Definition, value: str) -> dict[str, str]:
    if not definition.utc:
        return {"time": value}
    full = full_year(value)
    return {"utc": value} if full is None else {"time": full}


def label(definition: Definition, value: int) -> str | int:
    """Give the name of a value of an ENUMERATED, or the number where none is listed."""
    for name, number in definition.names.items():
        if number == value:
            return name
    return int(value)


class Parser:
    """Reads the JSON form into records."""

    def __init__(self, classes: Mapping[str, Any]) -> None:
        self._classes = classes

    def value(self, use: Use, shown: Any, path: str) -> Any:
        """Read one value; raise ``EncodeError`` with the JSON path of what does not fit."""
        definition = use.definition
        match definition.kind, shown:
            case ((Kind.SEQUENCE | Kind.SET), dict()):
                return self._components(definition, shown, path)
            case Kind.CHOICE, _ if definition.bare and not _names(definition, shown):
                return self._chosen(definition, definition.bare, shown, path, bare=True)
            case Kind.CHOICE, {"choice": str(name), "value": chosen, **rest} if not rest:
                return self._chosen(definition, name, chosen, path)
            case Kind.SEQUENCE_OF, list():
                element = definition.element
                return tuple(
                    self.value(element, one, f"{path}[{index}]")
                    for index, one in enumerate(shown)
                )
            case ((Kind.OCTETS | Kind.ANY), _):
                return hex_octets(_only(shown, "octets", path), f"{path}.octets")
            case Kind.BITS, _:
                bits = _only(shown, "bits", path)
                if bits.strip("01"):
                    raise EncodeError(f"{path}.bits: not a text of 0 and 1")
                return bits
            case Kind.TIME, _:
                time = _told_time(definition, shown, path)
                primitive(definition, time, f"{path}.time")
                return time
            case Kind.ENUMERATED, str():
                if shown not in definition.names:
                    raise EncodeError(f"{path}: {definition.name} has no value {shown[:60]!r}")
                return member(self._classes[definition.name], definition.names[shown])
            case ((Kind.ENUMERATED | Kind.INTEGER), int()) if not isinstance(shown, bool):
                if definition.kind is Kind.ENUMERATED:
                    return member(self._classes[definition.name], shown)
                return shown
            case Kind.BOOLEAN, bool():
                return shown
            case ((Kind.TEXT | Kind.OID), str()):
                primitive(definition, shown, path)
                return shown
            case Kind.NULL, None:
                return None
            case _:
                raise EncodeError(
                    f"{path}: {definition.name} can not be a {type(shown).__name__}"
                )

    def _components(self, definition: Definition, shown: dict[str, Any], path: str) -> Any:
        values: list[Any] = []
        for field in definition.fields:
            if field.name in shown:
                use = field.use if field.by < 0 else field.told(values[field.by])
                values.append(self.value(use, shown[field.name], f"{path}.{field.name}"))
            elif field.optional:
                values.append(None)
            else:
                raise EncodeError(f"{path}.{field.name}: missing")
        names = {field.name for field in definition.fields}
        for name in shown:
            if name not in names and name != "unknown":
                raise EncodeError(f"{path}: {definition.name} has no field {str(name)[:60]!r}")
        unknown = _unknown(shown.get("unknown", []), len(names), f"{path}.unknown")
        return self._classes[definition.name](*values, unknown)

    def _chosen(
        self, definition: Definition, name: str, chosen: Any, path: str, *, bare: bool = False
    ) -> Any:
        for field in definition.fields:
            if field.name == name:
                return name, self.value(field.use, chosen, path if bare else f"{path}.value")
        if definition.extensible and name == "unknown":
            return name, element(chosen, f"{path}.value")
        raise EncodeError(f"{path}: {definition.name} has no alternative {name[:60]!r}")


def _names(definition: Definition, shown: Any) -> bool:
    """Tell whether an alternative is named, other than the one that is shown bare."""
    match shown:
        case {"choice": str(name), "value": _, **rest} if not rest:
            known = [field.name for field in definition.fields]
            return name != definition.bare and (
                name in known or (definition.extensible and name == "unknown")
            )
        case _:
            return False


def _told_time(definition: Definition, shown: Any, path: str) -> str:
    if not definition.utc:
        return _only(shown, "time", path)
    if isinstance(shown, dict) and "utc" in shown:
        return _only(shown, "utc", path)
    time = _only(shown, "time", path)
    if not _FULL.fullmatch(time):
        raise EncodeError(f"{path}.time: not YYYYMMDDhhmmss from 1950 to 2049")
    return time[2:] + "Z"


def _only(shown: Any, key: str, path: str) -> str:
    """Take the text out of an object that has one key."""
    if isinstance(shown, dict) and len(shown) == 1:
        text = shown.get(key)
        if isinstance(text, str):
            return text
    raise EncodeError(f'{path}: {{"{key}": text}} is expected')


def hex_octets(text: Any, path: str) -> bytes:
    """Read hexadecimal digits."""
    try:
        return binascii.unhexlify(text)
    except (TypeError, ValueError):
        raise EncodeError(f"{path}: not pairs of hexadecimal digits") from None


def element(shown: Any, path: str) -> bytes:
    """Read the octets of one whole element."""
    path = f"{path}.octets"
    return raw(hex_octets(_only(shown, "octets", path), path), path)


def _unknown(shown: Any, last: int, path: str) -> tuple[tuple[int, bytes], ...]:
    if not isinstance(shown, list):
        raise EncodeError(f"{path}: a list is expected")
    result = []
    for index, one in enumerate(shown):
        here = f"{path}[{index}]"
        match one:
            case [int(place), str(text)] if place in range(last + 1):
                result.append((place, raw(hex_octets(text, here), here)))
            case _:
                raise EncodeError(f"{here}: a pair of place and hex is expected")
    return tuple(result)
