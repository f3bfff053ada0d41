"""Commands as they arrive: topic and payload into a ``Command``, or an error with the field.

Nothing that a client can send raises anything but ``BadRequest``.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Final

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from cti import moment
from cti.model.commands import VERBS, Command, Confirm, Id
from cti.model.errors import Error, ErrorClass
from cti.northbound.topics import Asked

LARGEST: Final = 16_384
"""Octets of a payload."""


class BadRequest(Exception):  # noqa: N818 - an answer to a client
    """A command that cannot be taken."""

    def __init__(self, command_id: str, error: Error) -> None:
        super().__init__(error.detail)
        self.command_id = command_id
        """As far as it could be read; else empty."""
        self.error = error


class Head(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Payload of a command, but for its arguments."""

    command_id: Id
    """Drawn by the client, unique for 24 hours. The same id again gets the same reply."""
    deadline_ms: Annotated[int, Meta(ge=1, le=600_000)] = 10_000
    """From arrival."""
    expect_version: Annotated[int, Meta(ge=0)] | UnsetType = UNSET
    """Refuse unless the call has this version."""
    issued_at: Annotated[datetime, Meta(tz=True)] | UnsetType = UNSET
    """When you gave it. Refuse it when that is more than 60 seconds ago."""
    progress: bool = False
    """Whether replies that are not final are wanted."""
    confirm: Confirm = Confirm.REPLY
    """``event`` waits until the switch reports what the command did."""


class Body(Head, frozen=True):
    """Payload of a command."""

    args: msgspec.Raw = msgspec.Raw(b"{}")


class _OnlyId(Struct, frozen=True):
    command_id: str = ""


_BODY: Final = msgspec.json.Decoder(Body)
_ONLY_ID: Final = msgspec.json.Decoder(_OnlyId)
_ARGS: Final = {verb: msgspec.json.Decoder(kind) for verb, kind in VERBS.items()}
_PATH: Final = re.compile(r"(?P<text>.*?) - at `(?P<path>[^`]*)`", re.DOTALL)
_FIELD: Final = re.compile(r"(?:unknown|required) field `(?P<name>[^`]*)`")


def read(asked: Asked, payload: bytes) -> Command:
    """Read one command; raise ``BadRequest``."""
    if len(payload) > LARGEST:
        detail = f"payload of {len(payload)} octets, at most {LARGEST} are taken"
        raise BadRequest("", Error(ErrorClass.INVALID_ARGUMENT, detail))
    try:
        body = _BODY.decode(payload)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise _bad(command_id(payload), error, "") from None
    decoder = _ARGS.get(asked.verb)
    if decoder is None:
        detail = f"no verb {asked.verb[:64]!r}"
        raise BadRequest(body.command_id, Error(ErrorClass.UNSUPPORTED, detail, "verb"))
    try:
        args = decoder.decode(body.args)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise _bad(body.command_id, error, "args") from None
    return Command(
        command_id=body.command_id,
        verb=asked.verb,
        switch_id=asked.switch_id,
        args=args,
        requester=asked.client,
        deadline_ms=body.deadline_ms,
        expect_version=body.expect_version,
        progress=body.progress,
        confirm=body.confirm,
        issued_at=UNSET if body.issued_at is UNSET else moment.of(body.issued_at),
    )


def command_id(payload: bytes) -> str:
    """Give the id of a payload that is wrong otherwise, so that its sender finds the answer."""
    try:
        return _ONLY_ID.decode(payload).command_id[:64]
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return ""


def _bad(command_id: str, error: Exception, where: str) -> BadRequest:
    """Name the member at fault: msgspec gives a path, or the name of a field."""
    text = str(error) or type(error).__name__
    found = _PATH.fullmatch(text)
    path = ""
    if found is not None:
        text, path = found["text"], found["path"].removeprefix("$").lstrip(".")
    if (named := _FIELD.search(text)) is not None:
        path = f"{path}.{named['name']}".lstrip(".")
    field = ".".join(part for part in (where, path) if part)
    told = Error(ErrorClass.INVALID_ARGUMENT, text[:300])
    if field:
        told = Error(ErrorClass.INVALID_ARGUMENT, text[:300], field)
    return BadRequest(command_id, told)
