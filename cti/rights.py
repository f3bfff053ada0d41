"""Rights: which client may give which command on which devices. Default deny."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Protocol

from cti.model.commands import Command
from cti.model.errors import Error, ErrorClass


class Right(Protocol):
    """What one client may do."""

    @property
    def verbs(self) -> Sequence[str]:
        """Commands it may give; ``*`` is every one."""

    @property
    def devices(self) -> Sequence[str]:
        """Patterns of the devices it may act on."""


class Rights:
    """Judges commands by the client that the topic names."""

    def __init__(self, rights: Mapping[str, Right]) -> None:
        self._rights = rights

    def judge(self, command: Command, route_point: str | None = None) -> Error | None:
        """Return why a command is not permitted; None when it is.

        ``route_point`` is that of the request that the command answers, where it is known.
        """
        right = self._rights.get(command.requester)
        if right is None:
            return _no(f"client {command.requester[:64]!r} has no rights here")
        if "*" not in right.verbs and command.verb not in right.verbs:
            return _no(f"{command.requester} may not give {command.verb}")
        for member in ("device", "route_point"):
            device = getattr(command.args, member, None)
            if isinstance(device, str) and not _matches(device, right):
                return _no(f"{command.requester} may not act on {device}", f"args.{member}")
        if route_point is not None and not _matches(route_point, right):
            detail = f"{command.requester} may not answer for route point {route_point}"
            return _no(detail, "args.route")
        return None


def _matches(device: str, right: Right) -> bool:
    return any(fnmatchcase(device, pattern) for pattern in right.devices)


def _no(detail: str, field: str | None = None) -> Error:
    if field is None:
        return Error(ErrorClass.NOT_PERMITTED, detail)
    return Error(ErrorClass.NOT_PERMITTED, detail, field)
