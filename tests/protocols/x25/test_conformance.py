"""Each state of the packet layer, each stimulus, as DCE and as DTE: answer and next state.

The tables were written from X.25 tables C.1 to C.4 and annexes D and E, and the method of
ISO/IEC 8882-3, not from the machine: a preamble brings the layer into its state, one stimulus
follows as octets, and the answer and next state are compared. A clear of the user proves the
state of a channel. The page in ``docs/conformance`` is made of the cases that were run here.
"""

from __future__ import annotations

import copy
from typing import Any

import pytest

from protocols.x25 import channel, packets, restart
from protocols.x25 import primitives as x
from protocols.x25.layer import Layer, read
from protocols.x25.primitives import Role, Timer
from tests.support import golden

CHANNELS = """
stimulus                       | kind | p1 ready            | called p2~p3                       | calling p3~p2                         | d1                                | resetting d3~d2              | clearing p7~p6          | PVC d1                          | PVC resetting
call req                       | p | CALL > calling         | refused                            | refused                               | refused                           | refused                      | refused                 | refused                         | refused
accept req                     | p | refused                | ACCEPTED > d1                      | refused                               | refused                           | refused                      | refused                 | refused                         | refused
clear req                      | p | refused                | CLEAR 0 > clearing                 | CLEAR 0 > clearing                    | CLEAR 0 > clearing                | CLEAR 0 > clearing           | refused                 | refused                         | refused
reset req                      | p | refused                | refused                            | refused                               | RESET 0 > resetting               | refused                      | refused                 | RESET 0 > resetting             | refused
data req                       | p | refused                | refused                            | refused                               | DATA 0/0                          | refused                      | refused                 | DATA 0/0                        | refused
data req of 300 octets         | p | refused                | refused                            | refused                               | DATA 0/0 M, DATA 1/0 M            | refused                      | refused                 | DATA 0/0 M, DATA 1/0 M          | refused
interrupt req                  | p | refused                | refused                            | refused                               | INTERRUPT                         | refused                      | refused                 | INTERRUPT                       | refused
interrupt req, twice           | o | refused, refused       | refused, refused                   | refused, refused                      | INTERRUPT, refused                | refused, refused             | refused, refused        | INTERRUPT, refused              | refused, refused
busy req                       | p | refused                | refused                            | refused                               | RNR 0                             | -                            | refused                 | RNR 0                           | -
Call                           | p | call ind > called      | CLEAR 21~22, clear ind > clearing  | clear ind, call ind > called ~ -      | CLEAR 23, clear ind > clearing    | CLEAR 23, clear ind > clearing | -                     | RESET 35, reset ind > resetting | -
Call accepted                  | p | CLEAR 20 > clearing    | CLEAR 21~22, clear ind > clearing  | call cnf > d1                         | CLEAR 23, clear ind > clearing    | CLEAR 23, clear ind > clearing | -                     | RESET 35, reset ind > resetting | -
Clear                          | p | CLEAR CONF             | CLEAR CONF, clear ind > p1         | CLEAR CONF, clear ind > p1            | CLEAR CONF, clear ind > p1        | CLEAR CONF, clear ind > p1   | clear cnf > p1          | RESET 35, reset ind > resetting | -
Clear confirmation             | p | CLEAR 20 > clearing    | CLEAR 21~22, clear ind > clearing  | CLEAR 22~21, clear ind > clearing     | CLEAR 23, clear ind > clearing    | CLEAR 23, clear ind > clearing | clear cnf > p1        | RESET 35, reset ind > resetting | -
Data 0/0                       | p | CLEAR 20 > clearing    | CLEAR 21~22, clear ind > clearing  | CLEAR 22~21, clear ind > clearing     | data ind, RR 1                    | -                            | -                       | data ind, RR 1                  | -
Data 0/0 Q                     | p | CLEAR 20 > clearing    | CLEAR 21~22, clear ind > clearing  | CLEAR 22~21, clear ind > clearing     | data ind, RR 1                    | -                            | -                       | data ind, RR 1                  | -
Data 0/0 D                     | p | CLEAR 20 > clearing    | CLEAR 21~22, clear ind > clearing  | CLEAR 22~21, clear ind > clearing     | data ind, RR 1                    | -                            | -                       | data ind, RR 1                  | -
Data 0/0 M, full               | p | CLEAR 20 > clearing    | CLEAR 21~22, clear ind > clearing  | CLEAR 22~21, clear ind > clearing     | RR 1                              | -                            | -                       | RR 1                            | -
Data 0/0 M, not full           | i | CLEAR 20 > clearing    | CLEAR 21~22, clear ind > clearing  | CLEAR 22~21, clear ind > clearing     | RESET 165, reset ind > resetting  | -                            | -                       | RESET 165, reset ind > resetting | -
Data 0/0 of 129                | i | CLEAR 20 > clearing    | CLEAR 21~22, clear ind > clearing  | CLEAR 22~21, clear ind > clearing     | RESET 39, reset ind > resetting   | -                            | -                       | RESET 39, reset ind > resetting | -
Data 1/0                       | i | CLEAR 20 > clearing    | CLEAR 21~22, clear ind > clearing  | CLEAR 22~21, clear ind > clearing     | RESET 1, reset ind > resetting    | -                            | -                       | RESET 1, reset ind > resetting  | -
Data 0/1                       | i | CLEAR 20 > clearing    | CLEAR 21~22, clear ind > clearing  | CLEAR 22~21, clear ind > clearing     | RESET 2, reset ind > resetting    | -                            | -                       | RESET 2, reset ind > resetting  | -
Data Q after data without Q    | i | CLEAR 20 > clearing    | CLEAR 21~22, clear ind > clearing  | CLEAR 22~21, clear ind > clearing     | RR 1, RESET 83, reset ind > resetting | -                        | -                       | RR 1, RESET 83, reset ind > resetting | -
RR 0                           | p | CLEAR 20 > clearing    | CLEAR 21~22, clear ind > clearing  | CLEAR 22~21, clear ind > clearing     | -                                 | -                            | -                       | -                               | -
RR 1                           | i | CLEAR 20 > clearing    | CLEAR 21~22, clear ind > clearing  | CLEAR 22~21, clear ind > clearing     | RESET 2, reset ind > resetting    | -                            | -                       | RESET 2, reset ind > resetting  | -
RNR 0                          | p | CLEAR 20 > clearing    | CLEAR 21~22, clear ind > clearing  | CLEAR 22~21, clear ind > clearing     | -                                 | -                            | -                       | -                               | -
RNR 1                          | i | CLEAR 20 > clearing    | CLEAR 21~22, clear ind > clearing  | CLEAR 22~21, clear ind > clearing     | RESET 2, reset ind > resetting    | -                            | -                       | RESET 2, reset ind > resetting  | -
REJ 0                          | o | CLEAR 20 > clearing    | CLEAR 21~22, clear ind > clearing  | CLEAR 22~21, clear ind > clearing     | RESET 37, reset ind > resetting   | -                            | -                       | RESET 37, reset ind > resetting | -
Interrupt of 1                 | p | CLEAR 20 > clearing    | CLEAR 21~22, clear ind > clearing  | CLEAR 22~21, clear ind > clearing     | interrupt ind, INTERRUPT CONF     | -                            | -                       | interrupt ind, INTERRUPT CONF   | -
Interrupt of 32                | p | CLEAR 20 > clearing    | CLEAR 21~22, clear ind > clearing  | CLEAR 22~21, clear ind > clearing     | interrupt ind, INTERRUPT CONF     | -                            | -                       | interrupt ind, INTERRUPT CONF   | -
Interrupt of 33                | i | CLEAR 39 > clearing    | CLEAR 39, clear ind > clearing     | CLEAR 39, clear ind > clearing        | RESET 39, reset ind > resetting   | -                            | -                       | RESET 39, reset ind > resetting | -
Interrupt of 0                 | i | CLEAR 38 > clearing    | CLEAR 38, clear ind > clearing     | CLEAR 38, clear ind > clearing        | RESET 38, reset ind > resetting   | -                            | -                       | RESET 38, reset ind > resetting | -
Interrupt confirmation         | o | CLEAR 20 > clearing    | CLEAR 21~22, clear ind > clearing  | CLEAR 22~21, clear ind > clearing     | RESET 43, reset ind > resetting   | -                            | -                       | RESET 43, reset ind > resetting | -
Reset                          | p | CLEAR 20 > clearing    | CLEAR 21~22, clear ind > clearing  | CLEAR 22~21, clear ind > clearing     | reset ind, RESET CONF             | reset cnf > d1               | -                       | reset ind, RESET CONF           | reset cnf > d1
Reset confirmation             | p | CLEAR 20 > clearing    | CLEAR 21~22, clear ind > clearing  | CLEAR 22~21, clear ind > clearing     | RESET 27, reset ind > resetting   | reset cnf > d1               | -                       | RESET 27, reset ind > resetting | reset cnf > d1
unknown type                   | i | CLEAR 33 > clearing    | CLEAR 33, clear ind > clearing     | CLEAR 33, clear ind > clearing        | RESET 33, reset ind > resetting   | -                            | -                       | RESET 33, reset ind > resetting | -
Registration                   | o | DIAGNOSTIC 33 ~ -      | DIAGNOSTIC 33 ~ -                  | DIAGNOSTIC 33 ~ -                     | DIAGNOSTIC 33 ~ -                 | DIAGNOSTIC 33 ~ -            | DIAGNOSTIC 33 ~ -       | DIAGNOSTIC 33 ~ -               | DIAGNOSTIC 33 ~ -
GFI 00                         | i | DIAGNOSTIC 40 ~ -      | DIAGNOSTIC 40 ~ -                  | DIAGNOSTIC 40 ~ -                     | DIAGNOSTIC 40 ~ -                 | DIAGNOSTIC 40 ~ -            | DIAGNOSTIC 40 ~ -       | DIAGNOSTIC 40 ~ -               | DIAGNOSTIC 40 ~ -
GFI 11                         | i | DIAGNOSTIC 40 ~ -      | DIAGNOSTIC 40 ~ -                  | DIAGNOSTIC 40 ~ -                     | DIAGNOSTIC 40 ~ -                 | DIAGNOSTIC 40 ~ -            | DIAGNOSTIC 40 ~ -       | DIAGNOSTIC 40 ~ -               | DIAGNOSTIC 40 ~ -
0 octets                       | i | DIAGNOSTIC 38 ~ -      | DIAGNOSTIC 38 ~ -                  | DIAGNOSTIC 38 ~ -                     | DIAGNOSTIC 38 ~ -                 | DIAGNOSTIC 38 ~ -            | DIAGNOSTIC 38 ~ -       | DIAGNOSTIC 38 ~ -               | DIAGNOSTIC 38 ~ -
1 octet                        | i | DIAGNOSTIC 38 ~ -      | DIAGNOSTIC 38 ~ -                  | DIAGNOSTIC 38 ~ -                     | DIAGNOSTIC 38 ~ -                 | DIAGNOSTIC 38 ~ -            | DIAGNOSTIC 38 ~ -       | DIAGNOSTIC 38 ~ -               | DIAGNOSTIC 38 ~ -
2 octets                       | i | DIAGNOSTIC 38 ~ -      | DIAGNOSTIC 38 ~ -                  | DIAGNOSTIC 38 ~ -                     | DIAGNOSTIC 38 ~ -                 | DIAGNOSTIC 38 ~ -            | DIAGNOSTIC 38 ~ -       | DIAGNOSTIC 38 ~ -               | DIAGNOSTIC 38 ~ -
unassigned channel             | i | DIAGNOSTIC 36 ~ -      | DIAGNOSTIC 36 ~ -                  | DIAGNOSTIC 36 ~ -                     | DIAGNOSTIC 36 ~ -                 | DIAGNOSTIC 36 ~ -            | DIAGNOSTIC 36 ~ -       | DIAGNOSTIC 36 ~ -               | DIAGNOSTIC 36 ~ -
data on channel 0              | i | DIAGNOSTIC 36 ~ -      | DIAGNOSTIC 36 ~ -                  | DIAGNOSTIC 36 ~ -                     | DIAGNOSTIC 36 ~ -                 | DIAGNOSTIC 36 ~ -            | DIAGNOSTIC 36 ~ -       | DIAGNOSTIC 36 ~ -               | DIAGNOSTIC 36 ~ -
Call of 4 octets               | i | CLEAR 38 > clearing    |                                    |                                       |                                   |                              |                         |                                 |
Call, addresses run out        | i | CLEAR 38 > clearing    |                                    |                                       |                                   |                              |                         |                                 |
Call, facilities run out       | i | CLEAR 69 > clearing    |                                    |                                       |                                   |                              |                         |                                 |
Call, facility runs out        | i | CLEAR 69 > clearing    |                                    |                                       |                                   |                              |                         |                                 |
Call, facility twice           | i | CLEAR 73 > clearing    |                                    |                                       |                                   |                              |                         |                                 |
Call, user data of 16          | p | call ind > called      |                                    |                                       |                                   |                              |                         |                                 |
Call, user data of 17          | i | CLEAR 39 > clearing    |                                    |                                       |                                   |                              |                         |                                 |
Call, fast select, 128         | p | call ind > called      |                                    |                                       |                                   |                              |                         |                                 |
Call, fast select, 129         | i | CLEAR 39 > clearing    |                                    |                                       |                                   |                              |                         |                                 |
Call accepted, size too great  | i |                        |                                    | CLEAR 66, clear ind > clearing        |                                   |                              |                         |                                 |
Call accepted, window too great | i |                       |                                    | CLEAR 66, clear ind > clearing        |                                   |                              |                         |                                 |
Call accepted, unasked user data | i |                      |                                    | CLEAR 39, clear ind > clearing        |                                   |                              |                         |                                 |
timer                          | p |                        |                                    | CLEAR 49, clear ind > clearing        |                                   | RESET 0                      | CLEAR 0                 |                                 | RESET 0
timer to its end               | p |                        |                                    | CLEAR 49, clear ind > clearing        |                                   | RESET 0, CLEAR 51, clear ind > clearing | CLEAR 0, clear cnf, fault 50 > p1 |            | RESET 0, fault 51 > d1
T24                            | p |                        |                                    |                                       | RR 0                              |                              |                         | RR 0                            |
T25 after data                 | p |                        |                                    |                                       | DATA 0/0, RESET 146, reset ind > resetting |                     |                         | DATA 0/0, RESET 146, reset ind > resetting |
T26 after an interrupt         | p |                        |                                    |                                       | INTERRUPT, RESET 145, reset ind > resetting |                    |                         | INTERRUPT, RESET 145, reset ind > resetting |
Restart                        | p | RESTART CONF           | RESTART CONF, clear ind > p1       | RESTART CONF, clear ind > p1          | RESTART CONF, clear ind > p1      | RESTART CONF, clear ind > p1 | RESTART CONF, clear cnf > p1 | RESTART CONF, reset ind    | RESTART CONF, reset ind > d1
link reset                     | p | RESTART                | RESTART, clear ind > p1            | RESTART, clear ind > p1               | RESTART, clear ind > p1           | RESTART, clear ind > p1      | RESTART, clear cnf > p1 | RESTART, reset ind              | RESTART, reset ind > d1
"""  # noqa: E501 - a table is read by its columns

