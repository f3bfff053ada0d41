"""Event reports against the codec in C that asn1c generates of the same types.

Run with ``python -m tests.bench.bench_asn1c``; needs ``asn1c`` and ``cc``. Both read and write
the same octets, in turn in each round; the median of the ratios counts. A ratio above 1 says
that ours is faster; exit status 1 under what is required. Phases II and III: what an event of
phase I is, asn1c leaves as octets.
"""

from __future__ import annotations

import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from protocols.rose.apdus import Invoke
from tests.bench.bench_codec import messages
from tests.protocols.ber.judge import grammar
from tests.protocols.csta.phases import BY_NAME, Phase

ROUNDS: Final = 7
TIMES: Final = 50
DECODE_MUST: Final = 0.6
ENCODE_MUST: Final = 1.5
_ROOT: Final = "Whole-CSTAEventReportArgument"


def reports(phase: Phase) -> list[Any]:
    """Give the arguments of event reports."""
    pdus = [phase.codec.decode(one) for one in messages(phase)]
    return [pdu.argument for pdu in pdus if isinstance(pdu, Invoke)]


def reachable(text: str, root: str) -> str:
    """Leave of a grammar what a type is made of."""
    lines = dict(re.findall(r"^([A-Z][\w-]*) ::= (.*)$", text, re.MULTILINE))
    wanted, todo = set[str](), [root]
    while todo:
        name = todo.pop()
        if name not in wanted and name in lines:
            wanted.add(name)
            todo += re.findall(r"\b[A-Z][\w-]*\b", lines[name])
    body = "\n".join(f"{name} ::= {line}" for name, line in lines.items() if name in wanted)
    return f"Judge DEFINITIONS EXPLICIT TAGS ::= BEGIN\n{body}\nEND\n"


def build(folder: Path, phase: Phase) -> Path | None:
    """Build the codec in C; None where that cannot be done."""
    tools = [shutil.which(tool) for tool in ("asn1c", "cc")]
    if None in tools:
        print("not measured: apt install asn1c gcc")
        return None
    asn1c, cc = (str(tool) for tool in tools)
    (folder / "types.asn1").write_text(reachable(grammar(phase.generated.CODEC.schema), _ROOT))
    quiet: dict[str, Any] = dict.fromkeys(("stdout", "stderr"), subprocess.DEVNULL)
    words = [asn1c, "-fcompound-names", "types.asn1"]
    subprocess.run(words, cwd=folder, check=True, **quiet)
    (folder / "converter-sample.c").unlink()
    sources = sorted(str(one) for one in folder.glob("*.c"))
    main = str(Path(__file__).with_name("asn1c.c"))
    words = [cc, "-O3", "-w", "-I.", "-o", "judge", main, *sources]
    subprocess.run(words, cwd=folder, check=True, **quiet)
    return folder / "judge"


def seconds(work: Callable[[Any], object], things: list[Any]) -> float:
    """Time one of them, on average."""
    start = time.perf_counter()
    for _ in range(TIMES):
        for thing in things:
            work(thing)
    return (time.perf_counter() - start) / TIMES / len(things)


def rounds(program: Path, folder: Path, phase: Phase) -> Iterator[tuple[float, float]]:
    """Time both in turn; give the ratios of decoding and of encoding."""
    c: Any = phase.generated
    ours = reports(phase)
    octets = [c.encode_CSTAEventReportArgument(one) for one in ours]
    file = folder / "messages"
    file.write_bytes(b"".join(len(one).to_bytes(2, "big") + one for one in octets))
    for _ in range(ROUNDS):
        told = subprocess.run(
            [program, file, str(10 * TIMES)], stdout=subprocess.PIPE, check=True
        ).stdout.split()
        decode = seconds(c.decode_CSTAEventReportArgument, octets)
        encode = seconds(c.encode_CSTAEventReportArgument, ours)
        theirs = [float(one) for one in told]
        for word, mine, other in zip(
            ("decode", "encode"), (decode, encode), theirs, strict=True
        ):
            print(f"{word} {other * 1e6:5.2f} / {mine * 1e6:5.2f} us = {other / mine:4.2f}")
        yield theirs[0] / decode, theirs[1] / encode


def main() -> int:
    """Print times and ratios."""
    good = True
    for name in ("II", "III"):
        with tempfile.TemporaryDirectory() as made:
            folder, phase = Path(made), BY_NAME[name]
            program = build(folder, phase)
            if program is None:
                return 0
            found = list(rounds(program, folder, phase))
        decode, encode = (statistics.median(one) for one in zip(*found, strict=True))
        good &= decode >= DECODE_MUST and encode >= ENCODE_MUST
        print(f"phase {name}: decode x{decode:.2f} (must {DECODE_MUST}), ", end="")
        print(f"encode x{encode:.2f} (must {ENCODE_MUST})")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
