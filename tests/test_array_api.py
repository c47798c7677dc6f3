"""The differentiable entries of the array API standard 2025.12, through `__array_namespace__`.

Each is called as the standard spells it, and differentiated in reverse and in forward mode against
central differences of NumPy's own.
"""

import numpy as np
import pytest

import riesz

RNG = np.random.default_rng(5)
X, Y = RNG.standard_normal((3, 4)), RNG.standard_normal((3, 4))
P, Q = RNG.uniform(0.5, 2, (3, 4)), RNG.uniform(0.5, 2, (3, 4))  # positive
U = RNG.uniform(-0.9, 0.9, (3, 4))  # inside the unit interval
Z = X + 1j * Y
A = RNG.standard_normal((3, 3)) + 3 * np.eye(3)
B = A + 1j * RNG.standard_normal((3, 3))
S, V = A @ A.T, RNG.standard_normal(3)


def namespace(*x):
    """What a library written for the standard asks its arguments for; NumPy's for plain ones."""
    return next((v for v in x if type(v) is not np.ndarray), x[0]).__array_namespace__()


def unary(name):
    return lambda xp, x: getattr(xp, name)(x)


def binary(name):
    return lambda xp, x, y: getattr(xp, name)(x, y)


def hermitian(a):
    return (a + a.swapaxes(-1, -2)) / 2


