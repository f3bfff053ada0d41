"""A client of phase I or II made by hand, as that of phase III is."""

from __future__ import annotations

from protocols.csta.phase12.text import CSTA1, CSTA2
from protocols.stacks.framing import frame
from sim.csta.dialects import Phase
from sim.csta.settings import Settings
from sim.plan import ExchangePlan
from tests.sim.csta import client
from tests.sim.csta.client import Json

BITS = {"phase2": "01000", "phase1": "10000"}
EARLY = list(BITS)


def dialling(number: str) -> Json:
    """Name a device."""
    return {"choice": "dialingNumber", "value": number}


def called(number: str) -> Json:
    """Name a destination."""
    named = {"choice": "deviceIdentifier", "value": dialling(number)}
    return {"choice": "deviceIdentifier", "value": named}


def connection(call: int, number: str) -> Json:
    """Name a connection."""
    static = {"choice": "staticID", "value": dialling(number)}
    return {"call": {"octets": f"{call:04x}"}, "device": static}


def aarq(context: str, bits: str, form: str = "oldDefinition") -> Json:
    """Ask for an association."""
    versions: Json = {"cSTAVersion": {"bits": bits}}
    if form == "oldDefinition":
        versions["cSTAFunctionsRequiredByApplication"] = {}
        versions["cSTAFunctionsThatCanBeSupplied"] = {}
    single = {"choice": form, "value": versions}
    value = {"applicationContextName": context, "userInformation": [{"single": single}]}
    return {"pdu": "AARQ", "value": value}


class Client(client.Client):
    """One client of a bench."""

    def __init__(
        self,
        dialect: str = "phase2",
        plan: ExchangePlan | None = None,
        settings: Settings | None = None,
    ) -> None:
        super().__init__(dialect, plan, settings)
        self.text = CSTA2 if self.row.phase is Phase.II else CSTA1

    def associate(self) -> list[Json]:
        assert self.connect()
        heard = self.send(aarq(self.row.contexts[0], BITS[self.row.name]))
        assert [one["pdu"] for one in heard] == ["AARE", "invoke"]
        assert self.answer_status(heard[1]["value"]["invokeID"]) == []
        return heard

    def answer_status(self, invoke_id: int) -> list[Json]:
        value = {"invokeID": invoke_id, "result": {"opcode": 52, "result": None}}
        return self.send({"pdu": "returnResult", "value": value})

    def monitor(self, number: str, wanted: Json | None = None) -> str:
        argument: Json = {"monitorObject": {"choice": "device", "value": dialling(number)}}
        if wanted is not None:
            argument["monitorFilter"] = wanted
        return str(self.result(71, argument)["crossRefIdentifier"]["octets"])

    def octets(self, pdu: str) -> list[str]:
        """Send octets; give those that come at once, all in hex and without framing."""
        framed = self.bench.feed(frame(self.header, bytes.fromhex(pdu)))
        frames, wrong = self.framer.feed(framed)
        assert wrong is None
        return [one.hex() for one in frames]

    def told(self, sent: bytes) -> list[str]:
        """Give what the switch sent, in hex and without framing."""
        frames, wrong = self.framer.feed(sent)
        assert wrong is None
        return [one.hex() for one in frames]


def reports(heard: list[Json]) -> list[tuple[str, Json]]:
    """Give name and body of the event reports."""
    found = []
    for one in heard:
        if one["pdu"] == "invoke" and one["value"]["opcode"] == 21:
            argument = one["value"]["argument"]
            if "eventType" in argument:
                found.append((one["operation"].partition(":")[2], argument["eventInfo"]))
            else:
                event = argument["eventSpecificInfo"]["value"]
                found.append((event["choice"], event["value"]))
    return found
