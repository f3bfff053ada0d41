"""Legal commands now: what a device may ask for on a connection, from state and capabilities.

It is what greys out the buttons of an agent's window: a hint, not a lock. Commands that are
out do not change it, so that folding events gives it too.
"""

from __future__ import annotations

from typing import Final

from cti.model.capabilities import Capabilities, Support
from cti.model.states import ConnectionState
from cti.targets import WANTED

ON_CONNECTION: Final = tuple(WANTED)
"""Verbs that act on one connection."""
ON_CALL: Final = ("attach_data", "clear_call")
"""Verbs that act on a call as long as it is there."""
WITH_TWO: Final = {
    "alternate": frozenset({ConnectionState.CONNECTED}),
    "transfer": frozenset({ConnectionState.CONNECTED, ConnectionState.ALERTING}),
    "conference": frozenset({ConnectionState.CONNECTED}),
    "reconnect": frozenset(
        {ConnectionState.CONNECTED, ConnectionState.ALERTING, ConnectionState.FAILED}
    ),
}
"""Verbs that act on the held and the active call of a device, with states of the active one."""


def allowed(
    state: ConnectionState, capabilities: Capabilities | None, *, other_held: bool
) -> tuple[str, ...]:
    """Give the verbs that are legal on a connection in ``state``, sorted.

    ``other_held`` says that the same device holds another call.
    """
    if state is ConnectionState.NULL:
        return ()
    verbs = [verb for verb in ON_CONNECTION if state in WANTED[verb]]
    verbs += ON_CALL
    if other_held:
        verbs += [verb for verb, states in WITH_TWO.items() if state in states]
    return tuple(sorted(verb for verb in verbs if _can(verb, capabilities)))


def _can(verb: str, capabilities: Capabilities | None) -> bool:
    if capabilities is None:
        return True
    support = capabilities.commands.get(verb)
    return support is not None and support.support is not Support.UNSUPPORTED