LAYER = """
stimulus             | kind | r1                                              | restarting r3~r2             | down
link up              | p | RESTART 0, restart ind > restarting                | RESTART 0, restart ind       | RESTART 0, restart ind > restarting
link down            | p | restart ind, layer down > down                     | restart ind, layer down > down | -
restart req          | p | RESTART 0, restart ind > restarting                | refused                      | refused
Restart              | p | RESTART CONF, restart ind, layer ready             | layer ready > r1             | RESTART CONF, restart ind, layer ready > r1
Restart confirmation | p | RESTART 17, restart ind > restarting               | layer ready > r1             | -
Restart on channel 1 | i | RESTART 41, restart ind > restarting               | -                            | -
Confirmation on channel 1 | i | RESTART 41, restart ind > restarting          | -                            | -
Call                 | p | call ind                                           | -                            | -
Data 0/0             | o | CLEAR 20                                           | -                            | -
Call on channel 0    | i | DIAGNOSTIC 36 ~ -                                  | -                            | -
unknown on channel 0 | i | DIAGNOSTIC 33 ~ -                                  | -                            | -
Restart of 3 octets  | i | DIAGNOSTIC 38 ~ -                                  | -                            | -
Diagnostic           | p | - ~ diagnostic ind                                 | -                            | -
timer                | p |                                                    | RESTART 0                    |
timer to its end     | p |                                                    | RESTART 0, DIAGNOSTIC 52, layer ready > r1 ~ RESTART 0, fault 52, layer down > down |
"""  # noqa: E501 - a table is read by its columns

