"""Every command with its arguments, once for each face.

Written by tools/generate_client.py.

Common to all: ``timeout`` seconds for the whole; ``expect_version`` refuses (``stale``) unless
the call has that version; ``command_id`` is drawn unless you bring one; ``switch`` is that of
the client; ``confirm`` waits until the switch reports what was done; ``progress`` is called
with each step. Raises ``CommandRejected``, ``CommandFailed`` or ``CommandUnknown``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import UNSET, UnsetType

from cti.client.face import TIMEOUT, Way
from cti.model import commands as c
from cti.model import results as r
from cti.model.data import ForwardingKind
from cti.model.states import AgentState

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

R = TypeVar("R", bound=r.Done)


class AsyncioVerbs(ABC):
    """Commands to a switch."""

    @abstractmethod
    async def _ask(self, result: type[R], args: c.Args, way: Way) -> R:
        """Give a command and wait for its end."""

    async def make_call(
        self,
        *,
        device: str,
        to: str,
        mode: c.MakeCallMode | UnsetType = UNSET,
        data: dict[str, Any] | UnsetType = UNSET,
        account: bytes | UnsetType = UNSET,
        auth: bytes | UnsetType = UNSET,
        correlator: bytes | UnsetType = UNSET,
        uui: bytes | UnsetType = UNSET,
        priority: bool = False,
        via: str | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.CallMade:
        """Call ``to`` from ``device``."""
        return await self._ask(
            r.CallMade,
            c.MakeCall(
                device=device,
                to=to,
                mode=mode,
                data=data,
                account=account,
                auth=auth,
                correlator=correlator,
                uui=uui,
                priority=priority,
                via=via,
            ),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def make_predictive_call(
        self,
        *,
        device: str,
        to: str,
        deliver_to: str,
        ring_seconds: int = 30,
        machine: str = "deliver",
        data: dict[str, Any] | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.CallMade:
        """Call ``to`` for a group and hand it over when somebody answers."""
        return await self._ask(
            r.CallMade,
            c.MakePredictiveCall(
                device=device,
                to=to,
                deliver_to=deliver_to,
                ring_seconds=ring_seconds,
                machine=machine,
                data=data,
            ),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def answer(
        self,
        *,
        device: str,
        call: str | UnsetType = UNSET,
        leg: int = 0,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.Done:
        """Answer a call that alerts."""
        return await self._ask(
            r.Done,
            c.Answer(device=device, call=call, leg=leg),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def hold(
        self,
        *,
        device: str,
        call: str | UnsetType = UNSET,
        leg: int = 0,
        reserve: bool = False,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.Done:
        """Put a call on hold."""
        return await self._ask(
            r.Done,
            c.Hold(device=device, call=call, leg=leg, reserve=reserve),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def retrieve(
        self,
        *,
        device: str,
        call: str | UnsetType = UNSET,
        leg: int = 0,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.Done:
        """Take a call back from hold."""
        return await self._ask(
            r.Done,
            c.Retrieve(device=device, call=call, leg=leg),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def alternate(
        self,
        *,
        device: str,
        held: str | UnsetType = UNSET,
        active: str | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.Done:
        """Hold the active call and retrieve the held one."""
        return await self._ask(
            r.Done,
            c.Alternate(device=device, held=held, active=active),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def consult(
        self,
        *,
        device: str,
        to: str,
        call: str | UnsetType = UNSET,
        leg: int = 0,
        purpose: c.ConsultPurpose = c.ConsultPurpose.ANY,
        data: dict[str, Any] | UnsetType = UNSET,
        uui: bytes | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.CallMade:
        """Hold the active call and call somebody else."""
        return await self._ask(
            r.CallMade,
            c.Consult(
                device=device, to=to, call=call, leg=leg, purpose=purpose, data=data, uui=uui
            ),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def reconnect(
        self,
        *,
        device: str,
        held: str | UnsetType = UNSET,
        active: str | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.Done:
        """Clear the consultation and retrieve the held call."""
        return await self._ask(
            r.Done,
            c.Reconnect(device=device, held=held, active=active),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def transfer(
        self,
        *,
        device: str,
        held: str | UnsetType = UNSET,
        active: str | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.CallMade:
        """Join the held and the active call and leave."""
        return await self._ask(
            r.CallMade,
            c.Transfer(device=device, held=held, active=active),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def blind_transfer(
        self,
        *,
        device: str,
        to: str,
        call: str | UnsetType = UNSET,
        leg: int = 0,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.CallMade:
        """Send the other party to ``to`` without speaking to it."""
        return await self._ask(
            r.CallMade,
            c.BlindTransfer(device=device, to=to, call=call, leg=leg),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def conference(
        self,
        *,
        device: str,
        held: str | UnsetType = UNSET,
        active: str | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.CallMade:
        """Join the held and the active call and stay."""
        return await self._ask(
            r.CallMade,
            c.Conference(device=device, held=held, active=active),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def single_step_conference(
        self,
        *,
        device: str,
        join: str,
        call: str | UnsetType = UNSET,
        leg: int = 0,
        participation: c.Participation = c.Participation.ACTIVE,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.CallMade:
        """Add ``join`` to a call."""
        return await self._ask(
            r.CallMade,
            c.SingleStepConference(
                device=device, join=join, call=call, leg=leg, participation=participation
            ),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def clear_connection(
        self,
        *,
        device: str,
        call: str | UnsetType = UNSET,
        leg: int = 0,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.Done:
        """Take one device off a call."""
        return await self._ask(
            r.Done,
            c.ClearConnection(device=device, call=call, leg=leg),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def clear_call(
        self,
        *,
        call: str,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.Done:
        """End a call for everybody."""
        return await self._ask(
            r.Done,
            c.ClearCall(call=call),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def deflect(
        self,
        *,
        device: str,
        to: str,
        call: str | UnsetType = UNSET,
        leg: int = 0,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.CallMade:
        """Send a call that alerts to ``to``."""
        return await self._ask(
            r.CallMade,
            c.Deflect(device=device, to=to, call=call, leg=leg),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def redirect(
        self,
        *,
        call: str,
        device: str,
        to: str,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.Done:
        """Send a call that waits at a queue or route point to ``to``."""
        return await self._ask(
            r.Done,
            c.Redirect(call=call, device=device, to=to),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def pickup(
        self,
        *,
        device: str,
        target: str,
        call: str | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.CallMade:
        """Answer at ``device`` a call that alerts at ``target``."""
        return await self._ask(
            r.CallMade,
            c.Pickup(device=device, target=target, call=call),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def group_pickup(
        self,
        *,
        device: str,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.CallMade:
        """Answer at ``device`` a call that alerts in its pickup group."""
        return await self._ask(
            r.CallMade,
            c.GroupPickup(device=device),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def park(
        self,
        *,
        device: str,
        at: str,
        call: str | UnsetType = UNSET,
        leg: int = 0,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.CallMade:
        """Park a call at ``at``."""
        return await self._ask(
            r.CallMade,
            c.Park(device=device, at=at, call=call, leg=leg),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def unpark(
        self,
        *,
        device: str,
        at: str,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.CallMade:
        """Take the call parked at ``at`` to ``device``."""
        return await self._ask(
            r.CallMade,
            c.Unpark(device=device, at=at),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def camp_on(
        self,
        *,
        device: str,
        call: str | UnsetType = UNSET,
        leg: int = 0,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.CallMade:
        """Wait until the busy called party is free."""
        return await self._ask(
            r.CallMade,
            c.CampOn(device=device, call=call, leg=leg),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def call_back(
        self,
        *,
        device: str,
        call: str | UnsetType = UNSET,
        leg: int = 0,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.CallMade:
        """Ask the switch to call back when the called party is free."""
        return await self._ask(
            r.CallMade,
            c.CallBack(device=device, call=call, leg=leg),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def intrude(
        self,
        *,
        device: str,
        call: str | UnsetType = UNSET,
        leg: int = 0,
        participation: c.Participation = c.Participation.ACTIVE,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.CallMade:
        """Break into the called party's call."""
        return await self._ask(
            r.CallMade,
            c.Intrude(device=device, call=call, leg=leg, participation=participation),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def send_dtmf(
        self,
        *,
        device: str,
        digits: str,
        call: str | UnsetType = UNSET,
        leg: int = 0,
        tone_ms: int | UnsetType = UNSET,
        pause_ms: int | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.Done:
        """Send digits on a call."""
        return await self._ask(
            r.Done,
            c.SendDtmf(
                device=device,
                digits=digits,
                call=call,
                leg=leg,
                tone_ms=tone_ms,
                pause_ms=pause_ms,
            ),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def attach_data(
        self,
        *,
        call: str,
        data: dict[str, Any],
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.CallMade:
        """Attach application data to a call. A key with None is taken away."""
        return await self._ask(
            r.CallMade,
            c.AttachData(call=call, data=data),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def set_agent_state(
        self,
        *,
        device: str,
        state: AgentState,
        agent: str | UnsetType = UNSET,
        reason: str | UnsetType = UNSET,
        queue: str | UnsetType = UNSET,
        password: str | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.AgentSet:
        """Change the work state of an agent."""
        return await self._ask(
            r.AgentSet,
            c.SetAgentState(
                device=device,
                state=state,
                agent=agent,
                reason=reason,
                queue=queue,
                password=password,
            ),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def login(
        self,
        *,
        device: str,
        agent: str,
        password: str | UnsetType = UNSET,
        queue: str | UnsetType = UNSET,
        state: AgentState | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.AgentSet:
        """Log an agent on."""
        return await self._ask(
            r.AgentSet,
            c.Login(device=device, agent=agent, password=password, queue=queue, state=state),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def logout(
        self,
        *,
        device: str,
        agent: str | UnsetType = UNSET,
        queue: str | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.AgentSet:
        """Log an agent off."""
        return await self._ask(
            r.AgentSet,
            c.Logout(device=device, agent=agent, queue=queue),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def set_forwarding(
        self,
        *,
        device: str,
        kind: ForwardingKind,
        active: bool,
        to: str | UnsetType = UNSET,
        ring_count: int | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.Done:
        """Set or clear a forwarding."""
        return await self._ask(
            r.Done,
            c.SetForwarding(
                device=device, kind=kind, active=active, to=to, ring_count=ring_count
            ),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def set_dnd(
        self,
        *,
        device: str,
        on: bool,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.Done:
        """Set or clear do not disturb."""
        return await self._ask(
            r.Done,
            c.SetDnd(device=device, on=on),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def set_mwi(
        self,
        *,
        device: str,
        on: bool,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.Done:
        """Set or clear message waiting."""
        return await self._ask(
            r.Done,
            c.SetMwi(device=device, on=on),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def query_agent(
        self,
        *,
        device: str,
        max_age_s: int | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.Agents:
        """Ask the state of the agent at a device."""
        return await self._ask(
            r.Agents,
            c.QueryAgent(device=device, max_age_s=max_age_s),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def query_device(
        self,
        *,
        device: str,
        max_age_s: int | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.DeviceFound:
        """Ask what a device is."""
        return await self._ask(
            r.DeviceFound,
            c.QueryDevice(device=device, max_age_s=max_age_s),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def query_forwarding(
        self,
        *,
        device: str,
        max_age_s: int | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.Forwardings:
        """Ask the forwardings of a device."""
        return await self._ask(
            r.Forwardings,
            c.QueryForwarding(device=device, max_age_s=max_age_s),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def query_dnd(
        self,
        *,
        device: str,
        max_age_s: int | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.Lamp:
        """Ask whether a device wants no calls."""
        return await self._ask(
            r.Lamp,
            c.QueryDnd(device=device, max_age_s=max_age_s),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def query_mwi(
        self,
        *,
        device: str,
        max_age_s: int | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.Lamp:
        """Ask whether a message waits."""
        return await self._ask(
            r.Lamp,
            c.QueryMwi(device=device, max_age_s=max_age_s),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def query_queue(
        self,
        *,
        queue: str,
        max_age_s: int | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.QueueFound:
        """Ask about a queue."""
        return await self._ask(
            r.QueueFound,
            c.QueryQueue(queue=queue, max_age_s=max_age_s),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def route_select(
        self,
        *,
        route: str,
        to: str,
        data: dict[str, Any] | UnsetType = UNSET,
        uui: bytes | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.Done:
        """Answer a route request with a destination."""
        return await self._ask(
            r.Done,
            c.RouteSelect(route=route, to=to, data=data, uui=uui),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def route_end(
        self,
        *,
        route: str,
        reason: str | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.Done:
        """Give a route request back to the switch."""
        return await self._ask(
            r.Done,
            c.RouteEnd(route=route, reason=reason),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def route_treatment(
        self,
        *,
        route: str,
        treatment: str,
        announcement: str | UnsetType = UNSET,
        digits: int | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.Done:
        """Let the switch play or collect something before the route is chosen."""
        return await self._ask(
            r.Done,
            c.RouteTreatment(
                route=route, treatment=treatment, announcement=announcement, digits=digits
            ),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def route_register(
        self,
        *,
        route_point: str,
        ttl_s: int,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.Lease:
        """Serve a route point for ``ttl_s`` seconds; repeat to go on."""
        return await self._ask(
            r.Lease,
            c.RouteRegister(route_point=route_point, ttl_s=ttl_s),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def route_unregister(
        self,
        *,
        route_point: str,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.Lease:
        """Serve a route point no longer."""
        return await self._ask(
            r.Lease,
            c.RouteUnregister(route_point=route_point),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def monitor_start(
        self,
        *,
        device: str,
        ttl_s: int,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.Lease:
        """Have a device monitored for ``ttl_s`` seconds; repeat to go on."""
        return await self._ask(
            r.Lease,
            c.MonitorStart(device=device, ttl_s=ttl_s),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def monitor_stop(
        self,
        *,
        device: str,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.Lease:
        """Need the monitor of a device no longer."""
        return await self._ask(
            r.Lease,
            c.MonitorStop(device=device),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def snapshot_device(
        self,
        *,
        device: str,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.Calls:
        """Ask the switch for the calls of a device."""
        return await self._ask(
            r.Calls,
            c.SnapshotDevice(device=device),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def snapshot_call(
        self,
        *,
        call: str,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.Parties:
        """Ask the switch for the parties of a call."""
        return await self._ask(
            r.Parties,
            c.SnapshotCall(call=call),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def cancel(
        self,
        *,
        command: str,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.Withdrawn:
        """Withdraw a command of one's own: one that waits, or the steps of a composed one."""
        return await self._ask(
            r.Withdrawn,
            c.Cancel(command=command),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def snapshot(
        self,
        *,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.StatesTold:
        """Send all states that the requester may read."""
        return await self._ask(
            r.StatesTold,
            c.Snapshot(),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def replay(
        self,
        *,
        from_: int,
        to: int,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.Replayed:
        """Send the events of an offset range again."""
        return await self._ask(
            r.Replayed,
            c.Replay(from_=from_, to=to),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def resync(
        self,
        *,
        link: str,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.Done:
        """Ask the switch for the whole state again."""
        return await self._ask(
            r.Done,
            c.Resync(link=link),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def forget_call(
        self,
        *,
        call: str,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.Done:
        """Drop a call that is known not to exist any more."""
        return await self._ask(
            r.Done,
            c.ForgetCall(call=call),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def link_enable(
        self,
        *,
        link: str,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.Done:
        """Connect a link again."""
        return await self._ask(
            r.Done,
            c.LinkEnable(link=link),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def link_disable(
        self,
        *,
        link: str,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.Done:
        """Take a link down."""
        return await self._ask(
            r.Done,
            c.LinkDisable(link=link),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    async def private(
        self,
        *,
        payload: dict[str, Any],
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> r.Private:
        """Send a protocol's own message."""
        return await self._ask(
            r.Private,
            c.Private(payload=payload),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )


class TwistedVerbs(ABC):
    """Commands to a switch."""

    @abstractmethod
    def _ask(self, result: type[R], args: c.Args, way: Way) -> Deferred[R]:
        """Give a command and wait for its end."""

    def make_call(
        self,
        *,
        device: str,
        to: str,
        mode: c.MakeCallMode | UnsetType = UNSET,
        data: dict[str, Any] | UnsetType = UNSET,
        account: bytes | UnsetType = UNSET,
        auth: bytes | UnsetType = UNSET,
        correlator: bytes | UnsetType = UNSET,
        uui: bytes | UnsetType = UNSET,
        priority: bool = False,
        via: str | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.CallMade]:
        """Call ``to`` from ``device``."""
        return self._ask(
            r.CallMade,
            c.MakeCall(
                device=device,
                to=to,
                mode=mode,
                data=data,
                account=account,
                auth=auth,
                correlator=correlator,
                uui=uui,
                priority=priority,
                via=via,
            ),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def make_predictive_call(
        self,
        *,
        device: str,
        to: str,
        deliver_to: str,
        ring_seconds: int = 30,
        machine: str = "deliver",
        data: dict[str, Any] | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.CallMade]:
        """Call ``to`` for a group and hand it over when somebody answers."""
        return self._ask(
            r.CallMade,
            c.MakePredictiveCall(
                device=device,
                to=to,
                deliver_to=deliver_to,
                ring_seconds=ring_seconds,
                machine=machine,
                data=data,
            ),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def answer(
        self,
        *,
        device: str,
        call: str | UnsetType = UNSET,
        leg: int = 0,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.Done]:
        """Answer a call that alerts."""
        return self._ask(
            r.Done,
            c.Answer(device=device, call=call, leg=leg),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def hold(
        self,
        *,
        device: str,
        call: str | UnsetType = UNSET,
        leg: int = 0,
        reserve: bool = False,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.Done]:
        """Put a call on hold."""
        return self._ask(
            r.Done,
            c.Hold(device=device, call=call, leg=leg, reserve=reserve),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def retrieve(
        self,
        *,
        device: str,
        call: str | UnsetType = UNSET,
        leg: int = 0,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.Done]:
        """Take a call back from hold."""
        return self._ask(
            r.Done,
            c.Retrieve(device=device, call=call, leg=leg),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def alternate(
        self,
        *,
        device: str,
        held: str | UnsetType = UNSET,
        active: str | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.Done]:
        """Hold the active call and retrieve the held one."""
        return self._ask(
            r.Done,
            c.Alternate(device=device, held=held, active=active),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def consult(
        self,
        *,
        device: str,
        to: str,
        call: str | UnsetType = UNSET,
        leg: int = 0,
        purpose: c.ConsultPurpose = c.ConsultPurpose.ANY,
        data: dict[str, Any] | UnsetType = UNSET,
        uui: bytes | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.CallMade]:
        """Hold the active call and call somebody else."""
        return self._ask(
            r.CallMade,
            c.Consult(
                device=device, to=to, call=call, leg=leg, purpose=purpose, data=data, uui=uui
            ),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def reconnect(
        self,
        *,
        device: str,
        held: str | UnsetType = UNSET,
        active: str | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.Done]:
        """Clear the consultation and retrieve the held call."""
        return self._ask(
            r.Done,
            c.Reconnect(device=device, held=held, active=active),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def transfer(
        self,
        *,
        device: str,
        held: str | UnsetType = UNSET,
        active: str | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.CallMade]:
        """Join the held and the active call and leave."""
        return self._ask(
            r.CallMade,
            c.Transfer(device=device, held=held, active=active),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def blind_transfer(
        self,
        *,
        device: str,
        to: str,
        call: str | UnsetType = UNSET,
        leg: int = 0,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.CallMade]:
        """Send the other party to ``to`` without speaking to it."""
        return self._ask(
            r.CallMade,
            c.BlindTransfer(device=device, to=to, call=call, leg=leg),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def conference(
        self,
        *,
        device: str,
        held: str | UnsetType = UNSET,
        active: str | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.CallMade]:
        """Join the held and the active call and stay."""
        return self._ask(
            r.CallMade,
            c.Conference(device=device, held=held, active=active),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def single_step_conference(
        self,
        *,
        device: str,
        join: str,
        call: str | UnsetType = UNSET,
        leg: int = 0,
        participation: c.Participation = c.Participation.ACTIVE,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.CallMade]:
        """Add ``join`` to a call."""
        return self._ask(
            r.CallMade,
            c.SingleStepConference(
                device=device, join=join, call=call, leg=leg, participation=participation
            ),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def clear_connection(
        self,
        *,
        device: str,
        call: str | UnsetType = UNSET,
        leg: int = 0,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.Done]:
        """Take one device off a call."""
        return self._ask(
            r.Done,
            c.ClearConnection(device=device, call=call, leg=leg),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def clear_call(
        self,
        *,
        call: str,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.Done]:
        """End a call for everybody."""
        return self._ask(
            r.Done,
            c.ClearCall(call=call),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def deflect(
        self,
        *,
        device: str,
        to: str,
        call: str | UnsetType = UNSET,
        leg: int = 0,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.CallMade]:
        """Send a call that alerts to ``to``."""
        return self._ask(
            r.CallMade,
            c.Deflect(device=device, to=to, call=call, leg=leg),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def redirect(
        self,
        *,
        call: str,
        device: str,
        to: str,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.Done]:
        """Send a call that waits at a queue or route point to ``to``."""
        return self._ask(
            r.Done,
            c.Redirect(call=call, device=device, to=to),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def pickup(
        self,
        *,
        device: str,
        target: str,
        call: str | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.CallMade]:
        """Answer at ``device`` a call that alerts at ``target``."""
        return self._ask(
            r.CallMade,
            c.Pickup(device=device, target=target, call=call),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def group_pickup(
        self,
        *,
        device: str,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.CallMade]:
        """Answer at ``device`` a call that alerts in its pickup group."""
        return self._ask(
            r.CallMade,
            c.GroupPickup(device=device),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def park(
        self,
        *,
        device: str,
        at: str,
        call: str | UnsetType = UNSET,
        leg: int = 0,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.CallMade]:
        """Park a call at ``at``."""
        return self._ask(
            r.CallMade,
            c.Park(device=device, at=at, call=call, leg=leg),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def unpark(
        self,
        *,
        device: str,
        at: str,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.CallMade]:
        """Take the call parked at ``at`` to ``device``."""
        return self._ask(
            r.CallMade,
            c.Unpark(device=device, at=at),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def camp_on(
        self,
        *,
        device: str,
        call: str | UnsetType = UNSET,
        leg: int = 0,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.CallMade]:
        """Wait until the busy called party is free."""
        return self._ask(
            r.CallMade,
            c.CampOn(device=device, call=call, leg=leg),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def call_back(
        self,
        *,
        device: str,
        call: str | UnsetType = UNSET,
        leg: int = 0,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.CallMade]:
        """Ask the switch to call back when the called party is free."""
        return self._ask(
            r.CallMade,
            c.CallBack(device=device, call=call, leg=leg),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def intrude(
        self,
        *,
        device: str,
        call: str | UnsetType = UNSET,
        leg: int = 0,
        participation: c.Participation = c.Participation.ACTIVE,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.CallMade]:
        """Break into the called party's call."""
        return self._ask(
            r.CallMade,
            c.Intrude(device=device, call=call, leg=leg, participation=participation),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def send_dtmf(
        self,
        *,
        device: str,
        digits: str,
        call: str | UnsetType = UNSET,
        leg: int = 0,
        tone_ms: int | UnsetType = UNSET,
        pause_ms: int | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.Done]:
        """Send digits on a call."""
        return self._ask(
            r.Done,
            c.SendDtmf(
                device=device,
                digits=digits,
                call=call,
                leg=leg,
                tone_ms=tone_ms,
                pause_ms=pause_ms,
            ),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def attach_data(
        self,
        *,
        call: str,
        data: dict[str, Any],
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.CallMade]:
        """Attach application data to a call. A key with None is taken away."""
        return self._ask(
            r.CallMade,
            c.AttachData(call=call, data=data),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def set_agent_state(
        self,
        *,
        device: str,
        state: AgentState,
        agent: str | UnsetType = UNSET,
        reason: str | UnsetType = UNSET,
        queue: str | UnsetType = UNSET,
        password: str | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.AgentSet]:
        """Change the work state of an agent."""
        return self._ask(
            r.AgentSet,
            c.SetAgentState(
                device=device,
                state=state,
                agent=agent,
                reason=reason,
                queue=queue,
                password=password,
            ),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def login(
        self,
        *,
        device: str,
        agent: str,
        password: str | UnsetType = UNSET,
        queue: str | UnsetType = UNSET,
        state: AgentState | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.AgentSet]:
        """Log an agent on."""
        return self._ask(
            r.AgentSet,
            c.Login(device=device, agent=agent, password=password, queue=queue, state=state),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def logout(
        self,
        *,
        device: str,
        agent: str | UnsetType = UNSET,
        queue: str | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.AgentSet]:
        """Log an agent off."""
        return self._ask(
            r.AgentSet,
            c.Logout(device=device, agent=agent, queue=queue),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def set_forwarding(
        self,
        *,
        device: str,
        kind: ForwardingKind,
        active: bool,
        to: str | UnsetType = UNSET,
        ring_count: int | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.Done]:
        """Set or clear a forwarding."""
        return self._ask(
            r.Done,
            c.SetForwarding(
                device=device, kind=kind, active=active, to=to, ring_count=ring_count
            ),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def set_dnd(
        self,
        *,
        device: str,
        on: bool,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.Done]:
        """Set or clear do not disturb."""
        return self._ask(
            r.Done,
            c.SetDnd(device=device, on=on),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def set_mwi(
        self,
        *,
        device: str,
        on: bool,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.Done]:
        """Set or clear message waiting."""
        return self._ask(
            r.Done,
            c.SetMwi(device=device, on=on),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def query_agent(
        self,
        *,
        device: str,
        max_age_s: int | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.Agents]:
        """Ask the state of the agent at a device."""
        return self._ask(
            r.Agents,
            c.QueryAgent(device=device, max_age_s=max_age_s),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def query_device(
        self,
        *,
        device: str,
        max_age_s: int | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.DeviceFound]:
        """Ask what a device is."""
        return self._ask(
            r.DeviceFound,
            c.QueryDevice(device=device, max_age_s=max_age_s),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def query_forwarding(
        self,
        *,
        device: str,
        max_age_s: int | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.Forwardings]:
        """Ask the forwardings of a device."""
        return self._ask(
            r.Forwardings,
            c.QueryForwarding(device=device, max_age_s=max_age_s),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def query_dnd(
        self,
        *,
        device: str,
        max_age_s: int | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.Lamp]:
        """Ask whether a device wants no calls."""
        return self._ask(
            r.Lamp,
            c.QueryDnd(device=device, max_age_s=max_age_s),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def query_mwi(
        self,
        *,
        device: str,
        max_age_s: int | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.Lamp]:
        """Ask whether a message waits."""
        return self._ask(
            r.Lamp,
            c.QueryMwi(device=device, max_age_s=max_age_s),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def query_queue(
        self,
        *,
        queue: str,
        max_age_s: int | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.QueueFound]:
        """Ask about a queue."""
        return self._ask(
            r.QueueFound,
            c.QueryQueue(queue=queue, max_age_s=max_age_s),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def route_select(
        self,
        *,
        route: str,
        to: str,
        data: dict[str, Any] | UnsetType = UNSET,
        uui: bytes | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.Done]:
        """Answer a route request with a destination."""
        return self._ask(
            r.Done,
            c.RouteSelect(route=route, to=to, data=data, uui=uui),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def route_end(
        self,
        *,
        route: str,
        reason: str | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.Done]:
        """Give a route request back to the switch."""
        return self._ask(
            r.Done,
            c.RouteEnd(route=route, reason=reason),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def route_treatment(
        self,
        *,
        route: str,
        treatment: str,
        announcement: str | UnsetType = UNSET,
        digits: int | UnsetType = UNSET,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.Done]:
        """Let the switch play or collect something before the route is chosen."""
        return self._ask(
            r.Done,
            c.RouteTreatment(
                route=route, treatment=treatment, announcement=announcement, digits=digits
            ),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def route_register(
        self,
        *,
        route_point: str,
        ttl_s: int,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.Lease]:
        """Serve a route point for ``ttl_s`` seconds; repeat to go on."""
        return self._ask(
            r.Lease,
            c.RouteRegister(route_point=route_point, ttl_s=ttl_s),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def route_unregister(
        self,
        *,
        route_point: str,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.Lease]:
        """Serve a route point no longer."""
        return self._ask(
            r.Lease,
            c.RouteUnregister(route_point=route_point),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def monitor_start(
        self,
        *,
        device: str,
        ttl_s: int,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.Lease]:
        """Have a device monitored for ``ttl_s`` seconds; repeat to go on."""
        return self._ask(
            r.Lease,
            c.MonitorStart(device=device, ttl_s=ttl_s),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def monitor_stop(
        self,
        *,
        device: str,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.Lease]:
        """Need the monitor of a device no longer."""
        return self._ask(
            r.Lease,
            c.MonitorStop(device=device),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def snapshot_device(
        self,
        *,
        device: str,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.Calls]:
        """Ask the switch for the calls of a device."""
        return self._ask(
            r.Calls,
            c.SnapshotDevice(device=device),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def snapshot_call(
        self,
        *,
        call: str,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.Parties]:
        """Ask the switch for the parties of a call."""
        return self._ask(
            r.Parties,
            c.SnapshotCall(call=call),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def cancel(
        self,
        *,
        command: str,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.Withdrawn]:
        """Withdraw a command of one's own: one that waits, or the steps of a composed one."""
        return self._ask(
            r.Withdrawn,
            c.Cancel(command=command),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def snapshot(
        self,
        *,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.StatesTold]:
        """Send all states that the requester may read."""
        return self._ask(
            r.StatesTold,
            c.Snapshot(),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def replay(
        self,
        *,
        from_: int,
        to: int,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.Replayed]:
        """Send the events of an offset range again."""
        return self._ask(
            r.Replayed,
            c.Replay(from_=from_, to=to),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def resync(
        self,
        *,
        link: str,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.Done]:
        """Ask the switch for the whole state again."""
        return self._ask(
            r.Done,
            c.Resync(link=link),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def forget_call(
        self,
        *,
        call: str,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.Done]:
        """Drop a call that is known not to exist any more."""
        return self._ask(
            r.Done,
            c.ForgetCall(call=call),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def link_enable(
        self,
        *,
        link: str,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.Done]:
        """Connect a link again."""
        return self._ask(
            r.Done,
            c.LinkEnable(link=link),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def link_disable(
        self,
        *,
        link: str,
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.Done]:
        """Take a link down."""
        return self._ask(
            r.Done,
            c.LinkDisable(link=link),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )

    def private(
        self,
        *,
        payload: dict[str, Any],
        timeout: float = TIMEOUT,
        expect_version: int | None = None,
        command_id: str | None = None,
        switch: str | None = None,
        confirm: bool = False,
        progress: Callable[[str], object] | None = None,
    ) -> Deferred[r.Private]:
        """Send a protocol's own message."""
        return self._ask(
            r.Private,
            c.Private(payload=payload),
            Way(timeout, expect_version, command_id, switch, confirm, progress),
        )
