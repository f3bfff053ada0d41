"""Ends of commands."""

from __future__ import annotations

from typing import Any

from cti import driver as dr
from cti.model.commands import EndState, Result
from cti.model.errors import Error


def rejected(token: int, error: Error) -> dr.Action:
    """Say that a command was never sent."""
    return dr.Outcome(token, Result(EndState.REJECTED, error=error))


def succeeded(token: int, result: dict[str, Any]) -> dr.Action:
    """Say that a command was carried out."""
    return dr.Outcome(token, Result(EndState.SUCCEEDED, result=result))
