"""Every verb in every state of a telephone, in one process.

What must work, what must not, and what either may do, follows from the preconditions in the
model's table of commands. Whatever a command does: it ends once, belief and truth agree
afterwards, and a command that did not succeed has changed nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import Any, Final

from msgspec import Struct

from sim.exchange import verbs as people
from sim.exchange.verbs import Event
from sim.exchange.views import ExchangeView
from sim.kit import truth
from sim.kit.conduct import has
from sim.kit.pair import Pair
from sim.plan import ExchangePlan, read_plan
from sim.scenarios import plans

SET: Final = "201"
"""The telephone whose states these are."""
_CALL: Final = "$call"
_PATIENCE: Final = 20.0

_TALK: Final[tuple[Event, ...]] = (people.MakeCall("202", SET), people.Answer(SET))
_ASK: Final[tuple[Event, ...]] = (*_TALK, people.Consult(SET, "203"))
STATES: Final[dict[str, tuple[Event, ...]]] = {
    "idle": (),
    "initiated": (people.GoOffHook(SET),),
    "calling": (people.MakeCall(SET, "202"),),
    "busy": (people.MakeCall(SET, "00202222222"),),
    "alerting": (people.MakeCall("202", SET),),
    "connected": _TALK,
    "held": (*_TALK, people.Hold(SET)),
    "consulting": _ASK,
    "consulted": (*_ASK, people.Answer("203")),
    "conference": (*_ASK, people.Answer("203"), people.Conference(SET)),
}
"""What people do to bring the telephone there."""

ARGUMENTS: Final[dict[str, dict[str, Any]]] = {
    "make_call": {"device": SET, "to": "301"},
    "answer": {"device": SET},
    "hold": {"device": SET},
    "retrieve": {"device": SET},
    "alternate": {"device": SET},
    "consult": {"device": SET, "to": "301"},
    "reconnect": {"device": SET},
    "transfer": {"device": SET},
    "conference": {"device": SET},
    "blind_transfer": {"device": SET, "to": "301"},
    "single_step_conference": {"device": SET, "join": "301"},
    "clear_connection": {"device": SET, "call": _CALL},
    "clear_call": {"call": _CALL},
    "deflect": {"device": SET, "to": "301"},
    "redirect": {"device": SET, "call": _CALL, "to": "301"},
    "pickup": {"device": "203", "target": SET},
    "group_pickup": {"device": "203"},
    "park": {"device": SET, "at": "71"},
    "unpark": {"device": SET, "at": "71"},
    "camp_on": {"device": SET},
    "call_back": {"device": SET},
    "intrude": {"device": SET},
    "send_dtmf": {"device": SET, "digits": "12#"},
    "attach_data": {"call": _CALL, "data": {"ticket": 7}},
    "set_agent_state": {"device": SET, "state": "not_ready"},
    "login": {"device": SET, "agent": "902"},
    "logout": {"device": SET},
    "set_forwarding": {"device": SET, "kind": "all", "active": True, "to": "301"},
    "set_dnd": {"device": SET, "on": True},
    "set_mwi": {"device": SET, "on": True},
    "query_agent": {"device": SET},
    "query_device": {"device": SET},
    "query_forwarding": {"device": SET},
    "query_dnd": {"device": SET},
    "query_mwi": {"device": SET},
    "query_queue": {"queue": "500"},
    "snapshot_device": {"device": SET},
    "snapshot_call": {"call": _CALL},
    "route_select": {"route": "main:00", "to": "301"},
    "route_end": {"route": "main:00"},
    "monitor_start": {"device": "302", "ttl_s": 60},
    "monitor_stop": {"device": "302"},
}
"""What each verb is given. Verbs of the bridge itself or without an object are not here."""


class Rule(Struct, frozen=True, gc=False):
    """What a verb must do in some states of the telephone; in others it may do either."""

    works: dict[str, Callable[[_Legs, _Legs], bool]]
    """State to what then must be so, of the connections before and after."""
    refused: tuple[str, ...]


_Legs = dict[int, str]
"""Call of the exchange to the state of the telephone's connection to it."""


def _are(*states: str) -> Callable[[_Legs, _Legs], bool]:
    return lambda _, after: sorted(after.values()) == sorted(states)


def _began(before: _Legs, after: _Legs) -> bool:
    """Tell whether one more call is there; a set may wait for its user to lift."""
    new = [state for call, state in after.items() if call not in before]
    return new in (["connected"], ["initiated"])


def _consults(before: _Legs, after: _Legs) -> bool:
    return _began(before, after) and all(after.get(call) == "held" for call in before)


def _swapped(before: _Legs, after: _Legs) -> bool:
    return before.keys() == after.keys() and all(before[one] != after[one] for one in before)


def _only_held(before: _Legs, after: _Legs) -> bool:
    held = [call for call, state in before.items() if state == "held"]
    return after == dict.fromkeys(held, "connected")


