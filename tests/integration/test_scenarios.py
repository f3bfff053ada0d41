"""The reference scenarios over sockets: switch, daemon, broker and application as processes.

The files are those that the kit plays in one process; nothing of what an application is told
may differ.
"""

from __future__ import annotations

from typing import Any

import pytest

from sim.kit.conduct import conduct, lacking
from sim.kit.pair import monitored
from sim.kit.site import Site as Ground
from sim.processes import tables
from sim.scenarios import path, reference
from tests.integration.conftest import Site
from tests.integration.site import Application, Switch, wait_for
from tests.support.pair import LOGIN, Pair

pytestmark = pytest.mark.slow

SCENARIOS = reference()
OTHERS = ["01b", "11b", "14b"]
CASES = [("standard", number) for number in SCENARIOS]
CASES += [(dialect, number) for dialect in ("panasonic", "hipath3000") for number in OTHERS]


class People:
    """The operator of the switch."""

    def __init__(self, switch: Switch) -> None:
        self._switch = switch

    def say(self, *words: str) -> dict[str, Any]:
        return self._switch.try_(*words)


class Told:
    """The application, as the kit needs it."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def told(self) -> list[dict[str, Any]]:
        return [event["data"] for event in list(self._application.events)]

    def ask(self, verb: str, **args: Any) -> dict[str, Any]:
        return self._application.ask(verb, **args)


@pytest.mark.parametrize(("dialect", "number"), CASES)
def test_a_scenario_is_told_over_sockets(site: Site, dialect: str, number: str) -> None:
    play = SCENARIOS[number]
    devices = monitored(play.plan)
    pair = Pair(play.plan, devices, dialect)
    pair.connect()
    if why := lacking(play, pair.capabilities):
        pytest.skip(why)
    options = ("--scenario", str(path(number)), "--still", "--dialect", dialect)
    switch = site.switch(*options)
    application = site.application()
    extra = f'dialect = "{dialect}"\n'
    if dialect == "hipath3000":
        secret = site.folder / "password"
        secret.write_text(LOGIN["login"]["password"])
        secret.chmod(0o600)
        name = LOGIN["login"]["name"]
        extra += f'login = {{ name = "{name}", password_file = "{secret}" }}\n'
    extra += tables(play.route_points)
    listed = ", ".join(f'"{device}"' for device in devices)
    site.daemon(switch.port, devices=listed, extra=extra)
    wait_for(lambda: application.link() == "up", "the link is up")
    ground = Ground(People(switch), Told(application), devices)
    try:
        assert conduct(play, ground) == []
    finally:
        ground.close()
