"""A switch with calls on it, and commands judged there."""

from __future__ import annotations

from typing import Any

from cti import facts as f
from cti import moment
from cti.config.rights import Right
from cti.config.sections import NumberRule, Numbers
from cti.model import commands as cm
from cti.model.commands import Command
from cti.numbering import Numbering
from cti.rights import Decision, Place, Rights
from tests.support.switchboard import Board

NOON = moment.parse("2026-03-02T12:00:00Z")
"""A Monday."""
DEVICES = frozenset({"201", "202", "203", "301", "302", "400"})
BERLIN = Numbering(
    Numbers(
        country="DE",
        area="30",
        access_code="0",
        extensions=("2xx", "4xx", "7001-7099"),
        direct_dial="+4930100",
        rule=(NumberRule(match=r"8\d{4}", plan="private"),),
    )
)
EVERYTHING = Right(
    verbs=("*", "private", "observe"),
    acts=("*",),
    reaches=("*",),
    agents=("*",),
    queues=("*",),
    route_points=("*",),
    destinations=("*",),
    feature_codes=True,
    forward_outside=True,
    join_outside=True,
)


def verb_of(args: cm.Args) -> str:
    return next(verb for verb, kind in cm.VERBS.items() if type(args) is kind)


def command(args: cm.Args, client: str = "app", command_id: str = "1") -> Command:
    return Command(
        command_id=command_id, verb=verb_of(args), switch_id="hq", args=args, requester=client
    )


class Office:
    """201 talks to 202 on native call 1; 301 is called by somebody outside on call 2."""

    def __init__(self, numbering: Numbering | None = BERLIN) -> None:
        self.board = Board("201 202 203 301 302")
        self.book = self.board.tracker.book
        self.place = Place(self.book, numbering, lambda: DEVICES)
        self.inner = self.call("1", "201", "202")
        self.outer = self.call("2", "~a:0170123", "301")

    def call(self, native: str, a: str, b: str) -> str:
        self.board.on(f.Originated, native, a)
        self.board.on(f.Alerting, native, b)
        self.board.on(f.Connected, native, b)
        return self.board.tracker.calls[-1].call_id

    def judge(
        self, right: Right | None, args: cm.Args, at: int = NOON, **more: Any
    ) -> Decision:
        rights = Rights({} if right is None else {"app": right})
        return rights.judge(command(args, **more), self.place, at)
