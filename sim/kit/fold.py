"""What a consumer of the events believes, and the rules that hold for any driver's events.

An independent reading of the published events, in their JSON form, with the contract checked
at every one: identity, versions, order, first and last event, legal belief.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

Event = Mapping[str, Any]
Place = tuple[str, int]

_GONE: Final = ("down", "blocked")
_VERSIONED: Final = {
    "agent": "agent_id",
    "device": "device_id",
    "queue": "queue_id",
    "trunk": "trunk_id",
}
"""Family of an event to the member that names its object."""


class Fold:
    """Calls with their parties, agents and queues, as the events tell them."""

    def __init__(self, *, linked: bool = True) -> None:
        """``linked`` is false where facts come from no link, whose state means nothing then."""
        self.calls: dict[str, dict[Place, str]] = {}
        """State of each connection of each live call; ``null`` ones included."""
        self.ended: set[str] = set()
        self.agents: dict[str, dict[str, Any]] = {}
        """Last event of each agent."""
        self.waiting: dict[str, Any] = {}
        """Last ``queue.updated`` of each queue."""
        self.links: dict[str, str] = {}
        self.syncing: set[str] = set()
        """Links between ``snapshot.begin`` and ``snapshot.end``."""
        self.versions: dict[tuple[str, str], int] = {}
        self.anomalies: list[str] = []
        self.problems: list[str] = []
        """Rules that were broken, in words; empty is as it must be."""
        self._ids: set[str] = set()
        self._order: dict[tuple[str, int], tuple[int, int]] = {}
        self._epochs: dict[str, int] = {}
        self._now: Event = {}
        self._linked = linked

    def take(self, event: Event) -> None:
        """Take one event; what is wrong with it goes into ``problems``."""
        self._now = event
        self._envelope(event)
        family = str(event["event"]).partition(".")[0]
        if "anomaly" in event:
            self.anomalies.append(f"{event['event']} {event['id']}: {event['anomaly']}")
        if family in ("call", "connection"):
            self._call(event)
        elif family in _VERSIONED:
            self._version(family, str(event[_VERSIONED[family]]), event["version"])
        match event["event"]:
            case "agent.logged_on" | "agent.logged_off" | "agent.state_changed":
                self.agents[event["agent_id"]] = dict(event)
            case "queue.updated":
                self.waiting[event["queue_id"]] = dict(event)
            case "link.state":
                self._link(event)
            case "snapshot.begin":
                self._must(event["link_id"] not in self.syncing, "one resync at a time")
                self.syncing.add(event["link_id"])
            case "snapshot.end":
                self._must(event["link_id"] in self.syncing, "an end without a beginning")
                self.syncing.discard(event["link_id"])
            case _:
                pass

    def live(self) -> dict[str, dict[str, str]]:
        """Give state by device of each live call; of two legs the one that began last."""
        return {
            call: {device: state for (device, _), state in parties.items() if state != "null"}
            for call, parties in self.calls.items()
        }

    def _must(self, holds: bool, rule: str) -> None:  # noqa: FBT001 - reads as a sentence
        if not holds:
            self.problems.append(f"{self._now['event']} {self._now['id']}: {rule}")

    def _envelope(self, event: Event) -> None:
        link, epoch, seq, sub = (event[name] for name in ("link_id", "epoch", "seq", "sub"))
        self._must(event["id"] == f"{link}:{epoch}:{seq}:{sub}", "its id is its place")
        self._must(event["id"] not in self._ids, "an id stands for one event")
        self._ids.add(event["id"])
        self._must((seq, sub) > self._order.get((link, epoch), (-1, -1)), "seq and sub grow")
        self._order[link, epoch] = (seq, sub)
        self._must(epoch >= self._epochs.get(link, 0), "the epoch grows")
        self._epochs[link] = epoch

    def _version(self, family: str, name: str, version: int) -> None:
        expected = self.versions.get((family, name), 0) + 1
        rule = f"version {version} of {family} {name} follows {expected - 1}"
        self._must(version == expected, rule)
        self.versions[family, name] = version

    def _link(self, event: Event) -> None:
        self.links[event["link_id"]] = event["state"]
        if event["state"] in _GONE:
            self.syncing.discard(event["link_id"])

    # Calls.

    def _call(self, event: Event) -> None:
        call, name = event["call_id"], event["event"]
        self._version("call", call, event["call_version"])
        if name == "call.created":
            self._must(call not in self.calls and call not in self.ended, "a call begins once")
            self.calls[call] = {}
            return
        if event.get("late"):
            self._must(call in self.ended, "late is what comes after the end")
            return
        self._must(call in self.calls, "call.created comes first, call.cleared last")
        parties = self.calls.setdefault(call, {})
        match name:
            case "call.transferred" | "call.conferenced":
                self.calls[call] = _told(event["parties"])
            case "call.merged" | "call.lost":
                self.calls[call] = {}
            case "call.recovered":
                self._agree(event, parties)
            case "call.cleared":
                self._cleared(event, parties)
            case _ if name.startswith("connection."):
                self._connection(event, parties)
            case _:
                pass

    def _connection(self, event: Event, parties: dict[Place, str]) -> None:
        place = (event["device_id"], event.get("leg", 0))
        before, previous = parties.get(place, "null"), event["previous"]
        if previous != "unknown":
            self._must(before == previous, f"was {previous}, but {before} was told before")
        parties[place] = event["state"]
        self._agree(event, parties)

    def _agree(self, event: Event, parties: dict[Place, str]) -> None:
        live = {place: state for place, state in parties.items() if state != "null"}
        told = _told(event["parties"])
        self._must(told == live, f"parties {_short(told)}, but events add up to {_short(live)}")

    def _cleared(self, event: Event, parties: dict[Place, str]) -> None:
        live = {place: state for place, state in parties.items() if state != "null"}
        self._must(not live, f"call.cleared while there are {_short(live)}")
        if self._linked and event["origin"] in ("reported", "derived"):
            state = self.links.get(event["link_id"], "up")
            self._must(state not in _GONE, f"a switch that is {state} reports no end")
        del self.calls[event["call_id"]]
        self.ended.add(event["call_id"])


def _told(parties: Any) -> dict[Place, str]:
    return {(one["device_id"], one.get("leg", 0)): one["state"] for one in parties}


def _short(parties: dict[Place, str]) -> str:
    return ", ".join(f"{device} {state}" for (device, _), state in sorted(parties.items()))
