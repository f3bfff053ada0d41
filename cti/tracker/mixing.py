"""Data of two calls that become one: the survivor's wins, nothing of the other is lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec import UNSET, structs

from cti.model.data import CallData

_KEYED: Final = ("network", "vendor")
"""Kinds that have keys of their own, besides application data."""


def mixed(own: CallData, other: CallData, call_id: str) -> tuple[CallData, CallData | None]:
    """Add to the data of the surviving call that of the absorbed one, ``call_id``.

    Key by key: what only the absorbed call has is added; application data that the survivor
    has another value for is kept in the name space ``merged.<call_id>``, by its own name
    space. Return all data, and what changed.
    """
    news: dict[str, Any] = {}
    for kind in CallData.__struct_fields__:
        mine, theirs = getattr(own, kind), getattr(other, kind)
        if theirs is UNSET or theirs == mine:
            continue
        if mine is UNSET:
            news[kind] = theirs
        elif kind in _KEYED and (added := {k: v for k, v in theirs.items() if k not in mine}):
            news[kind] = {**mine, **added}
    delta = _applications(own, other, call_id)
    if not news and not delta:
        return own, None
    changed = dict(news)
    if delta:
        changed["app"] = delta
        known = {} if own.app is UNSET else own.app
        news["app"] = {
            **known,
            **{name: {**known.get(name, {}), **keys} for name, keys in delta.items()},
        }
    return structs.replace(own, **news), CallData(**changed)


def _applications(own: CallData, other: CallData, call_id: str) -> dict[str, dict[str, Any]]:
    """Give what is added to application data, by name space."""
    known: Mapping[str, Mapping[str, Any]] = {} if own.app is UNSET else own.app
    delta: dict[str, dict[str, Any]] = {}
    losers: dict[str, Any] = {}
    for name, theirs in ({} if other.app is UNSET else other.app).items():
        mine = known.get(name, {})
        if added := {key: value for key, value in theirs.items() if key not in mine}:
            delta[name] = added
        lost = {k: v for k, v in theirs.items() if k in mine and mine[k] != v}
        if lost:
            losers[name] = lost
    if losers:
        delta[f"merged.{call_id}"] = losers
    return delta
