"""Backends and operators made for tests of the suite."""

from types import MappingProxyType

import pytest

import riesz
from riesz.conformance import sample, samples
from riesz_backends.numpy import NumpyBackend


class Declaring(NumpyBackend):
    """NumPy under another name, with declarations of its own."""

    name = "declaring"
    expected_failures = MappingProxyType({})

    def __init__(self, failures=(), tolerances=(), probe=None, capabilities=None):
        entry = {"reason": "a test", "link": "https://example.org"}
        self.expected_failures = dict.fromkeys(failures, entry)
        self.tolerances = {
            key: {"factor": factor, "reason": "a test"} for key, factor in tolerances
        }
        self.capabilities = capabilities or NumpyBackend.capabilities
        self._reason = probe

    def probe(self):
        return self._reason


@samples("halved_cubed", "cubed_for_tests")
def numbers(draw):
    yield sample(draw.positive(3))
    yield sample(draw.positive(2, 2))


@pytest.fixture
def declaring():
    return Declaring


@pytest.fixture
def halved():
    """An operator whose adjoint forgot a factor 2."""

    @riesz.operator
    class halved_cubed:
        """x^3."""

        def forward(xp, x):
            return x * x * x

        def adjoint(xp, a, Y, x):
            return 1.5 * a * x * x

        def tangent(xp, u, Y, x):
            return 3.0 * u[0] * x * x

        def metric(X):
            return X

    return halved_cubed


@pytest.fixture
def right():
    """An operator without fault."""

    @riesz.elementwise
    def cubed_for_tests(m, x):
        """x^3."""
        return x * x * x, 3 * x * x

    return cubed_for_tests
