"""What the links of a switch watch, and what the configuration says that they shall.

A driver is made with the devices of its configuration and keeps that wish over connections.
When the configuration changes while it lives, it is told the difference by commands of the
bridge's own, as soon as its link can take them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from cti.driver import CommandRequested, NativeTarget
from cti.leases import MONITOR
from cti.model import commands as cm
from cti.model.commands import Args, Command

_NOBODY: Final = ""


class Watchlist:
    """The devices of one switch, and for each link those that its driver knows of."""

    def __init__(self, devices: Iterable[str]) -> None:
        self._wanted = dict.fromkeys(devices)
        self._told: dict[str, dict[str, None]] = {}
        self._tokens = 0

    def add(self, link_id: str) -> None:
        """Take a link whose driver was made with what is wanted now."""
        self._told[link_id] = dict(self._wanted)

    def remove(self, link_id: str) -> None:
        """Forget a link."""
        self._told.pop(link_id, None)

    def wish(self, devices: Iterable[str]) -> None:
        """Want these devices watched, and no others."""
        self._wanted = dict.fromkeys(devices)

    def due(self, link_id: str, leased: Callable[[str], bool]) -> list[CommandRequested]:
        """Give what a link that can take commands is to be told; it counts as told then.

        ``leased`` says that an application wants a device for a time: it is not given up.
        """
        told = self._told[link_id]
        new = [device for device in self._wanted if device not in told]
        gone = [one for one in told if one not in self._wanted and not leased(one)]
        for device in gone:
            del told[device]
        told.update(dict.fromkeys(new))
        return [
            *(self._request(MONITOR.stop, cm.MonitorStop(device=one), one) for one in gone),
            *(
                self._request(MONITOR.start, cm.MonitorStart(device=one, ttl_s=1), one)
                for one in new
            ),
        ]

    def _request(self, verb: str, args: Args, device: str) -> CommandRequested:
        self._tokens -= 1  # those of the desk are above zero
        command = Command(
            command_id=verb, verb=verb, switch_id="", args=args, requester=_NOBODY
        )
        return CommandRequested(self._tokens, command, NativeTarget(device=device))
