"""Twenty deliberate mistakes, each caught by a scenario or by a model-based test."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.mutants.plant import VARIABLE, mutants

ROOT = Path(__file__).resolve().parents[2]
FAILED = 1
"""What pytest returns when tests were run and at least one failed."""
MUTANTS = mutants()


def run(name: str, tests: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    """Run tests with a mistake in the program."""
    environment = {**os.environ, VARIABLE: name, "HYPOTHESIS_PROFILE": "ci"}
    command = [sys.executable, "-m", "pytest", "-p", "tests.mutants.plant", "-q", "-x"]
    return subprocess.run(
        [*command, "-p", "no:cacheprovider", *tests],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_there_are_twenty_and_each_stands_in_the_source_once() -> None:
    assert len(MUTANTS) >= 20
    for mutant in MUTANTS.values():
        spec = find_spec(mutant.module)
        assert spec is not None
        assert spec.origin is not None
        assert Path(spec.origin).read_text().count(mutant.right) == 1, mutant.name
        assert mutant.caught_by, mutant.name


@pytest.mark.slow
@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_is_caught(name: str) -> None:
    done = run(name, MUTANTS[name].caught_by)
    assert done.returncode == FAILED, done.stdout[-2000:] + done.stderr[-2000:]
