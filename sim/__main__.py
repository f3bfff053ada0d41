"""``python -m sim``: a telephone switch with a CTI link, and the words to work it with.

This file imports little, so that working a switch by many short commands is quick.
"""

from __future__ import annotations

import argparse
import glob
import json
import os
import socket
import sys
import tempfile
from pathlib import Path


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    top = argparse.ArgumentParser(prog="python -m sim", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)
    csta = commands.add_parser("csta", help="run a switch with CSTA links")
    csta.add_argument(
        "--dialect",
        default="standard",
        metavar="standard|panasonic|hipath3000|phase2|omnipcx|phase1|omnipcx_office|md110",
    )
    csta.add_argument(
        "--without", default="", metavar="OPERATION,...", help="services that it does not know"
    )
    _common(csta)
    meridian = commands.add_parser(
        "meridian", help="run a Meridian 1 with links of the style of Meridian Link"
    )
    meridian.add_argument(
        "--options", type=Path, help="what the craftsman set, as TOML: docs/simulator.md"
    )
    meridian.add_argument("--x11-release", type=int, metavar="RELEASE")
    meridian.add_argument("--mls", action="store_true", help="as Meridian Link Services")
    meridian.add_argument("--dn-digits", type=int, choices=(4, 7))
    meridian.add_argument(
        "--profile", type=Path, help="numbers of the link, as JSON, instead of this project's"
    )
    _common(meridian)
    asai = commands.add_parser("asai", help="run a DEFINITY with ASAI links")
    asai.add_argument("--dialect", default="r6r", metavar="r5si|r6r|r8r")
    asai.add_argument(
        "--crv-octets", type=int, choices=(1, 2), help="of a call reference value on the link"
    )
    asai.add_argument(
        "--links",
        default="*=1",
        metavar="CLIENT=LINK,...",
        help="the gateway's table: which client address (* for any) has which link, for tcp:",
    )
    asai.add_argument(
        "--dchannel",
        dest="x25",
        default="",
        metavar="KEY=VALUE,...",
        help="keys of the D channel for udp:PORT:HOST:PORT, unixgram:PATH:PATH and misdn:N",
    )
    _common(asai)
    commands.add_parser("lab", add_help=False, help="one layer of a link: LAPB, X.25, LAPD")
    do = commands.add_parser("do", help="work a switch that runs")
    do.add_argument("--control", type=Path, help="place of the operator's socket")
    do.add_argument("words", nargs=argparse.REMAINDER, help="such as: dial 201 202, or: help")
    return top


def _common(switch: argparse.ArgumentParser) -> None:
    """Add what every switch takes."""
    switch.add_argument(
        "--listen", default="tcp:127.0.0.1:0", metavar="tcp:HOST:PORT|xot:HOST:PORT"
    )
    switch.add_argument(
        "--serial", metavar="DEVICE[?speed=19200]", help="X.25 on a serial line"
    )
    switch.add_argument(
        "--x25", default="", metavar="KEY=VALUE,...", help="keys of X.25 for xot: and --serial"
    )
    switch.add_argument("--plan", type=Path, help="the exchange, as TOML")
    switch.add_argument("--scenario", type=Path, help="what people do, as TOML")
    switch.add_argument(
        "--still",
        action="store_true",
        help="let time pass by the word pass alone; a scenario then only gives its plan",
    )
    switch.add_argument("--load", type=float, metavar="CALLS_PER_SECOND")
    switch.add_argument(
        "--for",
        type=float,
        default=0.0,
        dest="seconds",
        metavar="SECONDS",
        help="how long calls of the load begin; without a load, how long the switch runs",
    )
    switch.add_argument("--seed", type=int, default=1, help="of the load")
    switch.add_argument(
        "--after-client",
        type=float,
        metavar="SECONDS",
        help="begin load and scenario so long after the first association",
    )
    switch.add_argument("--faults", type=Path, help="faults of the link, as TOML")
    switch.add_argument("--control", type=Path, help="place of the operator's socket")
    switch.add_argument("--truth", type=Path, help="file for what truly happened")


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; give the exit status."""
    words = sys.argv[1:] if arguments is None else arguments
    if words[:1] == ["lab"]:
        from sim.lab.command import main as lab

        return lab(words[1:])
    options = parser().parse_args(words)
    if options.command == "do":
        return _do(options)
    from sim.run import run

    return run(options)


def _do(options: argparse.Namespace) -> int:
    """Send words to a switch that runs and print its answer."""
    path, words = options.control, list(options.words)
    if "--control" in words[:-1]:  # given behind the words
        place = words.index("--control")
        path = Path(words[place + 1])
        del words[place : place + 2]
    if path is None:
        folder = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
        found = glob.glob(f"{folder}/cti-sim-*.sock")
        if len(found) != 1:
            sys.stderr.write(f"{len(found)} switches run: say which with --control\n")
            return 2
        path = Path(found[0])
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(30.0)
            connection.connect(str(path))
            connection.sendall(json.dumps(words).encode() + b"\n")
            line = connection.makefile("rb").readline()
    except OSError as error:
        sys.stderr.write(f"{path}: {error}\n")
        return 2
    answer = json.loads(line) if line else {"ok": False, "error": "no answer"}
    sys.stdout.write(json.dumps(answer, indent=2) + "\n")
    return 0 if answer.get("ok") else 1


if __name__ == "__main__":
    sys.exit(main())
