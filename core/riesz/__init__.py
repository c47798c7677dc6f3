"""Riesz: automatic differentiation between Hilbert spaces.

Write a NumPy program or an operator with its adjoint once; get its gradient, in the inner product
you declare, on every backend.
"""

from . import scipy
from .backend import asarray, get_backend, list_backends, to_numpy, use_backend
from .calculus import (
    check_grads,
    derivative,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    stop_gradient,
    value_and_grad,
    vjp,
)
from .control import checkpoint, fixed_point, iterate, linear_solve, root, scan
from .errors import (
    BackendUnavailable,
    ClosedTape,
    GradientMismatch,
    InvalidType,
    InvalidValue,
    MissingExtra,
    MixedBackends,
    NotConverged,
    PluginError,
    RieszError,
    SpaceMismatch,
    UnsupportedOperator,
)
from .front import implements
from .hilbert_map import HilbertMap, adjoint_of
from .hookspecs import hookimpl
from .metrics import (
    Euclidean,
    Hessian,
    Mass,
    Metric,
    Product,
    Pullback,
    Sobolev,
    Weighted,
)
from .operators.joining import array
from .operators.update import at
from .optimization import LeastSquares, minimize
from .plan.compilation import compile
from .protocol import elementwise, linear, linear_map, multilinear, operator
from .space import Dual, Space
from .sparse_matrix import sparse

__version__ = "0.1.0"

__all__ = [
    "BackendUnavailable",
    "ClosedTape",
    "Dual",
    "Euclidean",
    "GradientMismatch",
    "Hessian",
    "HilbertMap",
    "InvalidType",
    "InvalidValue",
    "LeastSquares",
    "Mass",
    "Metric",
    "MissingExtra",
    "MixedBackends",
    "NotConverged",
    "PluginError",
    "Product",
    "Pullback",
    "RieszError",
    "Sobolev",
    "Space",
    "SpaceMismatch",
    "UnsupportedOperator",
    "Weighted",
    "adjoint_of",
    "array",
    "asarray",
    "at",
    "check_grads",
    "checkpoint",
    "compile",
    "derivative",
    "elementwise",
    "fixed_point",
    "get_backend",
    "grad",
    "hessian",
    "hookimpl",
    "hvp",
    "implements",
    "iterate",
    "jacobian",
    "jvp",
    "linear",
    "linear_map",
    "linear_solve",
    "list_backends",
    "minimize",
    "multilinear",
    "operator",
    "root",
    "scan",
    "scipy",
    "sparse",
    "stop_gradient",
    "to_numpy",
    "use_backend",
    "value_and_grad",
    "vjp",
]  # fmt: skip
