"""The numbers that docs/metrics.md tells. Neuberger's problem is in tests/test_demo.py."""

import numpy as np
import pytest

import riesz

pytest.importorskip("scipy")
pytest.importorskip("matplotlib")  # the demo's photograph

from experiments import (
    local_refinement,
    physics_informed,
    pictures,
    poisson_control,
    registration,
)


def test_local_refinement():
    euclidean = [local_refinement.descend(k, in_l2=False) for k in local_refinement.BISECTIONS]
    L2 = [local_refinement.descend(k, in_l2=True) for k in local_refinement.BISECTIONS]
    assert all(result.success for result in euclidean + L2)
    assert [result.nit for result in euclidean] == [12, 26, 71, 193, 506, 1443]
    assert [result.nit for result in L2] == [1] * 6


@pytest.mark.parametrize("bisections", local_refinement.BISECTIONS)
def test_the_mesh_is_refined_at_its_left_end(bisections):
    cells = np.diff(local_refinement.nodes(bisections))
    assert len(cells) == 8 + bisections
    assert cells.max() / cells.min() == 2**bisections
    ones = np.ones(len(cells) + 1)
    nodes = local_refinement.nodes(bisections)
    M, K = local_refinement.mass(nodes), local_refinement.stiffness(nodes)
    assert ones @ M @ ones == pytest.approx(1)  # the integral of 1
    assert nodes @ M @ nodes == pytest.approx(1 / 3)  # of x squared
    assert nodes @ K @ nodes == pytest.approx(1)
    np.testing.assert_allclose(K @ ones, 0, atol=1e-9)


def test_poisson_control_does_not_notice_the_mesh():
    L2 = [poisson_control.descend(k, in_l2=True) for k in poisson_control.BISECTIONS]
    euclidean = [poisson_control.descend(k, in_l2=False) for k in poisson_control.BISECTIONS]
    assert all(result.success for result in L2 + euclidean)
    assert [result.nit for result in L2] == pytest.approx([13, 12, 11, 11, 12], abs=2)
    assert [result.nit for result in euclidean] == pytest.approx([28, 51, 131, 268, 526], rel=0.15)


def test_poisson_control_finds_the_optimum():
    """The gradient of the reduced problem vanishes: alpha M u + S'M(S u - y_d) = 0."""
    control, least = poisson_control.problem(2)
    result = poisson_control.descend(2, in_l2=True)
    assert result.fun == pytest.approx(least, rel=1e-4)
    y = control.state(result.x)
    adjoint = control.energy.solve(control.M @ (y - control.desired))  # S is self-adjoint
    expected = poisson_control.ALPHA * result.x + adjoint
    np.testing.assert_allclose(result.grad, expected, atol=1e-3 * np.abs(adjoint).max())


def steps(name, method):
    results = [pictures.descend(name, order, method=method) for order in pictures.ORDERS]
    return [result.nit if result.success else np.inf for result in results]


def test_inpainting_wants_a_positive_order():
    assert steps("inpaint", "gradient-descent") == pytest.approx([np.inf, 158, 12], rel=0.1)
    assert steps("inpaint", "l-bfgs") == pytest.approx([247, 31, 7], rel=0.15)


def test_deblurring_wants_a_negative_order():
    assert steps("deblur", "gradient-descent") == pytest.approx([61, 724, np.inf], rel=0.1)
    assert steps("deblur", "l-bfgs") == pytest.approx([17, 58, 229], rel=0.15)


def test_registration_wants_a_smooth_velocity():
    best = registration.descend("H2")
    assert best.success
    target = best.fun + 1e-3 * (best.history[0].fun - best.fun)
    found = {metric: registration.descend(metric, target) for metric in registration.METRICS}
    assert all(result.fun <= target for result in found.values())
    counts = [found[metric].nit for metric in ("H2", "H1", "euclidean")]
    assert counts == pytest.approx([8, 10, 109], rel=0.2)
    before = np.sum((registration.SOURCE - registration.TARGET) ** 2)
    after = np.sum((registration.carried(found["H2"].x) - registration.TARGET) ** 2)
    assert after < before / 20


def test_registration_is_differentiated_right():
    rng = np.random.default_rng(0)
    v = tuple(rng.standard_normal((2, registration.N, registration.N)))
    riesz.check_grads(registration.energy, v, order=1)


def test_the_natural_gradient_outruns_adam():
    natural = physics_informed.natural(60)
    _, adam = physics_informed.adam(3000, rate=3e-2)  # the best of 1e-3, 1e-2, 3e-2 and 1e-1
    losses = [record.fun for record in natural.history]
    assert losses[10] < 1e-8
    assert losses[-1] < 1e-9
    assert adam[10] > 1
    assert 1e-6 < min(adam) < 1e-5
    x = np.linspace(0, 1, 200)
    np.testing.assert_allclose(
        physics_informed.solution(natural.x, x), np.sin(np.pi * x), atol=1e-5
    )


def test_the_physics_informed_residual_is_that_of_its_solution():
    p, x, h = physics_informed.initial(3), physics_informed.X, 1e-4
    u = [physics_informed.solution(p, x + k * h) for k in (-1, 0, 1)]
    second = (u[0] - 2 * u[1] + u[2]) / h**2
    np.testing.assert_allclose(
        physics_informed.residual(p), second + physics_informed.FORCE, rtol=1e-4, atol=1e-4
    )
