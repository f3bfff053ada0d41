"""Each state of TEI management, each stimulus, on the user and the network side.

The tables were written from Q.921 5.3, not from the machines: a preamble of stimuli brings a
side into its state, one stimulus follows as octets or primitive, the answer is compared, and
what the side does afterwards proves the state. The page in ``docs/conformance`` is made of the
cases that were run here. What data link connections answer meanwhile is not told here.
"""

from __future__ import annotations

import copy
import functools
import itertools

import msgspec
import pytest

from protocols.lapd import primitives as dl
from protocols.lapd.frames import (
    GROUP_TEI,
    MANAGEMENT,
    Address,
    Frame,
    Rr,
    Sabme,
    Ua,
    Ui,
    encode,
)
from protocols.lapd.layer import read
from protocols.lapd.layer_primitives import (
    Action,
    CheckRequest,
    LineDown,
    LineUp,
    Params,
    Refused,
    RemoveRequest,
    SendFrame,
    TeiAssigned,
    TeiFailed,
    TeiRemoved,
    TimerExpired,
)
from protocols.lapd.primitives import Role, Timer
from protocols.lapd.tei import FIRST, LAST, Kind, Message
from protocols.lapd.tei import decode as decode_message
from protocols.lapd.tei import encode as encode_message
from protocols.lapd.tei_network import WAITING
from tests.protocols.lapd.wire import Side
from tests.support import golden

CALLED = {
    "request": Kind.IDENTITY_REQUEST,
    "assigned": Kind.IDENTITY_ASSIGNED,
    "denied": Kind.IDENTITY_DENIED,
    "check request": Kind.CHECK_REQUEST,
    "check response": Kind.CHECK_RESPONSE,
    "remove": Kind.REMOVE,
    "verify": Kind.VERIFY,
}
"""Messages by what the tables call them; their Ai follows."""
NAMES = {kind: name for name, kind in CALLED.items()}

# A cell is the answer, and the next state behind ">". "-" is no answer, "=" is as on the left,
# an empty cell cannot come about; a cell alone holds in every state.

USER = """
stimulus                 | kind | no TEI | asks | asks the last time | TEI 64 | verifies | verifies the last time | verifies silent, the last time | TEI 64, line down | fixed 5 | fixed 5, removed
TEI needed               | p | request 127 > requesting | - | = | = | = | = | = | refused | - | TEI assigned 5 > assigned
T202                     | p | | request 127 | TEI failed > unassigned | | verify 64 | > assigned | TEI removed 64 > unassigned | | |
SABME tried N200 times   | p | | | | verify 64 > verifying | - | = | = | | - |
UA F=1                   | o | - | = | = | verify 64 > verifying | - | = | = | = | = | =
UA F=0                   | o | - | = | = | verify 64 > verifying | - | = | = | = | = | =
line down                | p | - | TEI failed > unassigned | = | - | > assigned | = | = | | - | =
line up                  | p | | | | | | | | - | |
assigned, own Ri, 64     | p | - | TEI assigned 64 > assigned | = | - | = | = | = | = | = | =
assigned, own Ri, 65     | o | - | TEI assigned 65 > assigned | = | - | = | = | = | = | = | =
assigned, own Ri, 63     | i | -
assigned, own Ri, 127    | i | -
assigned, another Ri, 64 | p | - | = | = | TEI removed 64 > unassigned | = | = | = | - | = | =
assigned, another Ri, 65 | p | -
assigned, another Ri, 5  | i | - | = | = | = | = | = | = | = | TEI removed 5 > unassigned | -
denied, own Ri, 127      | p | - | request 127 | TEI failed > unassigned | - | = | = | = | = | = | =
denied, own Ri, 64       | p | - | request 127 | TEI failed > unassigned | - | = | = | = | = | = | =
denied, another Ri, 127  | p | -
check request 127        | p | - | = | = | check response 64 | check response 64 > assigned | = | = | - | check response 5 | -
check request 64         | p | - | = | = | check response 64 | check response 64 > assigned | = | = | - | = | =
check request 65         | p | -
check request 5          | p | - | = | = | = | = | = | = | = | check response 5 | -
remove 127               | p | - | = | = | TEI removed 64 > unassigned | = | = | = | - | = | =
remove 64                | p | - | = | = | TEI removed 64 > unassigned | = | = | = | - | = | =
remove 65                | p | -
remove 5                 | p | - | = | = | = | = | = | = | = | TEI removed 5 > unassigned | -
request 127              | i | -
check response 64        | i | -
verify 64                | i | -
remove 127: entity 0E    | i | -
remove 127: type 0       | i | -
remove 127: type 8       | i | -
remove 127: no Ai        | i | -
remove 127: Ai goes on   | i | -
remove 127: octet behind Ai | i | -
remove 127: as response  | i | -
remove 127: to TEI 64    | i | -
remove 127: empty        | i | -
remove 127: RR instead   | i | -
"""  # noqa: E501 - a table is read by its columns

