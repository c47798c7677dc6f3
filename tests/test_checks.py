"""The checks themselves: a fault planted in an operator is found by the checks it concerns."""

import numpy as np
import pytest

import riesz
from riesz.backend import Backend
from riesz.conformance import Draw, sample, samples
from riesz.conformance.checks import AT_SAMPLES
from riesz.conformance.finding import Finding, worst
from riesz.conformance.purity import counted
from riesz.conformance.sample import DeferredSamples
from riesz.space import Space

DOUBLE, SINGLE = np.dtype(float), np.dtype(np.float32)
X = np.linspace(0.5, 2.0, 4)


def failed(op, *x, dtype=DOUBLE, **static):
    """The names of the checks that find a fault, or meet an error."""
    return {
        check.__name__ for check in AT_SAMPLES if not passes(check, op, sample(*x, **static), dtype)
    }


def passes(check, op, point, dtype):
    try:
        finding = check(op, point, dtype)
    except Exception:
        return False
    return finding is None or finding.passed


def sine(value=lambda m, x: m.sin(x), partial=lambda m, x: m.cos(x)):
    return riesz.elementwise(lambda m, x: (value(m, x), partial(m, x)))


def square(**faults):
    """x^2 with its rules replaced by `faults`."""
    rules = {
        "forward": lambda xp, x: x * x,
        "adjoint": lambda xp, a, Y, x: 2.0 * a * x,
        "tangent": lambda xp, u, Y, x: 2.0 * u[0] * x,
        "metric": lambda X: X,
    }
    return riesz.operator(type("square", (), rules | faults))


def weighted_sum(**faults):
    """The sum of weighted entries, a linear operator, with its rules replaced by `faults`."""
    rules = {
        "forward": lambda xp, x, *, c: xp.sum(x) * c,
        "adjoint": lambda xp, a, X, *, c: xp.broadcast_to(a * c, X.shape),
        "metric": lambda X, *, c: Space.bare((), X.dtype),
    }
    return riesz.linear(type("weighted_sum", (), rules | faults))


@pytest.mark.parametrize(
    "op", [sine(), square(), weighted_sum()], ids=["elementwise", "operator", "linear"]
)
@pytest.mark.parametrize("dtype", [DOUBLE, SINGLE], ids=str)
def test_right_operators_pass(op, dtype):
    static = {"c": 3.0} if op.name == "weighted_sum" else {}
    assert failed(op, X.astype(dtype), dtype=dtype, **static) == set()


def test_wrong_sign():
    op = sine(partial=lambda m, x: -m.cos(x))
    assert failed(op, X) == {"differential"}  # transposes of each other, but of the wrong map


def test_wrong_factor_in_a_linear_adjoint():
    op = weighted_sum(adjoint=lambda xp, a, X, *, c: xp.broadcast_to(0.5 * a * c, X.shape))
    found = failed(op, X, c=3.0)
    assert {"adjoint_identity", "double_transpose"} <= found
    assert "differential" not in found


def test_small_error_in_an_adjoint():
    op = square(adjoint=lambda xp, a, Y, x: (2.0 + 1e-10) * a * x)
    assert "adjoint_identity" in failed(op, X)


def test_small_error_in_both_rules():
    op = sine(partial=lambda m, x: (1 + 1e-9) * m.cos(x))
    assert failed(op, X) == {"differential"}


def test_wrong_tangent():
    op = square(tangent=lambda xp, u, Y, x: u[0] * x)
    assert {"adjoint_identity", "differential", "double_transpose"} <= failed(op, X)


def test_adjoint_that_cannot_be_differentiated_again():
    op = square(adjoint=lambda xp, a, Y, x: 2.0 * a * riesz.stop_gradient(x))
    assert "second_differential" in failed(op, X)


def test_second_derivative_that_is_wrong():
    @riesz.elementwise
    def slope(m, x):
        return 2 * x, 3  # is 2

    op = square(adjoint=lambda xp, a, Y, x: a * slope(x))
    found = failed(op, X)
    assert "second_differential" in found
    assert "differential" not in found


def test_metric_that_tells_another_shape():
    shape = failed(weighted_sum(metric=lambda X, *, c: X), X, c=1.0)
    dtype = failed(square(metric=lambda X: Space.bare(X.shape, SINGLE)), X)
    for found in (shape, dtype):  # a compiled program is recorded with what `metric` tells
        assert {name for name in found if not name.startswith("compiled")} == {"metric"}


