"""What ends a run of `minimize`, what a result holds, and how it is taken up again."""

import pickle
from functools import partial

import numpy as np
import pytest

import riesz
from riesz.optimization import LeastSquares, Status

METHODS = ["gradient-descent", "nonlinear-cg", "l-bfgs", "newton-cg"]
H1 = riesz.Sobolev(1)


def rosenbrock(x):
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def residual(x):
    return np.concatenate((10 * (x[1:] - x[:-1] ** 2), 1 - x[:-1]))


LEAST_SQUARES = LeastSquares(residual)
START = np.full(6, -0.7)
RESUMED = {
    **{method: (rosenbrock, {"method": method}) for method in METHODS},
    "gauss-newton": (LEAST_SQUARES, {"method": "gauss-newton"}),
    "natural-gradient": (
        LEAST_SQUARES,
        {"method": "natural-gradient", "metric": partial(riesz.Pullback, residual, damping=0.1)},
    ),
}


@pytest.mark.parametrize("name", RESUMED)
@pytest.mark.parametrize("cut", [0, 1, 7])
def test_a_resumed_run_has_the_iterates_of_an_uninterrupted_one(name, cut):
    f, options = RESUMED[name]
    options = {"metric": H1, "rtol": 0} | options
    whole = riesz.minimize(f, START, max_steps=12, **options)
    first = riesz.minimize(f, START, max_steps=cut, **options)
    saved = pickle.loads(pickle.dumps(first))
    rest = riesz.minimize(f, max_steps=12, resume=saved, **options)
    assert (first.nit, rest.nit) == (cut, 12)
    assert np.array_equal(rest.x, whole.x)
    assert rest.nfev == whole.nfev
    untimed = [
        [(r.nit, r.fun, r.norm, r.t, r.nfev) for r in result.history] for result in (rest, whole)
    ]
    assert untimed[0] == untimed[1]
    seconds = [record.seconds for record in rest.history]
    assert seconds == sorted(seconds)


def test_the_state_of_another_method_is_refused():
    result = riesz.minimize(rosenbrock, START, max_steps=2)
    with pytest.raises(riesz.InvalidValue, match="same method"):
        riesz.minimize(rosenbrock, resume=result, memory=3)
    with pytest.raises(riesz.InvalidValue, match="SciPy does not hand out"):
        riesz.minimize(rosenbrock, resume=result, method="scipy:BFGS")


@pytest.mark.parametrize("metric", [None, riesz.Sobolev(2), riesz.Weighted(2.0)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex128])
def test_a_run_in_another_metric_is_refused(metric, dtype):
    def f(x):
        return rosenbrock(x.real) + np.sum(x.imag**2)

    result = riesz.minimize(f, START.astype(dtype), metric=H1, max_steps=3)
    with pytest.raises(riesz.InvalidValue, match="another metric"):
        riesz.minimize(f, resume=result, metric=metric)
    assert riesz.minimize(f, resume=result, metric=riesz.Sobolev(1), max_steps=4).nit == 4


@pytest.mark.parametrize("method", [*METHODS, "scipy:L-BFGS-B"])
def test_an_interrupt_keeps_the_iterate(method):
    calls, seen = [], []

    def f(x):
        calls.append(x)
        if len(calls) == 9:
            raise KeyboardInterrupt
        return rosenbrock(x)

    result = riesz.minimize(f, START, method=method, callback=lambda r: seen.append(r.x))
    assert result.status is Status.INTERRUPTED
    assert not result.success
    assert result.nit == len(seen) == len(result.history) - 1
    assert np.array_equal(result.x, seen[-1])
    assert result.fun == rosenbrock(result.x)
    if result.state:
        whole = riesz.minimize(rosenbrock, START, method=method, max_steps=8)
        rest = riesz.minimize(rosenbrock, resume=result, method=method, max_steps=8)
        assert np.array_equal(rest.x, whole.x)


