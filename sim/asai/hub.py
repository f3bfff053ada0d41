"""The hub of ASAI links: what they share, and what an operator does to them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, ClassVar

import msgspec
from typing_extensions import override

from sim import hub
from sim.asai import ports
from sim.asai.associations import Administration, Kind
from sim.asai.dialects import Dialect
from sim.asai.face import Face
from sim.asai.letters import AsaiLetters
from sim.asai.start import State
from sim.exchange import facts
from sim.exchange.words import MergedId, SetKind
from sim.links import Link, Packets
from sim.outputs import Output, Settings
from sim.plan import ExchangePlan


def fitted(plan: ExchangePlan) -> ExchangePlan:
    """Give a plan the ways of this switch.

    A merge leaves one of the two ids, and a VDN asks an adjunct only while one is there.
    """
    change = msgspec.structs.replace
    options = plan.options
    if options.merged_id is MergedId.NEW:
        options = change(options, merged_id=MergedId.PRIMARY)
    stations = tuple(change(one, kind=SetKind.DIGITAL) for one in plan.stations)
    points = tuple(change(one, served=False) for one in plan.route_points)
    return change(plan, options=options, stations=stations, route_points=points)


class Hub(hub.Hub):
    """One exchange with ASAI links. What passes on a link is whole messages."""

    words: ClassVar[Mapping[str, str]] = {
        "refuse": "[requests] on|off",
        "alarms": "suspend|resume",
        "abort": "",
        "busy-out": "VDN|SPLIT",
    }

    def __init__(
        self, plan: ExchangePlan, dialect: Dialect, settings: Settings | None = None
    ) -> None:
        super().__init__(fitted(plan), AsaiLetters(), settings or Settings())
        self.dialect = dialect
        self.administration = Administration()
        self.congested = False

    @property
    @override
    def served(self) -> bool:
        return any(face.start.state is State.ESTABLISHED for face in self.links.values())

    # The operator.

    def refuse_requests(self, *, on: bool) -> list[Output]:
        """Refuse every request for congestion, or none any more."""
        self.congested = on
        return self._tell_all(ports.CongestionSet(on))

    @override
    def obey(self, words: Sequence[str]) -> list[Output] | None:
        match words:
            case ["refuse", "requests", ("on" | "off") as word]:
                return self.refuse_requests(on=word == "on")
            case ["alarms", ("suspend" | "resume") as word]:
                return self._tell_all(ports.AlarmsSet(word == "suspend"))
            case ["abort"]:
                return self._tell_all(ports.Aborted())
            case ["busy-out", number]:
                return self._tell_all(ports.NotificationEnded(number))
            case _:
                return None

    @override
    def show(self) -> dict[str, Any]:
        return {
            "links": [
                {
                    "link": number,
                    "state": face.start.state.value,
                    "version": face.start.version.value,
                    "alarms": "suspended" if face.suspended else "on",
                    "associations": {
                        kind.value: len(face.associations.of(kind)) for kind in Kind
                    },
                }
                for number, face in self.links.items()
            ],
        }

    # What the hub of all protocols asks.

    @override
    def _framing(self) -> Packets:
        return Packets()

    @override
    def _new_face(self, *, packets: bool) -> Face:
        return Face(self.dialect, self.stage.exchange.plan, self.administration)

    @override
    def _opened(self, here: Link) -> None:
        self._face(here, ports.CongestionSet(self.congested))

    @override
    def _closed(self, here: Link) -> None:
        pass

    @override
    def _react(self, here: Link, event: Any) -> Sequence[ports.Action]:
        actions: list[ports.Action] = here.face.handle(event, f"{self.moment:%y%m%d%H%M%S}")
        return actions

    @override
    def _told(self, told: Sequence[facts.Fact]) -> None:
        for fact in told:
            asked = None
            if isinstance(fact, facts.RouteRequested):
                asked = next(iter(self._servers.of(fact.device)), None)
            for here in list(self._links.values()):
                self._face(here, ports.Told(fact, routes=here.number == asked))
            if isinstance(fact, facts.Restarted):
                self._restarted()

    @override
    def _restarts(self, seconds: float) -> None:
        for here in list(self._links.values()):
            self._face(here, ports.Restarted())

    @override
    def _expired(self, here: Link | None, kind: str, timer: Hashable) -> None:
        pass

    @override
    def _arrived(self, here: Link, pdu: bytes) -> None:
        self._face(here, ports.PduReceived(pdu, here.mischief.refuses(pdu)))

    def _tell_all(self, event: ports.Event) -> list[Output]:
        for here in list(self._links.values()):
            self._face(here, event)
        return self._take()
