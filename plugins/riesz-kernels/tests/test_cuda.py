"""The CUDA of the GPU backends, on a GPU or on the emulated driver: equal to NumPy's form."""

from collections import Counter

import numpy as np
import pytest

import riesz
from riesz.conformance import run
from riesz.registry import registry
from riesz_kernels import kernel_logsumexp, kernel_moment, kernel_sum, pair, tiles
from riesz_kernels.profile import POSITIVE, PROFILES
from riesz_kernels.samples import logsumexp_samples, moment_samples

N, M = 150, 280  # rows for two blocks and points for three tiles, with a rest of each
FORMS = [  # order, contract, emit, with logarithms, in single precision
    *((kernel, 0, 0, 0, False, np.float64) for kernel in PROFILES),
    *((kernel, 2, 1, 1, False, np.float64) for kernel in PROFILES),
    ("gaussian", 1, 0, 1, False, np.float32),
    ("matern52", 2, 1, 2, True, np.float32),
    ("laplacian", 3, 2, 1, True, np.float64),
]
FUNCTIONS = [kernel_sum, kernel_logsumexp]


def on_device(pycuda, f, *x):
    """f of arrays of the device, its results on the host."""
    found = f(*(riesz.asarray(v, backend=pycuda) for v in x))
    return [riesz.to_numpy(v) for v in flat(found)]


def flat(tree):
    return [leaf for part in tree for leaf in flat(part)] if isinstance(tree, tuple) else [tree]


def agree(pycuda, f, *x, ulps=200):
    """f is on the device what it is on the host."""
    expected = flat(f(*x))
    for given, e in zip(on_device(pycuda, f, *x), expected, strict=True):
        assert given.dtype == e.dtype
        scale = np.abs(e).max(initial=0)
        np.testing.assert_allclose(given, e, rtol=0, atol=ulps * np.finfo(e.dtype).eps * scale)


def draw(rng, n, m, d, *p):
    return rng.standard_normal((n, d)), rng.standard_normal((m, d)), rng.standard_normal((m, *p))


def program(function, kernel="matern32"):
    """The value and all derivatives of a sum over rows."""

    def f(x, y, b, scale):
        return np.sum(np.sin(function(x, y, b, scale, kernel=kernel)))

    return riesz.value_and_grad(f, (0, 1, 2, 3))


@pytest.mark.parametrize(("kernel", "order", "contract", "emit", "log", "dtype"), FORMS)
def test_sums_are_those_in_numpy(pycuda, kernel, order, contract, emit, log, dtype, rng):
    d, p = 2, 3
    shapes = [(N, d), (M, d), (M, *(d,) * contract, p), *[(N,), (M,)] * log]
    static = {"kernel": kernel, "order": order, "contract": contract, "emit": emit}
    x = [rng.standard_normal(shape).astype(dtype) for shape in shapes]
    agree(pycuda, lambda *x: kernel_moment(*x, **static), *x)


@pytest.mark.parametrize("kernel", POSITIVE)
def test_log_sum_exps_are_those_in_numpy(pycuda, kernel, rng):
    dtype = np.float32 if kernel == "gaussian" else np.float64
    x = (v.astype(dtype) for v in draw(rng, N, M, 3))
    agree(pycuda, lambda *x: kernel_logsumexp(*x, kernel=kernel), *x)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_derivatives_are_those_in_numpy(pycuda, function, rng):
    x = (*draw(rng, N, M, 2), np.float64(0.7))
    agree(pycuda, program(function), *x, ulps=5000)
    agree(pycuda, riesz.compile(program(function)), *x, ulps=5000)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_same_bits_every_time(pycuda, function, rng):
    x = (*draw(rng, N, M, 2), np.float64(0.7))
    first, second = (on_device(pycuda, program(function), *x) for _ in range(2))
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("b", "expected"),
    [([-np.inf] * 3, -np.inf), ([-np.inf, 0, -np.inf], 0), ([0, np.inf, 0], np.inf),
     ([0, np.nan, 0], np.nan), ([], -np.inf)],
)  # fmt: skip
def test_infinite_weights(pycuda, b, expected):
    x, y, b = np.zeros((2, 1)), np.zeros((len(b), 1)), np.array(b, float)
    np.testing.assert_array_equal(on_device(pycuda, kernel_logsumexp, x, y, b)[0], [expected] * 2)


def test_exponents_of_tiles_after_each_other(pycuda):
    x, y, b = np.zeros((1, 1)), np.zeros((500, 1)), np.full(500, -np.inf)
    b[300:302] = -3000.0, 4000.0
    assert on_device(pycuda, kernel_logsumexp, x, y, b)[0] == 4000.0
    assert on_device(pycuda, kernel_logsumexp, x, y, b[::-1])[0] == 4000.0