def test_an_interrupt_before_there_is_anything_is_passed_on():
    def f(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        riesz.minimize(f, START)


@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("bad", [np.nan, -np.inf, np.inf])
def test_what_is_not_finite_stops_with_the_last_good_iterate(method, bad):
    good = []

    def f(x):
        return np.sum(x**2) if len(good) < 3 else np.sum(x**2) * bad

    result = riesz.minimize(f, START, method=method, callback=lambda r: good.append(r.x), rtol=0,
                            line_search="exact" if method == "gradient-descent" else "wolfe",
                            metric=riesz.Weighted(np.arange(1.0, 7)))  # fmt: skip
    assert result.status is Status.NON_FINITE
    assert "NaN or infinite" in result.message
    assert np.array_equal(result.x, good[-1])
    assert np.isfinite(result.fun)
    assert np.isfinite(result.grad).all()


@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.parametrize("method", [*METHODS, "scipy:L-BFGS-B"])
def test_not_finite_at_the_start(method):
    result = riesz.minimize(lambda x: np.sum(np.log(x)), -np.ones(2), method=method)
    assert result.status is Status.NON_FINITE
    assert result.nit == 0
    assert np.array_equal(result.x, -np.ones(2))


def test_a_wall_is_stepped_back_from():
    """log has no value beyond 0: the line search shortens the step and goes on."""

    def f(x):
        return np.sum(x - 1e-3 * np.log(x))

    with np.errstate(invalid="ignore"):
        result = riesz.minimize(f, np.ones(3), rtol=1e-8)
    assert result.success
    np.testing.assert_allclose(result.x, 1e-3, rtol=1e-5)


@pytest.mark.parametrize(
    ("rule", "status"),
    [
        ({"gtol": 1e-3}, Status.CONVERGED),
        ({"rtol": 1e-3}, Status.CONVERGED),
        ({"ftol": 1e-2}, Status.CONVERGED),
        ({"target": 0.5}, Status.CONVERGED),
        ({"max_steps": 3}, Status.STEPS),
        ({"max_seconds": 0.0}, Status.SECONDS),
        ({"callback": lambda result: result.nit == 4}, Status.CALLBACK),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
@pytest.mark.parametrize("method", [*METHODS, "scipy:L-BFGS-B"])
def test_each_rule_stops(method, rule, status):
    result = riesz.minimize(
        rosenbrock, START, metric=H1, method=method, **{"rtol": 0, "max_steps": 5000} | rule
    )
    assert result.status is status
    assert result.success is (status is Status.CONVERGED)
    norms = [record.norm for record in result.history]
    if "gtol" in rule:
        assert norms[-1] <= 1e-3 < min(norms[:-1])
        assert float(H1.norm(result.grad)) == pytest.approx(norms[-1], rel=1e-6)
    if "rtol" in rule:
        assert norms[-1] <= 1e-3 * norms[0] < min(norms[:-1])
    if "target" in rule:
        assert result.fun <= 0.5 < result.history[-2].fun
    if "callback" in rule:
        assert result.nit == 4


def test_the_result_is_no_view_of_the_start():
    for method in ("l-bfgs", "scipy:BFGS"):
        x0 = np.zeros(3)
        result = riesz.minimize(lambda x: np.sum(x**2), x0, method=method)
        result.x[:] = 5.0
        assert not x0.any()


def test_a_minimum_at_the_start_needs_no_step():
    result = riesz.minimize(lambda x: np.sum(x**2), np.zeros(3))
    assert (result.nit, result.nfev, result.success) == (0, 1, True)


def test_a_wrong_derivative_is_said_to_lead_nowhere():
    @riesz.elementwise
    def lying(m, x):
        return x * x, -2 * x

    result = riesz.minimize(lambda x: np.sum(lying(x)), np.ones(2))
    assert result.status is Status.STUCK
    assert "derivative is not that of f" in result.message


def test_counts_and_names_of_a_result():
    result = riesz.minimize(rosenbrock, START, method="newton-cg", max_steps=5)
    names = "x fun grad nit nfev njev success status message history".split()
    assert all(hasattr(result, name) for name in names)
    assert result.nfev >= result.nit + 1
    assert result.nhev >= result.nit
    assert [record.nit for record in result.history] == list(range(6))


def test_the_callback_sees_each_step():
    seen = []
    result = riesz.minimize(rosenbrock, START, max_steps=4, callback=seen.append)
    assert [r.nit for r in seen] == [1, 2, 3, 4]
    assert [len(r.history) for r in seen] == [2, 3, 4, 5]
    assert np.array_equal(seen[-1].x, result.x)


def test_progress_draws_one_line(monkeypatch):
    rich = pytest.importorskip("rich.console")
    import io

    stream = io.StringIO()
    console = rich.Console(file=stream, force_terminal=True, width=80)
    monkeypatch.setattr(rich, "Console", lambda stderr: console)
    monkeypatch.setattr("riesz.optimization.progress.PAUSE", 0.0)
    seen = []
    riesz.minimize(rosenbrock, START, max_steps=3, progress=True, callback=seen.append)
    assert len(seen) == 3
    assert "step 3" in stream.getvalue()


@pytest.mark.parametrize(
    ("f", "x0", "options", "error", "words"),
    [
        (lambda x: x, START, {}, riesz.InvalidValue, "one real scalar"),
        (lambda x: np.sum(x) * 1j, START, {}, riesz.InvalidType, "complex"),
        (rosenbrock, np.arange(3), {}, riesz.InvalidType, "floating"),
        (rosenbrock, "x", {}, riesz.InvalidType, "str"),
        (rosenbrock, None, {}, riesz.InvalidType, "start from"),
        (rosenbrock, START, {"resume": START}, riesz.InvalidType, "what minimize returned"),
        (rosenbrock, START, {"method": "lbfgs"}, riesz.InvalidValue, "mean 'l-bfgs'"),
        (rosenbrock, START, {"method": "scipy:LBFGS"}, riesz.InvalidValue, "scipy:L-BFGS-B"),
        (rosenbrock, START, {"method": "L-BFGS"}, riesz.InvalidValue, "mean 'l-bfgs'"),
        (rosenbrock, START, {"maxiter": 3}, riesz.InvalidType, "max_steps="),
        (rosenbrock, START, {"bounds": 3}, riesz.InvalidType, "without constraints"),
        (
            rosenbrock, START, {"method": "scipy:L-BFGS-B", "bounds": 3},
            riesz.InvalidType, "without constraints",
        ),
        (rosenbrock, START, {"method": "scipy:BFGS", "args": (1,)}, riesz.InvalidType, "Bind"),
        (rosenbrock, START, {"method": None}, riesz.InvalidValue, "unknown method"),
        (rosenbrock, START, {"memry": 3}, riesz.InvalidType, "mean 'memory'"),
        (rosenbrock, START, {"memory": 0}, riesz.InvalidValue, "one or more"),
        (rosenbrock, START, {"memory": 2.5}, riesz.InvalidType, "an integer"),
        (
            rosenbrock, START, {"method": "newton-cg", "inner": np.inf},
            riesz.InvalidType, "an integer",
        ),
        (rosenbrock, START, {"target": np.nan}, riesz.InvalidValue, "target is nan"),
        (rosenbrock, START, {"rtol": -1.0}, riesz.InvalidValue, "zero or more"),
        (rosenbrock, START, {"gtol": "small"}, riesz.InvalidType, "number"),
        (rosenbrock, START, {"max_steps": -1}, riesz.InvalidValue, "zero or more"),
        (rosenbrock, START, {"target": "low"}, riesz.InvalidType, "target"),
        (rosenbrock, START, {"metric": riesz.Weighted(np.ones(4))}, riesz.InvalidValue, "fit"),
        (rosenbrock, START, {"metric": "H1"}, riesz.InvalidType, "metric"),
        (rosenbrock, START, {"metric": (H1, H1)}, riesz.InvalidValue, "mirror"),
        (rosenbrock, START, {"line_search": "wolf"}, riesz.InvalidValue, "mean 'wolfe'"),
        (rosenbrock, START, {"line_search": 3}, riesz.InvalidType, "function"),
        (rosenbrock, START, {"method": "gauss-newton"}, riesz.InvalidValue, "LeastSquares"),
        (rosenbrock, START, {"method": "natural-gradient"}, riesz.InvalidValue, "Pullback"),
        (
            rosenbrock, START, {"method": "nonlinear-cg", "beta": "fletcher"},
            riesz.InvalidValue, "beta",
        ),
        (
            rosenbrock, START, {"method": "scipy:BFGS", "metric": lambda at: H1},
            riesz.InvalidValue, "function of x",
        ),
        (
            rosenbrock, START,
            {"method": "scipy:BFGS", "metric": riesz.Pullback(residual, START, damping=1)},
            riesz.UnsupportedOperator, "sqrt",
        ),
    ],
)  # fmt: skip
def test_bad_input(f, x0, options, error, words):
    with pytest.raises(error, match=words):
        riesz.minimize(f, x0, **options)


def test_a_target_of_numpy():
    result = riesz.minimize(lambda x: np.sum(x**2), np.ones(2), target=np.float32(0.5))
    assert result.fun <= 0.5
