"""Profiles: derivatives of any order against mpmath, and what a profile does where points meet."""

import math

import mpmath
import numpy as np
import pytest

from riesz_kernels.blocked import ArrayMath
from riesz_kernels.profile import PROFILES, profile

DEFINITIONS = {
    "gaussian": lambda t: mpmath.exp(-t / 2),
    "laplacian": lambda t: mpmath.exp(-mpmath.sqrt(t)),
    "cauchy": lambda t: 1 / (1 + t),
    "energy": lambda t: -mpmath.sqrt(t),
    "matern12": lambda t: mpmath.exp(-mpmath.sqrt(t)),
    "matern32": lambda t: (1 + mpmath.sqrt(3 * t)) * mpmath.exp(-mpmath.sqrt(3 * t)),
    "matern52": lambda t: (1 + mpmath.sqrt(5 * t) + 5 * t / 3) * mpmath.exp(-mpmath.sqrt(5 * t)),
}


def value(kernel, order, t):
    exponent, factor = profile(kernel, order).parts(ArrayMath(np), np.asarray(t))
    return factor if exponent is None else factor * np.exp(exponent)


@pytest.mark.parametrize("order", range(6))
def test_derivatives_of_any_order(kernel, order):
    with mpmath.workdps(60):
        for t in (0.25, 1.0, 7.5):
            expected = float(mpmath.diff(DEFINITIONS[kernel], t, order))
            assert value(kernel, order, t) == pytest.approx(expected, rel=1e-13)


def test_where_points_meet_a_kink_has_slope_zero_and_a_smooth_profile_its_own(kernel):
    smooth = {"gaussian": -0.5, "cauchy": -1.0, "matern32": -1.5, "matern52": -5 / 6}
    assert value(kernel, 1, 0.0) == pytest.approx(smooth.get(kernel, 0.0))


@pytest.mark.parametrize("kernel", sorted(set(PROFILES) - {"energy"}))
def test_kernels_but_the_energy_are_1_where_points_meet(kernel):
    assert value(kernel, 0, 0.0) == 1.0


@pytest.mark.parametrize("order", range(3))
def test_nan_is_not_taken_for_a_meeting(kernel, order):
    assert math.isnan(value(kernel, order, np.nan))
