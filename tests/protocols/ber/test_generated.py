"""The generated modules are what the compiler makes of the schemas of today."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]


def tool() -> Any:
    path = ROOT / "tools/generate_codecs.py"
    spec: Any = importlib.util.spec_from_file_location("generate_codecs", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL = tool()


@pytest.mark.parametrize("path", sorted(TOOL.JOBS))
def test_up_to_date(path):
    assert (ROOT / path).read_text(encoding="utf-8") == TOOL.generate(path), (
        "run tools/generate_codecs.py"
    )


def test_check_finds_a_difference(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["generate_codecs", "--check"])
    monkeypatch.setattr(TOOL, "generate", lambda path: "something else")
    assert TOOL.main() == 1
    assert "out of date" in capsys.readouterr().out
