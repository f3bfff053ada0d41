"""``python -m sim lab``: one layer of a link, attached, worked from standard input."""

from __future__ import annotations

import argparse
import importlib
import sys
from typing import Any, Final

LAYERS: Final = {
    "lapb": "LAPB (X.25 level 2): one frame a datagram",
    "lapd": "LAPD (ISDN D channel, Q.921): one frame a datagram",
    "plp": "the packet layer of X.25 alone: one packet a datagram",
    "x25": "the packet layer over LAPB: one frame a datagram",
}
"""Layers, each a module beside this one; see ``sim.lab.contract``."""

_EPILOG: Final = """\
Standard input takes one command a line; `help` tells them, `#` begins a comment. Each
primitive is printed as a line: what it is, then `confirm` or `indication`, then what it
holds as name=value, octets in hexadecimal last. docs/laboratory.md lists them.

  python -m sim lab lapb --role dte --udp 15001:15002
  python -m sim lab x25 --role dce --serial /dev/ttyS0?speed=19200
  python -m sim lab plp --xot listen:127.0.0.1:1998
"""


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    top = argparse.ArgumentParser(
        prog="python -m sim lab",
        description=__doc__,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    layers = top.add_subparsers(dest="layer", required=True, metavar="LAYER")
    for name, about in LAYERS.items():
        one = layers.add_parser(
            name,
            help=about,
            description=about,
            formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        )
        _common(one)
        importlib.import_module(f"sim.lab.{name}").arguments(one)
    return top


def _common(one: argparse.ArgumentParser) -> None:
    group = one.add_argument_group("attachment")
    place = group.add_mutually_exclusive_group(required=True)
    place.add_argument("--udp", metavar="LOCAL:REMOTE", help="ports on loopback")
    place.add_argument("--serial", metavar="DEVICE[?speed=...]", help="an asynchronous line")
    place.add_argument(
        "--xot", metavar="[listen:]HOST[:PORT]", help="X.25 over TCP, for `plp` only"
    )
    group.add_argument("--loss", type=float, default=0.0, help="share of our frames lost")
    group.add_argument("--duplicate", type=float, default=0.0, help="share sent twice")
    group.add_argument("--reorder", type=float, default=0.0, help="share sent after the next")
    group.add_argument("--seed", type=int, default=1, help="of the three above")
    one.add_argument(
        "--timer",
        action="append",
        default=[],
        metavar="NAME=SECONDS",
        help="length of a timer, such as T1=0.5; may be given several times",
    )
    one.add_argument("--establish", action="store_true", help="begin with `establish`")
    one.add_argument("--verbose", action="store_true", help="frames on standard error")


def main(arguments: list[str]) -> int:
    """Run the command line; give the exit status."""
    options = parser().parse_args(arguments)
    from twisted.internet import reactor as twisted_reactor
    from twisted.internet.error import CannotListenError

    from sim.lab import attach
    from sim.lab.bench import Bench, Weather, read_lines

    reactor: Any = twisted_reactor
    try:
        layer = importlib.import_module(f"sim.lab.{options.layer}").make(options)
        weather = Weather(options.loss, options.duplicate, options.reorder, options.seed)
        attachment = attach.attachment(options)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    bench = Bench(
        layer,
        attachment,
        weather,
        reactor,
        _say,
        verbose=options.verbose,
        # XOT has no restart of its own: the layer would wait for one for ever.
        first=["establish"] if options.establish or options.xot else [],
    )

    def begin() -> None:
        try:
            attachment.open(reactor, bench)
        except (OSError, CannotListenError) as error:
            sys.stderr.write(f"{error}\n")
            bench.status = 1
            reactor.stop()
            return
        read_lines(reactor, bench.take, bench.ended)

    reactor.callWhenRunning(begin)
    reactor.run()
    return bench.status


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
