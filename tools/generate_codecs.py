"""Write the generated codec modules; with ``--check`` only tell which are out of date."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[1]

_PHASE3: Final = "protocols.csta.phase3.schema"


class Job(NamedTuple):
    """One module to generate."""

    title: str
    package: str
    """Schema module, or package all of whose modules declare types."""
    hot: str
    """CHOICE whose alternatives are decoded most often; empty where speed is no matter."""
    parts: tuple[str, ...]
    """Further SEQUENCEs that are decoded often."""


JOBS: Final[dict[str, Job | str]] = {
    "protocols/meridian/_codec_meridian.py": "protocols.meridian.emit",
    "protocols/rose/_codec_rose.py": Job(
        "Records and codec of the remote operations APDUs (ITU-T X.880).",
        "protocols.rose.schema",
        "",
        (),
    ),
    "protocols/acse/_codec_acse.py": Job(
        "Records and codec of the association control APDUs (ITU-T X.227).",
        "protocols.acse.schema",
        "",
        (),
    ),
    "protocols/csta/phase3/_codec_phase3.py": Job(
        "Records and codec of CSTA phase III (ECMA-285).",
        _PHASE3,
        "CallControlEvents",
        (
            "CSTACommonArguments",
            "CSTAEventReportArgument",
            "CSTASecurityData",
            "CallLinkageData",
            "ConnectionIDBoth",
            "DeviceID",
            "GlobalCallData",
            "HookswitchEvent",
            "ThreadData",
        ),
    ),
    "protocols/csta/phase12/_codec_phase12.py": Job(
        "Records and codec of CSTA phases I and II (ECMA-180, ECMA-218).",
        "protocols.csta.phase12.schema",
        "CallEvents",
        (
            "CSTACommonArguments",
            "CSTAEventReportArgument",
            "CSTASecurityData",
            "ConnectionID",
            "EventReportArgument",
        ),
    ),
}
"""What to generate, by path: from types in ASN.1, or by the ``module`` function of a module."""


def generate(path: str) -> str:
    """Give the text that the module at ``path`` should have."""
    from protocols.ber.compiler import compile_module
    from protocols.ber.model import Schema

    job = JOBS[path]
    if isinstance(job, str):
        text: str = importlib.import_module(job).module()
        return text
    package = importlib.import_module(job.package)
    modules = [package]
    roots: list[str] = []
    if hasattr(package, "__path__"):
        names = sorted(one.name for one in pkgutil.iter_modules(package.__path__))
        modules = [importlib.import_module(f"{job.package}.{name}") for name in names]
    if operations := getattr(package, "OPERATIONS", ()):
        carried = [*(one.argument for one in operations), *(one.result for one in operations)]
        roots = [one.__name__ for one in (*carried, *package.ERRORS.values()) if one]
    hot = set(job.parts)
    if job.hot:
        events = Schema(modules).roots[job.hot].definition
        hot |= {field.use.definition.name for field in events.fields}
    return compile_module(job.title, modules, roots, hot)


def main() -> int:
    """Run the command; 1 if ``--check`` finds a difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    check = parser.parse_args().check
    status = 0
    for path in JOBS:
        text = generate(path)
        file = ROOT / path
        if file.is_file() and file.read_text(encoding="utf-8") == text:
            continue
        print(f"{path}: {'out of date' if check else 'written'}")
        if check:
            status = 1
        else:
            file.write_text(text, encoding="utf-8")
    return status


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
