"""Patterns of events: what a scenario expects, compared with what was told.

A pattern names the event and the members that matter. ``$name`` is an identifier: the first
event that fits gives it its value, and every later one must have the same; two names never
mean one call. The model gives no order between agents and calls (rule O6), nor between two
calls, so the events of each object are compared by themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

Pattern = Mapping[str, Any]
Event = Mapping[str, Any]

_MEMBERS: Final = {
    "agent": "agent_id",
    "call": "call_id",
    "device": "device_id",
    "queue": "queue_id",
    "route": "route_id",
    "thread": "thread_id",
}
"""Short names of members in patterns."""
_QUIET: Final = frozenset(
    {
        "call.data_changed",
        "command.accepted",
        "command.progress",
        "device.capabilities_changed",
        "device.hook_changed",
        "link.state",
        "monitor.failed",
        "monitor.started",
        "monitor.stopped",
        "switch.status",
        "trunk.in_service",
        "trunk.out_of_service",
        "trunk.seized",
    }
)
"""Events that are compared only where a step expects one of that name: links differ in
whether they have them and when, and nobody is misled by their absence."""
_FAMILIES: Final = {"connection": "call", "snapshot": "link", "switch": "link"}
_OPTIONAL: Final = "optional"
_SHORT: Final = (
    *("call_id", "device_id", "agent_id", "queue_id", "route_id", "state"),
    *("cause", "to", "outcome", "into", "reason", "kind"),
)
"""Members that show an event to a person."""


class Names:
    """What ``$name`` stands for."""

    def __init__(self, known: Mapping[str, Any] | None = None) -> None:
        self.known: dict[str, Any] = dict(known or {})

    def fits(self, name: str, value: Any) -> str:
        """Bind a name or compare it; say what is wrong, or nothing."""
        if name in self.known:
            known = self.known[name]
            return "" if known == value else f"{value} instead of {known} ({name})"
        if not isinstance(value, str):
            return f"{value!r} instead of an identifier ({name})"
        other = next((one for one, held in self.known.items() if held == value), None)
        # Handles of outside parties are unique within their call only.
        if other is not None and not value.startswith("ext:"):
            return f"{value}, which is {other}, instead of another ({name})"
        self.known[name] = value
        return ""

    def filled(self, value: Any) -> Any:
        """Put what is bound in the place of each ``$name``; raise ``KeyError`` for others."""
        match value:
            case str() if value.startswith("$"):
                return self.known[value]
            case dict():
                return {key: self.filled(one) for key, one in value.items()}
            case list():
                return [self.filled(one) for one in value]
            case _:
                return value


class Difference(Struct, frozen=True, gc=False):
    """The first place where what was told is not what was expected."""

    expected: str
    told: str
    more: bool = False
    """Whether it may be that the rest just has not come yet."""


def compare(
    expected: Sequence[Pattern], told: Iterable[Event], names: Names
) -> Difference | None:
    """Compare all events of a step; bind names only if everything fits."""
    wanted = {str(pattern["event"]) for pattern in expected}
    streams: dict[tuple[str, str], list[Pattern]] = {}
    for pattern in expected:
        streams.setdefault(_object(pattern), []).append(pattern)
    trial = Names(names.known)
    for event in told:
        if event["event"] in _QUIET and event["event"] not in wanted:
            continue
        difference = _next(streams, event, trial)
        if difference is not None:
            return difference
    for stream in streams.values():
        missing = [one for one in stream if not one.get(_OPTIONAL)]
        if missing:
            return Difference(shown(missing[0]), "nothing more", more=True)
    names.known = trial.known
    return None


def _object(event: Event) -> tuple[str, str]:
    """Give the family and the object of an event or a pattern."""
    first = str(event["event"]).partition(".")[0]
    family = _FAMILIES.get(first, first)
    value = event.get(family, event.get(_MEMBERS.get(family, family), ""))
    return family, str(value)


def _next(
    streams: dict[tuple[str, str], list[Pattern]], event: Event, names: Names
) -> Difference | None:
    """Take an event as the next one of its object, or as the first of one not named yet."""
    family, value = _object(event)
    name = next((name for name, known in names.known.items() if known == value), value)
    if streams.get((family, name)):
        return _take(streams[family, name], event, names)
    difference = Difference("nothing more", short(event))
    for (other, new), stream in streams.items():
        if other == family and stream and new.startswith("$") and new not in names.known:
            wrong = _take(stream, event, names)
            if wrong is None:
                return None
            if difference.expected == "nothing more":
                difference = wrong
    return difference


def _take(stream: list[Pattern], event: Event, names: Names) -> Difference | None:
    """Take an event as the next of a stream; optional patterns before it are passed over."""
    why: list[str] = []
    for place, pattern in enumerate(stream):
        trial = Names(names.known)
        wrong = unfit(pattern, event, trial)
        if not wrong:
            names.known = trial.known
            del stream[: place + 1]
            return None
        why.append(f"{wrong} for {shown(pattern)}" if why else wrong)
        if not pattern.get(_OPTIONAL):
            break
    return Difference(shown(stream[0]), f"{short(event)}: {'; '.join(why)}")


def unfit(pattern: Pattern, event: Event, names: Names) -> str:
    """Say what of an event does not fit a pattern; nothing when it fits."""
    for key, wanted in pattern.items():
        if key == _OPTIONAL:
            continue
        value = event.get(_MEMBERS.get(key, key))
        match key:
            case "parties":
                value = {one["device_id"]: one["state"] for one in value or ()}
                if wrong := _exactly(wanted, value, names):
                    return wrong
                continue
            case "moved":
                value = {one["device_id"]: one["from_call"] for one in value or ()}
            case _:
                pass
        if wrong := _part(wanted, value, names):
            return f"{key} {wrong}"
    return ""


def _exactly(wanted: Mapping[str, str], told: dict[str, str], names: Names) -> str:
    """Compare the states of everybody on a call; ``$name`` is a party that may be new."""
    rest = dict(told)
    for name, state in wanted.items():
        device: str | None = name
        if name.startswith("$"):
            outside = (one for one in rest if one.startswith("ext:"))
            device = names.known.get(name) or next(outside, None)
            if device is not None and (wrong := names.fits(name, device)):
                return f"parties {told}: {wrong}"
        if device is None or rest.pop(device, None) != state:
            return f"parties {told}: {name} is not {state}"
    return f"parties {told}: more than {', '.join(wanted)}" if rest else ""


def _part(wanted: Any, value: Any, names: Names) -> str:
    match wanted:
        case str() if wanted.startswith("$"):
            return names.fits(wanted, value)
        case dict():
            if not isinstance(value, dict):
                return f"is {value!r}"
            for key, one in wanted.items():
                if wrong := _part(one, value.get(names.known.get(key, key)), names):
                    return f"{key} {wrong}"
            return ""
        case list():
            if not isinstance(value, list | tuple) or len(value) != len(wanted):
                return f"is {value!r}"
            parts = (_part(a, b, names) for a, b in zip(wanted, value, strict=True))
            return next((wrong for wrong in parts if wrong), "")
        case str() if isinstance(value, dict) and "raw" in value:
            return "" if value["raw"] == wanted else f"is {value['raw']}"  # a number
        case _:
            return "" if wanted == value else f"is {value!r}"


def shown(pattern: Pattern) -> str:
    """Show a pattern in one line."""
    words = [f"{key}={value}" for key, value in pattern.items() if key != "event"]
    return " ".join([str(pattern["event"]), *words])


def short(event: Event) -> str:
    """Show an event in one line."""
    words = [
        f"{key.removesuffix('_id')}={event[key]}"
        for key in _SHORT
        if event.get(key) is not None
    ]
    if event.get("origin") not in ("reported", "derived"):
        words.append(f"[{event.get('origin')}]")
    return " ".join([str(event["event"]), *words])
