"""The profile of the package, and one in which every number is another."""

import json
from typing import Any

from protocols.meridian.profile import DEFAULT, DEFAULT_TEXT, Profile, read


def _other(code: int) -> int:
    """Give another octet; different ones for different codes, and never the same."""
    return (code * 3 + 101) % 256


def swapped_text() -> str:
    told: dict[str, Any] = json.loads(DEFAULT_TEXT)
    told["profile"] = "every number changed"
    told["protocol"], told["version"] = _other(told["protocol"]), _other(told["version"])
    for table in ("messages", "ies", "features"):
        for row in told[table].values():
            row[0] = _other(row[0])
    events = ("kinds", "events", "feature_state", "flow_state", "link_state")
    for table in (*events, "call_types", "services", "causes"):
        told[table] = {name: _other(code) for name, code in told[table].items()}
    told["event_min_release"] = {
        str(_other(int(code))): first for code, first in told["event_min_release"].items()
    }
    for key in ("trunk_far_end_answer_event", "trunk_far_end_disconnect_event"):
        told[key] = _other(told[key])
    return json.dumps(told)


SWAPPED: Profile = read(swapped_text())
PROFILES = {"default": DEFAULT, "swapped": SWAPPED}
