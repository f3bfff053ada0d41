"""Masks: no number outside is seen beyond its last digits, whatever is told."""

from __future__ import annotations

import re
import types
from collections.abc import Callable
from enum import Enum
from functools import cache
from typing import Any, Final, Literal, Union, get_args, get_origin

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some
from msgspec import UNSET, Struct

from cti.config.rights import Right
from cti.config.sections import Mask as Kept
from cti.config.sections import Numbers
from cti.desk import Reply
from cti.model import events as ev
from cti.model.commands import EndState, Result
from cti.model.data import CallData, Forwarding, ForwardingKind
from cti.model.errors import Error, ErrorClass
from cti.model.numbers import Number, Plan
from cti.model.objects import Agent, CallNumbers, Device, Queue
from cti.model.results import RESULTS
from cti.northbound import envelope
from cti.northbound.masks import Mask
from cti.northbound.topics import Topics
from cti.numbering import Numbering
from cti.rights import Place
from tests.cti.northbound.test_north import Site, shown

OUTSIDE: Final = some.from_regex(r"0[1-9][0-9]{5,12}", fullmatch=True)
KEPT: Final = some.integers(0, 6)
IDENTIFIERS: Final = frozenset(
    {
        *("switch_id", "link_id", "device_id", "from_device_id", "agent_id", "queue_id"),
        *("trunk_id", "trunk", "monitor_id", "route_id", "route_point", "call_id", "from_call"),
        *("thread_id", "thread_aliases", "command_id", "id", "native_id", "native_ids"),
        *("global_ref", "controller", "added", "merged", "moved_from", "into", "released_by"),
        *("queues", "agents", "groups", "group", "agent", "call", "numbers", "parties"),
        *("allowed", "steps", "verb", "step", "requester"),
    }
)
"""Members that name objects of the model."""
WORDS: Final = frozenset(
    {
        *("ts_received", "created_at", "ended_at", "deadline_at", "since", "time", "zone"),
        *("protocol", "message", "coding", "name", "anomaly", "kind", "reason"),
        *("error", "native", "uui", "correlator", "private"),
    }
)
"""Members in words of the switch, times, and what is not masked."""
TO_DEVICES: Final = (ev.CallTransferred, ev.ConnectionDiverted)
DICTS: Final[dict[str, Callable[[str], Any]]] = {
    "app": lambda _: {"crm": {"case": "x"}},
    "network": lambda number: {"ani": number, "dnis": f"+{number}"},
    "vendor": lambda number: {"acme": {"who": [{"says": f"it is {number}"}]}},
    "charge": lambda _: {"kind": "units"},
    "result": lambda number: {"parties": [{"device": number, "number": number}], "to": number},
    "error": lambda number: {"detail": f"{number} is not permitted"},
}


@cache
def members(kind: type[Struct]) -> tuple[tuple[str, Any], ...]:
    return tuple((one.name, one.type) for one in msgspec.structs.fields(kind))


def filled(kind: Any, number: str, name: str = "", of: Any = None) -> Any:
    """Make a value of a type with a number in every place that may have one."""
    arguments = get_args(kind)
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        known = [one for one in arguments if one not in (type(None), msgspec.UnsetType)]
        return filled(known[0], number, name, of)
    if origin is tuple:
        return (filled(arguments[0], number, name, of),)
    if origin is Literal:
        return arguments[0]
    if origin is dict:
        return DICTS[name](number)
    if kind is Number:
        return Number(number, e164=f"+{number}", name=f"Smith {number}")
    if issubclass(kind, Struct):
        return kind(**{one: filled(of, number, one, kind) for one, of in members(kind)})
    if issubclass(kind, Enum):
        return next(iter(kind))
    named = name in IDENTIFIERS or name in WORDS or (name == "to" and of in TO_DEVICES)
    if issubclass(kind, (str, bytes)):
        text = "name" if named else number
        return text if kind is str else text.encode()
    return kind(1)


def place(plan: Numbering | None = None) -> Place:
    devices = ("201", "name")
    return Place(Site().engine.tracker.book, plan, lambda: devices)


def longest(payload: bytes) -> int:
    """Give how many digits stand in a row at most, but for the name of a member."""
    digits = re.findall(rb"[0-9]+", payload.replace(b"e164", b""))
    return max(map(len, digits), default=0)


@given(OUTSIDE, KEPT, some.booleans())
@pytest.mark.parametrize("kind", ev.EVENTS.values(), ids=ev.EVENTS)
def test_no_event_shows_more(kind: type[ev.Event], number: str, kept: int, flat: bool) -> None:
    event = Mask(kept, HERE).of(filled(kind, number))
    payload = envelope.publication(Topics("cti", "d"), event, 7, flat=flat).payload
    assert longest(payload) <= max(kept, 1)


