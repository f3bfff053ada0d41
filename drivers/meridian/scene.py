"""What readings share: who is where, what is pending, and the facts told so far."""

from __future__ import annotations

from collections import Counter
from typing import Any

from msgspec import Struct

from cti import driver as dr
from cti import facts as f
from cti.facts import NativeDevice
from cti.model.causes import Cause
from cti.model.numbers import Number
from cti.model.objects import CallNumbers
from cti.model.states import ConnectionState, Origin
from drivers.meridian import mapping
from drivers.meridian.pictures import Pictures
from drivers.meridian.settings import Settings
from protocols.meridian.values import RouteMember, Tn

_S = ConnectionState


class UnringTimer(Struct, frozen=True, gc=False):
    """A set stopped ringing: the call may turn up elsewhere."""

    call: str
    device: str


class ConsultTimer(Struct, frozen=True, gc=False):
    """A set held its call: a second call would be a consultation."""

    device: str


class TransferTimer(Struct, frozen=True, gc=False):
    """A call was transferred: who reached it and who left it is told in one moment, or less."""

    call: str


Window = UnringTimer | ConsultTimer | TransferTimer
"""Times within which what comes next says what happened."""


class Joined(Struct, frozen=True, gc=False):
    """Who may have joined two calls."""

    controller: NativeDevice
    primary: str
    secondary: str


class Arrival(Struct, frozen=True, gc=False):
    """A destination that a transfer reached, while nobody has told who left."""

    device: NativeDevice
    found: tuple[Joined, ...]
    """Whose transfer it may be, the best guess first; empty for a single step."""


