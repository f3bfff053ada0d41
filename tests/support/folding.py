"""Fold published events: an independent reading of the stream, with its rules checked.

What the fold holds after each event is what a consumer of the events would believe.
"""

from __future__ import annotations

from cti.model import events as ev
from cti.model.objects import Party


class Fold:
    """Calls and their parties as the events tell them."""

    def __init__(self) -> None:
        self.calls: dict[str, dict[tuple[str, int], str]] = {}
        self.ended: set[str] = set()
        self.versions: dict[str, int] = {}
        self.ids: set[str] = set()
        self.order: dict[tuple[str, int], tuple[int, int]] = {}

    def take(self, event: ev.Event) -> None:
        """Take one event; assert that it may stand here."""
        assert event.id not in self.ids, "an event id stands for one event"
        self.ids.add(event.id)
        key = (event.link_id, event.epoch)
        last = self.order.get(key, (-1, -1))
        assert (event.seq, event.sub) > last, "seq and sub grow"
        self.order[key] = (event.seq, event.sub)
        if isinstance(event, ev.CallEvent):
            self._call(event)

    def _call(self, event: ev.CallEvent) -> None:
        call = event.call_id
        expected = self.versions.get(call, 0) + 1
        assert event.call_version == expected, "the version of a call grows by one"
        self.versions[call] = expected
        if isinstance(event, ev.CallCreated):
            assert call not in self.calls
            assert call not in self.ended, "a call begins once"
            self.calls[call] = {}
            return
        if event.late:
            assert call in self.ended
            return
        assert call in self.calls, f"{type(event).__name__} on a call that is not there"
        parties = self.calls[call]
        match event:
            case ev.ConnectionEvent():
                place = (event.device_id, event.leg)
                before = parties.get(place, "null")
                if event.previous.value != "unknown":
                    assert before == event.previous.value
                parties[place] = event.state.value
                self._agree(call, event.parties)
            case ev.CallTransferred() | ev.CallConferenced():
                for moved in event.moved:
                    parties[moved.device_id, moved.leg] = moved.state.value
                self.calls[call] = {
                    (party.device_id, party.leg): party.state.value for party in event.parties
                }
            case ev.CallMerged() | ev.CallLost():
                self.calls[call] = {}
            case ev.CallRecovered():
                self._agree(call, event.parties)
            case ev.CallCleared():
                live = [state for state in parties.values() if state != "null"]
                assert not live, "call.cleared comes when nobody is on the call"
                del self.calls[call]
                self.ended.add(call)
            case _:
                pass

    def _agree(self, call: str, parties: tuple[Party, ...]) -> None:
        told = {(party.device_id, party.leg): party.state.value for party in parties}
        live = {place: state for place, state in self.calls[call].items() if state != "null"}
        assert told == live, "the parties told are those that the events add up to"
