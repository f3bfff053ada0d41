"""Which level verdicts add up to."""

from __future__ import annotations

from sim.kit.levels import LEVELS, Verdict, expressed, reached, report


def passed(*levels: str) -> list[Verdict]:
    return [Verdict(level, "all", "passed") for level in levels]


def test_all_levels_are_reached_when_everything_passed() -> None:
    assert reached(passed(*LEVELS)).level == "L4"
    assert reached(passed(*LEVELS)).next == ""


def test_a_failure_ends_the_climb_and_says_why() -> None:
    where = reached([*passed("L0", "L1", "L2", "L3"), Verdict("L2", "hold", "failed")])
    assert (where.level, where.next, where.why) == ("L1", "L2", ("hold failed",))


def test_what_cannot_be_expressed_is_no_failure_and_no_proof() -> None:
    missing = Verdict("L2", "park", "not expressible", "the link has no park")
    assert reached([*passed("L0", "L1", "L2"), missing]).level == "L2"
    assert reached([*passed("L0", "L1"), missing]).level == "L1"


def test_nothing_tried_is_no_level() -> None:
    assert reached([]).level == ""
    assert report([])[-2:] == [
        "level reached: none",
        "not L0: nothing was tried that proves it",
    ]


def test_the_report_names_what_did_not_pass() -> None:
    lines = report([*passed("L0"), Verdict("L1", "held", "failed", "no event")])
    assert "    failed: held (no event)" in lines
    assert "level reached: L0" in lines


def test_what_the_protocol_lacks_ends_the_climb_and_what_it_can_is_told() -> None:
    lacks = Verdict("L1", "capabilities", "not expressible", "the link has no hold: why")
    told = [*passed("L0", "L1", "L2"), lacks]
    where = reached(told)
    assert (where.level, where.next, where.why) == ("L0", "L1", ("the link has no hold: why",))
    assert expressed(told) == "L2"
    assert report(told)[-1] == "of what the link can express: L2"
