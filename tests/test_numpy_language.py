"""NumPy as the language: an expression on a traced value is that on the array, with derivative.

For each line: value, shape and dtype are NumPy's, the tangent is the difference quotient, and the
covector is its transpose.
"""

import copy
import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

import riesz
from riesz import grad, jvp, vjp

X = np.array([0.53, 0.94, 1.41, 2.07])
U = np.array([0.86, 0.59, 0.16, -0.48])
I = np.arange(4)  # noqa: E741
WIDE = X > 1

PYTHON = {
    "abs": lambda x: abs(x),
    "pow": lambda x: pow(x, 2),
    "divmod": lambda x: divmod(x, 0.4)[1],
    "round": lambda x: round(x[0], 1) * x,
    "max": lambda x: max(x[0], x[1]),
    "sum": lambda x: sum(x),
    "sorted": lambda x: sorted(x, key=lambda v: -v)[1],
    "reversed": lambda x: next(reversed(x)),
    "unpacked": lambda x: (lambda a, b, *c: a * b + c[0])(*x),
    "copy": lambda x: copy.deepcopy(x) * copy.copy(x),
    "math.prod": lambda x: math.prod(x),
    "int": lambda x: x * int(x[3]),
    "format": lambda x: x * len(f"{x[0]:.3f}"),
    "len": lambda x: x * len(x),
    "chained comparison": lambda x: x if 0 < x[0] < 1 else -x,
    "list on the left": lambda x: [1.0, 2.0, 3.0, 4.0] * x,
    "list on the right": lambda x: x - [1.0, 2.0, 3.0, 4.0],
    "tuple": lambda x: (1.0, 2.0, 3.0, 4.0) / x,
    "matmul of a list": lambda x: x @ [1.0, 2.0, 3.0, 4.0],
    "array on the left": lambda x: X * x,
    "matrix on the left": lambda x: np.outer(X, X) @ x,
    "integers": lambda x: I * x + x**I,
    "booleans": lambda x: WIDE * x + x * True,
    "floor division": lambda x: x // 0.4 + x,
    "remainder": lambda x: x % 0.4 + 0.7 % x,
    "powers": lambda x: 2**x + np.e**x + x**2 + x**0.5 + x**-1.0,
}

METHODS = {
    "sum": lambda x: x.sum(axis=0, keepdims=True),
    "mean": lambda x: x.mean(),
    "var": lambda x: x.var(ddof=1),
    "std": lambda x: x.std(),
    "prod": lambda x: x.prod(),
    "min, max": lambda x: x.min() * x.max(),
    "dot": lambda x: x.dot(X),
    "cumsum": lambda x: x.cumsum(),
    "clip": lambda x: x.clip(0.7, 1.5),
    "round": lambda x: x.round(1) + x,
    "T": lambda x: x[None].T * X,
    "real, imag": lambda x: x.real + 2 * x.imag,
    "conj": lambda x: x.conj() * x.conjugate(),
    "ravel, flatten": lambda x: x.ravel() * x.flatten(),
    "flat": lambda x: x.flat[1] * x,
    "reshape": lambda x: x.reshape(2, -1) @ x.reshape((2, 2)),
    "transpose": lambda x: x.reshape(2, 2).transpose() - x.reshape(2, 2).transpose(1, 0),
    "squeeze, swapaxes": lambda x: x[None].swapaxes(0, 1).squeeze(1),
    "repeat, take": lambda x: x.repeat(2).take([0, 5]),
    "trace": lambda x: np.outer(x, x).trace(),
    "diagonal": lambda x: np.outer(x, x).diagonal(),
    "astype": lambda x: x.astype(complex) * 1j,
    "copy": lambda x: x.copy(),
    "argmax": lambda x: x[x.argmax()],
    "argpartition": lambda x: x[x.argpartition(2)[2]],
}

