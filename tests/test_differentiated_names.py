"""Every NumPy function that docs/operators.md counts is differentiated, forwards and backwards.

The reference is NumPy itself: the tangent is a difference quotient of the function on plain arrays,
and the covector is the transpose of the tangent.
"""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

import riesz
from riesz.front.implements import public_name
from riesz.registry import registry

DOCS = Path(__file__).parents[1] / "docs"
RNG = np.random.default_rng(5)
A = RNG.permutation(16).reshape(4, 4) / 30 + 0.2 + np.eye(4) * 0.7 + 0.01 * RNG.random((4, 4))
B = RNG.random((4, 4)) / 3 + 0.4
V, W = RNG.permutation(4) / 5 + 0.3, RNG.random(4) + 0.5
S = A + A.T
I, MASK = np.array([2, 0, 0]), np.array([True, False, True, True])  # noqa: E741
CUBE = RNG.random((2, 3, 4))

#: Called with one matrix, with one vector, with two matrices, with two vectors.
MATRIX = (
    "absolute amax amin arcsinh arctan atleast_1d atleast_2d atleast_3d average broadcast_arrays "
    "cbrt column_stack concatenate conjugate copy cos cosh cumprod cumsum deg2rad degrees diag "
    "diagflat diagonal diff dstack ediff1d exp exp2 expm1 fabs flip fliplr flipud gradient hstack "
    "i0 linalg.cond linalg.det linalg.diagonal linalg.eigvals linalg.inv linalg.matrix_norm "
    "linalg.matrix_transpose linalg.norm linalg.pinv linalg.qr linalg.slogdet linalg.svd "
    "linalg.svdvals linalg.trace linalg.vector_norm log log10 log1p log2 matrix_transpose max mean "
    "median min nan_to_num nancumprod nancumsum nanmax nanmean nanmedian nanmin nanprod nanstd "
    "nansum nanvar negative positive prod ptp rad2deg radians ravel real reciprocal rot90 sin sinc "
    "sinh sort sqrt square squeeze stack std sum tan tanh trace transpose trapezoid tril triu "
    "unique unstack unwrap var vstack fft.fft fft.fft2 fft.fftn fft.fftshift fft.hfft fft.ifft "
    "fft.ifft2 fft.ifftn fft.ifftshift fft.ihfft fft.irfft fft.irfft2 fft.irfftn fft.rfft "
    "fft.rfft2 fft.rfftn"
).split()
VECTOR = "cumulative_prod cumulative_sum poly polyder polyint roots vander".split()
MATRICES = (
    "add append arctan2 copysign divide divmod dot float_power fmax fmin fmod hypot inner kron "
    "linalg.matmul linalg.tensordot linalg.vecdot linspace logaddexp logaddexp2 logspace matmul "
    "maximum minimum multiply power remainder subtract tensordot vdot vecdot geomspace"
).split()
VECTORS = "convolve correlate outer linalg.outer polyadd polymul polysub polyval meshgrid".split()

