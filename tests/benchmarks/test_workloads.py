"""Every workload by hand and by Riesz: the same gradient, and how long each takes."""

import numpy as np
import pytest
from workloads import LENGTHS, WORKLOADS

import riesz

EVERY = pytest.mark.parametrize("w", WORKLOADS, ids=lambda w: w.name)


def by_riesz(w, x, c):
    return riesz.value_and_grad(lambda *x: w.objective(*x, **c), argnums=tuple(range(len(x))))


@EVERY
def test_both_gradients_are_one(w):
    x, c = w.make()
    value, gradients = by_riesz(w, x, c)(*x)
    expected_value, expected = w.hand(*x, **c)
    np.testing.assert_allclose(value, expected_value, rtol=1e-10)
    for g, e in zip(gradients, expected, strict=True):
        np.testing.assert_allclose(g, e, rtol=1e-8, atol=1e-10 * np.abs(e).max())


@pytest.mark.parametrize("w", [w for w in WORKLOADS if w.hvp], ids=lambda w: w.name)
def test_both_hessian_products_are_one(w):
    (x,), _ = w.make()
    u = np.random.default_rng(1).standard_normal(x.shape)
    np.testing.assert_allclose(riesz.hvp(w.objective, x, u), w.hvp(x, u), rtol=1e-9, atol=1e-9)


@EVERY
@pytest.mark.parametrize("who", ["forward", "hand", "riesz"])
def test_speed(benchmark, w, who):
    x, c = w.make()
    calls = {"forward": w.objective, "hand": w.hand, "riesz": lambda *x, **c: by_riesz(w, x, c)(*x)}
    benchmark.group = w.name
    benchmark(calls[who], *x, **c)


@pytest.mark.parametrize("w", LENGTHS, ids=lambda w: w.name)
def test_speed_of_long_chains(benchmark, w):
    x, c = w.make()
    benchmark.extra_info["nodes"] = c["nodes"]
    benchmark.pedantic(by_riesz(w, x, c), x, rounds=3, warmup_rounds=1)
