"""An Engine over a driver that does what a test says: routes, registrations, call data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cti import driver as dr
from cti import engine as en
from cti import facts as f
from cti import moment
from cti.config.sections import RoutePoint
from cti.desk import Reply
from cti.facts import NativeDevice
from cti.identity import StartingState
from cti.link import Link
from cti.model import commands as cm
from cti.model.capabilities import (
    Capabilities,
    CommandSupport,
    Limits,
    Peer,
    Resync,
    Support,
)
from cti.model.commands import Command, EndState, Result
from cti.model.errors import Error, ErrorClass
from cti.model.numbers import Number
from cti.model.objects import CallNumbers
from cti.model.states import LinkState
from protocols.stacks import length16
from protocols.stacks.primitives import OctetsReceived, TransportUp
from tests.support.folding import Fold

DONE = Result(EndState.SUCCEEDED, result={})
REFUSED = Result(EndState.FAILED, error=Error(ErrorClass.INVALID_ARGUMENT, "no such number"))
UNKNOWN_SERVICE = Result(EndState.FAILED, error=Error(ErrorClass.UNSUPPORTED, "no service"))


class Quiet(dr.SwitchDriver):
    """Reports what it is given as PDUs, and keeps what it is asked."""

    stack = "length16"
    protocol = "quiet"

    def __init__(self, config: Mapping[str, Any] | None = None, *, observing: bool = False):
        self.asked: list[dr.CommandRequested] = []
        self.next: list[dr.Action] = []
        without = (config or {}).get("without", ())
        self._verbs = {
            verb: CommandSupport(Support.UNSUPPORTED if verb in without else Support.NATIVE)
            for verb in cm.VERBS
        }

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities("q", "", Peer(), (), self._verbs, {}, {}, Resync(), Limits())

    def begins_connection(self, pdu: bytes, *, sent: bool) -> bool:
        return False

    def handle(self, event: dr.Event) -> list[dr.Action]:
        match event:
            case dr.LinkUp():
                return [dr.StateChanged(LinkState.UP)]
            case dr.PduReceived():
                actions, self.next = self.next, []
                return actions
            case dr.CommandRequested():
                self.asked.append(event)
                return []
            case _:
                return []


class Site:
    """An Engine whose switch asks at route points 400 and 401."""

    def __init__(self, *points: RoutePoint, without: tuple[str, ...] = (), links: int = 1):
        self.drivers = [Quiet({"without": without}) for _ in range(links)]
        self.driver = self.drivers[0]
        names = [f"l{number}" if number else "l" for number in range(links)]
        made = [
            Link(name, driver, length16)
            for name, driver in zip(names, self.drivers, strict=True)
        ]
        start = StartingState("test", {}, {})
        self.engine = en.Engine("hq", made, start, route_points=points)
        self.at = 1_700_000_000 * moment.SECOND
        self.count = 0
        self.fold = Fold()
        self.events: list[Any] = []
        self.replies: dict[str, Result] = {}
        for name in names:
            self.link(TransportUp(), name)

    def take(self, actions: list[en.Action]) -> None:
        for action in actions:
            match action:
                case en.Publish(event):
                    self.fold.tell(event)
                    self.events.append(event)
                case Reply(command_id=command_id, result=result):
                    assert command_id not in self.replies
                    self.replies[command_id] = result
                case _:
                    pass

    def link(self, event: Any, link_id: str = "l") -> None:
        self.take(self.engine.handle(en.Input(link_id, event), self.at))

    def say(self, *actions: dr.Action) -> None:
        self.driver.next = list(actions)
        self.link(OctetsReceived(b"\x00\x01!"))

    def tell(self, fact: f.Facts) -> None:
        self.say(dr.Report(fact, "test"))

    def wait(self, seconds: float) -> None:
        self.at += round(seconds * moment.SECOND)
        self.take(self.engine.handle(en.Wake(), self.at))

    def call(self, route: str = "r", point: str = "400", **more: Any) -> str:
        numbers = CallNumbers(calling=Number(raw="030"))
        asked = f.RouteAsked(
            route=route,
            route_point=NativeDevice(point),
            call=more.pop("call", None),
            numbers=numbers,
            **more,
        )
        self.tell(asked)
        return f"l:{self.engine.links['l'].epoch}:{route}"

    def ask(self, args: cm.Args, requester: str = "app", **more: Any) -> str:
        self.count += 1
        verb = next(verb for verb, kind in cm.VERBS.items() if type(args) is kind)
        command = Command(
            command_id=str(self.count),
            verb=verb,
            switch_id="hq",
            args=args,
            requester=requester,
            **more,
        )
        self.take(self.engine.handle(en.CommandArrived(command), self.at))
        return command.command_id

    def serve(self, point: str = "400", requester: str = "app", ttl: int = 600) -> str:
        name = self.ask(cm.RouteRegister(route_point=point, ttl_s=ttl), requester)
        self.answer("route_register")
        return name

    def answer(self, verb: str, result: Result = DONE) -> None:
        """Let the switch answer all that it was asked with this verb."""
        for driver in self.drivers:
            for asked in [one for one in driver.asked if one.command.verb == verb]:
                driver.asked.remove(asked)
                self.say(dr.Outcome(asked.token, result))

    def sent(self, verb: str) -> list[cm.Args]:
        return [
            one.command.args
            for driver in self.drivers
            for one in driver.asked
            if one.command.verb == verb
        ]

    def error(self, name: str) -> Error:
        told = self.replies[name].error
        assert isinstance(told, Error)
        return told

    def named(self, name: str) -> list[Any]:
        return [event for event in self.events if str(event.__struct_config__.tag) == name]

    @property
    def ends(self) -> list[str]:
        return [event.reason for event in self.named("route.ended")]