KINDS = {"p": "proper", "o": "inopportune", "i": "improper"}
"""Of stimuli, in the words of ISO/IEC 8882."""

STATES = {
    "p1": channel.State.READY,
    "called": channel.State.CALLED,
    "calling": channel.State.CALLING,
    "d1": channel.State.FLOW_CONTROL_READY,
    "resetting": channel.State.RESETTING,
    "clearing": channel.State.CLEARING,
}
LAYER_STATES = {
    "r1": restart.State.READY,
    "restarting": restart.State.RESTARTING,
    "down": restart.State.DOWN,
}

REQUESTS: dict[str, list[x.Event]] = {
    "call req": [x.ConnectRequest(1, "12")],
    "accept req": [x.ConnectResponse(1)],
    "clear req": [x.DisconnectRequest(1)],
    "reset req": [x.ResetRequest(1)],
    "data req": [x.DataRequest(1, b"a")],
    "data req of 300 octets": [x.DataRequest(1, bytes(300))],
    "interrupt req": [x.InterruptRequest(1, b"!")],
    "interrupt req, twice": [x.InterruptRequest(1, b"!")] * 2,
    "busy req": [x.BusyRequest(1)],
    "link up": [x.LinkUp()],
    "link reset": [x.LinkUp()],
    "link down": [x.LinkDown()],
    "restart req": [x.RestartRequest()],
}

