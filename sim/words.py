"""Words of an operator: what people do, what happens outside, what befalls the link.

``operate`` takes the words of one line and acts on a play. It answers with a value that is
ready for JSON: ``ok``, and ``error`` or what was asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final

import msgspec

from sim.exchange import verbs
from sim.exchange.verbs import Event
from sim.exchange.words import AgentState, Forwarding
from sim.mischief import PduKind
from sim.outputs import Noted
from sim.plan import ExchangePlan
from sim.play import Play

Answer = dict[str, Any]
_Seconds = Annotated[float, msgspec.Meta(ge=0.0, le=86_400.0)]

_LONGEST: Final = 86400.0
_SWITCH: Final = {"on": True, "off": False}
_STRIKES: Final = {
    "lose": PduKind.LOSE,
    "repeat": PduKind.REPEAT,
    "swap": PduKind.SWAP,
    "other-order": PduKind.OTHER_ORDER,
    "messages-lost": PduKind.MESSAGES_LOST,
}
"""What can befall the next events that the switch reports."""
_FORWARDING: Final = {
    "all": Forwarding.ALL,
    "busy": Forwarding.BUSY,
    "no-answer": Forwarding.NO_ANSWER,
}


_EVENTS: Final = msgspec.json.Decoder(verbs.Verb | verbs.WorldEvent)


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
    "consult": (
        "STATION NUMBER [conference]",
        lambda one, to, key="transfer": verbs.Consult(
            one, to, conference=_word({"transfer": False, "conference": True}, key)
        ),
    ),
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
    "act": "EVENT",
    "call-in": "CALLER NUMBER",
    "next": "lose|repeat|swap|other-order|messages-lost COUNT",
    "pass": "SECONDS",
    "cut": "[SECONDS]",
    "restart": "",
    "predict": "GROUP NUMBER [no-machines]",
    "refuse": "on|off",
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
    outputs = play.hub.obey([name, *rest])
    if outputs is not None:
        play.put(outputs)
        return {"ok": True}
    if name in _LINK:
        return _link(play, name, rest)
    if name in play.hub.words:
        raise WordsError(f"{name} {play.hub.words[name]}")
    raise WordsError(f"unknown word {name}: try help")


def _do(play: Play, event: Event) -> Answer:
    outputs = play.hub.do(event)
    play.put(outputs)
    ignored = [
        one.detail for one in outputs if isinstance(one, Noted) and one.kind == "ignored"
    ]
    return {"ok": False, "error": ignored[0]} if ignored else {"ok": True}


def _link(play: Play, name: str, rest: list[str]) -> Answer:
    hub = play.hub
    _count(name, hub.words.get(name, _LINK[name]), rest)
    match name, rest:
        case "act", [text]:
            return _do(play, _event(text))
        case "next", [kind, count]:
            play.put(hub.strike_next(_word(_STRIKES, kind), _whole(count)))
        case "pass", [text]:
            _pass(play, text)
        case "call-in", [caller, number]:
            return _do(
                play, verbs.TrunkRings(_outside(hub.stage.exchange.plan, number), caller)
            )
        case "cut", []:
            play.put(hub.cut())
        case "cut", [seconds]:
            play.put(hub.cut(_seconds(seconds)))
        case "restart", []:
            return _do(play, verbs.Restart())
        case "predict", [group, number]:
            return _do(play, verbs.MakePredictiveCall(group, number))
        case "predict", [group, number, "no-machines"]:
            return _do(play, verbs.MakePredictiveCall(group, number, machines=False))
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
            return {"ok": True, "words": {**words, **_LINK, **hub.words}}
        case _:
            raise WordsError(f"{name} {hub.words.get(name, _LINK[name])}")
    return {"ok": True}


def _event(text: str) -> Event:
    """Read an event of the exchange as scenarios write it, in JSON."""
    try:
        event: Event = _EVENTS.decode(text)
    except msgspec.MsgspecError as error:
        raise WordsError(f"{text}: {error}") from None
    return event


def _whole(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 1_000_000:
        raise WordsError(f"{text} is not 1 to 1000000")
    return int(text)


def _pass(play: Play, text: str) -> None:
    """Let time pass where nothing else makes it."""
    if not play.still:
        raise WordsError("pass: time passes by itself; --still has it wait for this word")
    try:
        seconds = msgspec.convert(text, _Seconds, strict=False)
    except msgspec.ValidationError:
        raise WordsError(f"pass: {text} is not 0 to 86400 seconds") from None
    play.advance(play.now + seconds)


def show(play: Play) -> dict[str, Any]:
    """Give the whole state: time, links, exchange."""
    hub = play.hub
    return {
        "time": f"{hub.moment:%Y%m%d%H%M%S}",
        **hub.show(),
        "stalled": hub.stalled,
        "refusing": hub.refusing,
        "exchange": msgspec.to_builtins(hub.stage.exchange.snapshot()),
    }


def _count(name: str, form: str, rest: list[str]) -> None:
    parts = form.split()
    least = sum(not part.startswith("[") for part in parts)
    if not least <= len(rest) <= len(parts):
        raise WordsError(f"{name} {form}")


def _seconds(word: str) -> float:
    try:
        seconds = float(word)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= _LONGEST:
        raise WordsError(f"{word}: a number of seconds is expected")
    return seconds


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
