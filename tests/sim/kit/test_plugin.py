"""``pytest --cti-driver`` in a folder of somebody else, with good and with broken drivers."""

from __future__ import annotations

from pathlib import Path

import pytest

# What the plugin imports by and by: here once, or each run in process would have classes of
# its own beside those that stayed.
import drivers.csta
import sim.csta.bench
import sim.kit.conduct
import sim.kit.flap
import sim.kit.levels
import sim.kit.matrix
import sim.kit.options
import sim.kit.traces

__all__ = ["drivers", "sim"]
pytest_plugins = ["pytester"]

BROKEN = '''
"""A driver of a third party: the project's own, with something broken."""

import cti.driver as dr
from cti import facts as f
from drivers.csta import CstaDriver


class Deaf(CstaDriver):
    """Never notices a set that is put on hold."""

    def handle(self, event):
        return [
            action
            for action in super().handle(event)
            if not (isinstance(action, dr.Report) and isinstance(action.fact, f.Held))
        ]


class Mute(CstaDriver):
    """Says that every command is done, and does none."""

    def handle(self, event):
        if isinstance(event, dr.CommandRequested):
            result = dr.Result(cm.EndState.SUCCEEDED)
            return [dr.Outcome(event.token, result)]
        return super().handle(event)


class Stubborn(CstaDriver):
    """Never comes again after its link was lost."""

    lost = False

    def handle(self, event):
        self.lost = self.lost or isinstance(event, dr.LinkDown)
        return [] if self.lost and isinstance(event, dr.LinkUp) else super().handle(event)


from cti.model import commands as cm  # noqa: E402
'''
"""Modules are loaded by the entry points that ``install`` writes."""


@pytest.fixture
def broken(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install drivers ``deaf``, ``mute`` and ``stubborn`` as another distribution would."""
    folder = Path(pytester.mkdir("third"))
    (folder / "third_driver.py").write_text(BROKEN)
    info = folder / "third-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: third\nVersion: 1.0\n")
    points = (f"{name.lower()} = third_driver:{name}" for name in ("Deaf", "Mute", "Stubborn"))
    (info / "entry_points.txt").write_text("[cti.drivers]\n" + "\n".join(points) + "\n")
    monkeypatch.syspath_prepend(str(folder))


@pytest.mark.parametrize(
    "line",
    ["import os", "import socket", "from twisted.internet import reactor", "import os.path"],
)
def test_a23_a_driver_that_reaches_out_of_the_process_is_not_l0(
    pytester: pytest.Pytester, broken: None, line: str
) -> None:
    (file,) = Path(pytester.path).rglob("third_driver.py")
    file.write_text(f"{BROKEN}\n\ndef careless():\n    {line}\n")
    result = run(pytester, "--cti-driver", "deaf", "-k", "imports")
    result.stdout.fnmatch_lines(["*third_driver.py imports *: a driver is pure", "*not L0*"])


def run(pytester: pytest.Pytester, *options: str) -> pytest.RunResult:
    return pytester.runpytest_inprocess("-p", "no:cacheprovider", *options)


def test_without_a_driver_nothing_is_added(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_own(): pass")
    run(pytester).assert_outcomes(passed=1)


def test_own_tests_and_the_kit_run_together(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_own(): pass")
    result = run(pytester, "--cti-driver", "csta", "-k", "own or 01a or flap or cuts")
    result.assert_outcomes(passed=3, deselected=result.parseoutcomes()["deselected"])
    result.stdout.fnmatch_lines(["*CTI driver csta*", "L1 observe: 1 passed*"])


def test_a_driver_that_misses_holds_is_not_l1(pytester: pytest.Pytester, broken: None) -> None:
    result = run(pytester, "--cti-driver", "deaf", "-k", "L0 or L1")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        [
            "*failed: scenario 09a*",
            "level reached: L0",
            "not L1: scenario 09a*failed",
        ]
    )


def test_a_driver_that_only_says_so_is_not_l2(pytester: pytest.Pytester, broken: None) -> None:
    result = run(pytester, "--cti-driver", "mute", "-k", "L0 or 01a or hold")
    result.stdout.fnmatch_lines(["level reached: L1", "not L2: *command hold failed"])
    result.stdout.fnmatch_lines(["hold, connected: succeeded, but 201 is {1: 'connected'}"])


def test_a_driver_that_does_not_come_again_has_no_level(
    pytester: pytest.Pytester, broken: None
) -> None:
    result = run(pytester, "--cti-driver", "stubborn", "-k", "L0")
    result.stdout.fnmatch_lines(["level reached: none", "not L0: link comes again*failed"])


def test_a_trace_is_enough_for_l1(pytester: pytest.Pytester) -> None:
    trace = Path(__file__).parents[2] / "traces" / "csta3-small-office.jsonl"
    result = run(pytester, "--cti-driver", "csta", "--cti-trace", str(trace), "-k", "trace")
    result.stdout.fnmatch_lines(["level reached: L1"])


def test_a_trace_that_cannot_be_read_fails(pytester: pytest.Pytester) -> None:
    trace = pytester.makefile(".jsonl", trace='{"t": 1}')
    result = run(pytester, "--cti-driver", "csta", "--cti-trace", str(trace), "-k", "trace")
    result.stdout.fnmatch_lines(["level reached: none", "not L0: trace *.jsonl failed"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--cti-driver", "nobody"], "no driver 'nobody'"),
        (["--cti-driver", "csta", "--cti-face", "nobody"], "no face 'nobody'"),
        (["--cti-driver", "csta", "--cti-face", "csta3:nobody"], "'nobody' is none of"),
        (["--cti-driver", "csta", "--cti-option", "dialect"], "KEY=VALUE"),
        (["--cti-driver", "csta", "--cti-option", "dialect=nobody"], "dialect: 'nobody'"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(
    pytester: pytest.Pytester, options: list[str], said: str
) -> None:
    result = run(pytester, *options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*cti kit: *{said}*"])
