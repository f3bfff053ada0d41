"""Call control and call associated events of phase III (ECMA-269 clauses 17 and 18)."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET

from cti import facts as f
from cti.facts import NativeDevice
from cti.model.objects import CallNumbers
from drivers.csta.identifiers import (
    AnyDeviceID,
    connection_of,
    device_of,
    number_of,
    subject_of,
    told_number,
)
from drivers.csta.reader import LOCAL_STATES, Reader, name_of
from protocols.csta.phase3 import _codec_phase3 as c


def call_control(event: c.CallControlEvents, r: Reader) -> f.Facts | None:
    """Tell what a call control event means."""
    fact: f.Facts | None = None
    match event:
        case ("serviceInitiated", e):
            if m := r.connection(e, e.initiated_connection, e.initiating_device, own=True):
                fact = f.Initiated(**m)
        case ("originated", e):
            if m := r.connection(e, e.originated_connection, e.calling_device):
                fact = f.Originated(**_dialled(m, e))
        case ("delivered", e):
            if m := r.connection(e, e.connection, e.alerting_device):
                fact = f.Alerting(far_end=m["device"].form is f.DeviceForm.TRUNK, **m)
        case ("offered", e):
            if m := r.connection(e, e.offered_connection, e.offered_device):
                fact = f.Offered(**m)
        case ("established", e):
            if m := r.connection(e, e.established_connection, e.answering_device):
                fact = f.Connected(**m)
        case ("held", e):
            if m := r.connection(e, e.held_connection, e.holding_device):
                fact = f.Held(**m)
        case ("retrieved", e):
            if m := r.connection(e, e.retrieved_connection, e.retrieving_device):
                fact = f.Retrieved(**m)
        case ("queued", e):
            if m := r.connection(e, e.queued_connection, e.queue):
                fact = f.Queued(
                    queue=subject_of(e.queue, r.dialect) or m["device"],
                    position=UNSET if e.calls_in_front is None else e.calls_in_front,
                    waiting=UNSET if e.number_queued is None else e.number_queued,
                    **m,
                )
        case ("diverted", e):
            if m := r.connection(e, e.connection, e.diverting_device):
                fact = f.Diverted(to=subject_of(e.new_destination, r.dialect), **m)
        case ("failed", e):
            if m := r.connection(e, e.failed_connection, e.failing_device):
                fact = f.Failed(**m)
        case ("connectionCleared", e):
            if m := r.connection(e, e.dropped_connection, e.releasing_device):
                released = subject_of(e.releasing_device, r.dialect)
                fact = f.Cleared(released_by=UNSET if released is None else released, **m)
        case ("networkReached", e):
            fact = _network_reached(e, r)
        case ("bridged", e):
            if m := r.connection(e, e.bridged_connection, e.bridged_appearance):
                fact = f.Bridged(**m)
        case ("callCleared", e):
            call, _ = connection_of(e.cleared_call, r.dialect)
            if call is not None:
                fact = f.CallEnded(call=call, **r.call(e))
        case ("transferred", e):
            fact = _merged(
                e,
                r,
                f.MergeKind.TRANSFER,
                e.transferring_device,
                e.transferred_to_device,
                e.transferred_connections,
            )
        case ("conferenced", e):
            fact = _merged(
                e,
                r,
                f.MergeKind.CONFERENCE,
                e.conferencing_device,
                e.added_party,
                e.conference_connections,
            )
        case ("digitsDialed", e):
            call, device = connection_of(e.dialing_connection, r.dialect)
            if call is not None:
                fact = f.DigitsTold(
                    device=subject_of(e.dialing_device, r.dialect) or device,
                    digits=number_of(e.dialing_sequence).raw,
                    call=call,
                    **r.call(e),
                )
        case ("networkCapabilitiesChanged", e):
            call, _ = connection_of(e.outbound_connection, r.dialect)
            if call is not None:
                fact = f.CallInformed(call=call, **r.call(e))
        case ("unknown", octets):
            r.unmapped.append(f"event callControlEvents {octets[:1].hex()}")
    return fact


def _dialled(members: dict[str, Any], event: c.OriginatedEvent) -> dict[str, Any]:
    """Take the called device of an originated event as the number that was dialled."""
    match event.called_device:
        case ("deviceIdentifier", c.DeviceID() as device):
            dialled = number_of(device)
            numbers: CallNumbers = members["numbers"]
            members["numbers"] = CallNumbers(
                calling=told_number(event.calling_device),
                called=numbers.called,
                dialled=dialled,
            )
        case _:
            pass
    return members


def _network_reached(event: c.NetworkReachedEvent, r: Reader) -> f.NetworkReached | None:
    """Take the outbound connection as the party behind the trunk (ECMA-269 clause 17)."""
    members = r.connection(event, event.outbound_connection, event.network_interface_used)
    if members is None:
        return None
    device: NativeDevice = members["device"]
    called = members["numbers"].called
    number = called if called is not UNSET and called.raw else None
    members["device"] = NativeDevice(device.key, f.DeviceForm.TRUNK, number)
    used = subject_of(event.network_interface_used, r.dialect)
    return f.NetworkReached(trunk=device.key if used is None else used.key, **members)


def _merged(
    event: c.TransferredEvent | c.ConferencedEvent,
    r: Reader,
    kind: f.MergeKind,
    controller: AnyDeviceID,
    other: AnyDeviceID,
    connections: c.ConnectionList,
) -> f.Merged | None:
    primary, _ = connection_of(event.primary_old_call, r.dialect)
    secondary: str | None = None
    if event.secondary_old_call is not None:
        secondary, _ = connection_of(event.secondary_old_call, r.dialect)
    if primary is None:
        r.unmapped.append("connection without call or device")
        return None
    moved: list[f.MovedLeg] = []
    for entry in connections:
        if entry.new_connection is None:
            continue
        endpoint: NativeDevice | None = None
        match entry.endpoint:
            case ("deviceID", c.DeviceID() as told):
                endpoint = device_of(told, r.dialect)
            case _:
                pass
        call, device = connection_of(entry.new_connection, r.dialect, endpoint)
        old_call: str | None = None
        old_device: NativeDevice | None = None
        if entry.old_connection is not None:
            old_call, old_device = connection_of(entry.old_connection, r.dialect, endpoint)
        if call is not None:
            moved.append(f.MovedLeg(call, device, old_call, old_device))
    members = r.call(event)
    members.pop("numbers", None)
    return f.Merged(
        kind=kind,
        primary=primary,
        secondary=None if secondary == primary else secondary,
        controller=subject_of(controller, r.dialect),
        other=subject_of(other, r.dialect),
        moved=tuple(moved),
        here=r.monitored,
        state=LOCAL_STATES.get(event.local_connection_info, UNSET),
        **members,
    )


def call_associated(event: c.CallAssociatedEvents, r: Reader) -> f.Facts | None:
    """Tell what a call associated event means."""
    match event:
        case ("callInformation", e):
            call, _ = connection_of(e.connection, r.dialect)
            if call is not None:
                device = subject_of(e.device, r.dialect)
                return f.CallInformed(call=call, device=device, **r.call(e))
        case ("charging", e):
            call, _ = connection_of(e.connection, r.dialect)
            if call is not None:
                charge = {"kind": name_of(e.charging_info.type_of_charging_info)}
                charge["units"] = repr(e.charging_info.number_units)
                return f.ChargeTold(
                    call=call,
                    device=device_of(e.charged_device, r.dialect),
                    charge=charge,
                    **r.common(e),
                )
        case ("digitsGeneratedEvent", e):
            call, device = connection_of(e.connection, r.dialect)
            if call is not None:
                return f.DigitsTold(
                    call=call, device=device, digits=e.digit_generated_list, **r.common(e)
                )
        case ("unknown", octets):
            r.unmapped.append(f"event callAssociatedEvents {octets[:1].hex()}")
        case ("telephonyTonesGeneratedEvent" | "serviceCompletionFailure" as name, _):
            r.other(name)
    return None
