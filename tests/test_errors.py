"""What cannot be differentiated says so: a `RieszError`, the matching built-in, and what to do."""

import math
import pickle

import numpy as np
import pytest
import scipy.integrate
import scipy.interpolate
import scipy.optimize
import scipy.sparse
import scipy.spatial.distance

import riesz
from riesz import (
    InvalidType,
    InvalidValue,
    RieszError,
    UnsupportedOperator,
    derivative,
    grad,
    hvp,
    jvp,
    value_and_grad,
    vjp,
)

X = np.array([1.0, 2.0, 3.0])


def refusal(error, f, x=X):
    """The message of what grad(f) raises: a RieszError and the built-in `error`."""
    with pytest.raises(error) as caught:
        grad(f)(x)
    assert isinstance(caught.value, RieszError)
    return str(caught.value)


# --- leaving the array world ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("f", "use"),
    [
        (lambda x: float(np.sum(x)) * 2.0, "stop_gradient"),
        (lambda x: float(x[0]), "stop_gradient"),
        (lambda x: complex(x[0]).real, "stop_gradient"),
        (lambda x: math.sin(x[0]), "np.sin"),
        (lambda x: math.exp(np.sum(x)), "np.sin"),
        (lambda x: np.sum(x).item(), "stop_gradient"),
        (lambda x: sum(x.tolist()), "stop_gradient"),
        (lambda x: np.sum(np.array([x[0], x[1]])), "np.stack"),
        (lambda x: np.sum(np.array(x)), "stop_gradient"),
        (lambda x: np.sum(np.asarray(x)), "x itself"),
    ],
    ids=["float", "float of an entry", "complex", "math.sin", "math.exp", "item", "tolist",
         "np.array of entries", "np.array", "np.asarray"],
)  # fmt: skip
def test_detached_constants_are_refused(f, use):
    assert use in refusal(TypeError, f)


def by_a_solver(x):
    return scipy.integrate.solve_ivp(lambda t, y: -y * x[0], (0, 1), [1.0]).y[0, -1]


@pytest.mark.parametrize(
    ("f", "use"),
    [
        (by_a_solver, "riesz.scan"),
        (by_a_solver, "riesz.scipy.integrate has odeint"),
        (lambda x: scipy.integrate.simpson(x), "np.trapezoid"),
        (lambda x: scipy.integrate.quad(lambda s: s * x[0], 0, 1)[0], "np.trapezoid"),
        (lambda x: scipy.optimize.minimize(lambda z: sum((z - x[0]) ** 2), [0.0]).x, "riesz.root"),
        (lambda x: scipy.sparse.diags([x], [0]).sum(), "riesz.sparse(S, data=x)"),
        (lambda x: scipy.interpolate.CubicSpline(np.arange(3), x)(0.5), "np.interp"),
        (lambda x: np.sum(scipy.spatial.distance.cdist(x[None], x[None])), "riesz.operator"),
    ],
    ids=["solve_ivp", "not odeint", "simpson", "quad", "minimize", "diags", "CubicSpline", "cdist"],
)
def test_functions_of_scipy_without_a_substitute_are_refused(f, use):
    text = refusal(TypeError, f)
    assert use in text
    assert text.startswith("scipy.")
    assert "Or " not in text


@pytest.mark.parametrize("of", [riesz.grad, riesz.compile])
@pytest.mark.parametrize("hiding", [SystemError, ValueError])
def test_an_error_in_front_of_ours_is_put_behind_it(of, hiding):
    # as SciPy's brentq does, whose C goes on after float() of a traced value has raised
    def f(x):
        try:
            np.asarray(x)
        except InvalidType as ours:
            raise hiding("a result with an exception set") from ours

    with pytest.raises(InvalidType, match="cannot become a plain NumPy array") as caught:
        of(f)(X)
    assert type(caught.value.__cause__) is hiding
    assert caught.value.__cause__.__cause__ is None


def into_a_slot(x):
    b = np.zeros(3)
    b[0] = x[0]
    return np.sum(b)


