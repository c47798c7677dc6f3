"""Every function of the vocabulary in CUDA means what NumPy and SciPy mean by it."""

from functools import cache

import numpy as np
import pytest
from clusters import Case
from emulator import Module, absent
from vocabulary import (
    BOOLEAN,
    COMPLEX,
    INTEGER,
    REAL,
    assert_agree,
    booleans,
    complexes,
    integers,
    reals,
)

from riesz.formula.c import Writer
from riesz.formula.dialect import CUDA, cuda_prelude

pytestmark = pytest.mark.skipif(absent() is not None, reason=str(absent()))

NAMES = {"f": REAL, "i": INTEGER, "u": INTEGER, "b": BOOLEAN, "c": COMPLEX}
DTYPES = "float32 float64 int8 int32 int64 uint8 uint32 bool complex64 complex128".split()
KERNEL = """
extern "C" __global__ void riesz_test_{name}({parameters}, {result} *y, int n) {{
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  {statements}
  y[i] = {value};
}}
"""


def arguments(name, dtype):
    kind = np.dtype(dtype).kind
    by_kind = {"f": reals, "i": integers, "u": integers, "c": complexes}
    return booleans(name) if kind == "b" else by_kind[kind](name, dtype)


@cache
def given(name, dtype):
    """What NumPy computes; this is dear for some."""
    return Case(lambda m, *x: getattr(m, name)(*x), arguments(name, dtype))


def kernel(name, case, helpers):
    writer = Writer(CUDA, case.cluster.dtypes)
    for i in range(len(case.arrays)):
        writer.names[case.cluster.symbols.argument(i)] = f"x{i}[i]"
    (result,) = case.cluster.results
    writer.write(result.root)
    helpers |= writer.helpers
    return KERNEL.format(
        name=name,
        parameters=", ".join(
            f"const {CUDA.type(x.dtype)} *x{i}" for i, x in enumerate(case.arrays)
        ),
        result=CUDA.type(result.dtype),
        statements="\n  ".join(writer.lines),
        value=writer.operand(result.root, result.dtype),
    )


@cache
def module(dtype):
    """The kernels of all functions of one dtype: one module is built faster than many."""
    helpers = {}
    kernels = [kernel(name, given(name, dtype), helpers) for name in NAMES[np.dtype(dtype).kind]]
    return Module("\n".join([cuda_prelude(), *helpers.values(), *kernels]))


@pytest.mark.parametrize(
    ("name", "dtype"), [(n, d) for d in DTYPES for n in NAMES[np.dtype(d).kind]]
)
def test_function(name, dtype):
    case = given(name, dtype)
    (y,) = case.outputs()
    launch = getattr(module(dtype), f"riesz_test_{name}")
    launch(*case.arrays, y, np.int32(y.size), grid=(-(-y.size // 128),), block=(128,))
    assert_agree(y, case.expected[0], "c" * (y.dtype.kind == "c") + name)
