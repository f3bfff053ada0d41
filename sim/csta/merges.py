"""Connection lists of transfers and conferences (ECMA-285 connection-list)."""

from __future__ import annotations

from typing import Any

from protocols.csta.phase3 import _codec_phase3 as csta
from sim.csta.numbers import Numbers
from sim.exchange.facts import Merged


def connection_list(numbers: Numbers, fact: Merged) -> csta.ConnectionList:
    """List every connection of the new call with the one it was before, if any."""
    before: dict[str, int] = {}
    for moved in fact.moved:
        if moved.new_call:
            before.setdefault(moved.device, moved.old_call)
    entries = []
    for party in fact.parties:
        old = before.get(party.device)
        outside = numbers.is_trunk(party.device)
        endpoint: Any = ("deviceID", numbers.device(party.device))
        nid: Any = None
        if outside:
            _, named = numbers.outside(party.number)
            endpoint = ("deviceID", named) if named is not None else ("notKnown", None)
            nid = ("deviceID", numbers.device(party.device))
        entries.append(
            csta.ConnectionListEntry(
                new_connection=numbers.connection(fact.call, party.device),
                old_connection=numbers.connection(old, party.device) if old else None,
                endpoint=endpoint,
                associated_nid=nid,
            )
        )
    return tuple(entries)