NETWORK = """
stimulus                 | kind | none used | 64 used | 64 checked | 64 answered | 64 answered twice | 64 checked again | all used | all checked | all answered | all checked again, 126 silent | 16 wait | 64 used, line down
request 127              | p | assigned 64, TEI assigned 64 | assigned 65, TEI assigned 65 | = | = | = | = | check request 127 > T201 127 | - | = | = | denied 127 | -
request 64               | p | assigned 64, TEI assigned 64 | denied 64 | = | = | = | = | = | = | = | = | = | -
request 70               | p | assigned 70, TEI assigned 70 | = | = | = | = | = | denied 70 | = | = | = | = | -
request 5                | i | denied 5 | = | = | = | = | = | = | = | = | = | = | -
check response 64        | p | -
check response 65        | o | -
check response 64 65     | p | -
verify 64                | p | check request 64 > T201 64 | = | - | = | = | = | check request 64 > T201 64 | check request 64 > T201 64 127 | = | = | = | -
verify 5                 | o | -
verify 127               | i | check request 127 > T201 127 | = | check request 127 > T201 64 127 | = | = | = | check request 127 > T201 127 | - | = | = | = | =
MDL check 64             | p | check request 64 > T201 64 | = | - | = | = | = | check request 64 > T201 64 | check request 64 > T201 64 127 | = | = | = | refused
MDL check 127            | p | check request 127 > T201 127 | = | check request 127 > T201 64 127 | = | = | = | check request 127 > T201 127 | - | = | = | = | refused
MDL check 5              | o | - | = | = | = | = | = | = | = | = | = | = | refused
MDL remove 64            | p | remove 64 twice | remove 64 twice, TEI removed 64 | remove 64 twice, TEI removed 64 > at rest | = | = | = | remove 64 twice, TEI removed 64 | = | = | = | = | refused
MDL remove 127           | p | remove 127 twice | remove 127 twice, TEI removed 64 | remove 127 twice, TEI removed 64 > at rest | = | = | = | remove 127 twice, TEI removed 64 to 126 | = | = | = | = | refused
T201 64                  | p | | | check request 64 | > at rest | remove 64 twice, TEI removed 64 > at rest | = | | | | | |
T201 127                 | p | | | | | | | | check request 127 | denied 127 > at rest | remove 126 twice, TEI removed 126, assigned 126, TEI assigned 126 > at rest | check request 127 |
line down                | p | - | = | > at rest | = | = | = | - | > at rest | = | = | = |
line up                  | p | | | | | | | | | | | | remove 127 twice, TEI removed 64
SABME from 64            | o | remove 64 | - | = | = | = | = | = | = | = | = | = | =
SABME from 65            | o | remove 65 | = | = | = | = | = | - | = | = | = | = | =
SABME tried N200 times   | p | | check request 64 > T201 64 | - | = | = | = | check request 64 > T201 64 | check request 64 > T201 64 127 | = | = | = |
UA F=1                   | o | - | check request 64 > T201 64 | - | = | = | = | check request 64 > T201 64 | check request 64 > T201 64 127 | = | = | = | -
UA F=0                   | o | - | check request 64 > T201 64 | - | = | = | = | check request 64 > T201 64 | check request 64 > T201 64 127 | = | = | = | -
assigned 64              | i | -
denied 64                | i | -
check request 64         | i | -
remove 64                | i | -
request 127: entity 0E   | i | -
request 127: type 0      | i | -
request 127: type 8      | i | -
request 127: no Ai       | i | -
request 127: Ai goes on  | i | -
request 127: octet behind Ai | i | -
request 127: as response | i | -
request 127: to TEI 64   | i | -
request 127: empty       | i | -
request 127: RR instead  | i | -
"""  # noqa: E501 - a table is read by its columns