INDEXING = {
    "integer": lambda x: x[1] * x[-1] * x[np.int64(2)],
    "slice": lambda x: x[1:3] * x[::2] + x[:-2],
    "reversed": lambda x: x[::-1],
    "ellipsis, new axis": lambda x: x[None, ..., 1:],
    "integers": lambda x: x[[0, 0, 2]],
    "integer array": lambda x: x[np.array([[0, 3], [1, 1]])],
    "mask": lambda x: x[x > 1],
    "mask of an array": lambda x: X[x > 1] * x[WIDE],
    "list of booleans": lambda x: x[[True, False, True, False]],
    "ix_": lambda x: np.outer(x, x)[np.ix_([0, 1], [1, 2])],
    "argsort": lambda x: x[np.argsort(-x)] * I,
    "nonzero": lambda x: x[np.nonzero(x > 1)],
    "iterated": lambda x: np.stack([v * v for v in x]),
}

FUNCTIONS = {
    "shapes": lambda x: x * np.shape(x)[0] + np.ndim(x) + np.size(x),
    "like": lambda x: np.zeros_like(x) + np.ones_like(x) * x + np.full_like(x, 2.0) * x,
    "tests": lambda x: x * np.isfinite(x) * np.isclose(x, 0.53) * np.all(x > 0) * np.any(x > 1),
    "array_equal": lambda x: x * np.array_equal(x, x) * np.allclose(x, x),
    "result_type": lambda x: x.astype(np.result_type(x, np.float32)),
    "logic": lambda x: x * ((x > 0) & (x < 2) | (x > 3) ^ ~(x > 1)),
    "where": lambda x: np.where(x > 1, x, 0.0) + np.where(WIDE, 1.0, x * x),
    "where, list": lambda x: np.where(WIDE, x, [1.0, 2.0, 3.0, 4.0]),
    "select": lambda x: np.select([x < 1, x < 1.5], [x, x**2], 0.0),
    "piecewise": lambda x: np.piecewise(x, [x < 1, x >= 1], [lambda v: v**2, lambda v: v]),
    "clip": lambda x: np.clip(x, 0.7, None),
    "stack": lambda x: np.stack([x[0], x[1]]),
    "stack of mixed": lambda x: np.hstack([x[0], 1.0, x[1]]),
    "concatenate": lambda x: np.concatenate([x, X]) * np.append(x, x),
    "block": lambda x: np.block([[x], [x * x]]),
    "split": lambda x: np.split(x, 2)[1] * np.array_split(x, 3)[0],
    "pad, roll, flip, tile": lambda x: np.pad(np.flip(np.roll(x, 1)), 2) * np.tile(x, 2),
    "meshgrid": lambda x: np.multiply(*np.meshgrid(x, x)),
    "broadcast": lambda x: np.broadcast_to(x, (2, 4)) * np.broadcast_arrays(x, X[:, None])[0][:2],
    "moveaxis": lambda x: np.moveaxis(x[None], 0, 1) * np.expand_dims(x, 1),
    "triangles": lambda x: np.tril(np.outer(x, x)) + np.triu(np.outer(x, x), 1) + np.diag(x),
    "sort": lambda x: np.sort(-x) * np.sort(x),
    "statistics": lambda x: (
        np.median(x) + np.quantile(x, 0.3) + np.ptp(x) + np.average(x, weights=X)
    ),
    "sum where": lambda x: np.sum(x, where=WIDE) + np.mean(x, where=WIDE),
    "sum initial": lambda x: np.sum(x, initial=x[0]),
    "diff": lambda x: np.diff(x) + np.trapezoid(x),
    "cumulative": lambda x: np.cumsum(x) * np.cumprod(x),
    "weighted counts": lambda x: np.bincount([0, 1, 1, 0], weights=x),
    "interpolation": lambda x: np.interp(x, [0.0, 1.0, 3.0], [0.0, 2.0, 1.0]),
    "interpolated values": lambda x: np.interp([0.5, 1.5], [0.0, 1.0, 2.0, 3.0], x),
    "products": lambda x: np.dot(X, x) + np.vdot(x, X) + np.inner(x, x) + np.vecdot(x, X),
    "outer, kron": lambda x: np.outer(x, X) @ np.kron(x, X).reshape(4, 4),
    "cross": lambda x: np.cross(x[:3], X[1:]),
    "einsum": lambda x: np.einsum("i,j->ij", x, X) + np.tensordot(x, X, 0),
    "convolve": lambda x: np.convolve(x, X),
    "norm": lambda x: np.linalg.norm(x) + np.linalg.norm(x, 1) + np.linalg.norm(x, np.inf),
    "solve": lambda x: np.linalg.solve(np.diag(x) + 0.1, x),
    "slogdet": lambda x: np.linalg.slogdet(np.diag(x)).logabsdet + np.linalg.det(np.diag(x)),
    "matrix_power": lambda x: np.linalg.matrix_power(np.outer(x, X), 2),
    "fft": lambda x: np.fft.irfft(np.fft.rfft(x) * 2, 4) + np.abs(np.fft.fft(x)),
    "ufunc reduce": lambda x: np.add.reduce(x) * np.multiply.reduce(x) * np.maximum.reduce(x),
    "ufunc accumulate": lambda x: np.add.accumulate(x) * np.multiply.accumulate(x),
    "ufunc outer": lambda x: np.add.outer(x, X) * np.multiply.outer(X, x),
    "array API": lambda x: np.concat([x, x]) * np.pow(np.permute_dims(np.tile(x, 2), (0,)), 3),
}

