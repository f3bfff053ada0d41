"""Changing a daemon that runs to another configuration, wholly or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import structlog
from twisted.internet.defer import Deferred, DeferredList, succeed

from cti import engine as en
from cti import logs, parts
from cti.config import Config, ConfigError
from cti.driver import DriverError
from cti.ends import Port
from cti.link import Link
from cti.reload import Change, SwitchChange, compare
from protocols.stacks.primitives import OptionError

if TYPE_CHECKING:
    from cti.daemon import Daemon

_KEPT: Final = "the configuration stays as it was"
_Links = dict[tuple[str, str], tuple[Link, Port]]
"""Links that are to be added, by switch and name."""
_Told = tuple[str, str]
"""Outcome and its words."""


class Reloading:
    """The reloads of one daemon, one at a time."""

    def __init__(self, daemon: Daemon) -> None:
        self._daemon = daemon
        self._log: Any = structlog.get_logger("cti.daemon")
        self._world = parts.world(daemon.config)
        self._running: Deferred[str] | None = None

    def __call__(self, read: Callable[[], Config]) -> Deferred[str]:
        """Change to what ``read`` gives; fires with ``done``, ``failed`` or ``refused``."""
        if self._running is not None:
            later: Deferred[str] = Deferred()
            self._running.addCallback(self._again, read, later)
            return later
        self._running = Deferred()
        self._daemon.attendance.reloading()
        return self._reload(read).addCallback(self._over)

    def _again(self, outcome: str, read: Callable[[], Config], later: Deferred[str]) -> str:
        self(read).addCallback(later.callback)
        return outcome

    def _over(self, told: _Told) -> str:
        outcome, words = told
        self._daemon.reloads[outcome] += 1
        self._daemon.attendance.reloaded(f"reload {outcome}: {words}")
        running, self._running = self._running, None
        if running is not None:
            running.callback(outcome)
        return outcome

    def _reload(self, read: Callable[[], Config]) -> Deferred[_Told]:
        daemon = self._daemon
        try:
            config = read()
            world = parts.world(config)
            change = compare(daemon.config, config, self._world, world)
            links = {} if change.refused else self._make(config, change)
        except ConfigError as error:
            return self._failed([problem.text(error.file) for problem in error.errors])
        except (DriverError, OptionError, ValueError) as error:
            return self._failed([str(error)])
        if change.refused:
            keys = list(change.refused)
            self._log.error("reload refused", keys=keys, so=f"needs a restart; {_KEPT}")
            return succeed(("refused", f"needs a restart for {', '.join(keys)}; {_KEPT}"))
        daemon.config, self._world = config, world
        words = change.words()
        self._log.info("reload", change=words)
        return self._apply(change, links).addCallback(lambda _: ("done", words))

    def _failed(self, problems: list[str]) -> Deferred[_Told]:
        self._log.error("reload failed", problems=problems, so=_KEPT)
        more = "" if len(problems) == 1 else f" and {len(problems) - 1} more"
        return succeed(("failed", f"{problems[0]}{more}; {_KEPT}"))

    def _make(self, config: Config, change: Change) -> _Links:
        """Make all that is new before anything changes: nothing fails after it."""
        daemon, made = self._daemon, {}
        for name, switch in change.switches.items():
            section, engine = config.switch[name], daemon.runners[name].engine
            epochs, now = engine.state.epochs, daemon.wall.now()
            for one in (*switch.added, *switch.changed):
                port = daemon.port(config, engine, one, section.link[one])
                made[name, one] = parts.link(one, section, epochs, now), port
        return made

    def _apply(self, change: Change, links: _Links) -> Deferred[Any]:
        daemon, config = self._daemon, self._daemon.config
        logs.apply(config.log)
        daemon.attendance.listen(config.health.listen)
        for upkeep in daemon.upkeeps:
            upkeep.limits = parts.limits(config.journal)
        if change.rights:
            daemon.north.change_rights(config.rights)
        gone: list[Deferred[Any]] = []
        for name, runner in daemon.runners.items():
            for one in runner.ends():
                runner.show_octets(one, on=f"{name}/{one}" in config.log.octets)
            switch = change.switches.get(name, SwitchChange())
            if switch.watching:
                points = config.switch[name].route_point
                runner.feed(en.Configured(self._world.devices[name], points))
            for one in switch.added:
                runner.add(*links[name, one])
            for one in (*switch.removed, *switch.changed):
                new = links.get((name, one))
                gone.append(runner.remove(one).addCallback(self._exchange, name, one, new))
        for name, switch in change.switches.items():
            if switch.added:
                daemon.north.informed(name)
        return DeferredList(gone)

    def _exchange(
        self, _: object, switch: str, link_id: str, new: tuple[Link, Port] | None
    ) -> None:
        """Let a link that was made anew take the place of one that is gone."""
        if new is None:
            self._daemon.north.forget_link(switch, link_id)
        else:
            self._daemon.runners[switch].add(*new)
