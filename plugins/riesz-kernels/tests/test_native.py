"""The C of the backend `native`: equal to NumPy's form, to itself, and on any number of threads."""

import hashlib
import os
import subprocess
import sys
import textwrap

import mpmath
import numpy as np
import pytest

import riesz
from riesz_kernels import kernel_logsumexp, kernel_moment, kernel_sum, pair
from riesz_kernels.profile import PROFILES


@pytest.fixture(autouse=True)
def _on_native():
    try:
        with riesz.use_backend("native"):
            yield
    except riesz.BackendUnavailable as error:
        pytest.skip(str(error))


def moment(x, y, b, *log, kernel="gaussian", order=0, contract=0, emit=0):
    return kernel_moment(x, y, b, *log, kernel=kernel, order=order, contract=contract, emit=emit)


FORMS = [((0, 0, 0), False, np.float64), ((2, 1, 1), False, np.float64)]
HARDER = [
    ((3, 2, 1), False, np.float64),
    ((2, 1, 2), True, np.float64),
    ((2, 1, 1), True, np.float32),
]


def every_form():
    yield from ((kernel, *form) for kernel in PROFILES for form in FORMS)
    yield from ((kernel, *form) for kernel in ("gaussian", "matern52") for form in HARDER)


@pytest.mark.parametrize(("kernel", "form", "log", "dtype"), list(every_form()))
def test_it_equals_the_form_in_numpy(kernel, form, log, dtype, rng):
    order, contract, emit = form
    n, m, d, p = 5, 67, 2, 3
    shapes = [(n, d), (m, d), (m, *(d,) * contract, p), *[(n,), (m,)] * log]
    arrays = [rng.standard_normal(shape).astype(dtype) for shape in shapes]
    static = {"kernel": kernel, "order": order, "contract": contract, "emit": emit}
    given = moment(*arrays, **static)
    with riesz.use_backend("numpy"):
        expected = moment(*arrays, **static)
    assert given.dtype == dtype
    eps = np.finfo(dtype).eps
    np.testing.assert_allclose(given, expected, rtol=0, atol=100 * eps * np.abs(expected).max())


def test_what_is_too_large_for_straight_line_code_is_left_to_blas(rng):
    x, y, b = rng.standard_normal((4, 70)), rng.standard_normal((5, 70)), rng.standard_normal(5)
    given = kernel_sum(x, y, b, 10.0), kernel_logsumexp(x, y, b, 10.0)
    with riesz.use_backend("numpy"):
        expected = kernel_sum(x, y, b, 10.0), kernel_logsumexp(x, y, b, 10.0)
    np.testing.assert_array_equal(given, expected)
    assert pair.LARGEST < 70


@pytest.mark.parametrize("turn", [lambda v: v[::-1], lambda v: np.asfortranarray(v), lambda v: v])
def test_any_strides(turn, rng):
    x, y, b = (rng.standard_normal(s) for s in ((5, 3), (7, 3), (7, 2)))
    expected = kernel_sum(np.ascontiguousarray(turn(x)), np.ascontiguousarray(turn(y)),
                          np.ascontiguousarray(turn(b)))  # fmt: skip
    np.testing.assert_array_equal(kernel_sum(turn(x), turn(y), turn(b)), expected)


def test_the_exponential_is_accurate_over_its_range():
    """With one pair of points, the sum is exp(-t)."""
    t = np.concatenate([np.linspace(0, 40, 400), np.linspace(40, 700, 100), [1e-300, 0.34657359]])
    given = np.array([moment(np.array([[v]]), np.zeros((1, 1)), np.ones((1, 1)),
                             kernel="laplacian")[0, 0] for v in t])  # fmt: skip
    exact = np.array([float(mpmath.exp(-mpmath.mpf(v))) for v in t])
    np.testing.assert_allclose(given, exact, rtol=4e-16)
    assert given[0] == 1.0


@pytest.mark.parametrize("distance", [38.0, 1e5, 1e160, np.inf])
def test_far_points_underflow_to_nothing(distance):
    out = moment(np.array([[distance]]), np.zeros((1, 1)), np.ones((1, 1)))
    assert out == 0.0


def test_the_sums_do_not_depend_on_the_number_of_threads():
    program = textwrap.dedent("""
        import numpy as np, riesz
        from riesz_kernels import kernel_logsumexp, kernel_sum
        rng = np.random.default_rng(0)
        x, y, b = rng.random((3000, 3)), rng.random((2000, 3)), rng.random(2000)
        def f(x, y, b, s):
            return np.sum(kernel_sum(x, y, b, s)) + np.sum(kernel_logsumexp(x, y, b, s))
        with riesz.use_backend("native"):
            found = [kernel_sum(x, y, b), *riesz.grad(f, (0, 1, 2, 3))(x, y, b, 0.5)]
        print(b"".join(np.asarray(v).tobytes() for v in found).hex())
    """)
    digests = set()
    for threads in ("1", "2", "5", "1"):
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True,
            env=os.environ | {"OMP_NUM_THREADS": threads},
        )  # fmt: skip
        digests.add(hashlib.sha256(done.stdout.encode()).hexdigest())
    assert len(digests) == 1


def test_its_kernels_are_found_before_any_derivative_is_taken():
    program = textwrap.dedent("""
        import numpy as np, riesz
        from riesz_kernels import blocked, kernel_sum
        def refuse(*arguments):
            raise AssertionError("the form in NumPy was used")
        blocked.moment = refuse
        with riesz.use_backend("native"):
            print(kernel_sum(np.zeros((1, 1)), np.zeros((1, 1)), np.ones(1)))
    """)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[1.]\n", "")
