"""LAPB: the data link layer of X.25 (ITU-T X.25 section 2, ISO/IEC 7776).

``frames`` is the codec, ``primitives`` the interface of the machine, ``link`` the machine.
"""
