"""The CSTA phase III face of the simulated exchange: the switching function's side of a link.

Written from the standard's description and from recorded traffic alone, so that a driver and
this face cannot share a mistake.
"""