OTHERS = {
    "angle": (lambda x: np.angle(x + 1j * B), A),
    "nextafter": (lambda x: np.nextafter(x, 9.0), A),
    "sign": (lambda x: np.sign(x + 1j * B), A),
    "apply_along_axis": (lambda x: np.apply_along_axis(lambda r: r * np.sum(r), 0, x), A),
    "apply_over_axes": (lambda x: np.apply_over_axes(np.sum, x, [0, 1]), A),
    "arccos": (np.arccos, B),
    "arcsin": (np.arcsin, B),
    "arctanh": (np.arctanh, B),
    "arccosh": (lambda x: np.arccosh(1 + x), A),
    "array_split": (lambda x: np.array_split(x, 3), A),
    "astype": (lambda x: np.astype(x, np.complex128), A),
    "bincount": (lambda x: np.bincount(I, weights=x[:3]), V),
    "block": (lambda x, y: np.block([[x, y], [y, x]]), A, B),
    "broadcast_to": (lambda x: np.broadcast_to(x, (2, 4)), V),
    "choose": (lambda x, y: np.choose(MASK.astype(int), [x, y]), V, W),
    "clip": (lambda x: np.clip(x, 0.35, 0.6), A),
    "compress": (lambda x: np.compress(MASK, x, axis=0), A),
    "corrcoef": (np.corrcoef, A),
    "cov": (np.cov, A),
    "cross": (lambda x, y: np.cross(x[:3], y[:3]), V, W),
    "delete": (lambda x: np.delete(x, 1, axis=0), A),
    "dsplit": (lambda x: np.dsplit(x, 2), CUBE),
    "einsum": (lambda x, y: np.einsum("ij,kj->ik", x, y), A, B),
    "expand_dims": (lambda x: np.expand_dims(x, 1), V),
    "extract": (lambda x: np.extract(MASK, x), V),
    "frexp": (lambda x: np.frexp(x + 0.01)[0], V),
    "full_like": (lambda x: np.full_like(x, np.sum(x)), V),
    "histogram": (lambda x: np.histogram(W, 2, weights=x)[0], V),
    "hsplit": (lambda x: np.hsplit(x, 2), A),
    "imag": (lambda x: np.imag(x * (1 + 2j)), A),
    "insert": (lambda x, y: np.insert(x, 1, y), V, W),
    "interp": (lambda x, y: np.interp(x, np.arange(4.0), y), V, W),
    "ldexp": (lambda x: np.ldexp(x, np.arange(4)), V),
    "linalg.cholesky": (lambda x: np.linalg.cholesky(x @ x.T + np.eye(4)), A),
    "linalg.cross": (lambda x, y: np.linalg.cross(x[:3], y[:3]), V, W),
    "linalg.eig": (lambda x: projectors(*np.linalg.eig(x)), A + np.diag([0.0, 1, 2, 4])),
    "linalg.eigh": (lambda x: np.linalg.eigh(x + x.T), A),
    "linalg.eigvalsh": (lambda x: np.linalg.eigvalsh(x + x.T), A),
    "linalg.lstsq": (lambda x, y: np.linalg.lstsq(x[:, :2], y)[0], A, V),
    "linalg.matrix_power": (lambda x: np.linalg.matrix_power(x, -3), A),
    "linalg.multi_dot": (lambda x, y: np.linalg.multi_dot([x, y, x]), A, B),
    "linalg.solve": (np.linalg.solve, A, V),
    "linalg.tensorinv": (lambda x: np.linalg.tensorinv(np.reshape(x, (2, 2, 4))), A),
    "linalg.tensorsolve": (lambda x, y: np.linalg.tensorsolve(np.reshape(x, (4, 2, 2)), y), A, V),
    "matvec": (lambda x, y: np.matvec(x, y), A, V),
    "modf": (lambda x: np.modf(3 * x)[0], V),
    "moveaxis": (lambda x: np.moveaxis(x, 0, 2), CUBE),
    "nanpercentile": (lambda x: np.nanpercentile(x, [20, 65]), V),
    "nanquantile": (lambda x: np.nanquantile(x, 0.4, axis=0), A),
    "pad": (lambda x: np.pad(x, 2, "reflect"), A),
    "partition": (lambda x: np.partition(x, 1), A),
    "percentile": (lambda x: np.percentile(x, 30), V),
    "piecewise": (lambda x: np.piecewise(x, [MASK], [np.sin, np.cos]), V),
    "polyfit": (lambda x: np.polyfit(W, x, 1), V),
    "quantile": (lambda x: np.quantile(x, 0.4, axis=0), A),
    "real_if_close": (lambda x: np.real_if_close(x + 0j), V),
    "repeat": (lambda x: np.repeat(x, [1, 0, 2, 1]), V),
    "reshape": (lambda x: np.reshape(x, (2, -1)), A),
    "resize": (lambda x: np.resize(x, (3, 3)), V),
    "roll": (lambda x: np.roll(x, 3), A),
    "rollaxis": (lambda x: np.rollaxis(x, 2), CUBE),
    "select": (lambda x, y: np.select([MASK, ~MASK], [x, y]), V, W),
    "sliding_window_view": (lambda x: sliding_window_view(x, (2, 3)), A),
    "split": (lambda x: np.split(x, [1, 3]), V),
    "swapaxes": (lambda x: np.swapaxes(x, 0, 2), CUBE),
    "take": (lambda x: np.take(x, I, axis=1), A),
    "take_along_axis": (lambda x: np.take_along_axis(x, I[None], axis=1), A),
    "tile": (lambda x: np.tile(x, (2, 3)), V),
    "vecmat": (lambda x, y: np.vecmat(x, y), V, A),
    "vsplit": (lambda x: np.vsplit(x, 2), A),
    "where": (lambda x, y: np.where(MASK, x, y), V, W),
}


