"""A `Cell`: one operator on one backend in one dtype, and the results of its checks."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from riesz.backend import Backend, use_backend
from riesz.errors import MissingExtra, UnsupportedOperator

from .checks import CHECKS, Check
from .declared import Declared
from .finding import Finding, worst
from .points import missing, points
from .result import EVERY, Result, Status

NOTHING = Declared()
Excepted = tuple[Finding, str]  # what a sample declares to fail, and why


@dataclass(frozen=True)
class Cell:
    """What is checked together; results are those before expected failures are applied."""

    op: Any
    backend: Backend
    dtype: np.dtype[Any]
    checks: tuple[Check, ...] = CHECKS
    declared: Declared = NOTHING

    def results(self) -> Iterator[Result]:
        """A result for each check that has something to ask; one for all where none can run."""
        if self.dtype.name not in self.backend.capabilities:
            known = ", ".join(sorted(self.backend.capabilities))
            reason = f"{self.dtype.name} is not among the declared capabilities: {known}"
            yield self._result(EVERY, Status.UNSUPPORTED, reason=reason)
            return
        for check in self.checks:
            with use_backend(self.backend), warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                found = self._result_of(check)
            if found is not None:
                yield found

    def triples(self) -> Iterator[tuple[str, str, str]]:
        """Operator, check and dtype of each result that there may be."""
        return ((self.op.name, check.__name__, self.dtype.name) for check in self.checks)

    def _result_of(self, check: Check) -> Result | None:
        if reason := missing(check, self.op):
            return self._result(check.__name__, Status.FAILED, reason=reason)
        found: list[tuple[int, Finding]] = []
        excepted: list[Excepted] = []
        number = 0
        try:
            for number, point in enumerate(points(check, self.op, self.dtype, self.backend)):
                finding = check(self.op, point, self.dtype)
                why = point.exceptions.get(check.__name__)
                if finding is not None and why is None:
                    found.append((number, finding))
                elif finding is not None:
                    excepted.append((finding, why))
        except UnsupportedOperator as error:
            return self._result(check.__name__, Status.UNSUPPORTED, reason=str(error))
        except MissingExtra as error:
            return self._result(check.__name__, Status.ABSENT, reason=str(error))
        except Exception as error:  # whatever the operator or the backend raises
            reason = f"sample {number}: {type(error).__name__}: {error}"
            return self._result(check.__name__, Status.FAILED, reason=reason, checks=number + 1)
        judged = self._judged(check.__name__, found) if found else None
        return self._excused(check.__name__, judged, excepted) if excepted else judged

    def _excused(self, check: str, rest: Result | None, excepted: list[Excepted]) -> Result:
        """The result of a check where some samples declare that it fails by what they mean."""
        if rest is not None and rest.status is Status.FAILED:
            return rest
        finding, why = max(excepted, key=lambda pair: not pair[0].passed)
        checks = len(excepted) + (rest.checks if rest is not None else 0)
        status = Status.UNEXPECTED_PASS if finding.passed else Status.EXPECTED_FAILURE
        about = f"declared to fail: {why}" if finding.passed else f"{why}. {finding.about}"
        return self._result(
            check, status, reason=about, checks=checks,
            error=finding.error, tolerance=finding.tolerance,
        )  # fmt: skip

    def _judged(self, check: str, found: list[tuple[int, Finding]]) -> Result:
        factor, why = self.declared.loosening(f"{self.op.name}:{check}:{self.dtype.name}")
        found = [(n, replace(f, tolerance=factor * f.tolerance)) for n, f in found]
        hardest = worst(finding for _, finding in found)
        assert hardest is not None
        numbers = {"error": hardest.error, "tolerance": hardest.tolerance, "checks": len(found)}
        if hardest.passed:
            return self._result(check, Status.PASSED, reason=why or hardest.reason, **numbers)
        number = next(n for n, finding in found if finding is hardest)
        reason = f"sample {number}: {hardest.about}{scaled(f for _, f in found)}"
        return self._result(check, Status.FAILED, reason=reason, **numbers)

    def _result(self, check: str, status: Status, **rest: Any) -> Result:
        return Result(self.op.name, self.backend.name, check, self.dtype.name, status, **rest)


def scaled(findings: Iterable[Finding]) -> str:
    """What is said of failures whose two sides have one ratio: a factor was forgotten."""
    ratios = [f.ratio for f in findings if not f.passed and f.ratio is not None]
    if not ratios or max(ratios) - min(ratios) > 1e-4 * abs(ratios[0]):
        return ""
    return f" (scaled by {ratios[0]:.4g})"
