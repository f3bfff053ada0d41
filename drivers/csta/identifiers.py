"""Identifiers of CSTA phase III in the terms of facts: calls, devices, numbers."""

from __future__ import annotations

from typing import Final

from cti.facts import DeviceForm, NativeDevice
from cti.model.events import SwitchTime
from cti.model.numbers import (
    NOT_KNOWN,
    NOT_REQUIRED,
    RESTRICTED,
    Number,
    Plan,
    Presentation,
    TypeOfNumber,
)
from drivers.csta.dialects import CallIds, Dialect
from protocols.csta.phase3 import _codec_phase3 as c

_TON: Final = {
    "unknown": TypeOfNumber.UNKNOWN,
    "international": TypeOfNumber.INTERNATIONAL,
    "national": TypeOfNumber.NATIONAL,
    "networkspecific": TypeOfNumber.NETWORK,
    "subscriber": TypeOfNumber.SUBSCRIBER,
    "abbreviated": TypeOfNumber.ABBREVIATED,
}

AnyDeviceID = (
    c.SubjectDeviceID
    | c.CallingDeviceID
    | c.CalledDeviceID
    | c.RedirectionDeviceID
    | c.NetworkCallingDeviceID
    | c.NetworkCalledDeviceID
    | c.AssociatedCallingDeviceID
    | c.AssociatedCalledDeviceID
)


def text_of(octets: bytes) -> str:
    """Show octets as the text they are, or as hex where they are none."""
    if octets and octets.isascii() and octets.decode("ascii").isprintable():
        return octets.decode("ascii")
    return octets.hex()


def call_key(octets: bytes, dialect: Dialect) -> str:
    """Give the key of a call. Different octets give different keys."""
    if dialect.call_ids is CallIds.ASCII and octets.isalnum() and octets.isascii():
        return octets.decode("ascii")
    if dialect.call_ids is CallIds.ASCII:
        return "0x" + octets.hex() + "."  # the dot: no text of letters and digits has one
    return octets.hex()


def number_of(device: c.DeviceID) -> Number:
    """Give the number that a device identifier shows."""
    name = device.private_name
    match device.device_identifier:
        case ("dialingNumber", digits):
            return Number(raw=digits, name=name)
        case ("deviceNumber", value):
            return Number(raw=str(value), name=name)
        case ("implicitPublic", digits):
            return Number(raw=digits, plan=Plan.E164, name=name)
        case ("explicitPublic", (ton, digits)):
            return Number(raw=digits, plan=Plan.E164, ton=_TON[ton], name=name)
        case ("implicitPrivate", digits):
            return Number(raw=digits, plan=Plan.PRIVATE, name=name)
        case ("explicitPrivate", (_, digits)):
            return Number(raw=digits, plan=Plan.PRIVATE, name=name)
        case ("other", octets):
            return Number(raw=_named(octets), name=name)


def _named(octets: bytes) -> str:
    """Read the digits of an identifier of the form ``N<7049>7049``; else show it whole."""
    text = text_of(octets)
    if text.startswith("N<") and ">" in text:
        return text[2 : text.index(">")]
    return text


def device_of(device: c.DeviceID, dialect: Dialect) -> NativeDevice:
    """Give the device that an identifier names."""
    number = number_of(device)
    match device.device_identifier:
        case ("deviceNumber", value) if value >> 16 in dialect.trunks:
            return NativeDevice(f"{value:08x}", DeviceForm.TRUNK)
        case ("deviceNumber", value):
            return NativeDevice(f"#{value}", DeviceForm.STATIC)
        case _:
            return NativeDevice(number.raw, DeviceForm.STATIC, number)


def subject_of(told: AnyDeviceID | None, dialect: Dialect) -> NativeDevice | None:
    """Give the device that a message names; None when it names none."""
    match told:
        case ("deviceIdentifier" | "numberdialed", c.DeviceID() as device):
            return device_of(device, dialect)
        case _:
            return None


def told_number(told: AnyDeviceID) -> Number:
    """Give the number that a message tells, or why it tells none."""
    match told:
        case ("deviceIdentifier" | "numberdialed", c.DeviceID() as device):
            number = number_of(device)
            if number.raw:
                return number
            return Number(presentation=Presentation.UNAVAILABLE)
        case ("restricted", _):
            return RESTRICTED
        case ("notRequired", _):
            return NOT_REQUIRED
        case _:  # notKnown, notSpecified
            return NOT_KNOWN


def connection_of(
    told: c.ConnectionID, dialect: Dialect, subject: NativeDevice | None = None
) -> tuple[str | None, NativeDevice | None]:
    """Give call and device of a connection; ``subject`` stands in where no device is named.

    A trunk, or a device that is named for the length of the call only, has the number of
    the subject.
    """
    call: str | None = None
    local: c.LocalDeviceID | None = None
    match told:
        case ("both", both):
            call, local = call_key(both.call_id, dialect) or None, both.device_id
        case ("callID", octets):
            call = call_key(octets, dialect) or None
        case ("deviceID", device):
            local = device
    match local:
        case ("staticID", static):
            found = device_of(static, dialect)
            if found.form is DeviceForm.TRUNK and subject is not None:
                return call, NativeDevice(found.key, found.form, subject.number)
            return call, found
        case ("dynamicID", octets):
            number = None if subject is None else subject.number
            return call, NativeDevice(octets.hex(), DeviceForm.DYNAMIC, number)
        case None:
            return call, subject


def switch_time(told: str) -> SwitchTime:
    """Read a GeneralizedTime (X.680 clause 46); text that is none is shown as it is."""
    digits, zone = told, "unspecified"
    if told.endswith("Z"):
        digits, zone = told[:-1], "UTC"
    elif len(told) > 5 and told[-5] in "+-":
        digits, zone = told[:-5], told[-5:]
    if len(digits) < 14 or not digits[:14].isascii() or not digits[:14].isdigit():
        return SwitchTime(told, zone)
    d = digits
    return SwitchTime(
        f"{d[:4]}-{d[4:6]}-{d[6:8]}T{d[8:10]}:{d[10:12]}:{d[12:14]}{d[14:]}", zone
    )
