"""JavaScript packages for tests: installed once per run into a temporary folder."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import pytest


class Node:
    """A folder with packages, and node to run scripts in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, script: str, *words: str) -> str:
        """Run a module and give what it prints."""
        file = self.folder / "script.mjs"
        file.write_text(script)
        done = subprocess.run(
            ["node", str(file), *words],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@cache
def _installed(*packages: str) -> tempfile.TemporaryDirectory[str] | str:
    """Install packages; or tell why not."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        return "not installed: node, npm"
    folder = tempfile.TemporaryDirectory(prefix="node-")
    (Path(folder.name) / "package.json").write_text("{}")
    try:
        done = subprocess.run(
            ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", *packages],
            cwd=folder.name,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"npm cannot install {packages} within 180 s"
    if done.returncode:
        return f"npm cannot install {packages}: {done.stderr.strip()[-200:]}"
    return folder


def install(*packages: str) -> Node:
    """Give a folder with packages; skip where they are not to be had."""
    found = _installed(*packages)
    if isinstance(found, str):
        pytest.skip(found)
    return Node(Path(found.name))


def asyncapi_parser() -> Node:
    """The parser that the AsyncAPI project publishes."""
    return install("@asyncapi/parser@3")