ELEMENTWISE = {
    "abs": (unary, Z), "acos": (unary, U), "acosh": (unary, P + 1), "add": (binary, X, Y),
    "asin": (unary, U), "asinh": (unary, X), "atan": (unary, X), "atan2": (binary, X, Y),
    "atanh": (unary, U), "conj": (unary, Z), "copysign": (binary, X, Y), "cos": (unary, Z),
    "cosh": (unary, X), "divide": (binary, X, P), "exp": (unary, Z), "expm1": (unary, X),
    "hypot": (binary, X, Y), "imag": (unary, Z), "log": (unary, P), "log1p": (unary, P),
    "log2": (unary, P), "log10": (unary, P), "logaddexp": (binary, X, Y),
    "maximum": (binary, X, Y), "minimum": (binary, X, Y), "multiply": (binary, X, Z),
    "negative": (unary, X), "positive": (unary, X), "pow": (binary, P, Y), "real": (unary, Z),
    "reciprocal": (unary, P), "remainder": (binary, 5 * P, Q), "sin": (unary, Z),
    "sinh": (unary, X), "sqrt": (unary, P), "square": (unary, X), "subtract": (binary, X, Y),
    "tan": (unary, U), "tanh": (unary, X),
}  # fmt: skip
CASES = {name: (made(name), *x) for name, (made, *x) in ELEMENTWISE.items()} | {
    "clip": (lambda xp, x, low, high: xp.clip(x, low, high), X, U - 1, np.array(0.5)),
    # statistical
    "cumulative_prod": (lambda xp, x: xp.cumulative_prod(x, axis=1, include_initial=True), X),
    "cumulative_sum": (lambda xp, x: xp.cumulative_sum(x, axis=0, include_initial=True), X),
    "max": (lambda xp, x: xp.max(x, axis=1, keepdims=True), X),
    "mean": (lambda xp, x: xp.mean(x, axis=(0, 1)), X),
    "min": (lambda xp, x: xp.min(x), X),
    "prod": (lambda xp, x: xp.prod(x, axis=0), X),
    "std": (lambda xp, x: xp.std(x, axis=1, correction=1), X),
    "sum": (lambda xp, x: xp.sum(x, axis=-1, dtype=xp.float64), X),
    "var": (lambda xp, x: xp.var(x, correction=0.5, keepdims=True), X),
    # manipulation
    "broadcast_arrays": (lambda xp, x, v: xp.broadcast_arrays(x, v[:, None]), X, V),
    "broadcast_to": (lambda xp, v: xp.broadcast_to(v, (2, 3)), V),
    "concat": (lambda xp, x, y: xp.concat((x, y), axis=1), X, Y),
    "expand_dims": (lambda xp, x: xp.expand_dims(x, axis=(0, 2)), X),
    "flip": (lambda xp, x: xp.flip(x, axis=0), X),
    "moveaxis": (lambda xp, x: xp.moveaxis(x, 0, -1), X),
    "permute_dims": (lambda xp, x: xp.permute_dims(x, (1, 0)), X),
    "repeat": (lambda xp, x: xp.repeat(x, 2, axis=0), X),
    "reshape": (lambda xp, x: xp.reshape(x, (4, 3), copy=True), X),
    "roll": (lambda xp, x: xp.roll(x, (1, -2), axis=(0, 1)), X),
    "squeeze": (lambda xp, x: xp.squeeze(x[None], axis=0), X),
    "stack": (lambda xp, x, y: xp.stack((x, y), axis=1), X, Y),
    "tile": (lambda xp, x: xp.tile(x, (2, 1, 2)), X),
    "unstack": (lambda xp, x: xp.unstack(x, axis=1), X),
    # searching, sorting, indexing, utility
    "where": (lambda xp, x, y: xp.where(x > y, x, y * y), X, Y),
    "sort": (lambda xp, x: xp.sort(x, axis=0, stable=True), X),
    "take": (lambda xp, x: xp.take(x, xp.asarray([2, 0, 2]), axis=1), X),
    "take_along_axis": (lambda xp, x: xp.take_along_axis(x, xp.argsort(x), axis=-1), X),
    "diff": (lambda xp, x, y: xp.diff(x, n=2, axis=1, append=y), X, Y),
    # products
    "matmul": (lambda xp, x, y: xp.matmul(x, xp.matrix_transpose(y)), X, Z),
    "matrix_transpose": (lambda xp, x: xp.matrix_transpose(x), X),
    "tensordot": (lambda xp, x, y: xp.tensordot(x, y, axes=((0, 1), (0, 1))), X, Y),
    "vecdot": (lambda xp, x, y: xp.vecdot(x, y, axis=0), Z, X),
    # linalg
    "linalg.cholesky": (lambda xp, s: xp.linalg.cholesky(hermitian(s), upper=True), S),
    "linalg.cross": (lambda xp, x, y: xp.linalg.cross(x, y, axis=0), X, Y),
    "linalg.det": (lambda xp, a: xp.linalg.det(a), B),
    "linalg.diagonal": (lambda xp, x: xp.linalg.diagonal(x, offset=1), X),
    "linalg.eig": (lambda xp, a: xp.sum(xp.linalg.eig(a).eigenvalues ** 3), A),
    "linalg.eigh": (lambda xp, s: xp.abs(xp.linalg.eigh(hermitian(s)).eigenvectors), S),
    "linalg.eigvals": (lambda xp, a: xp.sum(xp.linalg.eigvals(a) ** 3), B),
    "linalg.eigvalsh": (lambda xp, s: xp.linalg.eigvalsh(hermitian(s)), S),
    "linalg.inv": (lambda xp, a: xp.linalg.inv(a), B),
    "linalg.matmul": (lambda xp, a, x: xp.linalg.matmul(a, x), A, X),
    "linalg.matrix_norm": (lambda xp, x: xp.linalg.matrix_norm(x, ord="nuc"), X),
    "linalg.matrix_power": (lambda xp, a: xp.linalg.matrix_power(a, -3), A),
    "linalg.matrix_transpose": (lambda xp, x: xp.linalg.matrix_transpose(x), X),
    "linalg.outer": (lambda xp, v, w: xp.linalg.outer(v, w), V, X[0]),
    "linalg.pinv": (lambda xp, x: xp.linalg.pinv(x, rtol=1e-6), X),
    "linalg.qr": (lambda xp, a: tuple(xp.linalg.qr(a, mode="reduced")), Z.T),
    "linalg.slogdet": (lambda xp, a: tuple(xp.linalg.slogdet(a)), B),
    "linalg.solve": (lambda xp, a, x: xp.linalg.solve(a, x), B, X),
    "linalg.svd": (lambda xp, x: xp.linalg.svd(x, full_matrices=False).S, Z),
    "linalg.svdvals": (lambda xp, x: xp.linalg.svdvals(x), X),
    "linalg.tensordot": (lambda xp, x, y: xp.linalg.tensordot(x, y.T, axes=1), X, Y),
    "linalg.trace": (lambda xp, x: xp.linalg.trace(x, offset=-1), X),
    "linalg.vecdot": (lambda xp, x, y: xp.linalg.vecdot(x, y), X, Y),
    "linalg.vector_norm": (lambda xp, x: xp.linalg.vector_norm(x, axis=1, ord=3), X),
    # fft
    "fft.fft": (lambda xp, z: xp.fft.fft(z, n=5, axis=0, norm="ortho"), Z),
    "fft.ifft": (lambda xp, z: xp.fft.ifft(z), Z),
    "fft.fftn": (lambda xp, z: xp.fft.fftn(z, s=(2, 5), axes=(0, 1)), Z),
    "fft.ifftn": (lambda xp, z: xp.fft.ifftn(z, norm="forward"), Z),
    "fft.rfft": (lambda xp, x: xp.fft.rfft(x, n=5), X),
    "fft.irfft": (lambda xp, z: xp.fft.irfft(z, n=5), Z),
    "fft.rfftn": (lambda xp, x: xp.fft.rfftn(x, axes=(1, 0)), X),
    "fft.irfftn": (lambda xp, z: xp.fft.irfftn(z), Z),
    "fft.hfft": (lambda xp, z: xp.fft.hfft(z), Z),
    "fft.ihfft": (lambda xp, x: xp.fft.ihfft(x), X),
    "fft.fftshift": (lambda xp, x: xp.fft.fftshift(x, axes=1), X),
    "fft.ifftshift": (lambda xp, x: xp.fft.ifftshift(x), X),
    # creation
    "asarray": (lambda xp, x: xp.asarray(x, dtype=xp.complex128, copy=True), X),
    "astype": (lambda xp, x: xp.astype(x, xp.complex128, copy=True), X),
    "full": (lambda xp, x: xp.full((2, 3), x, dtype=xp.float64), np.array(0.7)),
    "full_like": (lambda xp, x: xp.full_like(x, x[0, 0] ** 2), X),
    "linspace": (
        lambda xp, x, y: xp.linspace(x, y, 5, endpoint=False),
        X[0, 0, None],
        Y[0, 0, None],
    ),
    "meshgrid": (lambda xp, v, w: xp.meshgrid(v, w, indexing="ij"), V, X[0]),
    "tril": (lambda xp, x: xp.tril(x, k=-1), X),
    "triu": (lambda xp, x: xp.triu(x, k=1), X),
}
#: Defined for arrays, and locally constant: no derivative, and none is invented.
CONSTANT = {
    "all": X, "any": X, "argmax": X, "argmin": X, "argsort": X, "ceil": X, "count_nonzero": X,
    "empty_like": X, "floor": X, "isfinite": X, "isinf": X, "isnan": X, "linalg.matrix_rank": A,
    "nonzero": X, "ones_like": X, "round": X, "sign": X, "signbit": X, "trunc": X, "zeros_like": X,
}  # fmt: skip
PAIRED = ("equal", "floor_divide", "greater", "greater_equal", "less", "less_equal", "not_equal")