_ALONE: Final = ("idle", "initiated", "calling", "busy", "alerting", "connected", "conference")
"""States without a held call."""
RULES: Final[dict[str, Rule]] = {
    "make_call": Rule({"idle": _began}, ()),
    "answer": Rule(
        {"alerting": _are("connected"), "connected": _are("connected")},
        ("idle", "held"),
    ),
    "hold": Rule(
        {"connected": _are("held"), "conference": _are("held")},
        ("idle", "initiated", "alerting", "held"),
    ),
    "retrieve": Rule({"held": _are("connected")}, _ALONE),
    "alternate": Rule({"consulted": _swapped}, (*_ALONE, "held")),
    "consult": Rule({"connected": _consults}, ("idle", "initiated", "alerting", "held")),
    "reconnect": Rule({"consulting": _only_held, "consulted": _only_held}, (*_ALONE, "held")),
    "transfer": Rule({"consulted": _are()}, (*_ALONE, "held")),
    "conference": Rule({"consulted": _are("connected")}, (*_ALONE, "held")),
    "blind_transfer": Rule(
        {"connected": _are()},
        ("idle", "initiated", "alerting", "held"),
    ),
    "clear_connection": Rule(
        dict.fromkeys(("initiated", "calling", "busy", "alerting", "connected"), _are()),
        ("idle",),
    ),
    "clear_call": Rule(dict.fromkeys(("calling", "alerting", "connected"), _are()), ("idle",)),
    "deflect": Rule({"alerting": _are()}, ("idle", "calling", "connected", "held")),
    "attach_data": Rule({"connected": lambda before, after: before == after}, ("idle",)),
}
"""Rows of the model's table of commands that say more than nothing."""
NEEDED: Final = (
    *("make_call", "answer", "hold", "retrieve", "consult", "transfer", "conference"),
    "clear_connection",
)
"""Verbs that a driver of level L2 must have."""
_REASONS: Final = frozenset(
    {
        *("state_conflict", "invalid_object", "invalid_argument", "resource_busy"),
        *("resource_limit", "not_permitted", "unsupported"),
    }
)
"""Classes of errors that say that a command did not fit."""


def plan() -> ExchangePlan:
    """Give the exchange that the matrix is tried at."""
    return read_plan(plans()["office"])


def row(
    verb: str, join: Callable[[ExchangePlan], Pair], untold: Container[str] = ()
) -> list[str]:
    """Try a verb in every state, each on a link that ``join`` brings up; say what was wrong.

    States that the link does not tell are left out.
    """
    found = []
    for state in STATES:
        if state in untold:
            continue
        pair = join(plan())
        found += [f"{verb}, {state}: {one}" for one in _cell(verb, state, pair)]
    return found


def _cell(verb: str, state: str, pair: Pair) -> list[str]:
    for act in STATES[state]:
        pair.do(act)
    pair.wait(1.0)
    pair.settle()
    before = pair.view()
    if wrong := truth.differences(pair.fold, before, pair.devices):
        return [f"before: {one}" for one in wrong]
    call = _newest(pair)
    given = {key: call if one is _CALL else one for key, one in ARGUMENTS[verb].items()}
    command_id = pair.send(verb, given)
    waited = 0.0
    while pair.reply(command_id) is None and waited < _PATIENCE:
        pair.wait(0.5)
        waited += 0.5
    reply = pair.reply(command_id)
    if reply is None:
        return [f"has not ended after {waited:g} s"]
    pair.settle()
    after = pair.view()
    while truth.differences(pair.fold, after, pair.devices) and pair.later():
        after = pair.view()
    if (reply.get("error") or {}).get("class") == "unsupported":
        pair.notes.clear()  # the switch said so, in the manner of its protocol
    return _judged(verb, state, reply, before, after) + _sound(pair, after)


def _judged(
    verb: str, state: str, reply: dict[str, Any], before: ExchangeView, after: ExchangeView
) -> list[str]:
    rule = RULES.get(verb)
    status, found = reply["status"], []
    if status == "succeeded":
        if rule is not None and state in rule.refused:
            found.append("succeeded where it cannot")
        goal = None if rule is None else rule.works.get(state)
        if goal is not None and not goal(_legs(before), _legs(after)):
            found.append(f"succeeded, but {SET} is {_legs(after) or 'idle'}")
        return found
    error = reply.get("error") or {}
    kind = str(error.get("class"))
    if rule is not None and state in rule.works:
        found.append(f"{status}: {error.get('detail')}")
    if kind not in _REASONS:
        found.append(f"{status} with {kind}: {error.get('detail')}")
    if before.calls != after.calls:
        found.append(f"{status}, but the calls changed")
    return found


def _sound(pair: Pair, after: ExchangeView) -> list[str]:
    return [
        *truth.differences(pair.fold, after, pair.devices),
        *pair.fold.problems,
        *pair.fold.anomalies,
        *pair.problems,
        *pair.notes,
    ]


def _newest(pair: Pair) -> str:
    """Give the call at the telephone that began last, or one that nobody knows."""
    here = (call for call, parties in pair.fold.live().items() if SET in parties)
    return max(here, key=lambda call: list(pair.fold.calls).index(call), default="cnone")


def _legs(view: ExchangeView) -> _Legs:
    return {
        call.call: party.state.value
        for call in view.calls
        for party in call.parties
        if party.device == SET
    }


def lacking(verb: str, pair: Pair) -> bool:
    """Tell whether a link does not have a verb."""
    return not has(verb, pair.capabilities)
