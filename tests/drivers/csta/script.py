"""A live driver and hand-made messages of a switch, for scripted conversations."""

from typing import Any

from cti import driver as dr
from cti import facts as f
from cti.driver import NativeTarget
from cti.model.commands import VERBS, Args, Command, Result
from cti.model.states import LinkState
from drivers.csta import CstaDriver
from protocols.csta.phase3.text import ACSE, CSTA3

CONTEXT = {
    "applicationContextName": "1.3.12.0.218",
    "userInformation": [
        {
            "directReference": "1.3.12.0.285.200",
            "single": {
                "choice": "newDefinition",
                "value": {"cSTAVersion": {"bits": "00001"}},
            },
        }
    ],
}


def aare(result: int = 0, diagnostic: int = 0, by: str = "serviceUser") -> bytes:
    told = {"choice": by, "value": diagnostic}
    value = {"result": result, "resultSourceDiagnostic": told, **CONTEXT}
    return ACSE.from_json({"pdu": "AARE", "value": value})


def invoke(number: int, opcode: int, argument: Any) -> bytes:
    value = {"invokeID": number, "opcode": opcode, "argument": argument}
    return CSTA3.from_json({"pdu": "invoke", "value": value})


def result(number: int, opcode: int, told: Any = None) -> bytes:
    told = {"choice": "noData", "value": None} if told is None else told
    value = {"invokeID": number, "result": {"opcode": opcode, "result": told}}
    return CSTA3.from_json({"pdu": "returnResult", "value": value})


def error(number: int, category: str, name: Any) -> bytes:
    parameter = {"choice": category, "value": name}
    value = {"invokeID": number, "errcode": 1, "parameter": parameter}
    return CSTA3.from_json({"pdu": "returnError", "value": value})


def reject(number: int | None, kind: str, problem: int) -> bytes:
    told = (
        {"choice": "absent", "value": None}
        if number is None
        else {"choice": "present", "value": number}
    )
    value = {"invokeID": told, "problem": {"choice": kind, "value": problem}}
    return CSTA3.from_json({"pdu": "reject", "value": value})


def device(number: str) -> dict[str, Any]:
    return {"deviceIdentifier": {"choice": "dialingNumber", "value": number}}


def subject(number: str) -> dict[str, Any]:
    return {"choice": "deviceIdentifier", "value": device(number)}


def connection(call: str, number: str) -> dict[str, Any]:
    static = {"choice": "staticID", "value": device(number)}
    return {"choice": "both", "value": {"callID": {"octets": call}, "deviceID": static}}


def dynamic(call: str, octets: str) -> dict[str, Any]:
    local = {"choice": "dynamicID", "value": {"octets": octets}}
    return {"choice": "both", "value": {"callID": {"octets": call}, "deviceID": local}}


def monitor_started(number: int, reference: str) -> bytes:
    return result(number, 71, {"crossRefIdentifier": {"octets": reference}})


def event(reference: str, group: str, name: str, **members: Any) -> bytes:
    info = {"choice": group, "value": {"choice": name, "value": members}}
    argument = {"crossRefIdentifier": {"octets": reference}, "eventSpecificInfo": info}
    return invoke(900, 21, argument)


def hookswitch(reference: str, number: str) -> bytes:
    return event(
        reference,
        "physicalDeviceFeatureEvents",
        "hookswitch",
        invokingDevice=subject(number),
        hookswitch={"octets": "01"},
        hookswitchOnHook=False,
    )


def established(reference: str, told: dict[str, Any], number: str) -> bytes:
    return event(
        reference,
        "callControlEvents",
        "established",
        establishedConnection=told,
        answeringDevice=subject(number),
        callingDevice=subject("300"),
        calledDevice=subject(number),
        lastRedirectionDevice={"choice": "notRequired", "value": None},
        cause="newCall",
    )


def cleared(reference: str, call: str, number: str) -> bytes:
    return event(
        reference,
        "callControlEvents",
        "connectionCleared",
        droppedConnection=connection(call, number),
        releasingDevice=subject(number),
        cause="normalClearing",
    )


def system_status(number: int, status: str) -> bytes:
    return invoke(number, 211, {"systemStatus": status})


RLRE = ACSE.from_json({"pdu": "RLRE", "value": {"reason": 0}})
RLRQ = ACSE.from_json({"pdu": "RLRQ", "value": {"reason": 0}})
ABRT = bytes.fromhex("6406 800101 810102")