# Octets from the Recommendation's figures, modulo 8, by hand.
OCTETS = {
    "Call": "1001 0b 00 00",
    "Call accepted": "1001 0f",
    "Clear": "1001 13 00 00",
    "Clear confirmation": "1001 17",
    "Data 0/0": "1001 00 61",
    "Data 0/0 Q": "9001 00 61",
    "Data 0/0 D": "5001 00 61",
    "Data 0/0 M, full": "1001 10" + "61" * 128,
    "Data 0/0 M, not full": "1001 10 61",
    "Data 0/0 of 129": "1001 00" + "61" * 129,
    "Data 1/0": "1001 02 61",
    "Data 0/1": "1001 20 61",
    "RR 0": "1001 01",
    "RR 1": "1001 21",
    "RNR 0": "1001 05",
    "RNR 1": "1001 25",
    "REJ 0": "1001 09",
    "Interrupt of 0": "1001 23",
    "Interrupt of 1": "1001 23 01",
    "Interrupt of 32": "1001 23" + "01" * 32,
    "Interrupt of 33": "1001 23" + "01" * 33,
    "Interrupt confirmation": "1001 27",
    "Reset": "1001 1b 00 00",
    "Reset confirmation": "1001 1f",
    "unknown type": "1001 ef",
    "Registration": "1001 f3 00 00",
    "GFI 00": "0001 0b 00 00",
    "GFI 11": "3001 0b 00 00",
    "0 octets": "",
    "1 octet": "10",
    "2 octets": "1001",
    "unassigned channel": "1009 0b 00 00",
    "data on channel 0": "1000 00 61",
    "Call of 4 octets": "1001 0b 00",
    "Call, addresses run out": "1001 0b 44 12",
    "Call, facilities run out": "1001 0b 00 05 42 07",
    "Call, facility runs out": "1001 0b 00 02 42 07",
    "Call, facility twice": "1001 0b 00 06 42 07 07 42 07 07",
    "Call, user data of 16": "1001 0b 00 00" + "aa" * 16,
    "Call, user data of 17": "1001 0b 00 00" + "aa" * 17,
    "Call, fast select, 128": "1001 0b 00 02 01 80" + "aa" * 128,
    "Call, fast select, 129": "1001 0b 00 02 01 80" + "aa" * 129,
    "Call accepted, size too great": "1001 0f 00 03 42 08 07",
    "Call accepted, window too great": "1001 0f 00 03 43 03 02",
    "Call accepted, unasked user data": "1001 0f 00 00 aa",
    "Restart": "1000 fb 00 00",
    "Restart confirmation": "1000 ff",
    "Restart on channel 1": "1001 fb 00 00",
    "Confirmation on channel 1": "1001 ff",
    "Restart of 3 octets": "1000 fb",
    "Call on channel 0": "1000 0b 00 00",
    "unknown on channel 0": "1000 ef",
    "Diagnostic": "1000 f1 24 100901",
}

