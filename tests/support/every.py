"""One event of every kind."""

from __future__ import annotations

from typing import Any

import msgspec

from cti.model import events as ev


def events(name: str) -> list[ev.Event]:
    """One event of every kind about an object."""
    made = []
    for kind in ev.EVENTS.values():
        members: dict[str, Any] = {}
        for field in msgspec.structs.fields(kind):
            if field.required:
                members[field.name] = name if field.name.endswith("_id") else None
        members |= {"switch_id": "hq", "link_id": "main"}
        made.append(kind(**members))
    return made