def test_leak_of_double_precision():
    op = square(forward=lambda xp, x: x * x * np.ones(4))
    assert {"precision_kept", "metric"} <= failed(op, X.astype(SINGLE), dtype=SINGLE)


def test_changed_argument():
    def forward(xp, x):
        y = x * x
        if x.flags.writeable:
            x += 1.0
        return y

    assert "purity" in failed(square(forward=forward), X.copy())


def test_result_that_depends_on_the_call():
    calls = []

    def forward(xp, x):
        calls.append(None)
        return x * x * (1.0 + 1e-15 * len(calls))

    assert "purity" in failed(square(forward=forward), X)


def test_buffer_that_is_reused():
    buffer = np.empty(4)

    def forward(xp, x):
        return np.multiply(x, x, out=buffer) if type(x) is np.ndarray else x * x

    op = square(forward=forward, adjoint=lambda xp, a, y, x: 2.0 * a * y / x)
    assert "differential" in failed(op, X)  # F(x + hu) overwrites F(x)


def test_memory_layout_that_is_assumed():
    op = square(forward=lambda xp, x: x * x if x.strides[0] > 0 else x * x[::-1])
    assert "layout" in failed(op, X)


def test_locally_constant_operators_pass():
    up = riesz.elementwise(lambda m, x: (m.ceil(x), None))
    assert up.constant
    assert failed(up, X + 0.01) == set()


def test_wrong_derivative_by_one_of_two_arguments():
    op = riesz.elementwise(lambda m, x, y: (x * y, y, y))
    assert "differential" in failed(op, X, X + 1)
    assert failed(riesz.elementwise(lambda m, x, y: (x * y, y, x)), X, X + 1) == set()


def test_missing_conjugate():
    class turn:
        def forward(xp, z):
            return 1j * z

        def adjoint(xp, a, Z):
            return 1j * a  # the transpose in Re<., .> is -1j a

        def metric(Z):
            return Z

    z = X + 1j * X[::-1]
    assert "adjoint_identity" in failed(riesz.linear(turn), z, dtype=np.dtype(complex))


def test_elementwise_operator_that_depends_on_the_neighbours():
    op = sine()
    right = op.evaluate
    op.evaluate = lambda x, static: right(x, static) + (x[0].size == 3)
    assert "entrywise" in failed(op, X)


class OnDevice:
    """An array that lies elsewhere."""


class Device(Backend):
    name, array_types, xp = "device", (OnDevice,), None

    def asarray(self, x, dtype=None):
        return OnDevice()

    def to_numpy(self, x):
        return np.ones(2)


def test_copies_between_host_and_device_are_counted():
    device = Device()
    with counted(device) as copies:
        device.to_numpy(OnDevice())
        device.asarray(np.ones(2))
        device.asarray(OnDevice())
        device.asarray(2.0)
    assert copies == ["to_numpy", "asarray"]
    device.to_numpy(OnDevice())
    assert copies == ["to_numpy", "asarray"]


def test_nan_is_never_within_tolerance():
    assert not Finding(float("nan"), 1.0).passed
    assert worst([Finding(1.0, 2.0), Finding(float("nan"), 1.0)]).tolerance == 1.0
    assert worst([Finding(1.0, 2.0), Finding(1.0, 0.0)]).tolerance == 0.0
    assert worst([]) is None


def test_operator_without_samples_says_so():
    with pytest.raises(riesz.InvalidValue, match="no samples"):
        DeferredSamples("unheard_of", "riesz.conformance.standard_samples.arithmetic")(Draw(float))


@pytest.mark.parametrize("stranger", [np.tanh, lambda x: x, 3])
def test_what_is_no_operator_is_named(stranger):
    with pytest.raises(riesz.InvalidType, match="is no operator"):
        riesz.check_operator(stranger)


def test_samples_are_reproducible():
    @samples("test_only")
    def drawn(draw):
        yield sample(draw(3), draw.mask(2), n=draw.integers(0, 5, 2))

    (first,), (second,) = (list(drawn(Draw(np.complex64, seed=1))) for _ in range(2))
    assert np.array_equal(first.x[0], second.x[0])
    assert first.x[0].dtype == np.complex64
