"""Each state of a data link connection, each stimulus, on either side: answer and next state.

The tables were written from Q.921 annex B and Q.921bis' method, not from the machine: a
preamble brings the connection into its state, one stimulus follows as octets, the answer is
compared, and a further SABME proves the state. The page in ``docs/conformance`` is made of the
cases that were run here.
"""

from __future__ import annotations

import copy
from typing import Any

import pytest

from protocols.lapd import primitives as dl
from protocols.lapd.frames import (
    Address,
    Disc,
    Dm,
    Frame,
    Frmr,
    Info,
    Rej,
    Rnr,
    Rr,
    Sabme,
    Ua,
    Ui,
    Xid,
    encode,
)
from protocols.lapd.layer_primitives import (
    Action,
    ErrorIndication,
    LineUp,
    Params,
    Refused,
    SendFrame,
    TimerExpired,
    Told,
)
from protocols.lapd.primitives import Role, State, Timer
from tests.protocols.lapd.wire import Side
from tests.support import golden

TABLE = """
stimulus            | kind | 4                   | 5                  | 6            | 7                        | 7, I outstanding                  | 8, I outstanding
DL-ESTABLISH req    | p | SABME P=1 > 5          | -                  | -            | SABME P=1 > 5            | SABME P=1 > 5                     | SABME P=1 > 5
DL-RELEASE req      | p | DL-RELEASE cnf         | DISC P=1 > 6       | -            | DISC P=1 > 6             | DISC P=1 > 6                      | DISC P=1 > 6
DL-DATA req         | p | refused                | refused            | refused      | I 0/0                    | I 1/0                             | -
DL-UNIT-DATA req    | p | UI                     | UI                 | UI           | UI                       | UI                                | UI
T200                | p |                        | SABME P=1          | DISC P=1     |                          | RR cmd P=1 0 > 8                  | RR cmd P=1 0
T203                | p |                        |                    |              | RR cmd P=1 0 > 8         |                                   |
SABME P=1           | p | UA F=1, DL-ESTABLISH ind > 7 | UA F=1       | DM F=1       | UA F=1, error F          | UA F=1, error F, DL-ESTABLISH ind | UA F=1, error F, DL-ESTABLISH ind > 7
SABME P=0           | p | UA F=0, DL-ESTABLISH ind > 7 | UA F=0       | DM F=0       | UA F=0, error F          | UA F=0, error F, DL-ESTABLISH ind | UA F=0, error F, DL-ESTABLISH ind > 7
DISC P=1            | p | DM F=1                 | DM F=1             | UA F=1       | UA F=1, DL-RELEASE ind > 4 | UA F=1, DL-RELEASE ind > 4      | UA F=1, DL-RELEASE ind > 4
DISC P=0            | p | DM F=0                 | DM F=0             | UA F=0       | UA F=0, DL-RELEASE ind > 4 | UA F=0, DL-RELEASE ind > 4      | UA F=0, DL-RELEASE ind > 4
UA F=1              | p | error C                | DL-ESTABLISH cnf > 7 | DL-RELEASE cnf > 4 | error C            | error C                           | error C
UA F=0              | o | error D                | error D            | error D      | error D                  | error D                           | error D
DM F=1              | p | -                      | DL-RELEASE ind > 4 | DL-RELEASE cnf > 4 | error B            | error B                           | error B, SABME P=1 > 5
DM F=0              | p | SABME P=1 > 5          | -                  | -            | error E, SABME P=1 > 5   | error E, SABME P=1 > 5            | error E, SABME P=1 > 5
FRMR F=0            | o | -                      | -                  | -            | error K, SABME P=1 > 5   | error K, SABME P=1 > 5            | error K, SABME P=1 > 5
I 0/0 P=0           | p | -                      | -                  | -            | DL-DATA ind, RR rsp F=0 1 | DL-DATA ind, RR rsp F=0 1        | DL-DATA ind, RR rsp F=0 1
I 0/0 P=1           | p | -                      | -                  | -            | DL-DATA ind, RR rsp F=1 1 | DL-DATA ind, RR rsp F=1 1        | DL-DATA ind, RR rsp F=1 1
I 1/0 P=0           | p | -                      | -                  | -            | REJ rsp F=0 0            | REJ rsp F=0 0                     | REJ rsp F=0 0
I 1/0 P=1           | p | -                      | -                  | -            | REJ rsp F=1 0            | REJ rsp F=1 0                     | REJ rsp F=1 0
I 0/0 of N201       | p | -                      | -                  | -            | DL-DATA ind, RR rsp F=0 1 | DL-DATA ind, RR rsp F=0 1        | DL-DATA ind, RR rsp F=0 1
I 0/0 of N201 + 1   | i | error O                | error O            | error O      | error O, SABME P=1 > 5   | error O, SABME P=1 > 5            | error O, SABME P=1 > 5
I 0/9 P=0           | i | -                      | -                  | -            | error J, SABME P=1 > 5   | error J, SABME P=1 > 5            | error J, SABME P=1 > 5
I 0/0 as response   | i | error L                | error L            | error L      | error L, SABME P=1 > 5   | error L, SABME P=1 > 5            | error L, SABME P=1 > 5
RR cmd P=1 0        | p | -                      | -                  | -            | RR rsp F=1 0             | RR rsp F=1 0                      | RR rsp F=1 0
RR cmd P=0 0        | p | -                      | -                  | -            | -                        | -                                 | -
RR rsp F=0 0        | p | -                      | -                  | -            | -                        | -                                 | -
RR rsp F=1 0        | o | -                      | -                  | -            | error A                  | error A                           | I 0/0 > 7
RR rsp F=1 1        | p | -                      | -                  | -            | error J, SABME P=1 > 5   | error A                           | > 7
RR rsp F=0 1        | p | -                      | -                  | -            | error J, SABME P=1 > 5   | -                                 | -
RR rsp F=0 2        | i | -                      | -                  | -            | error J, SABME P=1 > 5   | error J, SABME P=1 > 5            | error J, SABME P=1 > 5
RR rsp F=0 127      | i | -                      | -                  | -            | error J, SABME P=1 > 5   | error J, SABME P=1 > 5            | error J, SABME P=1 > 5
RNR cmd P=1 0       | p | -                      | -                  | -            | RR rsp F=1 0             | RR rsp F=1 0                      | RR rsp F=1 0
RNR rsp F=0 0       | p | -                      | -                  | -            | -                        | -                                 | -
RNR rsp F=1 0       | o | -                      | -                  | -            | error A                  | error A                           | > 7
REJ cmd P=1 0       | p | -                      | -                  | -            | RR rsp F=1 0             | RR rsp F=1 0, I 0/0               | RR rsp F=1 0
REJ rsp F=0 0       | p | -                      | -                  | -            | -                        | I 0/0                             | -
REJ rsp F=1 0       | o | -                      | -                  | -            | error A                  | error A, I 0/0                    | I 0/0 > 7
UI                  | p | DL-UNIT-DATA ind       | DL-UNIT-DATA ind   | DL-UNIT-DATA ind | DL-UNIT-DATA ind     | DL-UNIT-DATA ind                  | DL-UNIT-DATA ind
XID cmd P=1         | p | XID rsp F=1, XID ind   | XID rsp F=1, XID ind | XID rsp F=1, XID ind | XID rsp F=1, XID ind | XID rsp F=1, XID ind          | XID rsp F=1, XID ind
SABME as response   | i | error L                | error L            | error L      | error L, SABME P=1 > 5   | error L, SABME P=1 > 5            | error L, SABME P=1 > 5
UA as command       | i | error L                | error L            | error L      | error L, SABME P=1 > 5   | error L, SABME P=1 > 5            | error L, SABME P=1 > 5
undefined control   | i | error L                | error L            | error L      | error L, SABME P=1 > 5   | error L, SABME P=1 > 5            | error L, SABME P=1 > 5
RR with a field     | i | error M                | error M            | error M      | error M, SABME P=1 > 5   | error M, SABME P=1 > 5            | error M, SABME P=1 > 5
SABME with a field  | i | error M                | error M            | error M      | error M, SABME P=1 > 5   | error M, SABME P=1 > 5            | error M, SABME P=1 > 5
FRMR of 4 octets    | i | error N                | error N            | error N      | error N, SABME P=1 > 5   | error N, SABME P=1 > 5            | error N, SABME P=1 > 5
address of 1 octet  | i | -                      | -                  | -            | -                        | -                                 | -
unknown SAPI        | i | -                      | -                  | -            | -                        | -                                 | -
I with TEI 127      | i | -                      | -                  | -            | -                        | -                                 | -
another TEI         | i | -                      | -                  | -            | -                        | -                                 | -
one octet           | i | -                      | -                  | -            | -                        | -                                 | -
"""  # noqa: E501 - a table is read by its columns

