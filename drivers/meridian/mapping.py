"""Elements of messages in the terms of facts. Pure; what it needs of others is given."""

from __future__ import annotations

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
_OUTSIDE: Final = (CallType.TRUNK_IN, CallType.TRUNK_OUT)


def device(dn: str) -> NativeDevice:
    """Give a set, an ACD DN or a controlled DN."""
    return NativeDevice(dn)


def tn_key(tn: Tn) -> str:
    """Name a set of which only the terminal number is known."""
    return f"tn {tn.loop}-{tn.shelf}-{tn.card}-{tn.unit}"


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
    if type_ is not CallType.TRUNK_OUT and (
        body.route_member is not None or body.clid or type_ is CallType.TRUNK_IN
    ):
        return outside(call, body.route_member, number)
    return device(number) if number else None


def callee(call: str, body: Any) -> NativeDevice | None:
    """Tell who is called; None where it is not told."""
    if body.call_type is CallType.TRUNK_OUT:
        return outside(call, body.route_member, body.called_dn)
    number = body.other_dn or body.called_dn
    return device(number) if number else None


def is_outside(body: Any) -> bool:
    """Whether the call goes over a trunk."""
    return body.call_type in _OUTSIDE or body.route_member is not None


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
