"""A picture of devices, agents, queues and links, kept as the bridge publishes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from cti.client.values import Changed
from cti.client.wire import Place, State
from cti.model.objects import Agent, Call, Device, Queue
from cti.model.states import LinkState
from cti.northbound.documents import DaemonStatus, LinkStatus, SwitchInfo

Key = str | tuple[str, str]

USABLE: Final = frozenset({LinkState.UP, LinkState.DEGRADED})
"""Links that carry commands and tell what happens."""


class Mirror:
    """States as they were last told. Keys are switch and identifier, or the daemon's name."""

    def __init__(self) -> None:
        self.devices: dict[tuple[str, str], Device] = {}
        self.agents: dict[tuple[str, str], Agent] = {}
        self.queues: dict[tuple[str, str], Queue] = {}
        self.links: dict[tuple[str, str], LinkStatus] = {}
        self.switches: dict[str, SwitchInfo] = {}
        self.daemons: dict[str, DaemonStatus] = {}
        self.connected = False
        """Whether the broker tells us anything now."""
        self._keys: dict[Place, Key] = {}
        self._tables: dict[str, dict[Any, Any]] = {
            "device": self.devices,
            "agent": self.agents,
            "queue": self.queues,
            "link": self.links,
            "switch": self.switches,
            "daemon": self.daemons,
        }

    def usable(self, switch_id: str) -> bool:
        """Tell whether states of a switch are true now and commands have a chance.

        A broker that is not reached, a daemon that is gone or a link that is down leaves the
        states as they were last.
        """
        return self.connected and any(
            status.state in USABLE and self._told(status)
            for (switch, _), status in self.links.items()
            if switch == switch_id
        )

    def _told(self, status: LinkStatus) -> bool:
        """Tell whether the daemon that said so is still there; one never heard of counts."""
        daemons = [one for one in self.daemons.values() if one.boot == status.boot]
        if daemons:
            return daemons[0].state == "online"
        return not self.daemons

    def calls(self) -> Iterator[Call]:
        """Give each live call once, as the device that was told of last shows it."""
        found: dict[str, Call] = {}
        for device in self.devices.values():
            for call in device.calls:
                known = found.get(call.call_id)
                if known is None or call.version >= known.version:
                    found[call.call_id] = call
        yield from found.values()

    def take(self, place: Place, value: State | None) -> Changed | None:
        """Take what a topic says now, None for nothing; give what changed."""
        table = self._tables[place.kind]
        # A long identifier stands in the topic by its hash; the state has it whole.
        if value is not None:
            self._keys[place] = _key(place, value)
        key = self._keys.pop(place, None) if value is None else self._keys[place]
        before = table.get(key)
        if value is None:
            table.pop(key, None)
        else:
            table[key] = value
        if before == value or key is None:
            return None
        return Changed(place.kind, place.switch_id, key if isinstance(key, str) else key[1])


def _key(place: Place, value: State) -> Key:
    match value:
        case Device(switch_id=switch, device_id=name):
            return switch, name
        case Agent(switch_id=switch, agent_id=name):
            return switch, name
        case Queue(switch_id=switch, queue_id=name):
            return switch, name
        case LinkStatus():
            return place.switch_id, place.id
        case SwitchInfo() | DaemonStatus():
            return place.id
