"""Documents tell the truth: codes are counted, the conformance page is current."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from cti.config import ConfigError, examine
from cti.main import main
from cti.model.capabilities import Support
from cti.model.commands import VERBS
from drivers.asai import AsaiDriver
from drivers.asai.capabilities import NEEDS
from drivers.asai.dialects import DIALECTS
from drivers.asai.events import READERS
from drivers.asai.settings import KEYS, TIMERS
from protocols.asai.capabilities import CAPABILITIES, EVENTS, Scope
from protocols.asai.codes import LABORATORY, Mark, kind_of
from protocols.asai.names import EventName
from tests.support import golden

ROOT = Path(__file__).resolve().parents[3]
COUNTS = LABORATORY.counts()


def test_readme_and_cti_drivers_count_the_codes() -> None:
    row = next(
        one for one in (ROOT / "README.md").read_text().splitlines() if "| `asai`" in one
    )
    assert f"{COUNTS[Mark.ASSIGNED]} of its {sum(COUNTS.values())} codes" in row
    assert f"({COUNTS[Mark.CONFIRMED]} confirmed, {COUNTS[Mark.INFERRED]} inferred)" in row
    told = CliRunner().invoke(main, ["drivers"])
    assert told.exit_code == 0
    assert f"{COUNTS[Mark.ASSIGNED]} assigned" in told.output
    assert "csta: " in told.output


def support(dialect: str, codes: str, verb: str) -> str:
    known = AsaiDriver({"dialect": dialect, "codes": codes}).capabilities.commands[verb]
    return "no" if known.support is Support.UNSUPPORTED else "yes"


def test_the_conformance_page_is_current() -> None:
    counted = ", ".join(f"{count} {mark}" for mark, count in COUNTS.items())
    lines = [
        "# ASAI: what is supported",
        "",
        "AT&T 555-230-220 and 555-230-221, as far as they are public. This page is written by",
        "`make golden`; what the marks mean is in [ASAI](../asai.md).",
        "",
        "## Operations",
        "",
        "| operation | by | carried in | answered by | associations |",
        "| --- | --- | --- | --- | --- |",
    ]
    for one in CAPABILITIES.values():
        by = "either" if one.by is None else one.by.value
        kinds = "all" if len(one.kinds) > 3 else ", ".join(kind.value for kind in one.kinds)
        carried = one.carried.name.replace("_", " ").lower()
        answer = one.answer.name.lower()
        lines.append(f"| {one.operation} | {by} | {carried} | {answer} | {kinds} |")
    lines += ["", "## Events", "", f"| event | {' | '.join(one.value for one in Scope)} |"]
    lines += ["| --- |" + " --- |" * len(Scope)]
    for event in EventName:
        assert event in READERS
        heard = " | ".join("yes" if one in EVENTS[event] else "" for one in Scope)
        lines.append(f"| {event} | {heard} |")
    lines += ["", "## Commands", "", "| verb | strict | " + " | ".join(DIALECTS) + " |"]
    lines += ["| --- | --- |" + " --- |" * len(DIALECTS)]
    for verb in sorted(NEEDS):
        assert verb in VERBS
        words = [support("r8", "strict", verb)]
        words += [support(dialect, "laboratory", verb) for dialect in DIALECTS]
        lines.append(f"| {verb} | {' | '.join(words)} |")
    lines += ["", "## Codes", "", f"{counted}.", "", "| kind | name | code | mark | source |"]
    lines += ["| --- | --- | --- | --- | --- |"]
    for code in LABORATORY.codes:
        shown = f"{code.value:02X}" if code.mark is not Mark.ASSIGNED else ""
        lines.append(
            f"| {kind_of(code.name)} | {code.name} | {shown} | {code.mark} | {code.evidence} |"
        )
    golden.compare("../docs/conformance/asai.md", "\n".join(lines) + "\n")


def test_the_configuration_of_the_page_is_right(tmp_path: Path) -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", (ROOT / "docs/asai.md").read_text(), re.DOTALL)
    file = tmp_path / "site.toml"
    file.write_text('[mqtt]\nbrokers = ["mqtt://localhost"]\n' + block)
    examine(file)
    file.write_text(file.read_text().replace('"laboratory"', '"guessed"'))
    with pytest.raises(ConfigError, match=r"switch\.hq\.link\.main\.options\.codes: 'guessed'"):
        examine(file)


def test_every_timer_and_key_is_on_the_page() -> None:
    page = (ROOT / "docs/asai.md").read_text()
    for word in (*TIMERS, *KEYS - {"devices", "timers", "dialect"}, *DIALECTS):
        assert f"`{word}`" in page, word
