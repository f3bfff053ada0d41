"""A client made by hand: APDUs written as JSON forms, sent to a bench, answers read back."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from protocols.csta.phase3.text import CSTA3
from protocols.csta.text import TextCodec
from protocols.stacks.framing import Framer, Header, frame
from sim.csta.bench import Bench
from sim.csta.dialects import DIALECTS, Framing, Phase
from sim.csta.settings import Settings
from sim.exchange.verbs import Event
from sim.outputs import Output
from sim.plan import ExchangePlan, read_plan

Json = dict[str, Any]

THIRD = [name for name, row in DIALECTS.items() if row.phase is Phase.III]
"""Dialects of phase III."""
VERSIONS = {"standard": "00001", "panasonic": "0000100000000000", "hipath3000": "00010110"}
LOGIN = {"choice": "external", "value": {"single": {"choice": "sender"}}}


def small_office() -> ExchangePlan:
    return read_plan((files("sim.csta") / "office.toml").read_text())


def device(number: str) -> Json:
    return {"deviceIdentifier": {"choice": "dialingNumber", "value": number}}


def subject(number: str) -> Json:
    return {"choice": "deviceIdentifier", "value": device(number)}


def octets(value: bytes) -> Json:
    return {"octets": value.hex()}


def aarq(bits: str, name: str = "AMHOST", password: str | None = None) -> Json:
    value: Json = {
        "protocolVersion": {"bits": "1"},
        "applicationContextName": "1.3.12.0.218",
        "userInformation": [
            {
                "directReference": "1.3.12.0.285.200",
                "single": {"choice": "newDefinition", "value": {"cSTAVersion": {"bits": bits}}},
            }
        ],
    }
    if password is not None:
        sender = {"name": octets(name.encode()), "password": octets(password.encode())}
        single = {"choice": "sender", "value": sender}
        value["callingAuthenticationValue"] = {
            "choice": "external",
            "value": {"single": single},
        }
    return {"pdu": "AARQ", "value": value}


class Client:
    """One client of a bench; everything the switch sends is kept in ``got``."""

    text: TextCodec = CSTA3

    def __init__(
        self,
        dialect: str = "standard",
        plan: ExchangePlan | None = None,
        settings: Settings | None = None,
        fit: bool = False,
    ) -> None:
        self.row = DIALECTS[dialect]
        self.bench = Bench(plan or small_office(), dialect, settings, fit=fit)
        hipath = self.row.framing is Framing.HIPATH
        self.header = Header.HIPATH if hipath else Header.LENGTH16
        self.framer = Framer(self.header)
        self.got: list[Json] = []
        self.invoke_id = 0

    def hear(self, sent: bytes) -> list[Json]:
        """Read what the switch sent; keep it and give it."""
        frames, wrong = self.framer.feed(sent)
        assert wrong is None
        heard = [self.text.to_json(one) for one in frames]
        self.got += heard
        return heard

    def connect(self) -> bool:
        self.framer = Framer(self.header)
        return self.bench.connect()

    def send(self, pdu: Json) -> list[Json]:
        return self.raw(self.text.from_json(pdu))

    def raw(self, pdu: bytes) -> list[Json]:
        return self.hear(self.bench.feed(frame(self.header, pdu)))

    def associate(self) -> list[Json]:
        """Connect, associate, answer the first SystemStatus."""
        assert self.connect()
        password = "77777" if self.row.login else None
        heard = self.send(aarq(VERSIONS[self.row.name], password=password))
        assert [one["pdu"] for one in heard] == ["AARE", "invoke"]
        assert self.answer_status(heard[1]["value"]["invokeID"]) == []
        return heard

    def answer_status(self, invoke_id: int) -> list[Json]:
        result = {"opcode": 211, "result": {"choice": "noData", "value": None}}
        return self.send(
            {"pdu": "returnResult", "value": {"invokeID": invoke_id, "result": result}}
        )

    def ask(self, opcode: int, argument: Json) -> list[Json]:
        """Send a request; give all that comes at once."""
        self.invoke_id += 1
        value = {"invokeID": self.invoke_id, "opcode": opcode, "argument": argument}
        return self.send({"pdu": "invoke", "value": value})

    def result(self, opcode: int, argument: Json) -> Any:
        """Send a request that must succeed; give its result."""
        first = self.ask(opcode, argument)[0]
        assert first["pdu"] == "returnResult", first
        assert first["value"]["invokeID"] == self.invoke_id
        return first["value"]["result"]["result"]

    def failure(self, opcode: int, argument: Json) -> tuple[str, Any]:
        """Send a request that must fail; give category and value."""
        heard = self.ask(opcode, argument)
        assert [one["pdu"] for one in heard] == ["returnError"], heard
        assert heard[0]["value"]["invokeID"] == self.invoke_id
        parameter = heard[0]["value"]["parameter"]
        return parameter["choice"], parameter["value"]

    def monitor(self, number: str, wanted: Json | None = None) -> str:
        """Start a device monitor; give its cross reference in hex."""
        monitored = {"choice": "deviceObject", "value": device(number)}
        argument: Json = {"monitorObject": monitored}
        if wanted is not None:
            argument["requestedMonitorFilter"] = wanted
        started = self.result(71, argument)
        return str(started["crossRefIdentifier"]["octets"])

    def do(self, *events: Event) -> list[Json]:
        """Let people do something; give what the switch sends of it."""
        return [one for event in events for one in self.hear(self.bench.do(event))]

    def wait(self, seconds: float) -> list[Json]:
        return self.hear(self.bench.advance(seconds))

    def operate(self, outputs: list[Output]) -> list[Json]:
        return self.hear(self.bench.operate(outputs))

    def connection(self, call: int, number: str) -> Json:
        """Name a connection in the form of the dialect."""
        name = f"{call:04X}".encode() if self.row.name == "panasonic" else call.to_bytes(2)
        both = {
            "callID": octets(name),
            "deviceID": {"choice": "staticID", "value": device(number)},
        }
        return {"choice": "both", "value": both}


def events(heard: list[Json]) -> list[tuple[str, str, Json]]:
    """Give cross reference, name and body of every event report."""
    found = []
    for one in heard:
        if str(one.get("operation", "")).startswith("cSTAEventReport"):
            argument = one["value"]["argument"]
            event = argument["eventSpecificInfo"]["value"]
            reference = argument["crossRefIdentifier"]["octets"]
            found.append((reference, event["choice"], event["value"]))
    return found


def names(heard: list[Json]) -> list[tuple[str, str]]:
    """Give the last two digits of the cross reference and the name of every event."""
    return [(reference[-2:], name) for reference, name, _ in events(heard)]
