"""Random formulas: printed, differentiated symbolically, and as programs, all agree."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import riesz
from riesz import grad, jvp
from riesz.protocol import elementwise

X = np.linspace(0.3, 1.7, 5)
UNARY = ("sin", "cos", "tanh", "arctan", "exp", "arcsinh", "square", "negative")
BINARY = ("add", "subtract", "multiply", "divide", "power")


@st.composite
def formulas(draw, leaves=("x", "y")):
    """A random program of steps (name, operands), an operand being an earlier step or a number."""
    number = st.sampled_from([2, -1, 0.5, -1.25, 3.0])
    steps = []
    for k in range(draw(st.integers(1, 8))):
        operand = st.one_of(st.integers(0, len(leaves) + k - 1).map(lambda i: ("v", i)), number)
        first = ("v", draw(st.integers(0, len(leaves) + k - 1)))
        if draw(st.booleans()):
            steps.append((draw(st.sampled_from(UNARY)), (first,)))
        else:
            pair = (first, draw(operand))
            steps.append((draw(st.sampled_from(BINARY)), pair[:: draw(st.sampled_from([1, -1]))]))
    return steps


def run(m, steps, *x):
    """The program on anything that `m` computes with, every value kept within bounds."""
    values = list(x)
    for name, operands in steps:
        a = [values[o[1]] if isinstance(o, tuple) else o for o in operands]
        if name == "divide":
            a[1] = 1.5 + a[1] * a[1]
        if name == "power":
            a = [1.5 + m.sin(a[0]) if not isinstance(a[0], int | float) else abs(a[0]),
                 m.tanh(a[1]) if not isinstance(a[1], int | float) else a[1]]  # fmt: skip
        values.append(m.tanh(getattr(m, name)(*a)))
    return values[-1]


@given(formulas())
def test_printed_formula_is_the_evaluated_one(steps):
    op = elementwise(lambda m, x, y: run(m, steps, x, y))
    x, y = X, np.cos(3 * X)
    assert_allclose(op(x, y), run(np, steps, x, y), rtol=1e-12)


@given(formulas())
def test_derived_partials_are_the_complex_step(steps):
    op = elementwise(lambda m, x, y: run(m, steps, x, y))
    x, y, h = X, np.cos(3 * X), 1e-20
    gx, gy = grad(lambda x, y: np.sum(op(x, y)), (0, 1))(x, y)
    assert_allclose(gx, run(np, steps, x + 1j * h, y + 0j).imag / h, rtol=1e-10, atol=1e-13)
    assert_allclose(gy, run(np, steps, x + 0j, y + 1j * h).imag / h, rtol=1e-10, atol=1e-13)


@given(formulas())
def test_formula_is_the_program_in_operators(steps):
    op = elementwise(lambda m, x, y: run(m, steps, x, y))
    x, y, u = X, np.cos(3 * X), np.sin(5 * X)
    riesz_program = lambda x: run(np, steps, x, y)  # noqa: E731
    assert_allclose(
        jvp(lambda x: op(x, y), x, u)[1], jvp(riesz_program, x, u)[1], rtol=1e-10, atol=1e-13
    )
    assert_allclose(
        riesz.hvp(lambda x: np.sum(op(x, y)), x, u),
        riesz.hvp(lambda x: np.sum(riesz_program(x)), x, u),
        rtol=1e-9,
        atol=1e-12,
    )
