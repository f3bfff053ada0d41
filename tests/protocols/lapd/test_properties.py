"""Two ends on a bad wire: nothing lost, doubled or reordered, and nobody waits for ever."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from protocols.lapd import primitives as dl
from protocols.lapd.frames import PACKET, Error
from protocols.lapd.layer_primitives import LineDown, LineUp, Params
from protocols.lapd.link import Link
from protocols.lapd.primitives import Role, State, Timer
from tests.protocols.lapd.test_frames import FRAMES
from tests.protocols.lapd.wire import Side, Wire, check_received

REQUESTS: dict[str, dl.Request] = {
    "establish": dl.EstablishRequest(),
    "release": dl.ReleaseRequest(),
    "busy": dl.BusyRequest(),
    "ready": dl.ReadyRequest(),
}
ODD = {Role.USER: b"\x02\x01\xe3", Role.NETWORK: b"\x00\x01\xe3"}
"""What arrives with an undefined control field: the link is set up again."""
TRAFFIC = ["carry", "carry", "carry", "send", "send", "lose", "twice", "T200", "odd"]
STEPS = st.lists(
    st.tuples(st.sampled_from([*TRAFFIC, "T203", "busy", "ready"]), st.integers(0, 1)),
    max_size=80,
)
ROUGH = st.lists(
    st.tuples(st.sampled_from([*TRAFFIC, "T203", *REQUESTS]), st.integers(0, 1)), max_size=80
)
WINDOWS = st.integers(1, 7)


def point_to_point(k: tuple[int, int], n200: int = 3, *, duplicating: bool) -> Wire:
    network, user = (
        {0: dl.Params(k=window, n200=n200, duplicating=duplicating)} for window in k
    )
    return Wire(
        Params(Role.NETWORK, tei=0, sapis=network), Params(Role.USER, tei=0, sapis=user)
    )


def perform(wire: Wire, step: str, which: int, *, late: bool = False) -> None:
    side = wire.sides[which]
    if step in REQUESTS:
        if not late and step not in ("busy", "ready"):
            wire.drain()
        side.request(REQUESTS[step], tei=0)
    elif step == "send":
        side.send(tei=0)
    elif step == "odd":
        side.take(ODD[side.layer.params.role])
    elif step in Timer.__members__:
        wire.expire(side, Timer[step], late=late)
    else:
        lose, twice = step == "lose", step == "twice"
        wire.carry(side, lose=lose, copies=2 if twice and may_come_twice(side) else 1)


def may_come_twice(side: Side) -> bool:
    """A line that is not said to duplicate does so only with frames that have a number."""
    duplicating = side.layer.params.sapis[0].duplicating
    return duplicating or not side.line or side.line[0][2] & 0x03 != 0x03


def finish(wire: Wire) -> None:
    """Heal the wire; then both ends agree, and their users know."""
    for side in wire.sides:
        side.request(dl.ReadyRequest(), tei=0)
    wire.settle()
    wire.idle()
    states = {link.state for side in wire.sides for link in side.layer.links.values()}
    assert states in ({State.MULTIPLE_FRAME_ESTABLISHED}, {State.TEI_ASSIGNED})
    up = State.MULTIPLE_FRAME_ESTABLISHED in states
    assert all(side.user(tei=0).up == up for side in wire.sides)


def check(wire: Wire) -> None:
    network, user = (side.user(tei=0) for side in wire.sides)
    check_received(network, user)
    check_received(user, network)


@given(STEPS, st.tuples(WINDOWS, WINDOWS), st.booleans())
def test_all_that_is_sent_arrives(
    steps: list[tuple[str, int]], k: tuple[int, int], duplicating: bool
) -> None:
    wire = point_to_point(k, duplicating=duplicating)
    wire.terminals[0].request(dl.EstablishRequest())
    wire.drain()
    for step, which in steps:
        perform(wire, step, which)
    finish(wire)
    check(wire)


@given(ROUGH, st.tuples(WINDOWS, WINDOWS), st.integers(1, 3), st.booleans())
def test_both_ends_agree_after_any_requests(
    steps: list[tuple[str, int]], k: tuple[int, int], n200: int, duplicating: bool
) -> None:
    wire = point_to_point(k, n200, duplicating=duplicating)
    for step, which in steps:
        perform(wire, step, which)
    finish(wire)
    check(wire)


def rough_run(dice: Random, *, requests: bool, late: bool, duplicating: bool) -> Wire:
    """Three hundred steps in a weather of their own: some faults often, others hardly ever."""
    k = (dice.randint(1, 7), dice.randint(1, 7))
    wire = point_to_point(k, dice.randint(1, 8), duplicating=duplicating)
    wire.network.request(dl.EstablishRequest(), tei=0)
    wire.drain()
    steps = ["carry", "send", "lose", "twice", "T200", "T203", "odd", "busy", "ready"]
    steps += REQUESTS if requests else []
    weights = [2.0, 1.0, *(dice.random() ** 4 for _ in steps[2:])]
    for step in dice.choices(steps, weights, k=300):
        perform(wire, step, dice.randint(0, 1), late=late)
    finish(wire)
    return wire


@given(st.integers(0, 2**32), st.booleans(), st.booleans())
def test_nothing_is_lost_in_long_runs(seed: int, requests: bool, duplicating: bool) -> None:
    dice = Random(seed)  # noqa: S311 - any sequence that can be had again will do
    check(rough_run(dice, requests=requests, late=False, duplicating=duplicating))


@given(st.integers(0, 2**32), st.booleans(), st.booleans())
def test_frames_later_than_t200_leave_nobody_stuck(
    seed: int, requests: bool, duplicating: bool
) -> None:
    dice = Random(seed)  # noqa: S311 - any sequence that can be had again will do
    rough_run(dice, requests=requests, late=True, duplicating=duplicating)


def test_sequence_numbers_wrap() -> None:
    wire = point_to_point((7, 3), duplicating=False)
    wire.network.request(dl.EstablishRequest(), tei=0)
    wire.drain()
    count = 2 * 128 + 3
    for _ in range(count):
        for side in wire.sides:
            side.send(tei=0)
        wire.settle()
    for side in wire.sides:
        assert side.user(tei=0).received == [(1, number) for number in range(count)]


BUS_STEPS = st.lists(
    st.tuples(
        st.sampled_from(["carry"] * 8 + ["send", "send", "lose", "twice", "T200", "T201",
                         "T202", "T203", "establish", "release", "down", "up"]),
        st.integers(0, 2),
        st.sampled_from([0, PACKET]),
    ),
    max_size=100,
)  # fmt: skip


@given(BUS_STEPS)
def test_terminals_of_a_bus_have_each_a_tei_and_their_own_messages(
    steps: list[tuple[str, int, int]],
) -> None:
    sapis = {0: dl.Params(k=1), PACKET: dl.Params(k=3)}
    wire = Wire(
        Params(Role.NETWORK, sapis=sapis),
        *(Params(Role.USER, sapis=sapis, seed=seed) for seed in (1, 2)),
    )
    for step, which, sapi in steps:
        side = wire.sides[which]
        tei = wire.terminals[which - 1].layer.tei
        match step:
            case "send":
                side.send(sapi, tei)
            case "establish" | "release":
                wire.drain()
                side.request(REQUESTS[step], sapi, tei)
            case "T200" | "T201" | "T202" | "T203":
                wire.expire(side, Timer[step])
            case "down" | "up":
                wire.drain()
                for one in wire.sides:
                    one.handle(LineDown() if step == "down" else LineUp())
            case _:
                wire.carry(side, lose=step == "lose", copies=2 if step == "twice" else 1)
    for side in wire.sides:
        side.handle(LineUp())
    wire.settle()
    wire.idle()
    teis = [side.layer.tei for side in wire.terminals if side.layer.tei != 127]
    assert len(teis) == len(set(teis))
    for terminal in wire.terminals:
        tei = terminal.layer.tei
        for sapi in sapis:
            link = terminal.layer.links[sapi, 127]
            there = wire.network.layer.links.get((sapi, tei))
            assert link.established == (there is not None and there.established)


@given(st.lists(st.one_of(st.binary(max_size=12), st.just(b"\x00\x81\x7f")), max_size=30))
def test_no_octets_raise(frames: list[bytes]) -> None:
    for role in Role:
        for tei in (None, 0):
            side = Side(Params(role, tei=tei, sapis={0: dl.Params(k=2, n200=1)}))
            side.handle(LineUp())
            side.request(dl.EstablishRequest(), tei=0)
            for octets in frames:
                side.take(octets)
                side.take(b"\x00\x01" + octets)
                side.take(b"\x02\x01" + octets)
                side.take(b"\xfc\xff\x03\x0f" + octets)
                side.take(b"\xfe\xff\x03\x0f" + octets)


EVENTS: st.SearchStrategy[dl.Event] = st.one_of(
    st.sampled_from(
        [
            *REQUESTS.values(),
            dl.DataRequest(b"1234"),
            dl.DataRequest(b"12345"),
            dl.UnitDataRequest(b"1"),
            dl.XidRequest(b"1"),
            dl.AssignRequest(),
            dl.RemoveRequest(),
            dl.ErrorResponse(),
            dl.Deactivation(),
            *map(dl.TimerExpired, Timer),
            *map(dl.FrameInvalid, Error),
        ]
    ),
    st.builds(dl.FrameReceived, st.booleans(), FRAMES),
)


@given(st.lists(EVENTS, max_size=60), st.booleans())
def test_any_events_in_any_order_are_taken(events: list[dl.Event], assigned: bool) -> None:
    link = Link(dl.Params(k=2, n200=2, n201=4, queue=3), assigned=assigned)
    for event in events:
        link.handle(event)
        assert (link.vs - link.va) % 128 <= 2
        assert link.queued <= 3
