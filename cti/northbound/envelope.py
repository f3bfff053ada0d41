"""Events as CloudEvents 1.0 in JSON, with what a router needs at the top."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Final

import msgspec
from msgspec import UNSET, Struct, UnsetType

from cti.model import events as ev
from cti.mqtt.packets import Publish
from cti.northbound.topics import SUBJECTS, Topics

CONTENT_TYPE: Final = "application/cloudevents+json"
FLAT_TYPE: Final = "application/json"

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

    specversion: str
    id: str
    type: str
    offset: int
    data: msgspec.Raw


class _Flat(Struct, frozen=True, gc=False):
    """The same of an event in the flat form."""

    event: str
    id: str
    offset: int
    event_version: int = 1


_HEAD: Final = msgspec.json.Decoder(Head)
_FLAT: Final = msgspec.json.Decoder(_Flat)
_EVENTS: Final[dict[str, msgspec.json.Decoder[ev.Event]]] = {
    f"cti.{name}.v1": msgspec.json.Decoder(kind) for name, kind in ev.EVENTS.items()
}


def head(payload: bytes) -> Head:
    """Read the envelope of an event, or make that of a flat one; raise as ``msgspec`` does."""
    try:
        return _HEAD.decode(payload)
    except msgspec.ValidationError as error:
        try:
            flat = _FLAT.decode(payload)
        except msgspec.ValidationError:
            raise error from None
    kind = f"cti.{flat.event}.v{flat.event_version}"
    return Head("1.0", flat.id, kind, flat.offset, msgspec.Raw(payload))


def event(told: Head) -> ev.Event | None:
    """Read the event in an envelope; None for one that is not of this model."""
    decoder = _EVENTS.get(told.type)
    if decoder is None:
        return None
    try:
        return decoder.decode(told.data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError):
        return None


class _Beside(Struct, frozen=True, gc=False):
    """What stands beside the members of an event in the flat form."""

    offset: int
    subject: str


def publication(topics: Topics, event: ev.Event, offset: int, *, flat: bool = False) -> Publish:
    """Make the message of an event; ``flat`` without an envelope, for small devices."""
    name = str(event.__struct_config__.tag)
    kind = f"cti.{name}.v{event.event_version}"
    if flat:
        beside = _ENCODER.encode(_Beside(offset, topics.subject(event)))
        payload = beside[:-1] + b"," + _ENCODER.encode(event)[1:]
    else:
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
        content_type=FLAT_TYPE if flat else CONTENT_TYPE,
        payload_format_indicator=1,
        user_properties=(
            ("id", event.id),
            ("type", kind),
            ("offset", str(offset)),
            ("epoch", str(event.epoch)),
        ),
    )


def shard(event: ev.Event, shards: int) -> int:
    """Give the shard of an event: the same for all calls of a thread, and for one object."""
    about = getattr(event, "thread_id", None) or getattr(event, "call_id", None)
    if not isinstance(about, str):
        kind = str(event.__struct_config__.tag).partition(".")[0]
        about = f"{kind}/{getattr(event, SUBJECTS[kind])}"
    digest = sha256(about.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:4], "big") % shards


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
