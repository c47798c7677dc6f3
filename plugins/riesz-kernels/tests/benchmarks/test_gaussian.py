"""Value and gradient of a Gaussian sum: Riesz against C by hand and against the matrix in NumPy.

pytest tests/benchmarks (with pytest-benchmark). One process, one thread, CPU time, in turns.
"""

import ctypes
import shutil
import subprocess
import time
import tracemalloc
from pathlib import Path
from statistics import median

import numpy as np
import pytest

import riesz
from riesz_kernels import kernel_sum

SCALE = 0.5


class Problem:
    """Points in the unit cube, weights b of the sources and c of the results."""

    def __init__(self, n):
        rng = np.random.default_rng(0)
        self.x, self.y, self.scale = rng.random((n, 3)), rng.random((n, 3)), SCALE
        self.b, self.c = rng.standard_normal(n), rng.standard_normal(n)


@pytest.fixture(scope="session")
def problem():
    """problem(n)."""
    return Problem


@pytest.fixture(scope="session")
def hand(tmp_path_factory):
    """hand(problem): value and gradient in C."""
    if not shutil.which("gcc"):
        pytest.skip("the C by hand is built with gcc, which is not installed")
    target = tmp_path_factory.mktemp("hand") / "hand.so"
    source = Path(__file__).parent / "hand.c"
    flags = "-O3 -march=native -ffast-math -fopenmp -shared -fPIC".split()
    subprocess.run(["gcc", *flags, str(source), "-o", str(target), "-lmvec", "-lm"], check=True)
    function = ctypes.CDLL(str(target)).hand
    function.restype = ctypes.c_double
    function.argtypes = [ctypes.c_void_p] * 5 + [ctypes.c_long] * 2 + [ctypes.c_double]

    def value_and_grad(p):
        g, columns = np.empty_like(p.x), np.ascontiguousarray(p.y.T)
        pointers = (v.ctypes.data for v in (p.x, columns, p.b, p.c, g))
        return function(*pointers, len(p.x), len(p.y), p.scale), g

    return value_and_grad


@pytest.fixture(scope="session")
def matrix():
    """matrix(problem): value and gradient by the N x M matrix of differences, in NumPy."""

    def value_and_grad(p):
        D = p.x[:, None] - p.y[None]
        K = np.exp(np.sum(D * D, axis=-1) / (-2 * p.scale**2))
        W = K * p.c[:, None] * p.b / -(p.scale**2)
        return p.c @ (K @ p.b), np.einsum("ij,ijk->ik", W, D)

    return value_and_grad


def by_riesz(backend):
    def value_and_grad(p):
        def f(x):
            return np.dot(p.c, kernel_sum(x, p.y, p.b, p.scale))

        with riesz.use_backend(backend):
            return riesz.value_and_grad(f)(p.x)

    return value_and_grad


def ratio(one, other, problem, rounds=7):
    """The median of the ratios of CPU times, round by round."""
    one(problem), other(problem)
    times = []
    for _ in range(rounds):
        times.append([])
        for f in (one, other):
            start = time.process_time()
            f(problem)
            times[-1].append(time.process_time() - start)
    return median(a / b for a, b in times)


def peak(f, problem):
    """The peak of memory, in MiB."""
    tracemalloc.start()
    f(problem)
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found / 2**20


@pytest.mark.parametrize("who", ["hand", "matrix"])
@pytest.mark.parametrize("backend", ["numpy", "native"])
def test_all_give_one_gradient(who, backend, problem, request):
    p = problem(500)
    (value, g), (expected, e) = by_riesz(backend)(p), request.getfixturevalue(who)(p)
    np.testing.assert_allclose(value, expected, rtol=1e-11)
    np.testing.assert_allclose(g, e, rtol=1e-10, atol=1e-12 * np.abs(e).max())


def test_native_is_within_half_again_of_c_by_hand(problem, hand, record_property):
    found = ratio(by_riesz("native"), hand, problem(10_000))
    record_property("ratio", found)
    print(f"\nnative over C by hand, 10,000 points: {found:.2f}")
    assert found < 1.5


@pytest.mark.parametrize(("backend", "limit"), [("numpy", 2.0), ("native", 0.2)])
def test_against_the_matrix(backend, limit, problem, matrix, record_property):
    p = problem(2000)
    found, memory = ratio(by_riesz(backend), matrix, p, 5), peak(by_riesz(backend), p)
    record_property("ratio", found)
    print(f"\n{backend} over the matrix, 2,000 points: {found:.2f}, {memory:.1f} MiB instead of "
          f"{peak(matrix, p):.0f}")  # fmt: skip
    assert found < limit


@pytest.mark.parametrize("who", ["numpy", "native", "matrix", "hand"])
def test_speed(benchmark, who, problem, request):
    f = by_riesz(who) if who in ("numpy", "native") else request.getfixturevalue(who)
    benchmark.pedantic(f, (problem(2000),), rounds=5, warmup_rounds=1)