@given(OUTSIDE, KEPT)
@pytest.mark.parametrize("kind", [Device, Agent, Queue])
def test_no_state_shows_more(kind: type[Struct], number: str, kept: int) -> None:
    state = Mask(kept, HERE).of(filled(kind, number))
    assert longest(envelope.document("t", state).payload) <= max(kept, 1)


@given(OUTSIDE, KEPT)
@pytest.mark.parametrize("verb", RESULTS)
def test_no_result_shows_more(verb: str, number: str, kept: int) -> None:
    told = {} if verb == "private" else msgspec.to_builtins(filled(RESULTS[verb], number))
    error = Error(ErrorClass.NOT_PERMITTED, f"{number}: no; {number}")
    result = Mask(kept, HERE).of(Result(EndState.FAILED, result=told, error=error))
    assert longest(msgspec.json.encode(result)) <= max(kept, 1)


@pytest.mark.parametrize("kind", ev.EVENTS.values(), ids=ev.EVENTS)
def test_without_a_mask_an_event_is_the_very_same(kind: type[ev.Event]) -> None:
    event = filled(kind, "0301234567")
    assert Mask(None, HERE).of(event) is event


@given(OUTSIDE, KEPT)
def test_a_mask_keeps_the_length_and_the_end(number: str, kept: int) -> None:
    masked = Mask(kept, HERE).of(Number(number, e164=f"+{number}"))
    end = number[len(number) - kept :]
    assert masked.raw == "*" * (len(number) - kept) + end
    assert masked.e164 == f"+{masked.raw}"


def test_what_people_typed_is_masked_in_octets_too() -> None:
    data = CallData(digits="201", account=b"4711", auth=b"0815", uui=b"4711")
    masked = Mask(1, HERE).of(data)
    assert masked == CallData(digits="**1", account=b"***1", auth=b"***5", uui=b"4711")


def test_devices_of_the_site_handles_and_words_stay() -> None:
    site = Numbers(
        country="DE", area="30", access_code="0", extensions=("3xx",), direct_dial="+49301000"
    )
    mask = Mask(2, place(Numbering(site)))
    own = (
        Number("201", name="Ann"),
        Number("301", name="Bob"),
        Number("0301000301", plan=Plan.E164, e164="+49301000301"),
        Number("305", plan=Plan.INTERNAL, e164="+49301000305"),
    )
    assert mask.of(own) is own
    assert mask.of(Number()) == Number()
    outside = Number("301234", plan=Plan.E164, e164="+4930301234")
    assert mask.of(outside).raw == "****34"
    used = filled(ev.RouteUsed, "ext:1")
    assert mask.of(used) is used
    ended = filled(ev.RouteEnded, "end")
    assert mask.of(ended) is ended
    numbers = CallNumbers(called=Number("301"))
    assert mask.of(numbers) is numbers


def test_events_states_replies_and_reasons_have_masks_of_their_own() -> None:
    number = "0301234567"
    found = {"forwarding": [{"to": number, "kind": "all", "active": True}]}
    for kept in (Kept(), Kept(events=3), Kept(states=4), Kept(replies=2)):
        site = Site(mask=kept)
        site.up()
        site.out()
        site.pdu(f"f201>{number}")
        site.clock.advance(1)
        event, state = site.out()
        assert shown(event)["data"]["forwarding"]["to"] == hidden(number, kept.events)
        assert shown(state)["forwarding"][0]["to"] == hidden(number, kept.states)
        error = Error(ErrorClass.INVALID_ARGUMENT, f"{number} is busy")
        for end in (Result(EndState.FAILED, error=error), Result(EndState.SUCCEEDED, found)):
            (reply,) = site.to.reply(Reply("app", "c", "query_forwarding", end))
            assert hidden(number, kept.replies).encode() in reply.payload
        record = site.engine.tracker.book.devices["201"].forwarding
        assert [one.to for one in record.values()] == [number]


def test_a_reason_on_the_audit_topic_is_masked() -> None:
    number = "0301234567"
    site = Site(mask=Kept(replies=2))
    site.up()
    rights = {"app": Right(verbs=("*",), acts=("2*",), destinations=("internal",))}
    site.north.change_rights(rights)
    body = {"command_id": "c", "args": {"device": "201", "to": number}}
    (reply,) = site.ask("make_call", body)
    assert shown(reply)["status"] == "rejected"
    (audit,) = site.audits
    assert audit["decision"] == "denied"
    assert number.encode() not in reply.payload
    assert number not in audit["reason"]


def hidden(number: str, kept: int | None) -> str:
    if kept is None:
        return number
    return "*" * (len(number) - kept) + number[len(number) - kept :]


HERE: Final = place()


def test_a_default_that_nothing_hides_is_left_out_as_before() -> None:
    nowhere = Forwarding(ForwardingKind.ALL, active=True, to=UNSET)
    assert Mask(2, HERE).of(nowhere) is nowhere
