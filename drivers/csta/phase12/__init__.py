"""Phases I and II at the edge of the driver: their messages to those of phase III and back.

The driver thinks in phase III, which has a place for nearly all that the older phases say.
What a message cannot be turned into is said by ``Unwritable``; which members of a request
have no place in an older phase is a table.
"""