def results(y):
    return tuple(y) if isinstance(y, tuple | list) else (y,)


def test_the_list_is_the_standards():
    assert len(CASES) == 116


@pytest.mark.parametrize("name", CASES)
def test_differentiates(name):
    f, *x = CASES[name]

    def through_namespace(*x):
        return results(f(namespace(*x), *x))

    for got, expected in zip(
        riesz.vjp(through_namespace, *x)[0], through_namespace(*x), strict=True
    ):
        assert (np.shape(got), got.dtype) == (np.shape(expected), expected.dtype)
        np.testing.assert_allclose(got, expected, rtol=1e-12)
    riesz.check_grads(through_namespace, *x, order=2)


def part_of(xp, name):
    for part in name.split("."):
        xp = getattr(xp, part)
    return xp


@pytest.mark.parametrize("name", CONSTANT)
def test_locally_constant(name):
    def f(x):
        y = part_of(x.__array_namespace__(), name)(x)
        return sum(np.sum(v) * 1.0 for v in results(y)) + 0 * np.sum(x)

    with np.errstate(all="ignore"):
        assert not np.any(np.nan_to_num(riesz.grad(f)(CONSTANT[name])))


@pytest.mark.parametrize("name", PAIRED)
def test_locally_constant_pairs(name):
    def f(x):
        return np.sum(getattr(x.__array_namespace__(), name)(x, P)) + 0 * np.sum(x)

    assert not np.any(riesz.grad(f)(X))


def test_namespace_of_a_traced_value_is_one_of_its_kind():
    def f(x):
        xp = x.__array_namespace__(api_version="2025.12")
        assert xp.__array_api_version__ == np.__array_api_version__
        assert xp.__array_namespace_info__().capabilities() is not None
        assert xp.result_type(x, xp.float32) == xp.float64
        assert xp.isdtype(x.dtype, "real floating")
        assert xp.finfo(x.dtype).bits == 64
        assert x.device == "cpu"
        assert x.to_device(x.device) is x
        assert (xp.pi, xp.newaxis) == (np.pi, None)
        return xp.sum(x)

    riesz.grad(f)(X)


def test_creation_without_traced_values_is_numpys():
    def f(x):
        xp = x.__array_namespace__()
        assert type(xp.asarray([1.0, 2.0])) is np.ndarray
        assert type(xp.full((2,), 1.0)) is np.ndarray
        assert type(xp.linspace(0, 1, 3)) is np.ndarray
        assert type(xp.eye(2)) is np.ndarray
        return xp.sum(x * xp.arange(4.0) + xp.zeros((3, 4)))

    assert riesz.grad(f)(X)[0, 2] == 2


def test_what_numpy_spells_otherwise():
    ties = np.array([[2.0, 1.0, 2.0], [0.0, 0.0, 3.0]])
    first, second = np.array([[1.0, 2.0, 3.0]]), np.array([[1.0, 10.0, 100.0]])

    def f(x):
        xp = x.__array_namespace__()
        assert xp.argsort(x, descending=True).tolist() == [[0, 2, 1], [2, 0, 1]]
        np.testing.assert_array_equal(xp.argsort(-x, axis=1), [[0, 2, 1], [2, 0, 1]])
        assert xp.clip(x) is x
        assert xp.asarray(x) is x
        return xp.sum(xp.sort(x * first, descending=True) * second) + xp.sum(xp.clip(x, max=1.0))

    # x * first = (2, 2, 6), (0, 0, 9): in descending order 6, 2, 2 and 9, 0, 0, ties in any order
    g = riesz.grad(f)(ties)
    assert g[:, 2].tolist() == [3.0, 3.0]


def test_another_device_is_refused():
    with pytest.raises(riesz.InvalidValue, match="to_device"):
        riesz.grad(lambda x: np.sum(x.to_device("gpu")))(X)
