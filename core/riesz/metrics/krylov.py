"""R^-1 a by conjugate gradients, in the coordinates in which the base metric is Euclidean.

With R_base = L L', z = L'x solves (L^-1 R L'^-1) z = L^-1 a: the base is the preconditioner, and a
truncated solve is one of its geometry. L^-1 a is computed as L' (R_base^-1 a). A base without an L
known leaves the coordinates as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from riesz.calculus.reverse import stop_gradient
from riesz.control.leaves import Leaves
from riesz.control.linear_system import System
from riesz.control.packing import Packing
from riesz.control.solution import solution_of
from riesz.control.solver import Solver, conjugate_gradients, norm
from riesz.metrics.base import Metric
from riesz.metrics.product import metric_at

if TYPE_CHECKING:
    from riesz.metrics.matrix_free import MatrixFree


def solution(R: MatrixFree, a: Any) -> Any:
    """R^-1 a to the tolerance of R, differentiated as the solution of R x = a, to any order."""
    packing, parameters, base = Packing(R.at, repr(R)), Leaves(R.at), _base(R, R.at)

    def at(*arrays: Any) -> Callable[[Any], Any]:
        return _product(R, packing, parameters.join(arrays))

    system = System(repr(R), at, at, Solver("cg", R.rtol))
    z = solution_of(system, packing.pack(base.sqrt(base.solve(a))), parameters.arrays)
    return base.unsqrt(packing.unpack(z))


def truncated(R: MatrixFree, a: Any) -> Any:
    """The last iterate of at most `truncation` steps, differentiated step by step."""
    packing, base = Packing(R.at, repr(R)), _base(R, R.at)
    b = packing.pack(base.sqrt(base.solve(a)))
    target = Solver("cg", R.rtol).tolerance(b.dtype) * norm(stop_gradient(b))
    z, _, _ = conjugate_gradients(_product(R, packing, R.at), b, target, R.truncation or 0)
    return base.unsqrt(packing.unpack(z))


def _base(R: MatrixFree, x: Any) -> Metric:
    base = R.base_at(x)
    return base if base.has_root(x) else metric_at(None, x)


def _product(R: MatrixFree, packing: Packing, x: Any) -> Callable[[Any], Any]:
    """z -> L^-1 R L'^-1 z at x, on vectors."""
    product, base = R.products(x), _base(R, x)

    def on_vectors(z: Any) -> Any:
        return packing.pack(base.sqrt(base.solve(product(base.unsqrt(packing.unpack(z))))))

    return on_vectors
