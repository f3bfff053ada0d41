"""The AsyncAPI 3.0 document of the contract: every channel, seen from the bridge."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from cti.contract import schemas
from cti.contract.words import sentence
from cti.model.commands import VERBS
from cti.model.events import EVENTS
from cti.northbound import documents
from cti.northbound.envelope import CONTENT_TYPE
from cti.northbound.states import EXPIRY
from cti.northbound.topics import SUBJECTS, VERSION, Topics

_JSON: Final = "application/json"
_MQTT: Final = "0.2.0"
_SCHEMAS: Final = "#/components/schemas/"
_COPIED: Final = ("id", "type", "offset", "epoch")
"""Members of events that stand in user properties too."""

PARAMETERS: Final = {
    "daemon": "Name of the daemon in its configuration.",
    "switch": "Name of the switch in the configuration of its daemon.",
    "link": "Name of a link of the switch.",
    "client": "The caller. The broker's rules let a user write only its own.",
    "device": "Device: an extension, queue, route point or trunk as the switch numbers it; "
    "`ext:N` for a party outside.",
    "call": "`call_id`.",
    "agent": "Agent as the switch numbers it.",
    "queue": "Queue as the switch numbers it.",
    "route": "`route_id` of a route request.",
    "trunk": "Trunk: group and member as the switch names them.",
    "monitor": "Monitor at the switch.",
    "command": "`command_id`.",
    "shard": "Number from 0, the same for all events of a call.",
}
"""Levels of topics that vary. What a level must not hold is percent-encoded."""


def document() -> dict[str, Any]:
    """Give the whole document."""
    parts = _Parts()
    _status(parts)
    for name in EVENTS:
        _event(parts, name)
    _feed(parts)
    for kind in schemas.STATES:
        _state(parts, kind)
    for verb in VERBS:
        _command(parts, verb)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "CTI bridge",
            "version": "1.0.0",
            "description": (
                "Telephone switches on MQTT 5. The first level of the topics, here `cti`, is "
                "configured; `v1` is the major version of this contract. Members are only "
                "added within it: ignore those that you do not know. Events are delivered at "
                "least once and in order: drop repeats by `id`."
            ),
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": _JSON,
        "channels": dict(sorted(parts.channels.items())),
        "operations": dict(sorted(parts.operations.items())),
        "components": {
            "messages": dict(sorted(parts.messages.items())),
            "parameters": {
                name: {"description": PARAMETERS[name]} for name in sorted(parts.parameters)
            },
            "schemas": {
                name: _relinked(schema) for name, schema in schemas.definitions().items()
            },
        },
    }


class _Parts:
    """The parts of the document as they grow."""

    def __init__(self) -> None:
        self.channels: dict[str, Any] = {}
        self.operations: dict[str, Any] = {}
        self.messages: dict[str, Any] = {}
        self.parameters: set[str] = set()

    def message(self, name: str, schema: str, content_type: str = _JSON, **more: Any) -> str:
        """Add a message with the payload of a schema."""
        known = schemas.definitions()[schema]
        self.messages[name] = {
            "name": name,
            "title": known["title"],
            "summary": known["description"],
            "contentType": content_type,
            "payload": {"$ref": _SCHEMAS + schema},
            **more,
        }
        return name

    def channel(self, name: str, address: str, text: str, *messages: str) -> None:
        """Add a channel that carries messages."""
        found = re.findall(r"{(\w+)}", address)
        self.parameters |= set(found)
        self.channels[name] = {
            "address": address,
            "description": text,
            "messages": {one: {"$ref": f"#/components/messages/{one}"} for one in messages},
        }
        if found:
            self.channels[name]["parameters"] = {
                one: {"$ref": f"#/components/parameters/{one}"} for one in found
            }

    def operation(
        self, name: str, action: str, channel: str, text: str, mqtt: dict[str, Any], **more: Any
    ) -> None:
        """Add what the bridge does on a channel."""
        self.operations[name] = {
            "action": action,
            "channel": {"$ref": f"#/channels/{channel}"},
            "summary": text,
            "bindings": {"mqtt": {**mqtt, "bindingVersion": _MQTT}},
            **more,
        }

    def sent(self, name: str, address: str, schema: str, text: str, **mqtt: Any) -> None:
        """Add a document that the bridge publishes."""
        message = self.message(name, schema)
        self.channel(name, address, text, message)
        self.operation(name, "send", name, text, {"qos": 1, **mqtt})


def _root(*levels: str) -> str:
    return "/".join(("cti", VERSION, *levels))


def _status(parts: _Parts) -> None:
    topics = Topics("cti", "DAEMON")
    named = schemas.named
    for name, topic, kind, retain in (
        ("daemon.status", topics.status, documents.DaemonStatus, True),
        ("daemon.alarm", topics.alarm, documents.Alarm, False),
        ("daemon.audit", topics.audit, documents.Audit, False),
    ):
        address = topic.replace("DAEMON", "{daemon}")
        parts.sent(name, address, named(kind), sentence(kind), retain=retain)
    info, link = documents.SwitchInfo, documents.LinkStatus
    parts.sent(
        "switch.info", _root("{switch}", "info"), named(info), sentence(info), retain=True
    )
    address = _root("{switch}", "link", "{link}", "status")
    parts.sent("link.status", address, named(link), sentence(link), retain=True)


def _event(parts: _Parts, name: str) -> None:
    kind, _, what = name.partition(".")
    level = {"snapshot": "link"}.get(kind, kind)
    level = "device" if SUBJECTS[kind] == "device_id" else level
    address = _root("{switch}", "event", kind, f"{{{level}}}", what)
    text = sentence(EVENTS[name])
    message = parts.message(
        _event_message(name),
        schemas.event(name),
        CONTENT_TYPE,
        headers={
            "type": "object",
            "description": "User properties: what stands in the payload, once more.",
            "properties": {one: {"type": "string"} for one in _COPIED},
        },
        bindings=_message_binding(CONTENT_TYPE),
    )
    channel = f"event.{name}"
    parts.channel(channel, address, text, message)
    parts.operation(channel, "send", channel, text, {"qos": 1, "retain": False})


def _feed(parts: _Parts) -> None:
    text = "Every event once more, where the configuration has `feed_shards`: one part of them."
    address = _root("{switch}", "feed", "{shard}")
    parts.channel("feed", address, text, *(_event_message(name) for name in EVENTS))
    parts.operation("feed", "send", "feed", text, {"qos": 1, "retain": False})


def _event_message(name: str) -> str:
    return f"event.{name}"


def _state(parts: _Parts, kind: str) -> None:
    text = f"Last known state of one {kind}; at most a tenth of a second late."
    parts.sent(
        f"state.{kind}",
        _root("{switch}", "state", kind, f"{{{kind}}}"),
        schemas.named(schemas.STATES[kind]),
        text,
        retain=True,
        messageExpiryInterval=EXPIRY,
    )


def _command(parts: _Parts, verb: str) -> None:
    text = schemas.definitions()[schemas.request(verb)]["description"]
    correlation: Any = {"location": "$message.payload#/command_id"}
    response = {
        "type": "string",
        "pattern": f"^cti/{VERSION}/[^/]+/reply/[^/]+/.+",
        "description": "Where the reply goes instead: below the client's own reply branch.",
    }
    asked = parts.message(
        f"{verb}.request",
        schemas.request(verb),
        bindings=_message_binding(_JSON, responseTopic=response),
        correlationId=correlation,
    )
    told = parts.message(
        f"{verb}.reply",
        schemas.reply(verb),
        bindings=_message_binding(_JSON),
        correlationId=correlation,
    )
    also: list[str] = []  # what comes before the reply
    if verb == "replay":
        also = [_event_message(name) for name in EVENTS]
    elif verb == "snapshot":
        state = schemas.named(documents.StateTold)
        also = [parts.message("snapshot.state", state, bindings=_message_binding(_JSON))]
    name = f"command.{verb}"
    parts.channel(name, _root("{switch}", "command", "{client}", verb), text, asked)
    reply = f"reply.{verb}"
    detail = (
        f"Reply to `{verb}`, with the QoS of the request, here or on the response topic that "
        f"it names. A refusal has the content type application/problem+json."
    )
    parts.channel(reply, _root("{switch}", "reply", "{client}", verb), detail, told, *also)
    parts.operation(
        name,
        "receive",
        name,
        text,
        {"qos": 1, "retain": False},
        reply={
            "channel": {"$ref": f"#/channels/{reply}"},
            "messages": [
                {"$ref": f"#/channels/{reply}/messages/{one}"} for one in (told, *also)
            ],
        },
    )


def _message_binding(content_type: str, **more: Any) -> dict[str, Any]:
    told = {"payloadFormatIndicator": 1, "contentType": content_type, **more}
    return {"mqtt": {**told, "bindingVersion": _MQTT}}


def _relinked(schema: Any) -> Any:
    """Let references lead to the components of this document."""
    text = msgspec.json.encode(schema).decode()
    return msgspec.json.decode(text.replace('"#/$defs/', f'"{_SCHEMAS}'))