SOURCES = {"python": PYTHON, "method": METHODS, "index": INDEXING, "function": FUNCTIONS}
EXPRESSIONS = {f"{s}: {k}": f for s, table in SOURCES.items() for k, f in table.items()}
every_expression = pytest.mark.parametrize("f", EXPRESSIONS.values(), ids=EXPRESSIONS)


@every_expression
def test_value_is_numpys(f):
    y, expected = jvp(f, X, U)[0], f(X)
    assert np.shape(y) == np.shape(expected)
    assert np.result_type(y) == np.result_type(expected)
    assert_allclose(y, expected, rtol=1e-14)


@every_expression
def test_tangent_is_the_difference_quotient(f):
    h = 1e-6
    expected = (np.asarray(f(X + h * U)) - np.asarray(f(X - h * U))) / (2 * h)
    assert_allclose(jvp(f, X, U)[1], expected, rtol=1e-6, atol=1e-7)


@every_expression
def test_covector_is_the_transpose_of_the_tangent(f):
    y, back = vjp(f, X)
    a = np.cos(np.arange(y.size)).reshape(y.shape).astype(y.dtype)
    assert_allclose(np.vdot(back(a), U), np.vdot(a, jvp(f, X, U)[1]).real, rtol=1e-11, atol=1e-13)


@every_expression
def test_single_precision(f):
    y = jvp(f, X.astype(np.float32), U.astype(np.float32))[0]
    assert np.result_type(y) == np.result_type(f(X.astype(np.float32)))


def test_array_namespace():
    def f(x):
        xp = x.__array_namespace__()
        return xp.sum(xp.sin(x) ** 2)

    assert_allclose(grad(f)(X), 2 * np.sin(X) * np.cos(X))


def test_text_of_a_traced_value_tells_that_it_is_traced():
    seen = []
    grad(lambda x: (seen.append((repr(x), str(x), f"{x[0]:.2f}")), np.sum(x))[1])(X)
    assert "0.53" in seen[0][0]
    assert "traced" in seen[0][0]
    assert seen[0][2] == "0.53"


def test_random_numbers_and_constants_inside_a_program():
    def f(x):
        noise = np.random.default_rng(0).standard_normal(4)
        return np.sum(x * noise + np.linspace(0, 1, 4) * riesz.stop_gradient(x))

    assert_allclose(grad(f)(X), np.random.default_rng(0).standard_normal(4))


def test_a_value_is_found_in_an_array():
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    found = []
    riesz.grad(lambda x: (found.extend([2.0 in x, 5.0 in x]), np.sum(x))[1])(x)
    assert found == [True, False]
