"""Compiled equals eager: every operator at every sample, forward, vjp and jvp."""

import numpy as np
import pytest

import riesz
from riesz.calculus.check import size
from riesz.conformance import Draw
from riesz.conformance.application import Application, pull, random_like
from riesz.conformance.tolerance import tolerance
from riesz.registry import registry

registry.load()
OPERATORS = sorted(registry.operators)
REAL, COMPLEX = ("float32", "float64"), ("complex64", "complex128")

#: Operators whose results have a shape that depends on values: no plan can be made, and it says so.
UNKNOWN_SHAPES = {}


def cells():
    for name in OPERATORS:
        for dtype in REAL if registry.operators[name].real_only else REAL + COMPLEX:
            yield pytest.param(name, dtype, id=f"{name}-{dtype}")


def agree(given, expected, dtype):
    given, expected = (y if isinstance(y, tuple) else (y,) for y in (given, expected))
    assert len(given) == len(expected)
    for g, e in zip(given, expected, strict=True):
        g, e = np.asarray(g), np.asarray(e)
        assert (g.shape, g.dtype) == (e.shape, e.dtype)
        if e.dtype.kind in "biu":
            assert np.array_equal(g, e)
            continue
        assert np.array_equal(np.isfinite(g), np.isfinite(e))
        error = size((np.where(np.isfinite(e), g - e, 0),))
        # Below 1e-3 the rounding of operands shows.
        scale = size((np.where(np.isfinite(e), e, 0),)) + 1e-2
        coarsest = max(tolerance(e.dtype).agreement, tolerance(dtype).agreement)
        assert error <= coarsest * scale


@pytest.mark.parametrize(("name", "dtype"), list(cells()))
def test_compiled_equals_eager(name, dtype, backend_name):
    op = registry.operators[name]
    for sample in registry.samples[name](Draw(np.dtype(dtype))):
        F = Application(op, sample)
        with np.errstate(all="ignore"):
            y = F.results(*F.points)
            compiled = riesz.compile(F.results, backend=backend_name)
            agree(compiled(*F.points), y, dtype)
            agree(compiled(*F.points), y, dtype)  # buffers are used again
            if op.constant or not F.points:
                continue
            u = random_like(F.points, np.random.default_rng(1))
            a = random_like(F(*F.points), np.random.default_rng(2))

            def forward(x, u, F=F):
                return riesz.jvp(F, x, u)[1]

            def reverse(x, a, F=F):
                return pull(F, x, a)

            agree(riesz.compile(forward, backend_name)(F.points, u), forward(F.points, u), dtype)
            agree(riesz.compile(reverse, backend_name)(F.points, a), reverse(F.points, a), dtype)


def second(F, x, u, a):
    """The derivative of the adjoint along u."""
    return riesz.jvp(lambda *x: pull(F, x, a), x, u)[1]


@pytest.mark.parametrize("name", OPERATORS)
def test_second_derivatives(name, backend_name):
    op = registry.operators[name]
    for sample in registry.samples[name](Draw(np.dtype("float64"))):
        F = Application(op, sample)
        if op.constant or not F.points:
            continue
        u = random_like(F.points, np.random.default_rng(1))
        a = random_like(F(*F.points), np.random.default_rng(2))
        compiled = riesz.compile(lambda x, u, a, F=F: second(F, x, u, a), backend_name)
        with np.errstate(all="ignore"):
            agree(compiled(F.points, u, a), second(F, F.points, u, a), "float64")
