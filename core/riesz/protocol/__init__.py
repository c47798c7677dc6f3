"""The operator protocol: forward, adjoint, metric, and the decorators that declare one."""

from .declare import elementwise, linear, multilinear, operator
from .linear_map import linear_map
from .operator import Operator

__all__ = ["Operator", "elementwise", "linear", "linear_map", "multilinear", "operator"]
