"""Cores and codecs of the telephony standards: no I/O, no clock, no log.

Every protocol has a package of its own. Codecs are pairs of functions between octets and
frozen records; machines take events and return actions.
"""