_GIVEN = ("TEI needed", "assigned, own Ri, 64")
_SILENT = (*_GIVEN, "SABME tried N200 times", "T202")
_FULL = ("request 127",) * (LAST - FIRST + 1)
_ANSWERS = tuple(f"check response {tei}" for tei in range(FIRST, LAST + 1))

PREAMBLES: dict[Role, dict[str, tuple[str, ...]]] = {
    Role.USER: {
        "no TEI": (),
        "asks": ("TEI needed",),
        "asks the last time": ("TEI needed", "T202"),
        "TEI 64": _GIVEN,
        "verifies": (*_GIVEN, "UA F=1"),
        "verifies the last time": (*_GIVEN, "UA F=1", "T202"),
        "verifies silent, the last time": _SILENT,
        "TEI 64, line down": (*_GIVEN, "line down"),
        "fixed 5": (),
        "fixed 5, removed": ("remove 5",),
    },
    Role.NETWORK: {
        "none used": (),
        "64 used": ("request 127",),
        "64 checked": ("request 127", "MDL check 64"),
        "64 answered": ("request 127", "MDL check 64", "check response 64"),
        "64 answered twice": ("request 127", "MDL check 64", *(["check response 64"] * 2)),
        "64 checked again": ("request 127", "MDL check 64", "T201 64"),
        "all used": _FULL,
        "all checked": (*_FULL, "request 127"),
        "all answered": (*_FULL, "request 127", *_ANSWERS),
        "all checked again, 126 silent": (*_FULL, "request 127", *_ANSWERS[:-1], "T201 127"),
        "16 wait": (*_FULL, *(["request 127"] * WAITING)),
        "64 used, line down": ("request 127", "line down"),
    },
}
TABLES = {Role.USER: USER, Role.NETWORK: NETWORK}
KINDS = {"p": "proper", "o": "inopportune", "i": "improper"}


def table(role: Role) -> tuple[list[str], list[tuple[str, str, list[str]]]]:
    """Give the states of a side, and the rows, each cell written out."""
    head, *rows = (
        [cell.strip() for cell in line.split("|")] for line in TABLES[role].strip().splitlines()
    )
    states = head[2:]
    assert states == list(PREAMBLES[role])
    written = []
    for stimulus, kind, *cells in rows:
        whole = cells * len(states) if len(cells) == 1 else cells
        assert len(whole) == len(states), stimulus
        for at, cell in enumerate(whole):
            if cell == "=":
                whole[at] = whole[at - 1]
        written.append((stimulus, kind, whole))
    return states, written


