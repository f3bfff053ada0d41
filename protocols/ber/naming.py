"""Names of records, attributes and enumeration members from the names of ASN.1."""

from __future__ import annotations

import keyword
import re
from typing import Final

_WORDS: Final = (
    re.compile(r"([A-Z]+)([A-Z][a-z])"),
    re.compile(r"([a-z0-9])([A-Z])"),
)

EXCEPTIONS: Final[dict[str, str]] = {}
"""Names that the rule of ``snake`` would spoil."""

RESERVED: Final = frozenset({"unknown"})
"""Attributes that every record has besides its ASN.1 fields."""


def snake(name: str) -> str:
    """Turn an ASN.1 identifier into snake_case: ``cSTAVersion`` into ``csta_version``.

    An identifier that begins with an acronym has its first letter in lower case by ASN.1's
    rules (X.680 12.3); that letter belongs to the acronym.
    """
    if known := EXCEPTIONS.get(name):
        return known
    word = name.replace("-", "_")
    if word[1:2].isupper() and (len(word) < 3 or not word[2].islower()):
        word = word[0].upper() + word[1:]
    for pattern in _WORDS:
        word = pattern.sub(r"\1_\2", word)
    return word.lower()


def attribute(name: str) -> str:
    """Make the attribute of a record from the name of a field."""
    word = snake(name)
    return word + "_" if keyword.iskeyword(word) or word in RESERVED else word


def member(name: str) -> str:
    """Make the name of an enumeration member."""
    word = snake(name).upper()
    return word + "_" if word == "MRO" else word


def class_name(name: str) -> str:
    """Make the name of a Python class from the name of an ASN.1 type."""
    return name.replace("-", "_")
