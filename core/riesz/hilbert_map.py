"""Linear maps A : X -> Y between declared spaces: the Hilbert adjoint A* = R_X^-1 A' R_Y."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from riesz.calculus.argument import check_function
from riesz.calculus.linearisation import linearise
from riesz.control.packing import Packing
from riesz.dual import Dual, common, kind
from riesz.errors import InvalidType, InvalidValue, SpaceMismatch
from riesz.operators.host import scipy_kernel
from riesz.product_space import ProductSpace
from riesz.protocol import linear_map
from riesz.space import Space

Map = Callable[[Any], Any]


class HilbertMap:
    """A linear map A : X -> Y, given by two functions of plain arrays; traced values may be put in.

    One of `adjoint`, the Hilbert adjoint v -> A*v with <A*v, u>_X = <v, Au>_Y, and `transpose`,
    a -> A'a with (A'a)u = a(Au), is given, and the other follows: A' = R_X A* R_Y^-1. `A(u)` is Au,
    `A.adjoint` and `A @ B` are such maps again.

    >>> import numpy as np, riesz
    >>> X, Y = riesz.Space(3, metric=riesz.Weighted(0.5)), riesz.Space(2)
    >>> A = riesz.HilbertMap(lambda u: u[:2], X, Y, adjoint=lambda v: np.append(2 * v, 0.0))
    >>> riesz.grad(lambda u: np.sum(A(u) ** 2))(np.array([1.0, 2.0, 3.0]))
    array([2., 4., 0.])

    Raises InvalidValue unless one of the two is given, SpaceMismatch for maps that do not compose.
    """

    __array_ufunc__ = None  # `A @ array` is an error
    _adjoint: HilbertMap | None = None

    def __init__(
        self, forward: Map, X: Space, Y: Space, *, adjoint: Map | None = None,
        transpose: Map | None = None,
    ) -> None:  # fmt: skip
        """Wrap the two functions as operators."""
        if (adjoint is None) == (transpose is None):
            raise InvalidValue(
                "a HilbertMap needs one of adjoint=... (the Hilbert adjoint, Y -> X) and "
                "transpose=... (between the duals, Y* -> X*)."
            )
        check_function(forward)
        check_function(transpose if adjoint is None else adjoint)
        for space in (X, Y):
            _refuse_trees(space)
        back = _transposed(X, Y, adjoint, transpose)
        self._set(X, Y, *_recorded(_fitting(forward, Y), back, X, Y))
        if adjoint is not None:
            there, back = _fitting(adjoint, X, real=True), _transposed(Y, X, forward, None)
            self._adjoint = star = HilbertMap._of(Y, X, *_recorded(there, back, Y, X))
            star._adjoint = self

    @staticmethod
    def _of(X: Space, Y: Space, forward: Map, pull: Map) -> HilbertMap:
        """From programs: u -> A u and a -> A'a on entries, trees too."""
        A: HilbertMap = object.__new__(HilbertMap)
        A._set(X, Y, forward, pull)
        return A

    def _set(self, X: Space, Y: Space, forward: Map, pull: Map) -> None:
        self.X, self.Y, self._forward, self._pull = X, Y, forward, pull
        self._derived = False  # whether it is the adjoint of a map, by R_X^-1 A' R_Y

    def __call__(self, u: Any) -> Any:
        """A u, a point of Y."""
        return self._forward(self.X.check(u))

    def transpose(self, a: Dual) -> Dual:
        """A'a, a covector of X, for one of Y."""
        if not isinstance(a, Dual):
            raise SpaceMismatch(
                f"the transpose takes a covector (riesz.Dual) of {self.Y}, but was given a "
                f"{kind(a)}. For a point v use Y.flat(v), or adjoint(v)."
            )
        return Dual(self.X, self._pull(common(self.Y, a.space, "transpose").check(a.value)))

    @property
    def adjoint(self) -> HilbertMap:
        """A* = R_X^-1 A' R_Y : Y -> X; its adjoint is this map."""
        if self._adjoint is None:
            self._adjoint = star = HilbertMap._of(
                self.Y,
                self.X,
                lambda v: self.X.metric.solve(self._pull(self.Y.metric.apply(v))),
                lambda b: self.Y.metric.apply(self._forward(self.X.metric.solve(b))),
            )
            star._adjoint, star._derived = self, True
        return self._adjoint

    def __matmul__(self, other: Any) -> HilbertMap:
        """A B : first B. Of two adjoints B* A* = (A B)*: the metric between them cancels."""
        if not isinstance(other, HilbertMap):
            return NotImplemented
        if self.X != other.Y:
            raise SpaceMismatch(
                f"cannot compose: the second map takes points of {self.X}, but the first one "
                f"returns points of {other.Y}. Declare both with the same space between them."
            )
        if self._derived and other._derived:
            return (other.adjoint @ self.adjoint).adjoint
        return HilbertMap._of(
            other.X,
            self.Y,
            lambda u: self._forward(other._forward(u)),
            lambda a: other._pull(self._pull(a)),
        )

    def to_scipy(self) -> Any:
        """A as a LinearOperator of SciPy on vectors; its rmatvec is A', the Euclidean adjoint."""
        LinearOperator = scipy_kernel("sparse.linalg", "LinearOperator")
        X, Y = (Packing(Z.zeros(), "to_scipy") for Z in (self.X, self.Y))
        return LinearOperator(
            (self.Y.size, self.X.size),
            matvec=lambda u: Y.pack(self(X.unpack(u.ravel()))),
            rmatvec=lambda a: X.pack(self._pull(self.Y.check(Y.unpack(a.ravel())))),
            dtype=np.result_type(X.dtype, Y.dtype),
        )

    @staticmethod
    def from_scipy(L: Any, X: Space | None = None, Y: Space | None = None) -> HilbertMap:
        """A LinearOperator (or matrix) of SciPy as a map; arrays are taken in C order.

        Without X and Y: vectors, Euclidean, in the floating dtype of L.
        """
        L = scipy_kernel("sparse.linalg", "aslinearoperator")(L)
        dtype = np.result_type(L.dtype or np.float64, np.float32)
        X, Y = X or Space(L.shape[1], dtype), Y or Space(L.shape[0], dtype)
        if (Y.size, X.size) != L.shape:
            raise InvalidValue(
                f"an operator of shape {L.shape} does not map {X} to {Y}: it takes vectors of "
                f"{L.shape[1]} and returns vectors of {L.shape[0]} entries."
            )
        return HilbertMap(_on_vectors(L.matvec, Y), X, Y, transpose=_on_vectors(L.rmatvec, X))

    def __repr__(self) -> str:
        return f"<HilbertMap from {self.X} to {self.Y}>"


