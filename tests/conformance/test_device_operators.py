"""Every operator on a strict device: what NumPy computes, and nothing crosses the border.

Value, adjoint, tangent, second derivatives and the compiled program of each, at every sample; or an
`UnsupportedOperator` that names the operator, the backend and what it lacks.
"""

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

import riesz
from riesz.backend.absence import PARTS
from riesz.conformance import Draw
from riesz.conformance.application import Application, pull, random_like
from riesz.conformance.tolerance import tolerance
from riesz.errors import UnsupportedOperator
from riesz.registry import registry
from riesz.tree import flatten

registry.load()
OPERATORS = sorted(registry.operators)
DTYPES = {True: ("float64", "complex128"), False: ("float32", "complex64")}

#: What only SciPy computes, on the host.
HOST = {"solve_banded", "sparse_matmul", "sqrtm"}
#: What NumPy or SciPy computes in double: always, for integer arguments, or when asked to.
WIDENING = {
    "astype", "betainc", "float_power", "gammainc", "gammaincc", "lambertw_branch", "polygamma",
    "power", "wofz",
}  # fmt: skip
#: Rules that choose by a value, which waits for the device.
READS_NUMBERS = {"adjugate", "det"}
#: Compiled with a mask as a constant: the count of its entries is a shape.
COUNTS_MASKS = {"index_add", "index_set", "scatter", "getitem"}


def samples(op, device):
    double = device.backend.device.double
    for dtype in DTYPES[double][
        : 1 if op.real_only or device.backend.name == "loopback_bare" else 2
    ]:
        for sample in registry.samples[op.name](Draw(np.dtype(dtype))):
            if all(device.backend.device.admits(np.asarray(x).dtype) for x in sample.x):
                yield np.dtype(dtype), sample


def programs(F, u, a):
    """What is computed of an operator: functions of its points, a direction and a covector."""
    yield lambda x, u, a: F.results(*x)
    yield riesz.compile(lambda x, u, a: F.results(*x))
    if F.op.constant or not F.points:
        return
    yield lambda x, u, a: pull(F, x, a)
    yield lambda x, u, a: riesz.jvp(F, x, u)[1]
    yield lambda x, u, a: riesz.jvp(lambda *x: pull(F, x, a), x, u)[1]
    yield lambda x, u, a: pull(lambda *x: pull(F, x, a), x, u)
    yield riesz.compile(lambda x, u, a: pull(F, x, a))
    yield riesz.compile(lambda x, u, a: riesz.jvp(F, x, u)[1])


def agree(given, expected, dtype):
    for g, e in zip(flatten(given)[0], flatten(expected)[0], strict=True):
        e = np.asarray(e)
        assert (g.shape, g.dtype) == (e.shape, e.dtype)
        rtol = 10 * max(tolerance(t).agreement for t in (e.dtype, dtype) if t.kind in "fc")
        np.testing.assert_allclose(g, e, rtol=rtol, atol=rtol)


def computed(program, *x):
    with np.errstate(all="ignore"):
        return program(*x)


def run(op, device):
    """How many programs ran, and what the others raised that the device cannot run."""
    ran, refusals = 0, []
    for dtype, sample in samples(op, device):
        F = Application(op, sample)
        D = Application(op, replace(sample, x=device.put(sample.x)))
        with np.errstate(all="ignore"):
            u, a = (random_like(y, np.random.default_rng(1)) for y in (F.points, F(*F.points)))
        fits = all(device.backend.device.admits(v.dtype) for v in a)
        x = (D.points, *device.put((u, a))) if fits else (D.points, None, None)
        pairs = zip(programs(F, u, a), programs(D, u, a), strict=True)
        for here, there in pairs if fits else islice(pairs, 2):
            try:
                y = computed_there(op, there, device, x)
            except UnsupportedOperator as refusal:
                refusals.append(refusal)
                continue
            agree(device.get(y), computed(here, F.points, u, a), dtype)
            ran += 1
    return ran, refusals


def computed_there(op, program, device, x):
    """The result, without any copy between host and device."""
    with device.transfers() as crossed:
        y = computed(program, *x)
    assert (crossed.up, crossed.down) == (0, 0)
    assert not crossed.scalars or op.name in READS_NUMBERS | COUNTS_MASKS
    return y


@pytest.mark.parametrize("name", OPERATORS)
def test_operator(name, device):
    ran, refusals = run(registry.operators[name], device)
    assert (ran == 0) == bool(refusals) == (name in HOST)
    for refusal in refusals:
        assert str(refusal).startswith(f"{name} cannot run on the backend 'loopback': ")


@pytest.mark.parametrize("name", OPERATORS)
def test_operator_without_double_precision(name, single):
    ran, refusals = run(registry.operators[name], single)
    assert ran or name in WIDENING | HOST | {"quantile_place"}  # whose arguments are doubles
    assert not refusals or name in WIDENING | HOST
    assert all("loopback_single" in str(refusal) for refusal in refusals)


@pytest.mark.parametrize("name", OPERATORS)
def test_operator_on_a_bare_device(name, bare):
    """Without fft, linalg and special functions: what needs one says which, and the rest runs."""
    ran, refusals = run(registry.operators[name], bare)
    assert ran or refusals
    for refusal in refusals:
        assert refusal.operator
        assert "'loopback_bare'" in str(refusal)
        assert name in HOST or any(f"xp.{part}" in str(refusal) for part in PARTS)
