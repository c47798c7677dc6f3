"""Sums and log-sum-exps of kernels, as users call them."""

from __future__ import annotations

from typing import Any

import numpy as np

import riesz
from riesz_kernels.moment import kernel_logsumexp_, moment
from riesz_kernels.profile import POSITIVE, check_kernel

LOGSUMEXP: Any = kernel_logsumexp_  # an operator; mypy takes it for the class of its rules


def kernel_sum(x: Any, y: Any, b: Any, scale: Any = 1.0, *, kernel: str = "gaussian") -> Any:
    """out_i = sum_j k((x_i - y_j) / scale) b_j, differentiable in x, y, b and scale, to any order.

    x (N, d), y (M, d), b (M,) or (M, p): the result is (N,) or (N, p). `scale` is a number, or one
    for each coordinate (d,). With r = |x_i - y_j| / scale the kernels are "gaussian" exp(-r^2/2),
    "laplacian" exp(-r) (also "matern12"), "cauchy" 1/(1 + r^2), "energy" -r, "matern32" and
    "matern52". The N x M matrix is never formed. Where x_i = y_j, the kernels with a kink
    contribute 0 to derivatives in x and y.

    In the precision of the points: a scale does not widen it. Raises InvalidValue for shapes that
    do not fit or an unknown kernel.

    >>> import numpy as np
    >>> x, y = np.array([[0.0], [1.0]]), np.array([[0.0], [2.0]])
    >>> kernel_sum(x, y, np.array([1.0, 1.0]), 0.5, kernel="energy")
    array([-4., -4.])
    """
    check_kernel(kernel)
    x, y, b = points(x, y, b)
    if b.ndim not in (1, 2):
        raise riesz.InvalidValue(f"b has shape {b.shape}, but (M,) or (M, p) is expected.")
    x, y = scaled(x, y, scale)
    static = {"kernel": kernel, "order": 0, "contract": 0, "emit": 0}
    out = moment(x, y, b if b.ndim == 2 else b[:, None], (), **static)
    return out if b.ndim == 2 else out[:, 0]


def kernel_logsumexp(x: Any, y: Any, b: Any, scale: Any = 1.0, *, kernel: str = "gaussian") -> Any:
    """out_i = log sum_j k((x_i - y_j) / scale) exp(b_j), for b (M,): no overflow or underflow.

    Arguments and derivatives as of `kernel_sum`; every kernel but "energy", which is negative. For
    the Gaussian it is log sum_j exp(-|x_i - y_j|^2 / (2 scale^2) + b_j).

    >>> import numpy as np
    >>> kernel_logsumexp(np.zeros((1, 2)), np.array([[60.0, 80.0]]), np.array([3.0]))
    array([-4997.])
    """
    check_kernel(kernel, POSITIVE)
    x, y, b = points(x, y, b)
    if b.ndim != 1:
        raise riesz.InvalidValue(f"b has shape {b.shape}, but (M,) is expected.")
    return LOGSUMEXP(*scaled(x, y, scale), b, kernel=kernel)


def points(x: Any, y: Any, b: Any) -> tuple[Any, Any, Any]:
    """The three as floating arrays of shapes that fit."""
    x, y, b = (floating(v) for v in (x, y, b))
    if x.ndim != 2 or y.ndim != 2 or x.shape[1] != y.shape[1] or b.shape[:1] != y.shape[:1]:
        raise riesz.InvalidValue(
            f"x, y and b have shapes {x.shape}, {y.shape} and {b.shape}, but (N, d), (M, d) and "
            "one b for each row of y are expected. Points on a line are x[:, None]."
        )
    return x, y, b


def floating(x: Any) -> Any:
    """An array or traced value; integers and lists of them in double precision."""
    x = riesz.asarray(x)
    return x.astype(np.float64) if x.dtype.kind in "biu" else x


def scaled(x: Any, y: Any, scale: Any) -> tuple[Any, Any]:
    """The points divided by the scale, about their middle, which differences do not depend on.

    Far from the origin it keeps the digits of the derivative in the scale, where x and y cancel.
    """
    if isinstance(scale, int | float) and scale == 1:
        return x, y
    shape = getattr(scale, "shape", ())
    if shape not in ((), (x.shape[1],)):
        raise riesz.InvalidValue(
            f"scale has shape {shape}, but a number or one for each of {x.shape[1]} coordinates "
            "is expected."
        )
    scale = scale.astype(np.result_type(x.dtype, y.dtype)) if hasattr(scale, "dtype") else scale
    if y.shape[0]:
        middle = riesz.stop_gradient(y).mean(axis=0)
        x, y = x - middle, y - middle
    return x / scale, y / scale
