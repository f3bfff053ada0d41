"""Put octets before tshark, by way of the judge that stands beside the shared vectors."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


def judge(vectors: Path, records: list[dict[str, Any]], *, strict: bool = False) -> None:
    """Fail unless tshark finds every record well formed and its expected fields right.

    ``strict`` takes no warning either.
    """
    program = vectors.parent / "peers" / "judge_tshark.py"
    if not program.is_file():
        pytest.skip("no peers/judge_tshark.py beside the shared vectors")
    if shutil.which("tshark") is None:
        pytest.skip("tshark is not installed (apt-get install tshark)")
    lines = "".join(json.dumps(record) + "\n" for record in records)
    done = subprocess.run(
        [sys.executable, str(program), "--quiet", *(["--strict"] if strict else []), "-"],
        input=lines,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    summary = json.loads(done.stdout.splitlines()[-1])
    assert summary["frames"] == len(records), done.stdout
