"""The kit as a plugin of pytest: ``pytest --cti-driver NAME`` in any folder.

It adds one test for each check of each level to whatever the folder has, and tells at the end
which level the driver has reached, and why not the next. Without ``--cti-driver`` it does
nothing; what it needs is imported when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from typing_extensions import override

if TYPE_CHECKING:
    from sim.face import Face
    from sim.kit.levels import Verdict
    from sim.kit.pair import Pair
    from sim.plan import ExchangePlan

_PROPERTY: Final = "cti-level"
_Run = Callable[..., list[str]]
"""A check: says what was wrong."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the kit."""
    group = parser.getgroup("cti", "conformance of CTI drivers")
    group.addoption("--cti-driver", metavar="NAME", help="driver to try (group cti.drivers)")
    group.addoption(
        "--cti-face",
        metavar="NAME[:VARIANT]",
        help="simulated switch (group cti.faces); without it, one of the driver's protocol",
    )
    group.addoption(
        "--cti-over",
        metavar="LINK",
        choices=("xot", "x25_serial", "dchannel"),
        help="message link between driver and switch, instead of a stream",
    )
    group.addoption(
        "--cti-rate",
        type=float,
        default=0.0,
        metavar="BITS",
        help="bits that the line of --cti-over carries in a second, such as 16000",
    )
    group.addoption(
        "--cti-option",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="an option of the driver; dots lead into tables; may be given again",
    )
    group.addoption(
        "--cti-trace",
        metavar="FILE",
        action="append",
        default=[],
        type=Path,
        help="a recorded trace to observe; enough for L0 and L1 where there is no face",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Add the checks to what was collected."""
    if config.getoption("--cti-driver"):
        items += Kit.from_parent(session, name="cti-kit").collect()


class Kit(pytest.Collector):
    """All checks of one driver."""

    @override
    def collect(self) -> list[pytest.Item]:
        """Give one item per check."""
        return list(self._items())

    def _items(self) -> Iterator[Check]:
        from cti.driver import DriverError, load
        from sim.face import FaceError, faces, find
        from sim.kit import options, purity

        config = self.config
        name = str(config.getoption("--cti-driver"))
        traces: list[Path] = config.getoption("--cti-trace")
        try:
            given = options.parse(config.getoption("--cti-option"))
            driver = load(name)
            wanted = config.getoption("--cti-face") or next(
                (one for one, face in faces().items() if face.protocol == driver.protocol), None
            )
            yield self._check("L0", "imports", purity.check, driver)
            for file in traces:
                yield from self._trace(file, name, given)
            if wanted is not None:
                line = config.getoption("--cti-over"), config.getoption("--cti-rate")
                tried = Tried(driver, given, *find(wanted), *line)
                tried.pair()  # so that options that are wrong are told at once
                yield from self._checks(tried)
        except (DriverError, FaceError, ValueError) as error:
            raise pytest.UsageError(f"cti kit: {error}") from error
        if wanted is None and not traces:
            raise pytest.UsageError(
                f"cti kit: no face speaks {driver.protocol}: name one with --cti-face, "
                "or bring traces with --cti-trace"
            )

    def _trace(self, file: Path, driver: str, given: dict[str, Any]) -> Iterator[Check]:
        from sim.kit import traces

        yield self._check("L0", f"trace {file.name}", traces.read, file, driver, given)
        yield self._check("L1", f"trace {file.name}", traces.check, file, driver, given)

    def _checks(self, tried: Tried) -> Iterator[Check]:
        from sim.kit import flap, levels, matrix
        from sim.scenarios import reference

        for name, check in flap.CHECKS.items():
            yield self._check("L0", f"link {name}", tried.flap, check)
        for level, needs in levels.MUST_HAVE.items():
            yield self._check(level, levels.CAPABILITIES, tried.lacks, needs)
        for scenario in reference().values():
            name = f"scenario {scenario.title}"
            yield self._check(scenario.level, name, tried.play, scenario)
        for verb in matrix.ARGUMENTS:
            level = "L2" if verb in matrix.RULES else "L3"
            yield self._check(level, f"command {verb}", tried.row, verb)

    def _check(self, level: str, name: str, run: _Run, *arguments: Any) -> Check:
        check: Check = Check.from_parent(self, name=f"[{level}] {name}")
        check.run_it, check.level, check.about = partial(run, *arguments), level, name
        return check


class Check(pytest.Item):
    """One check of one level."""

    run_it: partial[list[str]]
    level: str
    about: str

    @override
    def setup(self) -> None:
        """Say which level it belongs to, for the report."""
        self.user_properties.append((_PROPERTY, f"{self.level} {self.about}"))

    @override
    def runtest(self) -> None:
        """Run the check; raise ``Failing`` if something was wrong."""
        if found := self.run_it():
            raise Failing(found)

    @override
    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None
    ) -> str:
        """Show what was wrong in the kit's own words."""
        if isinstance(excinfo.value, Failing):
            return "\n".join(excinfo.value.found)
        return str(super().repr_failure(excinfo, style))

    @override
    def reportinfo(self) -> tuple[Path, None, str]:
        """Name the check."""
        return self.path, None, self.name


class Failing(Exception):  # noqa: N818 - the outcome of a check
    """A check that found something wrong."""

    def __init__(self, found: list[str]) -> None:
        super().__init__(found)
        self.found = found


class Tried:
    """A driver and the switch it is tried at."""

    def __init__(
        self,
        driver: Any,
        options: dict[str, Any],
        face: Face,
        variant: str,
        over: str | None = None,
        rate: float = 0.0,
    ) -> None:
        self._driver = driver
        self._options = options
        self._face = face
        self._variant = variant
        self._over = over
        self._rate = rate
        self._untold = face.inexpressible(variant)

    def pair(self, plan: ExchangePlan | None = None, **more: Any) -> Pair:
        """Make driver and switch, not connected yet."""
        from sim.kit import matrix
        from sim.kit.carried import carried
        from sim.kit.pair import Pair, monitored

        plan = plan or matrix.plan()
        bench = self._face.bench(plan, self._variant, packets=self._over is not None)
        if self._over is not None:
            bench = carried(bench, self._over, self._rate)
            more["over"] = self._over
        return Pair(self._driver, self._options, bench, monitored(plan), **more)

    def up(self, plan: ExchangePlan | None = None, **more: Any) -> Pair:
        """Make driver and switch and bring the link up; fail if it does not come."""
        pair = self.pair(plan, **more)
        pair.connect()
        pair.wait(5.0)
        if pair.state != "up":
            raise Failing([f"the link is {pair.standing} five seconds after the connection"])
        return pair

    def flap(self, check: Callable[[Pair], list[str]]) -> list[str]:
        """Run one check of a link that was never connected."""
        return check(self.pair())

    def lacks(self, needs: tuple[str, ...]) -> list[str]:
        """Say what of the needs of a level the link does not have."""
        from sim.kit.conduct import has

        document = self.up().capabilities
        missing = [need for need in needs if not has(need, document)]
        known = self._untold
        if missing and all(need in known for need in missing):
            pytest.skip("; ".join(f"the link has no {need}: {known[need]}" for need in missing))
        return [f"the link has no {need}" for need in missing]

    def play(self, scenario: Any) -> list[str]:
        """Play one scenario."""
        from sim.kit.conduct import conduct, lacking
        from sim.kit.pair import route_points
        from sim.kit.untold import without

        if why := self._untold.get(scenario.number):
            pytest.skip(why)
        pair = self.up(scenario.plan, route_points=route_points(scenario))
        if why := lacking(scenario, pair.capabilities):
            pytest.skip(why)
        found = conduct(without(scenario, self._untold), pair) + pair.problems
        return found if scenario.faults else found + pair.notes

    def row(self, verb: str) -> list[str]:
        """Try one verb in every state."""
        from sim.kit import matrix

        if matrix.lacking(verb, self.up()):
            pytest.skip(f"the link has no {verb}")
        untold = [state for state in matrix.STATES if f"state {state}" in self._untold]
        return matrix.row(verb, self.up, untold)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Tell the level that was reached."""
    if not config.getoption("--cti-driver"):
        return
    from sim.kit import levels

    told = list(_verdicts(terminalreporter))
    if told:
        terminalreporter.section(f"CTI driver {config.getoption('--cti-driver')}")
        for line in levels.report(told):
            terminalreporter.write_line(line)


def _verdicts(reporter: pytest.TerminalReporter) -> Iterator[Verdict]:
    from sim.kit.levels import Verdict

    words = {"passed": "passed", "skipped": "not expressible", "failed": "failed"}
    for outcome in ("passed", "failed", "error", "skipped"):
        for one in reporter.stats.get(outcome, []):
            named = dict(getattr(one, "user_properties", ())).get(_PROPERTY)
            if named is not None:
                level, _, name = str(named).partition(" ")
                yield Verdict(level, name, words.get(outcome, "failed"), _reason(one))


def _reason(report: Any) -> str:
    told = report.longrepr
    if isinstance(told, tuple):
        return str(told[2]).removeprefix("Skipped: ")
    return "" if told is None else str(told).partition("\n")[0]
