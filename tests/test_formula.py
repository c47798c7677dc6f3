"""Formulas: traced once, shared, differentiated symbolically, printed for the situation."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

import riesz
from riesz import InvalidType, InvalidValue, grad, jvp
from riesz.formula import python
from riesz.formula.expression import Symbols, topological
from riesz.formula.formula import trace
from riesz.formula.situation import Situation
from riesz.operators import arithmetic, elementary
from riesz.protocol import elementwise
from riesz.protocol.elementwise import MOST_FORMULAS

X = np.linspace(0.3, 1.7, 5)


def situation(*active, complex=False):
    n = len(active)
    return Situation(active, (complex,) * n, (True,) * n, complex)


def adjoint(op, *active, complex=False, **static):
    return python.adjoint(op.formula(**static), situation(*active, complex=complex))


# --- expressions ----------------------------------------------------------------------------------


def test_equal_expressions_are_one_node():
    m = Symbols()
    x = m.argument(0)
    assert m.sin(x) is m.sin(x)
    assert x * 2 + 1 is x * 2 + 1
    assert m.sin(x) is not m.cos(x)


def test_numbers_of_different_type_are_different_nodes():
    m = Symbols()
    x = m.argument(0)
    assert x * 2 is not x * 2.0
    assert x * 1 is not x * True
    assert x * 0.0 is not x * -0.0


def test_shared_subexpressions_stay_shared():
    m = Symbols()
    y = m.argument(0)
    for _ in range(64):
        y = y * y + 1  # written out, 2^64 products
    assert len(topological([y])) == 1 + 2 * 64


def test_shared_subexpressions_are_computed_once():
    def tower(m, x):
        for _ in range(40):
            x = 0.5 * (m.sin(x) * x + x)
        return x

    op = elementwise(tower)
    printed = python.forward(op.formula())
    assert printed.source.count("\n") < 120
    value = X
    for _ in range(40):
        value = 0.5 * (np.sin(value) * value + value)
    assert_allclose(op(X), value)


def test_deep_formulas_are_printed():
    def deep(m, x):
        for _ in range(400):
            x = m.sin(x)
        return x

    value, slope = X, np.ones(5)
    for _ in range(400):
        value, slope = np.sin(value), slope * np.cos(value)
    op = elementwise(deep)
    assert_allclose(op(X), value)
    assert_allclose(grad(lambda x: np.sum(op(x)))(X), slope)


def test_choice_on_a_symbol_is_refused():
    @elementwise
    def branching(m, x):
        return x if x > 0 else -x

    with pytest.raises(InvalidType, match=r"m\.where"):
        branching(X)


def test_functions_of_numpy_are_those_of_the_vocabulary():
    @elementwise
    def gauss(m, x):
        return np.sqrt(0.5) * np.exp(-np.float64(0.5) * x * x)

    assert_allclose(gauss(X), np.sqrt(0.5) * np.exp(-0.5 * X * X))
    riesz.check_grads(gauss, X)


@pytest.mark.parametrize(
    "f", [np.frexp, lambda x: np.add.outer(x, x), lambda x: np.add(x, 1, dtype=np.float32)]
)
def test_other_functions_of_numpy_are_refused(f):
    @elementwise
    def unknown(m, x):
        return f(x)

    with pytest.raises(InvalidType, match=r"m\.exp"):
        unknown(X)


def test_a_formula_without_m_is_refused():
    with pytest.raises(InvalidType, match=r"def half\(m, x\)"):

        @elementwise
        def half(x):
            return x / 2


def test_the_formula_is_named_where_it_is_given_too_much():
    @elementwise
    def half(m, x):
        return x / 2

    with pytest.raises(TypeError, match=r"half\(\) takes 1 positional argument but 2 were given"):
        half(X, X)


def test_name_outside_the_vocabulary_is_refused():
    @elementwise
    def unknown(m, x):
        return m.frobnicate(x)

    with pytest.raises(InvalidValue, match="frobnicate"):
        unknown(X)


def test_wrong_number_of_partials_is_refused():
    @elementwise
    def short(m, x, y):
        return x * y, y

    with pytest.raises(InvalidValue, match="2 partial"):
        short(X, X)


# --- printing -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("op", "reads"),
    [
        (arithmetic.add, ()),
        (arithmetic.subtract, ()),
        (arithmetic.multiply, ("x0", "x1")),
        (elementary.exp, ("y",)),
        (elementary.tanh, ("y",)),
        (elementary.sqrt, ("y",)),
        (elementary.sin, ("x0",)),
        (elementary.log, ("x0",)),
    ],
    ids=lambda p: getattr(p, "name", None),
)
def test_only_what_the_adjoint_reads_is_saved(op, reads):
    assert sorted(adjoint(op, *(True,) * op.arity).reads) == sorted(reads)


def test_only_active_arguments_are_read():
    assert adjoint(arithmetic.multiply, True, False).reads == ("x1",)
    assert adjoint(arithmetic.multiply, False, True).reads == ("x0",)


def test_inactive_exponent_does_not_pay_for_a_logarithm():
    assert "log" not in adjoint(arithmetic.power, True, False).calls
    assert "log" in adjoint(arithmetic.power, False, True).calls


def test_square_of_negative_numbers_needs_no_logarithm():
    x = np.array([-2.0, -1.0, 0.0])
    for exponent in (2, 2.0, np.int64(2), np.float64(2.0), np.array(2.0)):
        assert_allclose(grad(lambda x, p=exponent: np.sum(x**p))(x), 2 * x)


def test_real_code_does_not_conjugate():
    for op in (arithmetic.multiply, elementary.exp, elementary.sin, arithmetic.divide):
        flags = (True,) * op.arity
        assert "conj" not in adjoint(op, *flags).source
        assert "conj" in adjoint(op, *flags, complex=True).source


def test_matching_spaces_need_no_projection():
    s = Situation((True, True), (False, False), (True, False), False)
    printed = python.adjoint(arithmetic.multiply.formula(), s)
    assert printed.source.count("to_space") == 1
    assert "X1" in printed.reads
    assert "X0" not in printed.reads


@pytest.mark.parametrize(
    "number",
    [
        2,
        -2,
        0.1,
        -0.5,
        1e300,
        1e-300,
        float("inf"),
        -float("inf"),
        2 + 3j,
        -1j,
        np.float64(-2.5),
        True,
    ],
)
def test_numbers_are_printed_exactly(number):
    printed = python.number(number)
    assert eval(printed) == number


def test_nan_is_printed():
    assert np.isnan(eval(python.number(float("nan"))))


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (lambda m, x: (-2.0) ** x, lambda x: (-2.0) ** x),
        (lambda m, x: -(x**2), lambda x: -(x**2)),
        (lambda m, x: (-x) ** 2, lambda x: (-x) ** 2),
        (lambda m, x: x - (x - 1), lambda x: x - (x - 1)),
        (lambda m, x: x / (x / 2), lambda x: x / (x / 2)),
        (lambda m, x: 2 ** (x**2), lambda x: 2.0 ** (x**2)),
        (lambda m, x: x * -1.5 - -1, lambda x: x * -1.5 + 1),
        (lambda m, x: m.where(x > 1, -x, 1 / x), lambda x: np.where(x > 1, -x, 1 / x)),
        (lambda m, x: x * (x > 1), lambda x: x * (x > 1)),
    ],
    ids=range(9),
)
def test_precedence_survives_printing(formula, expected):
    formula.__name__ = "formula"
    x = np.array([1.0, 2.0, 3.0])
    assert_allclose(elementwise(formula)(x), expected(x))


# --- symbolic partials ----------------------------------------------------------------------------

STATED = [
    (op, (True,) * op.arity)
    for op in (elementary.tanh, elementary.log1p, elementary.arctan, elementary.sinc,
               arithmetic.divide, arithmetic.hypot, elementary.logaddexp, elementary.arctan2,
               arithmetic.power)
]  # fmt: skip


@pytest.mark.parametrize(("op", "active"), STATED, ids=[op.name for op, _ in STATED])
def test_derived_partials_of_a_composition(op, active):
    """phi(sin x, ...) stated as a formula without partials, against the composed program."""

    def composed(m, *x):
        return op.function(m, *(m.sin(v) for v in x))[0]

    m = Symbols()
    x = tuple(m.argument(i) for i in range(op.arity))
    value = composed(m, *x)
    from riesz.formula.partial import derive

    partials, holomorphic = derive(m, value, x)
    assert len(partials) == op.arity
    assert holomorphic
    whole = _as_operator(composed, op.arity)
    points = (X, X[::-1] + 0.5)[: op.arity]
    expected = grad(lambda *p: np.sum(op(*map(np.sin, p))), tuple(range(op.arity)))(*points)
    given = grad(lambda *p: np.sum(whole(*p)), tuple(range(op.arity)))(*points)
    for g, e in zip(given, expected, strict=True):
        assert_allclose(g, e, rtol=1e-12)


def _as_operator(function, arity):
    if arity == 1:
        return elementwise(lambda m, x: function(m, x))
    return elementwise(lambda m, x, y: function(m, x, y))


def test_partial_of_what_is_locally_constant():
    def step(m, x):
        return m.floor(x) * x

    op = elementwise(step)
    assert_allclose(grad(lambda x: np.sum(op(x)))(X), np.floor(X))


def test_formula_of_constants_is_constant():
    assert trace(lambda m, x: m.floor(x), 1, {}).constant
    assert trace(lambda m, x: x > 0, 1, {}).constant
    assert not trace(lambda m, x: m.where(x > 0, x, 0), 1, {}).constant


def test_real_valued_functions_in_a_composition_are_not_holomorphic():
    @elementwise
    def energy(m, z):
        return m.absolute(z) ** 2

    with pytest.raises(InvalidType, match="State them"):
        grad(lambda z: np.sum(energy(z)))(X + 1j)
    assert_allclose(grad(lambda x: np.sum(energy(x)))(X), 2 * X)


def test_static_parameters_make_formulas_of_their_own():
    @elementwise
    def scaled(m, x, *, c=2.0):
        return m.sin(c * x)

    assert_allclose(scaled(X), np.sin(2 * X))
    assert_allclose(scaled(X, c=3.0), np.sin(3 * X))
    assert_allclose(grad(lambda x: np.sum(scaled(x, c=3.0)))(X), 3 * np.cos(3 * X))
    assert_allclose(jvp(lambda x: scaled(x), X, np.ones(5))[1], 2 * np.cos(2 * X))


def test_what_is_kept_of_a_changing_parameter_is_bounded():
    op = elementwise(lambda m, x, *, p: x**p)
    for p in range(1, 3 * MOST_FORMULAS):
        assert_allclose(grad(lambda x, p=p: op(x, p=p / 7))(2.0), p / 7 * 2 ** (p / 7 - 1))
    assert max(map(len, (op._formulas, *op.remembered))) <= MOST_FORMULAS


@pytest.mark.parametrize("zero", [0, 0.0, 0j])
def test_a_partial_may_be_zero(zero):
    op = elementwise(lambda m, x, y: (x * x, 2 * x, zero))
    f = lambda x, y: np.sum(op(x, 2 * y))  # noqa: E731
    for of in (grad(f, (0, 1)), riesz.compile(grad(f, (0, 1)))):
        assert_allclose(of(X, X), (2 * X, 0 * X))
    assert_allclose(grad(lambda y: f(X, y))(3.0), 0)  # a number, broadcast
    assert_allclose(jvp(lambda y: op(X, y), X, X)[1], 0 * X)


@pytest.mark.parametrize("value", [3.0, (3.0, 0), None])
def test_a_formula_of_nothing_is_refused(value):
    with pytest.raises(InvalidType, match="not made of its arguments"):
        elementwise(lambda m, x: value)(X)


def test_a_formula_is_not_made_of_arrays():
    with pytest.raises(InvalidType, match=r"array of shape \(5,\)"):
        elementwise(lambda m, x: x * X)(X)
    with pytest.raises(InvalidType, match="any number"):
        elementwise(lambda m, *x: sum(x))


@pytest.mark.parametrize("p", [[1], X, np.array(2.0)])
def test_a_parameter_that_is_no_constant_is_named(p):
    op = elementwise(lambda m, x, *, q=1, p: x**p)
    with pytest.raises(InvalidType, match="given p="):
        op(X, p=p)
    with pytest.raises(InvalidType, match=r"given p=traced"):
        grad(lambda p: np.sum(op(X, p=p)))(2.0)
    with pytest.raises(InvalidType, match=r"takes 1 array\(s\), but was given 2"):
        op(X, X, p=2)