SENT: dict[type[Any], str] = {
    packets.Call: "CALL",
    packets.CallAccepted: "ACCEPTED",
    packets.ClearConfirmation: "CLEAR CONF",
    packets.Interrupt: "INTERRUPT",
    packets.InterruptConfirmation: "INTERRUPT CONF",
    packets.ResetConfirmation: "RESET CONF",
    packets.RestartConfirmation: "RESTART CONF",
}
TOLD: dict[type[Any], str] = {
    x.ConnectIndication: "call ind",
    x.ConnectConfirm: "call cnf",
    x.DisconnectIndication: "clear ind",
    x.DisconnectConfirm: "clear cnf",
    x.ResetIndication: "reset ind",
    x.ResetConfirm: "reset cnf",
    x.DataIndication: "data ind",
    x.InterruptIndication: "interrupt ind",
    x.InterruptConfirm: "interrupt cnf",
    x.DiagnosticIndication: "diagnostic ind",
    x.Refused: "refused",
}
OF_THE_LAYER: dict[type[Any], str] = {
    x.RestartIndication: "restart ind",
    x.LayerReady: "layer ready",
    x.LayerDown: "layer down",
}


def table(text: str) -> tuple[list[str], list[tuple[str, str, list[str]]]]:
    """Give the names of the columns, and the rows."""
    head, *rows = ([cell.strip() for cell in line.split("|")] for line in text.splitlines()[1:])
    assert all(len(row) == len(head) for row in rows)
    return head[2:], [(row[0], row[1], row[2:]) for row in rows]


