"""The one family of reductions: closed under derivatives, for every kernel and every order.

With D = x_i - y_j, t = |D|^2,

    out_i = sum_j phi^(order)(t) exp(alpha_i + beta_j) <D^contract, b_j> D^emit,

where D^q is a tensor with q axes: `contract` of them meet those of b_j, `emit` of them are the
result's. From d phi(t) = 2 phi'(t) <D, dD> every derivative is a sum of such reductions again. The
differences D are taken before anything is added up, so near points lose no digits.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

import riesz
from riesz_kernels import blocked

Static = dict[str, Any]


@riesz.operator
class kernel_moment:
    """sum_j phi^(order)(|D|^2) exp(alpha_i + beta_j) <D^contract, b_j> D^emit, D = x_i - y_j.

    x (N, d), y (M, d), b (M, d, ..., d, p) with `contract` axes of length d; alpha (N,) and
    beta (M,), or neither. The result is (N, d, ..., d, p) with `emit` axes of length d.
    """

    real_only = True

    def forward(xp, x, y, b, *log, kernel, order, contract, emit):
        static = {"kernel": kernel, "order": order, "contract": contract, "emit": emit}
        return blocked.moment(xp, x, y, b, *log, **static)

    def adjoint(xp, a, out, x, y, b, *log, **static):
        there, back = (x, y, b, log), (y, x, a, log[::-1])
        turned = static | {"contract": static["emit"], "emit": static["contract"]}
        sign = -1 if (static["contract"] + static["emit"]) % 2 else 1
        g = [
            lambda: by_point(xp, a, *there, **static),
            lambda: sign * by_point(xp, b, *back, **turned),
            lambda: sign * moment(*back, **turned),
        ]
        if log:
            g.append(lambda: rows(xp, a * out))
            g.append(lambda: rows(xp, b * (sign * moment(*back, **turned))))
        return tuple(g)

    def tangent(xp, u, out, x, y, b, *log, **static):
        dx, dy, db, *dlog = u
        terms = []
        if dx is not None:
            terms.append(along_point(xp, dx, x, y, b, log, **static))
        if dy is not None:
            terms.append(-along_source(xp, dy, x, y, b, log, **static))
        if db is not None:
            terms.append(moment(x, y, db, log, **static))
        if log and dlog[0] is not None:
            terms.append(column(xp, dlog[0], out) * out)
        if log and dlog[1] is not None:
            terms.append(moment(x, y, column(xp, dlog[1], b) * b, log, **static))
        return sum(terms[1:], start=terms[0])

    def metric(X, Y, B, *Log, kernel, order, contract, emit):
        n, d = X.shape
        dtype = np.result_type(X.dtype, Y.dtype, B.dtype, *(L.dtype for L in Log))
        return riesz.Space((n, *(d,) * emit, B.shape[-1]), dtype)


@riesz.operator
class kernel_logsumexp_:
    """out_i = log sum_j phi(|x_i - y_j|^2) exp(b_j) for x (N, d), y (M, d), b (M,).

    Its derivatives are those of sums with the weights phi exp(b_j - out_i), which add up to 1.
    """

    real_only = True

    def forward(xp, x, y, b, *, kernel):
        return blocked.logsumexp(xp, x, y, b, kernel=kernel)

    def adjoint(xp, a, out, x, y, b, *, kernel):
        ones, a = xp.ones_like(b)[:, None], a[:, None]
        slope = {"kernel": kernel, "order": 1, "contract": 0, "emit": 1}
        weight = {"kernel": kernel, "order": 0, "contract": 0, "emit": 0}
        return (
            lambda: 2 * a * kernel_moment(x, y, ones, -out, b, **slope)[:, :, 0],
            lambda: 2 * kernel_moment(y, x, a, b, -out, **slope)[:, :, 0],
            lambda: kernel_moment(y, x, a, b, -out, **weight)[:, 0],
        )

    def metric(X, Y, B, *, kernel):
        return riesz.Space(X.shape[:1], np.result_type(X.dtype, Y.dtype, B.dtype))


def moment(x: Any, y: Any, b: Any, log: tuple[Any, ...], /, **static: Any) -> Any:
    """The operator, its logarithmic weights as a tuple."""
    return kernel_moment(x, y, b, *log, **static)


def by_point(xp: Any, a: Any, x: Any, y: Any, b: Any, log: Any, /, **static: Any) -> Any:
    """The derivative of sum_i <a_i, out_i> in x: D stands in t, in D^contract and in D^emit."""
    order, contract, emit = (static[key] for key in ("order", "contract", "emit"))
    g = 2 * paired(xp, moment(x, y, b, log, **static | {"order": order + 1, "emit": emit + 1}), a)
    less = static | {"contract": contract - 1}
    for s in range(contract):
        freed = spread(xp, moment(x, y, freed_axis(xp, b, s), log, **less), x.shape[1])
        g = g + paired(xp, xp.moveaxis(freed, -2, 1), a)
    for s in range(emit):
        rest = moment(x, y, b, log, **static | {"emit": emit - 1})
        g = g + paired(xp, xp.moveaxis(a, 1 + s, 1), rest)
    return g


def along_point(xp: Any, u: Any, x: Any, y: Any, b: Any, log: Any, /, **static: Any) -> Any:
    """The derivative of out along u in x, which that in y differs from by where u is summed."""
    order, contract, emit = (static[key] for key in ("order", "contract", "emit"))
    more = static | {"order": order + 1, "emit": emit + 1}
    dy = 2 * applied(xp, u, moment(x, y, b, log, **more), 0)
    less = static | {"contract": contract - 1}
    for s in range(contract):
        freed = spread(xp, moment(x, y, freed_axis(xp, b, s), log, **less), x.shape[1])
        dy = dy + applied(xp, u, freed, emit)
    for s in range(emit):
        rest = moment(x, y, b, log, **static | {"emit": emit - 1})
        dy = dy + xp.moveaxis(outer(xp, u, rest), 1, 1 + s)
    return dy


def along_source(xp: Any, u: Any, x: Any, y: Any, b: Any, log: Any, /, **static: Any) -> Any:
    """Minus the derivative of out along u in y."""
    order, contract, emit = (static[key] for key in ("order", "contract", "emit"))
    more = static | {"order": order + 1, "contract": contract + 1}
    ub = outer(xp, u, b)
    dy = 2 * moment(x, y, ub, log, **more)
    for s in range(contract):
        dy = dy + moment(x, y, applied(xp, u, b, s), log, **static | {"contract": contract - 1})
    for s in range(emit):
        kept = freed_axis(xp, ub, 0)
        rest = spread(xp, moment(x, y, kept, log, **static | {"emit": emit - 1}), x.shape[1])
        dy = dy + xp.moveaxis(rest, -2, 1 + s)
    return dy


def paired(xp: Any, z: Any, a: Any) -> Any:
    """<z_ik, a_i> for z (N, d, ...) and a (N, ...)."""
    n, d = z.shape[:2]
    rest = prod(z.shape[2:])
    return xp.sum(xp.reshape(z, (n, d, rest)) * xp.reshape(a, (n, 1, rest)), axis=2)


def applied(xp: Any, u: Any, z: Any, slot: int) -> Any:
    """sum_k u_ik z_i..k.., k being axis 1 + slot of z."""
    weights = xp.reshape(u, (u.shape[0], *(1,) * slot, u.shape[1], *(1,) * (z.ndim - slot - 2)))
    return xp.sum(weights * z, axis=1 + slot)


def outer(xp: Any, u: Any, z: Any) -> Any:
    """u_ik z_i..., the new axis k the first after i."""
    return xp.reshape(u, (*u.shape, *(1,) * (z.ndim - 1))) * xp.expand_dims(z, 1)


def freed_axis(xp: Any, b: Any, slot: int) -> Any:
    """b with axis 1 + slot joined to its channels, so that nothing is contracted with it."""
    moved = xp.moveaxis(b, 1 + slot, -2)
    return xp.reshape(moved, (*moved.shape[:-2], moved.shape[-2] * moved.shape[-1]))


def spread(xp: Any, z: Any, d: int) -> Any:
    """The channels of z as (d, channels): undoes what `freed_axis` joined."""
    return xp.reshape(z, (*z.shape[:-1], d, z.shape[-1] // d if d else 0))


def rows(xp: Any, z: Any) -> Any:
    """The sum of each z_i."""
    return xp.sum(xp.reshape(z, (z.shape[0], prod(z.shape[1:]))), axis=1)


def column(xp: Any, w: Any, z: Any) -> Any:
    """w_i in the shape that multiplies z_i."""
    return xp.reshape(w, (w.shape[0], *(1,) * (z.ndim - 1)))
