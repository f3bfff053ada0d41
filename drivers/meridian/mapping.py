"""Elements of messages in the terms of facts. Pure; what it needs of others is given."""

from __future__ import annotations

import re
from typing import Any, Final

from msgspec import UNSET

from cti import moment
from cti.facts import DeviceForm, NativeDevice
from cti.model.data import CallData
from cti.model.events import SwitchTime
from cti.model.numbers import Number
from cti.model.objects import CallNumbers
from cti.model.states import Direction
from protocols.meridian.values import CallType, RouteMember, TimeStamp, Tn

DIRECTIONS: Final = {
    CallType.INTERNAL: Direction.INTERNAL,
    CallType.TRUNK_IN: Direction.INBOUND,
    CallType.TRUNK_OUT: Direction.OUTBOUND,
}
_TN: Final = re.compile(r"tn:(\d{1,3})-(\d{1,3})-(\d{1,3})-(\d{1,3})")
LONGEST_DN: Final = 7
"""Digits of the longest number of the switch's own (2.1)."""


def device(dn: str) -> NativeDevice:
    """Give a set, an ACD DN or a controlled DN."""
    return NativeDevice(dn)


def tn_key(tn: Tn) -> str:
    """Name a set of which only the terminal number is known."""
    return f"tn:{tn.loop}-{tn.shelf}-{tn.card}-{tn.unit}"


def tn_of(key: str) -> Tn | None:
    """Read a name that ``tn_key`` made; None for another."""
    found = _TN.fullmatch(key)
    numbers = tuple(map(int, found.groups())) if found else ()
    return Tn(*numbers) if numbers and max(numbers) <= 255 else None


def trunk_key(trunk: RouteMember) -> str:
    """Name a trunk."""
    return f"{trunk.route}/{trunk.member}"


def outside(call: str, trunk: RouteMember | None, number: str | None) -> NativeDevice:
    """Give a party outside the switch: behind its trunk, where that is told."""
    told = Number(number) if number else None
    if trunk is not None:
        return NativeDevice(trunk_key(trunk), DeviceForm.TRUNK, told)
    return NativeDevice(f"outside {call}", DeviceForm.DYNAMIC, told)


def caller(call: str, body: Any) -> NativeDevice | None:
    """Tell who calls; None where it is not told."""
    number = body.clid or body.calling_dn
    type_ = getattr(body, "call_type", None)
    trunk = body.route_member is not None or bool(body.clid) or type_ is CallType.TRUNK_IN
    if type_ is not CallType.TRUNK_OUT and (trunk or len(number or "") > LONGEST_DN):
        return outside(call, body.route_member, number)
    return device(number) if number else None


def callee(call: str, body: Any) -> NativeDevice | None:
    """Tell who is called; None where it is not told."""
    number = body.other_dn or body.called_dn
    if body.call_type is CallType.TRUNK_OUT or len(number or "") > LONGEST_DN:
        return outside(call, body.route_member, number)
    return device(number) if number else None


def common(body: Any) -> dict[str, Any]:
    """Give the members of any fact about a call."""
    members: dict[str, Any] = {"call": str(body.call_id), "ts_switch": moment_of(body)}
    numbers: dict[str, Any] = {}
    if number := getattr(body, "clid", None) or getattr(body, "calling_dn", None):
        numbers["calling"] = Number(number)
    if number := getattr(body, "called_dn", None):
        numbers["called"] = Number(number)
    if number := getattr(body, "network_clid", None):
        numbers["network_calling"] = Number(number)
    if numbers:
        members["numbers"] = CallNumbers(**numbers)
    if dnis := getattr(body, "dnis", None):
        members["data"] = CallData(network={"dnis": dnis})
    direction = DIRECTIONS.get(getattr(body, "call_type", None) or CallType.UNKNOWN)
    if direction is not None:
        members["direction"] = direction
    return members


def moment_of(body: Any) -> Any:
    """Give the switch's time of a message, UNSET where it has none."""
    stamp: TimeStamp | None = getattr(body, "time_stamp", None)
    if stamp is None:
        return UNSET
    nanoseconds = stamp.seconds * moment.SECOND + stamp.milliseconds * moment.SECOND // 1000
    return SwitchTime(moment.text(nanoseconds).removesuffix("Z"), "UTC")
