"""JSON Schema (2020-12) of all that stands in payloads, made from the types.

``DEFINITIONS`` holds one schema per name. Events stand under their names as CloudEvents
(``connection.alerting``), requests and replies under their verbs (``make_call.request``,
``make_call.reply``), the rest under the names of its types.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from functools import cache
from typing import Any, Final

import msgspec

from cti.contract.words import sentence, words
from cti.model import events as ev
from cti.model.commands import VERBS
from cti.model.errors import Problem
from cti.model.objects import Agent, Device, Queue
from cti.model.results import RESULTS
from cti.northbound import documents
from cti.northbound.envelope import CloudEvent
from cti.northbound.requests import Head

Schema = dict[str, Any]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
STATES: Final[dict[str, type]] = {"device": Device, "agent": Agent, "queue": Queue}
"""Retained states by the word in their topic."""
OTHERS: Final = (
    documents.DaemonStatus,
    documents.LinkStatus,
    documents.SwitchInfo,
    documents.Alarm,
    documents.Audit,
    documents.ReplyBody,
    documents.StateTold,
    Problem,
)
"""What is published besides events and states."""


class Request(Head, frozen=True):
    """Payload of a command."""

    args: dict[str, Any] = msgspec.field(default_factory=dict)
    """Arguments of the verb; others are refused."""


_REF: Final = "#/$defs/"
_NO_LINE_FEED: Final = r"(?!\n)"
"""Python's dollar sign needs it, that of JSON Schema does not."""


def event(name: str) -> str:
    """Name the schema of an event in its envelope."""
    return name


def request(verb: str) -> str:
    """Name the schema of a command."""
    return f"{verb}.request"


def reply(verb: str) -> str:
    """Name the schema of the reply to a command."""
    return f"{verb}.reply"


@cache
def definitions() -> dict[str, Schema]:
    """Give every schema by its name; references are ``#/$defs/NAME``."""
    found = _types()
    for name, kind in ev.EVENTS.items():
        found[event(name)] = _cloud_event(found["CloudEvent"], name, kind)
    for verb in VERBS:
        found[request(verb)] = _request(found["Request"], verb)
        found[reply(verb)] = _reply(found["ReplyBody"], verb)
    for name in ("CloudEvent", "Request", "Event"):
        del found[name]
    return dict(sorted(found.items()))


def named(kind: type) -> str:
    """Name the schema of a type."""
    return _names()[kind]


# The types, as msgspec sees them, with the words of the source.


@cache
def _names() -> dict[type, str]:
    args = {kind: f"{verb}.args" for verb, kind in VERBS.items()}
    data = {kind: f"{name}.data" for name, kind in ev.EVENTS.items()}
    results = {kind: f"result.{kind.__name__}" for kind in RESULTS.values()}
    rest = {kind: kind.__name__ for kind in (*STATES.values(), *OTHERS)}
    return args | data | results | rest | {CloudEvent: "CloudEvent", Request: "Request"}


def _types() -> dict[str, Schema]:
    kinds = list(_names())
    refs, components = msgspec.json.schema_components(kinds, ref_template="{name}")
    renamed = {ref["$ref"]: _names()[kind] for ref, kind in zip(refs, kinds, strict=True)}
    for old in components:
        renamed.setdefault(old, old.rpartition(".")[2])
    if len(set(renamed.values())) != len(renamed):
        raise ValueError(f"two types of one name among {sorted(renamed.values())}")
    types = {kind.__name__: kind for kind in _reachable(kinds)}
    by_name = {name: kind for kind, name in _names().items()}
    found = {}
    for old, schema in components.items():
        name = renamed[old]
        kind = by_name.get(name) or types[name]
        found[name] = _described(_mapped(schema, renamed), kind)
    return found


def _reachable(kinds: list[type]) -> Iterator[type]:
    """Give the types of members, at whatever depth, that have a name of their own."""
    seen: set[type] = set(kinds)
    waiting: list[Any] = list(kinds)
    while waiting:
        kind = waiting.pop()
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            waiting += [
                one
                for field in msgspec.structs.fields(kind)
                for one in _parts(field.type)
                if one not in seen
            ]
        if isinstance(kind, type):
            seen.add(kind)
            if issubclass(kind, msgspec.Struct | Enum) and kind not in _names():
                yield kind


def _parts(kind: Any) -> Iterator[Any]:
    if isinstance(kind, type) and not hasattr(kind, "__args__"):
        yield kind
    for part in getattr(kind, "__args__", ()):
        yield from _parts(part)