class Bench:
    """One side of a bus, brought into a state of TEI management."""

    def __init__(self, role: Role, situation: str) -> None:
        self.role = role
        fixed = 5 if situation.startswith("fixed") else None
        params = Params(role, tei=fixed, sapis={0: dl.Params(n200=1)}, n202=2)
        self.side = Side(params)
        self.asked: list[int] = []
        """Ri of requests that were sent, by this terminal or to this network."""
        self.used: set[int] = set()
        """TEIs that this side said are assigned."""
        self.words(self.side.handle(LineUp()))
        for stimulus in PREAMBLES[role][situation]:
            self.stimulate(stimulus)
        self.side.seen.clear()
        self.side.line.clear()

    @property
    def state(self) -> str:
        """What can be seen from outside: is there a TEI, and which timers run."""
        running = {clock for clock in self.side.running if clock.sapi == MANAGEMENT}
        if self.role is Role.NETWORK:
            assert all(clock.timer is Timer.T201 for clock in running)
            checked = sorted(clock.tei for clock in running)
            return " ".join(["T201", *map(str, checked)]) if checked else "at rest"
        assert all(clock.timer is Timer.T202 for clock in running)
        if self.used:
            return "verifying" if running else "assigned"
        return "requesting" if running else "unassigned"

    # What the side is told.

    def stimulate(self, stimulus: str) -> list[str]:
        """Do what the first column says, and give the answer in words."""
        own = next(iter(self.used), 64) if self.role is Role.USER else 64
        match stimulus.split():
            case ["TEI", "needed"]:
                actions = self.side.request(dl.UnitDataRequest(b"\x08"))
            case ["line", way]:
                actions = self.side.handle(LineUp() if way == "up" else LineDown())
            case ["SABME", "tried", *_]:
                actions = self.side.request(dl.EstablishRequest(), tei=own)
                while any(clock.timer is Timer.T200 for clock in self.side.running):
                    actions += self.expire(Timer.T200)
            case ["T202"]:
                actions = self.expire(Timer.T202)
            case ["T201", tei]:
                actions = self.expire(Timer.T201, int(tei))
            case ["MDL", "check", tei]:
                actions = self.side.handle(CheckRequest(int(tei)))
            case ["MDL", "remove", tei]:
                actions = self.side.handle(RemoveRequest(int(tei)))
            case ["SABME", "from", tei]:
                actions = self.hear(0, int(tei), Sabme(pf=True))
            case ["UA", bit]:
                actions = self.hear(0, own, Ua(pf=bit == "F=1"), command=False)
            case _:
                actions = self.manage(stimulus)
        return self.words(actions)

    def expire(self, timer: Timer, tei: int | None = None) -> list[Action]:
        """Let the one timer of this name, and TEI if it matters, run out."""
        (clock,) = (
            clock
            for clock in self.side.running
            if clock.timer is timer and tei in (clock.tei, None)
        )
        self.side.running.remove(clock)
        return self.side.handle(TimerExpired(clock))

    def manage(self, stimulus: str) -> list[Action]:
        """Send the message that the first column names, or what resembles it."""
        named, _, flaw = stimulus.partition(": ")
        words = named.replace(",", "").split()
        name = " ".join(itertools.takewhile(lambda w: w in ("check", *_WORDS), words))
        tei, *more = [int(word) for word in words if word.isdecimal()]
        octets = encode_message(Message(CALLED[name], tei, self.ri(name, words), tuple(more)))
        match flaw.split():
            case ["entity", _]:
                octets = b"\x0e" + octets[1:]
            case ["type", number]:
                octets = octets[:3] + bytes((int(number),)) + octets[4:]
            case ["no", "Ai"]:
                octets = octets[:4]
            case ["Ai", "goes", "on"]:
                octets = octets[:4] + b"\xfe"
            case ["octet", *_]:
                octets += b"\x03"
            case ["empty"]:
                octets = b""
            case ["RR", _]:
                return self.hear(MANAGEMENT, GROUP_TEI, Rr(0))
            case ["as", "response"]:
                return self.hear(MANAGEMENT, GROUP_TEI, Ui(data=octets), command=False)
            case ["to", "TEI", number]:
                return self.hear(MANAGEMENT, int(number), Ui(data=octets))
            case rest:
                assert not rest
        return self.hear(MANAGEMENT, GROUP_TEI, Ui(data=octets))

    def ri(self, name: str, words: list[str]) -> int:
        """Give the reference number of a message that this side is to hear."""
        if self.role is Role.USER:
            own = self.asked[-1] if self.asked else 0
            return own if "own" in words else own ^ 1 if "another" in words else 0
        if name == "request":
            self.asked.append(1000 + len(self.asked))
            return self.asked[-1]
        return 7 if name == "check response" else 0

    def hear(self, sapi: int, tei: int, frame: Frame, *, command: bool = True) -> list[Action]:
        """Let a frame of the other side arrive."""
        other = Role.USER if self.role is Role.NETWORK else Role.NETWORK
        return self.side.take(encode(Address(sapi, tei, command == other.command()), frame))

    # What the side does.

    def words(self, actions: list[Action]) -> list[str]:
        """Say in the words of the table what this side did."""
        said: list[str] = []
        for action in actions:
            match action:
                case SendFrame(Address(sapi=63) as address, frame):
                    assert address == Address(MANAGEMENT, GROUP_TEI, self.role.command())
                    assert isinstance(frame, Ui)
                    assert not frame.pf
                    said.append(self.sent(decode_message(frame.data)))
                case TeiAssigned(tei):
                    self.used.add(tei)
                    said.append(f"TEI assigned {tei}")
                case TeiRemoved(tei):
                    self.used.remove(tei)
                    said.append(f"TEI removed {tei}")
                case TeiFailed():
                    said.append("TEI failed")
                case Refused():
                    said.append("refused")
                case _:
                    pass  # of a connection: on the page of LAPD
        return shortened(said)

    def sent(self, message: Message) -> str:
        """Name a message; its Ri is new in a request, that of the request in its answer."""
        match message.kind:
            case Kind.IDENTITY_REQUEST:
                assert message.ri not in self.asked
                self.asked.append(message.ri)
            case Kind.IDENTITY_ASSIGNED | Kind.IDENTITY_DENIED:
                assert message.ri in self.asked
            case Kind.CHECK_RESPONSE:
                pass  # any
            case Kind.CHECK_REQUEST | Kind.REMOVE | Kind.VERIFY:
                assert message.ri == 0
        return f"{NAMES[message.kind]} {message.tei}"

    def verify(self) -> None:
        """Prove from outside which TEIs there are, and what is under way."""
        if not self.side.layer.up:
            assert self.stimulate("check request 127" if self.role is Role.USER else
                                  "request 127") == []  # fmt: skip
        elif self.role is Role.NETWORK:
            checked = self.state.split()
            for tei in (64, GROUP_TEI):
                told = self.stimulate(f"MDL check {tei}")
                assert told == ([] if str(tei) in checked else [f"check request {tei}"])
            for tei in range(FIRST, LAST + 1):
                sabme = encode(Address(0, tei, Role.USER.command()), Sabme(pf=True))
                told = self.words(self.side.layer.handle(read(sabme)))
                assert told == ([] if tei in self.used else [f"remove {tei}"])
        else:
            state = self.state
            had = sorted(self.used)
            told = self.stimulate("check request 127")
            assert told == [f"check response {tei}" for tei in had]
            taken = self.stimulate("assigned, own Ri, 70")
            assert taken == (["TEI assigned 70"] if state == "requesting" else [])


