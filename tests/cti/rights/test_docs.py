"""The examples of docs/rights.md are rights that can be read, and say what they are said to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cti.config import load
from cti.config.rights import Right
from cti.model.commands import VERBS
from cti.rights import Rights
from cti.rights.classes import DestinationClass

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "rights.md").read_text()
LEAST = """
[mqtt]
brokers = ["mqtts://localhost"]
[switch.hq.link.main]
driver = "csta"
address = "tcp:pbx:1"
"""
EXAMPLES = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_right(example: str, tmp_path: Path) -> None:
    file = tmp_path / "ctid.toml"
    file.write_text(LEAST + example)
    config = load(file, {})
    assert len(config.rights) == 1
    Rights(config.rights)


def test_there_are_the_examples_that_people_look_for() -> None:
    text = "".join(EXAMPLES)
    for name in ("desk-201", "callback", "wallboard", "operator"):
        assert f"[rights.{name}]" in text


def test_the_page_names_every_class_and_every_key() -> None:
    keys = {*Right.__struct_fields__, *(one.value for one in DestinationClass)}
    assert [
        key for key in sorted(keys) if f"`{key}`" not in PAGE and f".{key}]" not in PAGE
    ] == ["feature_code"]


def test_every_verb_in_the_page_is_one() -> None:
    named = set(re.findall(r'"([a-z]+_[a-z_]+)"', "".join(EXAMPLES)))
    assert named <= set(VERBS)
