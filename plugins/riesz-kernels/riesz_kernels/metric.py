"""The inner product of a reproducing kernel Hilbert space, on values at points."""

from __future__ import annotations

from typing import Any

import numpy as np

import riesz
from riesz.metrics import Metric, point_map
from riesz_kernels.profile import POSITIVE, check_kernel
from riesz_kernels.reduction import kernel_sum

DENSE = 2000  # points up to which K is factorised: 32 MB


class KernelMetric(Metric):
    """<u, v> = u' (K + ridge I)^-1 v for values at points x, K_ij = k((x_i - x_j) / scale).

    Of all functions with the values u at x it is the squared norm of the smallest one in the space
    that the kernel reproduces. Hence K^-1 and not K: a gradient in this metric is K Df, the values
    of a smooth field, and costs one kernel sum. K itself would make it K^-1 Df, rough and
    ill-conditioned.

    Arrays are (N,) or (N, p), each column a function. `solve`, which gradients use, is streamed.
    `apply`, `inner` and `norm` solve with K: by Cholesky for N <= `dense` points, otherwise by
    conjugate gradients until |K z - u| <= tol |u|, by default eps^(3/4). `sqrt` and `unsqrt` need
    Cholesky's factor. Gaussians are ill-conditioned where points are dense: give a `ridge`.

    >>> import numpy as np
    >>> R = KernelMetric(np.array([[0.0], [1.0]]), kernel="laplacian")
    >>> R.apply(R.solve(np.array([1.0, 2.0]))).round(12)
    array([1., 2.])

    Raises InvalidValue where K + ridge I is not positive definite in double precision, and
    NotConverged where conjugate gradients do not reach `tol`.
    """

    def __init__(
        self, x: Any, scale: float = 1.0, *, kernel: str = "gaussian", ridge: float = 0.0,
        tol: float | None = None, dense: int = DENSE,
    ) -> None:  # fmt: skip
        """`x` (N, d): where the values are taken; it is copied."""
        check_kernel(kernel, POSITIVE)
        self.x = np.array(x, np.float64)
        if self.x.ndim != 2:
            raise riesz.InvalidValue(f"x has shape {self.x.shape}, but (N, d) is expected.")
        if ridge < 0 or not scale > 0:
            raise riesz.InvalidValue(f"ridge={ridge} and scale={scale}: 0 or more, and more than 0")
        self.x.flags.writeable = False
        self.scale, self.kernel, self.ridge = float(scale), kernel, float(ridge)
        self.tol, self.dense = tol, int(dense)
        self._half: Any = None
        if self.is_dense:
            self._half = self._factor()

    @property
    def is_dense(self) -> bool:
        """Whether K is factorised."""
        return len(self.x) <= self.dense

    @point_map
    def apply(self, xp: Any, u: Any) -> Any:
        """R u = (K + ridge I)^-1 u."""
        if self.is_dense:
            inverse = like(xp, self._half[1], u)
            return inverse.T @ (inverse @ u)
        return riesz.linear_solve(lambda z: self._product(xp, z), u, symmetric=True, tol=self.tol)

    @point_map
    def solve(self, xp: Any, a: Any) -> Any:
        """R^-1 a = K a + ridge a."""
        return self._product(xp, a)

    @point_map
    def sqrt(self, xp: Any, u: Any) -> Any:
        """L' u = C^-1 u, where K + ridge I = C C'."""
        return like(xp, self._factors()[1], u) @ u

    @point_map
    def unsqrt(self, xp: Any, z: Any) -> Any:
        """L'^-1 z = C z."""
        return like(xp, self._factors()[0], z) @ z

    def norm(self, u: Any) -> Any:
        """|u|, without Cholesky's factor."""
        square = self.inner(u, u)
        return square**0.5

    def refuse(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
        """Arrays that are not one row per point, or complex."""
        if len(shape) not in (1, 2) or shape[0] != len(self.x):
            raise riesz.InvalidValue(
                f"a kernel metric at {len(self.x)} points fits arrays of shape ({len(self.x)},) or "
                f"({len(self.x)}, p), but was given {shape}."
            )
        if dtype.kind == "c":
            raise riesz.InvalidValue("a kernel metric is real: take .real and .imag apart.")

    @property
    def key(self) -> tuple[Any, ...]:
        """The points, the kernel and how it is solved."""
        points = (self.x.shape, self.x.tobytes())
        return (*points, self.scale, self.kernel, self.ridge, self.tol, self.dense)

    def __repr__(self) -> str:
        return f"KernelMetric(<{len(self.x)} points>, {self.scale:g}, kernel={self.kernel!r})"

    def _product(self, xp: Any, a: Any) -> Any:
        """(K + ridge I) a."""
        x = like(xp, self.x, a)
        y = kernel_sum(x, x, a, self.scale, kernel=self.kernel)
        return y + self.ridge * a if self.ridge else y

    def _factors(self) -> tuple[Any, Any]:
        if self._half is None:
            raise riesz.InvalidValue(
                f"sqrt and unsqrt need a factor of K, which is not made for {len(self.x)} > "
                f"dense={self.dense} points. Give a larger `dense`, or use solve and apply."
            )
        return self._half  # type: ignore[no-any-return]

    def _factor(self) -> tuple[Any, Any]:
        """C and C^-1."""
        eye = np.eye(len(self.x))
        try:
            C = np.linalg.cholesky(self._product(np, eye))
        except np.linalg.LinAlgError:
            raise riesz.InvalidValue(
                f"the matrix of the kernel {self.kernel!r} with ridge={self.ridge:g} is not "
                "positive definite in double precision: points coincide or lie too close for the "
                "scale. Give a ridge such as 1e-6, or a smaller scale."
            ) from None
        return C, np.linalg.solve(C, eye)


def like(xp: Any, constant: Any, u: Any) -> Any:
    """A constant among the arrays of `xp`, in the precision of u."""
    return xp.asarray(constant.astype(u.dtype))
