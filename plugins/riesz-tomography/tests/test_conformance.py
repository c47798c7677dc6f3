"""The conformance suite of Riesz, on both backends; and that it would have found a mismatch."""

import numpy as np

import riesz
from riesz.conformance import OperatorConformance, Status, run, samples
from riesz_tomography import project
from riesz_tomography.samples import images

NAMES = ("project", "backproject")


class TestOperators(OperatorConformance):
    operators = NAMES
    backends = ("numpy", "native")


def test_nothing_is_left_out():
    report = run(("numpy",), NAMES, ("all",), required=("numpy",), minimum=1000)
    assert not report.failed
    assert {result.status for result in report.results} == {Status.PASSED}
    checks = {(r.operator, r.check) for r in report.results}
    for name in NAMES:
        assert {(name, "reference_values"), (name, "reference_covectors")} <= checks


@riesz.linear
class mismatched:
    """`project` with the backprojector of many programs: interpolation at the pixels."""

    def forward(xp, x, *, geometry):
        return project(x, geometry=geometry)

    def adjoint(xp, a, X, *, geometry):
        rows, columns = geometry.shape
        phi, r = geometry.lines()
        X = (np.arange(columns) - 0.5 * (columns - 1)) * geometry.pixel
        Y = (0.5 * (rows - 1) - np.arange(rows)[:, None]) * geometry.pixel
        one = lambda a, phi, r: np.interp(X * np.cos(phi) + Y * np.sin(phi), r, a)  # noqa: E731
        return sum(map(one, a, phi[:, 0], r)) * geometry.pixel**2 / geometry.spacing

    def metric(X, *, geometry):
        return project.metric(X, geometry=geometry)


@samples("mismatched")
def of_one_beam(draw):
    yield next(images(draw))


def test_an_unmatched_backprojector_is_found():
    results = riesz.check_operator(mismatched, dtypes=["float64"])
    failed = {result.check: result for result in results if result.status.bad}
    assert failed["adjoint_identity"].error > 1e-3
