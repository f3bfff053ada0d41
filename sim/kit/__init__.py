"""The conformance kit: what a driver must do, run against a simulated switch.

It finds drivers and faces by entry point and is started by ``pytest --cti-driver NAME`` in any
folder; ``docs/kit.md`` describes it.
"""
