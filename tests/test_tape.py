"""The tape: what is recorded, what is saved, how covectors are accumulated."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from riesz import grad, vjp
from riesz.registry import registry
from riesz.tangent import Tangents
from riesz.tape import Tape, backward
from riesz.traced import Traced, strip, top_trace

registry.load()  # tapes are used here without a derivative that would do it
X = np.linspace(0.5, 2.0, 4)


def recorded(f, *x):
    """The tape of f(*x), and what f returned."""
    tape = Tape()
    y = f(*(tape.input(v) for v in x))
    tape.close()
    return tape, y


def arrays_saved(tape):
    """Every array that the steps keep, once."""
    found, stack = {}, [step[1] for step in tape.steps]
    while stack:
        item = stack.pop()
        if isinstance(item, tuple | list):
            stack.extend(item)
        elif isinstance(item, np.ndarray) and item.ndim:
            found[id(item)] = item
    return list(found.values())


# --- recording ------------------------------------------------------------------------------------


def test_steps_stand_in_the_order_of_computation():
    tape, y = recorded(lambda x, w: np.sum(np.sin(x) * w), X, X)
    assert len(tape.steps) == 2 + 3
    assert y.node == len(tape.steps) - 1
    for k, (_, _, parents, _) in enumerate(tape.steps[2:], 2):
        assert all(i < k for i in ([parents] if isinstance(parents, int) else parents))


@pytest.mark.parametrize(
    "f",
    [lambda x: x > 1, lambda x: np.floor(x), lambda x: np.sign(x), lambda x: np.argmax(x),
     lambda x: np.isnan(x), lambda x: x.shape[0], lambda x: len(x), lambda x: x == x],
)  # fmt: skip
def test_what_is_locally_constant_is_not_recorded(f):
    tape, y = recorded(f, X)
    assert len(tape.steps) == 1
    assert not isinstance(y, Traced)
    assert_allclose(y, f(X))


@pytest.mark.parametrize(
    "f",
    [lambda x: x + x, lambda x: x - 1.0, lambda x: -x, lambda x: 3.0 * x, lambda x: np.sum(x),
     lambda x: np.mean(x), lambda x: x.reshape(2, 2).T, lambda x: np.roll(x, 1), lambda x: x[1:],
     lambda x: np.concatenate([x, x]), lambda x: np.broadcast_to(x, (3, 4)), lambda x: x[::-1]],
)  # fmt: skip
def test_linear_steps_save_no_array(f):
    tape, _ = recorded(f, X)
    assert arrays_saved(tape) == []


def test_product_saves_both_factors_and_a_constant_factor_only_once():
    tape, _ = recorded(lambda x, w: x * w, X, X + 1)
    assert len(arrays_saved(tape)) == 2
    c = X + 1
    tape, _ = recorded(lambda x: x * c, X)
    assert [id(v) for v in arrays_saved(tape)] == [id(c)]


def test_exponential_saves_its_value_only():
    tape, y = recorded(np.exp, X)
    assert [id(v) for v in arrays_saved(tape)] == [id(y.value)]


# --- levels ---------------------------------------------------------------------------------------


def test_levels_rise_with_every_trace():
    levels = [trace().level for trace in (Tape, Tangents, Tape, Tangents)]
    assert levels == sorted(levels)
    assert len(set(levels)) == 4


def test_highest_trace_records_and_lower_values_are_constants():
    outer, inner = Tape(), Tape()
    x, y = outer.input(X), inner.input(X)
    z = x * y
    assert z.tape is inner
    assert isinstance(z.value, Traced)
    assert z.value.tape is outer
    assert top_trace((1.0, x, y, X)) is inner
    assert top_trace((1.0, X)) is None
    assert type(strip(z)) is np.ndarray


def test_no_field_hides_an_attribute_of_arrays():
    fields = {name for cls in Traced.__mro__ for name in getattr(cls, "__slots__", ())}
    assert {name for name in fields if hasattr(np.ndarray, name)} <= {"__weakref__"}


# --- the backward pass ----------------------------------------------------------------------------


def test_emptying_pass_frees_what_was_saved():
    tape, y = recorded(lambda x: np.sum(np.sin(np.exp(x))), X)
    assert arrays_saved(tape)
    kept = backward(tape, {y.node: np.float64(1.0)}, keep=True)
    assert arrays_saved(tape)
    emptied = backward(tape, {y.node: np.float64(1.0)}, keep=False)
    assert arrays_saved(tape) == []
    assert_allclose(kept[0], emptied[0])


def test_seeds_and_covectors_of_others_are_not_written_to():
    tape, y = recorded(lambda x: x + x + x, X)
    seed = np.ones(4)
    seed.flags.writeable = False
    first = backward(tape, {y.node: seed}, keep=True)[0]
    assert_allclose(first, 3.0)
    assert_allclose(backward(tape, {y.node: seed}, keep=True)[0], 3.0)


def test_steps_that_lead_nowhere_are_skipped():
    def f(x):
        np.log(x - 10.0)  # NaN, but not part of the result
        return np.sum(x)

    with np.errstate(invalid="ignore"):
        assert_allclose(grad(f)(X), 1.0)


def test_input_without_a_path_gets_none():
    tape, y = recorded(lambda x, w: np.sum(x), X, X)
    assert backward(tape, {y.node: np.float64(1.0)}, keep=False)[1] is None


def test_many_uses_accumulate():
    for uses in (1, 2, 3, 10):
        _, back = vjp(lambda x, n=uses: sum((x * float(k) for k in range(n)), 0.0 * x), X)
        assert_allclose(back(np.ones(4)), sum(range(uses)))
