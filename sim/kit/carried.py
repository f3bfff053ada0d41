"""A simulated switch whose PDUs go through a message link, such as X.25, on the same clock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from protocols.stacks import dchannel, x25_serial, xot
from protocols.stacks import primitives as st
from sim import bench as own
from sim.face import Bench
from sim.linked import Linked

ENDS: Final[dict[str, tuple[st.Make, Mapping[str, Any]]]] = {
    "xot": (xot, {"role": "answering"}),
    "x25_serial": (x25_serial, {"role": "answering", "interface": "dce"}),
    "dchannel": (dchannel, {"role": "network", "tei": 0, "mode": "passive"}),
}
"""The answering end of each message link that a switch can be joined by."""
KEYS: Final[Mapping[str, Mapping[str, Any]]] = {"dchannel": {"tei": 0}}
"""Keys of the driver's end, where it is not as usual: a D channel without a bus."""


def carried(bench: Bench, over: str, rate: float = 0.0) -> Linked:
    """Put a switch that carries whole PDUs behind the answering end of a message link.

    The line carries ``rate`` bits a second, 0 for any number.
    Raise ``ValueError`` for a bench that is none of ``sim.bench``.
    """
    if not isinstance(bench, own.Bench):
        raise ValueError(f"this face cannot be joined over {over}")  # noqa: TRY004 - options
    make, keys = ENDS[over]
    return Linked(bench, make(keys), rate)
