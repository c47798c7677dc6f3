"""A user's program, checked by mypy --strict against the installed package, and never run."""

from typing import Any, assert_type

import numpy as np
from numpy.typing import NDArray

import riesz

Vector = NDArray[np.float64]


def f(x: Vector) -> np.float64:
    """A NumPy program."""
    y: np.float64 = np.sum(np.sin(x) ** 2)
    return y


def gradients(x: Vector, u: Vector) -> list[Vector]:
    """Gradients in several metrics, and a Hessian's action."""
    metrics: list[riesz.Metric] = [
        riesz.Euclidean(),
        riesz.Weighted(np.ones(3)),
        riesz.Sobolev(1, spacing=0.1, boundary=["neumann"]),
        riesz.Product(riesz.Weighted(2.0), weights=3.0),
        riesz.Pullback(np.sin, x, damping=0.1),
        riesz.Hessian(f, x, truncation=3),
    ]
    return [riesz.grad(f, metric=metric)(x) for metric in metrics] + [riesz.hvp(f, x, u)]


def minimum(x: Vector) -> float:
    """A result has types."""
    result = riesz.minimize(f, x, metric=riesz.Weighted(2.0), method="l-bfgs", memory=5)
    assert_type(result.nit, int)
    return result.fun


def adjoint(x: Vector) -> riesz.HilbertMap:
    """A map between declared spaces."""
    X = riesz.Space.like(x, riesz.Weighted(2.0))
    return riesz.adjoint_of(np.sin, x, X, X) @ riesz.adjoint_of(np.cos, np.sin(x), X, X)


def geometry(x: Vector) -> riesz.Dual:
    """Spaces and covectors keep their types."""
    X = riesz.Space(x.shape, x.dtype, riesz.Mass(np.eye(3)))
    assert_type(X.shape, tuple[int, ...])
    assert_type(X.flat(x), riesz.Dual)
    return X.flat(X.sharp(riesz.derivative(f)(x)))


@riesz.elementwise
def gauss(m: Any, x: Any) -> Any:
    """exp(-x^2 / 2)."""
    y = m.exp(-0.5 * x * x)
    return y, -x * y


def backends() -> list[str]:
    """Selection by name."""
    with riesz.use_backend("numpy") as backend:
        assert_type(backend.name, str)
    return riesz.list_backends()


def failure(x: Vector) -> str:
    """Errors are exceptions of both families."""
    try:
        riesz.check_grads(f, x)
    except riesz.GradientMismatch as error:
        return str(error)
    return ""


class Reverse:
    """The entries in reverse order."""

    def forward(xp: Any, x: Any) -> Any:
        """A permutation."""
        return xp.flip(x)

    def adjoint(xp: Any, a: Any, X: riesz.Space) -> Any:
        """Its transpose."""
        return xp.flip(a)

    def metric(X: Any) -> Any:
        """The same space."""
        return X


reverse = riesz.linear(Reverse)


def reversed_entries(x: Vector) -> Any:
    """What a decorator returns is called like a function."""
    return riesz.at(reverse(x))[0].set(0.0)
