"""The hub of Meridian Link: the switch, its module, link 0 between them, and host links."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, ClassVar, Final

import msgspec
from typing_extensions import override

from protocols.meridian.profile import DEFAULT, Profile
from protocols.stacks import primitives as st
from protocols.stacks.framing import FramingStack, OwnLength
from sim import hub
from sim.exchange import facts
from sim.exchange.timers import TimerKind
from sim.links import Link
from sim.meridian import ports
from sim.meridian.face import Face, State
from sim.meridian.mischief import Messages
from sim.meridian.office import Office, Options, check
from sim.outputs import Output, Settings
from sim.plan import ExchangePlan

_STATUS: Final[dict[str, tuple[bool | None, bool | None]]] = {
    "initializing": (False, None),
    "enabled": (True, None),
    "normal": (True, False),
    "messages-lost": (None, None),
    "disabled": (False, None),
    "overload-imminent": (None, None),
    "overload-reached": (None, True),
    "overload-relieved": (None, False),
}
"""What stands for the statuses of other switches: link 0 up, and whether hosts must stop."""
_SWITCH: Final = {"on": True, "off": False, "up": True, "down": False}
_AML: Final = "aml"
_LAST_ASSOCIATION: Final = 0xFFFF


class Hub(hub.Hub):
    """One Meridian 1 with its host links."""

    words: ClassVar[Mapping[str, str]] = {
        "aml": "up|down [SECONDS]",
        "flow": "stop|resume",
        "status": "|".join(_STATUS),
        "refuse": "[requests] on|off",
    }

    def __init__(
        self,
        plan: ExchangePlan,
        options: Options | None = None,
        settings: Settings | None = None,
        profile: Profile = DEFAULT,
    ) -> None:
        self.options = options or Options()
        check(self.options)
        super().__init__(plan, Messages(profile), settings or Settings())
        self.profile = profile
        self.office = Office(plan, self.options)
        self.aml_up = True
        """Whether module and switch are joined."""
        self.stopped = False
        """Whether hosts were told to send nothing."""
        self.refusing_requests = False

    @property
    @override
    def served(self) -> bool:
        return any(face.state is State.REGISTERED for face in self.links.values())

    # The operator.

    def set_aml(self, *, up: bool, seconds: float = 0.0) -> list[Output]:
        """Join module and switch, or part them, for some time or for good."""
        self._set_aml(up=up)
        if seconds:
            self._alarms.start((0, "hub", _AML), self.now + seconds)
        return self._take()

    def set_flow(self, *, stop: bool) -> list[Output]:
        """Have hosts send nothing, or let them go on."""
        self.stopped = stop
        for here in list(self._links.values()):
            self._face(here, ports.FlowSet(stop))
        return self._take()

    @override
    def obey(self, words: Sequence[str]) -> list[Output] | None:
        match words:
            case ["aml", ("up" | "down") as word]:
                return self.set_aml(up=_SWITCH[word])
            case ["aml", ("up" | "down") as word, seconds] if seconds.isdecimal():
                return self.set_aml(up=_SWITCH[word], seconds=float(seconds))
            case ["flow", ("stop" | "resume") as word]:
                return self.set_flow(stop=word == "stop")
            case ["refuse", "requests", ("on" | "off") as word]:
                self.refusing_requests = _SWITCH[word]
                return []
            case ["status", word] if word in _STATUS:
                up, stop = _STATUS[word]
                outputs = [] if up is None else self.set_aml(up=up)
                return outputs if stop is None else outputs + self.set_flow(stop=stop)
            case _:
                return None

    @override
    def show(self) -> dict[str, Any]:
        links = [
            {
                "link": number,
                "state": face.state.value,
                "registered": sorted(face.subscription.devices),
            }
            for number, face in self.links.items()
        ]
        return {"links": links, "aml": "up" if self.aml_up else "down"}

    # What the hub of all protocols asks.

    @override
    def _framing(self) -> st.Stack:
        return FramingStack(OwnLength(self.profile.limits.max_message_tcp))

    @override
    def _new_face(self, *, packets: bool) -> Face:
        association = (self._serial - 1) % _LAST_ASSOCIATION + 1
        plan = self.stage.exchange.plan
        return Face(self.office, plan, self.profile, association, packets=packets)

    @override
    def _opened(self, here: Link) -> None:
        self._face(here, ports.AmlSet(self.aml_up))
        self._face(here, ports.FlowSet(self.stopped))

    @override
    def _closed(self, here: Link) -> None:
        pass

    @override
    def _arrived(self, here: Link, pdu: bytes) -> None:
        refused = here.mischief.refuses(pdu) or self.refusing_requests
        self._face(here, ports.PduReceived(pdu, refused))

    @override
    def _react(self, here: Link, event: Any) -> Sequence[Any]:
        actions: list[ports.Action] = here.face.handle(event, self.moment)
        return actions

    @override
    def _told(self, told: Sequence[facts.Fact]) -> None:
        if not told:
            return
        for here in list(self._links.values()):
            self._face(here, ports.Told(tuple(told)))
        ended = {fact.route for fact in told if isinstance(fact, facts.RouteEnded)}
        for fact in told:
            if isinstance(fact, facts.RouteRequested) and fact.route not in ended:
                self._offer(fact)
            elif isinstance(fact, facts.Restarted):
                self._restarted()

    @override
    def _restarts(self, seconds: float) -> None:
        self._set_aml(up=False)
        self._alarms.start((0, "hub", hub.STARTING), self.now + seconds)

    @override
    def _expired(self, here: Link | None, kind: str, timer: Hashable) -> None:
        if kind == "hub":
            self._set_aml(up=True if timer == hub.STARTING else not self.aml_up)

    # Inside.

    def _set_aml(self, *, up: bool) -> None:
        self.aml_up = up
        self._alarms.stop((0, "hub", _AML))
        for here in list(self._links.values()):
            self._face(here, ports.AmlSet(up))

    def _offer(self, fact: facts.RouteRequested) -> None:
        """Offer a call to the link that controls the CDN."""
        for number in self._servers.of(fact.device)[:1]:
            self._face(self._links[number], ports.RouteOffered(fact))


def fitted(plan: ExchangePlan, profile: Profile = DEFAULT) -> ExchangePlan:
    """Make a plan such as a Meridian 1 has: CDNs wait for an application that controls them."""
    route = TimerKind.ROUTE.value
    points = tuple(msgspec.structs.replace(point, served=False) for point in plan.route_points)
    timers = {route: profile.timers_s.t_route_default} | plan.timers
    return msgspec.structs.replace(plan, route_points=points, timers=timers)
