"""What a host registered for, and so what it may ask and what it hears (section 5.2)."""

from __future__ import annotations

from typing import Any, Final

from protocols.meridian import _codec_meridian as m
from protocols.meridian.profile import Profile
from protocols.meridian.values import Reason as Why
from protocols.meridian.values import Service
from sim.meridian.office import Office
from sim.meridian.reports import Note

_ROUTING: Final = (m.RouteCall, m.GiveRingback, m.GiveSilence, m.GiveMusic)
_VOICE: Final = (m.OpenSession, m.PlayPrompt, m.CollectDigits, m.CloseSession)
_DEVICES: Final = (m.DNRegister, m.DNRelease)
_CALLS: Final = frozenset({Service.INBOUND, Service.OUTBOUND})


class Subscription:
    """Services and devices of one association."""

    def __init__(self, office: Office, profile: Profile) -> None:
        self.services: frozenset[Service] = frozenset()
        self.devices: dict[str, int] = {}
        """Devices, queues and CDNs that the host registered, with their event groups."""
        self._office = office
        self._profile = profile

    def begin(self, asked: m.AppRegister) -> Why | None:
        """Register for services; say why not."""
        options = self._office.options
        offered = {one for one in Service if one.value in options.services}
        if self.services:
            return Why.ALREADY_REGISTERED
        if asked.machine_name != options.machine_name:
            return Why.BAD_MACHINE_NAME
        if options.password and asked.password != options.password:
            return Why.BAD_PASSWORD
        if not asked.service_list or not offered.issuperset(asked.service_list):
            return Why.SERVICE_NOT_ALLOWED
        self.services = frozenset(one for one in offered if one in asked.service_list)
        return None

    def add(self, device: str, group: int | None) -> int | None:
        """Monitor a device; give its event group, or ``None`` where there is no such group.

        Without one it is the group that the device has been given.
        """
        if group is None:
            group = self.devices.get(device, self._office.group_of(device))
        if self._office.events_of(group) is None:
            return None
        self.devices[device] = group
        return group

    def end(self) -> None:
        """Forget the services; devices are given up one by one before."""
        self.services = frozenset()

    def allows(self, body: Any) -> bool:
        """Tell whether a request belongs to a bundle of the association."""
        needed = _CALLS
        if isinstance(body, _DEVICES):
            needed = frozenset(Service)
        elif isinstance(body, m.MakeCall):
            needed = frozenset({Service.OUTBOUND})
        elif isinstance(body, _ROUTING):
            needed = frozenset({Service.ROUTING})
        elif isinstance(body, _VOICE):
            needed = frozenset({Service.VOICE})
        return bool(needed & self.services)

    def controls(self, device: str) -> bool:
        """Tell whether a device is a CDN, and the host may control it."""
        return device in self._office.points and Service.ROUTING in self.services

    def hears(self, note: Note) -> bool:
        """Tell whether the host gets a note: the group, then the release, then the bundle."""
        if note.device not in self.devices and note.acd not in self.devices:
            return False
        if note.event is not None:
            group = self._office.events_of(self.devices[note.device]) or ()
            least = self._profile.first_release(note.event)
            if note.event not in group or self._office.options.x11_release < least:
                return False
        needed = {Service.INBOUND} if isinstance(note.body, m.CallOffered) else _CALLS
        if not needed & self.services:
            return False
        untold = self._office.options.mls_mode and note.silent
        return not untold or note.unless in self.devices
