"""Tell for each mutant which scenarios and model-based tests fail: ``python -m tests.mutants``.

Names of mutants as arguments run those only.
"""

from __future__ import annotations

import re
import sys

from tests.mutants.plant import mutants
from tests.mutants.test_mutants import FAILED, run

EVERYTHING = ("tests/drivers/csta/test_scenarios.py", "tests/model")


def main() -> None:
    """Print a line per mutant and part."""
    for name in sys.argv[1:] or list(mutants()):
        print(name)
        for part in EVERYTHING:
            done = run(name, (part, "-m", "not slow"))
            failed = re.findall(r"^FAILED (\S+)", done.stdout, re.MULTILINE)
            word = {0: "passes", FAILED: "caught by " + ", ".join(failed)}
            print(f"  {part}: {word.get(done.returncode, done.stdout[-500:] + done.stderr)}")


if __name__ == "__main__":
    main()