def by_role(cell: str, role: Role) -> str:
    """Choose what a cell says of a role: ``DCE ~ DTE``, and ``21~22`` within words."""
    dce, tilde, dte = cell.partition(" ~ ")
    if tilde:
        return dce if role is Role.DCE else dte
    which = 0 if role is Role.DCE else 1
    return " ".join(
        (word.rstrip(",").split("~")[which] + ("," if word.endswith(",") else ""))
        if "~" in word
        else word
        for word in cell.split(" ")
    )


class Bench:
    """One side of the interface, with one channel in a state."""

    def __init__(self, role: Role, situation: str, *, layer: bool = False) -> None:
        self.role = role
        self.lines = layer
        """Whether what the layer says of itself is shown."""
        self.permanent = situation.startswith("PVC")
        self.layer = Layer(
            x.Params(
                role=role,
                t2=False,
                t24=True,
                t25=True,
                permanent=(1,) if self.permanent else (),
                two_way=x.Range() if self.permanent else x.Range(1, 1),
            )
        )
        if situation == "down":
            return
        self.do(x.LinkUp())
        if not situation.startswith("restarting"):
            self.arrive("Restart")
        name = situation.removeprefix("PVC ").split()[0]
        if name == "called":
            self.arrive("Call")
        elif name not in ("p1", "r1", "restarting") and not self.permanent:
            self.stimulate("call req")
        if name not in ("p1", "r1", "restarting", "called", "calling") and not self.permanent:
            self.arrive("Call accepted")
        if name == "resetting":
            self.stimulate("reset req")
        if name == "clearing":
            self.stimulate("clear req")
        if not layer:
            assert self.state is STATES[name]

    @property
    def state(self) -> channel.State:
        """State of the channel; it is ready before it is first used."""
        one = self.layer.channels.get(1)
        return channel.State.READY if one is None else one.state

    def do(self, event: x.Event) -> list[x.Action]:
        return self.layer.handle(event)

    def arrive(self, name: str) -> list[x.Action]:
        return self.do(read(bytes.fromhex(OCTETS[name])))

    def running(self, *names: str) -> Timer:
        """Give the one timer that watches for an answer, or one of a name."""
        lcn = 0 if self.lines else 1
        own = self.layer._restarter._clocks.running if self.lines else None
        timers = self.layer.channels[lcn].running if own is None else own
        (timer,) = [
            one for one in timers if one.value in names or (not names and one.value != "T24")
        ]
        return timer

    def stimulate(self, stimulus: str) -> list[x.Action]:
        """Do what the first column says."""
        lcn = 0 if self.lines else 1
        if stimulus in REQUESTS:
            return [action for event in REQUESTS[stimulus] for action in self.do(event)]
        match stimulus:
            case "timer":
                return self.do(x.TimerExpired(self.running(), lcn))
            case "timer to its end":
                done: list[x.Action] = []
                before = self.state, self.layer.state
                while (self.state, self.layer.state) == before:
                    done += self.do(x.TimerExpired(self.running(), lcn))
                return done
            case "T24":
                return self.do(x.TimerExpired(Timer.T24, 1))
            case "T25 after data":
                done = self.stimulate("data req")
                return done + self.do(x.TimerExpired(Timer.T25, 1))
            case "T26 after an interrupt":
                done = self.stimulate("interrupt req")
                return done + self.do(x.TimerExpired(Timer.T26, 1))
            case "Data Q after data without Q":
                done = self.arrive("Data 0/0 M, full")
                return done + self.do(read(bytes.fromhex("9001 02 61")))
            case _:
                return self.arrive(stimulus)

    def words(self, actions: list[x.Action]) -> list[str]:
        """Say in the words of the table what this side did."""
        out = [word for action in actions if (word := self._word(action))]
        restarts = any(isinstance(action, x.RestartIndication) for action in actions)
        return _packets_first(out) if restarts else out

    def _word(self, action: x.Action) -> str:
        match action:
            case x.SendPacket(packet):
                return self._sent(packet)
            case x.Fault(_, diagnostic):
                return f"fault {diagnostic}"
            case x.RestartIndication() | x.LayerReady() | x.LayerDown():
                return OF_THE_LAYER[type(action)] if self.lines else ""
            case _:
                return TOLD.get(type(action), "")

    def _sent(self, packet: packets.Packet) -> str:
        match packet:
            case packets.Clear(_, cause, diagnostic):
                self._cause(cause, diagnostic, 0x13)
                return f"CLEAR {diagnostic}"
            case packets.Reset(_, cause, diagnostic):
                self._cause(cause, diagnostic, 0x05)
                return f"RESET {diagnostic}"
            case packets.Restart(cause, diagnostic):
                self._cause(cause, diagnostic, 0x01)
                return f"RESTART {diagnostic}" if self.lines else "RESTART"
            case packets.Data(_, ps, pr, _, more):
                return f"DATA {ps}/{pr}" + (" M" if more else "")
            case packets.Rr(_, pr) | packets.Rnr(_, pr):
                return f"{type(packet).__name__.upper()} {pr}"
            case packets.DiagnosticPacket(diagnostic):
                assert self.role is Role.DCE
                return f"DIAGNOSTIC {diagnostic}"
            case _:
                return SENT[type(packet)]

    def _cause(self, cause: int, diagnostic: int | None, local: int) -> None:
        """After an error a DCE says local procedure error, a DTE nothing."""
        if diagnostic:
            assert cause == (local if self.role is Role.DCE else 0)

    def verify(self) -> None:
        """Prove the state of the channel by what the user may ask of it."""
        if not self.layer.ready:
            return
        layer = copy.deepcopy(self.layer)
        refused = [
            isinstance(layer.handle(event)[0], x.Refused)
            for event in (x.ResetRequest(1), x.ConnectResponse(1), x.DisconnectRequest(1))
        ]
        flows = self.state is channel.State.FLOW_CONTROL_READY
        waits = self.state in (channel.State.CALLING, channel.State.RESETTING)
        called = self.state is channel.State.CALLED
        open_ = not self.permanent and (flows or waits or called)
        assert refused == [not flows, not called, not open_]