_WORDS = {word for name in CALLED for word in name.split()}


def shortened(words: list[str]) -> list[str]:
    """Write what comes twice, and TEIs in a row, as one."""
    short: list[str] = []
    for word, group in itertools.groupby(words):
        times = len(list(group))
        assert times <= 2
        short.append(f"{word} twice" if times == 2 else word)
    every = [f"TEI removed {tei}" for tei in range(FIRST, LAST + 1)]
    at = next((at for at in range(len(short)) if short[at:] == every), None)
    return short if at is None else [*short[:at], f"TEI removed {FIRST} to {LAST}"]


class Case(msgspec.Struct, frozen=True):
    """One cell of a table."""

    role: Role
    situation: str
    stimulus: str
    expected: str


def cases() -> list[Case]:
    """Give every cell that can come about."""
    found = []
    for role in Role:
        states, rows = table(role)
        for stimulus, _, cells in rows:
            found += [
                Case(role, state, stimulus, cell)
                for state, cell in zip(states, cells, strict=True)
                if cell
            ]
    return found


@functools.cache
def made(role: Role, situation: str) -> Bench:
    """Give a side in a state, to be copied: preambles are long."""
    return Bench(role, situation)


@functools.cache
def run(case: Case) -> None:
    """Run a case, once if it passes."""
    answer, _, after = (part.strip() for part in case.expected.partition(">"))
    bench = copy.deepcopy(made(case.role, case.situation))
    before = bench.state
    assert ", ".join(bench.stimulate(case.stimulus)) == answer.removeprefix("-")
    assert bench.state == (after or before)
    bench.verify()


@pytest.mark.parametrize(
    "case",
    [pytest.param(c, id=f"{c.role.value}, {c.situation}: {c.stimulus}") for c in cases()],
)
def test_state_and_stimulus(case: Case) -> None:
    run(case)


def test_those_who_wait_are_answered_in_their_order() -> None:
    bench = Bench(Role.NETWORK, "all checked again, 126 silent")
    waiting = bench.asked[-1]
    bench.stimulate("request 127")
    bench.stimulate("T201 127")
    messages = [decode_message(octets[3:]) for octets in bench.side.line]
    assert [m for m in messages if m.kind is not Kind.REMOVE] == [
        Message(Kind.IDENTITY_ASSIGNED, 126, waiting),
        Message(Kind.IDENTITY_DENIED, 127, waiting + 1),
    ]


