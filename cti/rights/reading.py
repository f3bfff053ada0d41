"""What one client may see: the filter for what it is sent apart from the broker's topics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
from msgspec import UNSET

from cti.model import events as ev
from cti.model.data import CallData
from cti.rights.grants import Grant
from cti.rights.patterns import Patterns


class Reader:
    """Tells what a client may see; without rights it is nothing."""

    def __init__(self, client: str, grant: Grant | None) -> None:
        nothing = Patterns()
        self._client = client
        self._devices: Final = nothing if grant is None else grant.read_devices
        self._agents: Final = nothing if grant is None else grant.read_agents
        self._queues: Final = nothing if grant is None else grant.read_queues
        self._points: Final = nothing if grant is None else grant.read_route_points
        self._data: Final = nothing if grant is None else grant.data
        self._known = grant is not None

    def device(self, device_id: str) -> bool:
        """Tell whether it may see a device with its connections."""
        return device_id in self._devices

    def agent(self, agent_id: str) -> bool:
        """Tell whether it may see an agent."""
        return agent_id in self._agents

    def queue(self, queue_id: str) -> bool:
        """Tell whether it may see a queue."""
        return queue_id in self._queues

    def route_point(self, device_id: str) -> bool:
        """Tell whether it may see the requests of a route point."""
        return device_id in self._points

    def call(self, devices: Iterable[str]) -> bool:
        """Tell whether it may see a call, by the devices on it."""
        return self._devices.everything or self._devices.any(devices) is not None

    def state(self, kind: str, object_id: str) -> bool:
        """Tell whether it may see the state of a ``device``, ``agent`` or ``queue``."""
        match kind:
            case "device":
                return self.device(object_id)
            case "agent":
                return self.agent(object_id)
            case "queue":
                return self.queue(object_id)
            case _:
                return False

    def event(self, event: ev.Event) -> bool:
        """Tell whether it may see an event: only what the broker lets through live.

        A call has a topic of its own, whoever is on it: its events are for those who see all
        devices; others learn of it by the connections that they see.
        """
        match event:
            case ev.ConnectionEvent(device_id=device_id) | ev.DeviceEvent(device_id=device_id):
                return self.device(device_id)
            case ev.CallEvent():
                return self._devices.everything
            case ev.AgentEvent(agent_id=agent_id):
                return self.agent(agent_id)
            case ev.QueueUpdated(queue_id=queue_id):
                return self.queue(queue_id)
            case ev.RouteEvent():
                return self._points.everything
            case (
                ev.LinkStateChanged()
                | ev.LinkOverload()
                | ev.LinkMessagesLost()
                | ev.SwitchStatus()
                | ev.SwitchGap()
                | ev.SnapshotBegin()
                | ev.SnapshotEnd()
            ):
                return self._known  # of nobody in particular
            case _:
                return self.everything

    @property
    def everything(self) -> bool:
        """Whether it may see all there is."""
        seen = (self._devices, self._agents, self._queues, self._points)
        return all(patterns.everything for patterns in seen)

    @property
    def all_data(self) -> bool:
        """Whether it may see every name space of call data."""
        return self._data.everything

    def data(self, data: CallData) -> CallData:
        """Leave the name spaces away that it may not see."""
        if data.app is UNSET or self._data.everything:
            return data
        return msgspec.structs.replace(data, app=self._spaces(data.app))

    def pruned(self, document: Any) -> Any:
        """Leave them away wherever call data stands in a document of JSON."""
        if self._data.everything:
            return document
        match document:
            case dict():
                return {name: self._member(name, one) for name, one in document.items()}
            case list():
                return [self.pruned(one) for one in document]
            case _:
                return document

    def _member(self, name: str, value: Any) -> Any:
        if name in ("data", "delta") and isinstance(value, dict):
            app = value.get("app")
            if isinstance(app, dict):
                return {**value, "app": self._spaces(app)}
        return self.pruned(value)

    def _spaces(self, app: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: space
            for name, space in app.items()
            if name == self._client or name in self._data
        }