def _packets_first(words: list[str]) -> list[str]:
    """Let what goes to the peer stand before what the user is told, as the tables do."""
    return [word for word in words if word.isupper()] + [
        word for word in words if not word.isupper()
    ]


HEAD = """\
# X.25 packet layer: what is supported

X.25 (10/96) sections 3 to 7 and ISO 8208: DTE and DCE, virtual calls and permanent circuits,
modulo 8 and 128. *Supported* names the tests; the matrices below are made of cases that
`tests/protocols/x25/test_conformance.py` ran on both sides. This page is written by `make golden`.

| clause | item | supported | test |
| --- | --- | --- | --- |
| 3.1, annex A | logical channels: one-way, two-way, permanent; picked from opposite ends | yes | test_layer.py |
| 3.3, table C.2 | restart, crossing, timers | yes | matrix |
| 4.1, table C.3 | call set-up, acceptance, collision, clearing | yes | matrix, test_channel.py |
| 4.3, 4.4, table C.4 | data, windows, RR, RNR, interrupt, reset | yes | matrix, test_channel.py |
| 4.3.3 | D bit, where both ends agreed | yes | test_channel.py |
| 4.3.4, 4.3.5 | M bit: messages cut and put together, bounded; Q bit | yes | matrix, test_layer_properties.py |
| 5 | packet formats modulo 8 and 128 | yes | test_packets.py |
| 6.1 | registration | no | |
| 6.4 | REJ taken where subscribed; never sent | partly | test_channel.py |
| 6.12 | negotiation of packet and window size | yes | matrix, test_channel.py |
| 6.13 | throughput class | coded; nothing is bounded by it | test_packets.py |
| 6.16 | fast select, also with restricted response | yes | matrix, test_channel.py |
| 6.18 | reverse charging | coded | test_packets.py |
| 6, 7, annex G | other facilities, markers | kept as octets | test_packets.py |
| annex D | T10 to T13, T20 to T26 as parameters | yes | matrix |
| annex D | T27, T28 | no: they watch packets that are never sent | |
| annex E | causes and diagnostics | yes | matrix |
| RFC 1613 | XOT: framing, what it carries, call with both sizes | yes | tests/protocols/xot, tests/protocols/stacks |
| RFC 1613 | permanent circuits over XOT: set-up, then reset by both | yes | tests/protocols/xot/test_pvc.py, tests/protocols/stacks/test_xot_pvc.py |
| - | losses below: all arrives once and in order, or a reset is told | yes | test_over_lapb.py, tests/protocols/stacks/test_x25.py |
| - | read by a decoder that is not ours (tshark) | yes | test_tshark.py |

A cell is the answer, and the next state where it is another; `-` is no answer. Packets are in
capitals with their diagnostic, what the user is told is not. `A ~ B` and `21~22` are DCE and
DTE. The states p6 and d2 of a DCE (p7 and d3 of a DTE) pass within one event, because clear
and reset of the peer are confirmed at once; so does the collision p5. After an error the cause
is local procedure error from a DCE, 00 from a DTE. Acknowledgements do not wait for T2.

"""  # noqa: E501 - rows of a page