def into_a_slice(x):
    b = np.zeros(3)
    b[1:] = x[1:]
    return np.sum(b)


def own_slot(x):
    x[0] = 1.0
    return np.sum(x)


def by_out(x):
    b = np.zeros(3)
    np.sin(x, out=b)
    return np.sum(b)


def by_out_of_a_reduction(x):
    b = np.zeros(())
    np.sum(x, out=b)
    return b


def by_augmented_assignment(x):
    b = np.zeros(3)
    b += x
    return np.sum(b)


def by_method(x):
    x.sort()
    return x[0]


def by_fill(x):
    x.fill(0.0)
    return x[0]


def by_put(x):
    np.put(x, [0], [1.0])
    return x[0]


def by_copyto(x):
    b = np.zeros(3)
    np.copyto(b, x)
    return np.sum(b)


@pytest.mark.parametrize(
    ("f", "use"),
    [
        (into_a_slot, "riesz.at"),
        (into_a_slice, "riesz.at"),
        (own_slot, "riesz.at"),
        (by_out, "out="),
        (by_out_of_a_reduction, "out="),
        (by_augmented_assignment, "b = b + x"),
        (by_method, "new array"),
        (by_fill, "new array"),
        (by_put, "riesz.at"),
        (by_copyto, "np.where"),
    ],
    ids=lambda f: getattr(f, "__name__", None),
)
def test_changes_in_place_are_refused(f, use):
    assert use in refusal(TypeError, f)


def test_augmented_assignment_of_a_traced_value_makes_a_new_one():
    def f(x):
        y = x
        y += 1.0
        y *= x
        return np.sum(y)

    np.testing.assert_allclose(grad(f)(X), 2 * X + 1)
    np.testing.assert_allclose(X, [1, 2, 3])


# --- arguments --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "x", [3, np.arange(3), np.array([True]), [1, 2.0], {"a": np.int32(1)}], ids=repr
)
@pytest.mark.parametrize("D", [grad, value_and_grad, derivative, riesz.jacobian, riesz.hessian])
def test_integers_are_refused(D, x):
    with pytest.raises(InvalidType, match=r"astype\(float\)") as caught:
        D(lambda t: 1.0)(x)
    assert isinstance(caught.value, TypeError)


def test_integers_are_refused_as_points_of_vjp_and_jvp():
    with pytest.raises(InvalidType, match="int64"):
        vjp(np.sin, np.arange(3))
    with pytest.raises(InvalidType, match="int64"):
        jvp(np.sin, np.arange(3), np.ones(3))


@pytest.mark.parametrize(
    "x", ["text", object(), np.array(["a"]), np.array([None])], ids=lambda x: type(x).__name__
)
def test_what_is_no_number_is_refused(x):
    with pytest.raises(InvalidType):
        grad(lambda t: 1.0)(x)


@pytest.mark.parametrize("argnums", [1, -2, (0, 0), (0, 5), "x", 0.0, None])
def test_argnums_that_are_not_there(argnums):
    with pytest.raises(InvalidValue, match="argnums"):
        grad(lambda t: np.sum(t), argnums)(X)


def test_differentiated_argument_given_by_keyword():
    with pytest.raises(InvalidValue, match="by position"):
        grad(lambda t: np.sum(t))(t=X)


# --- results ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "f",
    [lambda x: x, lambda x: x[:1], lambda x: (np.sum(x), np.sum(x)), lambda x: None, lambda x: {}],
    ids=["array", "one element", "pair", "nothing", "empty"],
)
def test_gradient_of_what_is_no_scalar(f):
    message = refusal(ValueError, f)
    assert "has_aux" in message
    assert "np.sum" in message


def test_message_names_shape_and_function():
    def residual(x):
        return x * 2.0

    message = refusal(ValueError, residual)
    assert "residual" in message
    assert "(3,)" in message


def test_complex_value():
    assert "complex" in refusal(TypeError, lambda x: np.sum(x) * 1j)


def test_text_as_value():
    refusal(TypeError, lambda x: "text")


