"""Random programs: reverse, forward and numerical derivatives of any of them agree."""

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes
from numpy.testing import assert_allclose

from riesz import grad, hvp, jvp, value_and_grad, vjp

# Every step keeps values bounded, and is analytic, so that the complex step is exact.
STEPS = {
    "sin": lambda v: np.sin(v),
    "tanh": lambda v: np.tanh(v),
    "gauss": lambda v: np.exp(-0.5 * v**2),
    "log": lambda v: np.log(3.0 + np.sin(v)),
    "sqrt": lambda v: np.sqrt(2.0 + np.cos(v)),
    "reciprocal": lambda v: 1.0 / (2.0 + np.sin(v)),
    "scaled": lambda v: 0.5 - 1.5 * np.sin(v) / 2,
    "reversed": lambda v: v[::-1] if v.ndim else -v,
    "transposed": lambda v: np.transpose(v) * 1.0,
    "flattened": lambda v: np.reshape(np.tanh(v), (-1,)),
    "rolled": lambda v: np.roll(v, 1),
    "first row": lambda v: v[:1] * 2.0 if v.ndim else v * 2.0,
    "all but one": lambda v: np.sin(v)[..., 1:] if v.ndim else v,
    "mean": lambda v: np.mean(v, axis=-1, keepdims=True) if v.ndim and v.size else v,
    "sum": lambda v: np.tanh(np.sum(v)),
    "stacked": lambda v: np.stack([v, np.sin(v)]),
    "new axis": lambda v: v[None] - 0.1,
    "picked": lambda v: v[np.zeros(3, int)] if v.shape[:1] > (0,) else v,
}
PAIRS = {
    "plus": lambda v, w: np.tanh(v + w),
    "minus": lambda v, w: v - np.sin(w),
    "times": lambda v, w: np.sin(v) * np.cos(w),
    "over": lambda v, w: np.sin(v) / (2.0 + np.cos(w)),
    "power": lambda v, w: (2.0 + np.sin(v)) ** np.sin(w),
    "where": lambda v, w: np.where(np.real(v) > 0, np.sin(v), np.tanh(w)),
    "joined": lambda v, w: np.concatenate([np.ravel(v), np.ravel(w)]),
    "inner": lambda v, w: np.tanh(np.dot(np.ravel(v), np.ravel(v) * 0.1) + np.sum(np.sin(w))),
}


@st.composite
def programs(draw):
    """The shapes of two arguments, and steps (name, operands) on all values computed so far."""
    shape = draw(array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3))
    other = draw(st.integers(0, len(shape))) if shape else 0
    narrow = tuple(1 if draw(st.booleans()) else n for n in shape[other:])
    steps = []
    for k in range(draw(st.integers(1, 10))):
        value = st.integers(0, k + 1)
        if draw(st.booleans()):
            steps.append((draw(st.sampled_from(sorted(STEPS))), (draw(value),)))
        else:
            steps.append((draw(st.sampled_from(sorted(PAIRS))), (draw(value), draw(value))))
    return shape, narrow, steps


def broadcast_together(v, w):
    try:
        np.broadcast_shapes(np.shape(v), np.shape(w))
    except ValueError:
        return False
    return True


def run(steps, *x):
    """A number that depends on every value of the program."""
    values = list(x)
    for name, operands in steps:
        chosen = [values[i] for i in operands]
        if name in STEPS:
            y = STEPS[name](*chosen)
        elif broadcast_together(*chosen) or name in ("joined", "inner"):
            y = PAIRS[name](*chosen)
        else:
            y = np.sin(chosen[0])
        values.append(y if y.size <= 200 else np.mean(y))
    return sum(np.sum(np.sin(v)) / (1.0 + k) for k, v in enumerate(values))


def points(shapes, seed=0):
    rng = np.random.default_rng(seed)
    return tuple(rng.uniform(0.2, 1.5, s) for s in shapes)


@given(programs())
def test_reverse_and_forward_are_the_complex_step(program):
    *shapes, steps = program
    x, u = points(shapes), points(shapes, 1)
    value, g = value_and_grad(lambda *x: run(steps, *x), (0, 1))(*x)
    y, slope = jvp(lambda *x: run(steps, *x), x, u)
    stepped = run(steps, *(p + 1e-20j * v for p, v in zip(x, u, strict=True))).imag / 1e-20
    paired = sum(np.vdot(p, q) for p, q in zip(g, u, strict=True))
    assert value == y == run(steps, *x)
    assert_allclose(paired, slope, rtol=1e-11, atol=1e-13)
    assert_allclose(slope, stepped, rtol=1e-10, atol=1e-12)
    assert [p.shape for p in g] == list(shapes)


