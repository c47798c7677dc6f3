"""The mistakes one makes when writing an operator: each is named where it is made."""

import numpy as np
import pytest

import riesz
from riesz import InvalidType, InvalidValue

M = np.arange(24.0).reshape(6, 4) / 10
X = np.linspace(0.5, 2.0, 4)


def projection(kind=riesz.linear, **mistakes):
    """y = M x, with other rules in the place of the right ones."""
    rules = {
        "forward": lambda xp, x: M @ x,
        "adjoint": lambda xp, a, X: M.T @ a,
        "metric": lambda X: riesz.Space((6,), X.dtype),
    }
    return kind(type("projection", (), rules | mistakes))


def squares(op):
    return lambda x: np.sum(op(x) ** 2)


@pytest.mark.parametrize(
    "mistake",
    [
        {"forward": lambda x: M @ x},
        {"forward": lambda self, xp, x: M @ x},
        {"forward": lambda xp, x, *, h=1.0: M @ x},
        {"adjoint": lambda xp, a: M.T @ a},
        {"adjoint": lambda xp, a, y, x: M.T @ a},
        {"metric": lambda: riesz.Space((6,))},
        {"tangent": lambda xp, u, x: M @ u[0]},
    ],
    ids=["no xp", "self", "keyword", "no X", "y of a linear map", "no space", "no y"],
)
def test_rules_of_other_parameters_are_refused_when_declared(mistake):
    with pytest.raises(InvalidType, match=r"adjoint\(xp, a, \*X\), .*|without self"):
        projection(**mistake)


def test_rules_with_self_throughout_are_refused_too():
    with pytest.raises(InvalidType, match="without self"):
        projection(
            forward=lambda self, xp, x: M @ x,
            adjoint=lambda self, xp, a, X: M.T @ a,
            metric=lambda self, X: riesz.Space((6,)),
        )


def test_rules_may_take_any_number_and_any_keyword():
    op = projection(
        forward=lambda xp, *x, h=1.0: h * (M @ x[0]),
        adjoint=lambda xp, a, X, *, h: h * (M.T @ a),
        metric=lambda X, **static: riesz.Space((6,), X.dtype),
    )
    np.testing.assert_allclose(riesz.grad(lambda x: np.sum(op(x, h=2.0)))(X), 2 * M.sum(axis=0))


@pytest.mark.parametrize("kind", [riesz.linear, riesz.multilinear], ids=lambda k: k.__name__)
def test_an_adjoint_that_forgets_to_return_is_no_zero(kind):
    with pytest.raises(InvalidType, match="adjoint of projection returned None"):
        riesz.grad(squares(projection(kind, adjoint=lambda xp, a, X: None)))(X)


@pytest.mark.parametrize(
    ("metric", "message"),
    [
        (lambda X: X, r"shape \(4,\), float64, but its forward returned shape \(6,\), float64"),
        (lambda X: riesz.Space((6,), np.float32), "float32, but its forward returned .* float64"),
        (lambda X: None, "metric of projection returned None"),
        (lambda X: (6,), r"metric of projection returned \(6,\)"),
    ],
    ids=["shape", "dtype", "None", "tuple"],
)
@pytest.mark.parametrize(
    "use",
    [riesz.check_grads, lambda op, x: riesz.compile(squares(op))(x)],
    ids=["checked", "compiled"],
)
def test_a_metric_that_does_not_tell_the_result_is_named(metric, message, use):
    with pytest.raises((InvalidType, InvalidValue), match=message):
        use(projection(metric=metric), X)


def written_into(xp, x, *_):
    x *= 2
    return x


@pytest.mark.parametrize("rule", ["forward", "adjoint"])
def test_a_rule_that_writes_into_what_it_is_given_is_named(rule):
    rules = {"forward": lambda xp, x: 2 * x, "adjoint": lambda xp, a, X: 2 * a}
    rules[rule] = written_into if rule == "forward" else lambda xp, a, X: written_into(xp, a)
    x = X.copy()
    with pytest.raises(ValueError, match="read-only") as caught:
        riesz.check_grads(projection(**rules, metric=lambda X: X), x)
    assert "In a rule of projection" in caught.value.__notes__[0]
    assert "into a copy" in caught.value.__notes__[0]
    np.testing.assert_array_equal(x, X)
    assert x.flags.writeable


def test_a_program_may_reuse_an_array_between_its_steps():
    work = np.empty(4)

    def program(x):
        for k in range(3):
            work[:] = k
            x = x + projection(metric=lambda X: riesz.Space((6,), X.dtype))(work + x)[:4]
        return x

    riesz.check_grads(program, X)
    assert work.flags.writeable


@pytest.mark.parametrize("use", [riesz.grad, riesz.compile], ids=lambda f: f.__name__)
def test_an_error_inside_a_rule_says_in_which_operator(use):
    op = projection(adjoint=lambda xp, a, X: M @ a, forward=lambda xp, x: M @ M @ x)
    with pytest.raises(ValueError, match="matmul") as caught:
        use(squares(op))(X)
    assert "In a rule of projection, given shapes (4,)" in caught.value.__notes__[-1]


@pytest.mark.parametrize("call", [lambda op: op(), lambda op: op(X, X), lambda op: op(x=X)])
def test_a_call_with_another_number_of_arrays_is_refused(call):
    with pytest.raises(InvalidType, match="projection takes 1 array"):
        call(projection())


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        (lambda m, x: m.lgo(x), "Did you mean 'log'"),
        (lambda m, x: float(x), "m.exp"),
        (lambda m, x: __import__("math").exp(x), "m.exp"),
    ],
    ids=["unknown", "float", "math"],
)
def test_what_a_formula_cannot_call_is_named(formula, message):
    with pytest.raises((InvalidType, InvalidValue), match=message):
        riesz.elementwise(formula)(X)


def test_a_class_is_no_formula():
    with pytest.raises(InvalidType, match="takes no array"):
        riesz.elementwise(type("rules", (), {}))
