"""What a link makes of a stack that tells more than PDUs."""

from __future__ import annotations

from typing import Any

import pytest
from typing_extensions import override

from cti import driver as dr
from cti import link as ln
from cti.model.states import LinkState
from protocols.stacks import length16
from protocols.stacks import primitives as st
from tests.cti.runner_bench import PlainDriver


class Script(st.Stack):
    """A stack that says what its octets name."""

    def __init__(self) -> None:
        self.told: list[st.Event] = []

    @property
    @override
    def timers(self) -> dict[Any, float]:
        return {}

    @override
    def handle(self, event: st.Event) -> list[st.Action]:
        self.told.append(event)
        match event:
            case st.OctetsReceived(b"lost"):
                return [st.Fault(st.LOST, "circuit reset")]
            case st.OctetsReceived(b"spoilt"):
                return [st.Fault(st.LOST, "all is lost", fatal=True)]
            case st.OctetsReceived(octets):
                return [st.Received(octets)]
            case st.Release():
                return [st.Transmit(b"clear")]
            case _:
                return []


class Noting(PlainDriver):
    def __init__(self) -> None:
        super().__init__()
        self.told: list[dr.Event] = []

    @override
    def handle(self, event: dr.Event) -> list[dr.Action]:
        self.told.append(event)
        return super().handle(event)


def made(*, observing: bool = False) -> tuple[ln.Link, Noting]:
    driver = Noting()
    link = ln.Link("a", driver, Script, observing=observing)
    link.handle(st.TransportUp())
    return link, driver


def test_lost_pdus_have_the_driver_learn_everything_again() -> None:
    link, driver = made()
    (noted,) = link.handle(st.OctetsReceived(b"lost"))
    assert noted == ln.Noted("fault.lost", "circuit reset", 1, 0)
    assert driver.told[-1] == dr.ResyncRequested("circuit reset")


def test_a_link_that_ends_has_nothing_to_learn() -> None:
    link, driver = made()
    actions = link.handle(st.OctetsReceived(b"spoilt"))
    assert actions[-1] == ln.Close("all is lost")
    assert not any(isinstance(event, dr.ResyncRequested) for event in driver.told)


def test_what_the_observed_client_lost_is_not_the_switchs() -> None:
    link, driver = made(observing=True)
    link.handle(ln.OctetsSent(b"lost"))
    assert not any(isinstance(event, dr.ResyncRequested) for event in driver.told)


@pytest.mark.parametrize("word", [b"d", b"b"])
def test_a_link_that_the_driver_ends_is_released_in_order(word: bytes) -> None:
    link, _ = made()
    actions = link.handle(st.OctetsReceived(word))
    assert link.state in (LinkState.DOWN, LinkState.BLOCKED)
    assert actions[-1] == ln.Transmit(b"clear")


def test_a_link_that_the_driver_cannot_read_any_more_is_reset() -> None:
    class Lost(PlainDriver):
        @override
        def handle(self, event: dr.Event) -> list[dr.Action]:
            return [dr.ResetLink("no border")] if isinstance(event, dr.PduReceived) else []

    link = ln.Link("a", Lost(), length16)
    link.handle(st.TransportUp())
    assert link.handle(st.OctetsReceived(b"\0\1x")) == [
        ln.Noted("fault.reset", "no border", 1, 1),
        ln.Close("no border"),
    ]


def test_a_stack_is_made_with_its_keys_and_says_which_is_wrong() -> None:
    make = ln.stack("x25_serial", {"lapb": {"k": 3}})
    assert make() is not make()
    with pytest.raises(st.OptionError, match=r"lapb\.k: 9: at most 7"):
        ln.stack("x25_serial", {"lapb": {"k": 9}})
    with pytest.raises(dr.DriverError, match=r"no stack 'x'; installed: .*xot"):
        ln.stack("x")