SITUATIONS, ROWS = table(CHANNELS)
LAYER_SITUATIONS, LAYER_ROWS = table(LAYER)


def cases(situations: list[str], rows: list[tuple[str, str, list[str]]]) -> list[Any]:
    return [
        pytest.param(situation, stimulus, cells[at], id=f"{situation}: {stimulus}")
        for stimulus, _, cells in rows
        for at, situation in enumerate(situations)
        if cells[at]
    ]


def run(role: Role, situation: str, stimulus: str, cell: str, *, layer: bool) -> None:
    answer, _, after = by_role(cell, role).partition(">")
    bench = Bench(role, situation, layer=layer)
    before = bench.layer.state if layer else bench.state
    done = bench.words(bench.stimulate(stimulus))
    assert ", ".join(done) == answer.strip().removeprefix("-")
    names: dict[str, Any] = LAYER_STATES if layer else STATES
    assert (bench.layer.state if layer else bench.state) is (
        names[after.strip()] if after else before
    )
    if not layer:
        bench.verify()


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("situation", "stimulus", "expected"), cases(SITUATIONS, ROWS))
def test_channel(role: Role, situation: str, stimulus: str, expected: str) -> None:
    run(role, situation, stimulus, expected, layer=False)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(
    ("situation", "stimulus", "expected"), cases(LAYER_SITUATIONS, LAYER_ROWS)
)
def test_restart(role: Role, situation: str, stimulus: str, expected: str) -> None:
    run(role, situation, stimulus, expected, layer=True)


def matrix(
    situations: list[str], rows: list[tuple[str, str, list[str]]], *, layer: bool
) -> list[str]:
    """Run every case; give the lines of its table."""
    lines = [
        f"| stimulus | kind | {' | '.join(situations)} |",
        "| --- " * (len(situations) + 2) + "|",
    ]
    for stimulus, kind, cells in rows:
        for situation, cell in zip(situations, cells, strict=True):
            if cell:
                for role in Role:
                    run(role, situation, stimulus, cell, layer=layer)
        shown = [cell.replace(">", "→") for cell in cells]
        lines.append(f"| {stimulus} | {KINDS[kind]} | {' | '.join(shown)} |")
    return lines


def test_the_conformance_page_is_current() -> None:
    """The page tells the cases that pass, in the words of the tables."""
    lines = [
        *HEAD.splitlines(),
        "## Restart",
        "",
        *matrix(LAYER_SITUATIONS, LAYER_ROWS, layer=True),
        "",
        "## Channels",
        "",
        *matrix(SITUATIONS, ROWS, layer=False),
    ]
    golden.compare("../docs/conformance/x25.md", "\n".join(lines) + "\n")
