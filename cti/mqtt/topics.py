"""Strings, Topic Names and Topic Filters (OASIS MQTT 5.0, 1.5.4 and 4.7).

The codec underneath lets NUL and wildcards through, so the rules stand here. A function
returns what is wrong, or nothing.
"""

from __future__ import annotations

_LONGEST = 65535  # octets of a UTF-8 string, [MQTT-1.5.4]


def string_fault(text: str) -> str:
    """Say why ``text`` is no UTF-8 string of MQTT, or give the empty string."""
    if "\0" in text:
        return "contains U+0000"  # [MQTT-1.5.4-2]
    if len(text) * 4 <= _LONGEST and text.isascii():
        return ""
    try:
        length = len(text.encode())
    except UnicodeEncodeError:
        return "contains a lone surrogate"  # [MQTT-1.5.4-1]
    return f"is {length} octets long" if length > _LONGEST else ""


def topic_name_fault(topic: str) -> str:
    """Say why ``topic`` is no Topic Name to publish on, or give the empty string."""
    if not topic:
        return "is empty"  # [MQTT-4.7.3-1]
    if "+" in topic or "#" in topic:
        return "contains a wildcard"  # [MQTT-3.3.2-2]
    return string_fault(topic)


def topic_filter_fault(topic_filter: str) -> str:
    """Say why ``topic_filter`` is no Topic Filter, or give the empty string."""
    if not topic_filter:
        return "is empty"  # [MQTT-4.7.3-1]
    levels = topic_filter.split("/")
    if levels[0] == "$share":
        if len(levels) < 3 or not levels[1] or not "/".join(levels[2:]):
            return "is no shared subscription"  # [MQTT-4.8.2-1]
        if "+" in levels[1] or "#" in levels[1]:
            return "has a wildcard in its share name"  # [MQTT-4.8.2-2]
        levels = levels[2:]
    for place, level in enumerate(levels):
        if "#" in level and (level != "#" or place != len(levels) - 1):
            return "has # elsewhere than as its last level"  # [MQTT-4.7.1-1]
        if "+" in level and level != "+":
            return "has + inside a level"  # [MQTT-4.7.1-2]
    return string_fault(topic_filter)


def is_shared(topic_filter: str) -> bool:
    """Tell whether the filter asks for a shared subscription (4.8.2)."""
    return topic_filter.startswith("$share/")


def has_wildcard(topic_filter: str) -> bool:
    """Tell whether the filter has a wildcard (4.7.1)."""
    return "+" in topic_filter or "#" in topic_filter