KINDS = {"p": "proper", "o": "inopportune", "i": "improper"}
"""Of stimuli, in the words of Q.921bis."""

PARAMS = dl.Params(k=7, n200=2, n201=8)
FIELD = b"\x08\x00\x00\x00"


def table() -> tuple[list[str], list[tuple[str, str, list[str]]]]:
    """Give the names of the columns, and the rows."""
    head, *rows = (
        [cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()
    )
    return head[2:], [(row[0], row[1], row[2:]) for row in rows]


class Bench:
    """One side of a point-to-point access, brought into a state."""

    def __init__(self, role: Role, situation: str) -> None:
        self.role = role
        self.side = Side(Params(role, tei=0, sapis={0: PARAMS}))
        self.side.handle(LineUp())
        state = situation[0]
        if state != "4":
            self.side.request(dl.EstablishRequest(), tei=0)
        if state in "678":
            self.frame(Ua(pf=True), command=False)
        if state == "6":
            self.side.request(dl.ReleaseRequest(), tei=0)
        if "outstanding" in situation:
            self.side.request(dl.DataRequest(FIELD), tei=0)
        if state == "8":
            self.side.expire(Timer.T200)
        assert self.state == int(state)

    @property
    def state(self) -> int:
        states = {link.state.value for link in self.side.layer.links.values()}
        return states.pop() if states else State.TEI_ASSIGNED.value

    def octets(self, frame: Frame, *, command: bool, sapi: int = 0, tei: int = 0) -> bytes:
        """Give the octets with which the other side sends a frame."""
        other = Role.USER if self.role is Role.NETWORK else Role.NETWORK
        return encode(Address(sapi, tei, command == other.command()), frame)

    def frame(self, frame: Frame, *, command: bool) -> list[Action]:
        return self.side.take(self.octets(frame, command=command))

    def stimulate(self, stimulus: str) -> list[Action]:
        """Do what the first column says."""
        requests: dict[str, dl.Request] = {
            "DL-ESTABLISH req": dl.EstablishRequest(),
            "DL-RELEASE req": dl.ReleaseRequest(),
            "DL-DATA req": dl.DataRequest(FIELD),
            "DL-UNIT-DATA req": dl.UnitDataRequest(FIELD),
        }
        if stimulus in requests:
            return self.side.request(requests[stimulus], tei=0)
        if stimulus in Timer.__members__:
            clocks = [clock for clock in self.side.running if clock.timer.name == stimulus]
            assert len(clocks) == 1
            self.side.running.remove(clocks[0])
            return self.side.handle(TimerExpired(clocks[0]))
        return self.side.take(self.arriving(stimulus))

    def arriving(self, stimulus: str) -> bytes:
        """Give the octets that the first column names."""
        rr = self.octets(Rr(0), command=True)
        match stimulus.split():
            case ["SABME" | "DISC" | "UA" | "DM" as name, bit]:
                kind: Any = {"SABME": Sabme, "DISC": Disc, "UA": Ua, "DM": Dm}[name]
                return self.octets(kind(bit.endswith("1")), command=name in ("SABME", "DISC"))
            case ["I", numbers, *rest]:
                if numbers == "with":
                    return self.octets(Info(0, 0), command=True, tei=127)
                ns, nr = map(int, numbers.split("/"))
                size = {"N201": 8, "1": 9}.get(rest[-1], 4)
                info = Info(ns, nr, "P=1" in rest, bytes(size))
                return self.octets(info, command="response" not in rest)
            case ["RR" | "RNR" | "REJ" as name, "cmd" | "rsp" as cr, bit, nr]:
                numbered: Any = {"RR": Rr, "RNR": Rnr, "REJ": Rej}[name]
                supervisory = numbered(int(nr), bit.endswith("1"))
                return self.octets(supervisory, command=cr == "cmd")
            case ["UI"]:
                return self.octets(Ui(data=FIELD), command=True)
            case ["XID", *_]:
                return self.octets(Xid(pf=True, data=FIELD), command=True)
            case ["FRMR", "F=0"]:
                return self.octets(Frmr(pf=False, field=bytes(5)), command=False)
            case ["FRMR", *_]:
                return self.octets(Frmr(pf=False, field=bytes(5)), command=False)[:-1]
            case ["SABME", "as", "response"]:
                return self.octets(Sabme(pf=True), command=False)
            case ["UA", "as", "command"]:
                return self.octets(Ua(pf=True), command=True)
            case ["undefined", *_]:
                return rr[:2] + b"\xe3"
            case ["RR", "with", *_]:
                return rr + b"\x00"
            case ["SABME", "with", *_]:
                return self.octets(Sabme(pf=True), command=True) + b"\x00"
            case ["address", *_]:
                return b"\x01\x7f\x00"
            case ["unknown", "SAPI"]:
                return self.octets(Sabme(pf=True), command=True, sapi=5)
            case ["another", "TEI"]:
                return self.octets(Sabme(pf=True), command=True, tei=1)
            case _:
                assert stimulus == "one octet"
                return rr[:1]

    def verify(self) -> None:
        """Prove the state from outside: only in 7 data go out, and SABME tells the others."""
        side = copy.deepcopy(self.side)
        link = next(iter(side.layer.links.values()), None)
        peer_busy = link is not None and link._transfer.peer_busy
        sent = words(self.role, side.request(dl.DataRequest(FIELD), tei=0))
        assert any(word.startswith("I ") for word in sent) == (
            self.state == State.MULTIPLE_FRAME_ESTABLISHED.value and not peer_busy
        )
        told = words(self.role, side.take(self.octets(Sabme(pf=True), command=True)))
        match self.state:
            case State.TEI_ASSIGNED.value:
                assert told == ["UA F=1", "DL-ESTABLISH ind"]
            case State.AWAITING_ESTABLISHMENT.value:
                assert told == ["UA F=1"]
            case State.AWAITING_RELEASE.value:
                assert told == ["DM F=1"]
            case _:
                assert told[:2] == ["UA F=1", "error F"]


def words(role: Role, actions: list[Action]) -> list[str]:
    """Say in the words of the table what this side did."""
    return [word for action in actions if (word := _word(role, action))]


def _word(role: Role, action: Action) -> str:
    match action:
        case SendFrame(address, frame):
            return _sent(frame, command=address.cr == role.command())
        case Told(indication):
            return {
                dl.EstablishIndication: "DL-ESTABLISH ind",
                dl.EstablishConfirm: "DL-ESTABLISH cnf",
                dl.ReleaseIndication: "DL-RELEASE ind",
                dl.ReleaseConfirm: "DL-RELEASE cnf",
                dl.DataIndication: "DL-DATA ind",
                dl.UnitDataIndication: "DL-UNIT-DATA ind",
                dl.XidIndication: "XID ind",
            }[type(indication)]
        case ErrorIndication(error):
            return f"error {error.name}"
        case Refused():
            return "refused"
        case _:
            return ""


def _sent(frame: Frame, *, command: bool) -> str:
    name = type(frame).__name__.upper()
    match frame:
        case Info(ns, nr, pf):
            assert command
            assert not pf
            return f"I {ns}/{nr}"
        case Rr(nr, pf) | Rnr(nr, pf) | Rej(nr, pf):
            return f"{name} {'cmd P' if command else 'rsp F'}={int(pf)} {nr}"
        case Sabme(pf) | Disc(pf):
            assert command
            return f"{name} P={int(pf)}"
        case Ua(pf) | Dm(pf):
            assert not command
            return f"{name} F={int(pf)}"
        case Xid(pf):
            assert not command
            return f"XID rsp F={int(pf)}"
        case Ui():
            assert command
            return "UI"
        case Frmr():
            return "FRMR"


HEAD = """\
# LAPD: what is supported

Q.921 (09/97), user and network side, point-to-point and on a bus. *Supported* names the
tests; the matrix below is made of cases that `tests/protocols/lapd/test_conformance.py` ran on
both sides. This page is written by `make golden`. TEI management has [its own page](tei.md).

| clause | item | supported | test |
| --- | --- | --- | --- |
| 2.2, 2.6 | flags, transparency, FCS | by the line's driver; `protocols/hdlc` for raw bits | tests/protocols/hdlc |
| 3.2, 3.3 | address of two octets, C/R, SAPI 0 to 63, TEI 0 to 127 | yes | test_frames.py |
| 3.4, 3.6 | I, RR, RNR, REJ, SABME, DISC, UA, DM, UI, XID; FRMR received only | yes | test_frames.py |
| 2.9 | invalid frames are dropped | yes | matrix |
| 5.2 | unacknowledged transfer, to one TEI and to all | yes | test_layer.py |
| 5.5, 5.6 | multiple frame operation, modulo 128, own and peer busy, REJ, timer recovery | yes | matrix, test_properties.py |
| 5.7, 5.8 | re-establishment, frame rejection, MDL-ERROR A to O | yes | matrix |
| 5.9 | T200, T201, T202, T203, N200, N201, N202, k as parameters | yes | test_layer.py, link.statetable.txt |
| appendix IV | XID: any content passes; a command is answered by an empty response, which keeps the defaults | partly | matrix |
| - | states 1 to 3 | yes | link.statetable.txt |
| - | other implementation as peer (libpri) | yes | tests/interop |

Choices and deviations stand in the docstrings of `protocols/lapd/link.py` and `Params`.

## State and stimulus

A cell is the answer, and the next state where it is another; `-` is no answer. N200 is 2.

"""  # noqa: E501 - rows of a page

SITUATIONS, ROWS = table()
CASES = [
    pytest.param(role, situation, stimulus, cells[at],
                 id=f"{role.value}, state {situation}: {stimulus}")
    for role in Role
    for stimulus, _, cells in ROWS
    for at, situation in enumerate(SITUATIONS)
    if cells[at]
]  # fmt: skip


@pytest.mark.parametrize(("role", "situation", "stimulus", "expected"), CASES)
def test_state_and_stimulus(role: Role, situation: str, stimulus: str, expected: str) -> None:
    run(role, situation, stimulus, expected)


def run(role: Role, situation: str, stimulus: str, expected: str) -> None:
    answer, _, after = expected.partition(">")
    bench = Bench(role, situation)
    done = words(role, bench.stimulate(stimulus))
    assert ", ".join(done) == answer.strip().removeprefix("-")
    assert bench.state == int(after or situation[0])
    bench.verify()


def test_the_conformance_page_is_current() -> None:
    """The page tells the cases that pass, in the words of the table."""
    states = [f"state {name}" for name in SITUATIONS]
    lines = [
        *HEAD.splitlines(),
        f"| stimulus | kind | {' | '.join(states)} |",
        "| --- " * (len(states) + 2) + "|",
    ]
    for stimulus, kind, cells in ROWS:
        for role in Role:
            for situation, cell in zip(SITUATIONS, cells, strict=True):
                if cell:
                    run(role, situation, stimulus, cell)
        shown = [cell.replace(">", "→") if cell else "" for cell in cells]
        lines.append(f"| {stimulus} | {KINDS[kind]} | {' | '.join(shown)} |")
    golden.compare("../docs/conformance/lapd.md", "\n".join(lines) + "\n")
