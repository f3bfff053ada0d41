"""Every command in every state of a telephone, through all parts, against a table.

Each cell says how the command ended and what truly is at the switch afterwards; what the
events add up to must be the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.integration.conftest import Site
from tests.integration.site import Application, Switch, wait_for
from tests.support import golden

pytestmark = pytest.mark.slow

STATES: dict[str, list[str]] = {
    "idle": [],
    "initiated": ["lift 201"],
    "calling": ["dial 201 202"],
    "second": ["dial 206 207", "answer 207", "dial 201 207"],
    "busy": ["dial 201 0302222222"],
    "alerting": ["dial 202 201"],
    "talking": ["dial 202 201", "answer 201"],
    "held": ["dial 202 201", "answer 201", "hold 201"],
    "consulting": ["dial 202 201", "answer 201", "consult 201 203"],
    "consulted": ["dial 202 201", "answer 201", "consult 201 203", "answer 203"],
    "conference": [
        *("dial 202 201", "answer 201", "consult 201 203", "answer 203"),
        "conference 201",
    ],
    "agent": ["log-in 201 4711"],
    "served": ["log-in 201 4711", "ready 201", "call-in 0301234567 300", "answer 201"],
}
CALL = object()
COMMANDS: dict[str, dict[str, Any]] = {
    "make_call": {"device": "201", "to": "204"},
    "answer": {"device": "201"},
    "hold": {"device": "201"},
    "retrieve": {"device": "201"},
    "alternate": {"device": "201"},
    "consult": {"device": "201", "to": "204"},
    "reconnect": {"device": "201"},
    "transfer": {"device": "201"},
    "conference": {"device": "201"},
    "blind_transfer": {"device": "201", "to": "204"},
    "single_step_conference": {"device": "201", "join": "204"},
    "clear_connection": {"device": "201"},
    "clear_call": {"call": CALL},
    "deflect": {"device": "201", "to": "204"},
    "redirect": {"device": "201", "call": CALL, "to": "204"},
    "pickup": {"device": "203", "target": "201"},
    "group_pickup": {"device": "203"},
    "park": {"device": "201", "at": "71"},
    "camp_on": {"device": "201"},
    "call_back": {"device": "201"},
    "intrude": {"device": "201"},
    "send_dtmf": {"device": "201", "digits": "12#"},
    "attach_data": {"call": CALL, "data": {"ticket": 7}},
    "set_agent_state": {"device": "201", "state": "not_ready"},
    "login": {"device": "201", "agent": "4712"},
    "logout": {"device": "201"},
    "set_forwarding": {"device": "201", "kind": "all", "active": True, "to": "204"},
    "set_dnd": {"device": "201", "on": True},
    "set_mwi": {"device": "201", "on": True},
    "query_agent": {"device": "201"},
    "query_forwarding": {"device": "201"},
    "query_dnd": {"device": "201"},
    "snapshot_device": {"device": "201"},
    "snapshot_call": {"call": CALL},
    "route_select": {"route": "main:00", "to": "204"},
    "route_end": {"route": "main:00"},
    "monitor_start": {"device": "208", "ttl_s": 60},
    "monitor_stop": {"device": "208"},
    "private": {"payload": {"hex": "01"}},
    "unpark": {"device": "201", "at": "71"},
    "make_predictive_call": {"device": "300", "to": "0301234567", "deliver_to": "300"},
    "query_queue": {"queue": "300"},
    "query_device": {"device": "201"},
    "query_mwi": {"device": "201"},
}
STATIONS = [str(number) for number in range(201, 209)]
MONITORED = {*STATIONS, "300"}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with ExitStack() as stack:
        yield Office(Site(tmp_path_factory.mktemp("site"), stack))


class Office:
    """A running site, and what its events add up to."""

    def __init__(self, site: Site) -> None:
        self.switch: Switch = site.switch()
        self.app: Application = site.application()
        site.daemon(self.switch.port)
        wait_for(lambda: self.app.link() == "up", "the link is up")
        self._seen = 0

    def settle(self) -> None:
        """Wait until all that the switch has told is published.

        Answers of the switch follow its events on the link, and replies follow events on the
        application's connection.
        """
        told = self.app.ask("query_forwarding", device="208")
        assert told["status"] == "succeeded", told

    def bring(self, words: list[str]) -> None:
        for line in words:
            self.switch(*line.split())
        self.settle()

    def tidy(self) -> None:
        """Have everybody hang up and go home."""
        for _ in range(8):
            if not self.switch.calls():
                break
            for station in STATIONS:
                self.switch.try_("hang-up", station)
                self.switch.try_("retrieve", station)
                self.switch.try_("hang-up", station)
            for trunk in range(1, 5):
                self.switch.try_("outside-hangs-up", f"L/{trunk}")
        for line in ("log-out 201", "forward 201 off", "dnd 201 off", "lamp 201 off"):
            self.switch.try_(*line.split())
        assert self.switch.calls() == []
        self.settle()
        assert self.believed() == []

    def believed(self) -> list[dict[str, str]]:
        """Add up the events: the parties of each call that is not over."""
        calls: dict[str, dict[str, str]] = {}
        for event in self.app.events:
            data = event["data"]
            name, call = data["event"], data.get("call_id")
            if name in ("call.cleared", "call.merged"):
                calls.pop(call, None)
            elif "parties" in data:
                calls[call] = {one["device_id"]: one["state"] for one in data["parties"]}
        return [parties for parties in calls.values() if parties]

    def call(self) -> str:
        """Give the call at 201 that began last."""
        live: dict[str, set[str]] = {}
        for event in self.app.events:
            data = event["data"]
            if "parties" in data:
                live[data["call_id"]] = {one["device_id"] for one in data["parties"]}
            elif data["event"] in ("call.cleared", "call.merged"):
                live.pop(data["call_id"], None)
        return next((call for call in reversed(live) if "201" in live[call]), "cnone")


def same(believed: list[dict[str, str]], truth: list[dict[str, str]]) -> str:
    """Say how the calls stand; an outside party has no number of the switch.

    The protocol has no word for a call that proceeds in the network. A call without any
    monitored device is out of sight (decision 0003).
    """
    truth = [call for call in truth if not MONITORED.isdisjoint(call)]

    def words(calls: list[dict[str, str]]) -> list[str]:
        named = (
            {
                ("outside" if name[:1] in "Le" else name): state.replace(
                    "proceeding", "unknown"
                )
                for name, state in call.items()
            }
            for call in calls
        )
        return sorted(
            ", ".join(f"{name} {state}" for name, state in sorted(call.items()))
            for call in named
        )

    assert words(believed) == words(truth)
    return "; ".join(words(truth)) or "no call"


@pytest.mark.parametrize("state", STATES)
def test_every_command(office: Office, state: str) -> None:
    lines = [f"# {state}: {', '.join(STATES[state]) or 'nothing'}", ""]
    for verb, args in COMMANDS.items():
        office.tidy()
        office.bring(STATES[state])
        before = same(office.believed(), office.switch.calls())
        given: dict[str, Any] = {
            name: office.call() if value is CALL else value for name, value in args.items()
        }
        reply = office.app.ask(verb, **given)
        office.settle()
        after = same(office.believed(), office.switch.calls())
        lines.append(f"{verb}: {outcome(reply)}")
        if after != before:
            lines.append(f"    {after}")
    office.tidy()
    golden.compare(f"golden/commands/{state}.txt", "\n".join(lines) + "\n")


def outcome(reply: dict[str, Any]) -> str:
    assert reply["final"]
    error = reply.get("error")
    if error is None:
        return str(reply["status"])
    kind: str = error["type"].rpartition(":")[2].rpartition("/")[2]
    if kind == "unsupported":
        return kind  # rejected once the switch has refused it
    field = f" {error['field']}" if "field" in error else ""
    return f"{reply['status']}, {kind}{field}"
