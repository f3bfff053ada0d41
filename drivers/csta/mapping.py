"""CSTA phase III events in the terms of facts (ECMA-285; ECMA-269 clauses 17 to 23).

Pure: one event in, the facts it tells out. What the model has no word for gives no fact;
what this mapping does not know is named in ``unmapped``.
"""

from __future__ import annotations

from msgspec import Struct

from cti import facts as f
from cti.facts import NativeDevice
from drivers.csta.dialects import Dialect
from drivers.csta.mapping_calls import call_associated, call_control
from drivers.csta.mapping_devices import logical_device, maintenance, physical_device
from drivers.csta.reader import Reader
from protocols.csta.phase3 import _codec_phase3 as c


class Mapped(Struct, frozen=True, gc=False):
    """What one event tells."""

    facts: tuple[f.Facts, ...] = ()
    unmapped: tuple[str, ...] = ()
    """What the mapping does not know: an event, or a cause by its number."""


def map_event(
    info: c.EventSpecificInfo, dialect: Dialect, monitored: NativeDevice | None = None
) -> Mapped:
    """Tell what one event of a monitor means.

    ``monitored`` is the device of the monitor, where it is known.
    """
    reader = Reader(dialect, monitored)
    fact: f.Facts | None = None
    match info:
        case ("callControlEvents", event):
            fact = call_control(event, reader)
        case ("callAssociatedEvents", event):
            fact = call_associated(event, reader)
        case ("logicalDeviceFeatureEvents", event):
            fact = logical_device(event, reader)
        case ("physicalDeviceFeatureEvents", event):
            fact = physical_device(event, reader)
        case ("deviceMaintenanceEvents", event):
            fact = maintenance(event, reader)
        case (group, ("unknown", bytes(octets))):
            reader.unmapped.append(f"event {group} {octets[:1].hex()}")
        case (_, (str(name), _)):
            reader.other(name)
        case ("unknown", octets):
            reader.unmapped.append(f"event group {octets[:1].hex()}")
    return Mapped(() if fact is None else (fact,), tuple(reader.unmapped))