def projectors(w, v):
    """What does not depend on the phases of eigenvectors."""
    return w, v[:, None, :] * np.conj(v)[None]


def numpy_function(name):
    registry.load()
    return next(f for f in registry.functions if public_name(f) == name)


CALLS = {name: (None, *x) for names, *x in (
    (MATRIX, A), (VECTOR, V), (MATRICES, A, B), (VECTORS, V, W),
) for name in names} | OTHERS  # fmt: skip


def flat(y):
    if isinstance(y, list | tuple):
        return tuple(z for part in y for z in flat(part))
    return (y,) if getattr(y, "dtype", np.dtype(int)).kind in "fc" else ()


def pairing(a, u):
    return sum(np.real(np.vdot(ai, ui)) for ai, ui in zip(a, u, strict=True))


@pytest.mark.parametrize("name", sorted(CALLS))
def test_is_differentiated_forwards_and_backwards(name):
    if name in ("matvec", "vecmat", "unstack", "cumulative_sum", "cumulative_prod"):
        pytest.importorskip("numpy", minversion="2.2")
    function, *x = CALLS[name]
    function = function or numpy_function(name)
    F = lambda *points: flat(function(*points))  # noqa: E731
    u = tuple(RNG.standard_normal(xi.shape) for xi in x)
    y, tangent = riesz.jvp(F, tuple(x), u)
    h = 1e-6
    up, down = (F(*(xi + s * h * ui for xi, ui in zip(x, u, strict=True))) for s in (1, -1))
    scale = max(np.abs(t).max() for t in tangent)
    assert scale > 1e-6
    for value, here, t, above, below in zip(y, F(*x), tangent, up, down, strict=True):
        np.testing.assert_allclose(value, here, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(t, (above - below) / (2 * h), rtol=1e-5, atol=1e-6 * scale)
    a = tuple(np.asarray(RNG.standard_normal(t.shape) * (1 + t * 0)) for t in y)
    g = riesz.vjp(F, *x)[1](a)
    g = g if isinstance(g, tuple) else (g,)
    size = np.sqrt(pairing(a, a) * pairing(tangent, tangent))
    assert abs(pairing(a, tangent) - pairing(g, u)) <= 1e-10 * size


def page_script(*arguments):
    environment = {**os.environ, "PYTHONSAFEPATH": ""}  # its helper lies beside it
    script = [sys.executable, str(DOCS / "generate_operators.py"), *arguments]
    return subprocess.run(script, capture_output=True, text=True, env=environment)


@pytest.fixture(scope="module")
def counted():
    done = page_script("--names")
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_every_name_counted_is_tested(counted):
    assert sorted(name for name in counted if name.startswith("numpy.")) == sorted(
        f"numpy.{name}" for name in CALLS
    )


def test_at_least_as_many_names_as_promised(counted):
    assert len(set(counted)) == len(counted) >= 300


@pytest.mark.skipif(not hasattr(np, "matvec"), reason="the page names functions of NumPy 2.2")
def test_the_page_is_up_to_date():
    assert page_script("--check").returncode == 0, "run python docs/generate_operators.py"
