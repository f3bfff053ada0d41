"""Each state of LAPB, each stimulus, both roles, both moduli: answer and next state.

The table was written from X.25 2.4 and the method of ISO/IEC 8882-2, not from the machine: a
preamble brings the link into its state, one stimulus follows as octets of the line, the answer
is compared, and DISC with a packet before it proves the state. The page in
``docs/conformance`` is made of the cases that were run here.
"""

from __future__ import annotations

import copy
from typing import Any

import pytest

from protocols.errors import DecodeError
from protocols.hdlc import octets as hdlc
from protocols.hdlc.received import Frame as WholeFrame
from protocols.lapb import primitives as lp
from protocols.lapb.frames import (
    Address,
    Disc,
    Dm,
    Frame,
    Frmr,
    Info,
    Modulo,
    Reason,
    Rej,
    Rnr,
    Rr,
    Sabm,
    Sabme,
    Ua,
    encode,
)
from protocols.lapb.link import Link, read
from protocols.lapb.primitives import Params, Role, State, Timer
from tests.support import golden

TABLE = """
stimulus          | kind | S0                     | S1                   | S2                       | S3                        | S3, I outstanding          | S3, own busy                          | S3, timer recovery         | S4
connect req       | p | SABM P=1 > S1             | -                    | -                        | SABM P=1 > S1             | SABM P=1 > S1              | SABM P=1 > S1                         | SABM P=1 > S1              | SABM P=1 > S1
disconnect req    | p | release cnf               | DISC P=1 > S2        | -                        | DISC P=1 > S2             | DISC P=1 > S2              | DISC P=1 > S2                         | DISC P=1 > S2              | DISC P=1 > S2
data req          | p | refused                   | refused              | refused                  | I 0/0                     | I 1/0                      | I 0/0                                 | -                          | refused
busy req          | p | -                         | -                    | -                        | RNR rsp F=0 0             | RNR rsp F=0 0              | -                                     | RNR rsp F=0 0              | -
ready req         | p | -                         | -                    | -                        | -                         | -                          | RR rsp F=0 0                          | -                          | -
T1                | p |                           | SABM P=1             | DISC P=1                 |                           | RR cmd P=1 0 > TR          |                                       | RR cmd P=1 0               | FRMR W F=0
T1 up to N2       | p |                           | SABM P=1, release ind > S0 | DISC P=1, release cnf > S0 |                   | RR cmd P=1 0, RR cmd P=1 0, SABM P=1 > S1 |                        | RR cmd P=1 0, SABM P=1 > S1 | FRMR W F=0, SABM P=1 > S1
T3                | p |                           |                      |                          | release ind > S0          | release ind > S0           | release ind > S0                      | release ind > S0           |
T4                | p |                           |                      |                          | RR cmd P=1 0 > TR         |                            | RNR cmd P=1 0 > TR                    |                            |
SABM P=1          | p | UA F=1, establish ind > S3 | UA F=1              | DM F=1, release cnf > S0 | UA F=1, reset ind         | UA F=1, reset ind          | UA F=1, reset ind, RNR rsp F=0 0      | UA F=1, reset ind > S3     | UA F=1, reset ind > S3
SABM P=0          | p | UA F=0, establish ind > S3 | UA F=0              | DM F=0, release cnf > S0 | UA F=0, reset ind         | UA F=0, reset ind          | UA F=0, reset ind, RNR rsp F=0 0      | UA F=0, reset ind > S3     | UA F=0, reset ind > S3
other SABM P=1    | i | DM F=1                    | DM F=1               | DM F=1, release cnf > S0 | FRMR W F=1 > S4           | FRMR W F=1 > S4            | FRMR W F=1 > S4                       | FRMR W F=1 > S4            | FRMR W F=1
DISC P=1          | p | DM F=1                    | DM F=1, release ind > S0 | UA F=1               | UA F=1, release ind > S0  | UA F=1, release ind > S0   | UA F=1, release ind > S0              | UA F=1, release ind > S0   | UA F=1, release ind > S0
DISC P=0          | p | DM F=0                    | DM F=0, release ind > S0 | UA F=0               | UA F=0, release ind > S0  | UA F=0, release ind > S0   | UA F=0, release ind > S0              | UA F=0, release ind > S0   | UA F=0, release ind > S0
UA F=1            | p | -                         | establish cnf > S3   | release cnf > S0         | -                         | > S1                       | -                                     | > S1                       | -
UA F=0            | o | -                         | -                    | -                        | -                         | -                          | -                                     | -                          | -
DM F=1            | p | -                         | release ind > S0     | release cnf > S0         | release ind > S0          | release ind > S0           | release ind > S0                      | release ind > S0           | release ind > S0
DM F=0            | p | SABM P=1 > S1             | -                    | -                        | SABM P=1 > S1             | SABM P=1 > S1              | SABM P=1 > S1                         | SABM P=1 > S1              | release ind > S0
FRMR F=0          | p | -                         | -                    | -                        | SABM P=1 > S1             | SABM P=1 > S1              | SABM P=1 > S1                         | SABM P=1 > S1              | SABM P=1 > S1
FRMR F=1          | p | -                         | -                    | -                        | SABM P=1 > S1             | SABM P=1 > S1              | SABM P=1 > S1                         | SABM P=1 > S1              | SABM P=1 > S1
I 0/0 P=0         | p | -                         | -                    | -                        | data ind, RR rsp F=0 1    | data ind, RR rsp F=0 1     | RNR rsp F=0 0                         | data ind, RR rsp F=0 1     | -
I 0/0 P=1         | p | DM F=1                    | -                    | DM F=1                   | data ind, RR rsp F=1 1    | data ind, RR rsp F=1 1     | RNR rsp F=1 0                         | data ind, RR rsp F=1 1     | FRMR W F=1
I 0/1 P=0         | p | -                         | -                    | -                        | FRMR Z F=0 > S4           | data ind, RR rsp F=0 1     | FRMR Z F=0 > S4                       | data ind, RR rsp F=0 1     | -
I 1/0 P=0         | p | -                         | -                    | -                        | REJ rsp F=0 0             | REJ rsp F=0 0              | RNR rsp F=0 0                         | REJ rsp F=0 0              | -
I 1/0 P=1         | p | DM F=1                    | -                    | DM F=1                   | REJ rsp F=1 0             | REJ rsp F=1 0              | RNR rsp F=1 0                         | REJ rsp F=1 0              | FRMR W F=1
I 0/0 of N1       | p | -                         | -                    | -                        | data ind, RR rsp F=0 1    | data ind, RR rsp F=0 1     | RNR rsp F=0 0                         | data ind, RR rsp F=0 1     | -
I 0/0 of N1 + 1   | i | -                         | -                    | -                        | FRMR Y F=0 > S4           | FRMR Y F=0 > S4            | FRMR Y F=0 > S4                       | FRMR Y F=0 > S4            | -
I 0/0 as response | i | -                         | -                    | -                        | FRMR W F=0 > S4           | FRMR W F=0 > S4            | FRMR W F=0 > S4                       | FRMR W F=0 > S4            | -
RR cmd P=0 0      | p | -                         | -                    | -                        | -                         | -                          | -                                     | -                          | -
RR cmd P=1 0      | p | DM F=1                    | -                    | DM F=1                   | RR rsp F=1 0              | RR rsp F=1 0               | RNR rsp F=1 0                         | RR rsp F=1 0               | FRMR W F=1
RR rsp F=0 0      | p | -                         | -                    | -                        | -                         | -                          | -                                     | -                          | -
RR rsp F=1 0      | p | -                         | -                    | -                        | -                         | -                          | -                                     | I 0/0 > S3                 | -
RR rsp F=0 1      | p | -                         | -                    | -                        | FRMR Z F=0 > S4           | -                          | FRMR Z F=0 > S4                       | -                          | -
RR rsp F=1 1      | p | -                         | -                    | -                        | FRMR Z F=0 > S4           | -                          | FRMR Z F=0 > S4                       | > S3                       | -
RR rsp F=0 2      | i | -                         | -                    | -                        | FRMR Z F=0 > S4           | FRMR Z F=0 > S4            | FRMR Z F=0 > S4                       | FRMR Z F=0 > S4            | -
RR rsp F=0 -1     | i | -                         | -                    | -                        | FRMR Z F=0 > S4           | FRMR Z F=0 > S4            | FRMR Z F=0 > S4                       | FRMR Z F=0 > S4            | -
RNR cmd P=0 0     | p | -                         | -                    | -                        | -                         | -                          | -                                     | -                          | -
RNR cmd P=1 0     | p | DM F=1                    | -                    | DM F=1                   | RR rsp F=1 0              | RR rsp F=1 0               | RNR rsp F=1 0                         | RR rsp F=1 0               | FRMR W F=1
RNR rsp F=0 0     | p | -                         | -                    | -                        | -                         | -                          | -                                     | -                          | -
RNR rsp F=1 0     | p | -                         | -                    | -                        | -                         | -                          | -                                     | > S3                       | -
REJ cmd P=0 0     | p | -                         | -                    | -                        | -                         | I 0/0                      | -                                     | -                          | -
REJ cmd P=1 0     | p | DM F=1                    | -                    | DM F=1                   | RR rsp F=1 0              | RR rsp F=1 0, I 0/0        | RNR rsp F=1 0                         | RR rsp F=1 0               | FRMR W F=1
REJ rsp F=0 0     | p | -                         | -                    | -                        | -                         | I 0/0                      | -                                     | -                          | -
REJ rsp F=1 0     | p | -                         | -                    | -                        | -                         | I 0/0                      | -                                     | I 0/0 > S3                 | -
SABM as response  | i | -                         | -                    | -                        | FRMR W F=0 > S4           | FRMR W F=0 > S4            | FRMR W F=0 > S4                       | FRMR W F=0 > S4            | -
DISC as response  | i | -                         | -                    | -                        | FRMR W F=0 > S4           | FRMR W F=0 > S4            | FRMR W F=0 > S4                       | FRMR W F=0 > S4            | -
UA as command     | i | -                         | -                    | -                        | FRMR W F=1 > S4           | FRMR W F=1 > S4            | FRMR W F=1 > S4                       | FRMR W F=1 > S4            | FRMR W F=1
DM as command     | i | -                         | -                    | -                        | FRMR W F=1 > S4           | FRMR W F=1 > S4            | FRMR W F=1 > S4                       | FRMR W F=1 > S4            | FRMR W F=1
FRMR as command   | i | -                         | -                    | -                        | FRMR W F=0 > S4           | FRMR W F=0 > S4            | FRMR W F=0 > S4                       | FRMR W F=0 > S4            | -
undefined control | i | -                         | -                    | -                        | FRMR W F=0 > S4           | FRMR W F=0 > S4            | FRMR W F=0 > S4                       | FRMR W F=0 > S4            | -
RR with a field   | i | -                         | -                    | -                        | FRMR WX F=0 > S4          | FRMR WX F=0 > S4           | FRMR WX F=0 > S4                      | FRMR WX F=0 > S4           | -
SABM with a field | i | -                         | -                    | -                        | FRMR WX F=1 > S4          | FRMR WX F=1 > S4           | FRMR WX F=1 > S4                      | FRMR WX F=1 > S4           | FRMR W F=1
UA with a field   | i | -                         | -                    | -                        | FRMR WX F=0 > S4          | FRMR WX F=0 > S4           | FRMR WX F=0 > S4                      | FRMR WX F=0 > S4           | -
FRMR cut short    | i | -                         | -                    | -                        | FRMR WX F=0 > S4          | FRMR WX F=0 > S4           | FRMR WX F=0 > S4                      | FRMR WX F=0 > S4           | -
another address   | i | -                         | -                    | -                        | -                         | -                          | -                                     | -                          | -
three octets      | i | -                         | -                    | -                        | -                         | -                          | -                                     | -                          | -
FCS error         | i | -                         | -                    | -                        | -                         | -                          | -                                     | -                          | -
abort             | i | -                         | -                    | -                        | -                         | -                          | -                                     | -                          | -
"""  # noqa: E501 - a table is read by its columns