@pytest.mark.parametrize("f", [lambda x: np.sum(x), lambda x: (np.sum(x), 1, 2)])
def test_aux_that_is_missing(f):
    with pytest.raises(InvalidType, match="pair"):
        grad(f, has_aux=True)(X)


# --- seeds and directions ---------------------------------------------------------------------


@pytest.mark.parametrize("a", [np.ones(2), np.ones((3, 1)), 1.0])
def test_seed_of_another_shape(a):
    with pytest.raises(InvalidValue, match="shape"):
        vjp(np.sin, X)[1](a)


def test_seed_of_another_tree():
    with pytest.raises(InvalidValue, match="tree"):
        vjp(np.sin, X)[1]((np.ones(3), np.ones(3)))


@pytest.mark.parametrize(
    "use",
    [
        lambda y: grad(y),
        lambda y: value_and_grad(y),
        lambda y: riesz.hessian(y),
        lambda y: lambda x: jvp(y, x, x),
        lambda y: riesz.compile(y),
        lambda y: lambda x: riesz.minimize(y, x),
    ],
    ids=["grad", "value_and_grad", "hessian", "jvp", "compile", "minimize"],
)
def test_a_value_in_the_place_of_a_function(use):
    with pytest.raises(InvalidType, match=r"f and not f\(x\)"):
        use(np.sum(X))(X)


def test_the_leaf_that_cannot_be_differentiated_is_named():
    for tree in ({"a": X, "n": [X, 3]}, {"a": X, "n": [X, "name"]}):
        with pytest.raises(InvalidType, match=r"at \['n'\]\[1\]"):
            grad(lambda p: np.sum(p["a"]))(tree)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.sum(x * np.ma.array(X, mask=[0, 1, 0])),
        lambda x: np.dot(x, np.ma.array(X)),
        lambda x: np.sum(x[np.ma.array([0, 1])]),
        lambda x: np.sum(x @ np.asarray(np.eye(3)).view(np.matrix)),
    ],
    ids=["product", "dot", "index", "matrix"],
)
def test_constants_with_another_arithmetic_are_refused(f):
    assert "np.where(mask, 0, x)" in refusal(TypeError, f)


def test_arrays_that_are_not_of_numbers_are_refused():
    objects = X.astype(object)
    assert "float64, object" in refusal(TypeError, lambda x: np.sum(x * objects))
    assert "dtype object" in refusal(TypeError, lambda x: objects)


def test_no_value():
    assert "returned None" in refusal(ValueError, lambda x: None)


def test_the_gradient_is_named_where_it_has_no_complex_jacobian():
    z = X + 1j
    with pytest.raises(InvalidValue, match="the gradient of fourth is not holomorphic"):
        riesz.hessian(fourth)(z)
    np.testing.assert_allclose(riesz.hessian(lambda z: np.sum(np.abs(z) ** 2))(z), 2 * np.eye(3))


def fourth(z):
    return np.sum(np.abs(z) ** 4)


def test_trees_are_shown_without_the_library_that_flattens_them():
    with pytest.raises(InvalidValue, match=r"a tree \(\{'a': \*\},\), but") as caught:
        jvp(np.sin, X, {"a": X})
    assert "PyTreeSpec" not in str(caught.value)


@pytest.mark.parametrize("D", [jvp, hvp])
def test_direction_that_does_not_fit(D):
    with pytest.raises(InvalidValue, match="shape"):
        D(lambda x: np.sum(x * x), X, np.ones(2))
    with pytest.raises(InvalidValue, match="tree"):
        D(lambda x: np.sum(x * x), X, [np.ones(3)])


# --- operators --------------------------------------------------------------------------------


def test_function_without_operator_is_named():
    message = refusal(TypeError, lambda x: np.sum(np.histogram2d(x, x)[0]))
    assert "histogram2d" in message
    assert "riesz.operator" in message


def test_unknown_ufunc_is_named():
    double = np.frompyfunc(lambda v: 2 * v, 1, 1)
    assert "<lambda>" in refusal(TypeError, lambda x: np.sum(double(x)))


