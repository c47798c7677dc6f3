"""C of a plugin's own: built, cached, given vector functions and threads."""

import ctypes

import numpy as np
import pytest

from riesz_backends.native import build
from riesz_backends.native.compiler import CompilerFailed
from riesz_backends.native.library import libraries

SINES = """
void riesz_test_sines(const double *x, double *y, i64 n) {
#pragma omp parallel for simd num_threads(riesz_threads(20.0 * n))
  for (i64 i = 0; i < n; i++) y[i] = riesz_fma(2.0, sin(x[i]), 1.0);
}
"""

pytestmark = pytest.mark.usefixtures("native")


@pytest.mark.parametrize("n", [1, 1000, 300_000])
def test_vector_functions_and_threads(n):
    library = build(SINES, ["sin"])
    x = np.linspace(-3, 3, n)
    y = np.empty_like(x)
    pointer = ctypes.c_void_p
    library.riesz_test_sines(pointer(x.ctypes.data), pointer(y.ctypes.data), ctypes.c_int64(n))
    np.testing.assert_allclose(y, 2 * np.sin(x) + 1, rtol=1e-14, atol=1e-15)


def test_the_same_source_is_built_once():
    source = "int riesz_test_seven(void) { return 7; }"
    first = build(source)
    built = libraries.built
    assert build(source) is first
    assert first.riesz_test_seven() == 7
    assert libraries.built == built


def test_single_precision_functions_are_declared():
    library = build("float riesz_test_power(float x) { return powf(x, 3); }", ["powf"])
    library.riesz_test_power.argtypes = [ctypes.c_float]
    library.riesz_test_power.restype = ctypes.c_float
    assert library.riesz_test_power(2.0) == 8.0


def test_what_the_compiler_refuses_is_shown():
    with pytest.raises(CompilerFailed, match="no_such_thing"):
        build("int f(void) { return no_such_thing; }")
