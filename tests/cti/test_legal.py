"""Legal commands now: what greys out buttons, against what the desk would send."""

from __future__ import annotations

from typing import Any

import pytest

from cti import facts as f
from cti.legal import ON_CALL, ON_CONNECTION, WITH_TWO, allowed
from cti.model import commands as cm
from cti.model.capabilities import CommandSupport, Support
from cti.model.commands import Command
from cti.model.states import ConnectionState
from cti.targets import Targets
from cti.tracker import pictures
from tests.cti.desk.test_desk import capabilities
from tests.support.switchboard import Board

_S = ConnectionState
KINDS = {
    _S.INITIATED: f.Initiated,
    _S.ALERTING: f.Alerting,
    _S.CONNECTED: f.Connected,
    _S.HELD: f.Held,
    _S.QUEUED: f.Queued,
    _S.FAILED: f.Failed,
}
REST: dict[str, Any] = {"to": "203", "join": "203", "at": "71", "digits": "1", "data": {}}


def here(state: ConnectionState, *, other_held: bool) -> tuple[Board, str]:
    """Bring 201 into a state on call 1, beside call 2 that it holds; give the call's id."""
    board = Board()
    if other_held:
        board.on(f.Connected, "2", "201")
        board.on(f.Held, "2", "201")
    board.on(KINDS[state], "1", "201")
    return board, board.tracker.calls[-1].call_id


def command(verb: str, call: str) -> Command:
    kind = cm.VERBS[verb]
    given = {"device": "201", "call": call, **REST}
    names = {field for field in kind.__struct_fields__ if field in given}
    args = kind(**{name: given[name] for name in names})
    return Command(command_id="1", verb=verb, switch_id="hq", args=args, requester="app")


def test_every_verb_that_acts_on_connections_has_its_states() -> None:
    one = {verb for verb, kind in cm.VERBS.items() if issubclass(kind, cm.ConnectionRef)}
    two = {verb for verb, kind in cm.VERBS.items() if issubclass(kind, cm.TwoCallsRef)}
    assert set(ON_CONNECTION) == one | {"redirect"}
    assert set(WITH_TWO) == two
    assert set(ON_CALL) <= set(cm.VERBS)


@pytest.mark.parametrize("other_held", [False, True])
@pytest.mark.parametrize("state", list(KINDS))
def test_what_is_legal_is_sent(state: ConnectionState, other_held: bool) -> None:
    board, call = here(state, other_held=other_held)
    picture = pictures.device(board.tracker.book, "201", capabilities())
    (shown,) = [one for one in picture.calls if one.call_id == call]
    (own,) = shown.connections
    assert own.state is state
    assert own.allowed == allowed(state, capabilities(), other_held=other_held)
    assert {"attach_data", "clear_call", "clear_connection"} <= set(own.allowed)
    for verb in own.allowed:
        Targets(board.tracker.book).of(command(verb, call))


@pytest.mark.parametrize(
    ("state", "other_held", "legal", "not_legal"),
    [
        (_S.ALERTING, False, {"answer", "deflect"}, {"hold", "transfer", "send_dtmf"}),
        (_S.CONNECTED, False, {"hold", "consult", "blind_transfer"}, {"answer", "transfer"}),
        (_S.CONNECTED, True, {"transfer", "conference", "alternate", "reconnect"}, {"answer"}),
        (_S.ALERTING, True, {"transfer", "reconnect"}, {"conference", "alternate"}),
        (_S.FAILED, True, {"reconnect", "call_back", "intrude"}, {"transfer", "hold"}),
        (_S.HELD, False, {"retrieve"}, {"hold", "consult", "transfer"}),
        (_S.QUEUED, False, {"redirect", "deflect", "answer"}, {"hold"}),
        (_S.UNKNOWN, False, {"clear_connection"}, {"hold", "answer"}),
    ],
)
def test_states_and_verbs(
    state: ConnectionState, other_held: bool, legal: set[str], not_legal: set[str]
) -> None:
    verbs = set(allowed(state, capabilities(), other_held=other_held))
    assert legal <= verbs
    assert not not_legal & verbs


def test_nothing_is_legal_for_who_has_left_or_what_the_link_cannot_do() -> None:
    assert allowed(_S.NULL, capabilities(), other_held=True) == ()
    without = capabilities(hold=CommandSupport(Support.UNSUPPORTED))
    assert "hold" not in allowed(_S.CONNECTED, without, other_held=False)
    assert "hold" in allowed(_S.CONNECTED, None, other_held=False)
