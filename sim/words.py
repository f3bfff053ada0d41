"""Words of an operator: what people do, what happens outside, what befalls the link.

``operate`` takes the words of one line and acts on a play. It answers with a value that is
ready for JSON: ``ok``, and ``error`` or what was asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from sim.csta.outputs import Noted
from sim.exchange import verbs
from sim.exchange.verbs import Event
from sim.exchange.words import AgentState, Forwarding
from sim.plan import ExchangePlan
from sim.play import Play

Answer = dict[str, Any]

STATUS: Final = {
    "initializing": 0,
    "enabled": 1,
    "normal": 2,
    "messages-lost": 3,
    "disabled": 4,
    "overload-imminent": 5,
    "overload-reached": 6,
    "overload-relieved": 7,
}
_SWITCH: Final = {"on": True, "off": False}
_FORWARDING: Final = {
    "all": Forwarding.ALL,
    "busy": Forwarding.BUSY,
    "no-answer": Forwarding.NO_ANSWER,
}


class WordsError(ValueError):
    """The words mean nothing."""


_People = Callable[..., Event]
_PEOPLE: Final[dict[str, tuple[str, _People]]] = {
    "dial": ("STATION NUMBER", verbs.Dial),
    "lift": ("STATION", verbs.GoOffHook),
    "answer": ("STATION", verbs.Answer),
    "hang-up": ("STATION", verbs.HangUp),
    "hold": ("STATION", verbs.Hold),
    "retrieve": ("STATION", verbs.Retrieve),
    "alternate": ("STATION", verbs.Alternate),
    "reconnect": ("STATION", verbs.Reconnect),
    "consult": ("STATION NUMBER", verbs.Consult),
    "transfer": (
        "STATION [NUMBER]",
        lambda one, to="": verbs.BlindTransfer(one, to) if to else verbs.Transfer(one),
    ),
    "conference": ("STATION", verbs.Conference),
    "deflect": ("STATION NUMBER", verbs.Deflect),
    "pick-up": (
        "STATION [OTHER]",
        lambda one, of="": verbs.Pickup(one, of) if of else verbs.GroupPickup(one),
    ),
    "park": ("STATION SLOT", verbs.Park),
    "unpark": ("STATION SLOT", verbs.Unpark),
    "digits": ("STATION DIGITS", verbs.SendDigits),
    "log-in": (
        "STATION AGENT [PASSWORD]",
        lambda one, agent, password="": verbs.LogOn(one, agent, password),
    ),
    "log-out": ("STATION", verbs.LogOff),
    "ready": ("STATION", lambda one: verbs.SetAgentState(one, AgentState.READY)),
    "not-ready": (
        "STATION [REASON]",
        lambda one, why="": verbs.SetAgentState(one, AgentState.NOT_READY, why),
    ),
    "after-call": (
        "STATION",
        lambda one: verbs.SetAgentState(one, AgentState.AFTER_CALL),
    ),
    "forward": (
        "STATION NUMBER|off [all|busy|no-answer]",
        lambda one, to, kind="all": verbs.SetForwarding(
            one, _word(_FORWARDING, kind), to != "off", "" if to == "off" else to
        ),
    ),
    "dnd": ("STATION on|off", lambda one, on: verbs.SetDoNotDisturb(one, _word(_SWITCH, on))),
    "lamp": (
        "STATION on|off",
        lambda one, on: verbs.SetMessageWaiting(one, _word(_SWITCH, on)),
    ),
    "outside-answers": ("TRUNK", verbs.ExternalAnswers),
    "outside-hangs-up": ("TRUNK", verbs.ExternalHangsUp),
}
"""What happens at the exchange: form, and the event made of the words."""
_LINK: Final = {
    "call-in": "CALLER NUMBER",
    "status": "|".join(STATUS),
    "cut": "",
    "refuse": "[requests] on|off",
    "stall": "on|off",
    "show": "",
    "truth": "",
    "help": "",
    "quit": "",
}


def operate(play: Play, words: list[str]) -> Answer:
    """Act on one line of words."""
    try:
        return _act(play, words[0] if words else "", words[1:])
    except WordsError as error:
        return {"ok": False, "error": str(error)}


def _act(play: Play, name: str, rest: list[str]) -> Answer:
    if name in _PEOPLE:
        form, make = _PEOPLE[name]
        _count(name, form, rest)
        return _do(play, make(*rest))
    if name in _LINK:
        return _link(play, name, rest)
    raise WordsError(f"unknown word {name}: try help")


def _do(play: Play, event: Event) -> Answer:
    outputs = play.hub.do(event)
    play.put(outputs)
    ignored = [
        one.detail for one in outputs if isinstance(one, Noted) and one.kind == "ignored"
    ]
    return {"ok": False, "error": ignored[0]} if ignored else {"ok": True}


def _link(play: Play, name: str, rest: list[str]) -> Answer:
    _count(name, _LINK[name], rest)
    hub = play.hub
    match name, rest:
        case "call-in", [caller, number]:
            return _do(
                play, verbs.TrunkRings(_outside(hub.stage.exchange.plan, number), caller)
            )
        case "status", [word]:
            play.put(hub.set_status(_word(STATUS, word)))
        case "cut", []:
            play.put(hub.cut())
        case "refuse", ["requests", word]:
            play.put(hub.refuse_requests(on=_word(_SWITCH, word)))
        case "refuse", [word]:
            hub.refusing = _word(_SWITCH, word)
        case "stall", [word]:
            play.put(hub.stall(on=_word(_SWITCH, word)))
        case "show", []:
            return {"ok": True, "state": show(play)}
        case "truth", []:
            ledger = play.ledger
            told = {"calls": ledger.calls(), "agents": ledger.agents()}
            return {"ok": True, **msgspec.to_builtins(told)}
        case "quit", []:
            return {"ok": True, "quit": True}
        case "help", []:
            words = {word: form for word, (form, _) in _PEOPLE.items()}
            return {"ok": True, "words": {**words, **_LINK}}
        case _:
            raise WordsError(f"{name} {_LINK[name]}")
    return {"ok": True}


def show(play: Play) -> dict[str, Any]:
    """Give the whole state: time, links, exchange."""
    hub = play.hub
    return {
        "time": hub.time,
        "links": [
            {
                "link": number,
                "state": face.state.value,
                "monitors": len(face.monitors),
                "invokes": face.last_invoke,
            }
            for number, face in hub.links.items()
        ],
        "stalled": hub.stalled,
        "refusing": hub.refusing,
        "exchange": msgspec.to_builtins(hub.stage.exchange.snapshot()),
    }


def _count(name: str, form: str, rest: list[str]) -> None:
    parts = form.split()
    least = sum(not part.startswith("[") for part in parts)
    if not least <= len(rest) <= len(parts):
        raise WordsError(f"{name} {form}")


def _word(table: dict[str, Any], word: str) -> Any:
    try:
        return table[word]
    except KeyError:
        raise WordsError(f"{word}: one of {', '.join(table)} is expected") from None


def _outside(plan: ExchangePlan, number: str) -> str:
    """Give the number that the network dials to reach an own number."""
    for group in plan.trunk_groups:
        if number in group.did:
            return number
        for called, own in group.did.items():
            if own == number:
                return called
    return number
