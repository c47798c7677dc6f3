"""Inner products.

Of arrays: Euclidean, Weighted, Mass, Sobolev. Of trees: Product, Pullback, Hessian.
"""

from riesz.metrics.base import ChangeOfVariables, Metric
from riesz.metrics.euclidean import Euclidean
from riesz.metrics.mass import Mass
from riesz.metrics.product import Product, metric_at
from riesz.metrics.pullback import Hessian, Pullback
from riesz.metrics.sobolev import Sobolev
from riesz.metrics.weighted import Weighted

__all__ = [
    "ChangeOfVariables",
    "Euclidean",
    "Hessian",
    "Mass",
    "Metric",
    "Product",
    "Pullback",
    "Sobolev",
    "Weighted",
    "metric_at",
]
