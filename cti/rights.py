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

    def judge(self, command: Command) -> Error | None:
        """Return why a command is not permitted; None when it is."""
        right = self._rights.get(command.requester)
        if right is None:
            return _no(f"client {command.requester[:64]!r} has no rights here")
        if "*" not in right.verbs and command.verb not in right.verbs:
            return _no(f"{command.requester} may not give {command.verb}")
        device = getattr(command.args, "device", None)
        if isinstance(device, str) and not any(
            fnmatchcase(device, pattern) for pattern in right.devices
        ):
            return _no(f"{command.requester} may not act on {device}", "args.device")
        return None


def _no(detail: str, field: str | None = None) -> Error:
    if field is None:
        return Error(ErrorClass.NOT_PERMITTED, detail)
    return Error(ErrorClass.NOT_PERMITTED, detail, field)
