"""Stories: calls that belong together go under one ``thread_id``."""

from __future__ import annotations

from cti.calls import Call


def join(one: Call, other: Call) -> bool:
    """Let two calls be of one story, the older; return whether they were of two.

    The name that is given up stays an alias on both calls.
    """
    if one.thread_id == other.thread_id:
        return False
    older, younger = sorted((one, other), key=lambda call: (call.story_at, call.serial))
    names = [*older.thread_aliases, younger.thread_id, *younger.thread_aliases]
    aliases = [name for name in dict.fromkeys(names) if name != older.thread_id]
    younger.thread_id, younger.story_at = older.thread_id, older.story_at
    one.thread_aliases, other.thread_aliases = list(aliases), list(aliases)
    return True