class Scene:
    """State of one link's readings, and what the present message tells."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.pictures = Pictures()
        self.off_hook: set[str] = set()
        """Sets that went off-hook, of which no call is known yet."""
        self.consulting: dict[str, str] = {}
        """Set to the call that it holds while it may begin another."""
        self.dialled: dict[str, str] = {}
        """Call to what the host had dialled for it."""
        self.making: dict[str, str] = {}
        """Set to the call that the host made for it."""
        self.unringing: dict[str, dict[str, NativeDevice]] = {}
        """Call to the sets that stopped ringing and may have been passed over."""
        self.transfers: dict[str, Arrival | None] = {}
        """Call to the destination that waits for who left; None where the transfer is told."""
        self.agents: dict[str, str | None] = {}
        """Set to the agent who is logged in there."""
        self._tns: dict[Tn, str] = {}
        self._positions: dict[str, str] = {}
        self._long = _long(settings)
        self.message = ""
        """Name of the present message."""
        self.out: list[dr.Action] = []

    def forget_calls(self) -> None:
        """Drop what is believed of calls and sets."""
        self.pictures.forget()
        for table in (self.consulting, self.dialled, self.making, self.unringing):
            table.clear()
        self.transfers.clear()
        self.off_hook.clear()

    def tell(self, fact: f.Facts) -> None:
        """Report a fact."""
        self.out.append(dr.Report(fact, self.message))

    def start(self, timer: Window, seconds: float) -> None:
        """Start a timer."""
        self.out.append(dr.StartTimer(timer, seconds))

    def stop(self, timer: Window) -> None:
        """Stop a timer."""
        self.out.append(dr.StopTimer(timer))

    def odd(self, detail: str) -> None:
        """Say that a message tells nothing that this driver knows."""
        kind = dr.AnomalyKind.UNMAPPED
        self.out.append(dr.Anomaly(kind, f"{self.message}: {detail}"))

    # Which device.

    def learn(self, body: Any) -> None:
        """Take which DN, TN and position are one and the same set."""
        dn = getattr(body, "device_dn", None)
        tn = getattr(body, "device_tn", None)
        position = getattr(body, "position_id", None)
        if dn and tn is not None:
            self._tns[tn] = dn
        known = dn or self._tns.get(tn) if tn is not None else dn
        if position and known:
            self._positions[position] = known

    def device(self, body: Any) -> NativeDevice | None:
        """Tell which set a message is about; None where it names none."""
        self.learn(body)
        if self._trunk(body):
            return None
        if dn := getattr(body, "device_dn", None):
            return self.own(dn)
        tn = getattr(body, "device_tn", None)
        if tn is not None and tn in self._tns:
            return mapping.device(self._tns[tn])
        if position := getattr(body, "position_id", None):
            return mapping.device(self._positions.get(position, position))
        return None if tn is None else mapping.device(mapping.tn_key(tn))

    def own(self, dn: str) -> NativeDevice:
        """Give a device by its DN, of which a link may tell the last digits only (2.1)."""
        return mapping.device(self._long.get(dn, dn))

    def _trunk(self, body: Any) -> bool:
        """Whether a message is about a trunk, which has no DN."""
        tn = getattr(body, "device_tn", None)
        if getattr(body, "device_dn", None) or tn is None:
            return False
        return tn not in self._tns and (
            getattr(body, "route_member", None) is not None
            or mapping.tn_key(tn) in self.settings.trunks
        )

    def caller(self, call: str, body: Any) -> NativeDevice | None:
        """Tell who calls; a party outside by the name it had before."""
        return self._known(call, mapping.caller(call, body))

    def callee(self, call: str, body: Any) -> NativeDevice | None:
        """Tell who is called; a party outside by the name it had before."""
        return self._known(call, mapping.callee(call, body))

    def outside(self, call: str, trunk: RouteMember | None, number: str | None) -> NativeDevice:
        """Give the party behind a trunk, by the name it had before."""
        told = mapping.outside(call, trunk, number)
        return self._known(call, told) or told

    def _known(self, call: str, told: NativeDevice | None) -> NativeDevice | None:
        if told is None or told.form is f.DeviceForm.STATIC:
            return None if told is None else self.own(told.key)
        parties = self.pictures.parties(call)
        if any(party.device.key == told.key for party in parties):
            return told
        return next((party.device for party in parties if not party.inside), told)

    # What follows from what was before.

    def gone(self, call: str, key: str) -> None:
        """Take that a device is off a call."""
        self.pictures.drop(call, key)
        if self.unringing.get(call, {}).pop(key, None) is not None:
            self.stop(UnringTimer(call, key))
        if self.consulting.get(key) == call:
            self.hold_over(key)
        for waiting in list(self.unringing.get(call, ())):
            if not any(self.pictures.others(call, waiting)):
                self.abandoned(call, waiting)
        if not self.pictures.parties(call):
            self.unringing.pop(call, None)
            self.dialled.pop(call, None)

    def abandoned(self, call: str, key: str) -> None:
        """Infer that a set stopped ringing because its caller gave up.

        One outside has nobody else to tell of that.
        """
        device = self.unringing.get(call, {}).pop(key, None)
        if device is None:
            return
        self.stop(UnringTimer(call, key))
        why: dict[str, Any] = {"cause": Cause.ABANDONED, "origin": Origin.INFERRED}
        for party in self.pictures.others(call, key):
            if not party.inside:
                self.tell(f.Cleared(call=call, device=party.device, **why))
        self.tell(f.Cleared(call=call, device=device, **why))
        self.gone(call, key)

    def await_transfer(self, call: str, arrival: Arrival | None) -> None:
        """Take what is known of a transfer, for the moment in which the rest may be told."""
        self.transfers[call] = arrival
        self.start(TransferTimer(call), self.settings.timers.transfer)

    def hold_over(self, key: str) -> None:
        """Take that a set's next call is no consultation."""
        if self.consulting.pop(key, None) is not None:
            self.stop(ConsultTimer(key))

    def begin(self, call: str, device: NativeDevice, members: dict[str, Any]) -> None:
        """Infer that a set began a call (reference of the model: off-hook from idle)."""
        why = Cause.CONSULTATION if device.key in self.consulting else Cause.NEW_CALL
        told = {**members, "call": call, "cause": why, "origin": Origin.INFERRED}
        told.pop("numbers", None)
        self.tell(f.Initiated(device=device, **told))
        self.pictures.put(call, device, _S.INITIATED)
        self.off_hook.discard(device.key)

    def originate(
        self, call: str, device: NativeDevice, dialled: str | None, members: dict[str, Any]
    ) -> None:
        """Infer that a set's call was put through, where that is news.

        A set that is not known to be off-hook, or is not monitored, is left to the tracker,
        which puts the caller on the call by itself.
        """
        state = self.pictures.state(call, device.key)
        expected = device.key in self.off_hook or device.key in self.consulting
        if state is None and expected:
            self.begin(call, device, members)
            state = _S.INITIATED
        if state is _S.INITIATED:
            numbers: dict[str, Any] = {"calling": Number(device.key)}
            if dialled:
                numbers |= {"called": Number(dialled), "dialled": Number(dialled)}
            told = {**members, "call": call, "numbers": CallNumbers(**numbers)}
            self.tell(f.Originated(device=device, **told, origin=Origin.INFERRED))
            self.hold_over(device.key)
        if state in (None, _S.INITIATED):
            self.pictures.put(call, device, _S.CONNECTED)

    def caught(self, call: str, device: NativeDevice, why: Cause) -> bool:
        """Infer that a call that stopped ringing elsewhere was taken here; tell whether so."""
        found = False
        for key, before in self.unringing.pop(call, {}).items():
            if key == device.key:
                continue
            self.stop(UnringTimer(call, key))
            self.divert(call, before, device, why, Origin.INFERRED)
            self.pictures.pass_on(call, key, device)
            found = True
        return found

    def divert(
        self, call: str, before: NativeDevice, to: NativeDevice, why: Cause, origin: Origin
    ) -> None:
        """Tell that a call went on from one device to another."""
        self.tell(f.Diverted(call=call, device=before, to=to, cause=why, origin=origin))

    def leave_queue(self, call: str, device: NativeDevice) -> bool:
        """Tell that a call that waited goes to a set; tell whether it did wait."""
        waiting = [one for one in self.pictures.parties(call) if one.state is _S.QUEUED]
        for party in waiting:
            self.divert(call, party.device, device, Cause.DISTRIBUTION, Origin.DERIVED)
            self.pictures.pass_on(call, party.device.key, device)
        return bool(waiting)


def _long(settings: Settings) -> dict[str, str]:
    """Give the configured numbers that are longer than the link tells, by what it tells."""
    digits = settings.profile.limits.dn_digits
    devices = dict.fromkeys((*settings.devices, *settings.acd_dns))
    ends = Counter(dn[-digits:] for dn in devices)
    return {dn[-digits:]: dn for dn in devices if len(dn) > digits and ends[dn[-digits:]] == 1}
