"""``cti run`` and ``ctid``: the daemon in the foreground."""

from __future__ import annotations

import signal
import sys
from typing import Any

import click
import structlog

from cti.config import ConfigError, examine
from cti.driver import DriverError


@click.command()
@click.argument("file", type=click.Path())
def run(file: str) -> None:
    """Run the bridge with a configuration file, until SIGTERM or SIGINT.

    SIGHUP reads the file again: links, devices, route points, rights, log and health change
    without the rest noticing; a file that is wrong, or wants more, changes nothing.

    On a signal monitors are stopped, associations released and ``offline`` published. A wrong
    configuration, or a store that cannot be used, stops the start: every error is told, and
    the exit status is 2.
    """
    try:
        config = examine(file)
    except ConfigError as error:
        click.echo(str(error), err=True)
        sys.exit(2)

    from twisted.internet import reactor as twisted_reactor

    from cti import logs
    from cti.daemon import Daemon
    from cti.store import StoreError
    from cti.systemd import Manager

    reactor: Any = twisted_reactor
    logs.configure(config.log, reactor)
    try:
        daemon = Daemon(config, reactor, manager=Manager())
    except StoreError as error:
        click.echo(f"ctid: {error}", err=True)
        sys.exit(2)
    except (DriverError, ValueError) as error:
        click.echo(f"{file}: {error}", err=True)
        sys.exit(2)
    log: Any = structlog.get_logger("cti.daemon")
    stopping: list[str] = []

    def stop(name: str) -> None:
        if stopping:
            log.warning("second signal: stop at once", signal=name)
            reactor.stop()
            return
        stopping.append(name)
        daemon.stop().addBoth(lambda _: reactor.stop())

    def reload() -> None:
        if not stopping:
            daemon.reload(lambda: examine(file))

    signal.signal(signal.SIGHUP, lambda *_: reactor.callFromThread(reload))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(
            number,
            lambda number, _frame: reactor.callFromThread(stop, signal.Signals(number).name),
        )
    reactor.callWhenRunning(daemon.start)
    reactor.run(installSignalHandlers=False)
    log.info("stopped")
