"""Rights: a client gives the commands and acts on the devices that are listed for it."""

from __future__ import annotations

import pytest

from cti.config.sections import Right
from cti.model import commands as cm
from cti.model.commands import Command
from cti.model.errors import Error, ErrorClass
from cti.rights import Rights

ROUTER = Right(verbs=("route_register", "route_unregister", "route_select"), devices=("40?",))


def judged(args: cm.Args, route_point: str | None = None, client: str = "router") -> str:
    verb = next(verb for verb, kind in cm.VERBS.items() if type(args) is kind)
    command = Command(command_id="1", verb=verb, switch_id="hq", args=args, requester=client)
    told = Rights({"router": ROUTER}).judge(command, route_point)
    if told is None:
        return "permitted"
    assert isinstance(told, Error)
    assert told.kind is ErrorClass.NOT_PERMITTED
    return str(told.field) if isinstance(told.field, str) else "verb"


@pytest.mark.parametrize(
    ("args", "route_point", "wanted"),
    [
        (cm.RouteRegister(route_point="400", ttl_s=60), None, "permitted"),
        (cm.RouteRegister(route_point="500", ttl_s=60), None, "args.route_point"),
        (cm.RouteUnregister(route_point="500"), None, "args.route_point"),
        (cm.RouteSelect(route="l:1:r", to="201"), "400", "permitted"),
        (cm.RouteSelect(route="l:1:r", to="201"), "500", "args.route"),
        (cm.RouteSelect(route="l:1:r", to="201"), None, "permitted"),  # refused as no object
        (cm.RouteEnd(route="l:1:r"), "400", "verb"),
        (cm.Hold(device="201"), None, "verb"),
    ],
)
def test_a_route_point_is_served_by_who_has_the_right(
    args: cm.Args, route_point: str | None, wanted: str
) -> None:
    assert judged(args, route_point) == wanted
    assert judged(args, route_point, "stranger") == "verb"
