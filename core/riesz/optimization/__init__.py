"""Minimisation in the inner product of a metric."""

from .least_squares import LeastSquares
from .minimisation import minimize
from .result import Result
from .rules import Status

__all__ = ["LeastSquares", "Result", "Status", "minimize"]
