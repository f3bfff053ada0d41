"""Fail unless the newest wheel in a folder holds exactly our four packages."""

import sys
import zipfile
from pathlib import Path

OURS = {"cti", "drivers", "protocols", "sim"}


def main() -> int:
    """Compare, print what was found, and return the exit status."""
    wheel = max(Path(sys.argv[1]).glob("*.whl"), key=lambda path: path.stat().st_mtime)
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    found = {top for top in tops if not top.endswith(".dist-info")}
    print(f"{wheel.name}: {', '.join(sorted(found))}")
    return 0 if found == OURS else 1


if __name__ == "__main__":
    sys.exit(main())
