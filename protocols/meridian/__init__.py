"""Meridian-Link-style messages.

What a Meridian 1 and its Meridian Link do is documented; the octets are not public. The
layout here, header and element formats and every number, is assigned by this project: it
reaches no real switch until profile and header are replaced from the licensed specification.
"""