def _mapped(schema: Any, renamed: dict[str, str]) -> Any:
    match schema:
        case {"$ref": str(old), **rest}:
            return {"$ref": _REF + renamed[old], **_mapped(rest, renamed)}
        case dict():
            return {key: _mapped(value, renamed) for key, value in schema.items()}
        case list():
            return [_mapped(one, renamed) for one in schema]
        case str():
            return schema.replace(_NO_LINE_FEED, "")
        case _:
            return schema


def _described(schema: Schema, kind: type) -> Schema:
    told = words(kind)
    text = sentence(kind)
    if issubclass(kind, Enum):
        known = [f"`{one.value}`: {told[one.name]}" for one in kind if one.name in told]
        text = " ".join([text, *known])
    schema = {"title": schema["title"], "description": text} | {
        key: value for key, value in schema.items() if key not in ("title", "description")
    }
    if issubclass(kind, msgspec.Struct):
        for field in msgspec.structs.fields(kind):
            if field.name in told:
                member = schema["properties"][field.encode_name]
                schema["properties"][field.encode_name] = _with(member, told[field.name])
    return schema


def _with(schema: Schema, description: str) -> Schema:
    """Describe a member; a reference keeps the description of its type beside it."""
    return {"description": description, **schema}


# Envelopes.


def _narrowed(schema: Schema, title: str, text: str, **members: Schema) -> Schema:
    """Say more about some members of an object."""
    known = schema["properties"]
    properties = {
        name: members[name] | {k: v for k, v in one.items() if k == "description"}
        if name in members
        else one
        for name, one in known.items()
    }
    return {**schema, "title": title, "description": text, "properties": properties}


def _cloud_event(envelope: Schema, name: str, kind: type[ev.Event]) -> Schema:
    version = next(f.default for f in msgspec.structs.fields(kind) if f.name == "event_version")
    return _narrowed(
        envelope,
        name,
        sentence(kind),
        specversion={"const": "1.0"},
        type={"const": f"cti.{name}.v{version}"},
        data={"$ref": f"{_REF}{named(kind)}"},
    )


def _request(body: Schema, verb: str) -> Schema:
    args = VERBS[verb]
    narrowed = _narrowed(body, verb, sentence(args), args={"$ref": f"{_REF}{named(args)}"})
    if any(field.required for field in msgspec.structs.fields(args)):
        narrowed["required"] = [*narrowed["required"], "args"]
    return narrowed


def _reply(body: Schema, verb: str) -> Schema:
    return _narrowed(
        body,
        f"reply to {verb}",
        f"{sentence(documents.ReplyBody)} Here to `{verb}`.",
        verb={"const": verb},
        result={"$ref": f"{_REF}{named(RESULTS[verb])}"},
    )


# Files.


def _closure(roots: list[str]) -> dict[str, Schema]:
    """Give schemas and all that they refer to."""
    known = definitions()
    found: dict[str, Schema] = {}
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = known[name]
            waiting += references(known[name])
    return dict(sorted(found.items()))


def references(schema: Any) -> Iterator[str]:
    """Give the names that a schema refers to."""
    match schema:
        case {"$ref": str(ref), **rest}:
            yield ref.removeprefix(_REF)
            yield from references(rest)
        case dict():
            for one in schema.values():
                yield from references(one)
        case list():
            for one in schema:
                yield from references(one)
        case _:
            pass


GROUPS: Final[dict[str, tuple[str, Callable[[], list[str]]]]] = {
    "events": ("Every event, as a CloudEvent.", lambda: [event(name) for name in ev.EVENTS]),
    "commands": ("Every command.", lambda: [request(verb) for verb in VERBS]),
    "replies": ("The reply to every command.", lambda: [reply(verb) for verb in VERBS]),
    "states": (
        "Retained states of devices, agents and queues.",
        lambda: [named(kind) for kind in STATES.values()],
    ),
    "status": (
        "Status, description, alarms and decisions of daemon, switch and link.",
        lambda: [named(kind) for kind in OTHERS[:5]],
    ),
    "errors": ("Why a command did not succeed.", lambda: [named(Problem)]),
}
"""Groups of schemas: what they are, and the names in them."""


def group(name: str) -> Schema:
    """Give one group as a self-contained schema that accepts each of its members."""
    text, roots = GROUPS[name]
    return _document(name, text, roots())


def one(name: str) -> Schema:
    """Give one schema, self-contained; raise ``KeyError`` for a name that is none."""
    return _document(name, definitions()[name]["description"], [name])


def _document(name: str, text: str, roots: list[str]) -> Schema:
    refs = [{"$ref": f"{_REF}{root}"} for root in roots]
    return {
        "$schema": DIALECT,
        "$id": f"urn:cti:schema:v1:{name}",
        "title": name,
        "description": text,
        **(refs[0] if len(refs) == 1 else {"anyOf": refs}),
        "$defs": _closure(roots),
    }