def adjoint_of(
    F: Callable[..., Any], x: Any, X: Space | None = None, Y: Space | None = None
) -> HilbertMap:
    """The generalised gradient dF(x)* = R_X^-1 dF(x)' R_Y : Y -> X: <dF(x)u, v> = <u, dF(x)*v>.

    x is a tree (a tuple is the argument list), X the space of x and Y that of F(x), Euclidean by
    default. `adjoint_of(G, x, X, Y) @ adjoint_of(H, G(x), Y, Z)` is that of H o G, and the metric
    of Y is not used; `.adjoint` is dF(x). Raises InvalidValue for a point outside of its space.

    >>> import numpy as np, riesz
    >>> X = riesz.Space(2, metric=riesz.Weighted(2.0))
    >>> riesz.adjoint_of(lambda x: x[0] * x[1], np.array([4.0, 6.0]), X)(1.0)
    array([3., 2.])
    """
    y, push, pull = linearise(F, x)
    X, Y = X or Space.like(x), Y or Space.like(y)
    X.check(x)
    Y.check(y)
    return HilbertMap._of(X, Y, push, pull).adjoint


def _refuse_trees(space: Any) -> None:
    if not isinstance(space, Space) or isinstance(space, ProductSpace):
        raise InvalidType(
            f"a HilbertMap of two given functions acts between spaces of arrays, but was given "
            f"{space!r}. Declare riesz.Space(shape, dtype, metric)."
        )


def _fitting(given: Map, Y: Space, real: bool = False) -> Map:
    """The function with results in Y's dtype; raises where they are no points of Y.

    `real`: of a complex result for a real Y the real part is meant, as for every transpose.
    """

    def image(u: Any) -> Any:
        y = given(u)
        if not hasattr(y, "dtype"):
            raise InvalidType(
                f"{given!r} returned {y!r:.60} of type {type(y).__name__}, expected an array."
            )
        if tuple(y.shape) != Y.shape:
            raise InvalidValue(
                f"{given!r} returned an array of shape {tuple(y.shape)}, expected a point of {Y}."
            )
        if y.dtype.kind == "c" and Y.dtype.kind != "c":
            if not real:
                raise InvalidType(f"{given!r} returned complex numbers, expected a point of {Y}.")
            y = y.real
        return y if y.dtype == Y.dtype else y.astype(Y.dtype)

    return image


def _transposed(X: Space, Y: Space, adjoint: Map | None, transpose: Map | None) -> Map:
    """A' as given, or flat_X o adjoint o sharp_Y."""
    if transpose is not None:
        return _fitting(transpose, X, real=True)
    star = _fitting(adjoint, X, real=True)  # type: ignore[arg-type]
    return lambda a: X.metric.apply(star(Y.metric.solve(a)))


def _recorded(forward: Map, transpose: Map, X: Space, Y: Space) -> tuple[Map, Map]:
    """Both functions as operators, which derivatives of any order go through."""
    A: Any = linear_map
    there = {"forward": forward, "transpose": transpose, "shape": Y.shape, "dtype": Y.dtype}
    back = {"forward": transpose, "transpose": forward, "shape": X.shape, "dtype": X.dtype}
    return lambda u: A(u, **there), lambda a: A(a, **back)


def _on_vectors(product: Map, Y: Space) -> Map:
    def image(u: Any) -> Any:
        scipy_kernel("sparse.linalg", "LinearOperator", u)  # arrays of a device are refused
        return product(u.ravel()).reshape(Y.shape)

    return image
