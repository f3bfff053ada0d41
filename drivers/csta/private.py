"""Private data by the object identifier of who made it, decoded by whoever knows it.

A decoder gives the name of the vendor and what the data says, in plain values for
``CallData.vendor``; several of one vendor add up. Data that nobody knows tells nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

Decoder = Callable[[Any], tuple[str, dict[str, Any]]]


def _alcatel_names(data: Any) -> tuple[str, dict[str, Any]]:
    match data:
        case ("struct", names):
            return "alcatel", {"names": [names.s0, names.s1]}
        case (_, octets):
            return "alcatel", {"names": [octets.hex()]}
        case _:
            return "alcatel", {}


def _alcatel_call(data: Any) -> tuple[str, dict[str, Any]]:
    match data:
        case ("opaque", octets):
            return "alcatel", {"call_reference": octets.hex()}
        case _:
            return "alcatel", {}


DECODERS: Final[dict[str, Decoder]] = {
    "1.3.12.1206.512": _alcatel_names,
    "1.3.12.1206.521": _alcatel_call,
}
"""By object identifier. Which name of an OmniPCX is whose nobody has found out."""


def vendor_data(told: Iterable[Any]) -> dict[str, dict[str, Any]]:
    """Tell what the private data of a message says, by vendor."""
    found: dict[str, dict[str, Any]] = {}
    for one in told:
        match one:
            case ("manufacturer", private):
                decoder = DECODERS.get(private.manufacturer)
            case _:
                continue
        if decoder is not None:
            vendor, says = decoder(private.data)
            found.setdefault(vendor, {}).update(says)
    return {vendor: says for vendor, says in found.items() if says}
