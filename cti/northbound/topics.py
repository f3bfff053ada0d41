"""Topics of the contract (docs/mqtt.md), written and read.

``{base}/v1/{switch}/...``; identifiers are percent-encoded where they hold what a topic level
must not.
"""

from __future__ import annotations

import re
from base64 import b32encode
from hashlib import sha256
from typing import Final
from urllib.parse import unquote

from msgspec import Struct

from cti.model import events as ev

VERSION: Final = "v1"
LONGEST: Final = 64
"""Octets of a level that an identifier is written as."""
LONGEST_REPLY: Final = 200
"""Octets of a response topic."""

_UNSAFE: Final = re.compile(r"[^!-~]|[%/+#$\"\\]")
SUBJECTS: Final = {
    "connection": "device_id",
    "call": "call_id",
    "device": "device_id",
    "agent": "agent_id",
    "queue": "queue_id",
    "route": "route_id",
    "trunk": "trunk_id",
    "monitor": "monitor_id",
    "command": "command_id",
    "link": "link_id",
    "snapshot": "link_id",
    "switch": "switch_id",
}
"""Object of an event's name to the member that identifies it."""


def level(identifier: str) -> str:
    """Write an identifier as one level of a topic; never empty.

    One that would be longer than ``LONGEST`` goes by its hash, with a tilde in front.
    """
    written = _UNSAFE.sub(_escape, identifier) or "%00"
    if len(written) <= LONGEST:
        return written
    digest = sha256(identifier.encode("utf-8", "surrogatepass")).digest()
    return "~" + b32encode(digest[:20]).decode().lower()


def _escape(found: re.Match[str]) -> str:
    return "".join(f"%{octet:02X}" for octet in found.group().encode("utf-8", "surrogatepass"))


def identifier(level_: str) -> str:
    """Read an identifier from one level of a topic."""
    return unquote(level_, errors="replace")


class Asked(Struct, frozen=True, gc=False):
    """What the topic of a command says."""

    switch_id: str
    client: str
    """The caller: the broker's rules prove it."""
    verb: str


class Topics:
    """Topics below one base."""

    def __init__(self, base: str, daemon: str) -> None:
        self._root = f"{base}/{VERSION}"
        self.status = f"{self._root}/daemon/{level(daemon)}/status"
        """The daemon's own state; its will."""
        self.alarm = f"{self._root}/daemon/{level(daemon)}/alarm"
        self.audit = f"{self._root}/daemon/{level(daemon)}/audit"
        self.commands = f"{self._root}/+/command/#"
        """Filter of all commands."""
        self._command = re.compile(rf"{re.escape(self._root)}/([^/]+)/command/([^/]+)/([^/]+)")

    def info(self, switch_id: str) -> str:
        """Name what a switch is and can do."""
        return f"{self._root}/{level(switch_id)}/info"

    def link_status(self, switch_id: str, link_id: str) -> str:
        """Name the status of a link."""
        return f"{self._root}/{level(switch_id)}/link/{level(link_id)}/status"

    def event(self, event: ev.Event) -> str:
        """Name the one topic an event is published on."""
        return f"{self._root}/{level(event.switch_id)}/event/{self.subject(event, '/')}"

    def subject(self, event: ev.Event, separator: str = "") -> str:
        """Give object and identifier of an event, and its name if a separator is given."""
        kind, _, name = str(event.__struct_config__.tag).partition(".")
        about = level(str(getattr(event, SUBJECTS[kind]) or "unknown"))
        return f"{kind}/{about}{separator}{name}" if separator else f"{kind}/{about}"

    def feed(self, switch_id: str, shard: int) -> str:
        """Name one part of all events, for consumers that share them."""
        return f"{self._root}/{level(switch_id)}/feed/{shard}"

    def state(self, switch_id: str, kind: str, object_id: str) -> str:
        """Name the retained state of a device, agent or queue."""
        return f"{self._root}/{level(switch_id)}/state/{kind}/{level(object_id)}"

    def retained(self, switch_id: str) -> tuple[str, ...]:
        """Give filters of all that is retained of a switch."""
        root = f"{self._root}/{level(switch_id)}"
        return (f"{root}/state/#", f"{root}/link/+/status", f"{root}/info")

    def reply(self, switch_id: str, client: str, verb: str) -> str:
        """Name where a reply goes when the request names nothing else."""
        return f"{self._root}/{level(switch_id)}/reply/{level(client)}/{level(verb)}"

    def may_reply(self, topic: str, switch_id: str, client: str) -> bool:
        """Tell whether a client may have its reply on ``topic``: only below its own branch."""
        branch = f"{self._root}/{level(switch_id)}/reply/{level(client)}".split("/")
        levels = topic.split("/")
        below = levels[len(branch) :]
        return (
            levels[: len(branch)] == branch
            and bool(below)
            and all(one and not one.startswith("$") for one in below)
            and not set(topic) & set("+#\0")
            and len(topic.encode("utf-8", "surrogatepass")) <= LONGEST_REPLY
        )

    def command(self, topic: str) -> Asked | None:
        """Read the topic of a command; None if it is none.

        Its levels count as they are: another way to write a name would be another client's,
        or a verb that the broker's rules do not know.
        """
        found = self._command.fullmatch(topic)
        return None if found is None else Asked(*found.groups())