@given(programs())
@settings(max_examples=50)
def test_hessian_product_is_a_derivative_of_gradients_in_every_mode(program):
    *shapes, steps = program
    x, u = points(shapes), points(shapes, 1)

    def f(*x):
        return run(steps, *x)

    gradient = grad(f, (0, 1))
    forward_over_reverse = hvp(f, x, u)
    reverse_over_forward = grad(lambda *x: jvp(f, x, u)[1], (0, 1))(*x)
    reverse_over_reverse = grad(
        lambda *x: sum(np.sum(p * q) for p, q in zip(gradient(*x), u, strict=True)), (0, 1)
    )(*x)
    h = 1e-5
    ahead, behind = (gradient(*(p + s * v for p, v in zip(x, u, strict=True))) for s in (h, -h))
    for i in range(2):
        assert_allclose(reverse_over_forward[i], forward_over_reverse[i], rtol=1e-9, atol=1e-11)
        assert_allclose(reverse_over_reverse[i], forward_over_reverse[i], rtol=1e-9, atol=1e-11)
        numerical = (ahead[i] - behind[i]) / (2 * h)
        assert_allclose(forward_over_reverse[i], numerical, rtol=1e-5, atol=1e-7)


@given(programs())
@settings(max_examples=50)
def test_single_precision_stays_and_agrees(program):
    *shapes, steps = program
    x = points(shapes)
    narrow = tuple(p.astype(np.float32) for p in x)
    value, g = value_and_grad(lambda *x: run(steps, *x), (0, 1))(*narrow)
    assert value.dtype == np.float32
    for given_, expected in zip(g, grad(lambda *x: run(steps, *x), (0, 1))(*x), strict=True):
        assert given_.dtype == np.float32
        assert_allclose(given_, expected, rtol=1e-3, atol=1e-3)


@given(programs())
@settings(max_examples=50)
def test_complex_points_pair_in_the_real_part(program):
    *shapes, steps = program
    z = tuple(p + 0.3j * q for p, q in zip(points(shapes), points(shapes, 2), strict=True))
    u = tuple(p - 1j * q for p, q in zip(points(shapes, 3), points(shapes, 4), strict=True))

    def f(*z):
        y = run(steps, *z)
        return y.real + 2.0 * y.imag

    g, slope = grad(f, (0, 1))(*z), jvp(f, z, u)[1]
    paired = sum(np.vdot(p, q).real for p, q in zip(g, u, strict=True))
    assert_allclose(paired, slope, rtol=1e-11, atol=1e-12)
    h = 1e-6
    ahead, behind = (f(*(p + s * v for p, v in zip(z, u, strict=True))) for s in (h, -h))
    assert_allclose(slope, (ahead - behind) / (2 * h), rtol=1e-5, atol=1e-6)


# --- nesting --------------------------------------------------------------------------------------


def forward(f):
    return lambda x: jvp(f, x, np.ones(np.shape(x)))[1]


def pulled(f):
    return lambda x: vjp(f, x)[1](np.float64(1.0))


@given(programs(), st.lists(st.sampled_from([grad, forward, pulled]), min_size=1, max_size=3))
@settings(max_examples=60)
def test_any_nesting_of_modes_is_the_derivative_of_that_order(program, modes):
    """Against Cauchy's integral: f^(n)(t) = n! / (N r^n) sum_k f(t + r w^k) w^(-nk)."""
    *shapes, steps = program
    x, u = points(shapes), points(shapes, 1)

    def along(t):
        return run(steps, *(p + t * v for p, v in zip(x, u, strict=True)))

    derivative = along
    for D in modes:
        derivative = D(derivative)
    n, r, w = len(modes), 0.02, np.exp(2j * np.pi * np.arange(16) / 16)
    integral = np.mean([along(r * wk) * wk**-n for wk in w]).real * math.factorial(n) / r**n
    scale = sum(abs(along(r * wk)) for wk in w) / 16
    assert_allclose(
        derivative(np.float64(0.0)), integral, rtol=1e-7, atol=1e-12 * (1 + scale) / r**n
    )