KINDS = {"p": "proper", "o": "inopportune", "i": "improper"}
"""Of stimuli, in the words of ISO/IEC 8882."""
FIELD = b"\x10\x00"
N2 = 2
LONGEST = 8
STATES = {
    "S0": State.DISCONNECTED,
    "S1": State.SETTING_UP,
    "S2": State.DISCONNECTING,
    "S3": State.CONNECTED,
    "TR": State.TIMER_RECOVERY,
    "S4": State.FRAME_REJECT,
}


def table() -> tuple[list[str], list[tuple[str, str, list[str]]]]:
    """Give the names of the columns, and the rows."""
    head, *rows = (
        [cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()
    )
    assert all(len(row) == len(head) for row in rows)
    return head[2:], [(row[0], row[1], row[2:]) for row in rows]


class Bench:
    """One end of a link, brought into a state."""

    def __init__(self, role: Role, modulo: Modulo, situation: str) -> None:
        control = 1 if modulo is Modulo.M8 else 2
        self.modulo = modulo
        self.params = Params(
            role=role, modulo=modulo, n1=8 * (LONGEST + control + 3), n2=N2, t2=False, t3=True
        )
        self.link = Link(self.params)
        self.framer = hdlc.OctetFramer()
        self.running: set[Timer] = set()
        name = situation.partition(",")[0]
        if name != "S0":
            self.do(lp.EstablishRequest())
        if name not in ("S0", "S1"):
            self.arrive(self.octets(Ua(pf=True), command=False))
        if name == "S2":
            self.do(lp.ReleaseRequest())
        if "outstanding" in situation or "recovery" in situation:
            self.do(lp.DataRequest(FIELD))
        if "busy" in situation:
            self.do(lp.BusyRequest())
        if "recovery" in situation:
            self.stimulate("T1")
        if name == "S4":
            self.stimulate("undefined control")
        assert self.link.state is STATES["TR" if "recovery" in situation else name]

    def do(self, event: lp.Event) -> list[lp.Action]:
        actions = self.link.handle(event)
        for action in actions:
            match action:
                case lp.StartTimer(timer):
                    self.running.add(timer)
                case lp.StopTimer(timer):
                    self.running.remove(timer)
                case _:
                    pass
        assert self.link.waiting == (Timer.T1 in self.running)
        return actions

    def octets(self, frame: Frame, *, command: bool) -> bytes:
        """Give the frame with which the other end sends this, on the line."""
        address = self.params.own if command else self.params.peer
        return hdlc.encode(encode(address, frame, self.modulo))

    def arrive(self, line: bytes) -> list[lp.Action]:
        done: list[lp.Action] = []
        for found in self.framer.feed(line):
            if isinstance(found, WholeFrame):
                try:
                    event = read(found.octets, self.modulo)
                except DecodeError:
                    continue
                done += self.do(event)
        return done

    def expire(self, timer: Timer) -> list[lp.Action]:
        self.running.remove(timer)
        return self.do(lp.TimerExpired(timer))

    def stimulate(self, stimulus: str) -> list[lp.Action]:
        """Do what the first column says."""
        requests: dict[str, lp.Event] = {
            "connect req": lp.EstablishRequest(),
            "disconnect req": lp.ReleaseRequest(),
            "data req": lp.DataRequest(FIELD),
            "busy req": lp.BusyRequest(),
            "ready req": lp.ReadyRequest(),
        }
        if stimulus in requests:
            return self.do(requests[stimulus])
        if stimulus in Timer.__members__:
            return self.expire(Timer[stimulus])
        if stimulus == "T1 up to N2":
            done: list[lp.Action] = []
            before = {self.link.state, State.TIMER_RECOVERY}
            while self.link.state in before:
                done += self.expire(Timer.T1)
            return done
        return self.arrive(self.arriving(stimulus))

    def arriving(self, stimulus: str) -> bytes:
        """Give the octets of the line that the first column names."""
        m8 = self.modulo is Modulo.M8
        sabm, other = (Sabm, Sabme) if m8 else (Sabme, Sabm)
        kinds: dict[str, Any] = {"SABM": sabm, "DISC": Disc, "UA": Ua, "DM": Dm}
        frmr = Frmr(pf=False, control=b"\x01" if m8 else b"\x01\x00", vs=0, vr=0,
                    response=False, reasons=Reason.Z)  # fmt: skip
        match stimulus.split():
            case ["other", "SABM", _]:
                return self.octets(other(pf=True), command=True)
            case ["SABM" | "DISC" | "UA" | "DM" as name, "P=0" | "P=1" | "F=0" | "F=1" as bit]:
                frame = kinds[name](bit.endswith("1"))
                return self.octets(frame, command=bit.startswith("P"))
            case ["SABM" | "DISC" as name, "as", "response"]:
                return self.octets(kinds[name](pf=True), command=False)
            case ["UA" | "DM" as name, "as", "command"]:
                return self.octets(kinds[name](pf=True), command=True)
            case ["FRMR", "as", "command"]:
                return self.octets(frmr, command=True)
            case ["FRMR", "F=0" | "F=1" as bit]:
                again = Frmr(**{**_fields(frmr), "pf": bit.endswith("1")})
                return self.octets(again, command=False)
            case ["I", numbers, *rest]:
                ns, nr = map(int, numbers.split("/"))
                size = {"N1": LONGEST, "1": LONGEST + 1}.get(rest[-1], 2)
                info = Info(ns, nr, "P=1" in rest, bytes(size))
                return self.octets(info, command="response" not in rest)
            case ["RR" | "RNR" | "REJ" as name, "cmd" | "rsp" as way, bit, nr]:
                numbered: Any = {"RR": Rr, "RNR": Rnr, "REJ": Rej}[name]
                frame = numbered(int(nr) % self.modulo.value, bit.endswith("1"))
                return self.octets(frame, command=way == "cmd")
            case _:
                return self.broken(stimulus, frmr)

    def broken(self, stimulus: str, frmr: Frmr) -> bytes:
        """Give octets that no encoder makes."""
        own, peer = bytes((self.params.own.value,)), bytes((self.params.peer.value,))
        plain = encode(self.params.own, Rr(0), self.modulo)
        sabm = b"\x3f" if self.modulo is Modulo.M8 else b"\x7f"
        whole = self.octets(Disc(pf=True), command=True)
        return {
            "undefined control": hdlc.encode(own + b"\xe3"),
            "RR with a field": hdlc.encode(plain + b"\x00"),
            "SABM with a field": hdlc.encode(own + sabm + b"\x00"),
            "UA with a field": hdlc.encode(peer + b"\x73\x00"),
            "FRMR cut short": hdlc.encode(encode(self.params.peer, frmr, self.modulo)[:-1]),
            "another address": hdlc.encode(bytes((Address.C.value, 0x3F))),
            "three octets": b"\x7e\x01\x3f\xeb\x7e",
            "FCS error": whole[:-2] + bytes((whole[-2] ^ 0x01,)) + whole[-1:],
            "abort": whole[:-1] + b"\x7d\x7e",
        }[stimulus]

    def verify(self) -> None:
        """Prove the state from outside."""
        link, running = copy.deepcopy(self.link), set(self.running)
        state = self.link.state
        sent = self.words(self.do(lp.DataRequest(FIELD)))
        up = state in (State.CONNECTED, State.TIMER_RECOVERY)
        assert ("refused" in sent) == (not up)
        if state is State.TIMER_RECOVERY:
            assert sent == []
        told = self.words(self.arrive(self.octets(Disc(pf=True), command=True)))
        assert told == {
            State.DISCONNECTED: ["DM F=1"],
            State.SETTING_UP: ["DM F=1", "release ind"],
            State.DISCONNECTING: ["UA F=1"],
        }.get(state, ["UA F=1", "release ind"])
        self.link, self.running = link, running

    def words(self, actions: list[lp.Action]) -> list[str]:
        """Say in the words of the table what this end did."""
        return [word for action in actions if (word := self._word(action))]

    def _word(self, action: lp.Action) -> str:
        match action:
            case lp.SendFrame(address, frame):
                return _sent(frame, command=address is self.params.peer)
            case lp.Refused():
                return "refused"
            case lp.StartTimer() | lp.StopTimer() | lp.Ignored():
                return ""
            case _:
                return {
                    lp.EstablishIndication: "establish ind",
                    lp.EstablishConfirm: "establish cnf",
                    lp.ResetIndication: "reset ind",
                    lp.ReleaseIndication: "release ind",
                    lp.ReleaseConfirm: "release cnf",
                    lp.DataIndication: "data ind",
                }[type(action)]


def _fields(frame: Frmr) -> dict[str, Any]:
    return {name: getattr(frame, name) for name in frame.__struct_fields__}


def _sent(frame: Frame, *, command: bool) -> str:
    name = type(frame).__name__.upper()
    match frame:
        case Info(ns, nr, pf):
            assert command
            assert not pf
            return f"I {ns}/{nr}"
        case Rr(nr, pf) | Rnr(nr, pf) | Rej(nr, pf):
            return f"{name} {'cmd P' if command else 'rsp F'}={int(pf)} {nr}"
        case Sabm(pf) | Sabme(pf):
            assert command
            return f"SABM P={int(pf)}"
        case Disc(pf):
            assert command
            return f"DISC P={int(pf)}"
        case Ua(pf) | Dm(pf):
            assert not command
            return f"{name} F={int(pf)}"
        case Frmr(pf, reasons=reasons):
            assert not command
            letters = "".join(str(one.name) for one in Reason if one in reasons)
            return f"FRMR {letters} F={int(pf)}"


HEAD = """\
# LAPB: what is supported

X.25 (10/96) section 2 and ISO 7776: both ends, modulo 8 and 128, single link. *Supported*
names the tests; the matrix below is made of cases that
`tests/protocols/lapb/test_conformance.py` ran as DTE and DCE, modulo 8 and 128. This page is
written by `make golden`.

| clause | item | supported | test |
| --- | --- | --- | --- |
| 2.2, ISO 13239 | octet stuffing, ACCM, FCS-16, abort, frames of any cut | yes | tests/protocols/hdlc/test_octets.py |
| 2.2 | bit stuffing, for captures | yes | tests/protocols/hdlc/test_bits.py |
| 2.3.2 | addresses A and B by role; others dropped | yes | matrix, test_frames.py |
| 2.3.3, 2.3.4 | I, RR, RNR, REJ, SABM, SABME, DISC, UA, DM, FRMR | yes | test_frames.py |
| 2.4.4 | set-up, disconnection, collisions, DM to ask for set-up | yes | matrix, test_link.py |
| 2.4.5 | I frames, window k, REJ recovery, own and peer busy, timer recovery | yes | matrix, test_link.py, test_link_properties.py |
| 2.4.6, 2.4.7 | frame rejection, reset | yes | matrix |
| 2.4.8 | T1, T2, T3, N1, N2, k as parameters; T4 of ISO 7776 | yes | matrix, test_link.py |
| 2.4.8.6 | sequence numbers wrap, window closed at k | yes | test_link_properties.py, test_link.py |
| 2.5 | multilink | no | |
| ISO 7776 | XID, TEST | no | |
| - | losses, repetitions, delays: all arrives once and in order, or a reset is told | yes | test_link_properties.py, tests/sim/lab |
| - | read by a decoder that is not ours (tshark) | yes | test_tshark.py |

Choices that the Recommendation leaves open stand in the docstring of `protocols/lapb/link.py`.

## State and stimulus

S0 is disconnected, S1 link set-up, S2 disconnecting, S3 information transfer, S4 frame reject;
TR is S3 with timer recovery. A cell is the answer, and the next state where it is another; `-`
is no answer. Modulo 128 reads SABM as SABME. N2 is 2; acknowledgements do not wait for T2.
One I frame is outstanding in timer recovery. A UA that nobody asked for resets the link once
T1 has passed, unless no I frame went either way. RR -1 has the N(R) below V(A).

"""  # noqa: E501 - rows of a page

SITUATIONS, ROWS = table()
CASES = [
    pytest.param(situation, stimulus, cells[at], id=f"{situation}: {stimulus}")
    for stimulus, _, cells in ROWS
    for at, situation in enumerate(SITUATIONS)
    if cells[at]
]


def run(role: Role, modulo: Modulo, situation: str, stimulus: str, expected: str) -> None:
    answer, _, after = expected.partition(">")
    bench = Bench(role, modulo, situation)
    before = bench.link.state
    done = bench.words(bench.stimulate(stimulus))
    assert ", ".join(done) == answer.strip().removeprefix("-")
    assert bench.link.state is (STATES[after.strip()] if after else before)
    bench.verify()


@pytest.mark.parametrize("modulo", Modulo)
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("situation", "stimulus", "expected"), CASES)
def test_state_and_stimulus(
    role: Role, modulo: Modulo, situation: str, stimulus: str, expected: str
) -> None:
    run(role, modulo, situation, stimulus, expected)


def test_the_conformance_page_is_current() -> None:
    """The page tells the cases that pass, in the words of the table."""
    lines = [
        *HEAD.splitlines(),
        f"| stimulus | kind | {' | '.join(SITUATIONS)} |",
        "| --- " * (len(SITUATIONS) + 2) + "|",
    ]
    for stimulus, kind, cells in ROWS:
        for situation, cell in zip(SITUATIONS, cells, strict=True):
            if cell:
                for role in Role:
                    for modulo in Modulo:
                        run(role, modulo, situation, stimulus, cell)
        shown = [cell.replace(">", "→") for cell in cells]
        lines.append(f"| {stimulus} | {KINDS[kind]} | {' | '.join(shown)} |")
    golden.compare("../docs/conformance/lapb.md", "\n".join(lines) + "\n")
