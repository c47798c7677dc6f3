"""Inner products: Euclidean, Weighted, Mass, Sobolev."""

from riesz.metrics.base import ChangeOfVariables, Metric
from riesz.metrics.euclidean import Euclidean

__all__ = ["ChangeOfVariables", "Euclidean", "Metric"]
