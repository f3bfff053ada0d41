"""Sites of processes, ended after each test or module."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.integration.site import (
    Application,
    Broker,
    Manager,
    Process,
    Switch,
    daemon,
    write_config,
)


class Site:
    """A broker, a simulated switch, the daemon and an application on one machine."""

    def __init__(
        self, folder: Path, stack: ExitStack, broker: Callable[[Path], Broker] = Broker
    ) -> None:
        self.folder = folder
        self._stack = stack
        self.broker = broker(folder)
        stack.callback(self.broker.stop)

    def switch(self, *options: str, port: int = 0, speaks: str = "csta") -> Switch:
        switch = Switch(self.folder, *options, port=port, speaks=speaks)
        self._stack.callback(switch.process.end)
        return switch

    def daemon(
        self,
        port: int,
        *,
        devices: str = '"201-208", "300"',
        extra: str = "",
        more: str = "",
        env: Mapping[str, str] | None = None,
    ) -> Process:
        config = write_config(
            self.folder, self.broker.port, port, devices=devices, extra=extra, more=more
        )
        process = daemon(config, env)
        self._stack.callback(process.end)
        return process

    def application(self, client: str = "app") -> Application:
        application = Application(self.broker.port, client)
        self._stack.callback(application.close)
        return application

    def manager(self, watchdog: float = 0.0) -> Manager:
        manager = Manager(self.folder, watchdog)
        self._stack.callback(manager.close)
        return manager


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """Ends in turn what a test began."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def site(tmp_path: Path, stack: ExitStack) -> Site:
    return Site(tmp_path, stack)
