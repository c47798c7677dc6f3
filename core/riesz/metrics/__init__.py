"""Inner products: Euclidean, Weighted, Mass, Sobolev."""

from riesz.metrics.base import ChangeOfVariables, Metric, point_map
from riesz.metrics.euclidean import Euclidean
from riesz.metrics.mass import Mass
from riesz.metrics.sobolev import Sobolev
from riesz.metrics.weighted import Weighted

__all__ = ["ChangeOfVariables", "Euclidean", "Mass", "Metric", "Sobolev", "Weighted", "point_map"]