@pytest.mark.parametrize(
    ("f", "use"),
    [
        (lambda x: np.vectorize(lambda v, w: v * w)(x, 2.0), ["np.vectorize", "riesz.array"]),
        (lambda x: np.polynomial.chebyshev.chebval(0.3, x), ["np.polynomial", "chebvander"]),
        (lambda x: np.polynomial.Polynomial.fit(x, X, 1)(0.0), ["np.polynomial", "np.polyfit"]),
        (lambda x: np.poly1d(x)(0.3), ["np.poly1d", "np.polyval"]),
        (lambda x: np.full_like(np.ones(3), x[0]), ["np.full_like", "np.ones_like(a)"]),
    ],
    ids=["vectorize", "chebval", "Polynomial", "poly1d", "full_like"],
)
def test_numpy_in_python_that_converts_is_named(f, use):
    text = refusal(TypeError, f)
    assert all(word in text for word in use)


@pytest.mark.parametrize("f", [lambda x: x & (x < 1), lambda x: x > 0 & x, lambda x: ~x])
def test_bits_of_numbers_are_refused(f):
    assert "(x > 0) & (x < 1), with the parentheses" in refusal(TypeError, f)


def test_ufunc_methods_without_operator():
    with pytest.raises(UnsupportedOperator, match=r"np\.add\.at .* riesz\.at\(b\)\[index\]\.add"):
        grad(lambda x: np.add.at(x, [0, 1], 1.0))(X)
    with pytest.raises(UnsupportedOperator, match=r"np\.add\.reduceat"):
        grad(lambda x: np.sum(np.add.reduceat(x, [0, 1])))(X)


def test_safe_division_is_written_with_where():
    f = lambda x: np.sum(np.divide(1.0, x, out=np.zeros(3), where=x > 1))  # noqa: E731
    assert "np.where(b != 0, a / np.where(b != 0, b, 1), 0)" in refusal(TypeError, f)


@pytest.mark.parametrize("keywords", [{"where": [True, False, True]}, {"dtype": np.float32}])
def test_ufunc_keywords_are_not_ignored(keywords):
    keywords = {k: np.asarray(v) if k == "where" else v for k, v in keywords.items()}
    with pytest.raises(RieszError, match=next(iter(keywords))):
        grad(lambda x: np.sum(np.sin(x, **keywords)))(X)
    with pytest.raises(RieszError, match=next(iter(keywords))):
        grad(lambda x: np.sum(np.multiply.outer(x, X, **keywords)))(X)


def test_real_function_of_a_complex_argument():
    message = refusal(TypeError, lambda z: np.sum(np.arctan2(z, 1.0)), X + 1j)
    assert "real" in message


def test_numpy_errors_stay_numpy_errors():
    with pytest.raises(ValueError, match="broadcast"):
        grad(lambda x: np.sum(x + np.ones(2)))(X)
    with pytest.raises(IndexError):
        grad(lambda x: x[7])(X)


def test_errors_of_the_function_pass_through():
    def f(x):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        grad(f)(X)


def test_every_error_is_also_a_built_in():
    from riesz import errors

    classes = [e for e in vars(errors).values() if isinstance(e, type) and e is not RieszError]
    assert len(classes) >= 10
    for error in classes:
        assert issubclass(error, RieszError)
        assert any(b.__module__ == "builtins" for b in error.__mro__[1:] if b is not Exception)


def test_errors_can_be_pickled():
    error = pickle.loads(pickle.dumps(InvalidValue("said so")))
    assert type(error) is InvalidValue
    assert str(error) == "said so"
    missing = riesz.MissingExtra("a picture", "matplotlib", "demo")
    assert "riesz[demo]" in str(missing)
    assert str(pickle.loads(pickle.dumps(missing))) == str(missing)
    lacking = pickle.loads(pickle.dumps(riesz.UnsupportedOperator("said so", operator="sin")))
    assert lacking.operator == "sin"
