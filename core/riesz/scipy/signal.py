"""scipy.signal on traced values: convolutions."""

from __future__ import annotations

from typing import Any

from riesz.registry import registry

from .substitute import stands_for, unknown

here = stands_for("signal")


@here
def convolve(in1: Any, in2: Any, mode: str = "full", method: str = "auto") -> Any:
    """scipy.signal.convolve, of any number of axes."""
    return registry.names["signal.convolve"](in1, in2, mode, method)


@here
def correlate(in1: Any, in2: Any, mode: str = "full", method: str = "auto") -> Any:
    """scipy.signal.correlate, of any number of axes."""
    return registry.names["signal.correlate"](in1, in2, mode, method)


@here
def fftconvolve(in1: Any, in2: Any, mode: str = "full", axes: Any = None) -> Any:
    """scipy.signal.fftconvolve, of any number of axes."""
    return registry.names["signal.fftconvolve"](in1, in2, mode, axes)


__all__ = ["convolve", "correlate", "fftconvolve"]


def __getattr__(name: str) -> Any:
    raise unknown("signal", name, __all__)
