"""The doctor: what is wrong around a bridge, and what to do about it."""

from cti.doctor.findings import Fault, Finding
from cti.doctor.rounds import rounds, status

__all__ = ["Fault", "Finding", "rounds", "status"]
