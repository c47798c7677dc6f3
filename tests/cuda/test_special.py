"""The special functions in CUDA have the values of the references, and SciPy's elsewhere."""

from functools import cache
from importlib.resources import files

import numpy as np
import pytest
from emulator import Module, absent
from scipy import special

import riesz
from riesz.conformance.reference import distance, references
from riesz.formula.dialect import SPECIAL_FILES, cuda_prelude, special_text

pytestmark = pytest.mark.skipif(absent() is not None, reason=str(absent()))

KNOWN = references(files("riesz.conformance").joinpath("references"))
OPERATORS = {"lambertw": "lambertw_branch"}
TYPES = {"f": "double", "c": "riesz_complex<double>"}
KERNEL = """
extern "C" __global__ void riesz_test_{name}({T} *y, {parameters}, int n) {{
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = riesz_{name}({arguments});
}}
"""
OF_TWO = frozenset(
    "zeta polygamma poch beta betaln gammainc gammaincc jv yv iv kv ive kve lambertw rel_entr "
    "kl_div".split()
)
CASES = [(kind, name) for kind, table in SPECIAL_FILES.items() for name in table]


def arity(name):
    return 3 if name == "betainc" else 2 if name in OF_TWO else 1


@cache
def module(kind):
    """All functions of one kind of number: one module is built faster than many."""
    names = SPECIAL_FILES[kind]
    texts = [special_text(part) for part in ("complex", *dict.fromkeys(names.values()))]
    kernels = (
        KERNEL.format(
            name=name,
            T=TYPES[kind],
            parameters=", ".join(f"const {TYPES[kind]} *x{k}" for k in range(arity(name))),
            arguments=", ".join(f"x{k}[i]" for k in range(arity(name))),
        )
        for name in names
    )
    return Module("\n".join([cuda_prelude(), *texts, *kernels]))


def computed(kind, name, *x):
    x = [np.ascontiguousarray(v, {"f": float, "c": complex}[kind]) for v in np.broadcast_arrays(*x)]
    y = np.empty_like(x[0])
    if y.size:
        launch = getattr(module(kind), f"riesz_test_{name}")
        launch(y, *x, np.int32(y.size), grid=(-(-y.size // 128),), block=(128,))
    return y


REFERENCES = [
    (kind, name, reference)
    for kind, name in CASES
    for reference in KNOWN[OPERATORS.get(name, name)]
    if reference.kind == kind or (name in ("wofz", "lambertw") and kind == "c")
]


@pytest.mark.parametrize(("kind", "name", "reference"), REFERENCES)
def test_references(kind, name, reference):
    x = [*reference.x, *([reference.static["k"]] if "k" in reference.static else [])]
    error = distance(computed(kind, name, *x), reference.y[0], reference.entrywise)
    assert error <= reference.ulps[0] * np.finfo(float).eps


WIDE = np.concatenate((-np.geomspace(40, 1e-8, 60), np.geomspace(1e-8, 40, 60)))
PLANE = np.add.outer(np.linspace(-7.3, 7.1, 13), 1j * np.linspace(-6.7, 7.3, 14))
DOMAINS = {
    "erfinv": np.linspace(-0.9999, 0.9999, 99), "erfcinv": np.linspace(1e-9, 1.9999, 99),
    "ndtri": np.linspace(1e-9, 0.9999, 99), "ellipk": np.linspace(-9, 0.999, 99),
    "ellipe": np.linspace(-9, 0.999, 99),
}  # fmt: skip
ORDERS = (0, 1, 2, 5, 12, 0.5, 1.7, -1, -0.3, -2.6)


@pytest.mark.parametrize("name", [n for k, n in CASES if k == "f" and arity(n) == 1])
def test_real_functions_are_scipys(name):
    x = DOMAINS.get(name, WIDE)
    expected = getattr(special, name)(x)
    scale = np.abs(expected) + 1e-3 * (name[0] in "jy" or name in ("digamma", "loggamma", "expi"))
    assert_near(computed("f", name, x), expected, scale)


@pytest.mark.parametrize("name", [n for k, n in CASES if k == "c" and arity(n) == 1])
def test_complex_functions_are_scipys(name):
    expected = (getattr(special, name, None) or getattr(np, name))(PLANE)
    scale = np.abs(expected) + (name == "log_ndtr")  # of which SciPy's loses digits near 0
    assert_near(computed("c", name, PLANE), expected, scale, 1e-10)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("name", ["jv", "yv", "iv", "kv", "ive", "kve"])
def test_bessel_functions_are_scipys(name, order):
    x = np.geomspace(1e-3, 300, 60)
    expected = getattr(special, name)(order, x)
    scale = np.abs(expected) + (np.sqrt(1 / x) if name in ("jv", "yv") else 0)
    assert_near(computed("f", name, order, x), expected, scale, 1e-11)
    z = PLANE[np.abs(PLANE) < 8]
    expected = getattr(special, name)(order, z)
    assert_near(computed("c", name, order, z), expected, np.abs(expected) + 1e-3, 1e-10)


@pytest.mark.parametrize("name", ["gammainc", "gammaincc", "zeta", "poch", "beta", "betaln"])
def test_functions_of_two_arguments_are_scipys(name):
    x, y = np.meshgrid(np.geomspace(1.01, 200, 17), np.geomspace(0.02, 160, 19))
    expected = getattr(special, name)(x, y)
    assert_near(computed("f", name, x, y), expected, np.abs(expected) + 1e-290, 1e-9)


@pytest.mark.parametrize("k", [-2, -1, 0, 1, 3])
def test_lambertw_inverts(k):
    z = np.concatenate((PLANE.ravel(), -0.3678 + PLANE.ravel() / 1e3))
    w = computed("c", "lambertw", z, k)
    np.testing.assert_allclose(w * np.exp(w), z, rtol=1e-12, atol=1e-14)
    assert_near(w, special.lambertw(z, k), np.abs(w) + 1e-3, 1e-7)


def assert_near(y, expected, scale, tolerance=2e-12):
    finite = np.isfinite(expected)
    np.testing.assert_array_equal(np.isfinite(y), finite)
    error = np.abs(y[finite] - expected[finite])
    assert np.max(error / np.maximum(scale[finite], 1e-300), initial=0) < tolerance


def test_zeta_says_which_one_it_is(pycuda):
    x = riesz.asarray(np.array([2.0, 4.0]), backend="pycuda")
    y = riesz.to_numpy(pycuda.xp.special.zeta(x, 1.0))
    np.testing.assert_allclose(y, [np.pi**2 / 6, np.pi**4 / 90], rtol=1e-14)
    with pytest.raises(riesz.UnsupportedOperator, match="has no kernel; zeta\\(x, q\\)"):
        pycuda.xp.special.zeta(x)
