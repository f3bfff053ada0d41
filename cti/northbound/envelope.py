"""Events as CloudEvents 1.0 in JSON, with what a router needs at the top."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from msgspec import UNSET, Struct, UnsetType

from cti.model import events as ev
from cti.mqtt.packets import Publish
from cti.northbound.topics import Topics

CONTENT_TYPE: Final = "application/cloudevents+json"

_ENCODER: Final = msgspec.json.Encoder()


class CloudEvent(Struct, frozen=True, gc=False):
    """Envelope of one event (CloudEvents 1.0, structured JSON)."""

    specversion: str
    id: str
    """The event's own id: the same when it is published again."""
    source: str
    type: str
    subject: str
    time: str
    offset: int
    """Position among the events of the switch; grows by one."""
    epoch: int
    data: ev.Event
    callid: str | UnsetType = UNSET
    commandid: str | UnsetType = UNSET


class Head(Struct, frozen=True, gc=False):
    """What a gap checker needs of a CloudEvent."""

    id: str
    type: str
    offset: int
    data: msgspec.Raw


_HEAD: Final = msgspec.json.Decoder(Head)
_EVENTS: Final[dict[str, msgspec.json.Decoder[ev.Event]]] = {
    f"cti.{name}.v1": msgspec.json.Decoder(kind) for name, kind in ev.EVENTS.items()
}


def head(payload: bytes) -> Head:
    """Read the envelope of an event; raise what ``msgspec`` raises."""
    return _HEAD.decode(payload)


def event(told: Head) -> ev.Event | None:
    """Read the event in an envelope; None for one that is not of this model."""
    decoder = _EVENTS.get(told.type)
    if decoder is None:
        return None
    try:
        return decoder.decode(told.data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError):
        return None


def publication(topics: Topics, event: ev.Event, offset: int) -> Publish:
    """Make the message of an event."""
    name = str(event.__struct_config__.tag)
    kind = f"cti.{name}.v{event.event_version}"
    payload = _ENCODER.encode(
        CloudEvent(
            specversion="1.0",
            id=event.id,
            source=f"/cti/{event.switch_id}/{event.link_id}",
            type=kind,
            subject=topics.subject(event),
            time=event.ts_received,
            offset=offset,
            epoch=event.epoch,
            data=event,
            callid=getattr(event, "call_id", UNSET),
            commandid=event.command_id,
        )
    )
    return Publish(
        topics.event(event),
        payload,
        qos=1,
        content_type=CONTENT_TYPE,
        payload_format_indicator=1,
        user_properties=(
            ("id", event.id),
            ("type", kind),
            ("offset", str(offset)),
            ("epoch", str(event.epoch)),
        ),
    )


def document(
    topic: str, value: Any, *, retain: bool = True, expiry: int | None = None
) -> Publish:
    """Make a message of a state, status or info document."""
    return Publish(
        topic,
        _ENCODER.encode(value),
        qos=1,
        retain=retain,
        content_type="application/json",
        payload_format_indicator=1,
        message_expiry_interval=expiry,
    )