HEAD = """\
# TEI management: what is supported

Q.921 (09/97) section 5.3, user and network side, on a bus of several terminals. *Supported*
names the tests; the matrices below are made of cases that
`tests/protocols/lapd/test_tei_conformance.py` ran. This page is written by `make golden`. Data
link connections have [their own page](lapd.md).

| clause | item | side | status | supported | test |
| --- | --- | --- | --- | --- | --- |
| 5.3.1, table 8 | messages of types 1 to 7, several Ai in a check response | both | mandatory | yes | test_tei.py, test_tshark.py |
| 5.3.2 | identity request, new Ri each time, N202 tries, T202 | user | mandatory | yes | matrix, test_a_terminal_asks_n202_times_with_an_ri_of_its_own_each |
| 5.3.2 | assigned with own Ri, with another Ri, again, out of range; denied | user | mandatory | yes | matrix |
| 5.3.2 | assignment of 64 to 126 in turn, of a wanted one if free | network | mandatory | yes | matrix, test_teis_are_given_in_turn |
| 5.3.2 | none free: all are checked, then those who asked are served or denied | network | mandatory | yes | matrix |
| 5.3.3 | check response at once | user | mandatory | yes | matrix |
| 5.3.3 | check twice, T201: silent TEIs are freed, doubled ones removed | network | mandatory | yes | matrix |
| 5.3.4 | removal by number and of all | user | mandatory | yes | matrix |
| 5.3.4 | removal, sent twice; of all when layer 1 comes up | network | mandatory | yes | matrix |
| 5.3.5 | verify, twice; unanswered it costs the TEI only when the network answers nothing else | user | optional | yes | matrix |
| 5.3.5 | verify is answered by a check, of Ai 127 by a check of all | network | optional | yes | matrix |
| - | fixed TEI 0 to 63, not touched by a removal of all | user | optional | yes | matrix |
| - | a terminal with an unknown TEI is told to remove it | network | choice | yes | matrix |
| - | several terminals on a bus, each with its connections | both | mandatory | yes | test_terminals_of_a_bus_have_each_a_tei_and_their_own_messages |

Golden tables show the machines by themselves: `tei_user.statetable.txt` and
`tei_network.statetable.txt` beside the tests.

A cell is the answer, and the next state where it is another; `-` is no answer, an empty cell
cannot come about. A number is the Ai; *TEI assigned*, *removed* and *failed* are told to
management, *refused* is a primitive that cannot be met. What a connection answers is left out.
N200 is 1, N202 is 2.
"""  # noqa: E501 - rows of a page

ABOUT = {
    Role.USER: """\
## User side

*TEI needed* is the MDL-ASSIGN indication, made by DL-UNIT DATA request. A terminal that
verifies does so because of an unexpected UA, or, *silent*, because SABME was not answered.
UA comes with the terminal's TEI, with 64 while it has none.
""",
    Role.NETWORK: """\
## Network side

*Checked* is after the check request, *answered* after a response to it, *checked again* after
the second request. Where all TEIs are checked a terminal waits for one; *16 wait* is as many
as may. A state is named by the T201 that run, with their Ai. UA and SABME without more are
those of TEI 64. A terminal that is assigned a TEI, or denied one, is meant by its Ri.
""",
}


def test_the_conformance_page_is_current() -> None:
    """The page tells the cases that pass, in the words of the tables."""
    for case in cases():
        run(case)
    lines = HEAD.splitlines()
    for role in (Role.USER, Role.NETWORK):
        states, rows = table(role)
        lines += [
            "",
            *ABOUT[role].splitlines(),
            "",
            f"| stimulus | kind | {' | '.join(states)} |",
            "| --- " * (len(states) + 2) + "|",
        ]
        for stimulus, kind, cells in rows:
            shown = [cell.replace(">", "→") for cell in cells]
            lines.append(f"| {stimulus} | {KINDS[kind]} | {' | '.join(shown)} |")
    golden.compare("../docs/conformance/tei.md", "\n".join(lines) + "\n")