def test_nan_stays_in_its_row(pycuda, rng):
    x, y, b = draw(rng, 3, 4, 1)
    x[1, 0] = np.nan
    for f in FUNCTIONS:
        (out,) = on_device(pycuda, f, x, y, b)
        np.testing.assert_array_equal(np.isnan(out), [False, True, False])


@pytest.mark.parametrize(("n", "m"), [(0, 3), (3, 0), (0, 0)])
def test_no_points(pycuda, n, m):
    x, y, b = np.zeros((n, 2)), np.zeros((m, 2)), np.zeros(m)
    for f in FUNCTIONS:
        expected = np.full(n, -np.inf if f is kernel_logsumexp else 0.0)
        np.testing.assert_array_equal(on_device(pycuda, f, x, y, b)[0], expected)


def test_any_strides(pycuda, rng):
    x, y, b = draw(rng, 5, 7, 3)
    agree(pycuda, lambda x, y, b: kernel_sum(x[::-2], y[::-1, ::-1], b[::-1]), x, y, b)
    agree(pycuda, lambda x, y, b: kernel_sum(x.T, y.T, b[:3]), x[:4], y[:4], b)


def test_what_is_too_large_for_straight_line_code_is_made_of_matrix_products(pycuda, rng):
    x, y, b = draw(rng, 4, 5, 70)
    agree(pycuda, lambda *x: kernel_sum(*x, 10.0), x, y, b)


@pytest.fixture
def watched(pycuda, monkeypatch):
    """Kernels launched, by name; texts compiled; bytes allocated."""
    from riesz_backends.pycuda.device import Device

    launched, compiled, allocated = Counter(), [], []
    launch, load, allocate = Device.launch, Device._load, Device.allocate

    def watched_launch(self, text, name, *arguments):
        launched[name] += 1
        launch(self, text, name, *arguments)

    def watched_load(self, text, name):
        compiled.append(name)
        return load(self, text, name)

    def watched_allocate(self, size):
        allocated.append(size)
        return allocate(self, size)

    monkeypatch.setattr(Device, "launch", watched_launch)
    monkeypatch.setattr(Device, "_load", watched_load)
    monkeypatch.setattr(Device, "allocate", watched_allocate)
    return launched, compiled, allocated


def test_a_gradient_is_four_launches_of_two_kernels(pycuda, watched, rng):
    launched, compiled, _ = watched
    x = draw(rng, 9, 8, 3)  # in 3 dimensions, which no other test takes this kernel in
    f = riesz.value_and_grad(lambda *x: np.sum(kernel_sum(*x, kernel="cauchy") ** 2), (0, 1, 2))
    on_device(pycuda, f, *x)
    assert launched["riesz_kernels_moment"] == 4  # the value, and by x, y and b
    assert compiled.count("riesz_kernels_moment") == 2  # that by b is the value's
    compiled.clear()
    on_device(pycuda, f, *x)
    assert not compiled


@pytest.mark.parametrize("function", FUNCTIONS)
def test_memory_is_linear_in_the_points(pycuda, watched, function, rng):
    n = 700
    x, y, b = (riesz.asarray(v, backend=pycuda) for v in draw(rng, n, n, 2))
    *_, allocated = watched
    allocated.clear()
    program(function)(x, y, b, np.float64(0.7))
    riesz.hvp(lambda x: np.sum(function(x, y, b) ** 2), x, x)
    assert max(allocated) <= 8 * 4 * n
    assert sum(allocated) < 8 * n * n


def test_tiles_fit_into_the_shared_memory_of_every_gpu():
    for d in range(1, pair.LARGEST):
        for channels in range(1, pair.LARGEST - d):
            for log in (False, True):
                form = pair.Form("gaussian", 0, d, channels, 0, 0, log, False)
                numbers = form.d + form.depth + form.log
                assert 32 <= tiles.tile(form) <= tiles.LARGEST_TILE
                assert tiles.tile(form) * numbers * form.dtype.itemsize < 48 * 1024


def test_both_gpu_backends_are_given_the_same_texts():
    registry.load()
    for operator in ("kernel_moment", "kernel_logsumexp"):
        kernels = {registry.kernels[operator, b, "forward"] for b in ("pycuda", "cupy")}
        assert len(kernels) == 1


@pytest.mark.parametrize("operator", ["kernel_moment", "kernel_logsumexp"])
def test_conformance(pycuda, operator, monkeypatch):
    """On two profiles, since every derivative of each is a kernel to be compiled."""
    every = {"kernel_moment": moment_samples, "kernel_logsumexp": logsumexp_samples}[operator]

    def some(draw):
        return (s for s in every(draw) if s.static["kernel"] in ("gaussian", "matern52"))

    registry.load()
    monkeypatch.setitem(registry.samples, operator, some)
    report = run((pycuda,), (operator,), ("float64",), required=("pycuda",), minimum=100)
    lacking = set() if hasattr(pycuda.xp.fft, "rfftn") else {"riesz_map", "gradient_in_a_metric"}
    assert {r.check for r in report.results if r.status.bad} == lacking, report
