"""A device on the host: a backend as strict as one with memory of its own, for tests.

What would be a copy between host and device is one call that is counted, and everything that a
device cannot do without one raises.
"""

from .backend import Loopback, bare, double, returning, single
from .device import Device, Transfers

__all__ = ["Device", "Loopback", "Transfers", "bare", "double", "returning", "single"]
