"""Topics and payloads as a client meets them: octets become typed values here."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final

import msgspec
from msgspec import UNSET, Struct, UnsetType

from cti.model.commands import VERBS, Args, Confirm
from cti.model.errors import Problem
from cti.model.events import Event
from cti.model.objects import Agent, Device, Queue
from cti.model.results import RESULTS, Done
from cti.northbound import envelope
from cti.northbound.documents import (
    DaemonStatus,
    LinkStatus,
    ReplyStatus,
    StateTold,
    SwitchInfo,
)
from cti.northbound.requests import Body
from cti.northbound.topics import VERSION, identifier, level

State = Device | Agent | Queue | LinkStatus | SwitchInfo | DaemonStatus


class Unreadable(Exception):  # noqa: N818 - says what is the case
    """A message that is none of the contract, or of a later one."""


class Item(Struct, frozen=True, gc=False):
    """One event as it arrived."""

    id: str
    offset: int
    event: Event | None
    """None for a type that this client does not know."""
    first: int
    """``offset``, but for an event that stands for several: those from here to ``offset``."""


class Answer(Struct, frozen=True, gc=False):
    """Reply to a command, its result unread."""

    command_id: str
    status: ReplyStatus
    verb: str = ""
    final: bool = True
    result: msgspec.Raw | UnsetType = UNSET
    error: Problem | UnsetType = UNSET


class _Step(Struct, frozen=True, gc=False):
    step: str = ""


class _Span(Struct, frozen=True, gc=False):
    from_offset: int


_GAP: Final = "cti.switch.gap.v1"
"""Events that the bridge could not keep; it has the offset of the last of them."""
_SPAN: Final = msgspec.json.Decoder(_Span)
_TOLD: Final = msgspec.json.Decoder(StateTold)
_ANSWER: Final = msgspec.json.Decoder(Answer)
_STEP: Final = msgspec.json.Decoder(_Step)
_RESULTS: Final = {verb: msgspec.json.Decoder(kind) for verb, kind in RESULTS.items()}
_ARGS: Final = {verb: msgspec.json.Decoder(kind) for verb, kind in VERBS.items()}
_STATES: Final[dict[str, msgspec.json.Decoder[Any]]] = {
    "device": msgspec.json.Decoder(Device),
    "agent": msgspec.json.Decoder(Agent),
    "queue": msgspec.json.Decoder(Queue),
    "link": msgspec.json.Decoder(LinkStatus),
    "switch": msgspec.json.Decoder(SwitchInfo),
    "daemon": msgspec.json.Decoder(DaemonStatus),
}
_FAULTS: Final = (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError)
VERB_OF: Final = {kind: verb for verb, kind in VERBS.items()}


def item(payload: bytes) -> Item:
    """Read an event; raise ``Unreadable`` where even its envelope is none."""
    try:
        head = envelope.head(payload)
    except _FAULTS as error:
        raise Unreadable(str(error)) from None
    first = head.offset
    if head.type == _GAP:
        with suppress(*_FAULTS):
            first = min(first, _SPAN.decode(head.data).from_offset)
    return Item(head.id, head.offset, envelope.event(head), first)


def answer(payload: bytes) -> Answer:
    """Read a reply; raise ``Unreadable``."""
    try:
        return _ANSWER.decode(payload)
    except _FAULTS as error:
        raise Unreadable(str(error)) from None


def told(payload: bytes) -> StateTold | None:
    """Read a state that ``snapshot`` sends; None for anything else."""
    try:
        return _TOLD.decode(payload)
    except _FAULTS:
        return None


def step(told: msgspec.Raw | UnsetType) -> str:
    """Read how far a command is; raise ``Unreadable``."""
    try:
        return "" if told is UNSET else _STEP.decode(told).step
    except _FAULTS as error:
        raise Unreadable(str(error)) from None


def result(verb: str, told: msgspec.Raw | UnsetType) -> Done:
    """Read a result; raise ``Unreadable``."""
    if told is UNSET:
        return RESULTS[verb]()
    try:
        found: Done = _RESULTS[verb].decode(told)
    except _FAULTS as error:
        raise Unreadable(str(error)) from None
    return found


def state(kind: str, payload: bytes) -> State:
    """Read a retained state or status; raise ``Unreadable``."""
    try:
        found: State = _STATES[kind].decode(payload)
    except _FAULTS as error:
        raise Unreadable(str(error)) from None
    return found


def request(
    command_id: str,
    args: Args,
    deadline_ms: int,
    expect_version: int | None = None,
    *,
    confirm: bool = False,
    progress: bool = False,
) -> tuple[str, bytes]:
    """Write a command: its verb and payload; raise ``ValueError`` for a value that is none."""
    verb = VERB_OF[type(args)]
    octets = msgspec.json.encode(args)
    try:
        _ARGS[verb].decode(octets)
    except msgspec.ValidationError as error:
        raise ValueError(f"{verb}: {error}") from None
    body = Body(
        command_id=command_id,
        args=msgspec.Raw(octets),
        deadline_ms=deadline_ms,
        expect_version=UNSET if expect_version is None else expect_version,
        confirm=Confirm.EVENT if confirm else Confirm.REPLY,
        progress=progress,
    )
    return verb, msgspec.json.encode(body)


class Place(Struct, frozen=True, gc=False):
    """What a topic says."""

    kind: str
    """``event``, ``reply``, or the kind of a state: ``device`` ... ``daemon``."""
    switch_id: str
    id: str
    """Of the object; for a reply what follows our own name."""


class Names:
    """Topics of one client."""

    def __init__(self, base: str, client: str, instance: str) -> None:
        """``instance`` tells apart those who use one name at one time."""
        self.root: Final = f"{base}/{VERSION}"
        self.client: Final = level(client)
        self.instance: Final = level(instance)
        self.replies: Final = f"{self.root}/+/reply/{self.client}/{self.instance}/#"
        """Filter of all that is answered to us."""
        self.daemons: Final = f"{self.root}/daemon/+/status"

    def switch(self, switch_id: str | None) -> str:
        """Give the levels before those of a switch; of all of them for None."""
        return f"{self.root}/{'+' if switch_id is None else level(switch_id)}"

    def states(self, switch_id: str | None) -> tuple[str, ...]:
        """Give the filters of all that a mirror shows."""
        root = self.switch(switch_id)
        return (f"{root}/state/#", f"{root}/link/+/status", f"{root}/info", self.daemons)

    def command(self, switch_id: str, verb: str) -> str:
        """Name where a command goes."""
        return f"{self.switch(switch_id)}/command/{self.client}/{level(verb)}"

    def reply(self, switch_id: str, last: str) -> str:
        """Name where we want the reply."""
        return f"{self.switch(switch_id)}/reply/{self.client}/{self.instance}/{level(last)}"

    def place(self, topic: str) -> Place | None:
        """Read a topic; None for one that is no business of ours."""
        if not topic.startswith(f"{self.root}/"):
            return None
        words = topic[len(self.root) + 1 :].split("/")
        match words:
            case ["daemon", daemon, "status"]:
                return Place("daemon", "", identifier(daemon))
            case [switch, "event", _, _, _]:
                return Place("event", identifier(switch), "")
            case [switch, "state", ("device" | "agent" | "queue") as kind, name]:
                return Place(kind, identifier(switch), identifier(name))
            case [switch, "link", link, "status"]:
                return Place("link", identifier(switch), identifier(link))
            case [switch, "info"]:
                return Place("switch", identifier(switch), identifier(switch))
            case [switch, "reply", self.client, self.instance, last]:
                return Place("reply", identifier(switch), identifier(last))
            case _:
                return None
