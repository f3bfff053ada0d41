"""A morning in a small office, made by hand: the trace that ``make demo`` replays.

The forms of the messages are those of the standard's modules; names and numbers are
invented. ``python -m tests.support.office`` prints the trace.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cti import moment
from cti.trace.records import Kind, Record, write
from protocols.csta.phase3.text import ACSE, CSTA3

START = moment.parse("2026-03-02T09:00:00Z")
CALLER = "0301234567"
MONITORS = {"201": "0001", "202": "0002", "203": "0003", "300": "0004"}


def device(number: str) -> dict[str, Any]:
    return {"deviceIdentifier": {"choice": "dialingNumber", "value": number}}


def party(number: str | None) -> dict[str, Any]:
    if number is None:
        return {"choice": "notKnown", "value": None}
    return {"choice": "deviceIdentifier", "value": device(number)}


def connection(call: str, number: str) -> dict[str, Any]:
    if number == CALLER:  # outside: the switch names the connection by itself
        local: dict[str, Any] = {"choice": "dynamicID", "value": {"octets": f"ee{call}"}}
    else:
        local = {"choice": "staticID", "value": device(number)}
    return {"choice": "both", "value": {"callID": {"octets": call}, "deviceID": local}}


NOT_REQUIRED = {"choice": "notRequired", "value": None}


class Office:
    """Writes what switch and client say, with the time of each."""

    def __init__(self) -> None:
        self.records: list[Record] = [Record(START, Kind.UP)]
        self._at = START
        self._invoke = 0
        self._asked = 0

    def wait(self, seconds: float) -> None:
        self._at += round(seconds * moment.SECOND)

    def say(self, kind: Kind, *pdus: bytes) -> None:
        octets = b"".join(len(pdu).to_bytes(2, "big") + pdu for pdu in pdus)
        self.records.append(Record(self._at, kind, octets))

    def invoke(self, opcode: int, argument: dict[str, Any], *, sent: bool = False) -> bytes:
        if sent:
            self._asked += 1
            number = self._asked
        else:
            self._invoke += 1
            number = self._invoke
        value = {"invokeID": number, "opcode": opcode, "argument": argument}
        return CSTA3.from_json({"pdu": "invoke", "value": value})

    def result(self, opcode: int, result: Any) -> bytes:
        value = {"invokeID": self._asked, "result": {"opcode": opcode, "result": result}}
        return CSTA3.from_json({"pdu": "returnResult", "value": value})

    def open(self) -> None:
        version = {"choice": "newDefinition", "value": {"cSTAVersion": {"bits": "00001"}}}
        information = [{"directReference": "1.3.12.0.285.200", "single": version}]
        context = {"applicationContextName": "1.3.12.0.218", "userInformation": information}
        self.say(Kind.OUT, ACSE.from_json({"pdu": "AARQ", "value": context}))
        accepted = {
            "result": 0,
            "resultSourceDiagnostic": {"choice": "serviceUser", "value": 0},
            **context,
        }
        self.wait(0.02)
        status = self.invoke(211, {"systemStatus": "normal"})
        self.say(Kind.IN, ACSE.from_json({"pdu": "AARE", "value": accepted}), status)
        for number, reference in MONITORS.items():
            self.wait(0.01)
            monitored = {"choice": "deviceObject", "value": device(number)}
            self.say(Kind.OUT, self.invoke(71, {"monitorObject": monitored}, sent=True))
            self.wait(0.01)
            self.say(Kind.IN, self.result(71, {"crossRefIdentifier": {"octets": reference}}))

    def event(
        self, number: str, name: str, group: str = "callControlEvents", **members: Any
    ) -> bytes:
        info = {"choice": group, "value": {"choice": name, "value": members}}
        return self.invoke(
            21,
            {
                "crossRefIdentifier": {"octets": MONITORS[number]},
                "eventSpecificInfo": info,
            },
        )

    def tell(self, *pdus: bytes) -> None:
        self.say(Kind.IN, *pdus)


def answered_call(office: Office) -> None:
    """201 calls 202, who answers."""
    call, a, b = "0001", "201", "202"
    office.tell(
        office.event(
            a,
            "serviceInitiated",
            initiatedConnection=connection(call, a),
            initiatingDevice=party(a),
            localConnectionInfo="initiated",
            cause="newCall",
        )
    )
    office.wait(3)
    office.tell(
        office.event(
            a,
            "originated",
            originatedConnection=connection(call, a),
            callingDevice=party(a),
            calledDevice=party(b),
            localConnectionInfo="connected",
            cause="newCall",
        ),
        *ring(office, call, a, b, (a, b)),
    )
    office.wait(4)
    office.tell(*answer(office, call, a, b, (a, b)))
    office.wait(31)
    office.tell(*(clear(office, call, a, who) for who in (a, b)))
    office.tell(*(clear(office, call, b, who) for who in (b,)))


def ring(office: Office, call: str, a: str, b: str, told: tuple[str, ...], **more: Any):
    return [
        office.event(
            who,
            "delivered",
            connection=connection(call, b),
            alertingDevice=party(b),
            callingDevice=party(a),
            calledDevice=party(more.get("called", b)),
            lastRedirectionDevice=more.get("redirection", NOT_REQUIRED),
            localConnectionInfo="alerting" if who == b else "connected",
            cause="newCall",
        )
        for who in told
    ]


def answer(office: Office, call: str, a: str, b: str, told: tuple[str, ...], **more: Any):
    return [
        office.event(
            who,
            "established",
            establishedConnection=connection(call, b),
            answeringDevice=party(b),
            callingDevice=party(a),
            calledDevice=party(more.get("called", b)),
            lastRedirectionDevice=more.get("redirection", NOT_REQUIRED),
            localConnectionInfo="connected",
            cause="newCall",
        )
        for who in told
    ]


def clear(office: Office, call: str, number: str, told: str) -> bytes:
    return office.event(
        told,
        "connectionCleared",
        droppedConnection=connection(call, number),
        releasingDevice=party(number),
        localConnectionInfo="null" if told == number else "connected",
        cause="normalClearing",
    )


def agent(office: Office, number: str, name: str) -> None:
    office.tell(
        office.event(
            number,
            name,
            "logicalDeviceFeatureEvents",
            agentDevice=party(number),
            agentID={"octets": "34373131"},
        )
    )


def inbound_call(office: Office) -> None:
    """Somebody calls the queue 300; agent 201 answers, asks 203 and hands the call over."""
    call, consultation, queue, who, expert = "0002", "0003", "300", "201", "203"
    redirected = {"choice": "numberdialed", "value": device(queue)}
    office.tell(
        office.event(
            queue,
            "queued",
            queuedConnection=connection(call, queue),
            queue=party(queue),
            callingDevice=party(CALLER),
            calledDevice=party(queue),
            lastRedirectionDevice=NOT_REQUIRED,
            numberQueued=1,
            localConnectionInfo="queued",
            cause="enteringDistribution",
        )
    )
    office.wait(2)
    office.tell(
        office.event(
            queue,
            "diverted",
            connection=connection(call, queue),
            divertingDevice=party(queue),
            newDestination=party(who),
            lastRedirectionDevice=NOT_REQUIRED,
            localConnectionInfo="null",
            cause="distributed",
        ),
        *ring(office, call, CALLER, who, (who,), called=queue, redirection=redirected),
    )
    office.wait(5)
    office.tell(
        *answer(office, call, CALLER, who, (who,), called=queue, redirection=redirected)
    )
    agent(office, who, "agentBusy")
    office.wait(40)
    office.tell(
        office.event(
            who,
            "held",
            heldConnection=connection(call, who),
            holdingDevice=party(who),
            localConnectionInfo="hold",
            cause="consultation",
        ),
        office.event(
            who,
            "serviceInitiated",
            initiatedConnection=connection(consultation, who),
            initiatingDevice=party(who),
            localConnectionInfo="initiated",
            cause="consultation",
        ),
        office.event(
            who,
            "originated",
            originatedConnection=connection(consultation, who),
            callingDevice=party(who),
            calledDevice=party(expert),
            localConnectionInfo="connected",
            cause="consultation",
        ),
        *ring(office, consultation, who, expert, (who, expert)),
    )
    office.wait(3)
    office.tell(*answer(office, consultation, who, expert, (who, expert)))
    office.wait(12)
    moved = [
        {
            "newConnection": connection(call, CALLER),
            "oldConnection": connection(call, CALLER),
            "endpoint": {"choice": "deviceID", "value": device(CALLER)},
        },
        {
            "newConnection": connection(call, expert),
            "oldConnection": connection(consultation, expert),
            "endpoint": {"choice": "deviceID", "value": device(expert)},
        },
    ]
    office.tell(
        *(
            office.event(
                told,
                "transferred",
                primaryOldCall=connection(call, who),
                secondaryOldCall=connection(consultation, who),
                transferringDevice=party(who),
                transferredToDevice=party(expert),
                transferredConnections=moved,
                localConnectionInfo="null" if told == who else "connected",
                cause="transfer",
            )
            for told in (who, expert)
        )
    )
    agent(office, who, "agentWorkingAfterCall")
    office.wait(95)
    office.tell(clear(office, call, CALLER, expert), clear(office, call, expert, expert))
    office.wait(10)
    agent(office, who, "agentReady")


def unanswered_call(office: Office) -> None:
    """202 calls 203, who does not answer, and gives up."""
    call, a, b = "0004", "202", "203"
    office.tell(
        office.event(
            a,
            "originated",
            originatedConnection=connection(call, a),
            callingDevice=party(a),
            calledDevice=party(b),
            localConnectionInfo="connected",
            cause="newCall",
        ),
        *ring(office, call, a, b, (a, b)),
    )
    office.wait(20)
    office.tell(clear(office, call, a, a), clear(office, call, b, b))


def morning() -> Iterator[str]:
    """Give the lines of the trace."""
    office = Office()
    office.open()
    office.wait(5)
    agent(office, "201", "agentLoggedOn")
    agent(office, "201", "agentReady")
    office.wait(20)
    for scene in (answered_call, inbound_call, unanswered_call):
        scene(office)
        office.wait(15)
    agent(office, "201", "agentLoggedOff")
    office.wait(1)
    office.records.append(Record(office._at, Kind.DOWN))
    for record in office.records:
        yield write(record)


if __name__ == "__main__":
    print("\n".join(morning()))
