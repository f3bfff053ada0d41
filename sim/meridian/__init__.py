"""The Meridian Link face of the simulated exchange: a Meridian 1 with its link module.

Written from the documented behaviour of the link alone, so that a driver and this face cannot
share a mistake. The octets are assigned by this project (``protocols.meridian``).
"""