def shown(pdu: bytes) -> dict[str, Any]:
    """Show a message as JSON."""
    return CSTA3.to_json(pdu)


UNASKED = {"devices": False, "calls": False, "agents": False}


class Link:
    """A live driver, the timers it runs, and what it did last.

    Without a configuration of its own its resynchronisations ask nothing.
    """

    def __init__(self, *, open_it: bool = True, **config: Any) -> None:
        self.driver = CstaDriver({"resync": UNASKED, **config})
        side: Any = self.driver._side
        self.side: Any = side._session
        self.timers: dict[Any, float] = {}
        self.actions: list[dr.Action] = []
        self.tokens = 0
        self.outcomes: dict[int, Result] = {}
        self.resyncing = False
        if open_it:
            self.event(dr.LinkUp())
            self.receive(aare())

    def event(self, event: dr.Event) -> list[dr.Action]:
        if isinstance(event, dr.TimerExpired):
            self.timers.pop(event.timer, None)
        if isinstance(event, dr.StopRequested):
            self.resyncing = False
        self.actions = self.driver.handle(event)
        for action in self.actions:
            match action:
                case dr.StartTimer(timer, seconds):
                    self.timers[timer] = seconds
                case dr.StopTimer(timer):
                    assert timer in self.timers
                    del self.timers[timer]
                case dr.Report(f.ResyncBegun()):
                    assert not self.resyncing
                    self.resyncing = True
                case dr.Report(f.ResyncEnded()):
                    assert self.resyncing
                    self.resyncing = False
                case dr.Report(f.NotSeen()):
                    assert self.resyncing
                case dr.StateChanged(state=LinkState.DOWN | LinkState.BLOCKED):
                    self.resyncing = False
                case dr.Outcome(token, outcome):
                    assert token not in self.outcomes
                    self.outcomes[token] = outcome
                case _:
                    pass
        return self.actions

    def receive(self, *pdus: bytes) -> list[dr.Action]:
        return [action for pdu in pdus for action in self.event(dr.PduReceived(pdu))]

    def expire(self, timer: Any) -> list[dr.Action]:
        assert timer in self.timers
        return self.event(dr.TimerExpired(timer))

    def expire_request(self, number: int) -> list[dr.Action]:
        (timer,) = [one for one in self.timers if getattr(one, "invoke_id", None) == number]
        return self.expire(timer)

    def command(
        self, verb: str, native: NativeTarget | None = None, **args: Any
    ) -> list[dr.Action]:
        return self.give(verb, VERBS[verb](**args), native)

    def give(
        self, verb: str, args: Args, native: NativeTarget | None = None
    ) -> list[dr.Action]:
        self.tokens += 1
        command = Command(
            command_id=str(self.tokens), verb=verb, switch_id="hq", args=args, requester="me"
        )
        target = NativeTarget() if native is None else native
        return self.event(dr.CommandRequested(self.tokens, command, target))

    @property
    def last(self) -> Any:
        """What became of the command given last."""
        return self.outcomes[self.tokens]


def sent(actions: list[dr.Action]) -> list[bytes]:
    return [action.pdu for action in actions if isinstance(action, dr.SendPdu)]


def reported(actions: list[dr.Action]) -> list[Any]:
    return [action.fact for action in actions if isinstance(action, dr.Report)]


def facts(actions: list[dr.Action]) -> list[Any]:
    """Give what was told, but for what a resynchronisation found."""
    return [fact for fact in reported(actions) if not isinstance(fact, f.SeenFacts)]


def found(actions: list[dr.Action]) -> list[Any]:
    """Give what a resynchronisation found."""
    return [fact for fact in reported(actions) if isinstance(fact, f.SeenFacts)]


def states(actions: list[dr.Action]) -> list[tuple[str, str]]:
    return [(a.state.value, a.reason) for a in actions if isinstance(a, dr.StateChanged)]


def anomalies(actions: list[dr.Action]) -> list[tuple[str, str]]:
    return [(a.kind.value, a.detail) for a in actions if isinstance(a, dr.Anomaly)]


def ids(pdus: list[bytes]) -> list[int]:
    return [shown(pdu)["value"]["invokeID"] for pdu in pdus]
