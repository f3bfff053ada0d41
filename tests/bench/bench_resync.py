"""Learning a whole switch anew: 2,000 agents and 500 calls, asked for after the link was lost.

Run with ``python -m tests.bench.bench_resync``. The switch answers 200 messages a second on
the still clock; what is measured is the processor time of the bridge's own Engine for it, as
a share of the time that the switch takes.
"""

from __future__ import annotations

import time
from typing import Any, Final

import msgspec

from cti import engine as en
from cti.driver import load
from sim.csta.bench import Bench
from sim.kit.pair import Pair, monitored
from sim.load import busy_plan, standing

AGENTS: Final = 2_000
CALLS: Final = 500
RATE: Final = 200
"""Messages that the switch answers in a second."""


class Timed(Pair):
    """A pair that measures what its Engine takes."""

    spent = 0.0
    """Seconds of processor time."""

    def handled(self, event: en.Event) -> list[en.Action]:
        """Let the Engine take an event, and add up how long it is at work."""
        began = time.process_time()
        actions = self._handle(event, self.at)
        self.spent += time.process_time() - began
        return actions

    def measure(self) -> None:
        """Measure from here on."""
        self._handle = self.engine.handle
        self.engine.handle = lambda event, _at: self.handled(event)  # type: ignore[method-assign,assignment]


def main() -> None:
    """Measure and print."""
    plan = busy_plan(0, AGENTS, CALLS)
    link = {"rate": RATE, "monitors": 2 * AGENTS + 100}
    plan = msgspec.structs.replace(plan, link=msgspec.convert(link, type(plan.link)))
    bench = Bench(plan, "standard")
    for event in standing(plan, CALLS):
        bench.do(event)
    devices = monitored(plan)
    options: dict[str, Any] = {"dialect": "standard"}
    pair = Timed(load("csta"), options, bench, devices)
    pair.measure()
    pair.connect()
    began = bench.now
    while pair.state != "up":
        pair.wait(0.5)
    took = bench.now - began
    end = [event for event in pair.events if event["event"] == "snapshot.end"][-1]
    agents = sum(
        one.state.value != "unknown" for one in pair.engine.tracker.book.agents.values()
    )
    asked = 2 * len(devices) + AGENTS + CALLS + 1
    print(f"{len(devices)} devices, {end['discovered']} calls and {agents} agents found")
    print(f"{asked} requests at {RATE} a second are {asked / RATE:.1f} s")
    print(f"the switch took {took:.1f} s, the bridge {pair.spent:.2f} s of processor time")
    print(f"ratio {pair.spent / took:.3f}")


if __name__ == "__main__":
    main()
